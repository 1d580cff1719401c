"""What is asked of the hall about a matter's guide for the person who reads it, and its answers. Values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from hall_daemon.wire.ask import AskAnswer
from hall_daemon.wire.guides import GuideView
from kiosk_ui.state.steps import About


@dataclass(frozen=True, slots=True)
class GuideCame:
    session: int
    matter: str
    guide: GuideView


@dataclass(frozen=True, slots=True)
class PictureCame:
    """A picture of a guide."""

    session: int
    file: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class MattersFound:
    """Those that what was typed is about, best first; `said` is all that the hall answered."""

    session: int
    typed: str
    matters: tuple[str, ...]
    said: AskAnswer | None = None


@dataclass(frozen=True, slots=True)
class FetchGuide:
    session: int
    matter: str
    about: ClassVar[About] = "guide"

    @property
    def key(self) -> str:
        return self.matter


@dataclass(frozen=True, slots=True)
class FetchPicture:
    """A picture of a guide, by the name of its file."""

    session: int
    file: str
    about: ClassVar[About] = "picture"

    @property
    def key(self) -> str:
        return self.file


@dataclass(frozen=True, slots=True)
class FindMatters:
    """`whole`: nobody types on, so a question without an answer is told to staff."""

    session: int
    typed: str
    whole: bool = False
    about: ClassVar[About] = "search"

    @property
    def key(self) -> str:
        return self.typed
