"""Text that wraps anywhere it must, in lines of one pitch, and knows whether it fits. Screen thread.

A real QLabel (name, text, accessibility), laid out by us: Qt's own label breaks at spaces only, and gives a
Chinese font almost half a line of air.
"""

from __future__ import annotations

import math
import re

from PyQt6.QtCore import QPointF, QSize, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QTextLayout, QTextOption
from PyQt6.QtWidgets import QLabel, QSizePolicy, QWidget

from kiosk_ui.widgets.look import Look, Role

# Distance of lines, in parts of the font's size; and of the base line from the middle of its line.
_PITCH = 1.32
# Of headings, and of what stands alone and has nothing below its base line.
_TIGHT: dict[Role, float] = {"key": 1.22, "title": 1.22, "figure": 1.1, "hero": 1.15, "digit": 1.0, "number": 0.86}
_BASE = 0.365
_ELLIPSIS = "…"
# A figure and its unit stay in one line: the font would break 分|钟 and 12月7|日.
_BOUND = re.compile(
    r"\d+(?:月\d+日|(?:[–:]\d+)*\s?(?:个工作日|个窗口|号窗口|分钟|号|人|秒|天|样|步|次|个|份|页|min|minutes|days)?)"
)
_JOINER, _HARD_SPACE = "\u2060", "\u00a0"


def bound(text: str) -> str:
    """`text` for a layout, with what belongs together bound."""
    return _BOUND.sub(lambda found: _JOINER.join(found.group().replace(" ", _HARD_SPACE)), text)


class Label(QLabel):
    """`lines` bounds the height, longer text ends in …; 0 is as many as it takes. `snug` is one line that asks
    for its whole width."""

    def __init__(
        self,
        text: str,
        look: Look,
        role: Role = "body",
        *,
        colour: str = "ink",
        bold: bool = False,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        lines: int = 0,
        snug: bool = False,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFont(look.font(role, bold))
        self.setObjectName(name)
        self.setAccessibleName(text)
        self._colour = look.colour(colour)
        self._align = align
        self._lines = 1 if snug else lines
        self._snug = snug
        self._spread = _TIGHT.get(role, _PITCH)
        self._lines_of: dict[tuple[str, float, int], list[str]] = {}
        self._measure()
        policy = QSizePolicy(
            QSizePolicy.Policy.Minimum if snug else QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum
        )
        policy.setHeightForWidth(not snug)
        self.setSizePolicy(policy)

    @property
    def ink(self) -> QColor:
        return self._colour

    def _measure(self) -> None:
        size = self.font().pixelSize()
        self._pitch = math.ceil(size * self._spread)
        self._base = self._pitch / 2 + size * _BASE

    def align(self, align: Qt.AlignmentFlag) -> None:
        self._align = align

    def narrow(self, width: float, least_px: int) -> None:
        """Make the words fit `width` in one line, but no smaller than `least_px`."""
        font = self.font()
        wanted = QFontMetricsF(font).horizontalAdvance(self.text())
        if wanted > width:
            font.setPixelSize(max(least_px, int(font.pixelSize() * width / wanted)))
            self.setFont(font)
            self._measure()

    def broken(self, width: float) -> list[str]:
        """The text in lines no wider than `width`."""
        asked = (self.text(), width, self.font().pixelSize())
        if asked not in self._lines_of:
            self._lines_of[asked] = self._break(width)
        return self._lines_of[asked]

    def _break(self, width: float) -> list[str]:
        found: list[str] = []
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        for paragraph in bound(self.text()).split("\n"):
            layout = QTextLayout(paragraph, self.font())
            layout.setTextOption(option)
            layout.beginLayout()
            while (line := layout.createLine()).isValid():
                line.setLineWidth(max(1.0, width))
                start = line.textStart()
                found.append(paragraph[start : start + line.textLength()].rstrip())
            layout.endLayout()
        return found

    def clipped(self) -> bool:
        """Something of the text does not show."""
        lines = self.broken(self.width())
        widest = max(map(QFontMetricsF(self.font()).horizontalAdvance, lines), default=0.0)
        too_many = bool(self._lines) and len(lines) > self._lines
        return too_many or len(lines) * self._pitch > self.height() or widest > self.width() + 1

    def hasHeightForWidth(self) -> bool:
        return not self._snug

    def heightForWidth(self, width: int) -> int:
        lines = len(self.broken(width))
        return self._pitch * (min(lines, self._lines) if self._lines else lines)

    def sizeHint(self) -> QSize:
        width = self._natural_width()
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._natural_width() if self._snug else self.font().pixelSize() * 2, self._pitch)

    def _natural_width(self) -> int:
        metrics = QFontMetricsF(self.font())
        return math.ceil(max(map(metrics.horizontalAdvance, bound(self.text()).split("\n")))) + 2

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self._colour)
        metrics = QFontMetricsF(self.font())
        lines = self.broken(self.width())
        room = max(1, self.height() // self._pitch)
        shown = min(room, self._lines) if self._lines else room
        if len(lines) > shown:
            lines = [*lines[: shown - 1], _shortened(" ".join(lines[shown - 1 :]), metrics, self.width())]
        top = (self.height() - len(lines) * self._pitch) / 2
        for at, line in enumerate(lines):
            slack = self.width() - metrics.horizontalAdvance(line)
            left = {Qt.AlignmentFlag.AlignHCenter: slack / 2, Qt.AlignmentFlag.AlignRight: slack}.get(self._align, 0.0)
            painter.drawText(QPointF(max(0.0, left), top + at * self._pitch + self._base), line)
        painter.end()



def _shortened(text: str, metrics: QFontMetricsF, width: float) -> str:
    while text and metrics.horizontalAdvance(text + _ELLIPSIS) > width:
        text = text[:-1]
    return text + _ELLIPSIS
