"""The part of a page that is pressed, and the bars around it: one builder per kind. Screen thread."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk_ui.presenters.page import Body, Button, Choices, Header, Pad, Toggle
from kiosk_ui.widgets.label import Label
from kiosk_ui.widgets.look import GAP_MM, Look
from kiosk_ui.widgets.panel import TONES, Panel
from kiosk_ui.widgets.touch import OnPress, choice_card, key, plain_button, primary_button, toggle_button

MARGIN_MM = 8.0
_CARD_MAX_MM = 58.0
_KEY_MAX_MM = 34.0
_PAD_ROWS = 4
_PAD_COLUMNS = 3
# Letters beside the digits go in columns of four; above them, in rows of so many.
_LETTERS_IN_ROW = 8


def build_controls(body: Body, look: Look, on_press: OnPress, room_px: int) -> QWidget | None:
    """`room_px` is how high the controls may be at most; None when the body has none."""
    if isinstance(body, Choices):
        return _choices(body, look, on_press, room_px)
    if isinstance(body, Pad):
        return _keys(body, look, on_press, room_px)
    return None


def _choices(body: Choices, look: Look, on_press: OnPress, room_px: int) -> QWidget:
    cards: list[QWidget] = [choice_card(choice, look, on_press) for choice in body.choices]
    if body.more is not None:
        cards.append(plain_button(body.more, look, on_press))
    columns = 1 if look.upright and (not look.assist.low or len(cards) < 3) else 2
    rows = -(-len(cards) // columns)
    grid = _grid(look)
    for at, card in enumerate(cards):
        grid.addWidget(card, at // columns, at % columns)
    for column in range(columns):
        grid.setColumnStretch(column, 1)
    for row in range(rows):
        grid.setRowStretch(row, 1)
    return _bounded(grid, look, rows, _CARD_MAX_MM, room_px)


def _keys(body: Pad, look: Look, on_press: OnPress, room_px: int) -> QWidget:
    """Digits as on a telephone, 0 and delete below; the hall's letters beside them, or above on an upright screen."""
    digits = _grid(look)
    for at, button in enumerate(body.digits):
        at += at >= 9  # 0 stands below 8
        digits.addWidget(key(button, look, on_press), at // _PAD_COLUMNS, at % _PAD_COLUMNS)
    letters = _grid(look)
    count = len(body.letters)
    across = min(_LETTERS_IN_ROW, max(1, count)) if look.upright else max(1, -(-count // _PAD_ROWS))
    for at, button in enumerate(body.letters):
        letters.addWidget(key(button, look, on_press), at // across, at % across)
    both: QBoxLayout = QVBoxLayout() if look.upright else QHBoxLayout()
    both.setSpacing(look.px(GAP_MM if look.upright else 2 * GAP_MM))
    letter_rows = -(-count // across)
    both.addLayout(letters, letter_rows if look.upright else across)
    both.addLayout(digits, _PAD_ROWS if look.upright else _PAD_COLUMNS)
    rows = _PAD_ROWS + (letter_rows if look.upright else 0)
    return _bounded(both, look, rows, _KEY_MAX_MM, room_px)


def _grid(look: Look) -> QGridLayout:
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setSpacing(look.px(GAP_MM))
    return grid


def _bounded(layout: QBoxLayout | QGridLayout, look: Look, rows: int, row_max_mm: float, room_px: int) -> QWidget:
    """`layout` as a widget no higher than its rows may be, nor than the room there is."""
    layout.setContentsMargins(0, 0, 0, 0)
    widget = QWidget()
    widget.setLayout(layout)
    wanted = rows * look.px(row_max_mm) + max(0, rows - 1) * look.px(GAP_MM)
    widget.setMaximumHeight(max(1, min(wanted, room_px)))
    widget.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
    return widget


# -- bars ------------------------------------------------------------------------------------------


def build_header(header: Header, look: Look) -> QWidget:
    band = Panel(look, "band", radius_mm=0, name="header")
    row = QHBoxLayout(band)
    side, above = look.px(MARGIN_MM), look.px(4)
    row.setContentsMargins(side, above, side, above)
    row.setSpacing(look.px(GAP_MM))
    row.addWidget(Label(header.hall, look, "strong", colour="on_band", bold=True, name="hall"), 3)
    if header.status:
        fill, ink, line = TONES[header.tone]
        pill = Panel(look, fill, line)
        inside = QHBoxLayout(pill)
        padding = look.px(2.5)
        inside.setContentsMargins(padding, look.px(1.2), padding, look.px(1.2))
        inside.addWidget(Label(header.status, look, colour=ink, align=Qt.AlignmentFlag.AlignHCenter, name="status"))
        row.addWidget(pill, 2)
    return band


def build_actions(actions: Sequence[Button], look: Look, on_press: OnPress) -> QWidget | None:
    """The first one is what the page is for. Side by side where the screen is wide."""
    if not actions:
        return None
    widget = QWidget()
    layout: QBoxLayout = QVBoxLayout(widget) if look.upright else QHBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(look.px(GAP_MM))
    first, *others = actions
    layout.addWidget(primary_button(first, look, on_press), 3)
    for button in others:
        layout.addWidget(plain_button(button, look, on_press), 2)
    return widget


def build_footer(nav: Sequence[Button], toggles: Sequence[Toggle], look: Look, on_press: OnPress) -> QWidget:
    """The way back, the language and how the page is shown: on every page, in the same place."""
    bar = Panel(look, "card", "line", radius_mm=0, name="footer")
    one_row = not look.upright and not look.assist.large
    layout: QBoxLayout = QHBoxLayout(bar) if one_row else QVBoxLayout(bar)
    side, above = look.px(MARGIN_MM), look.px(GAP_MM)
    layout.setContentsMargins(side, above, side, above)
    layout.setSpacing(look.px(GAP_MM))
    ways, shown = QHBoxLayout(), QHBoxLayout()
    for row in (ways, shown):
        row.setSpacing(look.px(GAP_MM))
        layout.addLayout(row, 1)
    for button in nav:
        ways.addWidget(plain_button(button, look, on_press, "body"), 1)
    for toggle in toggles:
        shown.addWidget(toggle_button(toggle, look, on_press), 1)
    return bar
