"""What a person wrote in earlier reviews begins the form that is open. Pure.

It is asked for when somebody lays their own card; the hall has seen that card itself. Only what stands empty is filled,
and without an answer filling in goes on.
"""

from __future__ import annotations

from dataclasses import replace

from hall_daemon.wire.own_reviews import CardBody, EarlierAnswers
from kiosk_ui.state import drafts, filling
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.drafts import Draft, Place
from kiosk_ui.state.model import State
from kiosk_ui.state.outcome import Outcome, ask, heard, on

# So long the readers are not asked again: the next poll drops the reading that the hall is asked about.
HOLD_S = 2.0


def asked(read: Outcome, number: str, n: int) -> Outcome:
    """`read`: a card, as reading `n`. The hall is asked where the form is that person's own: an agent's card begins
    nobody else's form. What was sent back is mended by its list alone."""
    state, step = read.state, read.state.session.step
    assert isinstance(step, s.Asking), "a card was read there"
    draft, key = step.draft, f"earlier-{n}"
    if draft.walk or draft.defects or drafts.person_of(draft) != number.upper():
        return read
    state = replace(state, reader=replace(state.reader, at_s=state.now_s + HOLD_S))
    request = ask(state, "earlier", key, ref=draft.form.id, body=CardBody(reading=n))
    return on(state, replace(step, draft=replace(draft, earlier=key)), *read.effects, request)


def came(state: State, step: s.Asking | s.Check, event: e.CaseTold) -> Outcome:
    """What is being typed stays, and so does all that is there."""
    if not isinstance(event.said, EarlierAnswers) or event.key != step.draft.earlier:
        return Outcome(state)
    draft = _filled(replace(step.draft, earlier=""), step, event.said)
    after: s.Asking | s.Check = replace(step, draft=draft)
    if isinstance(step, s.Asking) and drafts.answer_at(draft, step.at) != drafts.answer_at(step.draft, step.at):
        after = filling.turned(step, draft, step.at)
    told = on(state, after)
    return heard(told.state, "earlier") if shown(after) > shown(step) else told


def _filled(draft: Draft, step: s.Asking | s.Check, said: EarlierAnswers) -> Draft:
    typing = step.at.field if isinstance(step, s.Asking) and (step.typed or step.letters) else ""
    for field in draft.form.fields:
        value, there = said.answers.get(field.id), draft.answers.get(field.id)
        if value is not None and there in (None, "", []) and field.id != typing:
            draft = drafts.with_answer(draft, Place(field.id), value, "earlier")
    return draft


def shown(step: s.Step) -> int:
    """How many questions that show are answered so."""
    if isinstance(step, s.Over):
        return shown(step.before)
    if not isinstance(step, s.Asking | s.Check):
        return 0
    return sum(step.draft.origins.get(at.field) == "earlier" for at in drafts.places(step.draft))
