"""What is asked of the hall for somebody who wants a person (帮办), and its answers. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from kiosk_ui.state.steps import About


@dataclass(frozen=True, slots=True)
class HelpCalled:
    """Staff see that somebody here wants a person, or, with the key of taking it back, nobody any more. `call` is the
    hall's name of it; `coming`: somebody goes there already."""

    session: int
    key: str
    call: str = ""
    coming: bool = False


@dataclass(frozen=True, slots=True)
class HelpSeen:
    """What became of a call."""

    session: int
    call: str
    coming: bool


@dataclass(frozen=True, slots=True)
class CallHelp:
    """`matter`: what it is about, "" for anything."""

    session: int
    key: str
    matter: str = ""
    about: ClassVar[About] = "help"


@dataclass(frozen=True, slots=True)
class WatchHelp:
    session: int
    call: str
    about: ClassVar[About] = "helper"

    @property
    def key(self) -> str:
        """What its answer names."""
        return self.call


@dataclass(frozen=True, slots=True)
class EndHelp:
    """Nobody need come any more."""

    session: int
    key: str
    call: str
    about: ClassVar[About] = "help"
