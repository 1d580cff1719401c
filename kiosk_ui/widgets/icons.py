"""Icons on a grid of 24 units: lines in one colour and one solid part in another. Never the only thing that says
something. Screen thread.

Each is two short drawings, lines and solid part, in the words of `_path`: M x y, L x y …, C (a curve), O x y radius,
R x y width height radius, A x y radius from degrees (an arc), Z.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PyQt6.QtWidgets import QWidget

from kiosk_ui.presenters.page import Icon

_UNITS = 24.0
_STROKE, _STROKE_BIG = 1.9, 1.5
_BIG_PX = 150


class _Drawing(NamedTuple):
    lines: str
    solid: str = ""


_SLIP = "M 5.5 3.5 L 18.5 3.5 L 18.5 20.5 L 16.3 18.8 L 14.2 20.5 L 12 18.8 L 9.8 20.5 L 7.7 18.8 L 5.5 20.5 Z"
_HOUSE = "M 3 12 L 12 4.5 L 21 12 M 5.8 10 L 5.8 20 L 18.2 20 L 18.2 10"
_PERSON = "O 9.5 8 3.2 M 3.5 20 C 3.5 13 15.5 13 15.5 20"
_CARD = "R 3 5.5 18 13 1.8"
_YEN = "M 9.3 8.5 L 12 12 L 14.7 8.5 M 12 12 L 12 16.5 M 9.5 12.5 L 14.5 12.5 M 9.5 14.6 L 14.5 14.6"
_FACE = "O 12 12 8.8"
_EYES = "O 9 10 0.9 O 15 10 0.9"
_DRAWN: dict[Icon, _Drawing] = {
    "": _Drawing(""),
    "ticket": _Drawing(f"{_SLIP} M 9 14.5 L 15 14.5", "R 8.6 7 6.8 4.6 0.3"),
    "guide": _Drawing(
        "M 12 6 C 9.5 4.6 6 4.6 3 5.4 L 3 18.4 C 6 17.6 9.5 17.6 12 19 C 14.5 17.6 18 17.6 21 18.4 L 21 5.4 "
        "C 18 4.6 14.5 4.6 12 6 L 12 19", "M 15.6 6 L 18.4 6 L 18.4 12 L 17 10.7 L 15.6 12 Z"),
    "precheck": _Drawing("M 13.5 3.5 L 5.5 3.5 L 5.5 20.5 L 18.5 20.5 L 18.5 8.5 Z M 8.6 13.8 L 11.2 16.4 L 15.6 11.4",
        "M 13.5 3.2 L 18.8 8.5 L 13.5 8.5 Z"),
    "checkin": _Drawing("R 4 5.5 16 14.5 1.5 M 4 10 L 20 10 M 8 3.2 L 8 7.4 M 16 3.2 L 16 7.4", "R 13 13 4 4 0.2"),
    "lookup": _Drawing("O 10.5 10.5 6.6 M 15.5 15.5 L 20.5 20.5", "O 10.5 10.5 2.3"),
    "search": _Drawing("O 10.5 10.5 6.6 M 15.5 15.5 L 20.5 20.5"),
    "helper": _Drawing(_PERSON, "M 14.5 3 L 21.5 3 L 21.5 9 L 17.6 9 L 16.2 11 L 16.2 9 L 14.5 9 Z"),
    "home": _Drawing(_HOUSE, "R 10 14 4 6 0.2"),
    "back": _Drawing("M 14.5 5 L 7.5 12 L 14.5 19"),
    "next": _Drawing("M 9.5 5 L 16.5 12 L 9.5 19"),
    "arrow": _Drawing("M 4 12 L 20 12 M 14 6 L 20 12 L 14 18"),
    "down": _Drawing("M 12 4 L 12 20 M 6 14 L 12 20 L 18 14"),
    "close": _Drawing("M 5.5 5.5 L 18.5 18.5 M 18.5 5.5 L 5.5 18.5"),
    "check": _Drawing("M 4.5 12.5 L 10 18 L 20 6.5"),
    "warn": _Drawing("M 12 3.8 L 21.2 20 L 2.8 20 Z M 12 9.5 L 12 14", "O 12 17 1.2"),
    "info": _Drawing("O 12 12 8.8 M 12 11.2 L 12 16.6", "O 12 7.6 1.2"),
    "clock": _Drawing("O 12 12 8.8 M 12 7 L 12 12 L 15.6 14"),
    "people": _Drawing("O 8.8 7.6 3.1 M 3 19.5 C 3 12.6 14.6 12.6 14.6 19.5",
        "O 17.6 8.4 2.2 M 16.2 12.4 C 19 12 21.3 14.4 21.3 18.6 L 17.8 18.6 C 17.8 16 17.4 14 16.2 12.4 Z"),
    "card": _Drawing(f"{_CARD} M 14 10 L 18 10 M 14 14 L 18 14",
        "O 8.6 10 1.9 M 5.4 15.6 C 5.4 12 11.8 12 11.8 15.6 Z"),
    "qr": _Drawing("R 3.5 3.5 6.5 6.5 0.2 R 14 3.5 6.5 6.5 0.2 R 3.5 14 6.5 6.5 0.2",
        "R 13.6 13.6 3 3 0 R 18 13.6 3 3 0 R 16 16.2 2.4 2.4 0 R 13.6 18 3 3 0 R 18 18 3 3 0"),
    "print": _Drawing("M 7 9 L 7 3.5 L 17 3.5 L 17 9 M 7 17 L 3.5 17 L 3.5 9 L 20.5 9 L 20.5 17 L 17 17 "
        "R 7 13.5 10 7 0.3", "O 17.6 11.6 1.1"),
    "erase": _Drawing("M 9 5 L 21 5 L 21 19 L 9 19 L 3 12 Z M 12 9.5 L 17 14.5 M 17 9.5 L 12 14.5"),
    "speaker": _Drawing("A 13 12 4 -50 50 A 13 12 7.6 -50 50",
        "M 3 9 L 6.5 9 L 11.5 4.5 L 11.5 19.5 L 6.5 15 L 3 15 Z"),
    "repeat": _Drawing("A 12 13 7.5 -240 60 M 4 3.5 L 5 9.5 L 10.5 8.6"),
    "large": _Drawing("M 3 19.5 L 8.8 4.5 L 14.6 19.5 M 5 14.4 L 12.6 14.4 M 16.5 8.5 L 22 8.5 M 19.2 5.8 L 19.2 11.2"),
    "contrast": _Drawing("O 12 12 8.8", "M 12 3.2 C 23.8 3.2 23.8 20.8 12 20.8 Z"),
    "low": _Drawing("M 12 3 L 12 14.6 M 7 9.8 L 12 14.8 L 17 9.8", "R 4 18.6 16 2.8 0.2"),
    "senior": _Drawing("M 8 20.5 L 8 11 C 8 8.6 12.2 8.4 13 11 L 13.6 13 M 12 13 L 12 20.5 M 15.4 13 C 15.4 "
        "10.6 19.4 10.6 "
        "19.4 13 M 16.2 12.4 L 16.2 20.5", "O 10.6 4.8 2.3"),
    "language": _Drawing("O 12 12 8.8 M 3.2 12 L 20.8 12 M 12 3.2 C 7 7.4 7 16.6 12 20.8 M 12 3.2 C 17 7.4 17 "
        "16.6 12 20.8"),
    "shop": _Drawing("M 5 11 L 5 20.2 L 19 20.2 L 19 11 M 10 20 L 10 14.6 L 14 14.6 L 14 20",
        "M 5.2 3.6 L 18.8 3.6 L 21 9 C 21 12 16.8 12 16.6 9.6 C 16.4 12 12.2 12 12 9.6 C 11.8 12 7.6 12 7.4 9.6 "
        "C 7.2 12 3 12 3 9 Z"),
    "bowl": _Drawing("M 3.5 11 L 20.5 11 C 20.5 16 17 19 12 19 C 7 19 3.5 16 3.5 11 Z M 9 3.5 C 7.8 5 10 6 9 7.8 "
        "M 14 3.5 C 12.8 5 15 6 14 7.8", "R 8 18.4 8 2.2 0.2"),
    "shield": _Drawing("M 12 3 L 19.5 5.8 L 19.5 11.5 C 19.5 16.5 16 19.6 12 21 C 8 19.6 4.5 16.5 4.5 11.5 L 4.5 5.8 Z",
        "R 10.8 8.4 2.4 7.2 0 R 8.4 10.8 7.2 2.4 0"),
    "estate": _Drawing("M 3 12 L 11 4.5 L 15.5 8.6 M 5.6 10 L 5.6 20 L 11.5 20 M 17.6 13 L 17.6 20.5 L 20.4 20.5",
        "O 17.6 11.4 2.6"),
    "fund": _Drawing(f"{_HOUSE} {_YEN}"),
    "permit": _Drawing(f"{_CARD} M 14.5 10 L 18 10 M 14.5 14 L 18 14",
        "M 6 11.6 L 9.2 8.8 L 12.4 11.6 L 12.4 15.2 L 6 15.2 Z"),
    "wheel": _Drawing("O 12 12 8.8 M 3.4 11 C 8 8.6 16 8.6 20.6 11 M 11 14 L 9 20 M 13 14 L 15 20", "O 12 12.4 2.4"),
    "chat": _Drawing("M 3.5 4.5 L 20.5 4.5 L 20.5 16 L 11 16 L 7 20 L 7 16 L 3.5 16 Z",
        "O 8 10.3 1.2 O 12 10.3 1.2 O 16 10.3 1.2"),
    "yuan": _Drawing(f"{_SLIP} {_YEN}"),
    "flag": _Drawing("M 5.5 3 L 5.5 21", "M 5.5 4 L 19.5 4 L 16.6 8.5 L 19.5 13 L 5.5 13 Z"),
    "seat": _Drawing("M 6.5 3 L 6.5 20.5 M 6.5 16.5 L 17.5 16.5 M 17.5 11.5 L 17.5 20.5", "R 6.5 10.6 11.6 3.2 0.2"),
    "counter": _Drawing("R 3 14.5 18 5.5 0.8 M 7 14 C 7 9.4 17 9.4 17 14", "O 12 6 2.9"),
    "plug": _Drawing("M 2.5 12 L 6.5 12 M 12.5 9 L 15.4 9 M 12.5 15 L 15.4 15 M 17.4 7.4 L 20 7.4 L 20 16.6 L "
        "17.4 16.6 "
        "M 20 12 L 22 12 M 15.6 3 L 14.6 5.4 M 14.6 18.6 L 15.6 21", "R 7 6.6 5.4 10.8 0.3"),
    "hourglass": _Drawing("M 6 3.5 L 18 3.5 M 6 20.5 L 18 20.5 M 7.6 3.8 C 7.6 9 10.4 10.4 11.4 12 C 10.4 13.6 "
        "7.6 15 7.6 20.2 "
        "M 16.4 3.8 C 16.4 9 13.6 10.4 12.6 12 C 13.6 13.6 16.4 15 16.4 20.2", "M 9.4 19.4 L 12 15.6 L 14.6 19.4 Z"),
    "case": _Drawing("R 3.5 7.5 17 12 1.4 M 9 7.2 L 9 4.5 L 15 4.5 L 15 7.2 M 3.5 12.4 L 20.5 12.4",
        "R 10.6 11 2.8 2.8 0.2"),
    "pencil": _Drawing("M 4 20 L 5 15.6 L 16.4 4.2 L 19.8 7.6 L 8.4 19 Z", "M 4 20 L 5 15.6 L 8.4 19 Z"),
    "hand": _Drawing("M 9.4 13.5 L 9.4 4.6 C 9.4 2.6 12.6 2.6 12.6 4.6 L 12.6 10 L 18.4 11.4 C 19.4 11.7 19.8 "
        "12.4 19.6 13.4 "
        "L 18.2 19.6 C 18 20.4 17.4 20.8 16.6 20.8 L 10.6 20.8 L 5 14.6 C 4 13.2 5.8 11.8 7 12.8 Z"),
    "phone": _Drawing("R 7 3 10 18 1.6 M 11 18 L 13 18", "R 9.2 6.4 5.6 6 0.2"),
    "photo": _Drawing("R 3 6.5 18 13 1.6 M 8.4 6.3 L 9.6 4 L 14.4 4 L 15.6 6.3", "O 12 12.8 3.2"),
    "plus": _Drawing("M 12 4.5 L 12 19.5 M 4.5 12 L 19.5 12"),
    "lock": _Drawing("R 5 10.5 14 10 1.4 M 8 10.2 C 7.6 1.6 16.4 1.6 16 10.2", "O 12 15.4 1.6"),
    "seal": _Drawing("M 12 3.5 C 12.2 10.5 9.4 16.1 4 20 M 12.2 9 C 13.1 14 15.8 17.7 20 20"),
    "horn": _Drawing("M 3.5 9.5 L 3.5 14 L 6.5 14 L 15 18 L 15 5.5 L 6.5 9.5 Z M 6.5 14 L 8 19 L 10.5 19 L 9 14.7 "
        "M 19.5 9.5 L 19.5 14.5"),
    "yes": _Drawing("", "O 12 12 9"),
    "face5": _Drawing(f"{_FACE} M 7.6 13.6 L 16.4 13.6 C 16 18.6 8 18.6 7.6 13.6 Z", _EYES),
    "face4": _Drawing(f"{_FACE} M 7.8 14.4 C 9.6 17.2 14.4 17.2 16.2 14.4", _EYES),
    "face3": _Drawing(f"{_FACE} M 8.4 15.4 L 15.6 15.4", _EYES),
    "face2": _Drawing(f"{_FACE} M 7.8 16.6 C 9.6 13.8 14.4 13.8 16.2 16.6", _EYES),
    "face1": _Drawing(f"{_FACE} M 7.8 17.4 C 8.2 12.6 15.8 12.6 16.2 17.4 Z", _EYES),
}


class Sign(QWidget):
    """One icon in a square of `side` pixels; `solid` is the colour of its solid part, that of the lines if None."""

    def __init__(self, icon: Icon, side: int, ink: QColor, solid: QColor | None = None) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedSize(QSize(side, side))
        self._icon = icon
        self._ink, self._solid = ink, solid or ink

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        paint_icon(painter, self._icon, QRectF(self.rect()), self._ink, self._solid)
        painter.end()


def paint_icon(painter: QPainter, icon: Icon, where: QRectF, ink: QColor, solid: QColor, stroke: float = 0.0) -> None:
    """`stroke`: how thick its lines are where that is not as usual, in parts of the grid."""
    lines, filled = _paths(icon)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(where.topLeft())
    painter.scale(where.width() / _UNITS, where.height() / _UNITS)
    painter.fillPath(filled, solid)
    pen = QPen(ink, stroke or (_STROKE_BIG if where.width() > _BIG_PX else _STROKE))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.strokePath(lines, pen)
    painter.restore()


@cache
def _paths(icon: Icon) -> tuple[QPainterPath, QPainterPath]:
    drawn = _DRAWN[icon]
    return _path(drawn.lines), _path(drawn.solid)


def _path(drawing: str) -> QPainterPath:
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    words = drawing.split()
    at, verb = 0, ""
    while at < len(words):
        if words[at].isalpha():
            verb = words[at]
            at += 1
        count = _NUMBERS[verb]
        numbers = [float(word) for word in words[at : at + count]]
        at += count
        _draw(path, verb, numbers)
    return path


_NUMBERS = {"M": 2, "L": 2, "C": 6, "O": 3, "R": 5, "A": 5, "Z": 0}


def _draw(path: QPainterPath, verb: str, n: list[float]) -> None:
    if verb == "M":
        path.moveTo(*n)
    elif verb == "L":
        path.lineTo(*n)
    elif verb == "C":
        path.cubicTo(*n)
    elif verb == "O":
        path.addEllipse(QPointF(n[0], n[1]), n[2], n[2])
    elif verb == "R":
        path.addRoundedRect(QRectF(*n[:4]), n[4], n[4])
    elif verb == "A":
        square = QRectF(n[0] - n[2], n[1] - n[2], 2 * n[2], 2 * n[2])
        path.arcMoveTo(square, n[3])
        path.arcTo(square, n[3], n[4] - n[3])
    else:
        path.closeSubpath()
