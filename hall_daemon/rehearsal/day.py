"""A day in a hall as it will be played: who comes when and for what, who serves, and when they pause. Pure values.

Times are seconds since the local midnight of the day, durations seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from hall_daemon.domain.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One person. `service_s` has one time for each of `services`, from the call to the end.

    `leaves_s`: gives the number up at this time if still waiting. `deaf_to` calls and recalls pass before the
    person comes; with `deaf_to` > 1 the clerk gives the call up. `returns_s` later the person is back, or never.
    """

    at_s: float
    services: tuple[str, ...]
    service_s: tuple[float, ...]
    class_: str = "ordinary"
    class_reason: str = ""
    leaves_s: float | None = None
    deaf_to: int = 0
    returns_s: float | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """When a window is staffed, and when its clerk pauses. After the end nobody is left standing in line."""

    begins_s: float
    ends_s: float
    breaks: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """`visits` in order of arrival; a shift for every window of the plan. `wait_mean_s` is what the recording says;
    `notes` how the hall was made of it, in words for people."""

    name: str
    date: date
    plan: Plan
    visits: tuple[Visit, ...]
    shifts: dict[str, Shift]
    wait_mean_s: float | None = None
    notes: tuple[str, ...] = field(default=())

    @property
    def midnight(self) -> float:
        """Seconds since 1970 UTC at which the day begins."""
        return datetime(self.date.year, self.date.month, self.date.day, tzinfo=ZoneInfo(self.plan.timezone)).timestamp()

    @property
    def begins_s(self) -> float:
        """A little before the first person comes."""
        first = min((visit.at_s for visit in self.visits), default=0.0)
        return max(0.0, first - 120.0)
