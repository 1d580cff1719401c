"""How things look: colours, and sizes in millimetres of the real screen. Values; only fonts are Qt's.

Sizes come from conventions for public kiosks: targets at least 20 mm, primary ones 25 mm, gaps 5 mm, capitals 5 mm
(in large print 7.3 mm, 0.7 degrees at 600 mm, and 1.3 times the ordinary page at least), a ticket number 30 mm. Text
has a contrast of at least 7 : 1, what must be seen besides text 3 : 1; tests hold both.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple

from PyQt6.QtGui import QColor, QFont

from kiosk_ui.state import Assist, Language

Role = Literal["body", "strong", "title", "key", "figure", "number"]

FAMILIES = ("Noto Sans CJK SC", "WenQuanYi Micro Hei", "Noto Sans", "DejaVu Sans")
# Height of a capital in Noto Sans CJK, in parts of the font's size.
CAPITAL = 0.733

TARGET_MM = 20.0
PRIMARY_MM = 25.0
GAP_MM = 5.0

# Height of capitals in mm. An upright screen has room for more.
_CAPITALS_MM: dict[Role, float] = {
    "body": 5.05, "strong": 6.2, "title": 8.2, "key": 9.0, "figure": 12.0, "number": 31.0,
}
_UPRIGHT = 1.2
# Large print is so much larger, whatever the page, and never smaller than a large capital must be.
LARGE = 1.34
_LARGE_MM = 7.4
# Where a page would not fit, its headings are no larger than they must be, and there is less air around them. Large
# print stays as large as it is: there a page shows fewer choices.
_DENSE: dict[Role, Role] = {"title": "strong", "strong": "body"}
_DENSE_AIR = 0.55


class Colours(NamedTuple):
    """Each text colour stands on the ground it is named with; `line` borders stand on `ground` and `card`."""

    ground: str
    card: str
    text: str
    soft: str
    line: str
    band: str
    on_band: str
    primary: str
    on_primary: str
    primary_down: str
    card_down: str
    letter: str
    key_down: str
    on: str
    on_on: str
    warn: str
    on_warn: str
    warn_line: str
    good: str
    on_good: str
    good_line: str
    off: str
    on_off: str
    veil: str


CALM = Colours(
    ground="#eef2f6", card="#ffffff", text="#14212e", soft="#37475a", line="#6f8296",
    band="#0b3a6b", on_band="#ffffff",
    primary="#0b4f94", on_primary="#ffffff", primary_down="#083a6d",
    card_down="#d9e6f3", letter="#dde9f5", key_down="#b9cfe4",
    on="#0b3a6b", on_on="#ffffff",
    warn="#fff3d6", on_warn="#4a2c00", warn_line="#a86400",
    good="#e2f3e6", on_good="#0d4020", good_line="#2c7a45",
    off="#dfe5eb", on_off="#37424e", veil="#0a1826",
)
HIGH_CONTRAST = Colours(
    ground="#000000", card="#000000", text="#ffffff", soft="#ffffff", line="#ffffff",
    band="#000000", on_band="#ffffff",
    primary="#ffe000", on_primary="#000000", primary_down="#ffffff",
    card_down="#4a4a4a", letter="#000000", key_down="#4a4a4a",
    on="#ffe000", on_on="#000000",
    warn="#000000", on_warn="#ffe000", warn_line="#ffe000",
    good="#000000", on_good="#7dffa0", good_line="#7dffa0",
    off="#000000", on_off="#c9c9c9", veil="#000000",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a widget is drawn with. Widgets are made anew when it changes, so it never changes under them.

    `dense` is for a page that does not fit otherwise: nothing falls below the sizes above. `grow` is how much larger
    than that words are where a page has room to spare."""

    px_per_mm: float
    width_px: int
    height_px: int
    assist: Assist
    language: Language
    dense: bool = False
    grow: float = 1.0

    @property
    def colours(self) -> Colours:
        return HIGH_CONTRAST if self.assist.contrast else CALM

    @property
    def upright(self) -> bool:
        return self.height_px > self.width_px

    @property
    def outline_px(self) -> float:
        return self.exact(0.9 if self.assist.contrast else 0.4)

    def exact(self, millimetres: float) -> float:
        return millimetres * self.px_per_mm

    def px(self, millimetres: float) -> int:
        """At least so many millimetres."""
        return math.ceil(millimetres * self.px_per_mm - 1e-6)

    def air(self, millimetres: float) -> int:
        """Space around words, less where a page is full. Gaps between targets are never less than `px` says."""
        return self.px(millimetres * (_DENSE_AIR if self.dense else 1))

    def colour(self, name: str) -> QColor:
        return QColor(getattr(self.colours, name))

    def font(self, role: Role, bold: bool = False) -> QFont:
        font = QFont()
        font.setFamilies(list(FAMILIES))
        font.setPixelSize(self.px(self._capital_mm(role) / CAPITAL))
        font.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Medium)
        return font

    def _capital_mm(self, role: Role) -> float:
        if role == "number":
            return _CAPITALS_MM[role] * (LARGE if self.assist.large else 1)
        if not self.assist.large:
            if self.dense:
                return _CAPITALS_MM[_DENSE.get(role, role)]
            return _CAPITALS_MM[role] * (_UPRIGHT if self.upright else 1)
        return max(_CAPITALS_MM[role] * (_UPRIGHT if self.upright else 1) * LARGE, _LARGE_MM) * self.grow


def fit(width_px: int, height_px: int, width_mm: float, height_mm: float) -> float:
    """Pixels per millimetre of a picture of that many millimetres. A screen turned by 90 degrees is the same
    screen; a window smaller than the screen shows all smaller."""
    if (width_px > height_px) != (width_mm > height_mm):
        width_mm, height_mm = height_mm, width_mm
    return min(width_px / width_mm, height_px / height_mm)
