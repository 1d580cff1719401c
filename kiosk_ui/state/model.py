"""The kiosk's view state as frozen values. Knows no Qt, no socket and no clock; `_s` are seconds of a clock that
only goes forward and that whoever calls passes in.

`Session` is all there is of the person in front of the screen: replaced by a fresh one, nothing of them is left.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from msgspec import structs

from hall_daemon.wire.guides import GuideGroup, GuideSummary
from hall_daemon.wire.kiosks import SCREEN_MM, KioskSettings
from hall_daemon.wire.messages import HallView, Problem, QueueState, ServiceState, TicketView
from kiosk_ui.state.news import News
from kiosk_ui.state.steps import FIRST, Arriving, Draw, Drawing, Help, Moving, Papers, Step, Waiting, followed
from kiosk_ui.state.touches import Language as Language


@dataclass(frozen=True, slots=True)
class Assist:
    """How the page is shown and whether it is read aloud; 长辈模式 is all of them."""

    large: bool = False
    contrast: bool = False
    low: bool = False
    spoken: bool = False

    @property
    def all(self) -> bool:
        return self.large and self.contrast and self.low and self.spoken

    @property
    def any(self) -> bool:
        return self.large or self.contrast or self.low or self.spoken

    def switched(self, way: str) -> Assist:
        """One of them the other way round, or "senior": all on, or all off."""
        if way == "senior":
            return Assist() if self.all else Assist(True, True, True, True)
        return replace(self, **{way: not getattr(self, way)})


# What became of the last thing that a reader read, or a code: said over the page.
Heard = Literal["", "filled", "earlier", "nothing", "unreadable", "other_card", "too_late", "no_review"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """The person in front of the screen. `unsettled` are draws whose outcome nobody knows: the same wish again is
    asked with the same key. `heard` stands until the next key. `languages`: the leaf of the list of languages that lies
    over the step, -1 for none. `helped`: a call for a person that is open, or that the hall has not answered yet,
    wherever its page was left to."""

    language: Language = "zh"
    assist: Assist = Assist()
    step: Step = FIRST
    unsettled: tuple[Draw, ...] = ()
    heard: Heard = ""
    languages: int = -1
    helped: Help | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What we know of the hall. `poll_at_s` None while a request is out; `failures` in a row; `refused`: the last one
    was that the hall does not take this kiosk's credential."""

    hall: HallView | None = None
    etag: str = ""
    got_at_s: float = 0.0
    failures: int = 0
    poll_at_s: float | None = 0.0
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Own:
    """What the hall says that this kiosk is. `known` once it said so; `refusal` when it knows no such kiosk.
    `ask_at_s` None while a request is out; `failures` in a row."""

    known: bool = False
    refusal: Problem | None = None
    failures: int = 0
    ask_at_s: float | None = 0.0


@dataclass(frozen=True, slots=True)
class Reader:
    """What this kiosk's readers are asked: `after` is the last reading that came, `out` while a wait is under way,
    `at_s` when the next one may begin. `begun`: what was read for the program before this one is forgotten."""

    after: int = 0
    out: bool = False
    at_s: float = 0.0
    begun: bool = False


# A name of fewer letters stands in many words that are none.
_NAME = 3


@dataclass(frozen=True, slots=True)
class Library:
    """What the hall has guides for; () in a hall without. Who looks for a matter that is stopped finds that it is, and
    what takes its place. `ask_at_s` None while a request is out."""

    groups: tuple[GuideGroup, ...] = ()
    guides: tuple[GuideSummary, ...] = ()
    ask_at_s: float | None = 0.0

    def of(self, matter: str) -> GuideSummary | None:
        return next((guide for guide in self.guides if guide.matter == matter), None)

    def called(self) -> Mapping[str, tuple[str, ...]]:
        """Names and what people call them, each with the matters that are called so; short ones say too little."""
        found: dict[str, tuple[str, ...]] = {}
        for guide in self.guides:
            for name in dict.fromkeys((*guide.title.values(), *guide.aliases)):
                if len(name) >= _NAME:
                    found[name] = (*found.get(name, ()), guide.matter)
        return found

    def within(self, group: str, *, forms: bool = False) -> tuple[GuideSummary, ...]:
        return tuple(guide for guide in (self.with_forms if forms else self.guides) if guide.group == group)

    @property
    def with_forms(self) -> tuple[GuideSummary, ...]:
        """What can be pre-reviewed."""
        return tuple(guide for guide in self.guides if guide.form and not guide.over)


# Whoever takes pictures with a phone, or waits for somebody who was called, does not touch the kiosk: so many times the
# idle time is theirs.
WITH_A_PHONE = 4

