"""Pages of a form, of its papers and of its pre-review, each with its keys and the ways from it. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kiosk_ui.presenters import aside, cases, forms, frame, notice, papers, returning
from kiosk_ui.presenters.page import Content, Note
from kiosk_ui.state import State, moves
from kiosk_ui.state import steps as s
from kiosk_ui.words import Words


def _asking(state: State, words: Words, step: s.Asking) -> Content:
    body, actions = forms.question_page(state, words, step), forms.question_actions(state, words, step)
    name = f"question-{step.at.field}-{step.at.row}-{step.at.part}"
    content = Content(name, body, actions, frame.ways(state, words), _cut_off(state, words))
    return aside.with_words(state, content, step.draft.matter)


def _check(state: State, words: Words, step: s.Check) -> Content:
    body, actions = forms.check_page(state, words, step), forms.check_actions(words, step)
    content = Content("check", body, actions, frame.ways(state, words), _cut_off(state, words))
    return aside.with_words(state, content, step.draft.matter)


def _papers(state: State, words: Words, step: s.Papers) -> Content:
    body, actions = papers.papers_page(state, words, step), papers.papers_actions(state, words, step)
    name = "paper" if step.wanted else "papers"
    content = Content(name, body, actions, frame.ways(state, words), _cut_off(state, words))
    return aside.with_words(state, content, step.draft.matter)


def _review(state: State, words: Words, step: s.Review) -> Content:
    body, actions = cases.review_page(state, words, step), cases.review_actions(state, words, step)
    nav = (*((frame.along(words),) if moves.may_go(step) else ()), frame.home(words), frame.helper(state, words))
    content = Content(f"review-{step.view.state}", body, actions, nav)
    return aside.with_words(state, content, step.view.matter)


def _reasons(state: State, words: Words, step: s.Reasons) -> Content:
    body, actions = papers.reasons_page(state, words, step), papers.reasons_actions(words, step)
    content = Content("reasons", body, actions, frame.ways(state, words))
    return aside.with_words(state, content, step.review.view.matter)


def _find_review(state: State, words: Words, step: s.FindReview) -> Content:
    body, actions = returning.find_page(state, words, step), returning.find_actions(words, step)
    return Content("find-review", body, actions, frame.ways(state, words))


def _prove(state: State, words: Words, step: s.Prove) -> Content:
    body = returning.prove_page(state, words, step)
    return Content("prove", body, returning.prove_actions(words, step), frame.ways(state, words))


def _moving(state: State, words: Words, step: s.Moving) -> Content:
    body, actions = returning.moving_page(state, words, step), returning.moving_actions(state, words, step)
    return Content("moving", body, actions, (*returning.moving_ways(words, step), frame.helper(state, words)))


def _arriving(state: State, words: Words, step: s.Arriving) -> Content:
    return Content("arriving", returning.arriving_page(words, step), (), frame.ways(state, words))


def _waiting(state: State, words: Words, step: s.Waiting) -> Content:
    return Content("asking", cases.waiting(words, step))


def _stuck(state: State, words: Words, step: s.Stuck) -> Content:
    return Content("stuck", cases.stuck(words, step), notice.retry(words), frame.ways(state, words))


def _leaving(state: State, words: Words, step: s.AskedLeave) -> Content:
    along = (frame.along(words),) if moves.may_go(step.before) else ()
    return Content("leaving", forms.leaving(words), forms.leaving_actions(words), along)


def _taken(state: State, words: Words, step: s.Taken) -> Content:
    return Content("taken", returning.taken_page(words, step), returning.taken_actions(words))


def _cut_off(state: State, words: Words) -> Note | None:
    """Filling in goes on while the hall is away."""
    return Note("cut-off", words("form.cut_off"), "warn") if state.away else None


PAGES: dict[type[s.Step], Callable[[State, Words, Any], Content]] = {
    s.Asking: _asking,
    s.Check: _check,
    s.Papers: _papers,
    s.Review: _review,
    s.FindReview: _find_review,
    s.Taken: _taken,
    s.Reasons: _reasons,
    s.Waiting: _waiting,
    s.Stuck: _stuck,
    s.AskedLeave: _leaving,
    s.Prove: _prove,
    s.Moving: _moving,
    s.Arriving: _arriving,
    s.Aside: aside.aside_page,
}
