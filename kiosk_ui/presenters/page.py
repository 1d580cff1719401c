"""What a page says, as values: the whole picture in words, before any widget. Knows no Qt.

`name`s are the widgets' object names: a test and a screen reader find a control by them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from kiosk_ui.state.events import Press
from kiosk_ui.state.model import Assist, Language

Tone = Literal["plain", "good", "warn"]
Icon = Literal["", "back", "home", "search", "language", "large", "contrast", "low", "senior", "wait", "warn", "done",
    "priority", "erase", "more"]  # fmt: skip


class Button(NamedTuple):
    """`spoken` is what a screen reader says, the title if ""."""

    name: str
    title: str
    press: Press
    icon: Icon = ""
    enabled: bool = True
    spoken: str = ""


class Toggle(NamedTuple):
    name: str
    title: str
    press: Press
    icon: Icon
    on: bool
    spoken: str


class Choice(NamedTuple):
    """`badge` is the letter of its numbers; `closed` says that no numbers are given, `detail` then why. `brief` is
    the detail where there is little room."""

    name: str
    badge: str
    title: str
    detail: str
    brief: str
    press: Press
    closed: bool = False


class Row(NamedTuple):
    name: str
    label: str
    value: str


class Note(NamedTuple):
    name: str
    text: str
    tone: Tone = "plain"


class Board(NamedTuple):
    """Numbers that are at windows now."""

    title: str
    calls: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Choices:
    title: str
    hint: str
    choices: tuple[Choice, ...]
    more: Button | None = None
    notes: tuple[Note, ...] = ()
    board: Board | None = None


@dataclass(frozen=True, slots=True)
class Matter:
    badge: str
    title: str
    rows: tuple[Row, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Number:
    """A ticket: its number first and large. `qr` is an address, "" for none."""

    number: str
    caption: str
    headline: str
    tone: Tone
    rows: tuple[Row, ...]
    notes: tuple[Note, ...]
    qr: str = ""
    qr_caption: str = ""


@dataclass(frozen=True, slots=True)
class Pad:
    title: str
    hint: str
    typed: str
    letters: tuple[Button, ...]
    digits: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to know: what happened, what it means, what to do."""

    icon: Icon
    tone: Tone
    title: str
    lines: tuple[str, ...]


Body = Choices | Matter | Number | Pad | Notice


class Header(NamedTuple):
    hall: str
    status: str
    tone: Tone = "plain"


class Countdown(NamedTuple):
    title: str
    seconds: str
    text: str
    stay: Button


@dataclass(frozen=True, slots=True)
class Page:
    """`actions` are what the page is for, the first one primary; `nav` leads elsewhere."""

    name: str
    language: Language
    assist: Assist
    header: Header
    banner: Note | None
    body: Body
    actions: tuple[Button, ...]
    nav: tuple[Button, ...]
    toggles: tuple[Toggle, ...]
    countdown: Countdown | None
