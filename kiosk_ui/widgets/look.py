"""How things look: colours of three themes, and sizes in millimetres of the real screen. Values; only fonts are Qt's.

Targets are at least 20 mm, primary ones 25 mm, gaps 5 mm; capitals 5 mm, in large print 7.4 mm, a ticket number 30 mm.
Text has a contrast of at least 7 : 1, what must be seen besides text 3 : 1; tests hold all of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple

from PyQt6.QtGui import QColor, QFont

from hall_daemon.wire.kiosks import Theme
from kiosk_ui.state import Assist, Language

Role = Literal["fine", "body", "row", "nav", "key", "title", "first", "figure", "hero", "digit", "big", "number"]

FAMILIES = ("Noto Sans CJK SC", "WenQuanYi Micro Hei", "Noto Sans", "DejaVu Sans")
# Height of a capital in Noto Sans CJK, in parts of the font's size.
CAPITAL = 0.733

TARGET_MM = 20.0
PRIMARY_MM = 25.0
GAP_MM = 6.0
MARGIN_MM = 12.0
RADIUS_MM = 3.5
# How high tiles and rows may grow; rows of which there are few, higher.
TILE_MAX_MM, ROW_MAX_MM, ROW_FEW_MAX_MM, ROW_TWO_MAX_MM = 110.0, 46.0, 64.0, 92.0


class _Heights(NamedTuple):
    """Of a capital, in mm. Large is no zoom: each role has its own step, and 长辈模式 another."""

    plain: float
    large: float
    elder: float


_CAPITALS_MM: dict[Role, _Heights] = {
    "fine": _Heights(5.1, 7.6, 8.7),
    "body": _Heights(5.8, 8.0, 9.5),
    "row": _Heights(6.9, 9.5, 13.1),
    "nav": _Heights(6.2, 8.4, 10.4),
    "key": _Heights(8.4, 11.6, 16.0),
    "title": _Heights(10.2, 15.3, 17.5),
    "first": _Heights(12.4, 16.5, 18.6),
    "figure": _Heights(16.7, 21.8, 25.2),
    "hero": _Heights(16.7, 21.8, 25.2),
    "digit": _Heights(13.5, 17.6, 20.4),
    "big": _Heights(30.0, 39.0, 45.0),
    "number": _Heights(60.0, 60.0, 74.0),
}
# A wide screen has less height: so much smaller there, never below what eyes need.
_WIDE = 0.8
_LEAST_MM = _Heights(5.05, 7.4, 8.0)
_SIGN_LARGE, _SIGN_ELDER = 1.2, 1.5
# Where a page would not fit there is less air, and its headings are of the next smaller role.
_DENSE: dict[Role, Role] = {
    "row": "body", "title": "key", "first": "title", "key": "row", "figure": "title", "hero": "title",
    "big": "hero", "nav": "body",
}
_DENSE_AIR = 0.6
_TIGHT_AIR = 0.35
_NUMBER_DENSE = 0.6
_NUMBER_DENSE_LARGE = 0.52
_NUMBER_TIGHT_MM, _LARGER = 31.0, 1.2


class Colours(NamedTuple):
    """`ink` and `soft` stand on ground, card and sunk; every other `on_` text on what it is named with."""

    deep: str
    deep2: str
    pale: str
    primary: str
    edge: str
    tint: str
    ink_tint: str
    bar: str
    ground: str = "#eef0ed"
    card: str = "#ffffff"
    sunk: str = "#e0e5e2"
    ink: str = "#16202a"
    soft: str = "#3a4753"
    line: str = "#66727b"
    hair: str = "#c3cac8"
    now: str = "#ffc233"
    on_now: str = "#16202a"
    on_deep: str = "#ffffff"
    on_primary: str = "#ffffff"
    primary_down: str = ""
    card_down: str = ""
    done: str = "#0f5c34"
    on_done: str = "#ffffff"
    ok: str = "#0d4a29"
    ok_bg: str = "#dff1e5"
    ok_line: str = "#1f7a45"
    warn: str = "#553300"
    warn_bg: str = "#ffedc2"
    warn_line: str = "#b36b00"
    bad: str = "#8a1212"
    bad_bg: str = "#fde6e3"
    bad_line: str = "#c22a22"
    off: str = "#dadfdc"
    on_off: str = "#37424b"
    off_line: str = ""
    focus: str = "#c05a00"
    help: str = "#ffedc2"
    on_help: str = "#16202a"
    help_line: str = "#b36b00"
    solid: str = ""
    open: str = "#5fe38c"
    veil: str = "#0a1826"


THEMES: dict[Theme, Colours] = {
    "qing": Colours(
        deep="#0a2a4a", deep2="#173e66", pale="#c9d8e8", primary="#0b4e8c", edge="#073763", tint="#dce8f4",
        ink_tint="#0a3c6e", bar="#5f87b3",
    ),
    "song": Colours(
        deep="#0a342d", deep2="#17493f", pale="#c6ddd6", primary="#0b5a4c", edge="#073e34", tint="#daebe5",
        ink_tint="#0a4a3f", bar="#4e8a7c",
    ),
    "jiang": Colours(
        deep="#4a0d14", deep2="#66202a", pale="#f0d3d5", primary="#86191f", edge="#5a0f14", tint="#f6e2e1",
        ink_tint="#701218", bar="#b3666c",
    ),
}
_BLACK, _WHITE, _YELLOW, _GREEN, _ROSE = "#000000", "#ffffff", "#ffe000", "#7dffa0", "#ffb3a8"
# The same in all themes: no grey text, no filled tint.
HIGH_CONTRAST = Colours(
    deep=_BLACK, deep2=_BLACK, pale=_WHITE, primary=_YELLOW, edge="#a89400", tint=_BLACK, ink_tint=_WHITE, bar=_WHITE,
    ground=_BLACK, card=_BLACK, sunk=_BLACK, ink=_WHITE, soft=_WHITE, line=_WHITE, hair="#9a9a9a",
    now=_YELLOW, on_now=_BLACK, on_primary=_BLACK, primary_down=_WHITE, card_down="#4a4a4a",
    done=_BLACK, on_done=_GREEN,
    ok=_GREEN, ok_bg=_BLACK, ok_line=_GREEN, warn=_YELLOW, warn_bg=_BLACK, warn_line=_YELLOW,
    bad=_ROSE, bad_bg=_BLACK, bad_line=_ROSE, off=_BLACK, on_off="#c9c9c9", off_line="#c9c9c9", focus="#00e5ff",
    help=_BLACK, on_help=_YELLOW, help_line=_YELLOW, solid=_WHITE, open=_GREEN, veil=_BLACK,
)
# Grounds of the plates of queues, by letter; the letter is always in the plate, in white.
_PLATES = ("#0b4e8c", "#0b5a4c", "#6b1f6e", "#7a3b00", "#8a1228", "#3b4a54", "#4b5200", "#2e3a8c")


def plate(letters: str) -> QColor:
    """The ground of a queue's plate: its letter's, the next one for every letter."""
    return QColor(_PLATES[(ord(letters[:1].upper() or "A") - ord("A")) % len(_PLATES)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a widget is drawn with. Widgets are made anew when it changes, so it never changes under them.

    `dense` is for a page that does not fit otherwise, `tight` for one that does not even then: its keys are no higher
    than they must be. `packed` is for the longest languages: all words are of the smallest size of their mode. Nothing
    falls below the sizes above."""

    px_per_mm: float
    width_px: int
    height_px: int
    assist: Assist
    language: Language
    theme: Theme = "qing"
    dense: bool = False
    tight: bool = False
    packed: bool = False

    @property
    def colours(self) -> Colours:
        return HIGH_CONTRAST if self.assist.contrast else THEMES[self.theme]

    @property
    def upright(self) -> bool:
        return self.height_px > self.width_px

    @property
    def elder(self) -> bool:
        return self.assist.all

    @property
    def line_px(self) -> float:
        return self.exact(1.0 if self.assist.contrast else 0.5)

    @property
    def margin_mm(self) -> float:
        return MARGIN_MM if self.upright else 8.0

    def exact(self, millimetres: float) -> float:
        return millimetres * self.px_per_mm

    def px(self, millimetres: float) -> int:
        """At least so many millimetres."""
        return math.ceil(millimetres * self.px_per_mm - 1e-6)

    def sized(self, millimetres: float) -> int:
        """A sign beside words: as much larger as they are where there is height."""
        if not self.upright:
            return self.px(millimetres)
        return self.px(millimetres * (_SIGN_ELDER if self.elder else _SIGN_LARGE if self.assist.large else 1))

    def air(self, millimetres: float) -> int:
        """Space around words, less where a page is full. Gaps between targets are never less than `px` says."""
        return self.px(millimetres * (_TIGHT_AIR if self.tight else _DENSE_AIR if self.dense else 1))

    def high(self, millimetres: float, least_mm: float) -> float:
        """How high a row of keys is."""
        return least_mm if self.tight else millimetres

    def colour(self, name: str) -> QColor:
        """Of a token; what a theme leaves out follows from another."""
        said = getattr(self.colours, name)
        return QColor(said or getattr(self.colours, _FOLLOWS[name]))

    def font(self, role: Role, bold: bool = False) -> QFont:
        return QFont(font_of(self.px(self.capital_mm(role) / CAPITAL), bold))

    def capital_mm(self, role: Role) -> float:
        if role == "number":
            tall = self._step(_CAPITALS_MM[role])
            if self.tight:
                return _NUMBER_TIGHT_MM * (_LARGER if self.assist.large and self.upright and not self.packed else 1)
            less = _NUMBER_DENSE_LARGE if self.assist.large else _NUMBER_DENSE
            return tall * (less if self.dense or not self.upright else 1)
        if self.packed:
            role = "fine"
        elif self.dense and not (self.assist.large and self.upright):
            role = _DENSE.get(role, role)
        tall, least = self._step(_CAPITALS_MM[role]), self._step(_LEAST_MM)
        return max(least, tall if self.upright else tall * _WIDE)

    @property
    def number_mm(self) -> float:
        """The most that a number has."""
        return self._step(_CAPITALS_MM["number"])

    def _step(self, heights: _Heights) -> float:
        if self.elder:
            return heights.elder
        return heights.large if self.assist.large else heights.plain


@cache
def font_of(size_px: int, bold: bool) -> QFont:
    """The one of this size, not to be changed. Copies share what Qt has found out about it."""
    font = QFont()
    font.setFamilies(list(FAMILIES))
    font.setPixelSize(size_px)
    font.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
    return font


_FOLLOWS = {"primary_down": "edge", "card_down": "tint", "off_line": "off", "solid": "primary"}


def fit(width_px: int, height_px: int, width_mm: float, height_mm: float) -> float:
    """Pixels per millimetre of a picture of that many millimetres. A screen turned by 90 degrees is the same
    screen; a window smaller than the screen shows all smaller."""
    if (width_px > height_px) != (width_mm > height_mm):
        width_mm, height_mm = height_mm, width_mm
    return min(width_px / width_mm, height_px / height_mm)
