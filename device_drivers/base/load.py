"""How busy a wire was over the last minute, both ways together. Pure: the clock's reading is handed in."""

from __future__ import annotations

from collections import deque

WINDOW_S = 60


class Load:
    """`byte_s`: how long one byte takes on the wire; 0 where the wire is not the limit, and there is no load."""

    def __init__(self, byte_s: float) -> None:
        self._byte_s = byte_s
        self._seconds: deque[tuple[int, float]] = deque(maxlen=WINDOW_S + 1)  # (second, seconds of it on the wire)

    def __bool__(self) -> bool:
        return self._byte_s > 0

    def carried(self, count: int, now: float) -> None:
        busy_s, second = count * self._byte_s, int(now)
        if self._seconds and self._seconds[-1][0] == second:
            busy_s += self._seconds.pop()[1]
        self._seconds.append((second, busy_s))

    def percent(self, now: float) -> int:
        """0 to 100; more than the wire takes cannot be on it."""
        busy_s = sum(busy_s for second, busy_s in self._seconds if now - second <= WINDOW_S)
        return min(100, round(100 * busy_s / WINDOW_S))
