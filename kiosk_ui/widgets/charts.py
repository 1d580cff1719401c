"""How full a day is, drawn: a bar a half hour, now, the quietest, a break; and a text that is read. Screen thread."""

from __future__ import annotations

import math
from typing import NamedTuple

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PyQt6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk_ui.presenters.page import Choices
from kiosk_ui.presenters.reading import Bar, Chart, Reading, Waits
from kiosk_ui.widgets import displays
from kiosk_ui.widgets.bars import rule
from kiosk_ui.widgets.displays import card, column
from kiosk_ui.widgets.label import Label
from kiosk_ui.widgets.look import GAP_MM, Look, Role, plate
from kiosk_ui.widgets.panel import Panel, Plate

_MIDDLE, _RIGHT = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignRight
# The bars' height: no less than is seen, and asked for where there is room.
_LEAST_MM, _WANTED_MM, _ALONE_MM, _TIGHT_MM = 14.0, 24.0, 44.0, 7.0
# A text is as large as it goes on this part of the page.
_TEXT_PART = 0.4
_PIN_MM = 2.0
_HOUR = 60
# Token of a bar's colour, and whether a pin stands on it: colour alone says nothing.
_INKS: dict[str, tuple[str, bool]] = {
    "past": ("hair", False), "later": ("bar", False), "now": ("ink_tint", True), "best": ("ok_line", True),
}


class _Scale(NamedTuple):
    """Where a minute of the day and a minute of waiting are drawn."""

    left: float
    floor: float
    across: float
    up: float
    begins: int

    def x(self, minute: float) -> float:
        return self.left + (minute - self.begins) * self.across

    def y(self, wait: float) -> float:
        return self.floor - wait * self.up


class Bars(QWidget):
    """The picture; what it says is its accessible name."""

    def __init__(self, chart: Chart, look: Look, least_mm: float) -> None:
        super().__init__()
        self._chart, self._look, self._font = chart, look, look.font("fine")
        self.setAccessibleName(chart.text)
        self.setObjectName("chart")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._line = math.ceil(QFontMetricsF(self._font).height())
        self.setMinimumHeight(look.px(_TIGHT_MM if look.tight else least_mm) + self._line)

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(80), self._look.px(_WANTED_MM) + self._line)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        scale = self._scale()
        self._mark(painter, scale)
        self._gaps(painter, scale)
        for bar in self._chart.bars:
            self._bar(painter, scale, bar)
        self._hours(painter, scale)
        painter.end()

    def _scale(self) -> _Scale:
        bars, look = self._chart.bars, self._look
        begins, ends = bars[0].begins, bars[-1].ends
        metrics = QFontMetricsF(self._font)
        side = metrics.horizontalAdvance(_clock(begins)) / 2
        highest = max(self._chart.mark_at * 1.25, *(bar.wait for bar in bars), 1.0)
        floor = self.height() - self._line - look.exact(0.5)
        pin = look.exact(2 * _PIN_MM + 1)
        return _Scale(side, floor, (self.width() - 2 * side) / max(30, ends - begins), (floor - pin) / highest, begins)

    def _mark(self, painter: QPainter, scale: _Scale) -> None:
        """The wait that people mind, as a line that is written on."""
        look, chart = self._look, self._chart
        y = scale.y(chart.mark_at)
        painter.setPen(QPen(look.colour("line"), max(1.0, look.exact(0.3)), Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(scale.left, y), QPointF(self.width() - scale.left, y))

    def _gaps(self, painter: QPainter, scale: _Scale) -> None:
        """A break is empty, and says that it is one where it has room for the word."""
        metrics = QFontMetricsF(self._font)
        painter.setPen(self._look.colour("soft"))
        for one, other in zip(self._chart.bars, self._chart.bars[1:], strict=False):
            left, right = scale.x(one.ends), scale.x(other.begins)
            if metrics.horizontalAdvance(self._chart.gap) < right - left:
                box = QRectF(left, scale.floor - self._line, right - left, self._line)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._chart.gap)

    def _bar(self, painter: QPainter, scale: _Scale, bar: Bar) -> None:
        look = self._look
        token, pinned = _INKS[bar.kind]
        air = look.exact(0.5)
        left, right, top = scale.x(bar.begins) + air, scale.x(bar.ends) - air, scale.y(max(bar.wait, 0.6))
        painter.setPen(QPen(look.colour("line"), look.exact(0.3)) if bar.kind == "past" else Qt.PenStyle.NoPen)
        painter.setBrush(look.colour(token))
        painter.drawRect(QRectF(left, top, right - left, scale.floor - top))
        if pinned:
            painter.setPen(Qt.PenStyle.NoPen)
            paint_pin(painter, bar.kind, QPointF((left + right) / 2, top - look.exact(_PIN_MM)), look.exact(_PIN_MM))

    def _hours(self, painter: QPainter, scale: _Scale) -> None:
        """The floor, and below it every hour that has room, from the first half hour on."""
        look, bars, metrics = self._look, self._chart.bars, QFontMetricsF(self._font)
        painter.setPen(QPen(look.colour("line"), max(1.0, look.exact(0.5))))
        painter.drawLine(QPointF(scale.left, scale.floor), QPointF(self.width() - scale.left, scale.floor))
        painter.setPen(look.colour("soft"))
        free = 0.0
        for minute in (bars[0].begins, *(at for at in range(0, 24 * _HOUR, _HOUR) if at > bars[0].begins)):
            half = metrics.horizontalAdvance(_clock(minute)) / 2
            x = scale.x(minute)
            if x - half < free or x + half > self.width() + 1:
                continue
            painter.drawText(QRectF(x - half - 1, scale.floor, 2 * half + 2, self._line), 0x84, _clock(minute))
            free = x + half + look.exact(6)


