"""An answer in words: what stands there, and letters with what they may mean. Screen thread."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk_ui.presenters.page import Typing
from kiosk_ui.widgets.controls import Room, bounded_by
from kiosk_ui.widgets.displays import column, note_panel
from kiosk_ui.widgets.keyboards import candidate_row, letter_rows
from kiosk_ui.widgets.label import Label
from kiosk_ui.widgets.look import GAP_MM, TARGET_MM, Look, Role
from kiosk_ui.widgets.marks import progress
from kiosk_ui.widgets.panel import Panel
from kiosk_ui.widgets.touch import OnPress

_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_LINES = 2
_FIELD_MM = 40.0
_KEY_HIGH_MM, _KEY_LOW_MM = 33.0, 24.3


def display(body: Typing, look: Look) -> QWidget:
    """What is typed, and behind it the letters that are no word yet."""
    widget, inside = column(look, 3)
    if body.progress is not None and look.upright:
        inside.addWidget(progress(body.progress, look))
    low = look.assist.low and look.upright
    if low:
        inside.addStretch(2)
    inside.addWidget(Label(body.title, look, "title", bold=True, name="title"))
    if body.hint and not look.dense:
        inside.addWidget(Label(body.hint, look, "fine", colour="soft", name="hint"))
    for note in body.notes[: 1 if look.dense else None]:
        inside.addWidget(note_panel(note, look))
    field = Panel(look, "card", "primary", always=True, bold=True, name="field")
    plain = look.upright and not look.assist.large and (look.assist.low or not look.dense)
    if plain:
        field.setMinimumHeight(look.px(_FIELD_MM))
    row = QHBoxLayout(field)
    row.setContentsMargins(look.px(6), look.air(2.5), look.px(6), look.air(2.5))
    row.setSpacing(look.px(4))
    role: Role = "title" if plain else "row" if look.upright else "body"
    tail = body.typed[-_shown(look) :] or " "
    row.addWidget(Label(tail, look, role, colour="ink_tint", bold=True, lines=_LINES, name="typed"), 3)
    if body.letters:
        letters = Label(body.letters, look, role, colour="soft", lines=1, name="letters")
        letters.narrow(look.width_px * 0.24, look.font("fine").pixelSize())
        row.addWidget(letters, 1, _MIDDLE)
    inside.addWidget(field)
    if low:
        inside.addStretch(1)
    return widget


def _shown(look: Look) -> int:
    """Characters that the field has room for: what is typed last."""
    return 12 if look.elder else 18 if look.assist.large else 28


def keys(body: Typing, look: Look, on_press: OnPress, room: Room) -> QWidget:
    """Words above the letters, so that nothing moves when there are none."""
    roomy = not (look.dense or look.assist.low)
    words = candidate_row(body.candidates, body.more, body.leaf, look, on_press, kept=roomy)
    whole = QVBoxLayout()
    whole.setSpacing(look.px(GAP_MM))
    whole.addWidget(words)
    high_mm = _KEY_HIGH_MM if roomy else _KEY_LOW_MM if not look.assist.low else TARGET_MM
    whole.addLayout(letter_rows((*body.keys, body.mends), look, on_press, high_mm))
    return bounded_by(whole, look, 0, 0, room)
