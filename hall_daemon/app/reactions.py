"""From the hall to its devices and back, as pure functions: what a strip shows, a pad displays, a slip says, a
voice calls, and which command a key means. Knows texts and ports' values, no driver and no thread.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from device_drivers.events import KeyPressed, PadKey, Rated
from device_drivers.ports import Columns, Feed, Logo, Qr, Rule, ScreenText, Slip, SlipItem, Text
from hall_daemon.config.wording import ScreenWords, SlipWords
from hall_daemon.domain import commands as c
from hall_daemon.domain.dispatch import waiting_for
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Plan
from hall_daemon.domain.ticket import Ticket
from hall_daemon.wire.messages import Wait
from hall_daemon.wire.waits import unknown_wait
from hall_daemon.words.tables import tables
from hall_daemon.words.text import CHINESE, ENGLISH, said, same

NUMBER_SIZE = 4
QR_MODULE = 6

# What the four keys of an evaluator say, of the five levels: 非常满意, 满意, 基本满意, 不满意.
EVALUATOR_LEVELS: dict[int, int] = {0: 5, 1: 4, 2: 3, 3: 2}


def window_screen(plan: Plan, words: ScreenWords, hall: Hall, window_id: str) -> ScreenText:
    """What the strip over a window should show now."""
    state = hall.window(window_id)
    ticket = hall.tickets.get(state.ticket)
    if ticket is not None and ticket.state == "called":
        template, lit = words.called, True
    elif ticket is not None:
        template, lit = words.serving, False
    else:
        template, lit = {"open": words.idle, "paused": words.paused, "closed": words.closed}[state.status], False
    reason = plan.pause_reasons.get(state.reason)
    text = template.format(
        number=ticket.number if ticket else "",
        window=plan.windows[window_id].label,
        reason=reason[CHINESE] if reason else "",
        waiting=waiting_for(hall, plan.windows[window_id]),
    )
    return ScreenText(text.strip(), lit)


def pad_display(plan: Plan, hall: Hall, window_id: str) -> tuple[int, str | None]:
    """How many wait, and the number at the window."""
    ticket = hall.tickets.get(hall.window(window_id).ticket)
    return waiting_for(hall, plan.windows[window_id]), ticket.number if ticket else None


def wait_text(wait: Wait, words: SlipWords, language: str) -> str:
    """A range in minutes (the upper end rounded up), or the words for why there is none."""
    if not isinstance(wait.p10_s, int) or not isinstance(wait.p90_s, int):
        return said(unknown_wait(str(wait.unknown)), language)
    template = words.wait if language == "zh" else words.wait_en
    return template.format(low=wait.p10_s // 60, high=-(-wait.p90_s // 60))


def ticket_slip(plan: Plan, words: SlipWords, ticket: Ticket, *, ahead: int, wait: Wait, url: str, copy: int) -> Slip:
    """The slip of a ticket. A second copy of the same number says so (补打)."""
    nobody = same(ticket.service)
    service = plan.services[ticket.service].name if ticket.service in plan.services else nobody
    queue = plan.queues[ticket.queue].name if ticket.queue in plan.queues else nobody
    class_ = next((rule.name for rule in plan.policy.classes if rule.id == ticket.class_), same(""))
    drawn = datetime.fromtimestamp(ticket.drawn_wall / 1000, ZoneInfo(plan.timezone))
    fields = {
        "hall": plan.name[CHINESE], "hall_en": plan.name[ENGLISH], "number": ticket.number,
        "service": service[CHINESE], "service_en": service[ENGLISH],
        "queue": queue[CHINESE], "queue_en": queue[ENGLISH],
        "class": class_[CHINESE], "class_en": class_[ENGLISH], "ahead": ahead,
        "wait": wait_text(wait, words, "zh"), "wait_en": wait_text(wait, words, "en"),
        "date": f"{drawn:%Y-%m-%d}", "time": f"{drawn:%H:%M}", "url": url,
    }
    if words.layout:
        return Slip(tuple(laid_out(words, fields, copy=copy)))
    items: list[SlipItem] = [Text(words.title.format(**fields), align="center", bold=True), Rule()]
    if copy:
        items.append(Text(words.reprint, align="center", bold=True))
    items.append(Text(ticket.number, size=NUMBER_SIZE, align="center", bold=True))
    items += [Text(line.format(**fields), align="center") for line in words.lines]
    if ticket.review:
        items.append(Text(tables().text("review.note")[CHINESE], align="center"))
    items += [Feed(1), Qr(url, QR_MODULE)]
    items += [Text(line.format(**fields), align="center") for line in words.footer]
    return Slip(tuple(items))


def laid_out(words: SlipWords, fields: Mapping[str, object], *, copy: int) -> Iterator[SlipItem]:
    """A slip line by line, as `layout` draws it. A second copy says so first, wherever the layout begins."""
    if copy:
        yield Text(words.reprint, align="center", bold=True)
    for line in words.layout:
        mark = line.strip()
        if mark in _DRAWN:
            yield _DRAWN[mark]
        elif mark == "[number]":
            yield Text(str(fields["number"]), size=NUMBER_SIZE, align="center", bold=True)
        elif mark == "[qr]":
            yield Qr(str(fields["url"]), QR_MODULE)
        else:
            yield _drawn_line(line, fields)


_DRAWN: dict[str, SlipItem] = {"---": Rule(), "": Feed(1), "[logo]": Logo()}
_SIDES: dict[str, Literal["left", "center", "right"]] = {"<": "left", "": "center", ">": "right"}


def _drawn_line(line: str, fields: Mapping[str, object]) -> SlipItem:
    """`#` for each size more, `*` bold, `<` or `>` for a side, ` || ` between what stands at both ends."""
    found = _MARKS.match(line)
    size, bold, side = (found["size"], found["bold"], found["side"]) if found else ("", "", "")
    text = line[found.end() :] if found else line
    left, apart, right = text.partition(" || ")
    if apart:
        return Columns(left.format(**fields), right.format(**fields), bold=bool(bold))
    return Text(text.format(**fields), size=len(size or "") + 1, align=_SIDES[side or ""], bold=bool(bold))


_MARKS = re.compile(r"(?P<size>#{1,3})? ?(?P<bold>\*)? ?(?P<side>[<>])? ?")


def _pause(plan: Plan, hall: Hall, window: str, press: KeyPressed) -> c.Command:
    if hall.window(window).status == "paused":
        return _open(hall, window, press)
    return c.PauseWindow(window, next(iter(plan.pause_reasons), ""))


def _open(hall: Hall, window: str, press: KeyPressed) -> c.Command:
    return c.OpenWindow(window, hall.window(window).staff or f"pad:{press.pad}")


def _call(plan: Plan, hall: Hall, window: str, press: KeyPressed) -> c.Command:
    """During a pause the first press ends it, as on the staff page; the next one calls."""
    return _open(hall, window, press) if hall.window(window).status == "paused" else c.CallNext(window)


def _confirm(plan: Plan, hall: Hall, window: str, press: KeyPressed) -> c.Command:
    """One key for both ends of a service: the person is here, the person is done."""
    ticket = hall.tickets.get(hall.window(window).ticket)
    return c.Finish(window) if ticket is not None and ticket.state == "serving" else c.Start(window)


def _transfer(plan: Plan, hall: Hall, window: str, press: KeyPressed) -> c.Command | None:
    """The number typed before the key is the label of the window to send the person to."""
    target = next((w.id for w in plan.windows.values() if w.label == str(press.value)), None)
    ticket_id = hall.window(window).ticket
    return c.Transfer(ticket_id, to_window=target) if target and ticket_id else None


KeyRule = Callable[[Plan, Hall, str, KeyPressed], c.Command | None]

PAD_KEYS: dict[PadKey, KeyRule] = {
    "call": _call,
    "recall": lambda plan, hall, window, press: c.Recall(window),
    "start": lambda plan, hall, window, press: c.Start(window),
    "finish": lambda plan, hall, window, press: c.Finish(window),
    "miss": lambda plan, hall, window, press: c.Miss(window),
    "hold": lambda plan, hall, window, press: c.Hold(window),
    "resume": lambda plan, hall, window, press: c.Resume(window),
    "cancel": lambda plan, hall, window, press: c.Undo(window),
    "confirm": _confirm,
    "pause": _pause,
    "transfer": _transfer,
    "evaluate": lambda plan, hall, window, press: None,  # the key on a pad has no meaning yet
}


def pad_commands(plan: Plan, hall: Hall, window: str, press: KeyPressed) -> tuple[c.Command, ...]:
    """What a key means at a window. Calling at a window that is closed opens it first: a pad has no login."""
    command = PAD_KEYS[press.key](plan, hall, window, press)
    if command is None:
        return ()
    if press.key == "call" and hall.window(window).status == "closed":
        return _open(hall, window, press), command
    return (command,)


def rating_commands(window: str, rated: Rated) -> tuple[c.Command, ...]:
    """What a rating at the evaluator of a window says; a value that no evaluator sends says nothing."""
    level = EVALUATOR_LEVELS.get(rated.value)
    return () if level is None else (c.Rate(window, level, f"pad:{rated.pad}"),)


def wants_another_press(press: KeyPressed, commands: tuple[c.Command, ...]) -> bool:
    """Whether the pad says that not all was done: the key means nothing here, or the call key ended a pause and called
    nobody."""
    return not commands or (press.key == "call" and not any(isinstance(command, c.CallNext) for command in commands))
