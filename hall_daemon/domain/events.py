"""What happened. Past tense, frozen, complete: `evolve` needs nothing but the event and its moment.

No event holds a person's name, number or words: `subject` is a random id whose fields lie in the vault.
Names and fields are the journal's format. A new field gets a default; a meaning never changes.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class DayOpened:
    day: str
    midnight_wall: int


@dataclass(frozen=True, slots=True)
class DayClosed:
    """The rest expired in the same transaction, by TicketExpired events before this one."""

    day: str


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Reason:
    """Why this ticket: a code of dispatch.REASONS and the facts its words need."""

    code: str
    facts: dict[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TicketCalled:
    """`credit` is the window's class credit after this call. `continues`: same press as the event before."""

    window: str
    ticket: str
    reason: Reason
    credit: dict[str, int] = field(default_factory=dict)
    continues: bool = False


@dataclass(frozen=True, slots=True)
class TicketRecalled:
    window: str
    ticket: str
    count: int


@dataclass(frozen=True, slots=True)
class ServiceStarted:
    window: str
    ticket: str


@dataclass(frozen=True, slots=True)
class ServiceFinished:
    """The last matter on the ticket is done. `service` and times are what statistics read."""

    window: str
    ticket: str
    service: str


@dataclass(frozen=True, slots=True)
class ServiceAdvanced:
    """One matter is done, the next one waits with the place of the first."""

    window: str
    ticket: str
    service: str
    next_service: str
    queue: str


@dataclass(frozen=True, slots=True)
class TicketMissed:
    window: str
    ticket: str
    misses: int
    not_before: int


@dataclass(frozen=True, slots=True)
class TicketVoided:
    """Missed too often. Same press as the miss before it."""

    window: str
    ticket: str


@dataclass(frozen=True, slots=True)
class TicketReturned:
    ticket: str
    after_calls: int
    not_before: int


@dataclass(frozen=True, slots=True)
class TicketHeld:
    window: str
    ticket: str


@dataclass(frozen=True, slots=True)
class TicketResumed:
    window: str
    ticket: str


@dataclass(frozen=True, slots=True)
class TicketTransferred:
    ticket: str
    window: str
    services: tuple[str, ...]
    queue: str
    since: int
    serial: int
    only_window: str = ""


@dataclass(frozen=True, slots=True)
class TicketCancelled:
    ticket: str


@dataclass(frozen=True, slots=True)
class TicketExpired:
    ticket: str


@dataclass(frozen=True, slots=True)
class PressUndone:
    """`tickets` are those that went back to what they were before the press."""

    window: str
    tickets: tuple[str, ...]
    press: str


@dataclass(frozen=True, slots=True)
class WindowOpened:
    window: str
    staff: str


@dataclass(frozen=True, slots=True)
class WindowPaused:
    window: str
    reason: str


@dataclass(frozen=True, slots=True)
class WindowClosed:
    window: str


@dataclass(frozen=True, slots=True)
class SlipRequested:
    ticket: str
    printer: str
    copy: int


@dataclass(frozen=True, slots=True)
class SlipReported:
    ticket: str
    result: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CallAnnounced:
    ticket: str
    window: str
    call: int
    visible: bool
    audible: bool


@dataclass(frozen=True, slots=True)
class ClockStepped:
    by_ms: int


Event = (
    DayOpened | DayClosed | TicketIssued | TicketCalled | TicketRecalled | ServiceStarted | ServiceFinished
    | ServiceAdvanced | TicketMissed | TicketVoided | TicketReturned | TicketHeld | TicketResumed
    | TicketTransferred | TicketCancelled | TicketExpired | PressUndone | WindowOpened | WindowPaused
    | WindowClosed | SlipRequested | SlipReported | CallAnnounced | ClockStepped
)  # fmt: skip

EVENTS: dict[str, type[Event]] = {kind.__name__: kind for kind in Event.__args__}
