"""Head and calls of a big screen as marks: what leads, and what it is read by. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from hall_daemon.wire.screen_words import Speech, is_bare
from hall_daemon.wire.screens import Called
from kiosk_ui.screen.fit import Ems, size_for, whole
from kiosk_ui.screen.layout import Plan
from kiosk_ui.screen.marks import Box, Colour, Drawn, Mark, Panel, Words
from kiosk_ui.screen.watch import Call, Watch

_LINE = 1.15
_RADIUS = 14


def lines(
    ems: Ems, texts: Sequence[str], left: float, middle: float, size: int, colour: Colour, room: Box, *,
    bold: bool = True, centred: float = 0.0, spread: float = _LINE,
) -> Iterable[Words]:
    """Lines one below the other around `middle`; `centred` in so many px."""
    for at, text in enumerate(texts):
        width = ems(text, bold) * size
        y = middle + (at - (len(texts) - 1) / 2) * size * spread
        yield Words(
            text=text, left=left + max(0.0, (centred - width) / 2), middle=y, size=size, bold=bold, colour=colour,
            width=width, room=room,
        )


def at_right(
    ems: Ems, text: str, right: float, middle: float, size: int, bold: bool, colour: Colour, room: Box
) -> Words:
    width = ems(text, bold) * size
    return Words(
        text=text, left=right - width, middle=middle, size=size, bold=bold, colour=colour, width=width, room=room
    )


def head(plan: Plan, ems: Ems, name: str, date: str, clock: str) -> Iterable[Mark]:
    box, size = plan.head, plan.type
    seal, big = round(1.2 * size), round((1.55 if plan.upright else 1.45) * size)
    clock_width = math.ceil(ems("00:00", True) * big)
    room = box.width - seal - clock_width - 1.3 * size
    date_size = round(0.85 * size)
    beside = max(0.0, ems(date, False) * date_size - clock_width) if plan.upright else 0.0
    fitted = whole(ems, name, True, room - beside, size, True)
    if plan.upright and fitted.size < plan.least:
        date_size, fitted = 0, whole(ems, name, True, room, size, True)
    if not plan.upright:
        if len(fitted.lines) > 1 and fitted.size * 2.4 > box.height:
            fitted = whole(ems, name, True, room, math.floor(box.height / 2.4), True)
        left_over = room - ems(fitted.lines[0], True) * fitted.size - 0.6 * size
        date_size = 0 if len(fitted.lines) > 1 else size_for(ems, date, False, left_over, plan.least, size)
    yield Drawn("seal", box.left, box.middle - seal / 2, seal, "plate")
    yield from lines(ems, fitted.lines, box.left + seal + 0.4 * size, box.middle, fitted.size, "ink", box)
    if plan.upright and date_size:
        yield at_right(ems, clock, box.right, box.middle - 0.58 * size, big, True, "ink", box)
        yield at_right(ems, date, box.right, box.middle + 0.75 * size, date_size, False, "pale", box)
        return
    yield at_right(ems, clock, box.right, box.middle, big, True, "ink", box)
    if date_size:
        yield at_right(ems, date, box.right - clock_width - 0.6 * size, box.middle, date_size, False, "pale", box)


class _Beside(NamedTuple):
    """What stands beside a window's number, and how large it leaves the numbers."""

    codes: tuple[str, ...]
    sizes: tuple[int, ...]
    width: int
    gap: int
    figure: int


def _beside(plan: Plan, ems: Ems, speech: Speech, languages: tuple[str, ...], ems_of_figures: float) -> _Beside:
    """号窗口 and Window, one of them, or nothing; the first that leaves the numbers large."""
    size, small = plan.type, max(plan.least, round(0.72 * plan.type))
    two = len(languages) > 1
    choices: list[tuple[str, ...]] = [(speech.language,) if two else languages, ()]
    if two and plan.row_height > 1.18 * (size + small):
        choices.insert(0, languages[:2])
    for codes in choices:
        sizes = tuple(small if at else size for at in range(len(codes)))
        width = max((ems(_word(code), True) * px for code, px in zip(codes, sizes, strict=True)), default=0.0)
        taken = 3.3 * size + (width + 0.35 * size if width else 0)
        figure = math.floor(min(0.84 * plan.row_height, (plan.calls.width - taken) / ems_of_figures))
        found = _Beside(codes, sizes, math.ceil(width), round(0.35 * size) if width else 0, figure)
        if figure >= 1.5 * size:
            break
    return found


