"""The parts that pages are made of, as values. Knows no Qt."""

from __future__ import annotations

from typing import Literal, NamedTuple

from kiosk_ui.state.events import Press, Way

Tone = Literal["plain", "good", "warn", "bad"]
Icon = Literal["", "arrow", "back", "bowl", "card", "case", "chat", "check", "checkin", "clock", "close", "contrast",
    "counter", "down", "erase", "estate", "face1", "face2", "face3", "face4", "face5", "flag", "fund", "guide",
    "hand", "helper", "home", "horn", "hourglass", "info", "language", "large", "lock", "lookup", "low", "next",
    "pencil", "people", "permit", "phone", "photo", "plug", "plus", "precheck", "print", "qr", "repeat", "seal",
    "search", "seat", "senior", "shield", "shop", "speaker", "ticket", "warn", "wheel", "yes", "yuan"]


class Button(NamedTuple):
    """`spoken` is what a screen reader says, the title if "". `why` stands on a grey one: what it waits for. `beside`:
    it leads beside what the page is for, and is never its first key."""

    name: str
    title: str
    press: Press
    icon: Icon = ""
    enabled: bool = True
    spoken: str = ""
    why: str = ""
    beside: bool = False


class Toggle(NamedTuple):
    name: Way
    title: str
    press: Press
    on: bool
    spoken: str
    icon: Icon = ""


class Choice(NamedTuple):
    """`badge` is the letter of its numbers; `closed` says that no numbers are given, `detail` then why. `gloss` says
    in plain words what it is; `wait` is the shorter detail, beside `crowd` of five dots, -1 where none is known, or
    nobody waits (`free`). `chosen`: whether it is the answer, None for what leads on. `told`: what was asked, and
    `detail` is what was told; `number`: of points to mend; `tone`: how it stands. `hushed`: `detail` is shown and never
    spoken. `ends`: it is said with that, and nothing need follow."""

    name: str
    badge: str
    title: str
    detail: str
    press: Press
    closed: bool = False
    icon: Icon = ""
    gloss: str = ""
    wait: str = ""
    crowd: int = -1
    free: bool = False
    chosen: bool | None = None
    told: bool = False
    number: str = ""
    tone: Tone = "plain"
    hushed: bool = False
    ends: bool = False

    @property
    def spoken(self) -> str:
        """What is said of it, aloud and to a screen reader."""
        detail = "" if self.hushed else self.detail
        gloss = self.gloss if self.told or not self.detail else ""
        return "，".join(filter(None, (self.title, detail, gloss)))


class Tile(NamedTuple):
    """One thing that can be done here: the hero is what most come for, help comes last."""

    name: str
    title: str
    press: Press
    icon: Icon
    detail: str = ""
    kind: Literal["plain", "hero", "help"] = "plain"


class Line(NamedTuple):
    """A queue and how long it waits."""

    badge: str
    title: str
    wait: str


class Row(NamedTuple):
    name: str
    label: str
    value: str


class Note(NamedTuple):
    name: str
    text: str
    tone: Tone = "plain"


class Part(NamedTuple):
    """Of something to know: which question it answers, the answer, and more about it."""

    label: str
    head: str
    text: str = ""


class Progress(NamedTuple):
    """How far along a form is: in words, and `at` of `of` pages."""

    text: str
    at: int
    of: int


class Code(NamedTuple):
    """A QR code of an address, and what a phone does with it; `number` is what both show."""

    url: str
    title: str
    text: str
    number: str = ""


class Sample(NamedTuple):
    """How an answer stands on the printed form: above it what form it is, its name there, what is chosen."""

    caption: str
    label: str
    values: tuple[str, ...]


class Group(NamedTuple):
    """Some of the digits of a number, of how many, and what they are."""

    typed: str
    digits: int
    label: str


class Paper(NamedTuple):
    """What has to be brought, and in a few words how."""

    icon: Icon
    name: str
    tag: str = ""
    tone: Tone = "plain"


class Call(NamedTuple):
    number: str
    window: str
