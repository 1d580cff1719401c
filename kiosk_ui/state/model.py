"""The kiosk's view state as frozen values. Knows no Qt, no socket and no clock; `_s` are seconds of a clock that
only goes forward and that whoever calls passes in.

`Session` is all there is of the person in front of the screen: replaced by a fresh one, nothing of them is left.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from msgspec import UNSET, structs

from hall_daemon.wire.messages import HallView, Issued, Problem, QueueView, ServiceView, TicketView

# The code of a language that has a file of words.
Language = str
Step = Literal["choose", "services", "matter", "grounds", "drawing", "number", "cancel", "cancelling", "lookup",
    "ticket", "problem"]  # fmt: skip
About = Literal["draw", "ticket", "return", "slip", "cancel"]


@dataclass(frozen=True, slots=True)
class Screen:
    """The visible picture, in millimetres."""

    width_mm: float
    height_mm: float


@dataclass(frozen=True, slots=True)
class Settings:
    """One kiosk. `printer` "" gives no slip; `services` () offers everything."""

    kiosk: str = "kiosk-1"
    printer: str = ""
    services: tuple[str, ...] = ()
    language: Language = "zh"
    screen: Screen = Screen(268, 476)
    idle_s: float = 45
    assist_idle_s: float = 90
    countdown_s: float = 20


@dataclass(frozen=True, slots=True)
class Assist:
    """长辈模式 is all of them."""

    large: bool = False
    contrast: bool = False
    low: bool = False

    @property
    def all(self) -> bool:
        return self.large and self.contrast and self.low

    @property
    def any(self) -> bool:
        return self.large or self.contrast or self.low


class Draw(NamedTuple):
    """A number being drawn. One key for all attempts, so that the hall draws once; `retry_at_s` None while a
    request is out."""

    key: str
    service: str
    ground: str
    attempt: int = 1
    retry_at_s: float | None = None


class Watch(NamedTuple):
    """A ticket that a page follows. `next_at_s` None while a request is out; `view` is from `got_at_s`, and its slip
    has been so since `slip_since_s`."""

    ref: str
    view: TicketView | None = None
    got_at_s: float = 0.0
    next_at_s: float | None = None
    slip_since_s: float = 0.0


class Trouble(NamedTuple):
    """Why something did not happen. `code` "unreachable" is ours: no answer came; the words of all others are
    the hall's own."""

    about: About
    code: str
    said: Problem | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """The person in front of the screen. `issued_at_s` is when the figures in `issued` were true. `return_key`
    and `slip_key` are the keys of the one press of 过号返回 and of 补打 that may be out, `cancel_key` of a 放弃 whose
    outcome is not known yet. `unsettled` are draws for something else whose outcome nobody knows: the same wish again
    is asked with the same key."""

    language: Language = "zh"
    assist: Assist = Assist()
    step: Step = "choose"
    leaf: int = 0
    queue: str = ""
    service: str = ""
    ground: str = ""
    typed: str = ""
    draw: Draw | None = None
    unsettled: tuple[Draw, ...] = ()
    issued: Issued | None = None
    issued_at_s: float = 0.0
    watch: Watch | None = None
    return_key: str = ""
    returned: bool = False
    slip_key: str = ""
    cancel_key: str = ""
    cancelled: bool = False
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """What we know of the hall. `poll_at_s` None while a request is out; `failures` in a row."""

    hall: HallView | None = None
    etag: str = ""
    got_at_s: float = 0.0
    failures: int = 0
    poll_at_s: float | None = 0.0


# So many failures in a row and the hall counts as away: one lost answer is not worth a page.
AWAY_AFTER = 2


