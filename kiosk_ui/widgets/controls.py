"""The part of a page that is pressed, and the bars around it: one builder per kind. Screen thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk_ui.presenters.page import Button, Choice, Choices, Header, Pad, Toggle
from kiosk_ui.state.events import Press
from kiosk_ui.widgets.label import Label
from kiosk_ui.widgets.look import GAP_MM, Look
from kiosk_ui.widgets.panel import TONES, Panel
from kiosk_ui.widgets.touch import (
    OnPress,
    choice_card,
    key,
    mend_key,
    nav_button,
    plain_button,
    primary_button,
    toggle_button,
)

MARGIN_MM = 8.0
_CARD_MAX_MM = 60.0
_KEY_MAX_MM = 34.0
# Letters beside the digits go in as many rows as these; above them, so many in a row.
_LETTERS_IN_ROW = 8
# So many choices stand one below the other on a wide screen too.
_IN_A_COLUMN = 3


class Room(NamedTuple):
    """What controls may take at most, in pixels. `bounded`: of more choices than it holds some go to another leaf;
    otherwise they ask for what they need."""

    width: int
    height: int
    bounded: bool


def choices(body: Choices, look: Look, on_press: OnPress, room: Room) -> QWidget:
    leaf = body.shown(_places(body, look, room) if room.bounded else body.per_leaf)
    count = len(leaf.choices) + bool(leaf.more)
    columns = _columns(leaf.choices, count, look, room)
    cards: list[QWidget] = _cards(leaf.choices, columns, look, on_press)
    if leaf.more is not None:
        cards.append(plain_button(leaf.more, look, on_press))
    rows = -(-count // columns)
    grid = _grid(look)
    for at, card in enumerate(cards):
        grid.addWidget(card, at // columns, at % columns)
    for column in range(columns):
        grid.setColumnStretch(column, 1)
    for row in range(rows):
        grid.setRowStretch(row, 1)
    return _bounded(grid, look, rows, _CARD_MAX_MM * look.grow, room)


def _cards(choices: Sequence[Choice], columns: int, look: Look, on_press: OnPress) -> list[QWidget]:
    """Large print on a wide screen has width to spare, but little height: where a card is as wide as the page, its
    detail stands beside its name."""
    beside = look.assist.large and not look.upright and columns == 1
    return [choice_card(choice, look, on_press, beside=beside) for choice in choices]


def _columns(choices: Sequence[Choice], places: int, look: Look, room: Room) -> int:
    """Side by side on a wide screen, unless there are few; in large print however it takes less height."""
    if look.upright:
        return 1
    if not look.assist.large:
        return 1 if places <= _IN_A_COLUMN else 2
    return min((2, 1), key=lambda columns: _stacked(choices, places, columns, look, room))


def _stacked(choices: Sequence[Choice], places: int, columns: int, look: Look, room: Room) -> int:
    """How high so many places are in so many columns, each as high as the highest of all choices."""
    gap = look.px(GAP_MM)
    width = (room.width - (columns - 1) * gap) // columns
    rows = -(-places // columns)
    highest = max((_height(card, width) for card in _cards(choices, columns, look, _nowhere)), default=0)
    return rows * highest + (rows - 1) * gap


def _places(body: Choices, look: Look, room: Room) -> int:
    """How many choices stand on a page: the leaves of a list are alike. Words grow into the room that is left, they
    take none from a choice."""
    look = replace(look, grow=1.0)
    for places in range(min(body.per_leaf, len(body.choices)), 2, -1):
        columns = _columns(body.choices, places, look, room)
        if _stacked(body.choices, places, columns, look, room) <= room.height:
            return places
    return 2


def _nowhere(press: Press) -> None:
    """Of cards that are only measured."""


def _height(card: QWidget, width: int) -> int:
    inside = card.layout()
    wanted = inside.totalHeightForWidth(width) if inside is not None else 0
    return max(card.minimumHeight(), wanted)


def keys(body: Pad, look: Look, on_press: OnPress, room: Room) -> QWidget:
    """The hall's letters and the digits: beside each other on a wide screen, letters above on an upright one."""
    digits, digit_rows, digit_columns = _digits(body, look, on_press)
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
    return _bounded(both, look, rows, _KEY_MAX_MM * look.grow, room)


def _digits(body: Pad, look: Look, on_press: OnPress) -> tuple[QGridLayout, int, int]:
    """As on a telephone, with the keys that mend beside 0; two rows where half a page must do. With its rows and
    columns."""
    grid = _grid(look)
    digits = [key(button, look, on_press) for button in body.digits]
    clear, erase = (mend_key(button, look, on_press) for button in body.mends)
    if look.assist.low:
        for at, digit in enumerate(digits):
            grid.addWidget(digit, at // 5, at % 5)
        for column in range(6):
            grid.setColumnStretch(column, 2 if column < 5 else 3)
        grid.addWidget(erase, 0, 5)
        grid.addWidget(clear, 1, 5)
        return grid, 2, 6
    for at, digit in enumerate(digits[:9]):
        grid.addWidget(digit, at // 3, at % 3)
    for at, touch in enumerate((clear, digits[9], erase)):
        grid.addWidget(touch, 3, at)
        grid.setColumnStretch(at, 1)
    return grid, 4, 3


def _grid(look: Look) -> QGridLayout:
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setSpacing(look.px(GAP_MM))
    return grid


def _bounded(layout: QBoxLayout | QGridLayout, look: Look, rows: int, row_max_mm: float, room: Room) -> QWidget:
    """`layout` as a widget no higher than its rows may be, unless its words need more, nor than the room there is."""
    layout.setContentsMargins(0, 0, 0, 0)
    widget = QWidget()
    widget.setLayout(layout)
    wanted = rows * look.px(row_max_mm) + max(0, rows - 1) * look.px(GAP_MM)
    wanted = max(wanted, layout.totalHeightForWidth(room.width))
    widget.setMaximumHeight(max(1, min(wanted, room.height)))
    widget.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
    return widget


# -- bars ------------------------------------------------------------------------------------------


def build_header(header: Header, look: Look) -> QWidget:
    band = Panel(look, "band", radius_mm=0, name="header")
    row = QHBoxLayout(band)
    side, above = look.px(MARGIN_MM), look.air(4)
    row.setContentsMargins(side, above, side, above)
    row.setSpacing(look.px(GAP_MM))
    row.addWidget(Label(header.hall, look, "strong", colour="on_band", bold=True, name="hall"), 1)
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
