"""The part of a page that is read, not pressed: one builder per kind of body. Flat panels, no edges. Screen thread."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk_ui.presenters.page import Choices, Home, Icon, Line, Matter, Note, Notice, Pad, Part, Row
from kiosk_ui.widgets.bars import rule
from kiosk_ui.widgets.icons import Sign
from kiosk_ui.widgets.label import Label
from kiosk_ui.widgets.look import GAP_MM, Look, Role, plate
from kiosk_ui.widgets.marks import code_panel, progress
from kiosk_ui.widgets.panel import TONES, Panel, Plate, Square
from kiosk_ui.widgets.picture import PagePicture, read_picture

_CENTRE, _RIGHT = Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_OF_NAME: dict[str, Icon] = {"card": "card", "code": "qr"}
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
    row.addWidget(Label(body.title, look, "title", bold=True, name="title"), 1)
    if body.hint and look.upright:
        row.addWidget(Label(body.hint, look, "fine", colour="soft", align=_RIGHT, name="hint"), 0, _MIDDLE)
    inside.addLayout(row)
    if look.elder and look.upright and not look.tight:
        inside.addWidget(Label(" ", look, "fine", colour="focus", bold=True, lines=1, name="spoken-now"))
    return widget


def lines(body: Home | Choices, look: Look) -> QWidget:
    """Where all keys are in the lower half, the upper one tells how long every queue waits."""
    panel, inside = card(look)
    head = QHBoxLayout()
    head.addWidget(Label(body.lines_title, look, "body", bold=True), 1)
    if body.lines_as_of:
        head.addWidget(Label(body.lines_as_of, look, "fine", colour="soft", align=_RIGHT, snug=True))
    inside.addLayout(head)
    grid = QGridLayout()
    grid.setHorizontalSpacing(look.px(10))
    grid.setVerticalSpacing(look.air(3))
    across = 1 if len(body.lines) <= 3 or (look.assist.large and look.upright) else 2
    for at, line in enumerate(body.lines):
        grid.addLayout(_line(line, look), at // across, at % across)
        grid.setColumnStretch(at % across, 1)
    inside.addLayout(grid)
    return panel


def _line(line: Line, look: Look) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(look.px(3))
    if line.badge:
        row.addWidget(Plate(line.badge, look, plate(line.badge), look.px(13 if look.assist.large else 10)), 0, _MIDDLE)
    row.addWidget(Label(line.title, look, "body"), 1)
    row.addWidget(Label(line.wait, look, "body", bold=True, align=_RIGHT, snug=True))
    return row


def choices(body: Choices, look: Look) -> QWidget:
    widget, inside = column(look, 3)
    if body.lines and not look.dense and look.upright:
        inside.addWidget(lines(body, look))
        inside.addStretch(1)
    if body.progress is not None and (look.upright or not look.dense):
        inside.addWidget(progress(body.progress, look))
    inside.addLayout(head(body.badge, body.title, look))
    if body.code is not None:
        inside.addWidget(code_panel(body.code, look))
    if body.hint and not look.dense:
        inside.addWidget(Label(body.hint, look, "fine" if look.assist.large else "body", colour="soft", name="hint"))
    if body.rows:
        inside.addWidget(facts(body.rows, look))
    for note in body.notes:
        inside.addWidget(note_panel(note, look))
    if body.code is not None:
        inside.addStretch(1)
    return widget


def head(letters: str, title: str, look: Look) -> QHBoxLayout:
    """What a page is about, with the letters of its numbers."""
    row = QHBoxLayout()
    row.setSpacing(look.px(4))
    if letters:
        row.addWidget(Plate(letters, look, plate(letters), look.px(16 if look.assist.large else 13)), 0, _MIDDLE)
    row.addWidget(Label(title, look, "title", bold=True, name="title"), 1)
    return row


def facts(rows: Sequence[Row], look: Look) -> QWidget:
    """Figures that hold for the whole page, side by side where there is width."""
    panel, inside = card(look, 5)
    if look.upright and not look.assist.large and len(rows) == 2:
        both = QHBoxLayout()
        both.setSpacing(look.px(10))
        for row in rows:
            both.addLayout(_row(row, look, stacked=True), 1)
        inside.addLayout(both)
    elif look.upright:
        add_rows(inside, rows, look)
    else:
        inside.addLayout(_two_columns(rows, look))
    return panel


def matter(body: Matter, look: Look) -> QWidget:
    widget, inside = column(look)
    inside.addLayout(head(body.badge, body.title, look))
    if body.rows:
        panel, rows = card(look)
        shown = body.rows[:2] if look.tight and not look.upright else body.rows
        if look.upright:
            add_rows(rows, shown, look)
        else:
            rows.addLayout(_two_columns(shown, look))
        inside.addWidget(panel, 1)
    for note in body.notes:
        inside.addWidget(note_panel(note, look))
    return widget


def pad(body: Pad, look: Look) -> QWidget:
    """What is to be typed, and what is; beside each other where the screen is wide."""
    widget, inside = column(look)
    told = QVBoxLayout()
    told.setSpacing(look.air(2))
    if body.progress is not None and (look.upright or not look.dense):
        told.addWidget(progress(body.progress, look))
    told.addWidget(Label(body.title, look, "title", bold=True, name="title"))
    if not (look.dense and body.notes):
        told.addWidget(Label(body.hint, look, "fine", colour="soft", name="hint"))
    for note in body.notes[: 1 if look.dense else None]:
        told.addWidget(note_panel(note, look))
    field = Panel(look, "card", "primary", always=True, name="field")
    row = QHBoxLayout(field)
    row.setContentsMargins(look.px(4), look.air(3), look.px(4), look.air(3))
    typed = Label(body.typed or " ", look, "figure", bold=True, align=_CENTRE, lines=1, name="typed")
    typed.narrow(look.width_px * (0.82 if look.upright else 0.45), look.font("body").pixelSize())
    row.addWidget(typed)
    both: QBoxLayout = QVBoxLayout() if look.upright else QHBoxLayout()
    both.setSpacing(look.air(GAP_MM))
    both.addLayout(told, 5)
    both.addWidget(field, 5 if look.upright else 6)
    inside.addLayout(both)
    return widget


# -- something to know -----------------------------------------------------------------------------


def notice(body: Notice, look: Look) -> QWidget:
    """Four parts where there are four; a picture by itself; otherwise one thing, large, in the middle."""
    widget, inside = column(look)
    widget.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
    if body.picture is not None:
        inside.addWidget(Label(body.title, look, "title", bold=True, name="title"))
        inside.addWidget(Label(body.picture.words, look, "body", colour="soft", name="line-0"))
        image = read_picture(body.picture.data)
        if not image.isNull():
            inside.addWidget(PagePicture(image, body.title, look), 1)
        else:
            inside.addStretch(1)
        return widget
    panel, rows = card(look, 9, 4)
    if body.parts:
        rows.addLayout(_notice_head(body, look))
        for part in body.parts:
            rows.addStretch(1)
            rows.addWidget(rule(look))
            rows.addStretch(1)
            rows.addLayout(_part(part, look))
        rows.addStretch(1)
    else:
        _told(body, rows, look)
    both: QBoxLayout = QVBoxLayout() if look.upright else QHBoxLayout()
    both.setSpacing(look.air(GAP_MM))
    both.addWidget(panel, 3)
    if body.code is not None:
        both.addWidget(code_panel(body.code, look), 0 if look.upright else 2)
    inside.addLayout(both, 1)
    if body.strip is not None:
        inside.addWidget(_strip(body.strip, look))
    return widget


def _notice_head(body: Notice, look: Look) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(look.px(9))
    row.addWidget(_signed(body, look, 32.0 if look.upright else 20.0), 0, _MIDDLE)
    roomy = look.upright and not look.assist.large and not look.dense
    row.addWidget(Label(body.title, look, "figure" if roomy else "title", bold=True, name="title"), 1)
    return row


def _signed(body: Notice, look: Look, side_mm: float) -> QWidget:
    fill, ink, _ = TONES[body.tone] if body.tone != "plain" else ("tint", "ink_tint", "line")
    solid = look.colour("solid") if body.tone == "plain" else look.colour(ink)
    return Square(Sign(body.icon, look.px(side_mm * 0.72), look.colour(ink), solid), look, look.px(side_mm), fill)


def _part(part: Part, look: Look) -> QBoxLayout:
    """The question at the left, its answer at the right; below each other where words are large."""
    stacked = look.assist.large and look.upright
    row: QBoxLayout = QVBoxLayout() if stacked else QHBoxLayout()
    row.setSpacing(look.px(1 if stacked else 5))
    if not (look.dense and look.elder):
        row.addWidget(Label(part.label, look, "body", colour="soft"), 0 if stacked else 2, Qt.AlignmentFlag.AlignTop)
    answer = QVBoxLayout()
    answer.setSpacing(look.px(1))
    roomy = look.upright and not look.assist.large
    answer.addWidget(Label(part.head, look, "title" if roomy else "row", bold=True))
    if part.text and not look.dense:
        answer.addWidget(Label(part.text, look, "body", colour="soft"))
    row.addLayout(answer, 0 if stacked else 6)
    return row


def _strip(part: Part, look: Look) -> QWidget:
    panel = Panel(look, "tint", "line")
    row = QVBoxLayout(panel)
    padding = look.air(5)
    row.setContentsMargins(padding, padding, padding, padding)
    row.setSpacing(look.px(1))
    row.addWidget(Label(part.head, look, "row", colour="ink_tint", bold=True))
    if part.text and not look.dense:
        row.addWidget(Label(part.text, look, "fine", colour="ink_tint"))
    return panel


def _told(body: Notice, rows: QVBoxLayout, look: Look) -> None:
    rows.addStretch(1)
    sign_mm = 24.0 if look.dense else 56.0 if look.upright else 36.0
    rows.addWidget(_signed(body, look, sign_mm), 0, _CENTRE)
    rows.addSpacing(look.air(3))
    rows.addStretch(1)
    rows.addWidget(Label(body.title, look, "title", bold=True, align=_CENTRE, name="title"))
    for at, line in enumerate(body.lines):
        role: Role = "row" if at == 0 else "body"
        rows.addSpacing(look.air(2))
        rows.addWidget(Label(line, look, role, bold=at == 0, align=_CENTRE, name=f"line-{at}"))
    rows.addStretch(1)


def note_panel(note: Note, look: Look) -> QWidget:
    """A sentence with its sign: what it is does not hang on its colour."""
    fill, ink, line = TONES[note.tone]
    panel = Panel(look, fill, line)
    row = QHBoxLayout(panel)
    padding = look.air(4)
    row.setContentsMargins(look.px(5), padding, look.px(5), padding)
    row.setSpacing(look.px(4))
    icon: Icon = "print" if note.name == "slip" and note.tone == "good" else _OF_NAME.get(note.name) or (
        _NOTE_ICONS[note.tone])
    row.addWidget(Sign(icon, look.px(9), look.colour(ink)), 0, _MIDDLE)
    bold = note.tone in ("warn", "good", "bad")
    role: Role = "fine" if look.dense else "body"
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


def _two_columns(rows: Sequence[Row], look: Look) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(look.px(12))
    grid.setVerticalSpacing(look.air(4))
    for at, row in enumerate(rows):
        grid.addLayout(_row(row, look, stacked=True), at // 2, at % 2)
        grid.setColumnStretch(at % 2, 1)
    return grid
