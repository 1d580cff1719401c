"""A list to choose from: as many as a page has room for, and below them the way to the others. Screen thread."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk_ui.presenters.page import Choice, Choices
from kiosk_ui.state.events import Press
from kiosk_ui.widgets.cards import choice_row, choice_tile
from kiosk_ui.widgets.controls import Room, bounded_by, grid_of
from kiosk_ui.widgets.look import GAP_MM, ROW_FEW_MAX_MM, ROW_MAX_MM, ROW_TWO_MAX_MM, TILE_MAX_MM, Look
from kiosk_ui.widgets.marks import code_panel, foot_line, sample_panel
from kiosk_ui.widgets.touch import OnPress, Touch, offer_button, search_button, turn_button

# So many pictures stand one below the other; so few rows have room for larger words.
# A line of so few characters stands beside a name in 长辈模式.
_IN_A_COLUMN, _FEW, _TWO, _BRIEF = 3, 4, 2, 12
QWIDGETSIZE_MAX = (1 << 24) - 1


def choices(body: Choices, look: Look, on_press: OnPress, room: Room) -> QWidget:
    """Upright the way to the others stands in one row with what is offered besides, and what is read with them below;
    on a wide screen it is one of them."""
    search = [search_button(body.search, look, on_press)] if body.search is not None else []
    read = read_with(body, look) if reads_below(look) else []
    offers = [offer_button(offer, look, on_press) for offer in body.offers]
    besides = _high(search, look, room.width) + sum(_high([panel], look, room.width) for panel in read)
    bounded = room.bounded or (look.upright and not _tiled(body, look))
    left = room._replace(height=room.height - besides, bounded=bounded)
    leaf = body.shown(_places(body, look, left, offers, on_press))
    turn: list[Touch] = [turn_button(leaf.more, look, on_press)] if leaf.more is not None else []
    places = len(leaf.choices) + (0 if look.upright else len(turn))
    columns = _columns(body, places, look, left)
    cards: list[QWidget] = [*_cards(body, leaf.choices, columns, look, on_press), *(() if look.upright else turn)]
    if body.whole:  # equals have equal size, also where one says more
        across = (room.width - (columns - 1) * look.px(GAP_MM)) // columns
        highest = max(_height(card, across) for card in cards)
        for card in cards:
            card.setMinimumHeight(highest)
    grid = grid_of(look)
    for at, card in enumerate(cards):
        alone = columns == 2 and at == len(cards) - 1 and at % 2 == 0
        grid.addWidget(card, at // columns, at % columns, 1, 2 if alone else 1)
        grid.setRowStretch(at // columns, 1)
    for column in range(columns):
        grid.setColumnStretch(column, 1)
    rows = bounded_by(grid, look, -(-places // columns), _row_max_mm(body, look), room._replace(height=QWIDGETSIZE_MAX))
    below = [*(turn if look.upright and not look.elder else ()), *offers]
    whole = QVBoxLayout()
    whole.setContentsMargins(0, 0, 0, 0)
    whole.setSpacing(look.px(GAP_MM))
    if search:
        whole.addLayout(_in_a_row(search, look))
    whole.addWidget(rows, 100)
    if below:
        whole.addLayout(_in_a_row(below, look))
    for panel in read:
        whole.addWidget(panel, 1 if body.code is not None else 0)
    if read and body.code is None:
        whole.addStretch(1)
    widget = Listed(turn[0] if turn and look.upright and look.elder else None)
    widget.setLayout(whole)
    widget.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
    used = rows.maximumHeight() + _high(search, look, room.width) + _high(below, look, room.width)
    widget.setMaximumHeight(max(1, room.height if read else min(room.height, used)))
    return widget


class Listed(QWidget):
    """`turn` is the way to the others where it stands among the ways elsewhere, in place of that home."""

    def __init__(self, turn: Touch | None) -> None:
        super().__init__()
        self.turn = turn


def _row_max_mm(body: Choices, look: Look) -> float:
    if _tiled(body, look):
        return TILE_MAX_MM
    if look.dense or not look.upright or look.assist.low or len(body.choices) > _FEW:
        return ROW_MAX_MM
    return ROW_FEW_MAX_MM if len(body.choices) > _TWO else ROW_TWO_MAX_MM


def reads_below(look: Look) -> bool:
    """What is read with a list stands below it, where there is height and the keys are not all in the lower half."""
    return look.upright and not look.assist.low


def read_with(body: Choices, look: Look) -> list[QWidget]:
    """How an answer stands on the form, a code for a phone."""
    found: list[QWidget] = [foot_line(body.foot, look)] if body.foot else []
    if body.sample is not None and look.upright and not look.dense and (look.elder or not look.assist.large):
        found.append(sample_panel(body.sample, look))
    if body.code is not None:
        found.append(code_panel(body.code, look, roomy=_much(body, look)))
    return found


def _much(body: Choices, look: Look) -> bool:
    """There is room for a large code."""
    few = len(body.choices) < _FEW or (look.assist.low and len(body.choices) <= _FEW)
    return look.upright and few and not look.dense and not look.assist.large


def _in_a_row(keys: Sequence[QWidget], look: Look) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(look.px(GAP_MM))
    for key in keys:
        row.addWidget(key, 1)
    return row


def _high(beside: Sequence[QWidget], look: Look, width: int) -> int:
    """How high what stands beside each other is, with the gap to what is next to it."""
    gap = look.px(GAP_MM)
    each = (width - gap * (len(beside) - 1)) // max(1, len(beside))
    return max((_height(widget, each) + gap for widget in beside), default=0)


def _tiled(body: Choices, look: Look) -> bool:
    """As pictures; in rows where a page is for reading large or for a hand that reaches low."""
    return body.tiled and not look.assist.large and not look.assist.low and look.upright


def _roomy(body: Choices, look: Look) -> bool:
    """Few rows, in larger words."""
    plain = look.upright and not (look.dense or look.assist.large or look.assist.low)
    return plain and (body.whole or len(body.choices) <= _FEW)


def _cards(body: Choices, choices: Sequence[Choice], columns: int, look: Look, on_press: OnPress) -> list[Touch]:
    """A line that stands above already is not said again."""
    if _tiled(body, look):
        return [choice_tile(choice, look, on_press, wide=columns == 1) for choice in choices]
    roomy = _roomy(body, look)
    answers = any(choice.chosen is not None for choice in choices)
    brief = all(len(choice.wait or choice.detail) <= _BRIEF and not choice.told for choice in body.choices)
    beside = columns == 1 and (not look.upright or (look.elder and brief) or (
        answers and not roomy and not look.assist.large) or (body.whole and not look.assist.large))
    plated = not body.badge and not (look.elder and look.upright)
    said = {line.badge or line.title for line in body.lines} if look.upright and not look.dense else set()
    return [
        choice_row(choice._replace(detail="", wait="") if said & {choice.badge, choice.title} and not choice.closed else
            choice, look, on_press, beside=beside, plated=plated, roomy=roomy)
        for choice in choices
    ]


def _columns(body: Choices, places: int, look: Look, room: Room) -> int:
    if look.upright:
        in_two = look.assist.low and (body.whole or not look.assist.large) and places > _FEW
        return 2 if in_two or (_tiled(body, look) and places > _IN_A_COLUMN) else 1
    if not look.assist.large:
        return 1 if places <= _IN_A_COLUMN else 2
    return min((2, 1), key=lambda columns: _stacked(body, places, columns, look, room))


def _stacked(body: Choices, places: int, columns: int, look: Look, room: Room) -> int:
    """How high so many places are in so many columns, each as high as the highest of all choices."""
    gap = look.px(GAP_MM)
    width = (room.width - (columns - 1) * gap) // columns
    rows = -(-places // columns)
    cards = _cards(body, body.choices, columns, look, _nowhere)
    return rows * max((_height(card, width) for card in cards), default=0) + (rows - 1) * gap


def _places(body: Choices, look: Look, room: Room, offers: Sequence[QWidget], on_press: OnPress) -> int:
    """How many choices `body.shown` is to count with: the leaves of a list are alike."""
    count = len(body.choices)
    if body.whole:
        return count
    if not room.bounded:
        return body.per_leaf
    least = _fitting(body, look, room._replace(height=room.height - _high(offers, look, room.width)))
    if least >= count or not look.upright:
        return least
    turn = [*(() if look.elder else (turn_button(body.more, look, on_press),)), *offers]
    fitting = _fitting(body, look, room._replace(height=room.height - _high(turn, look, room.width)))
    return min(fitting + 1, count - 1)  # the way to the others takes no place of a row


def _fitting(body: Choices, look: Look, room: Room) -> int:
    for places in range(min(body.per_leaf, len(body.choices)), 1, -1):
        if _stacked(body, places, _columns(body, places, look, room), look, room) <= room.height:
            return places
    return 2 if not look.upright else 1


def _nowhere(press: Press) -> None:
    """Of cards that are only measured."""


def _height(card: QWidget, width: int) -> int:
    inside = card.layout()
    wanted = inside.totalHeightForWidth(width) if inside is not None else 0
    return max(card.minimumHeight(), wanted)
