"""What happens to the kiosk (events), what a finger asks for (presses), what it asks of the world (effects).

Values only. An effect that is about a person carries their session's number, and so does its answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import ClassVar, Literal

from hall_daemon.wire.guides import Guides, GuideView
from hall_daemon.wire.kiosks import KioskSettings
from hall_daemon.wire.messages import HallView, Issued, Problem, TicketView
from kiosk_ui.state.model import Language
from kiosk_ui.state.steps import About, TicketPress

Way = Literal["large", "contrast", "low", "spoken", "senior"]

# -- presses: what a button means ------------------------------------------------------------------


class Key(Enum):
    """Buttons that say nothing but themselves."""

    TURN_LEAF = auto()  # the next page of choices, from the last one to the first again
    ASK_PRIORITY = auto()
    TAKE_NUMBER = auto()
    TRY_AGAIN = auto()  # the same draw with the same key, or the same question
    OPEN_CHOOSE = auto()  # 取号排队
    OPEN_GUIDES = auto()  # 事项指南
    OPEN_SEARCH = auto()
    OPEN_LOOKUP = auto()
    CALL_HELP = auto()  # 叫人帮忙
    REPEAT = auto()  # 再听一遍
    ERASE = auto()
    CLEAR = auto()
    FIND = auto()
    COME_BACK = auto()  # 过号返回
    PRINT_SLIP = auto()  # 补打: the slip of the number that is shown
    ASK_CANCEL = auto()  # 放弃号码: asks first
    CANCEL = auto()  # 确认放弃: the number that was drawn here is given up
    BACK = auto()
    HOME = auto()  # to the first page; language and assistance stay
    FINISH = auto()  # the person goes: everything is wiped
    STAY = auto()  # 继续


@dataclass(frozen=True, slots=True)
class ChooseQueue:
    queue: str


@dataclass(frozen=True, slots=True)
class ChooseService:
    service: str


@dataclass(frozen=True, slots=True)
class ChooseGroup:
    group: str


@dataclass(frozen=True, slots=True)
class ChooseGuide:
    matter: str


@dataclass(frozen=True, slots=True)
class ChooseGround:
    """A ground for priority by law; "" takes it back."""

    ground: str


@dataclass(frozen=True, slots=True)
class TypeKey:
    key: str


@dataclass(frozen=True, slots=True)
class Speak:
    """Change the language."""

    language: Language


@dataclass(frozen=True, slots=True)
class Switch:
    """How the page is shown, the other way round; 长辈模式 (senior) is all on, or all off."""

    way: Way


Press = Key | ChooseQueue | ChooseService | ChooseGroup | ChooseGuide | ChooseGround | TypeKey | Speak | Switch


# -- events ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tick:
    """Time passed. `clock` is the local time on the wall."""

    clock: datetime | None = None


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
    """No answer, or one that cannot be read. `why` is for the log. `refused`: the hall answers, but does not take who
    asks."""

    why: str
    refused: bool = False


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
class GuidesCame:
    guides: Guides


@dataclass(frozen=True, slots=True)
class GuidesLost:
    """No answer, or a hall that has none. `why` is for the log."""

    why: str


@dataclass(frozen=True, slots=True)
class GuideCame:
    session: int
    matter: str
    guide: GuideView


@dataclass(frozen=True, slots=True)
class HelpCalled:
    """Staff see that somebody here wants a person."""

    session: int
    key: str


@dataclass(frozen=True, slots=True)
class MattersFound:
    """Those that what was typed is about, best first."""

    session: int
    typed: str
    matters: tuple[str, ...]


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
class PressTaken:
    """What was pressed for a ticket is done; a slip is going to be printed."""

    session: int
    about: TicketPress
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


Answer = Drawn | TicketCame | PressTaken | GuideCame | MattersFound | HelpCalled | Refused | Lost
Event = (
    Tick | Stirred | Pressed | HallCame | HallSame | HallLost | SettingsCame | SettingsRefused | SettingsLost
    | GuidesCame | GuidesLost | Answer
)


# -- effects ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FetchHall:
    etag: str


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """What this kiosk is."""


@dataclass(frozen=True, slots=True)
class FetchGuides:
    """What the hall has guides for."""


@dataclass(frozen=True, slots=True)
class FetchGuide:
    session: int
    matter: str
    about: ClassVar[About] = "guide"

    @property
    def key(self) -> str:
        return self.matter


@dataclass(frozen=True, slots=True)
class FindMatters:
    session: int
    typed: str
    about: ClassVar[About] = "search"

    @property
    def key(self) -> str:
        return self.typed


@dataclass(frozen=True, slots=True)
class CallHelp:
    session: int
    key: str
    about: ClassVar[About] = "help"


@dataclass(frozen=True, slots=True)
class DrawNumber:
    session: int
    key: str
    service: str
    ground: str
    printer: str
    about: ClassVar[About] = "draw"


@dataclass(frozen=True, slots=True)
class FetchTicket:
    session: int
    ref: str
    about: ClassVar[About] = "ticket"

    @property
    def key(self) -> str:
        """What its answer names."""
        return self.ref


@dataclass(frozen=True, slots=True)
class PressTicket:
    """`printer` for a slip only."""

    session: int
    about: TicketPress
    key: str
    ref: str
    printer: str = ""


# Effects about a person: `about` and `key` say which answer is theirs.
Personal = DrawNumber | FetchTicket | PressTicket | FetchGuide | FindMatters | CallHelp
Effect = FetchHall | FetchSettings | FetchGuides | Personal
