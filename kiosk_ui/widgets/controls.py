"""What is pressed on the first page, and grids of keys that are no higher than they may be. Screen thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk_ui.presenters.page import Home, Tile
from kiosk_ui.widgets.icons import Sign
from kiosk_ui.widgets.label import Label
from kiosk_ui.widgets.look import GAP_MM, PRIMARY_MM, ROW_MAX_MM, TILE_MAX_MM, Look, Role
from kiosk_ui.widgets.panel import Panel, Square
from kiosk_ui.widgets.touch import Kind, OnPress, Touch, connected

_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight
# Of the hero's width what is no word: air, its sign, the arrow.
_HERO_OTHER_MM = 106.0
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
    """Its keys, and below them what a reader does in one step, where there is height."""
    if not body.strip or not look.upright or look.dense:
        return _tiles(body, look, on_press, room)
    strip = _strip(body.strip, look)
    gap = look.px(GAP_MM)
    tiles = _tiles(body, look, on_press, room._replace(height=room.height - strip.sizeHint().height() - gap))
    whole = QVBoxLayout()
    whole.setContentsMargins(0, 0, 0, 0)
    whole.setSpacing(gap)
    whole.addWidget(tiles, 1)
    whole.addWidget(strip)
    widget = QWidget()
    widget.setLayout(whole)
    widget.setMaximumHeight(tiles.maximumHeight() + gap + strip.sizeHint().height())
    widget.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
    return widget


def _strip(words: str, look: Look) -> QWidget:
    panel = Panel(look, "tint", "line")
    row = QHBoxLayout(panel)
    side, above = look.px(5), look.air(3.5)
    row.setContentsMargins(side, above, side, above)
    row.setSpacing(look.px(4))
    row.addWidget(Sign("qr", look.sized(12), look.colour("ink_tint"), look.colour("solid")), 0, _MIDDLE)
    row.addWidget(Label(words, look, "body", colour="ink_tint", bold=True, name="strip"), 1)
    row.addWidget(Sign("down", look.sized(11), look.colour("ink_tint")), 0, _MIDDLE)
    return panel


def _tiles(body: Home, look: Look, on_press: OnPress, room: Room) -> QWidget:
    """The hero leads and help comes last, each over the whole width; the others in pairs between them. Where all keys
    are in the lower half they are pairs alike; in 长辈模式 one below the other."""
    grid = grid_of(look)
    tiles = [home_tile(tile, look, on_press) for tile in body.tiles]
    if look.elder and look.upright:
        for at, touch in enumerate(tiles):
            grid.addWidget(touch, at, 0)
            grid.setRowStretch(at, 1)
        return bounded_by(grid, look, len(tiles), ROW_MAX_MM, room)
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
    return bounded_by(grid, look, rows + 1, TILE_MAX_MM, room)


def _paired(grid: QGridLayout, tiles: Sequence[Touch], columns: int, look: Look, room: Room) -> QWidget:
    for at, touch in enumerate(tiles):
        grid.addWidget(touch, at // columns, at % columns)
        grid.setColumnStretch(at % columns, 1)
        grid.setRowStretch(at // columns, 1)
    return bounded_by(grid, look, -(-len(tiles) // columns), TILE_MAX_MM, room)


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
        side_mm = icon_mm * (1 if hero and not look.elder else 0.8)
        row.addWidget(touch.sign(tile.icon, side_mm, grows=False), 0, _MIDDLE)
    else:
        sign = Sign(tile.icon, look.px(icon_mm * 0.72), touch.ink if tile.kind == "help" else look.colour("ink_tint"),
            touch.ink if tile.kind == "help" else look.colour("solid"))
        row.addWidget(Square(sign, look, look.px(icon_mm), "card" if tile.kind == "help" else "tint"), 0, _MIDDLE)
    words: QBoxLayout = QHBoxLayout() if look.elder else QVBoxLayout()
    words.setSpacing(look.px(1))
    words.addStretch(0 if look.elder else 1)
    title = touch.label(tile.title, role, left=True)
    if hero:
        room_px = look.width_px - 2 * look.px(look.margin_mm) - look.px(_HERO_OTHER_MM)
        title.narrow(room_px, look.font("title").pixelSize())
    words.addWidget(title, 3 if look.elder else 0)
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
