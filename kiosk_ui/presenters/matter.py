"""One matter before its number is drawn: what it is, who is ahead, how long, and what stands against it. Pure."""

from __future__ import annotations

from hall_daemon.wire.messages import ServiceState
from kiosk_ui.presenters import page
from kiosk_ui.presenters.figures import as_of, closed_advice, closed_words, in_language, line_rows, minutes
from kiosk_ui.presenters.news import day_of_queue
from kiosk_ui.presenters.page import Button, Note, Row
from kiosk_ui.state import State
from kiosk_ui.state import events as e
from kiosk_ui.state.model import printer_works, queue_for, queue_of
from kiosk_ui.state.steps import Matter
from kiosk_ui.words import Words


def matter_page(state: State, words: Words, step: Matter, service: ServiceState) -> page.Matter:
    queue, line = queue_of(state, service.queue), queue_for(state, service)
    waits = line is not None and service.open and not state.stale
    return page.Matter(
        badge=queue.prefix if queue else "",
        title=in_language(words, service.name),
        rows=_rows(state, words, service),
        notes=_notes(state, words, step, service),
        as_of=as_of(state, words) if waits else "",
        chart=day_of_queue(state, words, line) if line is not None and waits else None,
    )


def matter_actions(state: State, words: Words, step: Matter, service: ServiceState) -> tuple[Button, ...]:
    """Nothing to press for what cannot be had."""
    if not service.open:
        return ()
    take = Button("take", words("matter.take"), e.Key.TAKE_NUMBER, "ticket")
    if not _grounds(state):
        return (take,)
    if step.ground:
        return take, Button("no-priority", words("matter.no_priority"), e.ChooseGround(""))
    priority = words("matter.priority.elder")  # as long as fits beside it
    return take, Button("priority", priority, e.Key.ASK_PRIORITY, "flag", spoken=words("matter.priority"))


def _grounds(state: State) -> bool:
    return bool(state.link.hall and state.link.hall.priority_reasons)


def _rows(state: State, words: Words, service: ServiceState) -> tuple[Row, ...]:
    queue = queue_for(state, service)
    if queue is None or not service.open:
        return ()
    line = line_rows(state, words, queue)
    if state.stale or state.session.assist.all:
        return line
    windows = words("windows", n=service.windows_open) if service.windows_open else words("windows.none")
    return (
        *line,
        Row("windows", words("row.windows"), windows),
        Row("takes", words("row.takes"), minutes(words, service.expected_s)),
    )


def _notes(state: State, words: Words, step: Matter, service: ServiceState) -> tuple[Note, ...]:
    hall = state.link.hall
    assert hall is not None, "the matter came from it"
    if not service.open:
        return (
            Note("closed", closed_words(words, hall, service), "warn"),
            Note("advice", closed_advice(words, hall, service)),
        )
    notes: list[Note] = []
    ground = hall.priority_reasons.get(step.ground)
    if ground is not None:
        notes.append(Note("ground", words("matter.ground", ground=in_language(words, ground)), "good"))
    if not state.stale and service.windows_open == 0:
        notes.append(Note("no-window", words("matter.no_window"), "warn"))
    if state.settings.printer and not printer_works(state):
        notes.append(Note("no-paper", words("matter.no_paper"), "warn"))
    return tuple(notes)
