"""Text that wraps anywhere it must, in lines of one pitch, and knows whether it fits. Screen thread.

A real QLabel (name, text, accessibility), laid out by us: Qt's own label breaks at spaces only, and gives a
Chinese font almost half a line of air.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import QPointF, QSize, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent, QTextLayout, QTextOption
from PyQt6.QtWidgets import QLabel, QSizePolicy, QWidget

from kiosk_ui.widgets.look import Look, Role

# Distance of lines, in parts of the font's size; and of the base line from the middle of its line.
_PITCH = 1.32
# Of headings, and of what stands alone and has nothing below its base line.
_TIGHT: dict[Role, float] = {
    "row": 1.25, "key": 1.22, "title": 1.22, "first": 1.25, "figure": 1.1, "hero": 1.15, "digit": 1.0, "big": 0.95,
    "number": 0.86,
}
_BASE = 0.365
_ELLIPSIS = "…"
# A figure and its unit stay in one line: the font would break 分|钟 and 12月7|日.
_BOUND = re.compile(
    r"\d+(?:月\d+日|(?:[–:]\d+)*(?:\s?(?:个工作日|个窗口|号窗口|分钟|号|人|秒|天|样|步|次|个|份|页|min|minutes|days))?)"
)
_JOINER, _HARD_SPACE = "\u2060", "\u00a0"
# So does what stands in brackets, where it is short.
_BRACKETED = re.compile(r"[（“][^（）“”]{1,6}[）”]")
# Nor are these words broken.
_WORDS = re.compile("号码|小票|窗口|工作人员|材料|预审|身份证|大厅|办理|办完|申请|许可|登记|可以|今天")
# A word that is broken nowhere.
_LATIN = re.compile(r"[A-Za-z'’-]+[,.:;)]?")
# Where two lines are broken rather than anywhere; not within a figure.
_PAUSE = re.compile(r"[，；：。,;:](?!\u2060) ?|(?=（)")
_PAUSE_PART = 0.38
# A last line of fewer such widths of a character is not left alone; a heading's lines are alike anyway.
_ORPHAN_EM, _ALIKE_PART = 3.2, 0.6
_EVEN_LINES = 4
_HEADINGS = frozenset({"row", "key", "title", "figure", "hero"})


def bound(text: str) -> str:
    """`text` for a layout, with what belongs together bound."""
    text = _BOUND.sub(lambda found: _JOINER.join(found.group().replace(" ", _HARD_SPACE)), text)
    for whole in (_BRACKETED, _WORDS):
        text = whole.sub(lambda found: _JOINER.join(found.group()), text)
    return text


class Label(QLabel):
    """`lines` bounds the height, longer text ends in …; 0 is as many as it takes. `snug` is one line that asks
    for its whole width; `marked` is what of it
    is to be mended."""

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
        marked: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFont(look.font(role, bold))
        self.setObjectName(name)
        self.setAccessibleName(text)
        self._colour, self._mark = look.colour(colour), look.colour("bad")
        self._marked = bound(marked)
        self._align = align
        self._lines = 1 if snug else lines
        self._snug = snug
        self._spread = _TIGHT.get(role, _PITCH)
        self._heading = role in _HEADINGS
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
        """Once for a text and a font: a layout asks again and again."""
        self._font = self.font()
        self._size = self._font.pixelSize()
        self._advance = QFontMetricsF(self._font).horizontalAdvance
        self._paragraphs = [(paragraph, self._advance(paragraph)) for paragraph in bound(self.text()).split("\n")]
        self._lines_of: dict[float, list[str]] = {}
        self._pitch = math.ceil(self._size * self._spread)
        self._base = self._pitch / 2 + self._size * _BASE

    def setText(self, text: str | None) -> None:
        super().setText(text)
        self._measure()

    def align(self, align: Qt.AlignmentFlag) -> None:
        self._align = align

    def narrow(self, width: float, least_px: int) -> None:
        """Make the words fit `width` in one line, but no smaller than `least_px`."""
        font = self.font()
        wanted = self._advance(self.text())
        if wanted > width:
            font.setPixelSize(max(least_px, int(font.pixelSize() * width / wanted)))
            self.setFont(font)
            self._measure()

    def broken(self, width: float) -> list[str]:
        """The text in lines no wider than `width`."""
        if width not in self._lines_of:
            self._lines_of[width] = [
                line for paragraph, wanted in self._paragraphs for line in self._even(paragraph, wanted, width)
            ]
        return self._lines_of[width]

    def _even(self, paragraph: str, wanted: float, width: float) -> list[str]:
        """As few lines as there must be, and none of them a single character or two."""
        if wanted <= width - 1:  # one line for certain, without a layout
            return [paragraph.rstrip()]
        lines = self._laid(paragraph, width)
        if len(lines) < 2 or len(lines) > _EVEN_LINES:
            return lines
        if len(lines) == 2 and (paused := self._at_a_pause(paragraph, width)):
            return paused
        least = max(_ORPHAN_EM * self._size, _ALIKE_PART * width if self._heading else 0.0)
        if self._advance(lines[-1]) >= least:
            return lines
        longest = max(map(self._advance, _LATIN.findall(paragraph)), default=0.0)  # no narrower: it would be cut
        low, high = min(width, max(width / 2, longest)), width
        while high - low > self._size / 4:
            middle = (low + high) / 2
            low, high = (low, middle) if len(self._laid(paragraph, middle)) == len(lines) else (middle, high)
        return self._laid(paragraph, high)

    def _at_a_pause(self, paragraph: str, width: float) -> list[str]:
        """In two lines that end where one would breathe, the one that is nearest to the middle."""
        wide = self._advance
        ends = [found.end() for found in _PAUSE.finditer(paragraph)]
        cuts = [(paragraph[:end].rstrip(), paragraph[end:]) for end in ends if end < len(paragraph)]
        fitting = [
            cut for cut in cuts
            if (short := min(map(wide, cut))) and (long := max(map(wide, cut))) <= width and short >= _PAUSE_PART * long
        ]
        return list(min(fitting, key=lambda cut: abs(len(cut[0]) - len(cut[1])), default=()))

    def _laid(self, paragraph: str, width: float) -> list[str]:
        found: list[str] = []
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout = QTextLayout(paragraph, self._font)
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
        widest = max(map(self._advance, lines), default=0.0)
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
        return QSize(self._natural_width() if self._snug else self._size * 2, self._pitch)

    def _natural_width(self) -> int:
        return math.ceil(max(wanted for _, wanted in self._paragraphs)) + 2

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setFont(self._font)
        lines = self.broken(self.width())
        room = max(1, self.height() // self._pitch)
        shown = min(room, self._lines) if self._lines else room
        if len(lines) > shown:
            lines = [*lines[: shown - 1], _shortened(" ".join(lines[shown - 1 :]), self._advance, self.width())]
        top = (self.height() - len(lines) * self._pitch) / 2
        for at, line in enumerate(lines):
            slack = self.width() - self._advance(line)
            left = {Qt.AlignmentFlag.AlignHCenter: slack / 2, Qt.AlignmentFlag.AlignRight: slack}.get(self._align, 0.0)
            self._write(painter, QPointF(max(0.0, left), top + at * self._pitch + self._base), line)
        painter.end()

    def _write(self, painter: QPainter, where: QPointF, line: str) -> None:
        """One line, what is marked in it in another colour."""
        before, marked, after = line.partition(self._marked) if self._marked else (line, "", "")
        for part, colour in ((before, self._colour), (marked, self._mark), (after, self._colour)):
            if part:
                painter.setPen(colour)
                painter.drawText(where, part)
                where += QPointF(self._advance(part), 0)


class Grown(Label):
    """One line as large as its place is, at least as its role says or as it fits `width_px`, which is never less than
    `sizes_px[0]`, at most `sizes_px[1]`."""

    def __init__(
        self, text: str, look: Look, role: Role, sizes_px: tuple[int, int], width_px: float, **more: Any
    ) -> None:
        super().__init__(text, look, role, bold=True, snug=True, **more)
        least_px, most_px = sizes_px
        self.narrow(width_px, least_px)
        self._least_hint = super().minimumSizeHint()
        advance = self._advance(text) / self._size
        self._most_px = max(self._size, min(most_px, int(width_px / max(0.1, advance))))

    def sizeHint(self) -> QSize:
        return QSize(self._least_hint.width(), math.ceil(self._most_px * self._spread))

    def minimumSizeHint(self) -> QSize:
        return self._least_hint

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        font = self.font()
        least_px = int(self._least_hint.height() / self._spread)
        font.setPixelSize(max(least_px, min(self._most_px, int(self.height() / self._spread))))
        self.setFont(font)
        self._measure()


class Figure(Label):
    """Figures as large as `role` says, the words beside them smaller, all on one base line; words alone are as large.
    Where that is wider than there is room, all of it is as large as the words."""

    def __init__(self, text: str, look: Look, role: Role = "figure", word: Role = "row", **more: Any) -> None:
        super().__init__(text, look, word, bold=True, **more)
        self._large = look.font(role, bold=True)
        self._parts = _FIGURES.findall(bound(text))
        self._tall = math.ceil(self._large.pixelSize() * _TIGHT[role])

    def _fonts(self) -> list[tuple[str, QFont]]:
        alone = len(self._parts) == 1
        return [(part, self._large if alone or part[0].isdigit() else self._font) for part in self._parts]

    def _wide(self) -> float:
        return sum(QFontMetricsF(font).horizontalAdvance(part) for part, font in self._fonts())

    def _in_one(self, width: float) -> bool:
        return "\n" not in self.text() and self._wide() <= width

    def clipped(self) -> bool:
        return self._tall > self.height() if self._in_one(self.width()) else super().clipped()

    def heightForWidth(self, width: int) -> int:
        return self._tall if self._in_one(width) else super().heightForWidth(width)

    def _natural_width(self) -> int:
        return math.ceil(self._wide()) + 2

    def minimumSizeHint(self) -> QSize:
        return QSize(self._natural_width() if self._snug else self._size * 2, self._pitch)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        if not self._in_one(self.width()):
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setPen(self._colour)
        slack = self.width() - self._wide()
        left = {Qt.AlignmentFlag.AlignHCenter: slack / 2, Qt.AlignmentFlag.AlignRight: slack}.get(self._align, 0.0)
        base = self.height() / 2 + self._large.pixelSize() * _BASE
        for part, font in self._fonts():
            painter.setFont(font)
            painter.drawText(QPointF(left, base), part)
            left += QFontMetricsF(font).horizontalAdvance(part)
        painter.end()


# A figure with what stands between its digits, or words.
_FIGURES = re.compile(r"\d[\d–:.,\u2060]*|[^\d]+")


def _shortened(text: str, wide: Callable[[str], float], width: float) -> str:
    while text and wide(text + _ELLIPSIS) > width:
        text = text[:-1]
    return text + _ELLIPSIS
