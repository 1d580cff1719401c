"""The page of a ticket: its number as large as it goes, how long, where to sit, its code, its paper. Screen thread."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, QSize, Qt
from PyQt6.QtGui import QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk_ui.presenters.page import Icon, Number, Row
from kiosk_ui.widgets.bars import rule
from kiosk_ui.widgets.displays import card, column, facts, note_panel, rows_panel
from kiosk_ui.widgets.icons import Sign
from kiosk_ui.widgets.label import Figure, Grown, Label
from kiosk_ui.widgets.look import CAPITAL, GAP_MM, Look, Role
from kiosk_ui.widgets.panel import TONES, Panel
from kiosk_ui.widgets.qr import QrCode

_CENTRE = Qt.AlignmentFlag.AlignHCenter
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_LEAST_NUMBER_MM = 31.0
_QR_MM, _QR_DENSE_MM, _QR_WIDE_MM, _QR_TIGHT_MM = 56.0, 52.0, 58.0, 44.0
# Of the plan: windows of a row, how high windows and zones are, around and between them.
_IN_A_ROW = 6
_WINDOW_MM, _ZONE_MM, _INSET_MM, _GAP_MM = 13.0, 22.0, 3.0, 2.0


def number(body: Number, look: Look) -> QWidget:
    """Upright: number, how it stands, wait and seat beside each other, then plan and code, then what became of the
    paper; in 长辈模式 without frames. Wide: number at the left, the others at the right."""
    widget, inside = column(look)
    notes = [note_panel(note, look) for note in body.notes]
    if not look.upright:
        beside = QHBoxLayout()
        beside.setSpacing(look.px(GAP_MM))
        beside.addWidget(_number_panel(body, look), 2 if look.dense else 3)
        beside.addWidget(rows_panel(_but_service(body), look, stacked=not look.dense), 3 if look.dense else 2)
        if body.qr:
            beside.addWidget(_code(body, look))
        inside.addLayout(beside)
    else:
        inside.addWidget(_number_panel(body, look), 2)
        if body.headline:
            inside.addWidget(_state(body, look), 1)
        figures = [row for row in (_wait(body), _seat(body)) if row is not None]
        if figures and look.elder:
            for figure in reversed(figures):
                inside.addLayout(_line(figure, body, look), 1)
        elif figures:
            both = QHBoxLayout()
            both.setSpacing(look.px(GAP_MM))
            for figure in figures:
                both.addWidget(_figure(figure, body, look), 1)
            inside.addLayout(both, 1)
        rest = [row for row in _but_service(body) if row.name not in _FIGURES]
        if rest:
            inside.addWidget(facts(rest, look))
        if extras := _extras(body, look):
            inside.addLayout(extras, 1)
    for note in notes:
        inside.addWidget(note)
    return widget


# Rows that are shown as figures of their own.
_FIGURES = ("wait", "ahead", "seat")


def _row(body: Number, name: str) -> Row | None:
    return next((row for row in body.rows if row.name == name), None)


def _wait(body: Number) -> Row | None:
    return _row(body, "wait")


def _seat(body: Number) -> Row | None:
    return _row(body, "seat")


def _but_service(body: Number) -> list[Row]:
    return [row for row in body.rows if row.name != "service"]


def _number_panel(body: Number, look: Look) -> QWidget:
    bare = look.elder and look.upright
    panel, inside = column(look, 1) if bare else card(look, 6, 1)
    scant = look.packed or (look.tight and not look.upright)  # the number, and what became of it
    # Beside each other they have no room for a long word where words are largest.
    line = QVBoxLayout() if look.elder and not look.upright else QHBoxLayout()
    line.setSpacing(look.px(3))
    if not scant:
        line.addWidget(Label(body.caption, look, "fine" if look.elder else "body", colour="soft"), 1, _MIDDLE)
    if body.tag:
        line.addWidget(_tag(body.tag, look), 0, _MIDDLE)
    inside.addLayout(line)
    inside.addStretch(1)
    ink = "now" if look.assist.contrast else "ink"
    room = look.width_px * (0.87 if bare else 0.8 if look.upright else 0.24 if look.dense and body.qr else 0.34)
    sizes_px = (look.px(_LEAST_NUMBER_MM / CAPITAL), look.px(look.number_mm / CAPITAL))
    inside.addWidget(Grown(body.number, look, "number", sizes_px, room, colour=ink, align=_CENTRE, name="number"), 50)
    service = _row(body, "service")
    if service is not None and service.value and not look.elder:
        role: Role = "body" if look.assist.large else "row"
        inside.addWidget(Label(service.value, look, role, bold=True, align=_CENTRE, name="row-service"))
    inside.addStretch(1)
    if bare:
        inside.addWidget(rule(look))
    if not look.upright and body.headline and not (scant and body.qr and body.tone == "good"):
        inside.addWidget(_state(body, look))
    return panel


def _state(body: Number, look: Look) -> QWidget:
    """How it stands: amber while it is called, as on every board, and deep while it waits."""
    fill, ink, line_ = TONES[body.tone]
    if look.upright:
        fill, ink = ("now", "on_now") if body.called else ("deep", "on_deep") if body.tone == "plain" else (fill, ink)
    panel = Panel(look, fill, line_, name="state-ground")
    row = QHBoxLayout(panel)
    side, padding = (look.air(6), look.air(4)) if look.upright else (look.px(3), look.air(2))
    row.setContentsMargins(side, padding, side, padding)
    role: Role = "body"
    if look.upright:
        role = "title" if look.dense or look.assist.large else "figure"
    align = Qt.AlignmentFlag.AlignLeft if look.upright else _CENTRE
    row.addWidget(Label(body.headline, look, role, colour=ink, bold=True, align=align, name="headline"))
    return panel


def _tag(text: str, look: Look) -> QWidget:
    """A right that goes with the number."""
    tag = Panel(look, "ok_bg", "ok_line", radius_mm=2)
    row = QHBoxLayout(tag)
    row.setContentsMargins(look.px(3), look.px(1.5), look.px(3), look.px(1.5))
    row.setSpacing(look.px(2))
    row.addWidget(Sign("flag", look.px(8), look.colour("ok")), 0, _MIDDLE)
    row.addWidget(Label(text, look, "fine", colour="ok", bold=True, snug=True))
    return tag


def _below(row: Row, body: Number) -> str:
    """What a figure hangs on."""
    ahead = _row(body, "ahead")
    people = f"{ahead.label} {ahead.value}" if ahead else ""
    return " · ".join(filter(None, (people, body.as_of))) if row.name == "wait" else body.seat_hint


def _figure(row: Row, body: Number, look: Look) -> QWidget:
    """One figure, what it is above, what it hangs on below."""
    panel, inside = card(look, 5, 1)
    inside.addStretch(1)
    inside.addWidget(Label(row.label, look, "fine", colour="soft"))
    if row.name == "wait":
        inside.addWidget(Figure(row.value, look, name="row-wait"))
    else:
        value = Label(row.value, look, "figure", bold=True, name=f"row-{row.name}")
        value.narrow((look.width_px - 2 * look.px(look.margin_mm) - look.px(GAP_MM)) * 0.5 - 2 * look.air(5),
            look.font("key" if look.dense else "title").pixelSize())
        inside.addWidget(value)
    if below := _below(row, body):
        inside.addWidget(Label(below, look, "fine", colour="soft", name="row-ahead"))
    inside.addStretch(1)
    return panel


def _line(row: Row, body: Number, look: Look) -> QVBoxLayout:
    """The same for 长辈模式: sign, label and figure in one line."""
    both = QVBoxLayout()
    both.setSpacing(look.px(1))
    both.addStretch(1)
    line = QHBoxLayout()
    line.setSpacing(look.px(5))
    icon: Icon = "seat" if row.name == "seat" else "clock"
    line.addWidget(Sign(icon, look.px(9 if look.packed else 20), look.colour("ink")), 0, _MIDDLE)
    line.addWidget(Label(row.label, look, "row", bold=True, snug=True), 0, _MIDDLE)
    word: Role = "row" if row.name == "wait" or look.dense else "title"
    line.addWidget(Figure(row.value, look, "figure", word, name=f"row-{row.name}"), 1, _MIDDLE)
    both.addLayout(line)
    if row.name == "wait":
        both.addWidget(Label(_below(row, body), look, "fine", name="row-ahead"))
    both.addStretch(1)
    return both


def _extras(body: Number, look: Look) -> QHBoxLayout | None:
    """Where to go, and the code that takes the number along; in 长辈模式 the code only where no paper came out."""
    printed = any(note.name == "slip" and note.tone == "good" for note in body.notes)
    show_code = bool(body.qr) and not (look.elder and printed)
    show_windows = bool(body.windows) and not look.dense and not look.assist.large
    if not show_code and not show_windows:
        return None
    both = QHBoxLayout()
    both.setSpacing(look.px(GAP_MM))
    if show_windows:
        panel, inside = card(look, 5, 3)
        inside.addStretch(1)
        inside.addWidget(Plan(body.windows, body.zones, look))
        inside.addWidget(Label(body.windows_caption, look, "fine", align=_CENTRE, name="windows"))
        inside.addStretch(1)
        both.addWidget(panel, 1)
    if show_code:
        both.addWidget(_code(body, look), 1)
    return both


def _code_mm(look: Look) -> float:
    if look.tight:
        return _QR_TIGHT_MM
    if not look.upright:
        return _QR_WIDE_MM
    return _QR_DENSE_MM if look.dense or look.assist.large else _QR_MM


def _code(body: Number, look: Look) -> QWidget:
    panel, inside = card(look, 4, 2)
    side = look.px(_code_mm(look))
    beside = look.upright and (look.dense or look.assist.large or not body.windows)
    caption = Label(body.qr_caption, look, "fine" if not look.upright else "body", align=_CENTRE, name="qr-caption")
    if beside:
        row = QHBoxLayout()
        row.setSpacing(look.px(4))
        row.addWidget(QrCode(body.qr, side, body.qr_caption), 0, _MIDDLE)
        caption.align(Qt.AlignmentFlag.AlignLeft)
        row.addWidget(caption, 1)
        inside.addLayout(row)
        return panel
    inside.addStretch(1)
    inside.addWidget(QrCode(body.qr, side, body.qr_caption), 0, _CENTRE)
    if not look.upright:
        caption.setFixedWidth(side)
    if not look.tight:
        inside.addWidget(caption)
    inside.addStretch(1)
    return panel


class Plan(QWidget):
    """The hall's windows in their order, those that take this number amber; below them the seats, its own zone solid.
    Not where walls are: what is near what."""

    def __init__(self, windows: tuple[tuple[str, bool], ...], zones: tuple[tuple[str, bool], ...], look: Look) -> None:
        super().__init__()
        self._rows = tuple(filter(None, (windows[:_IN_A_ROW], windows[_IN_A_ROW:])))
        self._zones, self._look = zones, look
        self._font = look.font("fine", bold=True)
        self.setAccessibleName("、".join(label for label, mine in (*windows, *zones) if mine))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        high = len(self._rows) * _WINDOW_MM + (_ZONE_MM if self._zones else 0) + 2 * _INSET_MM
        return QSize(self._look.px(60), self._look.px(high))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        look, inset = self._look, self._look.exact(_INSET_MM)
        whole = QRectF(self.rect())
        self._box(painter, whole, "sunk", "", "")
        top = inset
        for row in self._rows:
            top = self._boxes(painter, row, top, look.exact(_WINDOW_MM), ("now", "on_now"))
        self._boxes(painter, self._zones, top, look.exact(_ZONE_MM), ("primary", "on_primary"))
        painter.end()

    def _boxes(
        self, painter: QPainter, row: tuple[tuple[str, bool], ...], top: float, high: float, mine: tuple[str, str]
    ) -> float:
        inset, gap = self._look.exact(_INSET_MM), self._look.exact(_GAP_MM)
        step = (self.width() - 2 * inset + gap) / max(1, len(row))
        for at, (label, takes) in enumerate(row):
            fill, ink = mine if takes else ("card", "ink")
            self._box(painter, QRectF(inset + at * step, top, step - gap, high - gap), fill, ink, label)
        return top + high

    def _box(self, painter: QPainter, where: QRectF, fill: str, ink: str, label: str) -> None:
        look, half = self._look, self._look.line_px / 2
        painter.setPen(QPen(look.colour("line"), look.line_px))
        painter.setBrush(look.colour(fill))
        painter.drawRoundedRect(where.adjusted(half, half, -half, -half), look.exact(2), look.exact(2))
        if label:
            painter.setPen(look.colour(ink))
            painter.drawText(where, Qt.AlignmentFlag.AlignCenter, label)
