"""The one list of what is to be mended: each entry leads straight to its place, and back. Pure.

Whoever comes back shows first whose it is. What is changed is the hall's at once, so the list says the same on a phone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from msgspec import structs

from hall_daemon.wire import reviews as r
from kiosk_ui.state import drafts, filling, papers, proving
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.drafts import Draft, Place
from kiosk_ui.state.model import State
from kiosk_ui.state.outcome import Outcome, Table, ask, on


def entries(step: s.Review) -> tuple[r.DefectView, ...]:
    return step.view.lists[-1].defects if step.view.state == "mend" and step.view.lists else ()


def promised(step: s.Review) -> tuple[str, ...]:
    return step.view.promised if step.promised is None else step.promised


def instead(step: s.Review) -> tuple[str, ...]:
    """Of these those whose place the promise takes."""
    return step.view.instead if step.promised is None else step.instead


def is_promised(step: s.Review, entry: r.DefectView) -> bool:
    return entry.of == "paper" and entry.id in promised(step)


def left_to_promises(draft: Draft, ids: tuple[str, ...]) -> tuple[str, ...]:
    """Of these papers those that are promised all the same: not what the list was told of and has another answer to,
    as it was handed in, or need not be."""
    reasons, told = dict(draft.reasons), [(at, each) for at, each in enumerate(draft.defects) if each.of == "paper"]
    left = {each.id for at, each in told if not each.mended and not reasons.get(at)}
    return tuple(id_ for id_ in ids if id_ in left or id_ not in {each.id for _, each in told})


def written(step: s.Review, draft: Draft) -> Draft:
    """What is mended from the list, with what was promised there."""
    draft = replace(draft, case=step.case._replace(kept=True), promised=promised(step), instead=instead(step))
    return drafts.told(draft, step.view)


def waits_in(step: s.Reasons | s.Review) -> Draft | None:
    """The draft of a list of which something was said that the hall does not have yet."""
    review, view = (step.review, step.review.view) if isinstance(step, s.Reasons) else (step, step.view)
    if review.draft is None or view.state != "mend":
        return None
    same = (set(promised(review)), set(instead(review))) == (set(view.promised), set(view.instead))
    waits = isinstance(step, s.Reasons) or review.draft.reasons or not same
    return written(review, review.draft) if waits else None


def reason_of(step: s.Review, at: int) -> str:
    """Why entry `at` needs no mending, "" where nobody said so."""
    return dict(step.draft.reasons).get(at, "") if step.draft else ""


def left(step: s.Review) -> int:
    """How many entries are neither mended nor promised, and of which nobody said why they are not."""
    return sum(
        not (entry.mended or reason_of(step, at) or is_promised(step, entry)) for at, entry in enumerate(entries(step))
    )


# -- to an entry -----------------------------------------------------------------------------------


def mend_entry(state: State, step: s.Review, press: e.MendEntry, key: str) -> Outcome:
    if not 0 <= press.at < len(entries(step)):
        return Outcome(state)
    if step.draft is None or step.before is None:
        return proving.begin(state, step, key, press.at)
    return _shown(state, step, step.draft, step.before, press.at, key)


def answers_came(state: State, waiting: s.Waiting, said: r.AnswersView) -> Outcome:
    """Everything is there again: to the entry that was touched, else to the last look."""
    came, prove = proving.answers_came(state, waiting, said), waiting.before
    check = came.state.session.step
    if not isinstance(prove, s.Prove) or not isinstance(check, s.Check) or prove.at < 0:
        return came
    assert check.draft.case is not None, "it is a case"
    review = replace(prove.review, draft=check.draft, before=check.before, case=check.draft.case)
    return _shown(came.state, review, check.draft, check.before, prove.at, f"{waiting.asked.key}-m"[:64])


def _shown(state: State, step: s.Review, draft: Draft, guide: s.Guide, at: int, key: str) -> Outcome:
    """A paper that is not needed has nothing to be mended: it is answered."""
    if entries(step)[at].code == "not_needed":
        return on(state, s.Reasons(review=replace(step, draft=written(step, draft), before=guide), at=at))
    return _place(state, step, draft, guide, at, key)


def _place(state: State, step: s.Review, draft: Draft, guide: s.Guide, at: int, key: str) -> Outcome:
    """Its paper with a code for a phone, or its question; one that is not asked any more stands at the last look."""
    entry = entries(step)[at]
    draft = written(step, draft)
    step = replace(step, draft=draft)
    if entry.of == "paper":
        handing = papers.opened(draft, guide, wanted=entry.id, review=step, at=at)
        return on(state, handing, papers.look(state, handing), papers.offer(state, handing, key))
    if Place(entry.id) not in drafts.places(draft):
        return on(state, s.Check(draft=draft, before=guide))
    return on(state, filling.asking(draft, Place(entry.id), guide, mending=True, review=step))


# -- why it needs no mending -----------------------------------------------------------------------


def ask_why(state: State, step: s.Papers | s.Asking, press: e.Key, key: str) -> Outcome:
    """From the place of an entry that was opened from the list."""
    if step.review is None:
        return Outcome(state)
    review = _listed(step, state.now_s) if isinstance(step, s.Papers) else step.review
    place = ("paper", step.wanted) if isinstance(step, s.Papers) else ("field", step.at.field)
    found = [at for at, entry in enumerate(entries(review)) if (entry.of, entry.id) == place]
    if not found:
        return Outcome(state)
    at = step.at if isinstance(step, s.Papers) and step.at in found else found[0]
    return on(state, s.Reasons(review=review, at=at))


def give_reason(state: State, step: s.Reasons, press: e.GiveReason, key: str) -> Outcome:
    draft = step.review.draft
    if draft is None or not press.text:
        return Outcome(state)
    others = tuple(each for each in draft.reasons if each[0] != step.at)
    answered = replace(draft, reasons=(*others, (step.at, press.text)))
    return _back_to_list(state, replace(step, review=replace(step.review, draft=answered)))


def mend_all_the_same(state: State, step: s.Reasons, press: e.Key, key: str) -> Outcome:
    review, draft = step.review, step.review.draft
    if draft is None or review.before is None or step.at >= len(entries(review)):
        return _back_to_list(state, step)
    draft = replace(draft, reasons=tuple(each for each in draft.reasons if each[0] != step.at))
    return _place(state, review, draft, review.before, step.at, key)


def back_from_reasons(state: State, step: s.Reasons, press: e.Key, key: str) -> Outcome:
    return _back_to_list(state, step)


def _back_to_list(state: State, step: s.Reasons) -> Outcome:
    return on(state, replace(step.review, next_at_s=state.now_s))


# -- and back --------------------------------------------------------------------------------------


def kept(state: State, step: s.Asking, said: r.KeptAnswers) -> Outcome:
    """The hall has the answer: its entry is mended."""
    review = step.review
    assert review is not None, "it is mended from the list"
    case = review.case._replace(version=said.version, kept=True)
    review = replace(review, draft=replace(step.draft, case=case), case=case, next_at_s=state.now_s)
    state = replace(state, touched_at_s=state.now_s)
    return on(state, with_mended(review, lambda entry: (entry.of, entry.id) == ("field", step.at.field)))


def back_from_papers(state: State, step: s.Papers, press: e.Key, key: str) -> Outcome:
    if step.review is None or step.shot is not None:
        return papers.back_from_papers(state, step, press, key)
    return on(state, _listed(step, state.now_s))


def promise(state: State, step: s.Papers, press: e.Key, key: str) -> Outcome:
    return _done(papers.promise(state, step, press, key))


def insist(state: State, step: s.Papers, press: e.Key, key: str) -> Outcome:
    return _done(papers.insist(state, step, press, key))


def _done(after: Outcome) -> Outcome:
    """A paper that is done with leads back to the list from which it was opened."""
    step = after.state.session.step
    if not isinstance(step, s.Papers) or step.review is None or step.wanted:
        return after
    return on(after.state, _listed(step, after.state.now_s), *after.effects)


def _listed(step: s.Papers, now_s: float) -> s.Review:
    """What has changed while this was open is mended; the hall is asked at once."""
    review = step.review
    assert review is not None, "it was opened from there"
    review = replace(review, draft=papers.left(step), promised=step.promised, instead=step.instead,
        next_at_s=now_s)
    handed = step.handed.papers if step.handed else ()
    there = {paper.id: paper for paper in handed if paper.pages}
    return with_mended(review, lambda entry: entry.of == "paper" and entry.id in there
        and not papers.is_open(step, there[entry.id], entry))


def with_mended(step: s.Review, which: Callable[[r.DefectView], bool]) -> s.Review:
    """As the hall will say it, once it is asked."""
    told = step.view.lists[-1]
    defects = tuple(structs.replace(each, mended=each.mended or which(each)) for each in told.defects)
    lists = (*step.view.lists[:-1], structs.replace(told, defects=defects))
    return replace(step, view=structs.replace(step.view, lists=lists))


# -- once more -------------------------------------------------------------------------------------


def send_again(state: State, step: s.Review, press: e.Key, key: str) -> Outcome:
    """All entries are answered. What else is wrong with the form stands at the last look."""
    if not entries(step) or left(step):
        return Outcome(state)
    if step.draft is None or step.before is None:
        return proving.begin(state, step, key)
    draft = written(step, step.draft)
    if not draft.may_be_sent:
        return on(state, s.Check(draft=draft, before=step.before))
    asked = ask(state, "review", key, case=step.case)
    return on(state, s.Waiting(replace(step, draft=draft), asked), asked)


AT: Table = {
    (s.Review, e.MendEntry): mend_entry,
    (s.Review, e.Key.SEND): send_again,
    (s.Papers, e.Key.NOT_NEEDED): ask_why,
    (s.Asking, e.Key.NOT_NEEDED): ask_why,
    (s.Reasons, e.GiveReason): give_reason,
    (s.Reasons, e.Key.NEXT): mend_all_the_same,
    (s.Reasons, e.Key.BACK): back_from_reasons,
    (s.Papers, e.Key.BACK): back_from_papers,
    (s.Papers, e.Key.PROMISE): promise,
    (s.Papers, e.Key.PROMISE_INSTEAD): promise,
    (s.Papers, e.Key.INSIST): insist,
}
