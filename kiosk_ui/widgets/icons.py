"""A few signs, drawn as lines on a square of 24 units. Screen thread. Never the only thing that says something."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PyQt6.QtWidgets import QWidget

from kiosk_ui.presenters.page import Icon

_UNITS = 24.0


class Sign(QWidget):
    """One icon in a square of `side` pixels."""

    def __init__(self, icon: Icon, side: int, colour: QColor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedSize(QSize(side, side))
        self._icon = icon
        self._colour = colour

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self.width() / _UNITS, self.height() / _UNITS)
        pen = QPen(self._colour, 2.2)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        _DRAWN[self._icon](painter, self._colour)
        painter.end()


def _lines(painter: QPainter, colour: QColor, *, points: tuple[tuple[tuple[float, float], ...], ...]) -> None:
    for line in points:
        path = QPainterPath(QPointF(*line[0]))
        for point in line[1:]:
            path.lineTo(*point)
        painter.drawPath(path)


def _search(painter: QPainter, colour: QColor) -> None:
    painter.drawEllipse(QRectF(4, 4, 12, 12))
    _lines(painter, colour, points=(((15, 15), (20.5, 20.5)),))


def _language(painter: QPainter, colour: QColor) -> None:
    painter.drawEllipse(QRectF(3, 3, 18, 18))
    painter.drawEllipse(QRectF(8, 3, 8, 18))
    _lines(painter, colour, points=(((3, 12), (21, 12)),))


def _contrast(painter: QPainter, colour: QColor) -> None:
    painter.drawEllipse(QRectF(3, 3, 18, 18))
    half = QPainterPath(QPointF(12, 3))
    half.arcTo(QRectF(3, 3, 18, 18), 90, -180)
    painter.fillPath(half, colour)


def _senior(painter: QPainter, colour: QColor) -> None:
    painter.drawEllipse(QRectF(7.5, 2.5, 7, 7))
    path = QPainterPath(QPointF(4, 21))
    path.cubicTo(4, 10, 18, 10, 18, 21)
    painter.drawPath(path)
    _lines(painter, colour, points=(((21, 12), (21, 21)),))


def _wait(painter: QPainter, colour: QColor) -> None:
    painter.drawEllipse(QRectF(3, 3, 18, 18))
    _lines(painter, colour, points=(((12, 7), (12, 12), (15.5, 14.5)),))


def _warn(painter: QPainter, colour: QColor) -> None:
    _lines(painter, colour, points=(((12, 3.5), (21.5, 20), (2.5, 20), (12, 3.5)), ((12, 10), (12, 14))))
    painter.drawPoint(QPointF(12, 17))


def _priority(painter: QPainter, colour: QColor) -> None:
    star = ((12, 3), (14.7, 9), (21, 9.6), (16.2, 13.8), (17.6, 20.2), (12, 16.9), (6.4, 20.2), (7.8, 13.8),
        (3, 9.6), (9.3, 9), (12, 3))
    _lines(painter, colour, points=(star,))


def _nothing(painter: QPainter, colour: QColor) -> None:
    pass


_DRAWN: dict[Icon, Callable[[QPainter, QColor], None]] = {
    "": _nothing,
    "back": partial(_lines, points=(((14.5, 5), (7.5, 12), (14.5, 19)),)),
    "home": partial(_lines, points=(((3, 12), (12, 4), (21, 12)), ((6, 10.5), (6, 20), (18, 20), (18, 10.5)))),
    "search": _search,
    "language": _language,
    "large": partial(_lines, points=(((3, 20), (9.5, 4), (16, 20)), ((5.4, 14), (13.6, 14)), ((17.5, 7), (22.5, 7)),
        ((20, 4.5), (20, 9.5)))),
    "contrast": _contrast,
    "low": partial(_lines, points=(((12, 3), (12, 15)), ((7, 10), (12, 15), (17, 10)), ((4, 20.5), (20, 20.5)))),
    "senior": _senior,
    "wait": _wait,
    "warn": _warn,
    "done": partial(_lines, points=(((4.5, 12.5), (10, 18), (20, 6.5)),)),
    "priority": _priority,
    "erase": partial(_lines, points=(((9, 5), (21, 5), (21, 19), (9, 19), (3, 12), (9, 5)), ((12, 9.5), (17, 14.5)),
        ((17, 9.5), (12, 14.5)))),
    "clear": partial(_lines, points=(((5, 5), (19, 19)), ((19, 5), (5, 19)))),
    "print": partial(_lines, points=(((7, 9), (7, 3.5), (17, 3.5), (17, 9)), ((7, 17), (3, 17), (3, 9), (21, 9),
        (21, 17), (17, 17)), ((7, 14), (17, 14), (17, 21), (7, 21), (7, 14)))),
    "more": partial(_lines, points=(((9.5, 5), (16.5, 12), (9.5, 19)),)),
}
