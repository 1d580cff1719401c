"""What each answer of the hall to the person does, as a table: event -> new state and effects. Pure.

Answers that belong to another session, or to a request that is no longer waited for, change nothing; but a call for a
person outlives the session in which it was made, and goes by its key.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, get_args

from kiosk_ui.state import browsing, cases, helping, rating, topics
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.model import State
from kiosk_ui.state.presses import Outcome, on

# Between tries of one draw; after the last the person is told, and may go on trying.
DRAW_RETRY_S = (0.5, 1.0, 2.0, 4.0)
# So long nobody waits for a number with nothing to touch; a hall that hangs takes seconds for each try.
DRAW_PATIENCE_S = 12.0
# A slip is printed in seconds; a line moves in minutes.
WATCH_SLIP_S = 1.0
WATCH_S = 4.0

# The hall may still take the same request, or has taken it: try again with the same key.
TRANSIENT = frozenset({"busy", "timeout", "crowded", "rate_limited", "stopping", "too_slow", "internal"})

# The hall does not take what this kiosk proves itself with, or gives it no right.
UNKNOWN = frozenset({"log_in_needed", "bad_credential", "not_allowed"})


def answered(state: State, event: e.Answer) -> Outcome:
    mine = event.session == state.session_no or helping.is_of_a_call(event)
    return _ON[type(event)](state, event) if mine else Outcome(state)


# -- what was asked for happened -------------------------------------------------------------------


def _drawn(state: State, event: e.Drawn) -> Outcome:
    step = state.session.step
    if not isinstance(step, s.Drawing) or event.key != step.draw.key:
        return Outcome(state)
    watch = s.Watch(event.issued.ticket, next_at_s=state.now_s + WATCH_SLIP_S / 2)
    number = s.Number(issued=event.issued, issued_at_s=state.now_s, watch=watch)
    return on(replace(state, touched_at_s=state.now_s), number)


def _ticket_came(state: State, event: e.TicketCame) -> Outcome:
    step = state.session.step
    ticket = s.followed(step)
    if ticket is None or event.ref != ticket.watch.ref:
        return Outcome(state)
    watch, now_s = ticket.watch, state.now_s
    every_s = WATCH_SLIP_S if event.ticket.slip == "pending" else WATCH_S
    same = watch.view is not None and watch.view.slip == event.ticket.slip
    since_s = watch.slip_since_s if same else now_s
    ticket = replace(ticket, watch=s.Watch(watch.ref, event.ticket, now_s, now_s + every_s, since_s))
    if isinstance(ticket, s.Number) and ticket.cancel_key and event.ticket.state == "cancelled":
        return on(state, _given_up(ticket))  # no answer came, but this is one
    return on(state, s.following(step, ticket))


def _press_taken(state: State, event: e.PressTaken) -> Outcome:
    ticket = _pressed_with(state, event.about, event.key)
    if ticket is None:
        return Outcome(state)
    if isinstance(ticket, s.Number) and event.about == "cancel":
        return _look_again(state, _given_up(ticket))
    done: dict[str, Any] = {_KEPT_IN[event.about]: ""}
    if event.about == "return":
        done["returned"] = True
    return _look_again(state, s.following(state.session.step, replace(ticket, **done)))


def _pressed_with(state: State, about: s.About, key: str) -> s.Followed | None:
    """The ticket that is shown, if it waits for the answer to this press."""
    ticket = s.followed(state.session.step)
    return ticket if ticket is not None and getattr(ticket, _KEPT_IN[about], "") == key else None


def _given_up(number: s.Number) -> s.Number:
    """The number is over, and its page says so."""
    return replace(number, cancel_key="", cancelled=True)


def _look_again(state: State, step: s.Step) -> Outcome:
    """Something was done with the ticket: what the hall says of it now."""
    ticket = s.followed(step)
    assert ticket is not None, "it was done with one"
    asked = e.FetchTicket(state.session_no, ticket.watch.ref)
    return on(state, s.watching(step, ticket.watch._replace(next_at_s=None)), asked)


# -- it did not ------------------------------------------------------------------------------------


def _refused(state: State, event: e.Refused) -> Outcome:
    words = event.problem
    if event.about != "ticket" and words.code in TRANSIENT:
        return _lost(state, e.Lost(event.session, event.about, event.ref, words.code))
    return _FAILED[event.about](state, event.ref, s.Trouble(event.about, words.code, words))


def _lost(state: State, event: e.Lost) -> Outcome:
    return _FAILED[event.about](state, event.ref, s.Trouble(event.about, "unreachable"))


def _draw_failed(state: State, key: str, trouble: s.Trouble) -> Outcome:
    """A refusal is an answer: nothing was drawn, the next try is a new one. Without an answer the outcome is not
    known: try again with the same key, a few times before the person is told."""
    session = state.session
    step = session.step
    if not isinstance(step, s.Drawing) or key != step.draw.key:
        return Outcome(state)
    unknown = trouble.code == "unreachable"
    draw = step.draw
    patient = step.begun_s is None or state.now_s - step.begun_s < DRAW_PATIENCE_S
    if unknown and patient and draw.attempt <= len(DRAW_RETRY_S):
        retry_at_s = state.now_s + DRAW_RETRY_S[draw.attempt - 1]
        return on(state, replace(step, draw=draw._replace(retry_at_s=retry_at_s)))
    kept = (draw._replace(attempt=1, retry_at_s=None),) if unknown else ()
    session = replace(session, step=s.Problem(trouble, step.matter), unsettled=(*session.unsettled, *kept))
    return Outcome(replace(state, session=session, touched_at_s=state.now_s))


def _press_failed(state: State, key: str, trouble: s.Trouble) -> Outcome:
    """Without an answer the key stays."""
    ticket = _pressed_with(state, trouble.about, key)
    if ticket is None:
        return Outcome(state)
    kept: dict[str, Any] = {_KEPT_IN[trouble.about]: key if trouble.code == "unreachable" else ""}
    return on(state, s.Problem(trouble, replace(ticket, **kept)))


# Where a ticket's step keeps the key of a press.
_KEPT_IN: dict[s.About, str] = {"return": "return_key", "slip": "slip_key", "cancel": "cancel_key"}


def _ticket_failed(state: State, ref: str, trouble: s.Trouble) -> Outcome:
    """A page that has its ticket keeps it and asks again; one that has not says why."""
    step = state.session.step
    ticket = s.followed(step)
    if ticket is None or ref != ticket.watch.ref:
        return Outcome(state)
    if isinstance(step, s.Ticket) and step.watch.view is None:
        return on(state, s.Problem(trouble, s.LookUp(ref)))
    return on(state, s.watching(step, ticket.watch._replace(next_at_s=state.now_s + WATCH_S)))


_FAILED: dict[s.About, Callable[[State, str, s.Trouble], Outcome]] = {
    "draw": _draw_failed,
    "ticket": _ticket_failed,
    "return": _press_failed,
    "slip": _press_failed,
    "cancel": _press_failed,
    "guide": browsing.guide_failed,
    "picture": topics.picture_failed,
    "search": browsing.search_failed,
    "help": helping.failed,
    "helper": helping.not_seen,
    "rate": rating.failed,
    **dict.fromkeys(get_args(s.CaseAbout), cases.failed),
}
_ON: dict[type[e.Answer], Callable[[State, Any], Outcome]] = {
    e.Drawn: _drawn,
    e.TicketCame: _ticket_came,
    e.PressTaken: _press_taken,
    e.GuideCame: browsing.guide_came,
    e.PictureCame: topics.picture_came,
    e.HelpCalled: helping.called,
    e.HelpSeen: helping.seen,
    e.MattersFound: browsing.matters_found,
    e.CaseTold: cases.told,
    e.VisitRated: rating.rated,
    e.Refused: _refused,
    e.Lost: _lost,
}
