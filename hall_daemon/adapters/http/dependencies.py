"""What the composition root gives to the HTTP adapter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from device_drivers.ports import PrintOutcome, Slip
from hall_daemon.adapters.accounts.access import Access
from hall_daemon.adapters.accounts.provider import IdentityProvider
from hall_daemon.adapters.accounts.roster import Roster
from hall_daemon.adapters.http.draw_limits import Drawn, DrawRules
from hall_daemon.adapters.http.review_room import ReviewRoom
from hall_daemon.adapters.questions.desk import QuestionDesk
from hall_daemon.adapters.storage.vault import Vault
from hall_daemon.adapters.system.believed_wall import BelievedWall
from hall_daemon.app.core import Core
from hall_daemon.app.follower import Follower
from hall_daemon.app.readings import KioskReadings
from hall_daemon.app.record import Clock, Recorded
from hall_daemon.app.view_context import ViewContext
from hall_daemon.config.forms import Cabinet
from hall_daemon.config.guides import Shelf
from hall_daemon.domain.decide import Refused
from hall_daemon.domain.plan import Plan
from hall_daemon.web.endpoint import Gate
from hall_daemon.web.precedence import Precedence
from hall_daemon.wire.kiosks import KioskOptions
from hall_daemon.wire.messages import Explanation
from hall_daemon.wire.shown import ShownScreen


def no_printer(printer: str, job: str, slip: Slip, on_done: Callable[[PrintOutcome], None]) -> None:
    """Of a hall that has none."""
    on_done(PrintOutcome(job, "failed", "no_printer"))


class NoFigures(Exception):
    """There is no answer now; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependencies:
    """Everything behind the two listeners.

    `random_bytes` makes ticket tokens (os.urandom in a real hall). `health` names each check with `ok`, or
    `degraded: why`, or `failing: why`. `history` (a ticket's events, oldest first) and `explain` (ticket id,
    another one's number or "") may block: they run on a reading thread. `printers`: ids a slip may be asked from.
    `kiosks` is what each is told that asks for itself, `readings` what its readers read, `desks` the addresses of
    windows with a reader, `pages` the folder of web
    pages. `persons` holds what is said of them. `figures` answers for forecasts and statistics. `date` is what may be
    doubted of the machine's clock. `gate` says who may do what at the staff listener, `access` and `roster` are its
    accounts, `oidc` whoever else knows people (None for nobody), `hosts` the names that it is reached by, `notice` what
    stands where people log in, `draws` how many numbers one source may draw, `drawn` what they drew
    before the start. `monotonic` counts seconds. `shelf` gives guides and notices as they are now, `cabinet` forms;
    `questions` answers questions about guides and knows who calls for a person. `precedence` lets presses at the staff
    listener go before what either computes.
    """

    plan: Plan
    core: Core
    follower: Follower
    views: ViewContext
    clock: Clock
    random_bytes: Callable[[int], bytes]
    monotonic: Callable[[], float]
    version: str
    health: Callable[[], Mapping[str, str]]
    history: Callable[[str], Sequence[Recorded]]
    explain: Callable[[str, str], Explanation | Refused]
    printers: frozenset[str]
    kiosks: Mapping[str, KioskOptions]
    readings: KioskReadings
    desks: Mapping[str, tuple[str, ...]]
    pages: Path | None
    persons: Vault
    figures: Callable[..., bytes]
    date: BelievedWall
    gate: Gate
    access: Access
    roster: Roster
    oidc: IdentityProvider | None
    hosts: tuple[str, ...]
    notice: str
    draws: DrawRules
    drawn: Drawn
    shelf: Callable[[], Shelf]
    questions: QuestionDesk
    cabinet: Cabinet
    # What pre-reviews stand on, and their events from a day on (may block); None where the hall has none.
    reviews: ReviewRoom | None = None
    review_rows: Callable[[str], Iterable[Recorded]] = lambda day: ()
    # printer, job, what it says, whom the outcome is told on the printer's thread
    print_slip: Callable[[str, str, Slip, Callable[[PrintOutcome], None]], None] = no_printer
    # What screens should show, and what they took.
    shown: Callable[[], tuple[ShownScreen, ...]] = tuple
    extra_metrics: Callable[[], Sequence[tuple[str, Mapping[str, str], float]]]
    precedence: Precedence = field(default_factory=Precedence)
