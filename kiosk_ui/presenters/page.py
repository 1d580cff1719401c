"""What a page says, as values: the whole picture in words, before any widget. Knows no Qt.

`name`s are the widgets' object names: a test and a screen reader find a control by them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from hall_daemon.wire.kiosks import Theme
from kiosk_ui.presenters.parts import Button as Button
from kiosk_ui.presenters.parts import Call as Call
from kiosk_ui.presenters.parts import Choice as Choice
from kiosk_ui.presenters.parts import Code as Code
from kiosk_ui.presenters.parts import Group as Group
from kiosk_ui.presenters.parts import Icon as Icon
from kiosk_ui.presenters.parts import Line as Line
from kiosk_ui.presenters.parts import Note as Note
from kiosk_ui.presenters.parts import Paper as Paper
from kiosk_ui.presenters.parts import Part as Part
from kiosk_ui.presenters.parts import Progress as Progress
from kiosk_ui.presenters.parts import Row as Row
from kiosk_ui.presenters.parts import Sample as Sample
from kiosk_ui.presenters.parts import Tile as Tile
from kiosk_ui.presenters.parts import Toggle as Toggle
from kiosk_ui.presenters.parts import Tone as Tone
from kiosk_ui.presenters.reading import Chart, Reading, Waits
from kiosk_ui.state.model import Assist, Language


class Leaf(NamedTuple):
    """What of many choices one page shows, and the way to the next ones."""

    choices: tuple[Choice, ...]
    more: Button | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """`choices` are all there are; a page shows at most `per_leaf` of them, fewer where words are long. `leaf` counts
    how often was turned on. `rows` hold for every choice, so they are said once. `more` is the way to the next leaf,
    its title with places for {leaf}, {leaves} and {left}. `offers` are keys below them, `search` one above; `tiled`:
    pictures in columns, not rows. `progress` and `chart` stand above them, `sample` and `code` are read with them;
    `marked` is what of the title is to be mended; `foot` is what to know before one chooses, below; `whole`: all are on
    one page, however long their words are."""

    title: str
    hint: str
    choices: tuple[Choice, ...]
    more: Button
    per_leaf: int
    leaf: int = 0
    badge: str = ""
    rows: tuple[Row, ...] = ()
    notes: tuple[Note, ...] = ()
    offers: tuple[Button, ...] = ()
    search: Button | None = None
    lines_title: str = ""
    lines_as_of: str = ""
    lines: tuple[Line, ...] = ()
    tiled: bool = False
    progress: Progress | None = None
    sample: Sample | None = None
    code: Code | None = None
    marked: str = ""
    chart: Chart | None = None
    foot: str = ""
    whole: bool = False

    def shown(self, places: int) -> Leaf:
        """The leaf that is open when a page has `places`, the way to the next one among them; at least two."""
        if len(self.choices) <= places:
            return Leaf(self.choices, None)
        per = max(2, places) - 1
        leaves = -(-len(self.choices) // per)
        leaf = self.leaf % leaves
        left = len(self.choices) - min(len(self.choices), (leaf + 1) * per) or len(self.choices) - per
        more = self.more._replace(title=self.more.title.format(leaf=leaf + 1, leaves=leaves, left=left))
        return Leaf(self.choices[leaf * per : (leaf + 1) * per], more)


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """What can be done here. `lines` are what is read where all keys are in the lower half, under `lines_title`.
    `strip`: what a reader does in one step."""

    title: str
    hint: str
    tiles: tuple[Tile, ...]
    strip: str = ""
    lines_title: str = ""
    lines_as_of: str = ""
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """`chart`: its day, where there is a forecast."""

    badge: str
    title: str
    rows: tuple[Row, ...]
    notes: tuple[Note, ...]
    as_of: str = ""
    chart: Chart | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A ticket: its number first and large. `qr` is an address, "" for none; `tag` a right to go first; `windows` and
    `zones` of seats those of the hall, and whether they are this number's. `called`: `headline` says where to go."""

    number: str
    caption: str
    headline: str
    tone: Tone
    rows: tuple[Row, ...]
    notes: tuple[Note, ...]
    qr: str = ""
    qr_caption: str = ""
    tag: str = ""
    as_of: str = ""
    seat_hint: str = ""
    windows: tuple[tuple[str, bool], ...] = ()
    zones: tuple[tuple[str, bool], ...] = ()
    windows_caption: str = ""
    called: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """A matter as its guide says: limit, fee and visits as figures; a page shows as many papers as it has room for, and
    `more` with a place for {n} says how many there are besides; `cases`: how many more are needed in some cases.
    `chart` is the day of its `wait`."""

    badge: str
    department: str
    title: str
    figures: tuple[Part, ...]
    papers_title: str
    papers: tuple[Paper, ...]
    more: str
    cases: str = ""
    wait: Part | None = None
    chart: Chart | None = None
    wrong: Part | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """`keys` are rows of a keyboard; of `choices` as many are shown as there is room for. `more` leads to the next;
    `other` is what to do when none of them is meant. `spelled`: letters may stand for words, which are `candidates`, as
    many as there is room for from `turned` on, and `turn` leads to others. `typed` ends in `letters` that are no word
    yet."""

    title: str
    hint: str
    typed: str
    choices: tuple[Choice, ...]
    keys: tuple[tuple[Button, ...], ...]
    mends: tuple[Button, ...]
    more: Button
    turn: Button
    leaf: int = 0
    other: str = ""
    spelled: bool = False
    candidates: tuple[Button, ...] = ()
    turned: int = 0
    empty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pad:
    """`groups` are `typed` as it stands on a card; `live` is what can be said of it so far, `heard` what of that may be
    said aloud."""

    title: str
    hint: str
    typed: str
    letters: tuple[Button, ...]
    digits: tuple[Button, ...]
    mends: tuple[Button, ...]
    notes: tuple[Note, ...] = ()
    progress: Progress | None = None
    groups: tuple[Group, ...] = ()
    live: Note | None = None
    heard: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typing:
    """An answer in words. `letters` are pinyin that is no word yet, `candidates` what it may mean, as many as there is
    room for from the leaf that is open; `more` leads to the next."""

    title: str
    hint: str
    typed: str
    letters: str
    candidates: tuple[Button, ...]
    keys: tuple[tuple[Button, ...], ...]
    mends: tuple[Button, ...]
    more: Button
    leaf: int = 0
    notes: tuple[Note, ...] = ()
    progress: Progress | None = None


