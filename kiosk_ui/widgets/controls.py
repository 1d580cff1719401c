"""The part of a page that is pressed: one builder per kind of body. Screen thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk_ui.presenters.page import Choice, Choices, Home, Tile
from kiosk_ui.state.events import Press
from kiosk_ui.widgets.bars import rule
from kiosk_ui.widgets.icons import Sign
from kiosk_ui.widgets.label import Label
from kiosk_ui.widgets.look import GAP_MM, PRIMARY_MM, Look, Role, plate
from kiosk_ui.widgets.panel import Dots, Panel, Plate, Square
from kiosk_ui.widgets.touch import Kind, OnPress, Touch, connected, offer_button, plain_button

_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight
# How high tiles and rows may grow.
_TILE_MAX_MM, _ROW_MAX_MM = 110.0, 46.0
# So many pictures stand one below the other.
_IN_A_COLUMN = 3


class Room(NamedTuple):
    """What controls may take at most, in pixels. `bounded`: of more choices than it holds some go to another leaf;
    otherwise they ask for what they need."""

    width: int
    height: int
    bounded: bool


# -- home ------------------------------------------------------------------------------------------


def home(body: Home, look: Look, on_press: OnPress, room: Room) -> QWidget:
    """The hero leads and help comes last, each over the whole width; the others in pairs between them. Where all keys
    are in the lower half they are pairs alike; in 长辈模式 one below the other."""
    grid = grid_of(look)
    tiles = [home_tile(tile, look, on_press) for tile in body.tiles]
    if look.elder and look.upright:
        for at, touch in enumerate(tiles):
            grid.addWidget(touch, at, 0)
            grid.setRowStretch(at, 1)
        return bounded_by(grid, look, len(tiles), _ROW_MAX_MM, room)
    if not look.upright:
        columns = len(tiles) if len(tiles) <= _IN_A_COLUMN and not look.elder else -(-len(tiles) // 2)
        return _paired(grid, tiles, columns, look, room)
    if look.assist.low:
        return _paired(grid, tiles, 2 if len(tiles) > _IN_A_COLUMN else 1, look, room)
    hero, *middle, helper = tiles
    grid.addWidget(hero, 0, 0, 1, 2)
    grid.setRowStretch(0, 6 if len(middle) > 1 else 5)
    for at, touch in enumerate(middle):
        alone = at == len(middle) - 1 and at % 2 == 0
        grid.addWidget(touch, 1 + at // 2, at % 2, 1, 2 if alone else 1)
        grid.setRowStretch(1 + at // 2, 5 if len(middle) > 1 else 3)
    rows = 1 + -(-len(middle) // 2)
    grid.addWidget(helper, rows, 0, 1, 2)
    grid.setRowStretch(rows, 3)
    for column in range(2):
        grid.setColumnStretch(column, 1)
    return bounded_by(grid, look, rows + 1, _TILE_MAX_MM, room)


def _paired(grid: QGridLayout, tiles: Sequence[Touch], columns: int, look: Look, room: Room) -> QWidget:
    for at, touch in enumerate(tiles):
        grid.addWidget(touch, at // columns, at % columns)
        grid.setColumnStretch(at % columns, 1)
        grid.setRowStretch(at // columns, 1)
    return bounded_by(grid, look, -(-len(tiles) // columns), _TILE_MAX_MM, room)


def home_tile(tile: Tile, look: Look, on_press: OnPress) -> Touch:
    kind: Kind = "helper" if tile.kind == "help" and look.elder else tile.kind
    spoken = "，".join(filter(None, (tile.title, tile.detail)))
    touch = Touch(look, tile.name, spoken, kind, min_mm=PRIMARY_MM)
    touch.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
    hero = tile.kind == "hero" and look.upright and not look.assist.low
    role: Role = "hero" if hero and not look.elder else "key"
    icon_mm = 42.0 if hero and not look.elder else 30.0 if look.upright else 18.0
    row = QHBoxLayout()
    if look.assist.large or tile.kind == "hero":
        row.addWidget(touch.sign(tile.icon, icon_mm * (1 if hero and not look.elder else 0.8)), 0, _MIDDLE)
    else:
        sign = Sign(tile.icon, look.px(icon_mm * 0.72), touch.ink if tile.kind == "help" else look.colour("ink_tint"),
            touch.ink if tile.kind == "help" else look.colour("solid"))
        row.addWidget(Square(sign, look, look.px(icon_mm), "card" if tile.kind == "help" else "tint"), 0, _MIDDLE)
    words: QBoxLayout = QHBoxLayout() if look.elder else QVBoxLayout()
    words.setSpacing(look.px(1))
    words.addStretch(0 if look.elder else 1)
    words.addWidget(touch.label(tile.title, role, left=True), 3 if look.elder else 0)
    if tile.detail and not (look.elder and look.dense):
        detail = touch.label(tile.detail, "body" if hero else "fine", bold=False, soft=True, left=not look.elder)
        if look.elder:
            detail.align(_RIGHT)
        words.addWidget(detail, 2 if look.elder else 0)
    words.addStretch(0 if look.elder else 1)
    row.addLayout(words, 1)
    if hero and not look.assist.large:
        row.addWidget(touch.sign("next", 12), 0, _MIDDLE)
    touch.hold(row, 12 if hero and not look.elder else 6.5, 2, 12 if hero and not look.elder else 6.5)
    return connected(touch, tile.press, on_press)


# -- choices ---------------------------------------------------------------------------------------


def choices(body: Choices, look: Look, on_press: OnPress, room: Room) -> QWidget:
    offers = [offer_button(offer, look, on_press) for offer in body.offers]
    search = offer_button(body.search, look, on_press) if body.search is not None else None
    if search is not None:
        offers.insert(0, search)
    below = sum(_height(offer, room.width) + look.px(GAP_MM) for offer in offers)
    left = room._replace(height=room.height - below)
    leaf = body.shown(_places(body, look, left) if room.bounded else body.per_leaf)
    count = len(leaf.choices) + bool(leaf.more)
    tiled = _tiled(body, look)
    columns = _columns(body, leaf.choices, count, look, left)
    cards: list[QWidget] = _cards(leaf.choices, tiled, columns, look, on_press, not body.badge)
    if leaf.more is not None:
        cards.append(plain_button(leaf.more, look, on_press))
    rows = -(-count // columns)
    grid = grid_of(look)
    above = 0
    if search is not None:
        grid.addWidget(offers.pop(0), 0, 0, 1, columns)
        above = 1
    for at, card in enumerate(cards):
        alone = columns == 2 and at == len(cards) - 1 and at % 2 == 0
        grid.addWidget(card, above + at // columns, at % columns, 1, 2 if alone else 1)
    for column in range(columns):
        grid.setColumnStretch(column, 1)
    for row in range(rows):
        grid.setRowStretch(above + row, 4)
    for at, offer in enumerate(offers):
        grid.addWidget(offer, above + rows + at, 0, 1, columns)
    most = _TILE_MAX_MM if tiled else _ROW_MAX_MM
    return bounded_by(grid, look, above + rows + len(offers), most, room)


def _tiled(body: Choices, look: Look) -> bool:
    """As pictures; in rows where a page is for reading large or for a hand that reaches low."""
    return body.tiled and not look.assist.large and not look.assist.low and look.upright


def _cards(
    choices: Sequence[Choice], tiled: bool, columns: int, look: Look, on_press: OnPress, plated: bool
) -> list[QWidget]:
    if tiled:
        return [choice_tile(choice, look, on_press) for choice in choices]
    return [choice_row(choice, look, on_press, beside=columns == 1, plated=plated) for choice in choices]


def _columns(body: Choices, choices: Sequence[Choice], places: int, look: Look, room: Room) -> int:
    if look.upright:
        return 2 if _tiled(body, look) and places > _IN_A_COLUMN else 1
    if not look.assist.large:
        return 1 if places <= _IN_A_COLUMN else 2
    return min((2, 1), key=lambda columns: _stacked(body, choices, places, columns, look, room))


def _stacked(body: Choices, choices: Sequence[Choice], places: int, columns: int, look: Look, room: Room) -> int:
    """How high so many places are in so many columns, each as high as the highest of all choices."""
    gap = look.px(GAP_MM)
    width = (room.width - (columns - 1) * gap) // columns
    rows = -(-places // columns)
    cards = _cards(choices, _tiled(body, look), columns, look, _nowhere, not body.badge)
    highest = max((_height(card, width) for card in cards), default=0)
    return rows * highest + (rows - 1) * gap


def _places(body: Choices, look: Look, room: Room) -> int:
    """How many choices stand on a page: the leaves of a list are alike."""
    for places in range(min(body.per_leaf, len(body.choices)), 2, -1):
        columns = _columns(body, body.choices, places, look, room)
        if _stacked(body, body.choices, places, columns, look, room) <= room.height:
            return places
    return 2


def _nowhere(press: Press) -> None:
    """Of cards that are only measured."""


def _height(card: QWidget, width: int) -> int:
    inside = card.layout()
    wanted = inside.totalHeightForWidth(width) if inside is not None else 0
    return max(card.minimumHeight(), wanted)


def choice_tile(choice: Choice, look: Look, on_press: OnPress) -> Touch:
    """A group as a picture: what it is, and below a rule its letter, how crowded it is, how long it waits."""
    touch = _card(choice, look)
    column = QVBoxLayout()
    column.addStretch(1)
    column.addLayout(_named(choice, touch, look, 26.0 if look.dense else 34.0))
    column.addStretch(1)
    column.addWidget(rule(look))
    column.addSpacing(look.px(2))
    column.addLayout(_line(choice, touch, look))
    touch.hold(column, 6, 3)
    return connected(touch, choice.press, on_press)


def choice_row(choice: Choice, look: Look, on_press: OnPress, *, beside: bool, plated: bool) -> Touch:
    """A matter as a row: its picture, its name, and its line beside it or below."""
    touch = _card(choice, look)
    row = QHBoxLayout()
    if choice.chosen is not None:
        row.addWidget(_box(choice, touch, look), 0, _MIDDLE)
    if choice.icon and not (look.assist.large and not look.upright):
        row.addWidget(_picture(choice, touch, look, 18.0), 0, _MIDDLE)
    if choice.badge and plated:
        side = look.px(13 if look.assist.large else 11)
        row.addWidget(Plate(choice.badge, look, plate(choice.badge), side), 0, _MIDDLE)
    words: QBoxLayout = QHBoxLayout() if beside and not look.upright else QVBoxLayout()
    words.setSpacing(look.px(0.5))
    words.addStretch(0 if beside and not look.upright else 1)
    title = touch.label(choice.title, "body" if look.tight else "row", left=True)
    words.addWidget(title, 3 if beside and not look.upright else 0)
    detail = (choice.wait if look.elder and not choice.closed else choice.detail) or choice.gloss
    if detail and not look.packed:
        label = touch.label(detail, "fine", bold=False, soft=True, left=True)
        if beside and not look.upright:
            label.align(_RIGHT)
        words.addWidget(label, 4 if beside and not look.upright else 0)
    words.addStretch(0 if beside and not look.upright else 1)
    row.addLayout(words, 1)
    if not look.assist.large and choice.chosen is None:
        row.addWidget(touch.sign("next", 8), 0, _MIDDLE)
    touch.hold(row, 5, 1.6, 4.5)
    return connected(touch, choice.press, on_press)


def _card(choice: Choice, look: Look) -> Touch:
    spoken = "，".join(filter(None, (choice.title, choice.detail or choice.gloss)))
    kind: Kind = "off" if choice.closed else "chosen" if choice.chosen else "plain"
    touch = Touch(look, choice.name, spoken, kind, min_mm=PRIMARY_MM)
    if choice.chosen is not None:
        touch.setCheckable(True)
        touch.setChecked(choice.chosen)
    touch.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
    return touch


def _box(choice: Choice, touch: Touch, look: Look) -> QWidget:
    """A box, with a check mark where this is the answer."""
    side = look.px(10)
    fill, ink = ("primary", look.colour("on_primary")) if choice.chosen else ("card", touch.ink)
    panel = Panel(look, fill, "line", radius_mm=2, always=True)
    panel.setFixedSize(side, side)
    panel.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    if choice.chosen:
        sign = Sign("check", round(side * 0.76), ink)
        sign.setParent(panel)
        sign.move((side - sign.width()) // 2, (side - sign.height()) // 2)
    return panel


def _picture(choice: Choice, touch: Touch, look: Look, side_mm: float) -> QWidget:
    fill = "off" if choice.closed else "tint"
    ink = touch.ink if choice.closed else look.colour("ink_tint")
    sign = Sign(choice.icon, look.px(side_mm * 0.72), ink, touch.ink if choice.closed else look.colour("solid"))
    return Square(sign, look, look.px(side_mm), fill)


def _named(choice: Choice, touch: Touch, look: Look, side_mm: float) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(look.px(4.5))
    if choice.icon:
        row.addWidget(_picture(choice, touch, look, side_mm), 0, _MIDDLE)
    words = QVBoxLayout()
    words.setSpacing(look.px(0.8))
    words.addWidget(touch.label(choice.title, "key", left=True))
    if choice.gloss and not look.dense:
        words.addWidget(touch.label(choice.gloss, "fine", bold=False, soft=True, left=True))
    row.addLayout(words, 1)
    return row


def _line(choice: Choice, touch: Touch, look: Look) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(look.px(3))
    if choice.badge:
        row.addWidget(Plate(choice.badge, look, plate(choice.badge), look.px(11)), 0, _MIDDLE)
    if choice.crowd >= 0:
        row.addWidget(Dots(choice.crowd, look, touch.ink), 0, _MIDDLE)
    if choice.closed:
        row.addWidget(touch.sign("clock", 9), 0, _MIDDLE)
    if choice.free:
        row.addWidget(Sign("check", look.px(9), look.colour("ok")), 0, _MIDDLE)
    label = Label(choice.wait or choice.detail, look, "body", colour="ok", bold=True) if choice.free else touch.label(
        choice.wait or choice.detail, "body", left=choice.crowd < 0)
    if choice.crowd >= 0:
        label.align(_RIGHT)
    row.addWidget(label, 1)
    return row


def grid_of(look: Look) -> QGridLayout:
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setSpacing(look.px(GAP_MM))
    return grid


def bounded_by(layout: QBoxLayout | QGridLayout, look: Look, rows: int, row_max_mm: float, room: Room) -> QWidget:
    """`layout` as a widget no higher than its rows may be, unless its words need more, nor than the room there is."""
    layout.setContentsMargins(0, 0, 0, 0)
    widget = QWidget()
    widget.setLayout(layout)
    wanted = rows * look.px(row_max_mm) + max(0, rows - 1) * look.px(GAP_MM)
    wanted = max(wanted, layout.totalHeightForWidth(room.width))
    widget.setMaximumHeight(max(1, min(wanted, room.height)))
    widget.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
    return widget
