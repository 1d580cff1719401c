"""What a picture of the big screen is made of. Pixels from the upper left corner; colours by what they are for."""

from __future__ import annotations

from typing import Literal, NamedTuple

Colour = Literal[
    "ground", "ink", "pale", "row", "rule", "now", "on_now", "plate", "on_plate", "bar", "on_bar", "missed", "late",
    "on_late",
]
Sign = Literal["seal", "arrow", "horn"]


class Box(NamedTuple):
    left: int
    top: int
    width: int
    height: int

    @property
    def middle(self) -> float:
        return self.top + self.height / 2

    @property
    def right(self) -> int:
        return self.left + self.width


class Words(NamedTuple):
    """One line, its middle at `middle`; `width` as it was measured. `room` is what it must not leave."""

    text: str
    left: float
    middle: float
    size: int
    bold: bool
    colour: Colour
    width: float
    room: Box


class Panel(NamedTuple):
    """Filled, or only its edge of `line` px."""

    box: Box
    colour: Colour
    radius: int = 0
    line: int = 0


class Drawn(NamedTuple):
    sign: Sign
    left: float
    top: float
    side: int
    colour: Colour


class Dot(NamedTuple):
    left: float
    top: float
    side: int
    colour: Colour
    filled: bool


Mark = Words | Panel | Drawn | Dot
