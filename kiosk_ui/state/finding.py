"""A pre-review looked up by its number and that of one's own paper, on keys of digits. Pure; both go with the step."""

from __future__ import annotations

from dataclasses import replace

from hall_daemon.wire import reviews as r
from hall_daemon.wire.own_reviews import CardBody, OwnReview
from kiosk_ui.state import bringing
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.drafts import Case
from kiosk_ui.state.model import State
from kiosk_ui.state.outcome import Outcome, Table, ask, on

# YS-20261128-000012: the digits of a day and of a count, and an ID number.
NUMBER_DIGITS, PERSON_DIGITS = 14, 18


def open_review(
    state: State, step: s.LookUp | s.LookUps | s.CheckIn | s.Guides, press: e.Key, key: str
) -> Outcome:
    return on(state, s.FindReview(before=step))


def type_digit(state: State, step: s.FindReview, press: e.TypeKey, key: str) -> Outcome:
    if len(step.typed) < NUMBER_DIGITS:
        return on(state, replace(step, typed=step.typed + press.key)) if press.key.isdigit() else Outcome(state)
    return on(state, replace(step, person=(step.person + press.key)[:PERSON_DIGITS]))


def erase_digit(state: State, step: s.FindReview, press: e.Key, key: str) -> Outcome:
    if step.person:
        return on(state, replace(step, person=step.person[:-1]))
    return on(state, replace(step, typed=step.typed[:-1]))


def clear_digits(state: State, step: s.FindReview, press: e.Key, key: str) -> Outcome:
    return on(state, replace(step, person="") if step.person else replace(step, typed=""))


def back_from_find(state: State, step: s.FindReview, press: e.Key, key: str) -> Outcome:
    return on(state, replace(step, typed="", person="") if step.typed else step.before)


def find_review(state: State, step: s.FindReview, press: e.Key, key: str) -> Outcome:
    if len(step.person) < PERSON_DIGITS:
        return Outcome(state)
    asked = ask(state, "find", key, ref=review_number(step.typed), body=r.WhoBody(id_number=step.person))
    return on(state, s.Waiting(step, asked), asked)


def review_number(typed: str) -> str:
    return f"YS-{typed[:8]}-{typed[8:]}" if len(typed) > 8 else f"YS-{typed}"


def found(state: State, waiting: s.Waiting, said: r.ReviewView) -> Outcome:
    before = waiting.before
    assert isinstance(before, s.FindReview), "it is looked up there"
    case = Case(said.review, "", said.version, before.person, kept=True)
    return _shown(state, case, said, before.number, waiting.asked.key)


def opened(state: State, waiting: s.Waiting, said: r.ReviewView) -> Outcome:
    """By its own secret, which a phone showed or handed over."""
    case = waiting.asked.case
    assert case is not None, "it was asked for with it"
    number = waiting.before.number if isinstance(waiting.before, s.FindReview) else ""
    return _shown(state, case._replace(version=said.version), said, number, waiting.asked.key)


def by_card(state: State, step: s.Home | s.CheckIn | s.LookUp, number: str, n: int) -> Outcome:
    """Whoever lays their card before anything else: what of theirs is under way. The hall has seen it itself, as its
    reading `n`."""
    asked = ask(state, "own", f"own-{n}", body=CardBody(reading=n))
    return on(state, s.Waiting(step, asked, number.upper()), asked)


def own(state: State, waiting: s.Waiting, said: OwnReview) -> Outcome:
    case = Case(said.review.review, said.token, said.review.version, waiting.person, kept=True)
    return _shown(state, case, said.review, "", waiting.asked.key)


def _shown(state: State, case: Case, said: r.ReviewView, number: str, key: str) -> Outcome:
    """Its guide says later what its papers are called. A number that was held for it is brought at once."""
    guide = () if state.library.of(said.matter) is None else (e.FetchGuide(state.session_no, said.matter),)
    shown = on(state, s.Review(case=case, view=said), *guide)
    if not number or not isinstance(shown.state.session.step, s.Review):
        return shown
    after = bringing.bring(shown.state, shown.state.session.step, number, f"{key}-b"[:64])
    return after._replace(effects=(*shown.effects, *after.effects))


AT: Table = {
    (s.FindReview, e.TypeKey): type_digit,
    (s.FindReview, e.Key.ERASE): erase_digit,
    (s.FindReview, e.Key.CLEAR): clear_digits,
    (s.FindReview, e.Key.FIND): find_review,
    (s.FindReview, e.Key.BACK): back_from_find,
    (s.LookUp, e.Key.OPEN_REVIEW): open_review,
    (s.LookUps, e.Key.OPEN_REVIEW): open_review,
    (s.CheckIn, e.Key.OPEN_REVIEW): open_review,
    (s.Guides, e.Key.OPEN_REVIEW): open_review,
}
