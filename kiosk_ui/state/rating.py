"""How a visit was: its holder, whose slip lay on the reader, says it once, and of a low level also why. Pure.

Nothing is sent before a level is touched, nor one of the two lowest before the page of its reasons is sent off.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.model import State
from kiosk_ui.state.outcome import Outcome, Table, on

# The best first; with the two lowest one may say why.
LEVELS = (5, 4, 3, 2, 1)
LOW_LEVELS = (2, 1)


def may_rate(step: s.Ticket) -> bool:
    """The hall says so to who asks with the ticket's own secret only."""
    return step.watch.view is not None and step.watch.view.rating == "open"


def open_(state: State, step: s.Ticket, press: e.Key, key: str) -> Outcome:
    return on(state, s.Rate(ticket=step)) if may_rate(step) else Outcome(state)


def choose_level(state: State, step: s.Rate, press: e.ChooseLevel, key: str) -> Outcome:
    if step.key or step.level or press.level not in LEVELS:
        return Outcome(state)
    chosen = replace(step, level=press.level)
    return on(state, chosen) if press.level in LOW_LEVELS else send(state, chosen, e.Key.SEND, key)


def choose_reason(state: State, step: s.Rate, press: e.ChooseReason, key: str) -> Outcome:
    """One more, or that one no more."""
    if step.key or step.level not in LOW_LEVELS:
        return Outcome(state)
    others = tuple(reason for reason in step.reasons if reason != press.reason)
    return on(state, replace(step, reasons=others if len(others) < len(step.reasons) else (*others, press.reason)))


def send(state: State, step: s.Rate, press: e.Key, key: str) -> Outcome:
    if step.key or not step.level:
        return Outcome(state)
    effect = e.RateVisit(state.session_no, key, step.ticket.watch.ref, step.level, step.reasons)
    return on(state, replace(step, key=key), effect)


def try_again(state: State, step: s.Rate, press: e.Key, key: str) -> Outcome:
    """With the key of what nobody knows whether it was kept: then it is kept once."""
    if step.trouble is None or step.trouble.code != "unreachable":
        return Outcome(state)
    return send(state, replace(step, key="", trouble=None), e.Key.SEND, step.key)


def back(state: State, step: s.Rate, press: e.Key, key: str) -> Outcome:
    """From why to how, from there to the ticket, as from an answer that is no; what is out is waited for."""
    if step.key and step.trouble is None:
        return Outcome(state)
    if step.level and step.trouble is None:
        return on(state, s.Rate(ticket=step.ticket))
    watch = step.ticket.watch._replace(next_at_s=state.now_s)  # nobody followed it meanwhile
    return on(state, replace(step.ticket, watch=watch))


def rated(state: State, event: e.VisitRated) -> Outcome:
    return _answered(state, event.key, s.Rated())


def failed(state: State, key: str, trouble: s.Trouble) -> Outcome:
    step = _asked(state)
    return _answered(state, key, replace(step, trouble=trouble)) if isinstance(step, s.Rate) else Outcome(state)


def _asked(state: State) -> s.Step:
    """The page that waits for an answer, also while its person calls for somebody."""
    step = state.session.step
    return step.before if isinstance(step, s.Help) else step


def _answered(state: State, key: str, then: s.Step) -> Outcome:
    step, asked = state.session.step, _asked(state)
    if not isinstance(asked, s.Rate) or not asked.key or asked.key != key:
        return Outcome(state)
    return on(state, replace(step, before=then) if isinstance(step, s.Help) else then)


AT: Table = {
    (s.Ticket, e.Key.RATE): open_,
    (s.Rate, e.ChooseLevel): choose_level,
    (s.Rate, e.ChooseReason): choose_reason,
    (s.Rate, e.Key.SEND): send,
    (s.Rate, e.Key.TRY_AGAIN): try_again,
    (s.Rate, e.Key.BACK): back,
}
