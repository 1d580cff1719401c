"""Where the person in front of the screen is: one frozen type a step, each with what that step needs and no more.

Knows no Qt, no socket and no clock; `_s` are seconds of a clock that only goes forward.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from hall_daemon.wire.messages import Issued
from hall_daemon.wire.messages import Problem as Refusal
from hall_daemon.wire.ratings import RatingReason
from kiosk_ui.state.case_steps import Arriving as Arriving
from kiosk_ui.state.case_steps import Aside as Aside
from kiosk_ui.state.case_steps import Asking as Asking
from kiosk_ui.state.case_steps import Check as Check
from kiosk_ui.state.case_steps import FindReview as FindReview
from kiosk_ui.state.case_steps import Keys as Keys
from kiosk_ui.state.case_steps import Moving as Moving
from kiosk_ui.state.case_steps import Papers as Papers
from kiosk_ui.state.case_steps import Prove as Prove
from kiosk_ui.state.case_steps import Reasons as Reasons
from kiosk_ui.state.case_steps import Review as Review
from kiosk_ui.state.case_steps import Shot as Shot
from kiosk_ui.state.case_steps import Taken as Taken
from kiosk_ui.state.drafts import AskCase as AskCase
from kiosk_ui.state.drafts import Case
from kiosk_ui.state.drafts import CaseAbout as CaseAbout
from kiosk_ui.state.guide_steps import Guide as Guide
from kiosk_ui.state.guide_steps import Guides as Guides
from kiosk_ui.state.guide_steps import Looked as Looked
from kiosk_ui.state.guide_steps import Search as Search
from kiosk_ui.state.guide_steps import Topic as Topic
from kiosk_ui.state.guide_steps import Topics as Topics
from kiosk_ui.state.news import CheckIn as CheckIn
from kiosk_ui.state.news import LookUp as LookUp
from kiosk_ui.state.news import LookUps as LookUps
from kiosk_ui.state.news import Notices as Notices
from kiosk_ui.state.news import OneNotice as OneNotice
from kiosk_ui.state.news import Ticket as Ticket
from kiosk_ui.state.news import Waits as Waits
from kiosk_ui.state.news import Watch as Watch

TicketPress = Literal["return", "slip", "cancel"]
About = Literal[
    "draw", "ticket", "return", "slip", "cancel", "guide", "picture", "search", "help", "helper", "rate", CaseAbout,
]


class Draw(NamedTuple):
    """A number being drawn. One key for all attempts, so that the hall draws once; `retry_at_s` None while a
    request is out."""

    key: str
    service: str
    ground: str
    attempt: int = 1
    retry_at_s: float | None = None
    case: Case | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why something did not happen. `code` "unreachable" is ours: no answer came; the words of all others are
    the hall's own."""

    about: About
    code: str
    said: Refusal | None = None


# -- choosing --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Home:
    """The first page: what can be done here."""


FIRST = Home()


@dataclass(frozen=True, slots=True)
class Choose:
    """What a number is for. `leaf` counts, here and below, how often a list of choices was turned on; `ground` is the
    one for priority by law, "" for none."""

    leaf: int = 0
    ground: str = ""


@dataclass(frozen=True, slots=True)
class Services:
    """The matters of a queue."""

    queue: str
    leaf: int = 0
    ground: str = ""


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter before its number is drawn: shown where something stands against it, or it is to be looked at. `case`:
    the passed pre-review that one comes with."""

    queue: str
    service: str
    ground: str = ""
    case: Case | None = None


@dataclass(frozen=True, slots=True)
class Grounds:
    """The grounds for priority, for what was chosen before."""

    before: Choose | Services | Matter
    leaf: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """叫人帮忙. `before` is the page to go back to, `key` that of the call, or of taking it back once it is `over`;
    `told`: staff see that, since `since_s`, None: not known; `call` is the hall's name of it. `coming`: somebody goes
    there; `lost`: the hall knows of no call any more. `next_at_s` None while it is asked, or need not be."""

    before: Step
    key: str = ""
    told: bool | None = None
    call: str = ""
    over: bool = False
    coming: bool = False
    lost: bool = False
    since_s: float = 0.0
    next_at_s: float | None = None

    @property
    def awaited(self) -> bool:
        """Somebody is to come."""
        return bool(self.call) and not self.over and not self.lost


@dataclass(frozen=True, slots=True)
class Drawing:
    """`begun_s`: when its person began to wait for it."""

    matter: Matter
    draw: Draw
    begun_s: float | None = field(default=None, compare=False)


# -- the hall is asked about a form or a pre-review -------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something is asked of the hall; `before` is the page that asked, `person` the number of the card that was laid
    there."""

    before: Home | CheckIn | LookUp | Guide | Asking | Check | Papers | FindReview | Review | Prove
    asked: AskCase
    person: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Stuck:
    """It could not be had; it is asked for again as it was."""

    trouble: Trouble
    waiting: Waiting


