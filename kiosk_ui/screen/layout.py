"""Where things stand on a big screen, and how large. Pure: numbers in, numbers out."""

from __future__ import annotations

import math
from dataclasses import dataclass

from kiosk_ui.screen.marks import Box

# A capital has 0.733 of the size of its type, and at least a 200th of the distance.
_CAPITAL_EM, _READ_FROM, _SIZE_AT_1080 = 0.733, 200, 64
_MM_PER_INCH = 25.4
# What goes first where there is no room for all. Calls and the clock never go.
DROPS = ("before", "names", "missed", "bar", "waits")
# A row of a call is at least so many sizes of type high, and a block of them so many wide.
_ROW_LEAST, _CALLS_LEAST, _NAMES_LEAST = 2.2, 7, 9.2
_GAP = 0.33


def least_type(width: float, height: float, inches: float, metres: float) -> int:
    """The least size of type in px that is read from `metres` on a screen whose diagonal is `inches`."""
    px_per_mm = math.hypot(width, height) / (inches * _MM_PER_INCH)
    return math.ceil(metres * 1000 / _READ_FROM * px_per_mm / _CAPITAL_EM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """`least` px of type; how many `queues` there are, how many `rows` of calls are wanted, whether the `bar` says
    something."""

    width: int
    height: int
    least: int
    queues: int
    rows: int
    bar: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Boxes of the blocks, None for one that went. Sizes in px."""

    fits: bool
    type: int
    least: int
    upright: bool
    dropped: frozenset[str]
    width: int
    side: int
    gap: int
    head: Box
    all: Box
    calls: Box
    rows: int
    row_height: int
    before: Box | None
    before_columns: int
    before_rows: int
    waits: Box | None
    queues_each: int
    title_height: int
    queue_height: int
    missed: Box | None
    bar: Box | None
    bar_lines: int


def plan_of(room: Room) -> Plan:
    upright = room.height > room.width
    type_ = max(room.least, _rounded(min(room.width, room.height) * _SIZE_AT_1080 / 1080))
    # A screen that is too small for its distance still shows the calls, as large as they fit.
    dropped = frozenset() if room.bar else frozenset({"bar"})
    for drop in (*DROPS, ""):
        plan = (_upright if upright else _wide)(room, type_, dropped)
        if plan.fits or not drop:
            break
        dropped |= {drop}
    return plan


def _rounded(value: float) -> int:
    """As browsers round."""
    return math.floor(value + 0.5)


def _box(left: float, top: float, width: float, height: float) -> Box:
    return Box(_rounded(left), _rounded(top), _rounded(width), _rounded(height))


def _rows_in(height: float, wanted: int, gap: float, type_: int) -> int:
    """As many rows as can be, at most those that are wanted, at least one."""
    rows = wanted
    while rows > 1 and (height - (rows - 1) * gap) / rows < _ROW_LEAST * type_:
        rows -= 1
    return rows


def _wide(room: Room, type_: int, dropped: frozenset[str]) -> Plan:
    width, height, gap = room.width, room.height, type_ * _GAP
    side, foot = max(0.02 * width, 0.75 * type_), 0.02 * height
    head_height, bar_height = 1.6 * type_, 0 if "bar" in dropped else 1.95 * type_
    top = foot + head_height
    inner, high = width - 2 * side, height - top - (bar_height + gap if bar_height else foot)
    shares = {True: min(0.33 * inner, 6.4 * type_), False: 0.331 * inner}
    right = 0 if "waits" in dropped else shares["names" in dropped]
    left = inner - right - (0.62 * type_ if right else 0)
    before_height = 0 if "before" in dropped else 1.5 * type_
    missed_height = 0 if dropped & {"missed", "waits"} else 2.95 * type_
    calls_height = high - (before_height + gap if before_height else 0)
    rows = _rows_in(calls_height, room.rows, gap, type_)
    title_height, row_height = 1.35 * type_, 1.44 * type_
    queue_room = high - title_height - (missed_height + gap if missed_height else 0)
    each, x = math.floor(queue_room / row_height), width - side - right
    tall = min(queue_room / max(1, min(each, room.queues)), 1.5 * row_height)
    return Plan(
        fits=rows >= min(room.rows, 3) and left >= _CALLS_LEAST * type_ and _named(room, dropped, each, right, type_),
        type=type_, least=min(room.least, type_), upright=False, dropped=dropped, width=width, side=_rounded(side),
        gap=_rounded(gap), head=_box(side, foot, inner, head_height), all=_box(side, top, inner, high),
        calls=_box(side, top, left, calls_height), rows=rows,
        row_height=math.floor((calls_height - (rows - 1) * gap) / rows),
        before=_box(side, top + calls_height + gap, left, before_height) if before_height else None,
        before_columns=3, before_rows=1,
        waits=_box(x, top, right, title_height + queue_room) if right and each > 0 else None, queues_each=each,
        title_height=_rounded(title_height), queue_height=math.floor(max(row_height, tall)),
        missed=_box(x, top + high - missed_height, right, missed_height) if missed_height else None,
        bar=_box(0, height - bar_height, width, bar_height) if bar_height else None, bar_lines=1,
    )


def _upright(room: Room, type_: int, dropped: frozenset[str]) -> Plan:
    width, height, gap = room.width, room.height, type_ * _GAP
    side, foot = max(0.02 * width, 0.75 * type_), 0.02 * height
    head_height, bar_height = 2.7 * type_, 0 if "bar" in dropped else 3.1 * type_
    top = foot + head_height + gap
    inner, high = width - 2 * side, height - top - (bar_height + gap if bar_height else foot)
    row_height = 1.38 * type_
    before_height = 0 if "before" in dropped else 3.3 * type_
    missed_height = 0 if "missed" in dropped else 1.95 * type_
    fixed = (before_height + gap if before_height else 0) + (missed_height + gap if missed_height else 0)
    wanted = room.rows * 3 * type_ + (room.rows - 1) * gap
    fitting = math.floor((high - fixed - wanted - gap) / row_height)
    each = 0 if "waits" in dropped else max(0, min(room.queues, fitting))
    waits_height = each * row_height
    calls_height = high - fixed - (waits_height + gap if each else 0)
    rows = _rows_in(calls_height, room.rows, gap, type_)
    below = top + calls_height + gap
    waits_top = below + (before_height + gap if before_height else 0)
    return Plan(
        fits=rows >= min(room.rows, 3) and inner >= _CALLS_LEAST * type_ and _named(room, dropped, each, inner, type_),
        type=type_, least=min(room.least, type_), upright=True, dropped=dropped, width=width, side=_rounded(side),
        gap=_rounded(gap), head=_box(side, foot, inner, head_height), all=_box(side, top, inner, high),
        calls=_box(side, top, inner, calls_height), rows=rows,
        row_height=math.floor((calls_height - (rows - 1) * gap) / rows),
        before=_box(side, below, inner, before_height) if before_height else None, before_columns=2, before_rows=2,
        waits=_box(side, waits_top, inner, waits_height) if each else None, queues_each=each, title_height=0,
        queue_height=math.floor(row_height),
        missed=_box(side, top + high - missed_height, inner, missed_height) if missed_height else None,
        bar=_box(0, height - bar_height, width, bar_height) if bar_height else None, bar_lines=2,
    )


def _named(room: Room, dropped: frozenset[str], each: int, width: float, type_: int) -> bool:
    """Waits have room for some queues, and for their names."""
    if "waits" in dropped:
        return True
    return each >= min(room.queues, 2) and ("names" in dropped or width >= _NAMES_LEAST * type_)