# So many failures in a row and the hall counts as away: one lost answer is not worth a page.
AWAY_AFTER = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Everything. `overrides` are settings that were said at the start and go before the hall's. `session_no` tells
    answers for this person from answers for somebody before; `clock` is the local time on the wall, `measured_mm` what
    the screen says of its size; `speaks`: this machine can read a page aloud, `repeats` counts how often it was asked
    to do so again."""

    settings: KioskSettings = field(default_factory=KioskSettings)
    overrides: Mapping[str, Any] = field(default_factory=dict)
    own: Own = Own()
    session: Session = Session()
    session_no: int = 1
    link: Link = Link()
    library: Library = Library()
    reader: Reader = Reader()
    news: News = field(default_factory=News)
    touched_at_s: float = 0.0
    now_s: float = 0.0
    clock: datetime | None = None
    measured_mm: tuple[int, int] | None = None
    speaks: bool = True
    repeats: int = 0

    @property
    def screen_mm(self) -> tuple[int, int]:
        """The picture's width and height: as the hall says, else as the screen does, else a usual one."""
        return self.settings.screen_mm or self.measured_mm or SCREEN_MM

    def clock_at(self, at_s: float) -> str:
        """The minute in which it was `at_s`, as 09:42; "" before the clock was read."""
        return f"{self.clock - timedelta(seconds=self.now_s - at_s):%H:%M}" if self.clock else ""

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
        step = self.session.step
        if self.fresh or isinstance(step, Drawing | Waiting):
            return None
        settings = self.settings
        idle_s: float = settings.assist_idle_s if self.session.assist.any else settings.idle_s
        waits = (isinstance(step, Papers) and step.claimed) or (isinstance(step, Help) and step.awaited)
        if waits or isinstance(step, Moving | Arriving):
            idle_s *= WITH_A_PHONE
        over_s = self.now_s - self.touched_at_s - idle_s
        return max(0.0, settings.countdown_s - over_s) if over_s >= 0 else None


def offered(state: State) -> tuple[ServiceState, ...]:
    """What this kiosk gives numbers for, in the hall's order."""
    hall = state.link.hall
    if hall is None:
        return ()
    only = state.settings.services
    return tuple(
        service
        for service in hall.services
        if (not only or service.id in only) and service.closed_because != "review_needed"
    )


def queues(state: State) -> tuple[QueueState, ...]:
    """The queues of what is offered, in the hall's order."""
    hall = state.link.hall
    if hall is None:
        return ()
    used = {service.queue for service in offered(state)}
    return tuple(queue for queue in hall.queues if queue.id in used)


def in_queue(state: State, queue: str) -> tuple[ServiceState, ...]:
    return tuple(service for service in offered(state) if service.queue == queue)


def service_of(state: State, service_id: str) -> ServiceState | None:
    return next((service for service in offered(state) if service.id == service_id), None)


def queue_of(state: State, queue_id: str) -> QueueState | None:
    hall = state.link.hall
    return next((queue for queue in hall.queues if queue.id == queue_id), None) if hall else None


def queue_for(state: State, service: ServiceState) -> QueueState | None:
    """The queue as whoever comes for this matter finds it: its line, and how long that matter waits."""
    queue = queue_of(state, service.queue)
    return structs.replace(queue, wait=service.wait) if queue is not None else None


def printer_works(state: State) -> bool:
    """This kiosk has a printer, and the hall says that it can print: every state but `ready` is one that cannot."""
    devices = state.link.hall.devices if state.link.hall else ()
    return any(device.id == state.settings.printer and device.state == "ready" for device in devices)


# So much older than its answer may be what a hall says of its devices.
_DEVICES_LAG_S = 1.0


def printer_works_again(state: State) -> bool:
    """The same, heard after what became of the slip: a view from before its failure proves nothing."""
    ticket = followed(state.session.step)
    since_s = ticket.watch.slip_since_s if ticket else 0.0
    return printer_works(state) and state.link.got_at_s > since_s + _DEVICES_LAG_S


# What a slip is that is not in anybody's hand. A slip carries the token, so whoever only typed a number gets no other.
_NOT_OUT = frozenset({"none", "failed", "unknown"})


def slip_is_missing(view: TicketView) -> bool:
    return view.slip in _NOT_OUT


# Eight pictures on an upright page, six on a short one or in large print; four where half a page must do.
CHOICES = 8
CHOICES_LESS_ROOM = 6
CHOICES_LITTLE_ROOM = 4
SHORT_MM = 350.0


def choices_per_leaf(state: State) -> int:
    assist = state.session.assist
    short = state.screen_mm[1] < SHORT_MM
    if assist.low or (short and assist.large):
        return CHOICES_LITTLE_ROOM
    return CHOICES_LESS_ROOM if short or assist.large else CHOICES


def smooth(state: State, service: ServiceState) -> bool:
    """Nothing stands against a number for it: one touch draws it. Otherwise its page says first what does."""
    paper = not state.settings.printer or printer_works(state)
    return service.open and service.windows_open > 0 and paper and not state.stale


def grouped(state: State) -> bool:
    """Queues are chosen first, then their matters: more than six matters are not taken in at a glance."""
    return len(offered(state)) > min(CHOICES_LESS_ROOM, choices_per_leaf(state)) and len(queues(state)) > 1


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
