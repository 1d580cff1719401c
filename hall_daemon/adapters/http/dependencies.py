"""What the composition root gives to the HTTP adapter, and the defaults of what not every hall has."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from hall_daemon.adapters.accounts.access import Access
from hall_daemon.adapters.accounts.roster import Roster
from hall_daemon.adapters.http.gate import PublicGate
from hall_daemon.adapters.http.threads import CorePort, FollowerPort
from hall_daemon.app.record import Clock, Recorded
from hall_daemon.app.view_context import ViewContext
from hall_daemon.domain.decide import Refused
from hall_daemon.domain.plan import Plan
from hall_daemon.prediction.reports.efficiency import By
from hall_daemon.web.endpoint import Gate
from hall_daemon.wire.kiosks import KioskSettings
from hall_daemon.wire.messages import Explanation


def _all_well() -> Mapping[str, str]:
    return {}


def _no_history(ticket_id: str) -> Sequence[Recorded]:
    return ()


def _no_explanation(ticket_id: str, before: str) -> Explanation | Refused:
    return Refused("no_explanation", {"ticket": ticket_id})


class FiguresPort(Protocol):
    """Who answers what takes seconds; may block. Raises NoFigures."""

    def __call__(self, kind: str, begins: str = "", ends: str = "", by: By = "week", service: str = "") -> bytes: ...


class NoFigures(Exception):
    """There is no answer now; the message says why."""


def _no_figures(kind: str, begins: str = "", ends: str = "", by: By = "week", service: str = "") -> bytes:
    raise NoFigures("nobody makes figures here")


class Persons(Protocol):
    """Where persons' fields lie. Every call may wait for a disk."""

    def put(self, fields: Mapping[str, str], day: str) -> str: ...

    def get(self, subject: str) -> dict[str, str] | None: ...

    def wipe(self, subject: str) -> None: ...


class Doubted(Protocol):
    """What the machine's clock says and what the hall goes by, in wall ms."""

    @property
    def said(self) -> int: ...

    @property
    def believed(self) -> int: ...


class DatePort(Protocol):
    """Whether the machine's date is believed."""

    def doubt(self) -> Doubted | None: ...

    def confirm(self) -> None: ...


class BelievedDate:
    """A clock that nobody doubts."""

    def doubt(self) -> None: ...

    def confirm(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependencies:
    """Everything behind the two listeners.

    `random_bytes` makes ticket tokens (os.urandom in a real hall). `health` names each check with `ok`, or
    `degraded: why`, or `failing: why`. `history` (a ticket's events, oldest first) and `explain` (ticket id,
    another one's number or "") may block: they run on a reading thread. `printers`: ids a slip may be asked from;
    None takes any. `kiosks` is what each is told that asks for itself, `pages` the folder of web pages. `persons`:
    without it no holder is taken. `figures` answers for forecasts and statistics. `date` is what may be
    doubted of the machine's clock. `gate` says who may do what at the staff listener: without one, nobody anything.
    `hosts` are the names that it is reached by, `notice` what stands where people log in, `access` and `roster` its
    accounts. `monotonic` counts seconds.
    """

    plan: Plan
    core: CorePort
    follower: FollowerPort
    views: ViewContext
    clock: Clock
    random_bytes: Callable[[int], bytes]
    monotonic: Callable[[], float]
    version: str
    health: Callable[[], Mapping[str, str]] = _all_well
    history: Callable[[str], Sequence[Recorded]] = _no_history
    explain: Callable[[str, str], Explanation | Refused] = _no_explanation
    printers: frozenset[str] | None = None
    kiosks: Mapping[str, KioskSettings] = field(default_factory=dict)
    pages: Path | None = None
    persons: Persons | None = None
    figures: FiguresPort = _no_figures
    date: DatePort = field(default_factory=BelievedDate)
    gate: Gate = field(default_factory=PublicGate)
    hosts: tuple[str, ...] = ()
    notice: str = ""
    access: Access | None = None
    roster: Roster | None = None
    extra_metrics: Callable[[], Sequence[tuple[str, Mapping[str, str], float]]] = field(default=tuple)
