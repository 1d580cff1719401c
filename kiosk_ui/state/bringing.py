"""A number that somebody holds already comes to their pre-review: it keeps its place, and goes to the fast window.

Its slip's code is read here, as nobody may bring a number that they only know: on the page of the review, or on that of
the number, from where the review is looked up. Pure.
"""

from __future__ import annotations

from dataclasses import replace

from hall_daemon.wire import reviews as r
from hall_daemon.wire.own_reviews import BringBody
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.model import State
from kiosk_ui.state.outcome import Outcome, Table, ask, on


def may_come(state: State, step: s.Ticket) -> bool:
    """Whether a pre-review may be looked up for the number that is shown: its slip was read here, it still waits, and
    one of its matters can be pre-reviewed."""
    view = step.watch.view
    if not step.read_here or view is None or view.prepared or view.state not in ("waiting", "missed"):
        return False
    return bool({guide.service for guide in state.library.with_forms} & set(view.services))


def may_be_read(step: s.Review) -> bool:
    return bool(step.view.numbers_of)


def look_for_review(state: State, step: s.Ticket, press: e.Key, key: str) -> Outcome:
    return on(state, s.FindReview(number=step.watch.ref)) if may_come(state, step) else Outcome(state)


def bring(state: State, step: s.Review, token: str, key: str) -> Outcome:
    if not may_be_read(step):
        return Outcome(state)
    body = BringBody(ticket=token[:64], id_number="" if step.case.token else step.case.person)
    asked = ask(state, "bring", key, case=step.case, body=body)
    return on(state, s.Waiting(step, asked), asked)


def brought(state: State, waiting: s.Waiting, said: r.ReviewView) -> Outcome:
    step = waiting.before
    assert isinstance(step, s.Review), "it is brought there"
    case = step.case._replace(version=said.version)
    return on(replace(state, touched_at_s=state.now_s), replace(step, view=said, case=case))


AT: Table = {(s.Ticket, e.Key.BRING): look_for_review}
