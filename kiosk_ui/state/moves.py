"""A review that goes on elsewhere: from here to a phone, from a phone to here. Pure.

By a code alone nobody gets anything: both sides show the same two digits, and who gives it away says that they are the
same. A phone then has a secret of its own, and what is here opens nothing any more.
"""

from __future__ import annotations

from dataclasses import replace

from hall_daemon.wire import bodies
from hall_daemon.wire import uploads as u
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.drafts import Case
from kiosk_ui.state.model import State
from kiosk_ui.state.outcome import Outcome, Table, ask, heard, on

LOOK_S = 2.0


# -- to a phone ------------------------------------------------------------------------------------


def may_go(step: s.Step) -> bool:
    """Whose secret is here can be given away."""
    if isinstance(step, s.Papers):
        return step.draft.case is not None and not step.draft.walk
    return isinstance(step, s.Review) and bool(step.case.token)


def give(state: State, step: s.AskedLeave | s.Review | s.Moving, press: e.Key, key: str) -> Outcome:
    """A code, or a new one."""
    before = step if isinstance(step, s.Review) else step.before
    if not isinstance(before, s.Papers | s.Review) or not may_go(before):
        return Outcome(state)
    case = before.case if isinstance(before, s.Review) else before.draft.case
    asked = ask(state, "move", key, case=case, body=bodies.NoBody())
    return on(state, s.Waiting(before, asked), asked)


def offered(state: State, waiting: s.Waiting, said: u.MoveOffer) -> Outcome:
    before, case = waiting.before, waiting.asked.case
    assert isinstance(before, s.Papers | s.Review), "it goes from there"
    assert case is not None, "it is a case"
    now_s = state.now_s
    return on(state, s.Moving(before=before, case=case, url=said.url, good_s=float(said.good_s), offered_at_s=now_s,
        next_at_s=now_s + LOOK_S))


def agree(state: State, step: s.Moving, press: e.Key, key: str) -> Outcome:
    if not step.number or step.agreed:
        return Outcome(state)
    asked = ask(state, "agree", key, case=step.case, body=bodies.NoBody())
    return on(state, replace(step, agreed=True, next_at_s=state.now_s + LOOK_S), asked)


def stay(state: State, step: s.Moving, press: e.Key, key: str) -> Outcome:
    """Until both agreed it stays here."""
    if step.agreed:
        return Outcome(state)
    return on(state, step.before, ask(state, "stay", key, case=step.case))


def moved(state: State, step: s.Moving, said: u.MoveState) -> Outcome:
    if said.state == "moved":
        return on(state, s.Taken(step.case.review))
    if said.state == "none":  # its time is over
        return on(state, replace(step, url="", number="", agreed=False, next_at_s=state.now_s + LOOK_S))
    state = replace(state, touched_at_s=state.now_s) if said.number != step.number else state
    agreed, next_at_s = said.state == "confirmed", state.now_s + LOOK_S
    return on(state, replace(step, number=said.number, agreed=agreed, next_at_s=next_at_s))


# -- from a phone ----------------------------------------------------------------------------------


def claimed(state: State, waiting: s.Waiting, said: u.MoveClaim) -> Outcome:
    brings = waiting.before.number if isinstance(waiting.before, s.FindReview) else ""
    return on(state, s.Arriving(token=said.token, number=said.number, title=said.title, brings=brings,
        next_at_s=state.now_s + LOOK_S))


def collected(state: State, step: s.Arriving, said: u.Collected) -> Outcome:
    if said.state != "yours":
        return on(state, replace(step, next_at_s=state.now_s + LOOK_S))
    asked = ask(state, "review", "arrived", case=Case(said.review, said.token, 0, kept=True))
    return on(state, s.Waiting(_before(step), asked), asked)


def _before(step: s.Arriving) -> s.Home | s.FindReview:
    """Who holds a number looks for the review that it is brought to."""
    return s.FindReview(number=step.brings) if step.brings else s.FIRST


def turn_away(state: State, step: s.Arriving, press: e.Key, key: str) -> Outcome:
    return on(state, _before(step))


# -- both ------------------------------------------------------------------------------------------


def told(state: State, step: s.Moving | s.Arriving, said: object) -> Outcome:
    if isinstance(step, s.Moving) and isinstance(said, u.MoveState):
        return moved(state, step, said)
    if isinstance(step, s.Arriving) and isinstance(said, u.Collected):
        return collected(state, step, said)
    return Outcome(state)


def failed(state: State, step: s.Moving | s.Arriving, trouble: s.Trouble) -> Outcome:
    """Who is answered that there is no such review any more has given it away; a code that is too old is none."""
    if trouble.code == "unreachable":
        return on(state, replace(step, next_at_s=state.now_s + LOOK_S))
    if isinstance(step, s.Moving) and step.agreed and trouble.code == "unknown_review":
        return on(state, s.Taken(step.case.review))
    if isinstance(step, s.Moving):
        return on(state, replace(step, url="", number="", agreed=False, next_at_s=None))
    return heard(on(state, _before(step)).state, "too_late")


def looked(state: State, step: s.Moving | s.Arriving) -> Outcome:
    waiting = replace(step, next_at_s=None)
    if isinstance(step, s.Moving):
        return on(state, waiting, ask(state, "moved", "look", case=step.case))
    return on(state, waiting, ask(state, "collect", "look", body=u.CollectBody(token=step.token)))


AT: Table = {
    (s.AskedLeave, e.Key.TAKE_ALONG): give,
    (s.Review, e.Key.TAKE_ALONG): give,
    (s.Moving, e.Key.NEW_CODE): give,
    (s.Moving, e.Key.SAME_NUMBER): agree,
    (s.Moving, e.Key.BACK): stay,
    (s.Arriving, e.Key.BACK): turn_away,
}
