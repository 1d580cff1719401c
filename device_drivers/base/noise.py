"""How loud a line is: bytes that belong to no frame, at a rate. A wrong baud rate, a wire that floats, a device that
has gone mad; single bytes and the echo of what we write are none of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping

# Counters in which links count bytes that mean nothing to them.
_MEANINGLESS = ("bytes_skipped", "bytes_dropped", "stray_bytes")
# A second of nothing but garbage at 9600 baud is 960 bytes; a press heard at a wrong baud rate is ten.
LOUD_BYTES = 600.0
DRAIN_BYTES_S = 250.0
MOST_BYTES = 1000.0


def meaningless(counters: Mapping[str, int]) -> int:
    return sum(counters.get(name, 0) for name in _MEANINGLESS)


class Noise:
    """`now` is the monotonic clock in seconds."""

    def __init__(self) -> None:
        self._bytes = 0.0
        self._at_s = 0.0
        self._echoes = 0
        self._since_s: float | None = None

    def wrote(self, count: int) -> None:
        """A half-duplex adapter may give back so many."""
        self._echoes = min(self._echoes + count, int(MOST_BYTES))

    def heard(self, count: int, now: float) -> None:
        excused = min(count, self._echoes)
        self._echoes -= excused
        self._bytes = min(self._left(now) + count - excused, MOST_BYTES)
        self._at_s = now

    def since_s(self, now: float) -> float | None:
        """Since when it has been loud; None when it is not. Once loud, it is so until it was quiet for seconds."""
        left = self._left(now)
        if left >= LOUD_BYTES and self._since_s is None:
            self._since_s = now
        elif left == 0:
            self._since_s = None
        return self._since_s

    def _left(self, now: float) -> float:
        return max(0.0, self._bytes - DRAIN_BYTES_S * (now - self._at_s))
