"""The wall clock as far as it can be believed: a machine whose date jumps does not turn the hall's day.

A jump within the date is taken at once. One into another date is not, until it has been steady for some minutes, or
somebody confirms it, or it has passed; meanwhile time goes on from where it was believed last. A date far away
(more than FAR_MS: an empty battery, a wrong year) is only ever confirmed, by staff or, right after the machine was
switched on, by synchronised time. A small file keeps the line between the machine's uptime and the wall, so that a
daemon that is started again knows how long it was away whatever the clock says meanwhile.
"""

from __future__ import annotations

import ctypes
import json
import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

_LOGGER = logging.getLogger(__name__)

JUMP_MS = 2000
STEADY_MS = 5 * 60_000
FAR_MS = 31 * 86_400_000
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_TIMEX_BYTES = 512  # more than any kernel's struct timex
_UNSYNCHRONISED = 5


class Doubt(NamedTuple):
    """What the machine says and what the hall goes by, in wall ms."""

    said: int
    believed: int


def date_check(doubt: Doubt | None, day: str, wall: int, timezone: str) -> str:
    """How health says it: `ok`, or `degraded: why and what to do`. `day` is the hall's business day, `wall` its time in
    ms."""
    zone = ZoneInfo(timezone)
    if doubt is None:
        today = datetime.fromtimestamp(wall / 1000, zone).date().isoformat()
        if day <= today:
            return "ok"
        return (
            f"degraded: the hall's day is {day}, which a wrong clock began, and it is {today}: no numbers are given; "
            "take it back (hall day --reopen)"
        )
    said, believed = (datetime.fromtimestamp(ms / 1000, zone).isoformat(timespec="seconds") for ms in doubt)
    return (
        f"degraded: the machine's clock says {said} and is not believed, the hall goes by {believed}; set it right, or "
        "say that it is right (hall day --confirm)"
    )


def uptime() -> float:
    """Seconds since the machine was switched on, those it slept too."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def synchronised() -> bool:
    """Whether the kernel knows its time to be synchronised (NTP, PTP, GPS)."""
    timex = ctypes.create_string_buffer(_TIMEX_BYTES)
    state: int = ctypes.CDLL(None).adjtimex(timex)
    return 0 <= state < _UNSYNCHRONISED


def this_boot() -> str:
    """Names the time since the machine was switched on, "" where nobody knows."""
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return ""


class BelievedWall:
    """Call it for the time in seconds since 1970, from any thread. `file` keeps the line over restarts; `after` is the
    wall of the journal's last event in ms, None for a new hall, which believes whatever the machine says."""

    def __init__(
        self,
        timezone: str,
        file: Path,
        after: int | None,
        *,
        uptime: Callable[[], float] = uptime,
        wall: Callable[[], float] = time.time,
        synchronised: Callable[[], bool] = synchronised,
        boot: Callable[[], str] = this_boot,
    ) -> None:
        self._zone = ZoneInfo(timezone)
        self._file = file
        self._uptime = uptime
        self._wall = wall
        self._synchronised = synchronised
        self._boot = boot()
        self._lock = threading.Lock()
        self._confirmed: float | None = None
        self._doubted = False
        self._kept: float | None = None
        up, raw = self._look()
        self._seen, self._steady_from = raw, up
        known = self._load()
        # Nobody knows how long the machine was off: the last event is the earliest it can be.
        self._guessed = known is None and after is not None
        if known is not None:
            self._offset = known
        else:
            self._offset = raw if after is None else after - up
        self()

    def __call__(self) -> float:
        with self._lock:
            up, raw = self._look()
            if abs(raw - self._seen) >= JUMP_MS:
                self._steady_from = up
            self._seen = raw
            doubted = abs(raw - self._offset) >= JUMP_MS and not self._believable(raw, up)
            if not doubted:
                self._offset, self._guessed, self._confirmed = raw, False, None
            if doubted != self._doubted:
                self._doubted = doubted
                self._say(raw, up)
            return (up + self._offset) / 1000

    def doubt(self) -> Doubt | None:
        """What is not believed now, or None."""
        self()
        with self._lock:
            up, raw = self._look()
            return Doubt(int(up + raw), int(up + self._offset)) if self._doubted else None

    def confirm(self) -> None:
        """Somebody says that the machine's date is right."""
        with self._lock:
            _, self._confirmed = self._look()
        self()

    def save(self) -> None:
        """Keep the line for the next start, when it has moved. Raises OSError."""
        with self._lock:
            offset, guessed = self._offset, self._guessed
        if guessed or (self._kept is not None and abs(offset - self._kept) < JUMP_MS):
            return
        partial = self._file.with_name(f".{self._file.name}.part")
        partial.write_text(json.dumps({"boot": self._boot, "offset_ms": offset}), encoding="ascii")
        partial.replace(self._file)
        self._kept = offset

    def _look(self) -> tuple[float, float]:
        """Uptime in ms, and how far the wall is from it."""
        up = self._uptime() * 1000
        return up, self._wall() * 1000 - up

    def _load(self) -> float | None:
        """The line of this very boot, or None."""
        try:
            kept = json.loads(self._file.read_text(encoding="ascii"))
            return float(kept["offset_ms"]) if self._boot and kept["boot"] == self._boot else None
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def _believable(self, raw: float, up: float) -> bool:
        by = raw - self._offset
        if self._confirmed is not None and abs(raw - self._confirmed) < JUMP_MS:
            return True
        if self._guessed and (0 <= by <= FAR_MS or self._synchronised()):
            return True
        date = self._date(up + self._offset)
        # The end of a date is not far enough from the next one.
        if date is not None and date == self._date(up + raw) == self._date(up + raw + STEADY_MS):
            return True
        return abs(by) <= FAR_MS and up - self._steady_from >= STEADY_MS

    def _date(self, wall_ms: float) -> str | None:
        try:
            return datetime.fromtimestamp(wall_ms / 1000, self._zone).date().isoformat()
        except (OverflowError, ValueError, OSError):
            return None

    def _say(self, raw: float, up: float) -> None:
        if self._doubted:
            _LOGGER.warning(
                "the machine's clock is %+.0f s away from the hall's time and in another date: it is not believed "
                "until it is steady, or confirmed (hall day --confirm)", (raw - self._offset) / 1000,
            )
        else:
            _LOGGER.warning("the machine's clock is believed again: the hall goes by %s", self._date(up + raw))
