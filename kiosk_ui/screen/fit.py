"""Texts that fit: measured before they are shown, so that nothing is cut. Pure; whoever has the font measures."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import NamedTuple

# The width of a text in parts of the font's size, bold or not.
Ems = Callable[[str, bool], float]

_MARKS = "，。、；：？！）》”’"  # no line begins with one
_NEVER_FIRST = re.compile(rf"[{_MARKS},.;:?!)%\]]")
_PAUSES = re.compile(r"[，。；：？！,;:?!]$")
# Words of Latin letters stay whole, Hanzi may be parted anywhere but before a mark.
_PIECE = re.compile(rf"[\u2e80-\uffef][{_MARKS}]*|[^\s\u2e80-\uffef]+\s*[{_MARKS}]*|\s+")


class Fitted(NamedTuple):
    """Lines that fit at `size` px."""

    size: int
    lines: tuple[str, ...]


def size_for(ems: Ems, text: str, bold: bool, width: float, least: float, most: float) -> int:
    """The largest size between `least` and `most` at which it is no wider than `width`; 0 when none is."""
    size = math.floor(min(most, (width - 1) / max(0.01, ems(text, bold))))
    return size if size >= least else 0


def lines_of(ems: Ems, text: str, bold: bool, size: float, width: float) -> tuple[str, ...]:
    lines, line = [], ""
    for piece in _PIECE.findall(text):
        too_wide = ems((line + piece).strip(), bold) * size > width
        if line and too_wide and not _NEVER_FIRST.match(piece):
            lines.append(line.strip())
            line = ""
        line += piece
    if line.strip():
        lines.append(line.strip())
    return tuple(lines)


def parted_once(ems: Ems, text: str, bold: bool, size: float, width: float) -> tuple[str, str] | None:
    """On two lines, after a mark where that is possible, else of like length; None when it does not fit."""
    parts = _PIECE.findall(text)
    best: tuple[float, tuple[str, str]] | None = None
    for at in range(1, len(parts)):
        one, other = "".join(parts[:at]).strip(), "".join(parts[at:]).strip()
        first, second = ems(one, bold) * size, ems(other, bold) * size
        cost = abs(first - second) - (width if _PAUSES.search(one) else 0)
        fits = one and other and not _NEVER_FIRST.match(other) and first <= width and second <= width
        if fits and (best is None or cost <= best[0]):
            best = cost, (one, other)
    return best and best[1]


def whole(ems: Ems, text: str, bold: bool, width: float, most: float, two_lines: bool) -> Fitted:
    """A text that has to be shown whole: on one line or two, as large as can be, at most `most` px."""
    one = math.floor(min(most, math.floor((width - 1) / max(0.01, ems(text, bold)))))
    if two_lines and one < most:
        for size in range(math.floor(most), one, -1):
            if lines := parted_once(ems, text, bold, size, width):
                return Fitted(size, lines)
    return Fitted(one, (text,))
