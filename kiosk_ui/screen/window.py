"""The big screen's window: paints the marks of a picture. Nobody touches it. Screen thread."""

from __future__ import annotations

from functools import cache

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QWidget

from hall_daemon.wire.screens import Ground, Theme
from kiosk_ui.screen.marks import Colour, Dot, Drawn, Mark, Panel, Words
from kiosk_ui.screen.picture import Picture
from kiosk_ui.widgets.icons import paint_icon
from kiosk_ui.widgets.look import THEMES, font_of

# Of the line of capitals and ideographs below the middle of a line, in parts of the size.
_BASE_EM = 0.367
_MEASURED_AT_PX = 100
# A dot's edge, in parts of its side.
_DOT_LINE = 0.17
_SEAL_STROKE = 3.0


@cache
def ems(text: str, bold: bool) -> float:
    """`fit.Ems` of the screen's font."""
    return QFontMetricsF(font_of(_MEASURED_AT_PX, bold)).horizontalAdvance(text) / _MEASURED_AT_PX


def colours(theme: Theme, ground: Ground) -> dict[Colour, str]:
    """By what they are for. Beside windows: ink on light ground, and what is new is deep with amber numbers."""
    of = THEMES[theme]
    if ground == "dark":
        return {
            "ground": of.deep, "ink": of.on_deep, "pale": of.pale, "row": of.deep2, "rule": of.bar, "now": of.now,
            "on_now": of.on_now, "plate": of.card, "on_plate": of.deep, "bar": of.card, "on_bar": of.ink,
            "missed": of.now, "late": of.now, "on_late": of.on_now,
        }
    return {
        "ground": of.ground, "ink": of.ink, "pale": of.soft, "row": of.card, "rule": of.hair, "now": of.deep,
        "on_now": of.now, "plate": of.deep, "on_plate": of.on_deep, "bar": of.deep, "on_bar": of.on_deep,
        "missed": of.primary, "late": of.now, "on_late": of.on_now,
    }


class ScreenWindow(QWidget):
    """`turn`: degrees by which the picture is turned for a panel that hangs on its side, 0, 90, 180 or 270."""

    def __init__(self, *, turn: int = 0) -> None:
        super().__init__()
        self._turn = turn
        self._picture: Picture | None = None
        # What people see, for whoever asks from another thread.
        self.painted: Picture | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    @property
    def seen(self) -> tuple[int, int]:
        """Width and height as people see them."""
        size = self.width(), self.height()
        return size[::-1] if self._turn in (90, 270) else size

    def show_picture(self, picture: Picture) -> None:
        """Painted when it is another one."""
        if picture != self._picture:
            self._picture = picture
            said = [mark.text for mark in picture.marks if isinstance(mark, Words)]
            self.setAccessibleName(" ".join(said))
            self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        picture = self._picture
        if picture is None:
            return
        of = {name: QColor(value) for name, value in colours(picture.theme, picture.ground).items()}
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), of["ground"])
        if self._turn:
            painter.translate(self.width() / 2, self.height() / 2)
            painter.rotate(self._turn)
            painter.translate(-self.seen[0] / 2, -self.seen[1] / 2)
        painter.translate(*map(float, picture.shift))
        for mark in picture.marks:
            _paint(painter, mark, of)
        painter.end()
        self.painted = picture


def _paint(painter: QPainter, mark: Mark, of: dict[Colour, QColor]) -> None:
    colour = of[mark.colour]
    if isinstance(mark, Words):
        painter.setFont(font_of(max(1, mark.size), mark.bold))
        painter.setPen(colour)
        painter.drawText(QPointF(mark.left, mark.middle + mark.size * _BASE_EM), mark.text)
    elif isinstance(mark, Panel):
        _round(painter, QRectF(*map(float, mark.box)), mark.radius, colour, mark.line)
    elif isinstance(mark, Dot):
        line = 0.0 if mark.filled else mark.side * _DOT_LINE
        _round(painter, QRectF(mark.left, mark.top, mark.side, mark.side), mark.side / 2, colour, line)
    else:
        _sign(painter, mark, of)


def _round(painter: QPainter, where: QRectF, radius: float, colour: QColor, line: float) -> None:
    if line:
        inset = line / 2
        painter.setPen(QPen(colour, line))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        where = where.adjusted(inset, inset, -inset, -inset)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
    painter.drawRoundedRect(where, radius, radius)


def _sign(painter: QPainter, mark: Drawn, of: dict[Colour, QColor]) -> None:
    where = QRectF(mark.left, mark.top, mark.side, mark.side)
    if mark.sign == "seal":
        _round(painter, where, 10, of[mark.colour], 0)
        paint_icon(painter, "seal", where, of["on_plate"], of["on_plate"], _SEAL_STROKE)
    else:
        paint_icon(painter, mark.sign, where, of[mark.colour], of[mark.colour])