def _word(code: str) -> str:
    return Speech(code)("beside_window")


def calls(
    plan: Plan, ems: Ems, speech: Speech, languages: tuple[str, ...], rows: Sequence[Call], watch: Watch
) -> Iterable[Mark]:
    size, block = plan.type, plan.calls
    number = max([0.6, *(ems(call.told.number, True) for call in rows)])
    label = max([0.6, *(ems(call.told.label, True) for call in rows if is_bare(call.told.label))])
    beside = _beside(plan, ems, speech, languages, number + label)
    # A label of words stands where number and words of the others do.
    worded = [ems(call.told.label, True) * size for call in rows if not is_bare(call.told.label)]
    room = max([label * beside.figure + beside.gap + beside.width, *(min(each, block.width * 0.5) for each in worded)])
    figure = min(beside.figure, math.floor((block.width - 3.3 * size - room) / number))
    pad, arrow = round(0.45 * size), round(1.1 * size)
    for at, call in enumerate(rows):
        box = Box(block.left, block.top + at * (plan.row_height + plan.gap), block.width, plan.row_height)
        amber = watch.is_new(call) and not watch.flashes(call)
        ink: Colour = "on_now" if amber else "ink"
        yield Panel(box, "now" if amber else "row", _RADIUS)
        yield from lines(ems, (call.told.number,), box.left + pad, box.middle, figure, ink, box)
        begins, ends = box.left + pad + number * figure, box.right - pad - room
        yield Drawn("arrow", (begins + ends - arrow) / 2, box.middle - arrow / 2, arrow, ink)
        if not is_bare(call.told.label):
            least = math.floor(min(figure, (room - 2) / ems(call.told.label, True)))
            yield at_right(ems, call.told.label, box.right - pad, box.middle, least, True, ink, box)
            continue
        words_left = box.right - pad - beside.width
        yield at_right(ems, call.told.label, words_left - beside.gap, box.middle, figure, True, ink, box)
        high = sum(beside.sizes) * _LINE
        top = box.middle - high / 2
        for code, px in zip(beside.codes, beside.sizes, strict=True):
            yield from lines(ems, (_word(code),), words_left, top + px * _LINE / 2, px, ink, box)
            top += px * _LINE


def before(plan: Plan, ems: Ems, speech: Speech, others: Sequence[Called], more: str) -> Iterable[Mark]:
    """The calls before; or, where more are new than there are rows, `more`."""
    box, size = plan.before, plan.type
    if box is None:
        return
    if more:
        fitted = size_for(ems, more, True, box.width, plan.least, size) or plan.least
        yield from lines(ems, (more,), box.left, box.middle, fitted, "ink", box)
        return
    arrow, part = round(0.8 * size), 0.2 * size

    def width(call: Called) -> float:
        return (ems(call.number, True) + 1.25 + ems(speech.short_window(call.label), True)) * size

    most = plan.before_columns * plan.before_rows
    some = list(others[:most])
    widest = max(map(width, some), default=0.0)
    columns = 2 if widest * 2 + size <= box.width else 1
    if plan.before_rows == 1:
        while some and sum(map(width, some)) + size * (len(some) - 1) > box.width:
            some.pop()
    else:
        some = some[: plan.before_rows * columns]
    x = float(box.left)
    for at, call in enumerate(some):
        middle = box.middle
        if plan.before_rows > 1:
            row, column = divmod(at, columns)
            x = box.left + column * (box.width + size) / 2
            middle = box.top + (row + 0.5) * box.height / plan.before_rows
        wide = ems(call.number, True) * size
        yield from lines(ems, (call.number,), x, middle, size, "ink", box)
        yield Drawn("arrow", x + wide + part, middle - arrow / 2, arrow, "ink")
        yield from lines(ems, (speech.short_window(call.label),), x + wide + 2 * part + arrow, middle, size, "ink", box)
        if plan.before_rows == 1:
            spare = box.width - sum(map(width, some))
            x += width(call) + (spare / max(1, len(some) - 1) if len(some) == plan.before_columns else size)
