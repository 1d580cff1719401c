"""Going on with a review that somebody came back to: they show whose it is, and the hall gives back what was filled in.

Who only typed two numbers sees how it stands. What was filled in comes back to who lays the card that it was sent with
on this kiosk's reader, or has the review's own secret and says the number. Pure.
"""

from __future__ import annotations

from dataclasses import replace

from hall_daemon.wire import forms as f
from hall_daemon.wire import own_reviews as o
from hall_daemon.wire import reviews as r
from kiosk_ui.state import drafts
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.finding import PERSON_DIGITS
from kiosk_ui.state.model import State
from kiosk_ui.state.outcome import Outcome, Table, ask, on


def begin(state: State, step: s.Review, key: str, at: int = -1) -> Outcome:
    """A draft is anybody's who has its secret; what was sent asks whose it is. `at`: the entry that is to be mended."""
    prove = s.Prove(review=step, person=step.case.person if step.case.token else "", at=at)
    if step.case.token and (step.view.state == "draft" or prove.person):
        return _form(state, prove, key)
    return on(state, prove)


def may_type(step: s.Prove) -> bool:
    """Who has no secret of it has to lay the card here."""
    return bool(step.review.case.token)


def type_digit(state: State, step: s.Prove, press: e.TypeKey, key: str) -> Outcome:
    if not may_type(step):
        return Outcome(state)
    return on(state, replace(step, person=(step.person + press.key)[:PERSON_DIGITS]))


def erase(state: State, step: s.Prove, press: e.Key, key: str) -> Outcome:
    return on(state, replace(step, person=step.person[:-1]))


def clear(state: State, step: s.Prove, press: e.Key, key: str) -> Outcome:
    return on(state, replace(step, person=""))


def go_on(state: State, step: s.Prove, press: e.Key, key: str) -> Outcome:
    ready = may_type(step) and len(step.person) == PERSON_DIGITS
    return _form(state, step, key) if ready else Outcome(state)


def back(state: State, step: s.Prove, press: e.Key, key: str) -> Outcome:
    return on(state, step.review)


def by_card(state: State, step: s.Prove, number: str, n: int) -> Outcome:
    """The hall has seen that card itself, as its reading `n`."""
    step, key = replace(step, person=number.upper()), f"card-{n}"
    if may_type(step):
        return _form(state, step, key)
    asked = ask(state, "lend", key, case=step.review.case, body=o.CardBody(reading=n))
    return on(state, s.Waiting(step, asked), asked)


def lent(state: State, waiting: s.Waiting, said: o.LentReview) -> Outcome:
    step = waiting.before
    assert isinstance(step, s.Prove), "it is asked for there"
    case = step.review.case._replace(token=said.token, person=step.person)
    return _form(state, replace(step, review=replace(step.review, case=case)), f"{waiting.asked.key}-f"[:64])


def _form(state: State, step: s.Prove, key: str) -> Outcome:
    """Of the edition that the review began with."""
    view = step.review.view
    asked = ask(state, "form", key, ref=f"{view.form}?edition={view.edition}" if view.edition else view.form)
    return on(state, s.Waiting(step, asked), asked)


def form_came(state: State, waiting: s.Waiting, said: f.FormView) -> Outcome:
    step = waiting.before
    assert isinstance(step, s.Prove), "it is asked for there"
    body = r.WhoBody(id_number=step.person)
    asked = ask(state, "answers", f"{waiting.asked.key}-a"[:64], case=step.review.case, body=body)
    return on(state, s.Waiting(replace(step, form=said), asked), asked)


def answers_came(state: State, waiting: s.Waiting, said: r.AnswersView) -> Outcome:
    """Everything is there again: to the last look, where what is to be mended comes first."""
    step, day = waiting.before, state.link.hall.day if state.link.hall else ""
    assert isinstance(step, s.Prove), "they are asked for there"
    assert step.form is not None, "it came before them"
    review = step.review
    begun = drafts.begun(review.view.matter, step.form, day, walk=False)
    if begun is None:
        return on(state, review)
    case = review.case._replace(version=said.version, kept=True)
    guide = review.before or s.Guide(review.view.matter, s.Guides())
    return on(state, s.Check(draft=drafts.resumed(begun, said, case, review.view), before=guide))


AT: Table = {
    (s.Prove, e.TypeKey): type_digit,
    (s.Prove, e.Key.ERASE): erase,
    (s.Prove, e.Key.CLEAR): clear,
    (s.Prove, e.Key.FIND): go_on,
    (s.Prove, e.Key.BACK): back,
}
