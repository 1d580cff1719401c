"""The part of a page that is read, not pressed: one builder per kind of body. Flat panels, no edges. Screen thread."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk_ui.presenters.page import Choices, Home, Icon, Line, Note, Pad, Row
from kiosk_ui.widgets.bars import rule
from kiosk_ui.widgets.choices import read_with, reads_below
from kiosk_ui.widgets.icons import Sign
from kiosk_ui.widgets.label import Figure, Label
from kiosk_ui.widgets.look import GAP_MM, Look, Role, plate
from kiosk_ui.widgets.marks import group_fields, progress
from kiosk_ui.widgets.panel import TONES, Panel, Plate

_CENTRE, _RIGHT = Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_NOTE_ICONS_BY_NAME: dict[tuple[str, str], Icon] = {
    ("live", "plain"): "pencil", ("slip", "good"): "print", ("card", "plain"): "card", ("code", "plain"): "qr",
}
_NOTE_ICONS: dict[str, Icon] = {"good": "check", "warn": "warn", "bad": "warn", "plain": "info"}


def column(look: Look, gap_mm: float = GAP_MM) -> tuple[QWidget, QVBoxLayout]:
    widget = QWidget()
    widget.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    inside = QVBoxLayout(widget)
    inside.setContentsMargins(0, 0, 0, 0)
    inside.setSpacing(look.air(gap_mm))
    return widget, inside


def card(look: Look, padding_mm: float = 6.0, gap_mm: float = 2.5) -> tuple[Panel, QVBoxLayout]:
    panel = Panel(look, "card", "line")
    inside = QVBoxLayout(panel)
    padding = look.air(padding_mm)
    inside.setContentsMargins(padding, padding, padding, padding)
    inside.setSpacing(look.air(gap_mm))
    return panel, inside


def home(body: Home, look: Look) -> QWidget:
    widget, inside = column(look, 4)
    if body.lines and not (look.dense and look.elder) and look.upright:
        inside.addWidget(lines(body, look))
        inside.addStretch(1)
    row = QHBoxLayout()
    first: Role = "first" if look.upright and not look.assist.low else "title"
    row.addWidget(Label(body.title, look, first, bold=True, name="title"), 1)
    if body.hint and look.upright:
        row.addWidget(Label(body.hint, look, "fine", colour="soft", align=_RIGHT, name="hint"), 0, _MIDDLE)
    inside.addLayout(row)
    if look.elder and look.upright and not look.tight:
        inside.addWidget(Label(" ", look, "fine", colour="focus", bold=True, lines=1, name="spoken-now"))
    return widget


def lines(body: Home | Choices, look: Look) -> QWidget:
    """Where all keys are in the lower half, the upper one tells how long every queue waits, or what was answered."""
    panel, inside = card(look, 6, 4)
    head = QHBoxLayout()
    head.addWidget(Label(body.lines_title, look, "body", bold=True), 1)
    if body.lines_as_of:
        head.addWidget(Label(body.lines_as_of, look, "fine", colour="soft", align=_RIGHT, snug=True))
    inside.addLayout(head)
    role: Role = "row" if look.assist.low and isinstance(body, Choices) else "body"
    grid = QGridLayout()
    grid.setHorizontalSpacing(look.px(10))
    grid.setVerticalSpacing(look.air(6 if role == "row" else 3))
    across = 1 if len(body.lines) <= 3 or role == "row" or (look.assist.large and look.upright) else 2
    for at, line in enumerate(body.lines):
        grid.addLayout(_line(line, look, role), at // across, at % across)
        grid.setColumnStretch(at % across, 1)
    inside.addLayout(grid)
    return panel


def _line(line: Line, look: Look, role: Role) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(look.px(3))
    if line.badge:
        row.addWidget(Plate(line.badge, look, plate(line.badge), look.px(13 if look.assist.large else 10)), 0, _MIDDLE)
    row.addWidget(Label(line.title, look, "body" if look.elder or line.badge else "fine"), 1)
    wait = Label(line.wait, look, "body" if look.elder else role, bold=True, align=_RIGHT, snug=bool(line.badge))
    row.addWidget(wait, 0 if line.badge else 2)
    return row


def choices(body: Choices, look: Look) -> QWidget:
    """Where all keys are in the lower half, what is read fills the upper one, and the title stands above the keys."""
    widget, inside = column(look, 3)
    low, read = look.assist.low and look.upright, [] if reads_below(look) else read_with(body, look)
    bare = low and not body.lines and body.chart is None  # then the words are larger, in the middle of the upper half
    if body.lines and not look.dense and look.upright:
        inside.addWidget(lines(body, look))
        inside.addStretch(1)
    if body.progress is not None and (look.upright or not look.dense):
        inside.addWidget(progress(body.progress, look))
    if bare:
        inside.addStretch(1)
    inside.addLayout(head(body.badge, body.title, look, "figure" if bare and not look.assist.large else "title",
        body.marked))
    if body.hint and not look.dense:
        hint: Role = "row" if low and not look.assist.large else "body" if bare or not look.assist.large else "fine"
        inside.addWidget(Label(body.hint, look, hint, colour="soft", name="hint"))
    if body.rows:
        inside.addWidget(facts(body.rows, look))
    for note in body.notes:
        inside.addWidget(note_panel(note, look))
    for panel in read:
        inside.addWidget(panel)
    if bare:
        inside.addStretch(1)
    return widget


def head(letters: str, title: str, look: Look, role: Role = "title", marked: str = "") -> QHBoxLayout:
    """What a page is about, with the letters of its numbers."""
    row = QHBoxLayout()
    row.setSpacing(look.px(4))
    if letters:
        row.addWidget(Plate(letters, look, plate(letters), look.px(16 if look.assist.large else 13)), 0, _MIDDLE)
    row.addWidget(Label(title, look, role, bold=True, name="title", marked=marked), 1)
    return row


def facts(rows: Sequence[Row], look: Look) -> QWidget:
    """Figures that hold for the whole page, side by side where there is width; the wait is the largest."""
    panel, inside = card(look, 5)
    if look.upright and len(rows) == 2 and not look.dense:
        both: QBoxLayout = QVBoxLayout() if look.assist.large else QHBoxLayout()
        both.setSpacing(look.px(1 if look.assist.large else 10))
        for row in reversed(rows) if look.assist.large else rows:
            both.addLayout(_fact(row, look), 1)
        inside.addLayout(both)
    elif look.upright:
        add_rows(inside, rows, look)
    else:
        inside.addLayout(two_columns(rows, look))
    return panel


def _fact(row: Row, look: Look) -> QBoxLayout:
    line: QBoxLayout = QHBoxLayout() if look.assist.large else QVBoxLayout()
    line.setSpacing(look.px(4) if look.assist.large else 0)
    line.addWidget(Label(row.label, look, "fine", colour="soft"), 1)
    large: Role = "figure" if look.assist.low and row.name == "wait" else "title"
    line.addWidget(Figure(row.value, look, large, "row", name=f"row-{row.name}"), 3 if look.assist.large else 0)
    if not look.assist.large:
        line.insertStretch(0, 1)
        line.addStretch(1)
    return line


def pad(body: Pad, look: Look) -> QWidget:
    """What is to be typed, and what is; beside each other where the screen is wide."""
    widget, inside = column(look)
    told = QVBoxLayout()
    told.setSpacing(look.air(2))
    if body.progress is not None and (look.upright or not look.dense):
        told.addWidget(progress(body.progress, look))
    told.addWidget(Label(body.title, look, "title", bold=True, name="title"))
    if body.hint and not (look.dense and body.notes):
        hint: Role = "row" if look.assist.low and not look.assist.large else "fine"
        told.addWidget(Label(body.hint, look, hint, colour="soft", name="hint"))
    for note in body.notes[: 1 if look.dense else None]:
        told.addWidget(note_panel(note, look))
    in_groups = look.upright and bool(body.groups) and not look.assist.large
    both: QBoxLayout = QVBoxLayout() if look.upright else QHBoxLayout()
    both.setSpacing(look.air(GAP_MM))
    both.addLayout(told, 0 if look.upright else 5)
    if look.upright and look.assist.low:
        both.addStretch(1)
    field = group_fields(body.groups, look) if in_groups else _field(body, look)
    both.addWidget(field, 0 if look.upright else 6)
    if body.live is not None:
        (both if look.upright else told).addWidget(note_panel(body.live, look))
    if look.upright and look.assist.low:
        both.addStretch(1)
    inside.addLayout(both)
    return widget


def _field(body: Pad, look: Look) -> QWidget:
    field = Panel(look, "card", "primary", always=True, name="field")
    row = QHBoxLayout(field)
    row.setContentsMargins(look.px(4), look.air(3), look.px(4), look.air(3))
    typed = Label(body.typed or " ", look, "figure", bold=True, align=_CENTRE, lines=1, name="typed")
    typed.narrow(look.width_px * (0.82 if look.upright else 0.45), look.font("body").pixelSize())
    row.addWidget(typed)
    return field


def note_panel(note: Note, look: Look, *, large: bool = False) -> QWidget:
    """A sentence with its sign: what it is does not hang on its colour. `large`: it is what the page says."""
    fill, ink, line = TONES[note.tone]
    often = note.name == "often" and not look.dense  # what others get wrong here has a striped edge
    panel = Panel(look, fill, line, hazard=often)
    row = QHBoxLayout(panel)
    padding = look.air(4)
    row.setContentsMargins(look.px(11.5 if often else 5), padding, look.px(5), padding)
    row.setSpacing(look.px(4))
    icon = _NOTE_ICONS_BY_NAME.get((note.name, note.tone), _NOTE_ICONS[note.tone])
    if not often:
        row.addWidget(Sign(icon, look.sized(36 if large else 9), look.colour(ink)), 0, _MIDDLE)
    bold = note.tone in ("warn", "good", "bad")
    role: Role = ("title" if bold else "row") if large else "fine" if look.dense else "body"
    row.addWidget(Label(note.text, look, role, colour=ink, bold=bold, name=f"note-{note.name}"), 1)
    return panel


# -- rows of figures -------------------------------------------------------------------------------


def add_rows(layout: QVBoxLayout, rows: Sequence[Row], look: Look) -> None:
    layout.setSpacing(look.air(4 if look.upright else 2.5))
    for at, row in enumerate(rows):
        if at:
            layout.addWidget(rule(look))
        layout.addLayout(_row(row, look, stacked=False), 1)


def rows_panel(rows: Sequence[Row], look: Look, *, stacked: bool) -> QWidget:
    """Each figure below its name where there is little width."""
    panel, inside = card(look, 5)
    if not stacked:
        add_rows(inside, rows, look)
        return panel
    for at, row in enumerate(rows):
        if at:
            inside.addWidget(rule(look))
        inside.addLayout(_row(row, look, stacked=True))
    inside.addStretch(1)
    return panel


def _row(row: Row, look: Look, *, stacked: bool) -> QBoxLayout:
    """What it is, and how much: the figure beside its name, or below it."""
    line: QBoxLayout = QVBoxLayout() if stacked else QHBoxLayout()
    line.setSpacing(0 if stacked else look.px(3))
    align = Qt.AlignmentFlag.AlignLeft if stacked else _RIGHT
    line.addWidget(Label(row.label, look, "fine" if stacked else "body", colour="soft"), 2)
    role: Role = "body" if look.tight else "row"
    line.addWidget(Label(row.value, look, role, bold=True, align=align, name=f"row-{row.name}"), 3)
    return line


def two_columns(rows: Sequence[Row], look: Look) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(look.px(12))
    grid.setVerticalSpacing(look.air(4))
    for at, row in enumerate(rows):
        grid.addLayout(_row(row, look, stacked=True), at // 2, at % 2)
        grid.setColumnStretch(at % 2, 1)
    return grid
