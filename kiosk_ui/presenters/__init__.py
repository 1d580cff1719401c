"""Presenters: view state in, what the page says out. No Qt, no clock, no socket; every branch is tested."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from kiosk_ui.presenters import choose, frame, lookup, matter, notice, number
from kiosk_ui.presenters.page import Body, Button, Note, Page
from kiosk_ui.state import Language, State
from kiosk_ui.state.model import may_cancel, service_of
from kiosk_ui.words import Words


class _Shown(NamedTuple):
    name: str
    body: Body
    actions: tuple[Button, ...] = ()
    nav: tuple[Button, ...] = ()
    banner: Note | None = None


# Without the hall these have nothing true to show.
_NEEDS_HALL = frozenset({"choose", "services", "matter", "grounds", "lookup"})


def present(state: State, languages: Mapping[Language, Words]) -> Page:
    """The whole page for this state."""
    words = languages[state.session.language]
    shown = _shown(state, words)
    return Page(
        name=shown.name,
        language=state.session.language,
        assist=state.session.assist,
        header=frame.header(state, words),
        banner=shown.banner,
        body=shown.body,
        actions=shown.actions,
        nav=(*shown.nav, frame.other_language(state, languages)),
        toggles=frame.toggles(state, words),
        countdown=frame.countdown(state, words),
    )


def _shown(state: State, words: Words) -> _Shown:
    session = state.session
    if session.step in _NEEDS_HALL and (state.away or state.link.hall is None):
        if state.away:
            return _Shown("away", notice.away(words))
        return _Shown("starting", notice.starting(words))
    home, back, late = frame.home(words), frame.back(words), frame.late_banner(state, words)
    if session.step == "drawing":
        return _Shown("drawing", notice.drawing(state, words))
    if session.step == "problem" and session.trouble is not None:
        actions = notice.problem_actions(words, session.trouble)
        return _Shown("problem", notice.problem(words, session.trouble), actions, (back, home))
    if session.step == "cancelling" and session.issued is not None:
        return _Shown("cancelling", notice.cancelling(words, session.issued))
    if session.step == "cancel" and session.issued is not None and may_cancel(session):
        body = notice.cancel(state, words, session.issued)
        return _Shown("cancel", body, notice.cancel_actions(words), (), number.watch_banner(state, words))
    if session.step in ("number", "cancel") and session.issued is not None:
        drawn = number.drawn_page(state, words, session.issued)
        nav = (frame.cancel(words),) if may_cancel(session) else ()
        return _Shown("number", drawn, number.drawn_actions(state, words), nav, number.watch_banner(state, words))
    if session.step == "ticket" and session.watch is not None:
        view = session.watch.view
        if view is None:
            return _Shown("searching", notice.searching(state, words), (), (back, home))
        actions = number.ticket_actions(state, words, view)
        banner = number.watch_banner(state, words)
        return _Shown("ticket", number.ticket_page(state, words, view), actions, (back, home), banner)
    if session.step == "lookup":
        return _Shown("lookup", lookup.lookup_page(state, words), lookup.lookup_actions(state, words), (home,), late)
    if session.step == "grounds":
        return _Shown("grounds", choose.grounds_page(state, words), (), (back, home), late)
    service = service_of(state, session.service)
    if session.step == "matter" and service is not None:
        actions = matter.matter_actions(state, words, service)
        return _Shown("matter", matter.matter_page(state, words, service), actions, (back, home), late)
    if session.step == "services":
        return _Shown("services", choose.services_page(state, words), (), (back, home), late)
    return _Shown("choose", choose.first_page(state, words), (), (frame.lookup(words),), late)
