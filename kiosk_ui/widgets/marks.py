"""What stands above a question or a list: how far along it is, and a code for a phone. Screen thread."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk_ui.presenters.page import Code, Group, Progress, Sample
from kiosk_ui.widgets.icons import Sign
from kiosk_ui.widgets.label import Label
from kiosk_ui.widgets.look import Look, Role
from kiosk_ui.widgets.panel import Panel, Steps
from kiosk_ui.widgets.qr import QrCode

_MIDDLE, _CENTRE = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignHCenter
# A group of digits is so many digits wider than they are.
_DIGITS_MORE = 1
_CODE_ROOMY_MM, _CODE_MM, _CODE_DENSE_MM = 84.0, 64.0, 34.0


def progress(told: Progress, look: Look) -> QWidget:
    """In words and as segments; where there is little room the words alone."""
    widget = QWidget()
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(look.air(1.5))
    column.addWidget(Label(told.text, look, "fine", bold=True, lines=0, name="progress"))
    if not look.dense:
        column.addWidget(Steps(told.at, told.of, look))
    return widget


def code_panel(code: Code, look: Look, *, roomy: bool = False) -> QWidget:
    """A code and what a phone does with it; once a phone has come, the number that both show."""
    panel = Panel(look, "card", "line")
    row = QHBoxLayout(panel)
    side, padding = look.air(6), look.air(4)
    row.setContentsMargins(side, padding, side, padding)
    row.setSpacing(look.px(6))
    if code.url:
        side = look.px(_CODE_DENSE_MM if look.dense or not look.upright else _CODE_ROOMY_MM if roomy else _CODE_MM)
        row.addWidget(QrCode(code.url, side, code.title), 0, _MIDDLE)
    if code.number:
        size: Role = "big" if roomy else "figure"
        pair = Label(code.number, look, size, colour="ink_tint", bold=True, snug=True, name="pair")
        row.addWidget(pair, 0, _MIDDLE)
    if not code.url and not code.number:
        ink, solid = look.colour("ink_tint"), look.colour("solid")
        row.addWidget(Sign("qr", look.px(_CODE_DENSE_MM), ink, solid), 0, _MIDDLE)
    words = QVBoxLayout()
    words.setSpacing(look.px(2 if roomy else 1))
    words.addStretch(1)
    large: Role = "body" if look.assist.large or look.dense else "key" if roomy else "row"
    words.addWidget(Label(code.title, look, large, bold=True))
    if not look.dense:
        words.addWidget(Label(code.text, look, "body" if roomy else "fine", colour="soft"))
    words.addStretch(1)
    row.addLayout(words, 1)
    return panel


def foot_line(told: str, look: Look) -> QWidget:
    """What to know before one chooses: a lock and its words."""
    widget = QWidget()
    row = QHBoxLayout(widget)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(look.px(3))
    row.addWidget(Sign("lock", look.sized(8), look.colour("soft"), look.colour("soft")), 0, _MIDDLE)
    row.addWidget(Label(told, look, "fine", colour="soft", name="foot"), 1)
    return widget


def sample_panel(sample: Sample, look: Look) -> QWidget:
    """A line of the form as it is printed: its name at the left, what is chosen at the right."""
    panel = Panel(look, "card", "hair", radius_mm=1, always=True)
    whole = QVBoxLayout(panel)
    padding = look.air(5)
    whole.setContentsMargins(padding, look.air(3), padding, padding)
    whole.setSpacing(look.air(2))
    whole.addWidget(Label(sample.caption, look, "fine", colour="soft", name="sample"))
    cell = Panel(look, "card", "line", radius_mm=0, always=True)
    line = QHBoxLayout(cell)
    edge = max(1, round(look.line_px))
    line.setContentsMargins(edge, edge, edge, edge)
    line.setSpacing(0)
    named = Panel(look, "ground", "line", radius_mm=0, always=True)
    inside = QVBoxLayout(named)
    inside.setContentsMargins(look.px(4), look.air(2), look.px(2), look.air(2))
    inside.addWidget(Label(sample.label, look, "fine"))
    line.addWidget(named, 3)
    values = QVBoxLayout()
    values.setContentsMargins(look.px(4), look.air(2), look.px(4), look.air(2))
    values.setSpacing(0)
    for value in sample.values:
        values.addWidget(Label(value, look, "body", bold=True))
    line.addLayout(values, 11)
    whole.addWidget(cell)
    return panel


def group_fields(groups: Sequence[Group], look: Look) -> QWidget:
    """A field for each group of a number, as wide as it has digits; what comes next has a line below it."""
    widget = QWidget()
    widget.setObjectName("field")
    row = QHBoxLayout(widget)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(look.px(4))
    open_at = next((at for at, group in enumerate(groups) if len(group.typed) < group.digits), -1)
    for at, group in enumerate(groups):
        one = QVBoxLayout()
        one.setSpacing(look.px(1))
        box = Panel(look, "card", "primary" if at == open_at else "line", always=True, bold=at == open_at)
        inside = QHBoxLayout(box)
        inside.setContentsMargins(look.px(2), look.air(3), look.px(2), look.air(3))
        shown = group.typed + ("_" if at == open_at else "")
        inside.addWidget(Label(shown or " ", look, "digit", bold=True, align=_CENTRE, lines=1, name=f"typed-{at}"))
        one.addWidget(box)
        one.addWidget(Label(group.label, look, "fine", colour="soft"))
        row.addLayout(one, group.digits + _DIGITS_MORE)
    return widget
