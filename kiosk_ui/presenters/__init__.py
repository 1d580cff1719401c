"""Presenters: view state in, what the page says out. No Qt, no clock, no socket; every branch is tested."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from hall_daemon.words.text import CHINESE
from kiosk_ui.presenters import choose, frame, lookup, matter, notice, number
from kiosk_ui.presenters.page import Body, Button, Note, Page
from kiosk_ui.state import Language, State
from kiosk_ui.state import steps as s
from kiosk_ui.state.model import service_of
from kiosk_ui.words import Words


class _Shown(NamedTuple):
    name: str
    body: Body
    actions: tuple[Button, ...] = ()
    nav: tuple[Button, ...] = ()
    banner: Note | None = None


def present(state: State, languages: Mapping[Language, Words]) -> Page:
    """The whole page for this state."""
    language = state.session.language if state.session.language in languages else CHINESE
    words = languages[language]
    shown = _without_hall(state, words) or _PAGES[type(state.session.step)](state, words, state.session.step)
    return Page(
        name=shown.name,
        screen_mm=state.settings.screen_mm,
        language=language,
        assist=state.session.assist,
        header=frame.header(state, words),
        banner=shown.banner,
        body=shown.body,
        actions=shown.actions,
        nav=(*shown.nav, frame.other_language(state, languages)),
        toggles=frame.toggles(state, words),
        countdown=frame.countdown(state, words),
    )


# Without the hall these have nothing true to show.
_NEEDS_HALL = (s.Choose, s.Services, s.Matter, s.Grounds, s.LookUp)


def _without_hall(state: State, words: Words) -> _Shown | None:
    if not isinstance(state.session.step, _NEEDS_HALL):
        return None
    if state.away:
        return _Shown("unknown", notice.unknown(words)) if state.link.refused else _Shown("away", notice.away(words))
    if state.own.refusal is not None:
        return _Shown("refused", notice.refused(words, state.own.refusal))
    if state.link.hall is None or not state.own.known:
        return _Shown("starting", notice.starting(words))
    return None


def _choose(state: State, words: Words, step: s.Step) -> _Shown:
    late = frame.late_banner(state, words)
    return _Shown("choose", choose.first_page(state, words), (), (frame.lookup(words),), late)


def _services(state: State, words: Words, step: s.Services) -> _Shown:
    late = frame.late_banner(state, words)
    return _Shown("services", choose.services_page(state, words, step), (), _back_and_home(words), late)


def _matter(state: State, words: Words, step: s.Matter) -> _Shown:
    service = service_of(state, step.service)
    if service is None:
        return _choose(state, words, step)
    body = matter.matter_page(state, words, step, service)
    actions = matter.matter_actions(state, words, step, service)
    return _Shown("matter", body, actions, _back_and_home(words), frame.late_banner(state, words))


def _grounds(state: State, words: Words, step: s.Grounds) -> _Shown:
    late = frame.late_banner(state, words)
    return _Shown("grounds", choose.grounds_page(state, words, step), (), _back_and_home(words), late)


def _drawing(state: State, words: Words, step: s.Drawing) -> _Shown:
    return _Shown("drawing", notice.drawing(words, step.draw))


def _number(state: State, words: Words, step: s.Number) -> _Shown:
    body = number.drawn_page(state, words, step)
    nav = (frame.cancel(words),) if s.may_cancel(step) else ()
    banner = number.watch_banner(state, words, step)
    return _Shown("number", body, number.drawn_actions(state, words, step), nav, banner)


def _asked_cancel(state: State, words: Words, step: s.AskedCancel) -> _Shown:
    if not s.may_cancel(step.number):
        return _number(state, words, step.number)
    banner = number.watch_banner(state, words, step.number)
    return _Shown("cancel", notice.cancel(words, step.number), notice.cancel_actions(words), (), banner)


def _cancelling(state: State, words: Words, step: s.Cancelling) -> _Shown:
    return _Shown("cancelling", notice.cancelling(words, step.number.issued))


def _lookup(state: State, words: Words, step: s.LookUp) -> _Shown:
    body, actions = lookup.lookup_page(state, words, step), lookup.lookup_actions(state, words, step)
    return _Shown("lookup", body, actions, (frame.home(words),), frame.late_banner(state, words))


def _ticket(state: State, words: Words, step: s.Ticket) -> _Shown:
    view = step.watch.view
    if view is None:
        return _Shown("searching", notice.searching(words, step.watch), (), _back_and_home(words))
    actions = number.ticket_actions(state, words, step, view)
    banner = number.watch_banner(state, words, step)
    return _Shown("ticket", number.ticket_page(state, words, step, view), actions, _back_and_home(words), banner)


def _problem(state: State, words: Words, step: s.Problem) -> _Shown:
    actions = notice.problem_actions(words, step.trouble)
    return _Shown("problem", notice.problem(words, step.trouble), actions, _back_and_home(words))


def _back_and_home(words: Words) -> tuple[Button, ...]:
    return frame.back(words), frame.home(words)


_PAGES: dict[type[s.Step], Callable[[State, Words, Any], _Shown]] = {
    s.Choose: _choose,
    s.Services: _services,
    s.Matter: _matter,
    s.Grounds: _grounds,
    s.Drawing: _drawing,
    s.Number: _number,
    s.AskedCancel: _asked_cancel,
    s.Cancelling: _cancelling,
    s.LookUp: _lookup,
    s.Ticket: _ticket,
    s.Problem: _problem,
}