@dataclass(frozen=True, slots=True)
class AskedLeave:
    """首页 was pressed in the middle of a form: whether it is meant."""

    before: Step


# -- a ticket --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """The number just drawn. `issued_at_s` is when the figures in `issued` were true. `slip_key` is of the one press of
    补打 that may be out, `cancel_key` of a 放弃 whose outcome is not known yet."""

    issued: Issued
    issued_at_s: float = 0.0
    watch: Watch
    slip_key: str = ""
    cancel_key: str = ""
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class AskedCancel:
    """放弃号码 was pressed: whether it is meant."""

    number: Number


@dataclass(frozen=True, slots=True)
class Cancelling:
    number: Number


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How the visit of that ticket was. `level` is 0 until one was touched, and one of the two lowest while it is asked
    why. `key` is of the one rating that is out; `trouble`: why it is not kept, or nobody knows whether it is."""

    ticket: Ticket
    level: int = 0
    reasons: tuple[RatingReason, ...] = ()
    leaf: int = 0
    key: str = ""
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class Rated:
    """The hall has it; of what was said nothing is left here."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something did not happen. `before` is the page to go back to, from where it can be tried again."""

    trouble: Trouble
    before: Matter | LookUp | Number | Ticket


Step = (
    Home | Choose | Services | Matter | Grounds | Drawing | Number | AskedCancel | Cancelling | LookUp | Ticket
    | Problem | Help | Guides | Search | Guide | Asking | Check | Papers | Review | FindReview | Waiting
    | Stuck | AskedLeave | Taken | Reasons | Prove | Moving | Arriving | CheckIn | LookUps | Waits | Notices | OneNotice
    | Topics | Topic | Looked | Aside | Rate | Rated
)

# Pages that lie over another one, which goes on getting its news.
Over = Help | AskedLeave | Aside

# -- the ticket that a step follows ----------------------------------------------------------------

Followed = Number | Ticket


def followed(step: Step) -> Followed | None:
    """The ticket behind this step, also while something is asked about it or went wrong with it."""
    if isinstance(step, AskedCancel | Cancelling):
        return step.number
    if isinstance(step, Problem | Help):
        return followed(step.before)
    return step if isinstance(step, Number | Ticket) else None


def following(step: Step, ticket: Followed) -> Step:
    """The same step with news of the ticket behind it."""
    if isinstance(step, AskedCancel | Cancelling) and isinstance(ticket, Number):
        return replace(step, number=ticket)
    if isinstance(step, Help):
        return replace(step, before=following(step.before, ticket))
    return replace(step, before=ticket) if isinstance(step, Problem) else ticket


def watching(step: Step, watch: Watch) -> Step:
    """The same step with another watch of its ticket."""
    ticket = followed(step)
    return step if ticket is None else following(step, replace(ticket, watch=watch))


def may_cancel(number: Number) -> bool:
    """Only who has just drawn the number here, while it can be given up: anybody can type a number."""
    view = number.watch.view
    return not number.cancelled and (view is None or "cancel" in view.can)


def unturned(step: Step) -> Step:
    """A list of choices begins again with the first."""
    return replace(step, leaf=0) if isinstance(step, Leafed) else step


# Pages that show a list leaf by leaf.
Leafed = (
    Choose | Services | Grounds | Guides | Search | Asking | Check | Papers | Review | Reasons | Waits | Notices
    | OneNotice | Topics | Topic | Aside | Rate
)
