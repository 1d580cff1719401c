"""Whether a loop turns, by its count of turns."""

from __future__ import annotations

from collections.abc import Callable


class Turns:
    def __init__(self, count: Callable[[], int], monotonic: Callable[[], float]) -> None:
        self._count, self._monotonic = count, monotonic
        self._asked = -1
        self._last = (-1, 0.0)

    def turned(self) -> bool:
        """Since this was asked before."""
        before, self._asked = self._asked, self._count()
        self.silent_s()
        return self._asked != before

    def silent_s(self) -> float:
        """How long it has not turned, as far as anybody asked."""
        count, now = self._count(), self._monotonic()
        if count != self._last[0]:
            self._last = count, now
        return now - self._last[1]
