"""What happens to the kiosk (events) and what it asks of the world (effects); what a finger asks for is in `touches`.

Values only. An effect that is about a person carries their session's number, and so does its answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from msgspec import Struct

from hall_daemon.wire.figures import ForecastFeed
from hall_daemon.wire.guides import Guides, Notices
from hall_daemon.wire.kiosks import KioskSettings, ReadSort
from hall_daemon.wire.messages import HallView, Issued, Problem, TicketView
from hall_daemon.wire.readings import ReadingView
from kiosk_ui.state.drafts import Case
from kiosk_ui.state.guide_events import FetchGuide as FetchGuide
from kiosk_ui.state.guide_events import FetchPicture as FetchPicture
from kiosk_ui.state.guide_events import FindMatters as FindMatters
from kiosk_ui.state.guide_events import GuideCame as GuideCame
from kiosk_ui.state.guide_events import MattersFound as MattersFound
from kiosk_ui.state.guide_events import PictureCame as PictureCame
from kiosk_ui.state.help_events import CallHelp as CallHelp
from kiosk_ui.state.help_events import EndHelp as EndHelp
from kiosk_ui.state.help_events import HelpCalled as HelpCalled
from kiosk_ui.state.help_events import HelpSeen as HelpSeen
from kiosk_ui.state.help_events import WatchHelp as WatchHelp
from kiosk_ui.state.news import NewsKind
from kiosk_ui.state.rating_events import RateVisit as RateVisit
from kiosk_ui.state.rating_events import VisitRated as VisitRated
from kiosk_ui.state.steps import About, AskCase, CaseAbout, TicketPress
from kiosk_ui.state.touches import AskWord as AskWord
from kiosk_ui.state.touches import ChooseGround as ChooseGround
from kiosk_ui.state.touches import ChooseGroup as ChooseGroup
from kiosk_ui.state.touches import ChooseGuide as ChooseGuide
from kiosk_ui.state.touches import ChooseLevel as ChooseLevel
from kiosk_ui.state.touches import ChooseNotice as ChooseNotice
from kiosk_ui.state.touches import ChooseOption as ChooseOption
from kiosk_ui.state.touches import ChooseQueue as ChooseQueue
from kiosk_ui.state.touches import ChooseReason as ChooseReason
from kiosk_ui.state.touches import ChooseService as ChooseService
from kiosk_ui.state.touches import ChooseTopic as ChooseTopic
from kiosk_ui.state.touches import GiveReason as GiveReason
from kiosk_ui.state.touches import GoTo as GoTo
from kiosk_ui.state.touches import Key as Key
from kiosk_ui.state.touches import MendEntry as MendEntry
from kiosk_ui.state.touches import PickText as PickText
from kiosk_ui.state.touches import Press as Press
from kiosk_ui.state.touches import SamePerson as SamePerson
from kiosk_ui.state.touches import ShowPaper as ShowPaper
from kiosk_ui.state.touches import Speak as Speak
from kiosk_ui.state.touches import Switch as Switch
from kiosk_ui.state.touches import TypeKey as TypeKey
from kiosk_ui.state.touches import Way as Way

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
class NewsCame:
    said: Notices | ForecastFeed


@dataclass(frozen=True, slots=True)
class NewsLost:
    """No answer, or one that cannot be read. `why` is for the log."""

    what: NewsKind
    why: str


@dataclass(frozen=True, slots=True)
class ReadingCame:
    """One wait for the readers of this kiosk is over. `reading` None: nothing was read; `data` is a page's picture;
    `lost`: no answer."""

    session: int
    reading: ReadingView | None = None
    data: bytes = field(default=b"", repr=False)
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The hall keeps nothing of what was read here; not `done`: nobody knows whether it heard."""

    done: bool = True


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
class CaseTold:
    """What was asked about a form or a pre-review, answered."""

    session: int
    about: CaseAbout
    key: str
    said: Struct = field(repr=False)


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


Answer = (
    Drawn | TicketCame | PressTaken | GuideCame | PictureCame | MattersFound | HelpCalled | HelpSeen | CaseTold
    | VisitRated | Refused | Lost
)
Event = (
    Tick | Stirred | Pressed | HallCame | HallSame | HallLost | SettingsCame | SettingsRefused | SettingsLost
    | GuidesCame | GuidesLost | NewsCame | NewsLost | ReadingCame | Forgotten | Answer
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
class FetchNews:
    """What the hall tells everybody."""

    what: NewsKind


@dataclass(frozen=True, slots=True)
class AwaitReading:
    """Have the readers of this kiosk read, and wait for what comes behind the reading `after`."""

    session: int
    sorts: tuple[ReadSort, ...]
    after: int


@dataclass(frozen=True, slots=True)
class ForgetReadings:
    """Who was here has gone: of what was read nothing stays, nothing that was lent is good any more, and no phone hands
    papers in for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawNumber:
    session: int
    key: str
    service: str
    ground: str
    printer: str
    case: Case | None = None
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
Personal = (
    DrawNumber | FetchTicket | PressTicket | FetchGuide | FetchPicture | FindMatters | CallHelp | WatchHelp | EndHelp
    | AskCase | RateVisit
)
Effect = FetchHall | FetchSettings | FetchGuides | FetchNews | AwaitReading | ForgetReadings | Personal
