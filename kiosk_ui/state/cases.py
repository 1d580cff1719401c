"""A pre-review: the hall keeps the form, papers come by phone, it is sent, looked at, mended, passed. Pure.

Until it is sent it belongs to whoever stands here: when they go, it is taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from hall_daemon.wire import reviews as r
from hall_daemon.wire import uploads as u
from hall_daemon.wire.own_reviews import ListSlipBody, PrintedList
from kiosk_ui.state import bringing, drafts, earlier, filling, finding, mending, moves, papers, proving
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.drafts import Case, Draft
from kiosk_ui.state.model import Heard, State, printer_works, service_of
from kiosk_ui.state.outcome import Outcome, Table, ask, behind, heard, on

# While it is so, its person writes it.
_WRITTEN = frozenset({"draft", "mend"})
# Pages whose draft is kept or sent.
Written = s.Check | s.Papers | s.Asking | s.Review
# Between looks at what a phone has handed in, and at a review that others look at.
LOOK_S, REVIEW_S = 2.0, 15.0


def draft_of(step: s.Step) -> Draft | None:
    """What is being filled in, also behind what is asked about it."""
    if isinstance(step, s.Waiting | s.Over):
        return draft_of(step.before)
    if isinstance(step, s.Moving):
        return None if step.agreed else draft_of(step.before)
    if isinstance(step, s.Stuck):
        return draft_of(step.waiting)
    if isinstance(step, s.Reasons | s.Review):
        return mending.waits_in(step)
    return step.draft if isinstance(step, s.Asking | s.Check | s.Papers) else None


def taken_back(state: State) -> tuple[e.Effect, ...]:
    """What the hall is told when this person goes: a draft that was begun here and not sent is nobody's any more."""
    draft = draft_of(state.session.step)
    if draft is None or draft.case is None or draft.case.kept:
        return ()
    return (ask(state, "withdraw", "gone", case=draft.case, body=r.WhoBody()),)


# -- handing in ------------------------------------------------------------------------------------


def hand_in(state: State, step: s.Check, press: e.Key, key: str) -> Outcome:
    """The hall begins to keep it, or keeps what was mended."""
    if not step.draft.may_be_sent:
        return Outcome(state)
    if step.draft.case is not None:
        return _known_first(state, step, key)
    body = r.OpenReviewBody(matter=step.draft.matter, edition=step.draft.form.version)
    asked = ask(state, "open", key, body=body)
    return on(state, s.Waiting(step, asked), asked)


def _known_first(state: State, step: Written, key: str) -> Outcome:
    """Each page that a phone hands in makes a new version: what is written names the newest."""
    assert step.draft is not None, "it is written there"
    asked = ask(state, "review", key, case=step.draft.case)
    return on(state, s.Waiting(step, asked), asked)


def _known(state: State, waiting: s.Waiting, said: r.ReviewView) -> Outcome:
    """What was sent already, without an answer having come, is not sent again."""
    step = waiting.before
    if not isinstance(step, Written) or step.draft is None:
        return finding.opened(state, waiting, said)
    if said.state not in _WRITTEN:
        return _sent(state, waiting, said)
    assert step.draft.case is not None, "it is a case"
    draft = drafts.told(replace(step.draft, case=step.draft.case._replace(version=said.version)), said)
    step, key = replace(step, draft=draft), f"{waiting.asked.key}-w"[:64]
    return _keep(state, step, key) if isinstance(step, s.Check | s.Asking) else _send(state, step, draft, key)


def _keep(state: State, step: s.Check | s.Asking, key: str) -> Outcome:
    draft = step.draft
    answers = {name: said for name, said in draft.answers.items() if said is not None}
    origins: dict[str, Any] = {name: each for name, each in draft.origins.items() if each in drafts.FROM_ELSEWHERE}
    asked = ask(state, "keep", key, case=draft.case, body=r.AnswersBody(answers=answers, origins=origins))
    return on(state, s.Waiting(step, asked), asked)


def _opened(state: State, waiting: s.Waiting, said: r.OpenedReview) -> Outcome:
    step = waiting.before
    assert isinstance(step, s.Check), "it is begun from the last look"
    case = Case(said.review, said.token, said.version)
    return _keep(state, replace(step, draft=replace(step.draft, case=case)), f"{waiting.asked.key}-2"[:64])


def _kept(state: State, waiting: s.Waiting, said: r.KeptAnswers) -> Outcome:
    step = waiting.before
    if isinstance(step, s.Asking):
        return mending.kept(state, step, said)
    assert isinstance(step, s.Check), "answers are kept from the last look, or one by one"
    assert step.draft.case is not None, "they are kept in a case"
    draft = replace(step.draft, case=step.draft.case._replace(version=said.version))
    handing = papers.opened(draft, step.before)
    return on(state, handing, papers.look(state, handing), papers.offer(state, handing, waiting.asked.key))


