"""Working days (工作日), and the day by which something is due. Computed when asked, kept nowhere.

A due day changes with the calendar, and a pause only moves what it covers: whoever stores the day has to patch it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal, NamedTuple

Working = Callable[[date], bool]
Pause = tuple[date, date | None]
Lamp = Literal["calm", "soon", "over", "halted"]

_DAY = timedelta(days=1)
# Longer than any limit by far; what is asked for beyond is a mistake.
LONGEST = 3660


def due(start: date, days: int, pauses: Collection[Pause], working: Working) -> date | None:
    """The day on which the last of `days` working days ends; None while a pause is open. The first day never counts; a
    day counts when the case runs at its end, so a pause [from, to) within a day takes nothing."""
    if any(end is None for _, end in pauses):
        return None
    day = start
    for _ in range(LONGEST):
        if days <= 0:
            return day
        day += _DAY
        if working(day) and not any(begins <= day < ends for begins, ends in pauses if ends is not None):
            days -= 1
    raise ValueError(f"{days} working days are left after {LONGEST} days from {start}")


def left(today: date, until: date, working: Working) -> int:
    """Working days after `today` up to and with `until`; negative when it is past: so many have gone by since."""
    if until < today:
        return -_between(until, today, working)
    return _between(today, until, working)


def _between(after: date, upto: date, working: Working) -> int:
    span = min((upto - after).days, LONGEST)
    return sum(working(after + n * _DAY) for n in range(1, span + 1))


def lamp(today: date, until: date | None) -> Lamp:
    """How a clock stands: on its last day it is soon, after it over."""
    if until is None:
        return "halted"
    return "over" if today > until else "soon" if today == until else "calm"


class Due(NamedTuple):
    """`about`: the calendar of that year is not known yet."""

    day: date
    about: bool


@dataclass(frozen=True, slots=True)
class Calendar:
    """The yearly notice on holidays: week days that are `off`, week-end days that are worked (`work`), of the `years`
    that are known. In other years every week day is taken for a working day."""

    off: frozenset[date] = frozenset()
    work: frozenset[date] = frozenset()
    years: frozenset[int] = field(default_factory=frozenset)

    def working(self, day: date) -> bool:
        return day in self.work or (day.weekday() < 5 and day not in self.off)

    def due(self, start: str, days: int, pauses: Collection[Pause] = ()) -> Due | None:
        """From an ISO day; None while a pause is open."""
        day = due(date.fromisoformat(start), days, pauses, self.working)
        return None if day is None else Due(day, day.year not in self.years)

    def left(self, today: str, until: date) -> int:
        return left(date.fromisoformat(today), until, self.working)
