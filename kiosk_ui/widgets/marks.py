"""What stands above a question or a list: how far along it is, and a code for a phone. Screen thread."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk_ui.presenters.page import Code, Progress
from kiosk_ui.widgets.label import Label
from kiosk_ui.widgets.look import Look
from kiosk_ui.widgets.panel import Panel, Steps
from kiosk_ui.widgets.qr import QrCode

_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_CODE_MM, _CODE_DENSE_MM = 64.0, 34.0


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


def code_panel(code: Code, look: Look) -> QWidget:
    """A code and what a phone does with it; once a phone has come, the number that both show."""
    panel = Panel(look, "card", "line")
    row = QHBoxLayout(panel)
    padding = look.air(4)
    row.setContentsMargins(padding, padding, padding, padding)
    row.setSpacing(look.px(6))
    if code.url:
        side = look.px(_CODE_DENSE_MM if look.dense or not look.upright else _CODE_MM)
        row.addWidget(QrCode(code.url, side, code.title), 0, _MIDDLE)
    if code.number:
        pair = Label(code.number, look, "figure", colour="ink_tint", bold=True, snug=True, name="pair")
        row.addWidget(pair, 0, _MIDDLE)
    words = QVBoxLayout()
    words.setSpacing(look.px(1))
    words.addStretch(1)
    words.addWidget(Label(code.title, look, "body" if look.assist.large or look.dense else "row", bold=True))
    if not look.dense:
        words.addWidget(Label(code.text, look, "fine", colour="soft"))
    words.addStretch(1)
    row.addLayout(words, 1)
    return panel
