"""A clock that somebody else paces: the hall's time in a small shared file, read by the daemon, kept by a rehearsal.

It runs `speed` times as fast as real time but never past `until`, so that a replayed day cannot run away from those
who play it: when they or the hall are late, time waits. Every process of the machine reads the same time. Lock-free:
a counter that is odd while the file is being written.
"""

from __future__ import annotations

import mmap
import os
import struct
import time
from collections.abc import Callable
from pathlib import Path

_FIELDS = struct.Struct("=Qdddd")  # counter, monotonic seconds, hall seconds at that moment, speed, until
_COUNTER = struct.Struct("=Q")


class PacedTime:
    """Reading side. `seconds` is the hall's time since 1970 UTC; it never runs backwards. Any thread."""

    def __init__(self, path: Path, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Raises OSError, or ValueError when the file is none of ours."""
        self._monotonic = monotonic
        self._map = _open(path, writable=False)
        if self._map.size() != _FIELDS.size:
            raise ValueError(f"{path} is no file of paced time")

    def seconds(self) -> float:
        return _at(*_read(self._map), self._monotonic())

    def close(self) -> None:
        self._map.close()


class TimeKeeper:
    """Writing side, one thread. Begins at `begins_s` and stands still until `allow`."""

    def __init__(
        self, path: Path, begins_s: float, speed: float, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        path.write_bytes(_FIELDS.pack(0, monotonic(), begins_s, speed, begins_s))
        self.speed = speed
        self._monotonic = monotonic
        self._map = _open(path, writable=True)
        self._count = 0

    def seconds(self) -> float:
        return _at(*_read(self._map), self._monotonic())

    def allow(self, until_s: float) -> None:
        """Let time run up to `until_s`. Time that had come to its limit goes on from there, without a leap."""
        now_mono, (mono0, hall0, speed, until) = self._monotonic(), _read(self._map)
        if until_s == until:
            return
        now_s = _at(mono0, hall0, speed, until, now_mono)
        if now_s >= until:
            mono0, hall0 = now_mono, until
        self._count += 2
        _COUNTER.pack_into(self._map, 0, self._count - 1)
        _FIELDS.pack_into(self._map, 0, self._count - 1, mono0, hall0, speed, max(until_s, now_s))
        _COUNTER.pack_into(self._map, 0, self._count)

    def close(self) -> None:
        self._map.close()


def _at(mono0: float, hall0: float, speed: float, until: float, now_mono: float) -> float:
    return min(hall0 + (now_mono - mono0) * speed, until)


def _read(shared: mmap.mmap) -> tuple[float, float, float, float]:
    while True:
        count, *fields = _FIELDS.unpack_from(shared)
        if count % 2 == 0 and _COUNTER.unpack_from(shared)[0] == count:
            return fields[0], fields[1], fields[2], fields[3]


def _open(path: Path, *, writable: bool) -> mmap.mmap:
    handle = os.open(path, os.O_RDWR if writable else os.O_RDONLY)
    try:
        return mmap.mmap(handle, 0, access=mmap.ACCESS_WRITE if writable else mmap.ACCESS_READ)
    finally:
        os.close(handle)