class Picture(NamedTuple):
    """A page as a camera took it; `words` are said of it, and stand where it cannot be shown."""

    data: bytes
    words: str


class Notice(NamedTuple):
    """Something to know: what happened, what it means, what to do; or a picture to be looked at. `done`: it went well,
    and that is the news. `lead` is the largest of its parts."""

    icon: Icon
    tone: Tone
    title: str
    lines: tuple[str, ...]
    parts: tuple[Part, ...] = ()
    strip: Part | None = None
    code: Code | None = None
    picture: Picture | None = None
    done: bool = False
    lead: Part | None = None


Body = Home | Choices | Matter | Number | Pad | Notice | Guide | Search | Typing | Waits | Reading


class Content(NamedTuple):
    """What of a page is its own: its name, what it says, its keys, the ways from it, and what just came."""

    name: str
    body: Body
    actions: tuple[Button, ...] = ()
    nav: tuple[Button, ...] = ()
    banner: Note | None = None


class Header(NamedTuple):
    """The board above every page. `brief` is the short state; the rest stands on the first page only. The first of
    `calls` is the latest; `mark` stands for the hall."""

    hall: str
    status: str
    tone: Tone = "plain"
    brief: str = ""
    clock: str = ""
    mark: str = ""
    date: str = ""
    calls_title: str = ""
    calls: tuple[Call, ...] = ()
    people: str = ""
    windows: str = ""
    tall: bool = False


class Countdown(NamedTuple):
    """`left` is the part of the time that is left."""

    title: str
    seconds: str
    text: str
    stay: Button
    left: float = 1.0
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """`screen_mm` is the picture it is for, width and height. `actions` are what the page is for, the first one
    primary; `nav` leads elsewhere; `assists` are how it is shown and the language."""

    name: str
    screen_mm: tuple[int, int]
    language: Language
    assist: Assist
    header: Header
    banner: Note | None
    body: Body
    actions: tuple[Button, ...]
    nav: tuple[Button, ...]
    assists: tuple[Toggle | Button, ...]
    theme: Theme = "qing"
    countdown: Countdown | None
