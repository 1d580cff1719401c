"""What the hall may ask of a device, and what a device says of itself.

Every call here returns at once: drivers own one thread each, keep the *desired* state and
report what was reached. Callbacks (`on_…`) run on the driver's thread and may only enqueue.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sized
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeVar, get_args

# What a device says of itself, and the same words everywhere: on the wire they are wire.messages.DeviceLife.
LifeState = Literal["init", "ready", "disconnected", "alert", "stopped"]
PaperState = Literal["ok", "near_end", "out", "unknown"]
# What a device can be to the hall. A device has parts of a role: screens of a bus, zones of a speaker.
Role = Literal["screens", "pads", "printers", "zones", "readers", "machines"]
ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """One device's life, for the staff page and `/healthz`.

    `since_s` and `reported_s` are readings of the monotonic clock handed to the driver; `reported_s`
    is the last time the device showed it was there (an answer, or bytes the line took), or None. `code` and `facts`
    say what is the matter, in words of the kind's table; `detail` is the same as an English line, "" when all is well.
    """

    device: str
    kind: str
    state: LifeState
    detail: str = ""
    since_s: float = 0.0
    reported_s: float | None = None
    counters: dict[str, int] = field(default_factory=dict)
    code: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


class Driver(Protocol):
    """A started device. `start` and `stop` are called once each, from one thread."""

    id: str

    def start(self) -> None: ...

    def stop(self, timeout_s: float = 3.0) -> None: ...

    def health(self) -> Health: ...


@dataclass(frozen=True, slots=True)
class ScreenText:
    """What one screen should show now. `lit` draws the eye (a call); otherwise it is calm text."""

    text: str
    lit: bool = False


@dataclass(frozen=True, slots=True)
class ScreenState:
    """Desired beside reported. They are equal when the screen took the newest text."""

    screen: str
    desired: ScreenText | None
    reported: ScreenText | None
    reported_s: float | None


class Screens(Driver, Protocol):
    """One or many screens behind one line. `show` keeps the newest text only."""

    def show(self, screen: str, text: ScreenText) -> None: ...

    def screens(self) -> tuple[ScreenState, ...]: ...


class Pads(Driver, Protocol):
    """Caller pads behind one line. Presses go to the environment's `tell`, see events."""

    def display(self, pad: str, *, waiting: int | None, ticket: str | None) -> None: ...

    def beep(self, pad: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Text:
    """One printed line. `size` 1..8 multiplies width and height."""

    text: str
    size: int = 1
    align: Literal["left", "center", "right"] = "left"
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code of `data` (UTF-8), `module` dots a module (1..16)."""

    data: str
    module: int = 6


@dataclass(frozen=True, slots=True)
class Feed:
    lines: int = 1


@dataclass(frozen=True, slots=True)
class Rule:
    """A dividing line over the whole width."""


@dataclass(frozen=True, slots=True)
class Columns:
    """A line with something at each end; two lines where it is too long for that."""

    left: str
    right: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Logo:
    """The picture that the printer is configured with, if any."""


SlipItem = Text | Qr | Feed | Rule | Columns | Logo


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip of paper, device-neutral. It is cut after the last item."""

    items: tuple[SlipItem, ...]


PrintResult = Literal["printed", "failed", "unknown"]


@dataclass(frozen=True, slots=True)
class PrintOutcome:
    """`printed`: the printer said so. `failed`: no paper came out, `detail` says why (paper_out,
    cover_open, offline, line_down, queue_full). `unknown`: bytes went out and nothing confirmed it."""

    job: str
    result: PrintResult
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """`online` is None when the printer does not answer: unknown, never paper out."""

    online: bool | None
    paper: PaperState
    cover_open: bool = False
    error: bool = False


class Printer(Driver, Protocol):
    """`broke_off`: nobody knows how the last slip before this start went. Whatever of it lies there is marked void and
    cut before anything else is printed."""

    def print(self, job: str, slip: Slip, on_done: Callable[[PrintOutcome], None]) -> None: ...

    def broke_off(self) -> None: ...

    def status(self) -> PrinterStatus: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """Something to be said in `zone`. After `stale_s` (monotonic) it is dropped unsaid."""

    id: str
    text: str
    zone: str
    stale_s: float
    language: Literal["zh", "en"] = "zh"
    times: int = 2


SpeakResult = Literal["said", "dropped", "silent"]


@dataclass(frozen=True, slots=True)
class SpeakOutcome:
    """`said`: the player finished it. `dropped`: stale, withdrawn or pushed out by a full queue.
    `silent`: no audio device or no voice; `detail` says which."""

    id: str
    result: SpeakResult
    detail: str = ""


class Speaker(Driver, Protocol):
    def say(self, announcement: Announcement, on_done: Callable[[SpeakOutcome], None]) -> None: ...

    def withdraw(self, id: str) -> None: ...


# What a reader can be asked for.
Wanted = Literal["card", "code", "page"]


class Reader(Driver, Protocol):
    """Reads while it is asked to, and tells what it read (events.Read): what lies there for nobody is not looked at.
    `reads`: the sort of thing it reads."""

    reads: Wanted

    def want(self, until_s: float) -> None:
        """Read until then (monotonic); a time that is over ends it."""

    def scan(self) -> None:
        """Take one picture now, where that has to be asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What came of asking for a number: `number` and how many are `ahead`, or a code of why there is none. `ask` names
    what was asked, "" for a button."""

    ask: str
    number: str = ""
    ahead: int = 0
    refused: str = ""


class TicketMachine(Driver, Protocol):
    """Machines at which people ask for a number, see events.TicketAsked; each asking is answered once or more."""

    def answer(self, machine: str, given: Given) -> None: ...


# What a line carries: bytes, or a tuple of messages. An empty one is nothing.
Datum = TypeVar("Datum", bound=Sized)


class Line(Protocol[Datum]):
    """A pipe to hardware, owned by one driver thread.

    `open`, `read` and `write` raise LinkDown and nothing else; `read` returns an empty datum when nothing came
    within `timeout_s`. `cancel_read` may be called from another thread and makes `read` return.
    """

    name: str

    def open(self) -> None: ...

    def read(self, timeout_s: float) -> Datum: ...

    def write(self, data: Datum) -> None: ...

    def cancel_read(self) -> None: ...

    def close(self) -> None: ...


ByteLine = Line[bytes]
