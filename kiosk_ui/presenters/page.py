"""What a page says, as values: the whole picture in words, before any widget. Knows no Qt.

`name`s are the widgets' object names: a test and a screen reader find a control by them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from kiosk_ui.state.events import Press, Way
from kiosk_ui.state.model import Assist, Language

Tone = Literal["plain", "good", "warn"]
Icon = Literal["", "back", "home", "search", "language", "large", "contrast", "low", "senior", "wait", "warn", "done",
    "priority", "erase", "clear", "print", "more"]


class Button(NamedTuple):
    """`spoken` is what a screen reader says, the title if "". `why` stands on a grey one: what it waits for."""

    name: str
    title: str
    press: Press
    icon: Icon = ""
    enabled: bool = True
    spoken: str = ""
    why: str = ""


class Toggle(NamedTuple):
    """`name` is that of its icon."""

    name: Way
    title: str
    press: Press
    on: bool
    spoken: str


class Choice(NamedTuple):
    """`badge` is the letter of its numbers; `closed` says that no numbers are given, `detail` then why."""

    name: str
    badge: str
    title: str
    detail: str
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


class Leaf(NamedTuple):
    """What of many choices one page shows, and the way to the next ones."""

    choices: tuple[Choice, ...]
    more: Button | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """`choices` are all there are; a page shows at most `per_leaf` of them, fewer where words are long. `leaf` counts
    how often was turned on. `rows` hold for every choice, so they are said once. `more` is the way to the next leaf,
    its title with places for {leaf} and {leaves}."""

    title: str
    hint: str
    choices: tuple[Choice, ...]
    more: Button
    per_leaf: int
    leaf: int = 0
    badge: str = ""
    rows: tuple[Row, ...] = ()
    notes: tuple[Note, ...] = ()
    board: Board | None = None

    def shown(self, places: int) -> Leaf:
        """The leaf that is open when a page has `places`, the way to the next one among them; at least two."""
        if len(self.choices) <= places:
            return Leaf(self.choices, None)
        per = max(2, places) - 1
        leaves = -(-len(self.choices) // per)
        leaf = self.leaf % leaves
        more = self.more._replace(title=self.more.title.format(leaf=leaf + 1, leaves=leaves))
        return Leaf(self.choices[leaf * per : (leaf + 1) * per], more)


@dataclass(frozen=True, slots=True)
class Matter:
    badge: str
    title: str
    rows: tuple[Row, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Pad:
    title: str
    hint: str
    typed: str
    letters: tuple[Button, ...]
    digits: tuple[Button, ...]
    mends: tuple[Button, ...]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """`screen_mm` is the picture it is for, width and height. `actions` are what the page is for, the first one
    primary; `nav` leads elsewhere."""

    name: str
    screen_mm: tuple[int, int]
    language: Language
    assist: Assist
    header: Header
    banner: Note | None
    body: Body
    actions: tuple[Button, ...]
    nav: tuple[Button, ...]
    toggles: tuple[Toggle, ...]
    countdown: Countdown | None
