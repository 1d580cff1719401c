"""The part of a page that is read, not pressed: one builder per kind of body. Screen thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QFontMetricsF
from PyQt6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk_ui.presenters.page import Board, Choices, Matter, Note, Notice, Number, Pad, Row
from kiosk_ui.widgets.icons import Sign
from kiosk_ui.widgets.label import Label
from kiosk_ui.widgets.look import GAP_MM, LARGE, Look, Role
from kiosk_ui.widgets.panel import TONES, Panel
from kiosk_ui.widgets.qr import QrCode
from kiosk_ui.widgets.touch import badge

_CENTRE = Qt.AlignmentFlag.AlignHCenter
# A number may grow beyond its 30 mm where the page is wide, up to this; large print takes so much of the width.
_NUMBER_GROWS = 1.7
_NUMBER_FILLS = 0.86
_TYPED_GROWS = 1.3
# Side of a QR code: upright or wide, and where large print leaves less for it.
_QR_MM = {(True, False): 88.0, (True, True): 74.0, (False, False): 72.0, (False, True): 64.0}


def _column(look: Look, gap_mm: float = GAP_MM) -> tuple[QWidget, QVBoxLayout]:
    widget = QWidget()
    widget.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(look.air(gap_mm))
    return widget, column


def choices(body: Choices, look: Look) -> QWidget:
    widget, column = _column(look, 2.5)
    column.addLayout(_head(body.badge, body.title, look))
    column.addWidget(Label(body.hint, look, colour="soft", name="hint"))
    if body.rows:
        column.addWidget(_facts(body.rows, look))
    for note in body.notes:
        column.addWidget(note_panel(note, look))
    # The upper half is free where all keys are in the lower one, and a wide screen has no other room.
    free = look.assist.large and look.assist.low
    if body.board is not None and (free or (look.upright and (look.assist.large or not look.dense))):
        column.addSpacing(look.px(2))
        column.addWidget(_board(body.board, look))
    column.addSpacing(look.px(1))
    return widget


def _board(board: Board, look: Look) -> QWidget:
    panel = Panel(look, "card", "line", name="board")
    column = QVBoxLayout(panel)
    _pad_layout(column, look, 4)
    column.addWidget(Label(board.title, look, colour="soft"))
    grid = QGridLayout()
    grid.setSpacing(look.px(GAP_MM))
    across = 2 if look.assist.large and look.upright else len(board.calls)
    for at, (number, window) in enumerate(board.calls):
        tile = QVBoxLayout()
        tile.setSpacing(0)
        tile.addWidget(Label(number, look, "title", bold=True, snug=True))
        tile.addWidget(Label(window, look))
        grid.addLayout(tile, at // across, at % across)
        grid.setColumnStretch(at % across, 1)
    column.addLayout(grid, 1)
    return panel


def _head(letters: str, title: str, look: Look) -> QHBoxLayout:
    """What a page is about, with the letters of its numbers."""
    head = QHBoxLayout()
    head.setSpacing(look.px(4))
    if letters:
        head.addWidget(badge(letters, look), 0, Qt.AlignmentFlag.AlignVCenter)
    head.addWidget(Label(title, look, "title", bold=True, name="title"), 1)
    return head


def _facts(rows: Sequence[Row], look: Look) -> QWidget:
    panel = Panel(look, "card", "line")
    inside = QVBoxLayout(panel)
    _pad_layout(inside, look, 4)
    if look.upright:
        _add_rows(inside, rows, look)
    else:
        inside.addLayout(_two_columns(rows, look))
    return panel


def matter(body: Matter, look: Look) -> QWidget:
    widget, column = _column(look)
    panel = Panel(look, "card", "line")
    inside = QVBoxLayout(panel)
    _pad_layout(inside, look, 6)
    inside.addLayout(_head(body.badge, body.title, look))
    if body.rows:
        inside.addSpacing(look.air(2))
        if look.upright:
            _add_rows(inside, body.rows, look)
        else:
            inside.addLayout(_two_columns(body.rows, look))
    column.addWidget(panel)
    for note in body.notes:
        column.addWidget(note_panel(note, look))
    return widget


def number(body: Number, look: Look) -> QWidget:
    """Upright: number, notes, then code and rows. Wide: number, rows and code beside each other, notes below."""
    widget, column = _column(look)
    notes = [note_panel(note, look) for note in body.notes]
    beside = QHBoxLayout()
    beside.setSpacing(look.px(GAP_MM))
    if look.upright:
        column.addWidget(_number_panel(body, look))
        for note in notes:
            column.addWidget(note)
        _add_qr(beside, body, look)
        top = Qt.AlignmentFlag(0) if look.assist.large else Qt.AlignmentFlag.AlignTop
        beside.addWidget(_rows_panel(body.rows, look, stacked=look.assist.large and bool(body.qr)), 1, top)
        column.addLayout(beside)
        return widget
    roomy = look.assist.large and not body.qr
    beside.addWidget(_number_panel(body, look), 3)
    beside.addWidget(_rows_panel(body.rows, look, stacked=not roomy), 4 if roomy else 3 if look.assist.large else 2)
    _add_qr(beside, body, look)
    column.addLayout(beside)
    for note in notes:
        column.addWidget(note)
    return widget


def _number_panel(body: Number, look: Look) -> QWidget:
    panel = Panel(look, "card", "line")
    inside = QVBoxLayout(panel)
    _pad_layout(inside, look, 5)
    inside.setSpacing(look.air(2))
    inside.addWidget(Label(body.caption, look, "strong", colour="soft", align=_CENTRE))
    number = Label(body.number, look, "number", bold=True, align=_CENTRE, snug=True, name="number")
    if look.upright:
        _grow(number, look)
    inside.addWidget(number, 1)
    _fill, ink, _line = TONES[body.tone]
    tone = Panel(look, _fill, _line, name="state-ground")
    row = QHBoxLayout(tone)
    _pad_layout(row, look, 2.5)
    row.addWidget(Label(body.headline, look, "strong", colour=ink, bold=True, align=_CENTRE, name="headline"))
    inside.addWidget(tone)
    return panel


def _grow(number: Label, look: Look) -> None:
    """As large as the width allows, and large print larger still."""
    font = number.font()
    wide = QFontMetricsF(font).horizontalAdvance(number.text())
    room = look.width_px * _NUMBER_FILLS / (1 if look.assist.large else LARGE)
    factor = min(_NUMBER_GROWS, room / max(1.0, wide))
    if factor > 1:
        number.enlarge(factor)


def _add_qr(layout: QBoxLayout, body: Number, look: Look) -> None:
    if not body.qr:
        return
    panel = Panel(look, "card", "line")
    inside = QVBoxLayout(panel)
    _pad_layout(inside, look, 4)
    side = look.px(_QR_MM[look.upright, look.assist.large and (look.dense or not look.upright)])
    inside.addWidget(QrCode(body.qr, side, body.qr_caption), 0, _CENTRE)
    caption = Label(body.qr_caption, look, align=_CENTRE, name="qr-caption")
    caption.setFixedWidth(side)
    inside.addWidget(caption, 0, _CENTRE)
    layout.addWidget(panel)


def pad(body: Pad, look: Look) -> QWidget:
    """What is to be typed, and what is; beside each other where the screen is wide."""
    widget, column = _column(look)
    told = QVBoxLayout()
    told.setSpacing(look.air(2))
    told.addWidget(Label(body.title, look, "title", bold=True, name="title"))
    told.addWidget(Label(body.hint, look, colour="soft", name="hint"))
    field = Panel(look, "card", "line", name="field")
    inside = QHBoxLayout(field)
    _pad_layout(inside, look, 3)
    # Large enough for an empty field may be too large for the longest number.
    typed = replace(look, grow=min(look.grow, _TYPED_GROWS if look.upright else 1.0))
    inside.addWidget(Label(body.typed or " ", typed, "figure", bold=True, align=_CENTRE, lines=1, name="typed"))
    both: QBoxLayout = QVBoxLayout() if look.upright else QHBoxLayout()
    both.setSpacing(look.air(GAP_MM))
    both.addLayout(told, 5)
    both.addWidget(field, 5 if look.upright else 6)
    column.addLayout(both)
    return widget


def notice(body: Notice, look: Look) -> QWidget:
    widget, column = _column(look)
    widget.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
    large = look.assist.large  # takes the whole room
    column.addStretch(0 if large else 2)
    panel = Panel(look, "card", "line")
    inside = QVBoxLayout(panel)
    _pad_layout(inside, look, 10)
    inside.setSpacing(look.px(GAP_MM))
    ink = "warn_line" if body.tone == "warn" else "primary"
    sign_mm = (64 if large and len(body.lines) < 2 else 32) * look.grow
    inside.addWidget(Sign(body.icon, look.air(sign_mm), look.colour(ink)), int(large), _CENTRE)
    inside.addWidget(Label(body.title, look, "title", bold=True, align=_CENTRE, name="title"))
    for at, line in enumerate(body.lines):
        role: Role = "strong" if at == 0 else "body"
        inside.addWidget(Label(line, look, role, bold=at == 0, align=_CENTRE, name=f"line-{at}"))
    column.addWidget(panel, int(large))
    column.addStretch(0 if large else 3)
    return widget


def note_panel(note: Note, look: Look) -> QWidget:
    """A sentence with its sign: what it is does not hang on its colour."""
    fill, ink, line = TONES[note.tone]
    panel = Panel(look, fill, line)
    row = QHBoxLayout(panel)
    _pad_layout(row, look, 3.5)
    row.setSpacing(look.px(3))
    if note.tone != "plain":
        sign = Sign("warn" if note.tone == "warn" else "done", look.px(9), look.colour(ink))
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignVCenter)
    row.addWidget(Label(note.text, look, colour=ink, bold=note.tone == "warn", name=f"note-{note.name}"), 1)
    return panel


def _rows_panel(rows: Sequence[Row], look: Look, *, stacked: bool) -> QWidget:
    """`stacked`: beside a number or a code there is little width, so each figure stands below its name."""
    panel = Panel(look, "card", "line")
    inside = QVBoxLayout(panel)
    _pad_layout(inside, look, 5)
    if not stacked:
        _add_rows(inside, rows, look)
        return panel
    for at, row in enumerate(rows):
        if at:
            inside.addWidget(_rule(look))
        inside.addLayout(_row(row, look, stacked=True))
    inside.addStretch(1)
    return panel


def _add_rows(layout: QVBoxLayout, rows: Sequence[Row], look: Look) -> None:
    layout.setSpacing(look.air(4.5 if look.upright else 2.5))
    for at, row in enumerate(rows):
        if at:
            layout.addWidget(_rule(look))
        layout.addLayout(_row(row, look, stacked=False), 1)


def _row(row: Row, look: Look, *, stacked: bool) -> QBoxLayout:
    """What it is, and how much: the figure beside its name, or below it."""
    line: QBoxLayout = QVBoxLayout() if stacked else QHBoxLayout()
    line.setSpacing(0 if stacked else look.px(3))
    align = Qt.AlignmentFlag.AlignLeft if stacked else Qt.AlignmentFlag.AlignRight
    line.addWidget(Label(row.label, look, colour="soft"), 2)
    line.addWidget(Label(row.value, look, "strong", bold=True, align=align, name=f"row-{row.name}"), 3)
    return line


def _two_columns(rows: Sequence[Row], look: Look) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(look.px(12))
    grid.setVerticalSpacing(look.air(4))
    for at, row in enumerate(rows):
        grid.addLayout(_row(row, look, stacked=True), at // 2, at % 2)
        grid.setColumnStretch(at % 2, 1)
    return grid


def _rule(look: Look) -> QWidget:
    rule = Panel(look, "line", radius_mm=0)
    rule.setFixedHeight(max(1, round(look.exact(0.25))))
    return rule


def _pad_layout(layout: QBoxLayout, look: Look, padding_mm: float) -> None:
    padding = look.air(padding_mm)
    layout.setContentsMargins(padding, padding, padding, padding)
    layout.setSpacing(look.air(2.5))
