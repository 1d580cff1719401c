"""What the hall can be asked to do. Imperative values; `decide` answers each with events or a refusal."""

from __future__ import annotations

from typing import Literal

from hall_daemon.domain.value import value

Keep = Literal["place", "end", "clerk"]
SlipResult = Literal["printed", "failed", "unknown"]


@value(kw_only=True)
class IssueTicket:
    """Draw a number. `token` is the random secret of the ticket's page (the caller makes it).

    `slot` is an appointment as (from, to) in wall ms. `printer` asks for a slip there. `review`: the passed pre-review
    that it is prepared by, said by the rule that knows of it and by nobody else.
    """

    services: tuple[str, ...]
    token: str
    class_: str = "ordinary"
    class_reason: str = ""
    slot: tuple[int, int] | None = None
    printer: str = ""
    subject: str = ""
    channel: str = ""
    review: str = ""


@value
class CallNext:
    window: str


@value
class CallTicket:
    """Call this one. `reason` is a code of the plan's pick_reasons: clerks do not pick without one."""

    window: str
    ticket: str
    reason: str


@value
class Recall:
    window: str


@value
class Start:
    window: str


@value
class Finish:
    window: str


@value
class Miss:
    """Nobody came. `call` names the ticket when a deadline says it, so that a late one hits nobody else."""

    window: str
    call: str = ""


@value
class Return:
    """A missed applicant is back."""

    ticket: str


@value
class Postpone:
    """Its holder asks to be called later, and goes back in line for it."""

    ticket: str


@value
class SayComing:
    """Its holder, who is called, is on the way."""

    ticket: str


@value
class Hold:
    window: str


@value
class Resume:
    window: str
    ticket: str = ""


@value
class Transfer:
    """Send the ticket on. `service` changes the matter; `to_window` is the one clerk who may call it;
    keep: `place` (as if drawn for it at the same moment), `end` of the line, or back to this `clerk`, with another
    service once that is done."""

    ticket: str
    service: str = ""
    to_window: str = ""
    keep: Keep = "place"


@value
class Prioritise:
    """Let a ticket that was drawn go with the class `priority`. `reason` is a code of the plan's priority_reasons."""

    ticket: str
    reason: str


@value
class Cancel:
    ticket: str


@value
class NameHolder:
    """The person of a ticket is known: `subject` is a random id whose fields lie in the vault."""

    ticket: str
    subject: str


@value
class Undo:
    """Take back the last press at a window, the LED and the voice too."""

    window: str


@value
class OpenWindow:
    """Sit down at a window, or end its pause. `take_over`: also when somebody else has it; who is there stays."""

    window: str
    staff: str
    take_over: bool = False


@value
class PauseWindow:
    window: str
    reason: str


@value
class CloseWindow:
    window: str


@value
class Rate:
    """How the service at a window was, 1 (very poor) to 5 (very good), said by who had it; `source` is the device."""

    window: str
    level: int
    source: str


@value
class RateVisit:
    """How a visit was, said by whoever holds its ticket; `reasons` are of the closed list, for a low level only, and
    `source` is `kiosk:<id>` or `phone`."""

    ticket: str
    level: int
    source: str
    reasons: tuple[str, ...] = ()


@value
class RequestSlip:
    """Print the same number again, marked 补打. `lost`: the hall asks itself, for a copy that a crash took."""

    ticket: str
    printer: str
    lost: bool = False


@value
class ReportSlip:
    ticket: str
    result: SlipResult
    detail: str = ""


@value
class ReportAnnounced:
    """What took the call: something visible, something audible."""

    ticket: str
    window: str
    call: int
    visible: bool
    audible: bool


@value
class OpenDay:
    """Begin business day `day` (ISO date); `midnight_wall` is its local midnight in wall ms."""

    day: str
    midnight_wall: int


@value
class CloseDay:
    day: str


@value
class ReopenDay:
    """Take the turns back that a wrong clock made. Who expired by the last one waits again."""


@value
class NoteClockStep:
    by_ms: int


Command = (
    IssueTicket | CallNext | CallTicket | Recall | Start | Finish | Miss | Return | Hold | Resume | Transfer
    | Postpone | SayComing
    | Cancel | NameHolder | Prioritise | Undo | OpenWindow | PauseWindow | CloseWindow | Rate | RateVisit | RequestSlip
    | ReportSlip | ReportAnnounced | OpenDay | CloseDay | ReopenDay | NoteClockStep
)
