"""Something to know: in four parts where there are four, otherwise one thing, large. Screen thread."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk_ui.presenters.page import Notice, Part, Picture
from kiosk_ui.widgets.bars import rule
from kiosk_ui.widgets.displays import card, column
from kiosk_ui.widgets.icons import Sign
from kiosk_ui.widgets.label import Label
from kiosk_ui.widgets.look import GAP_MM, Look, Role
from kiosk_ui.widgets.marks import code_panel
from kiosk_ui.widgets.panel import TONES, Panel, Square
from kiosk_ui.widgets.picture import PagePicture, read_picture

# A title of more lines is smaller; beside it stand its sign and air.
_LINES, _SIGN_AND_AIR_MM = 2, 66.0
# So few characters are as large as a number.
_BRIEF = 6
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


def notice(body: Notice, look: Look) -> QWidget:
    widget, inside = column(look)
    widget.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
    if body.picture is not None:
        return _looked_at(body, body.picture, widget, inside, look)
    panel, rows = card(look, 0 if body.done and look.upright else 9, 4)
    if body.parts:
        rows = _headed(body, rows, look)
        if body.lead is not None:
            rows.addStretch(1)
            rows.addLayout(_lead(body.lead, look))
        for at, part in enumerate(body.parts):
            rows.addStretch(1)
            if at or body.lead is not None or not (body.done and look.upright):
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


def _looked_at(body: Notice, picture: Picture, widget: QWidget, inside: QVBoxLayout, look: Look) -> QWidget:
    """A picture by itself, as large as there is room."""
    inside.addWidget(Label(body.title, look, "title", bold=True, name="title"))
    inside.addWidget(Label(picture.words, look, "body", colour="soft", name="line-0"))
    image = read_picture(picture.data)
    if not image.isNull():
        inside.addWidget(PagePicture(image, body.title, look), 1)
    else:
        inside.addStretch(1)
    return widget


def _headed(body: Notice, rows: QVBoxLayout, look: Look) -> QVBoxLayout:
    """Its title with its sign; what is done has a green head over the whole width. Gives where its parts go."""
    if not (body.done and look.upright):
        rows.addLayout(_title(body, look, _signed(body, look, 38.0 if look.upright else 20.0), "ink"))
        return rows
    band = Panel(look, "done", "ok_line")
    inside = QVBoxLayout(band)
    side, above = look.air(9), look.air(6)
    inside.setContentsMargins(side, above, side, above)
    inside.addLayout(_title(body, look, Sign(body.icon, look.sized(20), look.colour("on_done")), "on_done"))
    rows.addWidget(band)
    held = QVBoxLayout()
    held.setContentsMargins(side, 0, side, above)
    held.setSpacing(rows.spacing())
    rows.addLayout(held, 1)
    return held


def _title(body: Notice, look: Look, sign: QWidget, ink: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(look.px(9))
    row.addWidget(sign, 0, _MIDDLE)
    title = Label(body.title, look, "figure", colour=ink, bold=True, name="title")
    room_px = look.width_px - 2 * look.px(look.margin_mm) - look.px(_SIGN_AND_AIR_MM)
    roomy = look.upright and not look.assist.large and not look.dense
    if not roomy or len(title.broken(room_px)) > _LINES:
        title = Label(body.title, look, "title", colour=ink, bold=True, name="title")
    row.addWidget(title, 1)
    return row


def _signed(body: Notice, look: Look, side_mm: float) -> QWidget:
    fill, ink, _ = TONES[body.tone] if body.tone != "plain" else ("tint", "ink_tint", "line")
    solid = look.colour("solid") if body.tone == "plain" else look.colour(ink)
    return Square(Sign(body.icon, look.px(side_mm * 0.72), look.colour(ink), solid), look, look.px(side_mm), fill)


def _lead(part: Part, look: Look) -> QVBoxLayout:
    """What the page is for: its question above it, more about it below."""
    column = QVBoxLayout()
    column.setSpacing(look.px(0.5))
    if part.label and not look.dense:
        column.addWidget(Label(part.label, look, "body", colour="soft"))
    roomy = look.upright and not look.assist.large and not look.dense
    role: Role = ("big" if len(part.head) <= _BRIEF else "figure") if roomy else "title"
    column.addWidget(Label(part.head, look, role, bold=True, name="lead"))
    if part.text:
        column.addWidget(Label(part.text, look, "row" if roomy else "body", bold=roomy))
    return column


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
        answer.addWidget(Label(part.text, look, "row" if roomy else "body", colour="soft"))
    row.addLayout(answer, 0 if stacked else 6)
    return row


def _strip(part: Part, look: Look) -> QWidget:
    panel = Panel(look, "tint", "line")
    row = QHBoxLayout(panel)
    padding = look.air(5)
    row.setContentsMargins(padding, padding, padding, padding)
    row.setSpacing(look.px(5))
    if part.label:
        row.addWidget(Sign("repeat", look.sized(12), look.colour("ink_tint")), 0, _MIDDLE)
    words = QVBoxLayout()
    words.setSpacing(look.px(1))
    words.addWidget(Label(part.head, look, "row", colour="ink_tint", bold=True))
    if part.text and not look.dense:
        words.addWidget(Label(part.text, look, "body", colour="ink_tint"))
    row.addLayout(words, 1)
    return panel


def _told(body: Notice, rows: QVBoxLayout, look: Look) -> None:
    """One thing, as large as it goes: what it is, then what it means and what to do, from one left edge."""
    roomy = look.upright and not look.dense and not look.assist.large
    rows.addStretch(1)
    tall_mm = 88.0 if len(body.lines) > 1 else 112.0
    rows.addWidget(_signed(body, look, 24.0 if look.dense else tall_mm if look.upright else 36.0))
    rows.addSpacing(look.air(8))
    rows.addWidget(Label(body.title, look, "figure" if roomy else "title", bold=True, name="title"))
    for at, line in enumerate(body.lines):
        role: Role = ("key" if roomy else "row") if at == 0 else "row" if roomy else "body"
        rows.addSpacing(look.air(4))
        colour = "ink" if at == 0 else "soft"
        rows.addWidget(Label(line, look, role, bold=at == 0, colour=colour, name=f"line-{at}"))
    rows.addStretch(1)