@dataclass(frozen=True, slots=True)
class State:
    """Everything. `session_no` tells answers for this person from answers for somebody before."""

    settings: Settings = field(default_factory=Settings)
    session: Session = field(default_factory=Session)
    session_no: int = 1
    link: Link = field(default_factory=Link)
    touched_at_s: float = 0.0
    now_s: float = 0.0

    @property
    def away(self) -> bool:
        return self.link.failures >= (AWAY_AFTER if self.link.hall else 1)

    @property
    def stale(self) -> bool:
        """The hall's figures are older than they may be shown as live."""
        hall = self.link.hall
        return hall is not None and self.now_s - self.link.got_at_s > hall.ttl_s

    @property
    def fresh(self) -> bool:
        """Nobody has done anything: there is nothing to wipe."""
        return self.session == Session(language=self.settings.language)

    @property
    def countdown_left_s(self) -> float | None:
        """Seconds until everything is wiped, once the countdown shows; never while a number is being drawn."""
        if self.fresh or self.session.step == "drawing":
            return None
        settings = self.settings
        idle_s = settings.assist_idle_s if self.session.assist.any else settings.idle_s
        over_s = self.now_s - self.touched_at_s - idle_s
        return max(0.0, settings.countdown_s - over_s) if over_s >= 0 else None


def offered(state: State) -> tuple[ServiceView, ...]:
    """What this kiosk gives numbers for, in the hall's order."""
    hall = state.link.hall
    if hall is None:
        return ()
    only = state.settings.services
    return tuple(service for service in hall.services if not only or service.id in only)


def queues(state: State) -> tuple[QueueView, ...]:
    """The queues of what is offered, in the hall's order."""
    hall = state.link.hall
    if hall is None:
        return ()
    used = {service.queue for service in offered(state)}
    return tuple(queue for queue in hall.queues if queue.id in used)


def in_queue(state: State, queue: str) -> tuple[ServiceView, ...]:
    return tuple(service for service in offered(state) if service.queue == queue)


def service_of(state: State, service_id: str) -> ServiceView | None:
    return next((service for service in offered(state) if service.id == service_id), None)


def queue_of(state: State, queue_id: str) -> QueueView | None:
    hall = state.link.hall
    return next((queue for queue in hall.queues if queue.id == queue_id), None) if hall else None


def queue_for(state: State, service: ServiceView) -> QueueView | None:
    """The queue as whoever comes for this matter finds it: its line, and how long that matter waits."""
    queue = queue_of(state, service.queue)
    if queue is None or service.wait is UNSET:
        return queue
    return structs.replace(queue, wait=service.wait)


def printer_works(state: State) -> bool:
    """This kiosk has a printer, and the hall says that it can print: every state but `ready` is one that cannot."""
    devices = state.link.hall.devices if state.link.hall else ()
    return any(device.id == state.settings.printer and device.state == "ready" for device in devices)


# So much older than its answer may be what a hall says of its devices.
_DEVICES_LAG_S = 1.0


def printer_works_again(state: State) -> bool:
    """The same, heard after what became of the slip: a view from before its failure proves nothing."""
    watch = state.session.watch
    since_s = watch.slip_since_s if watch else 0.0
    return printer_works(state) and state.link.got_at_s > since_s + _DEVICES_LAG_S


# What a slip is that is not in anybody's hand. A slip carries the token, so whoever only typed a number gets no other.
_NOT_OUT = frozenset({"none", "failed", "unknown"})


def slip_is_missing(view: TicketView) -> bool:
    return view.slip in _NOT_OUT


def may_cancel(session: Session) -> bool:
    """Only who has just drawn the number here, while it can be given up: anybody can type a number."""
    if session.issued is None or session.cancelled:
        return False
    view = session.watch.view if session.watch else None
    return view is None or "cancel" in view.can


# At most six choices on a page; four where half a page must do, or a short one in large print.
CHOICES = 6
CHOICES_LITTLE_ROOM = 4
SHORT_MM = 350.0


def choices_per_leaf(state: State) -> int:
    assist = state.session.assist
    short = state.settings.screen.height_mm < SHORT_MM
    return CHOICES_LITTLE_ROOM if assist.low or (short and assist.large) else CHOICES


def grouped(state: State) -> bool:
    """The first page shows queues instead of matters."""
    return len(offered(state)) > choices_per_leaf(state) and len(queues(state)) > 1


Lack = Literal["", "all", "letters", "digits", "order"]


def lacks(typed: str) -> Lack:
    """What `typed` lacks to be a number, which is letters, then digits; "" for nothing."""
    letters = typed.rstrip("0123456789")
    if not typed:
        return "all"
    if not letters:
        return "letters"
    if not letters.isalpha():
        return "order"
    return "" if len(letters) < len(typed) else "digits"
