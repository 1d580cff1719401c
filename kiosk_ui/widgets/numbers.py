"""The page of a ticket: its number as large as it goes, how long, where to sit, its code, its paper. Screen thread."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, QSize, Qt
from PyQt6.QtGui import QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from kiosk_ui.presenters.page import Number, Row
from kiosk_ui.widgets.displays import card, column, facts, note_panel, rows_panel
from kiosk_ui.widgets.icons import Sign
from kiosk_ui.widgets.label import Label
from kiosk_ui.widgets.look import CAPITAL, GAP_MM, Look, Role
from kiosk_ui.widgets.panel import TONES, Panel
from kiosk_ui.widgets.qr import QrCode

_CENTRE = Qt.AlignmentFlag.AlignHCenter
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_LEAST_NUMBER_MM = 31.0
_QR_MM, _QR_DENSE_MM, _QR_WIDE_MM, _QR_TIGHT_MM = 62.0, 52.0, 58.0, 44.0


def number(body: Number, look: Look) -> QWidget:
    """Upright: number, then wait and seat beside each other, then windows and code, then what became of the paper.
    Wide: number at the left, the others at the right."""
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
        inside.addWidget(_number_panel(body, look), 3)
        figures = [row for row in (_wait(body), _seat(body)) if row is not None]
        if figures and look.elder and not look.dense:
            for figure in figures:
                inside.addWidget(_figure(figure, body, look), 1)
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
    panel, inside = card(look, 6, 2)
    scant = look.packed or (look.tight and not look.upright)  # the number, and what became of it
    line = QHBoxLayout()
    line.setSpacing(look.px(3))
    if not scant:
        line.addWidget(Label(body.caption, look, "fine" if look.elder else "body", colour="soft"), 1, _MIDDLE)
    if body.tag:
        line.addWidget(_tag(body.tag, look), 0, _MIDDLE)
    inside.addLayout(line)
    ink = "now" if look.assist.contrast else "ink"
    label = Label(body.number, look, "number", colour=ink, bold=True, align=_CENTRE, snug=True, name="number")
    room = look.width_px * (0.8 if look.upright else 0.24 if look.dense and body.qr else 0.34)
    label.narrow(room, look.px(_LEAST_NUMBER_MM / CAPITAL))
    inside.addWidget(label, 1)
    service = _row(body, "service")
    if service is not None and service.value and not look.elder:
        role: Role = "body" if look.assist.large else "row"
        inside.addWidget(Label(service.value, look, role, bold=True, align=_CENTRE, name="row-service"))
    if not body.headline or (scant and body.qr and body.tone == "good"):
        return panel
    fill, ink, line_ = TONES[body.tone]
    state = Panel(look, fill, line_, name="state-ground")
    row = QHBoxLayout(state)
    padding = look.air(2)
    row.setContentsMargins(look.px(3), padding, look.px(3), padding)
    row.addWidget(Label(body.headline, look, "body", colour=ink, bold=True, align=_CENTRE, name="headline"))
    inside.addWidget(state)
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


def _figure(row: Row, body: Number, look: Look) -> QWidget:
    """One figure, what it is above, what it hangs on below."""
    panel, inside = card(look, 5, 1)
    inside.addStretch(1)
    inside.addWidget(Label(row.label, look, "fine", colour="soft"))
    value = Label(row.value, look, "figure", bold=True, name=f"row-{row.name}")
    half = 1.0 if look.elder and not look.dense else 0.5
    value.narrow((look.width_px - 2 * look.px(look.margin_mm) - look.px(GAP_MM)) * half - 2 * look.air(5),
        look.font("key" if look.dense else "title").pixelSize())
    inside.addWidget(value)
    ahead = _row(body, "ahead")
    people = f"{ahead.label} {ahead.value}" if ahead else ""
    below = " · ".join(filter(None, (people, body.as_of))) if row.name == "wait" else body.seat_hint
    if below:
        inside.addWidget(Label(below, look, "fine", colour="soft", name="row-ahead"))
    inside.addStretch(1)
    return panel


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
        inside.addWidget(WindowRow(body.windows, look))
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


class WindowRow(QWidget):
    """The hall's windows in their order; those that take this number are amber and have a line below."""

    def __init__(self, windows: tuple[tuple[str, bool], ...], look: Look) -> None:
        super().__init__()
        self._windows, self._look = windows, look
        self._font = look.font("fine", bold=True)
        self.setAccessibleName("、".join(label for label, takes in windows if takes))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        rows = -(-len(self._windows) // 5)
        return QSize(self._look.px(60), rows * self._look.px(15))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        look, across = self._look, min(5, len(self._windows))
        step, gap, tall = self.width() / across, look.px(2), look.px(13)
        for at, (label, takes) in enumerate(self._windows):
            where = QRectF((at % across) * step + gap / 2, (at // across) * look.px(15) + 1, step - gap, tall)
            painter.setPen(QPen(look.colour("line"), look.line_px))
            painter.setBrush(look.colour("now" if takes else "card"))
            painter.drawRoundedRect(where, look.exact(2), look.exact(2))
            painter.setPen(look.colour("on_now" if takes else "ink"))
            painter.drawText(where, Qt.AlignmentFlag.AlignCenter, label)
        painter.end()
