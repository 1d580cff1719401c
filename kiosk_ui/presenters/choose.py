"""Pages to choose from: queues or matters, the matters of a queue, the grounds for priority. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hall_daemon.wire.messages import QueueState, ServiceState
from kiosk_ui.presenters.figures import closed_words, in_language, line_rows, line_words
from kiosk_ui.presenters.page import Board, Button, Choice, Choices, Note, Row
from kiosk_ui.state import State
from kiosk_ui.state import events as e
from kiosk_ui.state.model import (
    choices_per_leaf,
    grouped,
    in_queue,
    offered,
    queue_for,
    queue_of,
    queues,
    service_of,
)
from kiosk_ui.state.steps import Choose, Grounds, Services
from kiosk_ui.words import Words

_BOARD_CALLS = 4
# The ground of whom 长辈模式 is for, by the code that halls give it.
ELDERLY = "elderly"


def first_page(state: State, words: Words) -> Choices:
    """Queues when there are more matters than a page holds, else the matters themselves."""
    if grouped(state):
        found = [_queue_choice(state, words, queue) for queue in queues(state)]
    else:
        found = [_service_choice(state, words, service) for service in offered(state)]
    hint = words("choose.hint") if found else words("choose.nothing")
    board = _board(state, words)
    return _choices(state, words, words("choose.title"), hint, found, notes=_closed_note(state, words), board=board,
        rows=() if board else _hall_rows(state, words))


def services_page(state: State, words: Words, step: Services) -> Choices:
    """Where all its matters wait alike, how long that is stands once, above them."""
    queue = queue_of(state, step.queue)
    title = in_language(words, queue.name) if queue else words("choose.title")
    services = in_queue(state, step.queue)
    lines = [line for service in services if service.open and (line := queue_for(state, service)) is not None]
    alike = all(line == lines[0] for line in lines)
    found = [_service_choice(state, words, service, alone=not alike) for service in services]
    rows = line_rows(state, words, lines[0]) if lines and alike else ()
    return _choices(state, words, title, words("services.hint"), found, badge=queue.prefix if queue else "", rows=rows)


def grounds_page(state: State, words: Words, step: Grounds) -> Choices:
    """In 长辈模式 the elderly need not look for their ground. What the number is for, and its line, stay in sight."""
    hall = state.link.hall
    grounds = list(hall.priority_reasons.items()) if hall else []
    if state.session.assist.all:
        grounds.sort(key=lambda ground: ground[0] != ELDERLY)
    found = [
        Choice(f"ground-{code}", "", in_language(words, ground), "", e.ChooseGround(code))
        for code, ground in grounds
    ]
    service = service_of(state, step.matter.service)
    rows: tuple[Row, ...] = ()
    if service is not None:
        queue = queue_for(state, service)
        what = Row("service", words("row.service"), in_language(words, service.name))
        rows = (what, *(line_rows(state, words, queue) if queue else ()))
    return _choices(state, words, words("grounds.title"), words("grounds.hint"), found, rows=rows)


def _choices(state: State, words: Words, title: str, hint: str, found: Sequence[Choice], **more: Any) -> Choices:
    step = state.session.step
    leaf = step.leaf if isinstance(step, Choose | Services | Grounds) else 0
    turn = Button("more", words("choose.more"), e.Key.TURN_LEAF, "more")
    return Choices(
        title=title, hint=hint, choices=tuple(found), more=turn, per_leaf=choices_per_leaf(state), leaf=leaf, **more
    )


def _queue_choice(state: State, words: Words, queue: QueueState) -> Choice:
    services = in_queue(state, queue.id)
    name, press = f"queue-{queue.id}", e.ChooseQueue(queue.id)
    title = in_language(words, queue.name)
    if all(not service.open for service in services):
        closed = _closed(state, words, services[0])
        return Choice(name, queue.prefix, title, closed, press, closed=True)
    return Choice(name, queue.prefix, title, line_words(state, words, queue), press)


def _service_choice(state: State, words: Words, service: ServiceState, *, alone: bool = True) -> Choice:
    """`alone`: its line stands nowhere else on the page."""
    queue = queue_for(state, service)
    name, press = f"service-{service.id}", e.ChooseService(service.id)
    title = in_language(words, service.name)
    prefix = queue.prefix if queue else ""
    if not service.open:
        return Choice(name, prefix, title, _closed(state, words, service), press, closed=True)
    line = line_words(state, words, queue) if alone and queue is not None else ""
    return Choice(name, prefix, title, line, press)


def _closed(state: State, words: Words, service: ServiceState) -> str:
    hall = state.link.hall
    return closed_words(words, hall, service) if hall else ""


def _closed_note(state: State, words: Words) -> tuple[Note, ...]:
    """Said once and large when nothing can be had."""
    services = offered(state)
    if not services or any(service.open for service in services):
        return ()
    return (Note("closed", _closed(state, words, services[0]), "warn"),)


def _hall_rows(state: State, words: Words) -> tuple[Row, ...]:
    """Before anybody is called, and where the upper half is for reading: how full the hall is."""
    hall, assist = state.link.hall, state.session.assist
    if hall is None or state.stale or not (assist.large and assist.low):
        return ()
    windows = sum(window.status != "closed" for window in hall.windows)
    return (
        Row("waiting", words("row.waiting"), words.count("people", sum(queue.waiting for queue in queues(state)))),
        Row("windows", words("row.windows"), words.count("windows", windows) if windows else words("windows.none")),
    )


def _board(state: State, words: Words) -> Board | None:
    """The numbers that are at windows, the latest called first."""
    hall = state.link.hall
    if hall is None or state.stale:
        return None
    at_windows = [window for window in hall.windows if window.number and window.called_at]
    at_windows.sort(key=lambda window: window.called_at or "", reverse=True)
    calls = tuple(
        (window.number or "", words("board.window", window=window.label)) for window in at_windows[:_BOARD_CALLS]
    )
    return Board(words("board.title"), calls) if calls else None
