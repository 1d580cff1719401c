"""What is only read or heard: how full the day is as pictures, a text, a key by its words. Values; knows no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple


class Shown(NamedTuple):
    """A key on the screen: its name, what is said of it, whether it can be pressed, whether it is the answer."""

    name: str
    spoken: str
    enabled: bool = True
    chosen: bool = False


class Bar(NamedTuple):
    """A half hour, in minutes of the day, and how many minutes one waits who comes then."""

    begins: int
    ends: int
    wait: int
    kind: Literal["past", "now", "later", "best"] = "later"


class Chart(NamedTuple):
    """A day by half hours. `wait` holds now, `best` says when it is quietest; `mark` stands at a line of `mark_at`
    minutes, `gap` in a break. `bars` () where nothing was forecast: then `best` says so. `text` is all of it in
    words."""

    badge: str
    title: str
    wait: str
    bars: tuple[Bar, ...]
    best: str
    mark: str
    mark_at: int
    gap: str
    text: str


@dataclass(frozen=True, slots=True)
class Waits:
    """The queues that one page shows."""

    title: str
    hint: str
    charts: tuple[Chart, ...]


class Passage(NamedTuple):
    """Words that are read in one go; `head` says of what they are where a text has several subjects."""

    text: str
    head: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """So much of a text as one page holds."""

    title: str
    hint: str
    passages: tuple[Passage, ...]
