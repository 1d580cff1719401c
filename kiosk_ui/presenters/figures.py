"""Figures in words: people ahead, a range of minutes or why there is none, why no numbers are given. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from hall_daemon.wire.messages import UNKNOWN_WAITS, HallView, QueueState, ServiceState, Text, Wait
from hall_daemon.wire.problems import PROBLEMS, problem
from hall_daemon.wire.waits import unknown_wait
from hall_daemon.words.text import said
from kiosk_ui.presenters.page import Line, Row
from kiosk_ui.state import State
from kiosk_ui.state.model import queues
from kiosk_ui.words import Words

# Above this many minutes a range is told in steps of five: nobody plans by the minute then.
_COARSE_MIN = 20
_STEP_MIN = 5


def in_language(words: Words, text: Text) -> str:
    return said(text, words.language)


def day_of(words: Words, day: str, key: str = "day") -> str:
    """2026-12-01 in words; with `key` "day.whole" its year too."""
    on = date.fromisoformat(day)
    return words(key, year=on.year, month=words(f"month.{on.month}"), day=on.day)


def wait_words(words: Words, wait: Wait) -> str:
    """A range of minutes, slightly pessimistic, or the reason why it is unknown."""
    return _minutes(words, wait, "wait")


def span(words: Words, wait: Wait) -> str:
    """The same beside a word that says 约等 already."""
    return _minutes(words, wait, "span")


def _minutes(words: Words, wait: Wait, kind: str) -> str:
    low_s, high_s = wait.p10_s, wait.p90_s
    if not isinstance(low_s, int) or not isinstance(high_s, int):
        code = wait.unknown if isinstance(wait.unknown, str) else ""
        return said(unknown_wait(code), words.language) if code in UNKNOWN_WAITS else words("wait.unknown")
    low, high = low_s // 60, max(1, -(-high_s // 60))
    if high > _COARSE_MIN:
        low, high = low // _STEP_MIN * _STEP_MIN, -(-high // _STEP_MIN) * _STEP_MIN
    if low == 0:
        return words(f"{kind}.within", n=high)
    return words(f"{kind}.range", low=low, high=high) if low < high else words(f"{kind}.about", n=high)


def short_wait(words: Words, wait: Wait) -> str:
    """The range alone, as 约 5–10 分钟; why it is not known, in few words."""
    return wait_words(words, wait) if known(wait) else words("wait.unknown.short")


# Seconds of waiting from which one more of five dots is full.
_CROWDED_S = (120, 420, 900, 1500, 2400)


def crowd(queue: QueueState) -> int:
    """How many of five dots are full; -1 where the wait is not known."""
    p90_s = queue.wait.p90_s
    return sum(p90_s > step for step in _CROWDED_S) if isinstance(p90_s, int) else -1


def later_words(words: Words, wait: Wait) -> str:
    """Why it takes longer than was said before; "" when it does not."""
    if not isinstance(wait.cause, tuple):
        return ""
    return words("wait.later", why=words("list.causes").join(in_language(words, cause.text) for cause in wait.cause))


# More windows than these are not read while one stands there: then the first and the last.
_WINDOWS = 3


def windows_named(words: Words, labels: Sequence[str]) -> str:
    shown = words("list.and").join(labels) if len(labels) <= _WINDOWS else f"{labels[0]}–{labels[-1]}"
    return words("review.windows", n=len(labels), windows=shown)


def line_rows(state: State, words: Words, queue: QueueState) -> tuple[Row, ...]:
    """People and wait of a line, a row each; nothing that is not live."""
    late = words("late.short") if state.stale else ""
    return (
        Row("waiting", words("row.waiting"), late or words("people", n=queue.waiting)),
        Row("wait", words("row.wait"), late or span(words, queue.wait)),
    )


def line_words(state: State, words: Words, queue: QueueState) -> str:
    """The same in one line."""
    if state.stale:
        return words("late.short")
    waiting = words("line.waiting", n=queue.waiting) if queue.waiting else words("line.nobody")
    if not queue.waiting and known(queue.wait):
        return waiting
    return words("line.both", waiting=waiting, wait=wait_words(words, queue.wait))


def known(wait: Wait) -> bool:
    return isinstance(wait.p90_s, int)


def minutes(words: Words, seconds: float) -> str:
    return words("minutes", n=max(1, round(seconds / 60)))


def closed_words(words: Words, hall: HallView, service: ServiceState) -> str:
    """In a few words why no numbers are given; "" when they are."""
    if service.open:
        return ""
    code = service.closed_because or ""
    if code == "hall_closed" and hall.opens is None:
        code = "hall_closed_today"
    told = {"opens": hall.opens, "closes": hall.closes, "cap": service.daily_cap}
    facts = {name: fact for name, fact in told.items() if fact is not None}
    key = f"closed.{code}"
    return words(key, **facts) if words.can_say(key, facts) else words("closed.other")


def closed_advice(words: Words, hall: HallView, service: ServiceState) -> str:
    """What to do about it, in the hall's words."""
    code = service.closed_because or ""
    if code not in PROBLEMS:
        return words("closed.advice")
    told = problem(code, {"next": (hall.reopens or "").replace("T", " ")})
    return told.said(words.language).advice


# As many queues as are read at a glance.
_LINES, _LINES_ELDER = 6, 3


def queue_lines(state: State, words: Words) -> tuple[Line, ...]:
    """Every queue and how long it waits."""
    most = _LINES_ELDER if state.session.assist.all else _LINES
    shown = queues(state)[:most]
    return tuple(Line(queue.prefix, in_language(words, queue.name), _span(state, words, queue)) for queue in shown)


def _span(state: State, words: Words, queue: QueueState) -> str:
    if state.stale:
        return words("late.short")
    return span(words, queue.wait) if known(queue.wait) else words("wait.unknown.short")


def as_of(state: State, words: Words) -> str:
    """The minute in which the hall's figures were true."""
    at = state.clock_at(state.link.got_at_s)
    return words("as_of", at=at) if at else ""
