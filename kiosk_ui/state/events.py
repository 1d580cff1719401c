"""What happens to the kiosk (events), what a finger asks for (presses), what it asks of the world (effects).

Values only. An effect that is about a person carries their session's number, and so does its answer.
"""

from __future__ import annotations

from dataclasses import dataclass

from hall_daemon.wire.kiosks import KioskSettings
from hall_daemon.wire.messages import HallView, Issued, Problem, TicketView
from kiosk_ui.state.model import Language
from kiosk_ui.state.steps import About

# -- presses: what a button means ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChooseQueue:
    queue: str


@dataclass(frozen=True, slots=True)
class ChooseService:
    service: str


@dataclass(frozen=True, slots=True)
class TurnLeaf:
    """The next page of choices, from the last one to the first again."""


@dataclass(frozen=True, slots=True)
class AskPriority:
    pass


@dataclass(frozen=True, slots=True)
class ChooseGround:
    """A ground for priority by law; "" takes it back."""

    ground: str


@dataclass(frozen=True, slots=True)
class TakeNumber:
    pass


@dataclass(frozen=True, slots=True)
class TryAgain:
    """The same draw with the same key, or the same question."""


@dataclass(frozen=True, slots=True)
class OpenLookup:
    pass


@dataclass(frozen=True, slots=True)
class TypeKey:
    key: str


@dataclass(frozen=True, slots=True)
class EraseKey:
    pass


@dataclass(frozen=True, slots=True)
class ClearKeys:
    pass


@dataclass(frozen=True, slots=True)
class Find:
    pass


@dataclass(frozen=True, slots=True)
class ComeBack:
    """过号返回."""


@dataclass(frozen=True, slots=True)
class PrintSlip:
    """补打: the slip of the number that is shown."""


@dataclass(frozen=True, slots=True)
class AskCancel:
    """放弃号码: asks first."""


@dataclass(frozen=True, slots=True)
class Cancel:
    """确认放弃: the number that was drawn here is given up."""


@dataclass(frozen=True, slots=True)
class Back:
    pass


@dataclass(frozen=True, slots=True)
class Home:
    """To the first page; language and assistance stay."""


@dataclass(frozen=True, slots=True)
class Finish:
    """The person goes: everything is wiped."""


@dataclass(frozen=True, slots=True)
class Stay:
    """继续."""


@dataclass(frozen=True, slots=True)
class Speak:
    """Change the language."""

    language: Language


@dataclass(frozen=True, slots=True)
class SwitchLarge:
    pass


@dataclass(frozen=True, slots=True)
class SwitchContrast:
    pass


@dataclass(frozen=True, slots=True)
class SwitchLow:
    pass


@dataclass(frozen=True, slots=True)
class SwitchSenior:
    """长辈模式: all on, or all off."""


Press = (
    ChooseQueue | ChooseService | TurnLeaf | AskPriority | ChooseGround | TakeNumber | TryAgain | OpenLookup | TypeKey
    | EraseKey | ClearKeys | Find | ComeBack | PrintSlip | AskCancel | Cancel | Back | Home | Finish | Stay | Speak
    | SwitchLarge | SwitchContrast | SwitchLow | SwitchSenior
)


# -- events ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tick:
    """Time passed."""


@dataclass(frozen=True, slots=True)
class Stirred:
    """Somebody touched the screen, wherever."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """`spare_key` is new and random every time: the Idempotency-Key if this press starts something."""

    press: Press
    spare_key: str


@dataclass(frozen=True, slots=True)
class HallCame:
    hall: HallView
    etag: str


@dataclass(frozen=True, slots=True)
class HallSame:
    """304: what we have is still true."""


@dataclass(frozen=True, slots=True)
class HallLost:
    """No answer, or one that cannot be read. `why` is for the log."""

    why: str


@dataclass(frozen=True, slots=True)
class SettingsCame:
    settings: KioskSettings


@dataclass(frozen=True, slots=True)
class SettingsRefused:
    """The hall said no: it knows no such kiosk."""

    problem: Problem


@dataclass(frozen=True, slots=True)
class SettingsLost:
    """No answer, or one that cannot be read. `why` is for the log."""

    why: str


@dataclass(frozen=True, slots=True)
class Drawn:
    session: int
    key: str
    issued: Issued


@dataclass(frozen=True, slots=True)
class TicketCame:
    session: int
    ref: str
    ticket: TicketView


@dataclass(frozen=True, slots=True)
class Returned:
    session: int
    key: str


@dataclass(frozen=True, slots=True)
class SlipAsked:
    """The hall will print it."""

    session: int
    key: str


@dataclass(frozen=True, slots=True)
class Cancelled:
    session: int
    key: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The hall said no. `ref` is the key or ticket that was asked about."""

    session: int
    about: About
    ref: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class Lost:
    """No answer: for a press the outcome is not known."""

    session: int
    about: About
    ref: str
    why: str


Answer = Drawn | TicketCame | Returned | SlipAsked | Cancelled | Refused | Lost
Event = (
    Tick | Stirred | Pressed | HallCame | HallSame | HallLost | SettingsCame | SettingsRefused | SettingsLost | Answer
)


# -- effects ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FetchHall:
    etag: str


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """What this kiosk is."""


@dataclass(frozen=True, slots=True)
class DrawNumber:
    session: int
    key: str
    service: str
    ground: str
    printer: str


@dataclass(frozen=True, slots=True)
class FetchTicket:
    session: int
    ref: str


@dataclass(frozen=True, slots=True)
class ReturnTicket:
    session: int
    key: str
    ref: str


@dataclass(frozen=True, slots=True)
class RequestSlip:
    session: int
    key: str
    ref: str
    printer: str


@dataclass(frozen=True, slots=True)
class CancelTicket:
    session: int
    key: str
    ref: str


Effect = FetchHall | FetchSettings | DrawNumber | FetchTicket | ReturnTicket | RequestSlip | CancelTicket