def send(state: State, step: s.Papers, press: e.Key, key: str) -> Outcome:
    if step.handed is None or papers.lacking(step):
        return Outcome(state)
    return _known_first(state, step, key)


def _send(state: State, step: s.Papers | s.Review, draft: Draft, key: str) -> Outcome:
    """Whose it is is said once, with the answers as they are then; it stays so when a number is mended."""
    person = "" if draft.mine else drafts.person_of(draft)
    promised = mending.promised(step) if isinstance(step, s.Review) else papers.promised(step)
    promised = mending.left_to_promises(draft, promised)
    said = mending.instead(step) if isinstance(step, s.Review) else step.instead
    instead = tuple(paper for paper in said if paper in promised)
    replies = tuple(_replies(draft, promised))
    body = r.SendReviewBody(id_number=person, promised=promised, instead=instead, replies=replies)
    asked = ask(state, "send", key, case=draft.case, body=body)
    return on(state, s.Waiting(step, asked), asked)


def _replies(draft: Draft, promised: tuple[str, ...]) -> Iterator[r.ReplyBody]:
    """Every entry of the list is answered: it was mended, or why it need not be, or it is promised."""
    reasons = dict(draft.reasons)
    for at, defect in enumerate(draft.defects):
        why = "" if defect.mended else reasons.get(at, "")
        later = not defect.mended and defect.of == "paper" and defect.id in promised
        yield r.ReplyBody(at=at, how="not_needed" if why else "promise" if later else "replaced", words=why)


# -- what came -------------------------------------------------------------------------------------


def told(state: State, event: e.CaseTold) -> Outcome:
    step = state.session.step
    if isinstance(step, s.Waiting) and (step.asked.about, step.asked.key) == (event.about, event.key):
        return _WAITED_FOR[event.about](state, step, event.said)
    if isinstance(step, s.Over):
        return behind(state, step, lambda inner: told(inner, event))
    if isinstance(step, s.Asking | s.Check):
        return earlier.came(state, step, event)
    if isinstance(step, s.Papers):
        return _papers_told(state, step, event)
    if isinstance(step, s.Moving | s.Arriving):
        return moves.told(state, step, event.said)
    if isinstance(step, s.Review) and isinstance(event.said, PrintedList) and event.key == step.slip:
        return on(state, replace(step, slip="", printed=event.said.result))
    if isinstance(step, s.Review) and event.about == "review" and isinstance(event.said, r.ReviewView):
        return on(state, _reviewed(step, event.said, state.now_s + REVIEW_S))
    return Outcome(state)


def _papers_told(state: State, step: s.Papers, event: e.CaseTold) -> Outcome:
    said, now_s = event.said, state.now_s
    if isinstance(said, u.HandedPapers):
        news = said != step.handed
        first = step.first if step.handed else tuple(
            (paper.id, page.page, page.version) for paper in said.papers for page in paper.pages)
        step = replace(step, handed=said, first=first, next_at_s=now_s + LOOK_S)
        return on(replace(state, touched_at_s=now_s) if news else state, step)
    if isinstance(said, u.Offer) and not said.url:  # the one that is shown is kept
        return on(state, step)
    if isinstance(said, u.Offer):
        return on(state, replace(step, url=said.url, good_s=float(said.good_s), offered_at_s=now_s))
    if isinstance(said, u.HandoverState):
        claimed, agreed = said.state in ("claimed", "confirmed"), said.state == "confirmed"
        news = (claimed, agreed) != (step.claimed, step.agreed) and claimed
        step = replace(step, claimed=claimed, agreed=agreed, number=said.number)
        return on(replace(state, touched_at_s=now_s) if news else state, step)
    return on(state, replace(step, next_at_s=now_s))  # a page was kept as it is: look again


def _sent(state: State, waiting: s.Waiting, said: r.ReviewView) -> Outcome:
    before = waiting.before
    assert isinstance(before, Written), "it was written there"
    assert before.draft is not None, "it was written there"
    assert before.draft.case is not None, "it is a case"
    draft = papers.left(before) if isinstance(before, s.Papers) else before.draft
    answered = replace(draft, reasons=())
    review = s.Review(case=before.draft.case, view=said, draft=answered, before=before.before)
    return on(replace(state, touched_at_s=state.now_s), _reviewed(review, said, state.now_s + REVIEW_S))


def _reviewed(step: s.Review, view: r.ReviewView, next_at_s: float) -> s.Review:
    if step.draft is not None and len(view.lists) != len(step.view.lists):  # what was said was said of another list
        step = replace(step, draft=replace(step.draft, reasons=()))
    return replace(step, view=view, case=step.case._replace(version=view.version), next_at_s=next_at_s)