def paint_pin(painter: QPainter, kind: str, at: QPointF, half: float) -> None:
    """What stands on a bar: a disc now, a diamond where it is quietest."""
    if kind == "now":
        painter.drawEllipse(at, half * 0.8, half * 0.8)
    else:
        x, y = at.x(), at.y()
        painter.drawPolygon(
            QPolygonF([QPointF(x, y - half), QPointF(x + half, y), QPointF(x, y + half), QPointF(x - half, y)])
        )


class Pin(QWidget):
    """The same beside the words that it stands for."""

    def __init__(self, kind: str, look: Look) -> None:
        super().__init__()
        self._kind, self._colour = kind, look.colour(_INKS[kind][0])
        side = look.px(2.4 * _PIN_MM)
        self.setFixedSize(side, side)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour)
        paint_pin(painter, self._kind, QPointF(self.width() / 2, self.height() / 2), self.width() / 2)
        painter.end()


class Dash(QWidget):
    """What the line of a picture looks like, beside what it stands for."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._pen = QPen(look.colour("line"), max(1.0, look.exact(0.4)), Qt.PenStyle.DashLine)
        self.setFixedSize(look.px(8), look.px(3))

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setPen(self._pen)
        painter.drawLine(0, self.height() // 2, self.width(), self.height() // 2)
        painter.end()


def _clock(minute: int) -> str:
    return f"{minute // _HOUR}:{minute % _HOUR:02}"


def chart_panel(chart: Chart, look: Look, least_mm: float = _LEAST_MM) -> Panel:
    """What it is of and how long it waits now; the day; when it is quietest."""
    panel, inside = card(look, 4.5, 1.5)
    head = QHBoxLayout()
    head.setSpacing(look.px(3))
    if chart.badge:
        side = look.px(13 if look.assist.large else 11)
        head.addWidget(Plate(chart.badge, look, plate(chart.badge), side), 0, _MIDDLE)
    role: Role = "fine" if look.tight else "body"
    head.addWidget(Label(chart.title, look, role, bold=True), 1)
    if chart.wait:
        head.addWidget(Pin("now", look), 0, _MIDDLE)
        head.addWidget(Label(chart.wait, look, role, bold=True, align=_RIGHT, snug=True), 0, _MIDDLE)
    inside.addLayout(head)
    if not chart.bars:
        inside.addWidget(Label(chart.best, look, "fine", colour="soft"))
        inside.addStretch(1)
        return panel
    add_day(inside, chart, look, least_mm)
    return panel


def add_day(inside: QVBoxLayout, chart: Chart, look: Look, least_mm: float = _LEAST_MM) -> None:
    """The bars, and below them when it is quietest."""
    inside.addWidget(Bars(chart, look, least_mm), 1)
    told = QHBoxLayout()
    told.setSpacing(look.px(2))
    if any(bar.kind == "best" for bar in chart.bars):
        told.addWidget(Pin("best", look), 0, _MIDDLE)
    told.addWidget(Label(chart.best, look, "fine", colour="ok", bold=True), 1)
    if not look.assist.large and not look.dense:
        told.addWidget(Dash(look), 0, _MIDDLE)
        told.addWidget(Label(chart.mark, look, "fine", colour="soft", snug=True), 0, _MIDDLE)
    inside.addLayout(told)


def waits(body: Waits, look: Look) -> QWidget:
    widget, inside = column(look, 4)
    row = QHBoxLayout()
    row.addWidget(Label(body.title, look, "row" if look.tight else "title", bold=True, name="title"), 1)
    if body.hint and not look.assist.large:
        row.addWidget(Label(body.hint, look, "fine", colour="soft", align=_RIGHT, snug=True, name="hint"), 0, _MIDDLE)
    inside.addLayout(row)
    grid = QGridLayout()
    grid.setSpacing(look.air(GAP_MM))
    for at, chart in enumerate(body.charts):
        across = 1 if look.upright else len(body.charts)
        grid.addWidget(chart_panel(chart, look), at // across, at % across)
        grid.setRowStretch(at // across, 1)
        grid.setColumnStretch(at % across, 1)
    inside.addLayout(grid, 1)
    return widget


def choices(body: Choices, look: Look) -> QWidget:
    """Below the title the day, where the page has room for it; above, where all keys are in the lower half."""
    shown = displays.choices(body, look)
    if body.chart is None or look.dense:
        return shown
    widget, inside = column(look, 5)
    chart = chart_panel(body.chart, look, _ALONE_MM)
    if look.assist.low and look.upright:
        inside.addWidget(chart)
        inside.addStretch(1)
        inside.addWidget(shown)
        return widget
    inside.addWidget(shown)
    inside.addWidget(chart)
    return widget


def reading(body: Reading, look: Look) -> QWidget:
    widget, inside = column(look, 4)
    inside.addWidget(Label(body.title, look, "title", bold=True, name="title"))
    if body.hint:
        inside.addWidget(Label(body.hint, look, "fine", colour="soft", name="hint"))
    padding_mm = 7.0
    panel, rows = card(look, padding_mm, 5)
    role = _as_large(body, look, padding_mm)
    headed = any(passage.head for passage in body.passages[1:])
    rows.addStretch(1)
    for at, passage in enumerate(body.passages):
        if at and headed and passage.head:
            rows.addStretch(1)
            rows.addWidget(rule(look))
            rows.addStretch(1)
        if passage.head:
            rows.addWidget(Label(passage.head, look, "body", colour="soft", bold=True))
        rows.addWidget(Label(passage.text, look, role, name=f"passage-{at}"))
    rows.addStretch(1)
    inside.addWidget(panel, 1)
    return widget


def _as_large(body: Reading, look: Look, padding_mm: float) -> Role:
    """A few words are a title, a page full of them is read in rows."""
    if look.dense:
        return "body"
    width = look.width_px - 2 * look.px(look.margin_mm) - 2 * look.air(padding_mm)
    larger: tuple[Role, ...] = ("key",) if look.assist.large else ("title", "key")
    for role in larger:
        heights = (Label(passage.text, look, role).heightForWidth(width) for passage in body.passages)
        if sum(heights) <= _TEXT_PART * look.height_px:
            return role
    return "row"
