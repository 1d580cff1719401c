"""The kiosk's rules: an event makes new state and the effects it asks for. Pure; one row of a table per event.

Answers that belong to another session, or to a request that is no longer waited for, change nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from kiosk_ui.state import events as e
from kiosk_ui.state.model import About, Draw, Link, Session, Settings, State, Trouble, Watch
from kiosk_ui.state.presses import PRESSES, Outcome, draw_effect

# Figures change with every call: a few seconds are live enough, and a 304 costs nothing.
POLL_S = 3.0
# Between tries while the hall is away; the last one goes on for ever.
BACKOFF_S = (1.0, 2.0, 3.0, 5.0)
# Between tries of one draw; after the last the person is told, and may go on trying.
DRAW_RETRY_S = (0.5, 1.0, 2.0, 4.0)
# A slip is printed in seconds; a line moves in minutes.
WATCH_SLIP_S = 1.0
WATCH_S = 4.0

# The hall may still take the same request, or has taken it: try again with the same key.
TRANSIENT = frozenset({"busy", "timeout", "crowded", "rate_limited", "stopping", "too_slow", "internal"})


def start(settings: Settings, now_s: float) -> State:
    """The attract page; the first Tick asks for the hall."""
    return State(
        settings=settings,
        session=Session(language=settings.language),
        link=Link(poll_at_s=now_s),
        touched_at_s=now_s,
        now_s=now_s,
    )


def reduce(state: State, event: e.Event, now_s: float) -> Outcome:
    return _ON[type(event)](replace(state, now_s=now_s), event)


# -- time ------------------------------------------------------------------------------------------


def _tick(state: State, event: e.Tick) -> Outcome:
    effects: list[e.Effect] = []
    if state.countdown_left_s == 0:
        state = wiped(state)
    if _due(state, state.link.poll_at_s):
        effects.append(e.FetchHall(state.link.etag))
        state = replace(state, link=replace(state.link, poll_at_s=None))
    session = state.session
    draw, watch = session.draw, session.watch
    if draw is not None and _due(state, draw.retry_at_s):
        draw = draw._replace(attempt=draw.attempt + 1, retry_at_s=None)
        effects.append(draw_effect(state, draw))
        session = replace(session, draw=draw)
    if watch is not None and _due(state, watch.next_at_s):
        effects.append(e.FetchTicket(state.session_no, watch.ref))
        session = replace(session, watch=watch._replace(next_at_s=None))
    return Outcome(replace(state, session=session), tuple(effects))


def _due(state: State, at_s: float | None) -> bool:
    return at_s is not None and state.now_s >= at_s


def wiped(state: State) -> State:
    """As if nobody had been here."""
    return replace(
        state,
        session=Session(language=state.settings.language),
        session_no=state.session_no + 1,
        touched_at_s=state.now_s,
    )


# -- the person ------------------------------------------------------------------------------------


def _stirred(state: State, event: e.Stirred) -> Outcome:
    """While the countdown shows only its button counts: whoever walks past must not keep a session alive."""
    if state.countdown_left_s is not None:
        return Outcome(state)
    return Outcome(replace(state, touched_at_s=state.now_s))


def _pressed(state: State, event: e.Pressed) -> Outcome:
    state = replace(state, touched_at_s=state.now_s)
    if isinstance(event.press, e.Finish):
        return Outcome(wiped(state))
    return PRESSES[type(event.press)](state, event.press, event.spare_key)


# -- the hall --------------------------------------------------------------------------------------


def _hall_came(state: State, event: e.HallCame) -> Outcome:
    link = Link(event.hall, event.etag, state.now_s, 0, state.now_s + POLL_S)
    return Outcome(replace(state, link=link))


def _hall_same(state: State, event: e.HallSame) -> Outcome:
    link = replace(state.link, got_at_s=state.now_s, failures=0, poll_at_s=state.now_s + POLL_S)
    return Outcome(replace(state, link=link))


def _hall_lost(state: State, event: e.HallLost) -> Outcome:
    failures = state.link.failures + 1
    wait_s = BACKOFF_S[min(failures, len(BACKOFF_S)) - 1]
    return Outcome(replace(state, link=replace(state.link, failures=failures, poll_at_s=state.now_s + wait_s)))


# -- answers to the person -------------------------------------------------------------------------


def _drawn(state: State, event: e.Drawn) -> Outcome:
    draw = state.session.draw
    if draw is None or event.session != state.session_no or event.key != draw.key:
        return Outcome(state)
    session = replace(
        state.session,
        step="number",
        draw=None,
        trouble=None,
        issued=event.issued,
        issued_at_s=state.now_s,
        watch=Watch(event.issued.ticket, next_at_s=state.now_s + WATCH_SLIP_S / 2),
    )
    return Outcome(replace(state, session=session, touched_at_s=state.now_s))


def _ticket_came(state: State, event: e.TicketCame) -> Outcome:
    watch = _watched(state, event.session, event.ref)
    if watch is None:
        return Outcome(state)
    every_s = WATCH_SLIP_S if event.ticket.slip == "pending" else WATCH_S
    same = watch.view is not None and watch.view.slip == event.ticket.slip
    since_s = watch.slip_since_s if same else state.now_s
    watch = watch._replace(
        view=event.ticket, got_at_s=state.now_s, next_at_s=state.now_s + every_s, slip_since_s=since_s
    )
    session = replace(state.session, watch=watch)
    if session.cancel_key and event.ticket.state == "cancelled":
        session = _given_up(session)  # no answer came, but this is one
    return Outcome(replace(state, session=session))


def _returned(state: State, event: e.Returned) -> Outcome:
    session = state.session
    if event.session != state.session_no or event.key != session.return_key or session.watch is None:
        return Outcome(state)
    watch = session.watch._replace(next_at_s=None)
    session = replace(session, return_key="", returned=True, watch=watch)
    return Outcome(replace(state, session=session), (e.FetchTicket(state.session_no, watch.ref),))


def _slip_asked(state: State, event: e.SlipAsked) -> Outcome:
    session = state.session
    if event.session != state.session_no or event.key != session.slip_key or session.watch is None:
        return Outcome(state)
    watch = session.watch._replace(next_at_s=None)
    session = replace(session, slip_key="", watch=watch)
    return Outcome(replace(state, session=session), (e.FetchTicket(state.session_no, watch.ref),))


def _cancelled(state: State, event: e.Cancelled) -> Outcome:
    session = state.session
    if event.session != state.session_no or event.key != session.cancel_key or session.watch is None:
        return Outcome(state)
    watch = session.watch._replace(next_at_s=None)
    session = replace(_given_up(session), watch=watch)
    return Outcome(replace(state, session=session), (e.FetchTicket(state.session_no, watch.ref),))


def _given_up(session: Session) -> Session:
    """The number is over, and its page says so."""
    return replace(session, step="number", cancel_key="", cancelled=True, trouble=None)


def _refused(state: State, event: e.Refused) -> Outcome:
    words = event.problem
    if event.about != "ticket" and words.code in TRANSIENT:
        return _lost(state, e.Lost(event.session, event.about, event.ref, words.code))
    trouble = Trouble(event.about, words.code, words)
    return _in_trouble(state, event.session, event.ref, trouble)


def _lost(state: State, event: e.Lost) -> Outcome:
    if event.about == "draw":
        return _draw_failed(state, event.session, event.ref)
    return _in_trouble(state, event.session, event.ref, Trouble(event.about, "unreachable"))


def _draw_failed(state: State, session_no: int, key: str) -> Outcome:
    """The outcome is not known: try again with the same key, a few times before the person is told."""
    draw = state.session.draw
    if draw is None or session_no != state.session_no or key != draw.key:
        return Outcome(state)
    if draw.attempt > len(DRAW_RETRY_S):
        return _in_trouble(state, session_no, key, Trouble("draw", "unreachable"))
    draw = draw._replace(retry_at_s=state.now_s + DRAW_RETRY_S[draw.attempt - 1])
    return Outcome(replace(state, session=replace(state.session, draw=draw)))


def _in_trouble(state: State, session_no: int, ref: str, trouble: Trouble) -> Outcome:
    session = state.session
    if session_no != state.session_no:
        return Outcome(state)
    if trouble.about == "draw" and session.draw is not None and session.draw.key == ref:
        # A refusal is an answer: nothing was drawn, the next try is a new one. Without an answer the key stays.
        unknown = trouble.code == "unreachable"
        kept: Draw | None = session.draw._replace(attempt=1, retry_at_s=None) if unknown else None
        session = replace(session, step="problem", draw=kept, trouble=trouble)
        return Outcome(replace(state, session=session, touched_at_s=state.now_s))
    kept_in = _KEPT_IN.get(trouble.about)
    if kept_in is not None and getattr(session, kept_in) == ref:
        kept_key: dict[str, Any] = {kept_in: ref if trouble.code == "unreachable" else ""}
        return Outcome(replace(state, session=replace(session, step="problem", trouble=trouble, **kept_key)))
    watch = _watched(state, session_no, ref)
    if trouble.about == "ticket" and watch is not None:
        return _ticket_lost(state, watch, trouble)
    return Outcome(state)


# Where a session keeps the key of a press on a ticket.
_KEPT_IN: dict[About, str] = {"return": "return_key", "slip": "slip_key", "cancel": "cancel_key"}


def _ticket_lost(state: State, watch: Watch, trouble: Trouble) -> Outcome:
    """A page that has its ticket keeps it and asks again; one that has not says why."""
    session = state.session
    if watch.view is not None or session.step != "ticket":
        watch = watch._replace(next_at_s=state.now_s + WATCH_S)
        return Outcome(replace(state, session=replace(session, watch=watch)))
    return Outcome(replace(state, session=replace(session, step="problem", watch=None, trouble=trouble)))


def _watched(state: State, session_no: int, ref: str) -> Watch | None:
    watch = state.session.watch
    return watch if watch is not None and session_no == state.session_no and ref == watch.ref else None


_ON: dict[type[e.Event], Callable[[State, Any], Outcome]] = {
    e.Tick: _tick,
    e.Stirred: _stirred,
    e.Pressed: _pressed,
    e.HallCame: _hall_came,
    e.HallSame: _hall_same,
    e.HallLost: _hall_lost,
    e.Drawn: _drawn,
    e.TicketCame: _ticket_came,
    e.Returned: _returned,
    e.SlipAsked: _slip_asked,
    e.Cancelled: _cancelled,
    e.Refused: _refused,
    e.Lost: _lost,
}