_WAITED_FOR: dict[s.CaseAbout, Callable[[State, s.Waiting, Any], Outcome]] = {
    "form": lambda state, waiting, said: (
        proving if isinstance(waiting.before, s.Prove) else filling).form_came(state, waiting, said),
    "open": _opened, "keep": _kept, "send": _sent, "review": _known, "find": finding.found, "page": papers.page_kept,
    "lend": proving.lent, "answers": mending.answers_came, "move": moves.offered, "claim": moves.claimed,
    "bring": bringing.brought, "own": finding.own,
}


# What comes of a card that was laid, but no review.
_OF_CARD: dict[tuple[str, str], Heard] = {
    ("lend", "unknown_review"): "other_card", ("lend", "no_reading"): "unreadable",
    ("own", "unknown_review"): "no_review", ("own", "no_reading"): "unreadable",
}


def failed(state: State, ref: str, trouble: s.Trouble) -> Outcome:
    """Who waits is told; what is asked again and again by itself is asked again."""
    step = state.session.step
    if isinstance(step, s.Waiting) and (step.asked.about, step.asked.key) == (trouble.about, ref):
        state = replace(state, touched_at_s=state.now_s)
        if what := _OF_CARD.get((trouble.about, trouble.code)):
            return heard(on(state, step.before).state, what)
        return on(state, s.Stuck(trouble, step))
    if isinstance(step, s.Over):
        return behind(state, step, lambda inner: failed(inner, ref, trouble))
    if isinstance(step, s.Moving | s.Arriving):
        return moves.failed(state, step, trouble)
    if isinstance(step, s.Review) and trouble.about == "slip_of_list" and ref == step.slip:
        unknown = trouble.code == "unreachable"
        return on(state, replace(step, slip="", printed="unknown" if unknown else "failed"))
    if isinstance(step, s.Papers | s.Review) and trouble.about in ("papers", "review", "insist"):
        return on(state, replace(step, next_at_s=state.now_s + LOOK_S))
    return Outcome(state)


def try_again(state: State, step: s.Stuck, press: e.Key, key: str) -> Outcome:
    """With the key it had: what the hall did already is not done twice. What is written begins with a look at what
    the hall has."""
    before, written = step.waiting.before, step.waiting.asked.about in ("review", "keep", "send")
    if isinstance(before, Written) and before.draft is not None and before.draft.case is not None and written:
        return _known_first(state, before, key)
    return on(state, step.waiting, step.waiting.asked)


def back_from_stuck(state: State, step: s.Stuck, press: e.Key, key: str) -> Outcome:
    return on(state, step.waiting.before)


# -- in time ---------------------------------------------------------------------------------------


def looked(state: State) -> Outcome:
    """What a page of papers, or of a review that others look at, asks by itself."""
    step = state.session.step
    if not isinstance(step, s.Papers | s.Review | s.Moving | s.Arriving):
        return Outcome(state)
    if step.next_at_s is None or state.now_s < step.next_at_s:
        return Outcome(state)
    if isinstance(step, s.Moving | s.Arriving):
        return moves.looked(state, step)
    waiting = replace(step, next_at_s=None)
    if isinstance(step, s.Review):
        return on(state, waiting, ask(state, "review", "look", case=step.case))
    return on(state, waiting, papers.look(state, step), ask(state, "phone", "look", case=step.draft.case))


# -- the answer ------------------------------------------------------------------------------------


def mend(state: State, step: s.Review, press: e.Key, key: str) -> Outcome:
    """Back to the form with what was told; papers follow it again. Whoever comes back shows first whose it is."""
    if step.view.state not in _WRITTEN:
        return Outcome(state)
    if step.draft is None or step.before is None:
        return proving.begin(state, step, key)
    return on(state, s.Check(draft=mending.written(step, step.draft), before=step.before))


def print_list(state: State, step: s.Review, press: e.Key, key: str) -> Outcome:
    """What is to be mended, on paper."""
    if step.slip or not step.view.lists or not printer_works(state):
        return Outcome(state)
    body = ListSlipBody(printer=state.settings.printer, id_number="" if step.case.token else step.case.person)
    asked = ask(state, "slip_of_list", key, case=step.case, body=body)
    return on(state, replace(step, slip=key, printed=""), asked)


def draw_service(state: State, step: s.Review) -> str:
    """What its number is drawn for, "" where none can be had now."""
    guide = state.library.of(step.view.matter)
    service = service_of(state, guide.service) if guide else None
    comes = bool(step.view.number) and not step.view.numbers_of
    return service.id if service is not None and service.open and not step.view.used and not comes else ""


AT: Table = {
    **finding.AT,
    **moves.AT,
    **papers.AT,
    **mending.AT,
    **proving.AT,
    **bringing.AT,
    (s.Check, e.Key.HAND_IN): hand_in,
    (s.Papers, e.Key.SEND): send,
    (s.Stuck, e.Key.TRY_AGAIN): try_again,
    (s.Stuck, e.Key.BACK): back_from_stuck,
    (s.Review, e.Key.NEXT): mend,
    (s.Review, e.Key.PRINT_LIST): print_list,
}
