"""Waits, missed, messages and the bar of a big screen as marks. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from hall_daemon.wire.screen_words import Speech
from hall_daemon.wire.screens import Missed, ScreenQueue
from hall_daemon.words.text import Text, said
from kiosk_ui.screen.calls import at_right, lines
from kiosk_ui.screen.fit import Ems, Fitted, lines_of, parted_once, size_for, whole
from kiosk_ui.screen.layout import Plan
from kiosk_ui.screen.marks import Box, Dot, Drawn, Mark, Panel, Words

_RULE_PX, _FRAME_PX, _BLEED_PX = 2, 4, 8


def waits(plan: Plan, ems: Ems, speech: Speech, queues: Sequence[ScreenQueue], turn: int) -> Iterable[Mark]:
    box, size = plan.waits, plan.type
    if box is None:
        return
    if plan.title_height:
        title = speech("waits")
        fitted = min(size, math.floor(box.width / ems(title, True)))
        yield from lines(ems, (title,), box.left, box.top + plan.title_height / 2, fitted, "ink", box)
    pages = max(1, math.ceil(len(queues) / max(1, plan.queues_each)))
    # The last page is as full as the others.
    first = max(0, min((turn % pages) * plan.queues_each, len(queues) - plan.queues_each))
    shown = queues[first : first + plan.queues_each]
    plate = round(max([0.7, *(ems(queue.prefix, True) for queue in shown)]) * size * 0.85 + 0.5 * size)
    high, letter = round(1.2 * size), round(0.85 * size)
    for at, queue in enumerate(shown):
        top = box.top + plan.title_height + at * plan.queue_height
        row = Box(box.left, top, box.width, plan.queue_height)
        middle = row.middle + _RULE_PX / 2
        yield Panel(Box(row.left, row.top, row.width, _RULE_PX), "rule")
        sign = Box(row.left, round(middle - high / 2), plate, high)
        yield Panel(sign, "plate", 10)
        yield from lines(ems, (queue.prefix,), sign.left, middle, letter, "on_plate", sign, centred=plate)
        words = speech.wait(queue, plan.upright)
        wait = size_for(ems, words, True, box.width - plate - 0.3 * size, 1, size)
        yield at_right(ems, words, row.right, middle, wait, True, "ink", row)
        if "names" not in plan.dropped:
            left_over = box.width - plate - ems(words, True) * wait - 0.9 * size
            name = _fitting_name(ems, speech, queue.name, left_over, plan.least, size)
            left = sign.right + 0.25 * name.size
            yield from lines(ems, name.lines, left, middle, name.size, "ink", row, bold=False)


def _fitting_name(ems: Ems, speech: Speech, name: Text, width: float, least: int, most: int) -> Fitted:
    """As it fits: in the language of the turn, else in Chinese, else none: the letter of the queue stays."""
    for text in (speech.named(name), said(name, "zh")):
        if text and (size := size_for(ems, text, False, width, least, most)):
            return Fitted(size, (text,))
    return Fitted(most, ())


def missed(plan: Plan, ems: Ems, speech: Speech, gone: Sequence[Missed], desk: Text) -> Iterable[Mark]:
    """Who was missed, and where to go."""
    box, size = plan.missed, plan.type
    if box is None:
        return
    pad, gap = 0.35 * size, 0.4 * size
    room = box.width - 2 * pad - 2 * _FRAME_PX
    left = box.left + pad + _FRAME_PX
    yield Panel(box, "missed", 14, _FRAME_PX)
    where = speech.named(desk)
    if plan.upright and gone:
        title = speech("missed_short", desk=where)
        fits = size_for(ems, title, True, room * 0.5, plan.least, size)
        small = fits or min(plan.least, math.floor(room * 0.75 / ems(title, True)))
        yield from lines(ems, (title,), left, box.middle, small, "missed", box)
        numbers = _numbers(ems, gone, room - ems(title, True) * small - gap, size, gap)
        right = box.right - pad - _FRAME_PX
        yield from _row(ems, numbers, right - _width(ems, numbers, size, gap), box.middle, size, gap, box)
        return
    title = speech("missed" if gone else "missed_none", desk=where)
    fitted = whole(ems, title, True, room, size, not gone)
    numbers = _numbers(ems, gone, room, size, gap)
    if not numbers:
        yield from lines(ems, fitted.lines, left, box.middle, fitted.size, "missed", box)
        return
    yield from lines(ems, fitted.lines, left, box.middle - 0.62 * size, fitted.size, "missed", box)
    yield from _row(ems, numbers, left, box.middle + 0.62 * size, size, gap, box)


def _numbers(ems: Ems, gone: Sequence[Missed], room: float, size: int, gap: float) -> list[str]:
    numbers = [each.number for each in gone]
    while numbers and _width(ems, numbers, size, gap) > room:
        numbers.pop()
    return numbers


def _width(ems: Ems, numbers: Sequence[str], size: int, gap: float) -> float:
    return sum(ems(number, True) * size for number in numbers) + gap * max(0, len(numbers) - 1)


def _row(
    ems: Ems, numbers: Sequence[str], left: float, middle: float, size: int, gap: float, room: Box
) -> Iterable[Words]:
    for number in numbers:
        (words,) = lines(ems, (number,), left, middle, size, "ink", room)
        yield words
        left += words.width + gap


def message(plan: Plan, ems: Ems, where: Box, what: str, more: str) -> Iterable[Mark]:
    """One thing in place of calls, or of everything."""
    width = where.width * 0.9
    main = whole(ems, what, True, width, min(2.6 * plan.type, where.height * 0.24), True)
    rest = whole(ems, more or " ", False, width, min(1.25 * plan.type, where.height * 0.12), True)
    main_high = len(main.lines) * main.size * 1.2
    rest_high = len(rest.lines) * rest.size * 1.2 + 0.5 * rest.size if more else 0.0
    top = where.middle - (main_high + rest_high) / 2
    for fitted, middle, bold in (
        (main, top + main_high / 2, True), (rest, top + main_high + (rest_high + 0.5 * rest.size) / 2, False)
    ):
        if bold or more:
            yield from lines(
                ems, fitted.lines, where.left, middle, fitted.size, "ink" if bold else "pale", where, bold=bold,
                centred=where.width, spread=1.2,
            )


class Step(NamedTuple):
    """What stands in the bar at once; `at` is its place among the notices."""

    fitted: Fitted
    at: int


def bar_steps(plan: Plan, ems: Ems, notices: Sequence[Text], languages: Sequence[str]) -> list[Step]:
    """Every notice in every language, cut into what stands there at once."""
    width = plan.width - 2 * plan.side - 1.7 * plan.type - (len(notices) * 0.45 * plan.type if len(notices) > 1 else 0)
    steps: list[Step] = []
    for at, notice in enumerate(notices):
        for text in dict.fromkeys(said(notice, code) for code in languages):
            size = size_for(ems, text, True, width * plan.bar_lines * 0.95, plan.least, plan.type) or plan.least
            if ems(text, True) * size <= width:
                found: tuple[str, ...] = (text,)
            else:
                found = parted_once(ems, text, True, size, width) or lines_of(ems, text, True, size, width)
            steps += [
                Step(Fitted(size, found[first : first + plan.bar_lines]), at)
                for first in range(0, len(found), plan.bar_lines)
            ]
    return steps


def bar(plan: Plan, ems: Ems, step: Step | None, count: int, late: str) -> Iterable[Mark]:
    """A notice, with as many dots as there are notices; how old the picture is goes before."""
    box, size = plan.bar, plan.type
    if box is None or not (step or late):
        return
    icon, left = round(1.4 * size), plan.side + round(1.7 * size)
    ground, ink = ("late", "on_late") if late else ("bar", "on_bar")
    # Whatever the whole is moved by against burn-in, there is no edge.
    yield Panel(Box(box.left - _BLEED_PX, box.top, box.width + 2 * _BLEED_PX, box.height + _BLEED_PX), ground)  # type: ignore[arg-type]  # one of two colours
    yield Drawn("horn", plan.side, box.middle - icon / 2, icon, ink)  # type: ignore[arg-type]
    width = plan.width - 2 * plan.side - 1.7 * size
    fitted = whole(ems, late, True, width, size, plan.bar_lines > 1) if late or step is None else step.fitted
    yield from lines(ems, fitted.lines, left, box.middle, fitted.size, ink, box, spread=1.2)  # type: ignore[arg-type]
    if late or count < 2 or step is None:
        return
    dot = round(0.24 * size)
    for at in range(count):
        x = box.width - plan.side - (count - at) * dot * 1.8 + dot * 0.8
        yield Dot(x, box.middle - dot / 2, dot, "on_bar", at == step.at)
