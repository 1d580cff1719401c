"""Where the person in front of the screen is: one frozen type a step, each with what that step needs and no more.

Knows no Qt, no socket and no clock; `_s` are seconds of a clock that only goes forward.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from hall_daemon.wire.guides import GuideView
from hall_daemon.wire.messages import Issued, TicketView
from hall_daemon.wire.messages import Problem as Refusal
from hall_daemon.wire.reviews import ReviewView
from hall_daemon.wire.uploads import HandedPapers
from kiosk_ui.state.drafts import AskCase as AskCase
from kiosk_ui.state.drafts import Case, Draft, Place
from kiosk_ui.state.drafts import CaseAbout as CaseAbout
from kiosk_ui.state.news import LookUp as LookUp
from kiosk_ui.state.news import LookUps as LookUps
from kiosk_ui.state.news import Notices as Notices
from kiosk_ui.state.news import OneNotice as OneNotice
from kiosk_ui.state.news import Waits as Waits

TicketPress = Literal["return", "slip", "cancel"]
About = Literal["draw", "ticket", "return", "slip", "cancel", "guide", "search", "help", CaseAbout]


class Draw(NamedTuple):
    """A number being drawn. One key for all attempts, so that the hall draws once; `retry_at_s` None while a
    request is out."""

    key: str
    service: str
    ground: str
    attempt: int = 1
    retry_at_s: float | None = None
    case: Case | None = None


class Watch(NamedTuple):
    """A ticket that a page follows. `next_at_s` None while a request is out; `view` is from `got_at_s`, and its slip
    has been so since `slip_since_s`."""

    ref: str
    view: TicketView | None = None
    got_at_s: float = 0.0
    next_at_s: float | None = None
    slip_since_s: float = 0.0


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


@dataclass(frozen=True, slots=True)
class Guides:
    """What there is a guide for: the groups, or the matters of one."""

    group: str = ""
    leaf: int = 0


@dataclass(frozen=True, slots=True)
class Search:
    """A matter looked for by what is typed: pinyin, initials or a word. `found` are matters, best first, for `asked`;
    while something else is typed already they are asked for again."""

    typed: str = ""
    asked: str = ""
    found: tuple[str, ...] = ()
    leaf: int = 0


@dataclass(frozen=True, slots=True)
class Guide:
    """One matter's guide; `view` None while it is fetched, `failed` when it could not be."""

    matter: str
    before: Guides | Search | OneNotice
    view: GuideView | None = None
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Help:
    """叫人帮忙. `before` is the page to go back to, `key` that of the call; `told`: staff see it, None: not known."""

    before: Step
    key: str = ""
    told: bool | None = None


@dataclass(frozen=True, slots=True)
class Drawing:
    matter: Matter
    draw: Draw


# -- a form and its pre-review ---------------------------------------------------------------------

Keys = Literal["pinyin", "latin", "signs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One question. `typed` is what stands there, `letters` pinyin that is no word yet; `told`: what is wrong with it
    was said, so the next press goes on all the same; `mending`: from the last look, and back to it."""

    draft: Draft
    at: Place
    before: Guide
    typed: str = field(default="", repr=False)
    letters: str = field(default="", repr=False)
    keys: Keys = "pinyin"
    told: bool = False
    mending: bool = False
    leaf: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """The last look: everything that is wrong, and every answer."""

    draft: Draft
    before: Guide
    leaf: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """What has to be handed in, and a code by which a phone does it. `wanted`: the paper that is shown by itself, ""
    for the list; `next_at_s` None while a request is out, `offered_at_s` when the code began."""

    draft: Draft
    before: Guide
    handed: HandedPapers | None = None
    url: str = field(default="", repr=False)
    good_s: float = 0.0
    offered_at_s: float = 0.0
    number: str = ""
    claimed: bool = False
    wanted: str = ""
    leaf: int = 0
    promised: tuple[str, ...] = ()
    next_at_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A pre-review that was sent, with the draft of it in the session that sent it; others look it up. `site` is where
    phones find the hall, "" where nobody said."""

    case: Case
    view: ReviewView
    draft: Draft | None = None
    before: Guide | None = None
    site: str = ""
    leaf: int = 0
    next_at_s: float | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A draft that its person goes on with on their own phone: nobody takes it back."""

    case: Case
    site: str


@dataclass(frozen=True, slots=True)
class FindReview:
    """A pre-review looked up by the digits of its number, `person` once they are all there."""

    typed: str = ""
    person: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something is asked of the hall; `before` is the page that asked."""

    before: Guide | Check | Papers | FindReview
    asked: AskCase


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


@dataclass(frozen=True, slots=True)
class Ticket:
    """A number that was looked up, being searched while its watch has no view. `return_key` and `slip_key` are of the
    one press of 过号返回 and of 补打 that may be out."""

    watch: Watch
    return_key: str = ""
    returned: bool = False
    slip_key: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something did not happen. `before` is the page to go back to, from where it can be tried again."""

    trouble: Trouble
    before: Matter | LookUp | Number | Ticket


Step = (
    Home | Choose | Services | Matter | Grounds | Drawing | Number | AskedCancel | Cancelling | LookUp | Ticket
    | Problem | Help | Guides | Search | Guide | Asking | Check | Papers | Review | FindReview | Waiting
    | Stuck | AskedLeave | Taken | LookUps | Waits | Notices | OneNotice
)

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
Leafed = Choose | Services | Grounds | Guides | Search | Asking | Check | Papers | Review | Waits | Notices | OneNotice
