"""Pages to choose from: queues or matters, the matters of a queue, the grounds for priority. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from hall_daemon.wire.messages import QueueView, ServiceView
from kiosk_ui.presenters.figures import closed_words, in_language, known, wait_words
from kiosk_ui.presenters.page import Board, Button, Choice, Choices, Note
from kiosk_ui.state import State
from kiosk_ui.state import events as e
from kiosk_ui.state.model import choices_per_leaf, grouped, in_queue, offered, queue_for, queue_of, queues
from kiosk_ui.words import Words

_BOARD_CALLS = 4


def first_page(state: State, words: Words) -> Choices:
    """Queues when there are more matters than a page holds, else the matters themselves."""
    if grouped(state):
        found = [_queue_choice(state, words, queue) for queue in queues(state)]
    else:
        found = [_service_choice(state, words, service) for service in offered(state)]
    hint = words("choose.hint") if found else words("choose.nothing")
    return _leaf(state, words, words("choose.title"), hint, found, notes=_closed_note(state, words),
        board=_board(state, words))  # fmt: skip


def services_page(state: State, words: Words) -> Choices:
    queue = queue_of(state, state.session.queue)
    title = in_language(words, queue.name) if queue else words("choose.title")
    found = [_service_choice(state, words, service) for service in in_queue(state, state.session.queue)]
    return _leaf(state, words, title, words("services.hint"), found)


def grounds_page(state: State, words: Words) -> Choices:
    hall = state.link.hall
    grounds = hall.priority_reasons if hall else {}
    found = [
        Choice(f"ground-{code}", "", in_language(words, ground), "", "", e.ChooseGround(code))
        for code, ground in grounds.items()
    ]
    return _leaf(state, words, words("grounds.title"), words("grounds.hint"), found)


def _leaf(
    state: State,
    words: Words,
    title: str,
    hint: str,
    found: Sequence[Choice],
    *,
    notes: tuple[Note, ...] = (),
    board: Board | None = None,
) -> Choices:
    """What one page holds; with more than that, its last place leads on."""
    per = choices_per_leaf(state)
    if len(found) <= per:
        return Choices(title, hint, tuple(found), None, notes, board)
    per -= 1
    leaves = -(-len(found) // per)
    leaf = state.session.leaf % leaves
    more = Button("more", words("choose.more", leaf=leaf + 1, leaves=leaves), e.TurnLeaf(), "more")
    return Choices(title, hint, tuple(found[leaf * per : (leaf + 1) * per]), more, notes, board)


def _queue_choice(state: State, words: Words, queue: QueueView) -> Choice:
    services = in_queue(state, queue.id)
    name, press = f"queue-{queue.id}", e.ChooseQueue(queue.id)
    title = in_language(words, queue.name)
    if all(not service.open for service in services):
        closed = _closed(state, words, services[0])
        return Choice(name, queue.prefix, title, closed, words("closed.other"), press, closed=True)
    return Choice(name, queue.prefix, title, line_words(state, words, queue), waiting_words(state, words, queue), press)


def _service_choice(state: State, words: Words, service: ServiceView) -> Choice:
    queue = queue_for(state, service)
    name, press = f"service-{service.id}", e.ChooseService(service.id)
    title = in_language(words, service.name)
    prefix = queue.prefix if queue else ""
    if not service.open:
        return Choice(name, prefix, title, _closed(state, words, service), words("closed.other"), press, closed=True)
    if queue is None:
        return Choice(name, prefix, title, "", "", press)
    return Choice(name, prefix, title, line_words(state, words, queue), waiting_words(state, words, queue), press)


def _closed(state: State, words: Words, service: ServiceView) -> str:
    hall = state.link.hall
    return closed_words(words, hall, service) if hall else ""


def line_words(state: State, words: Words, queue: QueueView) -> str:
    """People and wait in one line; nothing that is not live."""
    waiting = waiting_words(state, words, queue)
    if state.stale or (not queue.waiting and known(queue.wait)):
        return waiting
    return words("line.both", waiting=waiting, wait=wait_words(words, queue.wait))


def waiting_words(state: State, words: Words, queue: QueueView) -> str:
    if state.stale:
        return words("late.short")
    return words.count("line.waiting", queue.waiting) if queue.waiting else words("line.nobody")


def _closed_note(state: State, words: Words) -> tuple[Note, ...]:
    """Said once and large when nothing can be had."""
    services = offered(state)
    if not services or any(service.open for service in services):
        return ()
    return (Note("closed", _closed(state, words, services[0]), "warn"),)


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
