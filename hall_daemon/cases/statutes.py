"""What the hall promises for pre-reviews and what it asks, by matter: values that the configuration fills."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from hall_daemon.cases.clock import Calendar

# 容缺: the paper comes later; 告知承诺: a promise takes its place.
Way = Literal["later", "instead"]
# It takes so many addresses at least to fill what is for them all.
SOURCES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """A matter that can be looked at beforehand. `service` is what its ticket is drawn for, "" for none; `fields` and
    `papers` are ids of its form, in edition `edition`; with one of `earlier` whoever is filling it in may still begin.
    `stopped`: from this day on, as 2026-10-01, no new review is begun, and those that run go on; "" for never. Days are
    working days, those of a draft and what is kept plain ones: what is over stays for `keep_days`, what somebody came
    with for `visited_days`."""

    id: str
    form: str
    edition: int
    earlier: frozenset[int] = frozenset()
    service: str = ""
    stopped: str = ""
    fields: frozenset[str] = frozenset()
    papers: frozenset[str] = frozenset()
    # Papers that may come later with a promise (容缺), and that may be promised instead (告知承诺).
    later: frozenset[str] = frozenset()
    instead: frozenset[str] = frozenset()
    four_eyes: bool = False
    answer_days: int = 1
    mend_days: int = 10
    ready_days: int = 15
    draft_days: int = 3
    keep_days: int = 30
    visited_days: int = 90

    @property
    def promised(self) -> frozenset[str]:
        """What may be promised at all."""
        return self.later | self.instead

    def ways(self, paper: str) -> tuple[Way, ...]:
        """How that paper may be promised."""
        return (*(("later",) if paper in self.later else ()), *(("instead",) if paper in self.instead else ()))

    def begins(self, day: str) -> bool:
        """Whether a new review may begin on this day."""
        return not self.stopped or day < self.stopped


@dataclass(frozen=True, slots=True, kw_only=True)
class Statutes:
    """`turn_min`: so many minutes after local midnight the docket does what the day brings. `most_open`: reviews in the
    docket that are not over; `most_each`: of one person, at the hall and from afar each; `most_source`: unseen ones
    that one address began; `most_sources`: that all of them began, as who comes to the hall must find room."""

    matters: Mapping[str, Matter] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=Calendar)
    turn_min: int = 10
    most_open: int = 5000
    most_each: int = 10

    @property
    def most_source(self) -> int:
        return max(1, self.most_open // SOURCES)

    @property
    def most_sources(self) -> int:
        return max(1, self.most_open * 4 // 5)


NO_STATUTES = Statutes()
