"""What is to be done when, and what is still owed: from both follows how far the hall's time may run. One thread.

Time never runs past the earliest thing that is due or unanswered by more than SLACK_S, and stands while the crowd
decides what it does next. So a machine that is too slow for the asked speed plays a slower day, not a wrong one.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Protocol

# Of the hall's time: what anybody may be late at most. People do not notice a quarter of a minute.
SLACK_S = 15.0


class HallTime(Protocol):
    """The hall's time as the crowd sees it: seconds since 1970, `speed` times as fast as real time."""

    @property
    def speed(self) -> float: ...

    def seconds(self) -> float: ...

    def allow(self, until_s: float) -> None: ...


class Agenda:
    def __init__(self, time: HallTime) -> None:
        self.latest_s = 0.0  # the worst lateness of anything done
        self._time = time
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._owed: dict[Hashable, float] = {}
        self._count = 0
        self._stands = False

    def at(self, due_s: float, action: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._due, (due_s, self._count, action))
        self._allow()

    def owe(self, what: Hashable) -> None:
        """Something was asked of the hall now, and is not answered yet."""
        self._owed[what] = self._time.seconds()
        self._allow()

    def settle(self, what: Hashable) -> None:
        self._owed.pop(what, None)

    @property
    def owes(self) -> bool:
        return bool(self._owed)

    @contextmanager
    def standing(self) -> Iterator[None]:
        """Time stands meanwhile: what is settled and what follows from it are one moment, however long that takes."""
        self._stands = True
        self._time.allow(self._time.seconds())
        try:
            yield
        finally:
            self._stands = False
            self._allow()

    def work(self) -> None:
        """Do what is due, let time run as far as it may."""
        if self._is_due(self._time.seconds()):
            with self.standing():
                now_s = self._time.seconds()
                while self._is_due(now_s):
                    due_s, _, action = heapq.heappop(self._due)
                    self.latest_s = max(self.latest_s, now_s - due_s)
                    action()
        else:
            self._allow()

    def _is_due(self, now_s: float) -> bool:
        return bool(self._due) and self._due[0][0] <= now_s

    def rest_s(self, most_s: float) -> float:
        """Real seconds until something is due."""
        if not self._due:
            return most_s
        return min(most_s, max(0.0, (self._due[0][0] - self._time.seconds()) / self._time.speed))

    def _allow(self) -> None:
        if self._stands:
            return
        first_s = self._due[0][0] if self._due else math.inf
        self._time.allow(min(first_s, min(self._owed.values(), default=math.inf)) + SLACK_S)
