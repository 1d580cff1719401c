"""What happened. Past tense, frozen, complete: `evolve` needs nothing but the event and its moment.

No event holds a person's name, number or words: `subject` is a random id whose fields lie in the vault.
Names and fields are the journal's format. A new field gets a default; a meaning never changes.
"""

from __future__ import annotations

from dataclasses import field
from typing import NamedTuple

from hall_daemon.domain.day_events import Beside as Beside
from hall_daemon.domain.day_events import DayClosed as DayClosed
from hall_daemon.domain.day_events import DayOpened as DayOpened
from hall_daemon.domain.day_events import DayReopened as DayReopened
from hall_daemon.domain.day_events import EventsLost as EventsLost
from hall_daemon.domain.day_events import TicketReopened as TicketReopened
from hall_daemon.domain.value import value


@value
class TicketIssued:
    """`serial` is the place in the hall's line; `ahead` what was promised; ticks and walls in ms."""

    ticket: str
    number: str
    day: str
    queue: str
    count: int
    services: tuple[str, ...]
    token: str
    serial: int
    since: int
    ahead: int
    class_: str = "ordinary"
    class_reason: str = ""
    not_before: int = 0
    printer: str = ""
    subject: str = ""
    channel: str = ""
    review: str = ""


@value
class Reason:
    """Why this ticket: a code of dispatch.REASONS and the facts its words need."""

    code: str
    facts: dict[str, str | int] = field(default_factory=dict)


@value
class TicketCalled:
    """`credit` is the window's class credit after this call. `continues`: same press as the event before."""

    window: str
    ticket: str
    reason: Reason
    credit: dict[str, int] = field(default_factory=dict)
    continues: bool = False


@value
class TicketRecalled:
    window: str
    ticket: str
    count: int


@value
class ServiceStarted:
    window: str
    ticket: str


@value
class ServiceFinished:
    """The last matter on the ticket is done. `service` and times are what statistics read."""

    window: str
    ticket: str
    service: str


@value(kw_only=True)
class ServiceAdvanced:
    """One matter is done, the next one waits with the place of the first, for `only_window` if it goes back there."""

    window: str
    ticket: str
    service: str
    next_service: str
    queue: str
    only_window: str = ""


@value
class TicketMissed:
    window: str
    ticket: str
    misses: int
    not_before: int


@value
class TicketVoided:
    """Missed too often. Same press as the miss before it."""

    window: str
    ticket: str


@value
class TicketReturned:
    ticket: str
    after_calls: int
    not_before: int


@value
class TicketPostponed:
    """By the choice of whoever holds it: not called before tick `until`, and waiting counts from `since`. `count`: the
    how-manieth time; `not_before` is later than `until` where a slot is."""

    ticket: str
    count: int
    since: int
    until: int
    not_before: int


@value
class HolderComing:
    """Whoever is called says to be on the way."""

    ticket: str
    window: str


@value
class TicketHeld:
    window: str
    ticket: str


@value
class TicketResumed:
    window: str
    ticket: str


@value(kw_only=True)
class TicketTransferred:
    """`only_window` may call the present service; `back_to` says which later ones go back to which window."""

    ticket: str
    window: str
    services: tuple[str, ...]
    queue: str
    since: int
    serial: int
    only_window: str = ""
    back_to: dict[str, str] = field(default_factory=dict)


@value
class TicketPrioritised:
    """Its class is `priority` from here on, on the ground `reason`; its place is what it was."""

    ticket: str
    reason: str


@value(kw_only=True)
class TicketPrepared:
    """What it comes for was looked at before and passed: `services` has the prepared matter in the place of the plain
    one, `queue` is that of the first of them. Its number and its place stay; `after_calls` counts calls of the new
    matter."""

    ticket: str
    review: str
    services: tuple[str, ...]
    queue: str
    class_: str
    after_calls: int = 0


@value(kw_only=True)
class TicketUnprepared:
    """The review no longer holds: it waits for the plain matter again, with its number and its place."""

    ticket: str
    review: str
    services: tuple[str, ...]
    queue: str
    class_: str
    after_calls: int = 0


@value
class TicketCancelled:
    ticket: str


@value
class TicketExpired:
    ticket: str


@value
class HolderNamed:
    """`before` is the subject that this one takes the place of, or empty."""

    ticket: str
    subject: str
    before: str = ""


@value
class PressUndone:
    """`tickets` are those that went back to what they were before the press, `services` the matter that each is at
    again; before they were told there are none."""

    window: str
    tickets: tuple[str, ...]
    press: str
    services: tuple[str, ...] = ()


@value
class WindowOpened:
    """`taken_from` is who had the window until now, `ticket` who stood there and stays; both empty when nobody did."""

    window: str
    staff: str
    taken_from: str = ""
    ticket: str = ""


@value
class WindowPaused:
    window: str
    reason: str


@value
class WindowClosed:
    window: str


@value
class ServiceRated:
    """`level` is 1 (very poor) to 5 (very good), `source` a device, or what its holder rated with. `reasons` are codes
    of a closed list, for a low level only: no free text, so no person."""

    ticket: str
    window: str
    level: int
    source: str
    reasons: tuple[str, ...] = ()


@value
class SlipRequested:
    ticket: str
    printer: str
    copy: int


@value
class SlipReported:
    ticket: str
    result: str
    detail: str = ""


@value
class CallAnnounced:
    ticket: str
    window: str
    call: int
    visible: bool
    audible: bool


@value
class ClockStepped:
    by_ms: int


Event = (
    DayOpened | DayClosed | TicketIssued | TicketCalled | TicketRecalled | ServiceStarted | ServiceFinished
    | ServiceAdvanced | TicketMissed | TicketVoided | TicketReturned | TicketHeld | TicketResumed
    | TicketTransferred | TicketPrioritised | TicketCancelled | TicketExpired | HolderNamed | PressUndone | WindowOpened
    | WindowPaused | WindowClosed | ServiceRated | SlipRequested | SlipReported | CallAnnounced | ClockStepped
    | TicketReopened | DayReopened | EventsLost | TicketPrepared | TicketUnprepared | TicketPostponed
    | HolderComing | Beside
)

# Of these nobody outside learns whom they are about.
CONFIDENTIAL: frozenset[type[Event]] = frozenset({ServiceRated})

# The hall's own, by name.
EVENTS: dict[str, type[Event]] = {kind.__name__: kind for kind in Event.__args__ if kind is not Beside}


class About(NamedTuple):
    """What an event names; empty where it names none. `ticket` is the last of `tickets`: an undone press is about the
    one it called last."""

    tickets: tuple[str, ...]
    window: str
    queue: str

    @property
    def ticket(self) -> str:
        return self.tickets[-1] if self.tickets else ""


def about(event: Event) -> About:
    """The tickets, the window and the queue that stand in `event`, confidential ones too."""
    return About(tickets_of(event), getattr(event, "window", ""), getattr(event, "queue", ""))


def tickets_of(event: Event) -> tuple[str, ...]:
    if isinstance(event, Beside):
        return ()
    ticket: str = getattr(event, "ticket", "")
    return (ticket,) if ticket else getattr(event, "tickets", ())


def confidential(event: Event) -> bool:
    """Nobody outside learns whom it is about."""
    return type(event) in CONFIDENTIAL or isinstance(event, Beside)


def of_hall(event: Event) -> bool:
    """Not of another book."""
    return not isinstance(event, Beside)


def public_about(event: Event) -> About:
    """What everybody may learn of it: a confidential event names nobody."""
    return _NOBODY if confidential(event) else about(event)


_NOBODY = About((), "", "")
