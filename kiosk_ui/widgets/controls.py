"""The part of a page that is pressed, and the bars around it: one builder per kind. Screen thread."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk_ui.presenters.page import Body, Button, Choices, Header, Pad, Toggle
from kiosk_ui.widgets.label import Label
from kiosk_ui.widgets.look import GAP_MM, Look, Role
from kiosk_ui.widgets.panel import TONES, Panel
from kiosk_ui.widgets.touch import OnPress, choice_card, key, nav_button, plain_button, primary_button, toggle_button

MARGIN_MM = 8.0
_CARD_MAX_MM = 60.0
_KEY_MAX_MM = 34.0
# Letters beside the digits go in as many rows as these; above them, so many in a row.
_LETTERS_IN_ROW = 8
# So many choices stand one below the other on a wide screen too.
_IN_A_COLUMN = 3


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
    few = len(cards) <= _IN_A_COLUMN and not (look.assist.low and look.assist.large)
    columns = 1 if look.upright or few else 2
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
    """The hall's letters and the digits: beside each other on a wide screen, letters above on an upright one."""
    digits, digit_rows, digit_columns = _digits(body.digits, look, on_press)
    letters = _grid(look)
    count = max(1, len(body.letters))
    across = min(_LETTERS_IN_ROW, count) if look.upright else -(-count // digit_rows)
    letter_rows = -(-count // across)
    for at, button in enumerate(body.letters):
        letters.addWidget(key(button, look, on_press, "letter"), at // across, at % across)
    both: QBoxLayout = QVBoxLayout() if look.upright else QHBoxLayout()
    both.setSpacing(look.px(GAP_MM if look.upright else 2 * GAP_MM))
    both.addLayout(letters, letter_rows if look.upright else across)
    both.addLayout(digits, digit_rows if look.upright else digit_columns)
    rows = digit_rows + (letter_rows if look.upright else 0)
    return _bounded(both, look, rows, _KEY_MAX_MM, room_px)


def _digits(buttons: Sequence[Button], look: Look, on_press: OnPress) -> tuple[QGridLayout, int, int]:
    """As on a telephone, 0 and delete below; two rows where half a page must do. With its rows and columns."""
    grid = _grid(look)
    *digits, erase = buttons
    if look.assist.low:
        for at, button in enumerate(digits):
            grid.addWidget(key(button, look, on_press), at // 5, at % 5)
        grid.addWidget(key(erase, look, on_press), 0, 5, 2, 1)
        return grid, 2, 6
    for at, button in enumerate(digits[:9]):
        grid.addWidget(key(button, look, on_press), at // 3, at % 3)
    grid.addWidget(key(digits[9], look, on_press), 3, 1)
    grid.addWidget(key(erase, look, on_press), 3, 2)
    return grid, 4, 3


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
    side, above = look.px(MARGIN_MM), look.air(4)
    row.setContentsMargins(side, above, side, above)
    row.setSpacing(look.px(GAP_MM))
    role: Role = "strong" if look.upright or not look.assist.large else "body"
    row.addWidget(Label(header.hall, look, role, colour="on_band", bold=True, name="hall"), 1)
    if header.status:
        fill, ink, line = TONES[header.tone]
        pill = Panel(look, fill, line)
        inside = QHBoxLayout(pill)
        padding = look.px(2.5)
        inside.setContentsMargins(padding, look.px(1.2), padding, look.px(1.2))
        inside.addWidget(Label(header.status, look, colour=ink, snug=True, name="status"))
        row.addWidget(pill, 0, Qt.AlignmentFlag.AlignVCenter)
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
    layout.addWidget(primary_button(first, look, on_press), 1)
    for button in others:
        layout.addWidget(plain_button(button, look, on_press), 1)
    return widget


def build_footer(nav: Sequence[Button], toggles: Sequence[Toggle], look: Look, on_press: OnPress) -> QWidget:
    """The way back, the language and how the page is shown: on every page, in the same place."""
    bar = Panel(look, "card", "line", radius_mm=0, name="footer")
    ways = [nav_button(button, look, on_press) for button in nav]
    shown = [toggle_button(toggle, look, on_press) for toggle in toggles]
    column = QVBoxLayout(bar)
    side, above = look.px(MARGIN_MM), look.px(GAP_MM if not look.dense else 3)
    column.setContentsMargins(side, above, side, above)
    column.setSpacing(look.px(GAP_MM))
    for touches in (ways, shown) if look.upright else ((*ways, *shown),):
        row = QHBoxLayout()
        row.setSpacing(look.px(GAP_MM))
        for touch in touches:
            row.addWidget(touch, 1 if look.upright else 0)
        column.addLayout(row)
    return bar
