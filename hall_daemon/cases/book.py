"""Hall and docket: the two states that one journal makes, and what a rule about reviews may read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from hall_daemon.cases.docket import Docket
from hall_daemon.cases.statutes import Statutes
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Plan


@dataclass(slots=True)
class Book:
    """Both belong to the same thread, and are changed by `evolve` only."""

    hall: Hall = field(default_factory=Hall)
    docket: Docket = field(default_factory=Docket)

    def copy(self) -> Book:
        return Book(self.hall.copy(), self.docket.copy())


class Sight(NamedTuple):
    """What a rule decides from."""

    plan: Plan
    statutes: Statutes
    hall: Hall
    docket: Docket

    @property
    def day(self) -> str:
        return self.hall.day
