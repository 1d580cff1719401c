"""A pre-review: the hall keeps the form, papers come by phone, it is sent, looked at, mended, passed. Pure.

Until it is sent it belongs to whoever stands here: when they go, it is taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from hall_daemon.wire import reviews as r
from hall_daemon.wire import uploads as u
from kiosk_ui.state import drafts, filling, finding
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.drafts import Case, Draft
from kiosk_ui.state.model import State, service_of
from kiosk_ui.state.outcome import Outcome, Table, ask, on

# While it is so, its person writes it.
_WRITTEN = frozenset({"draft", "mend"})
# Between looks at what a phone has handed in, and at a review that others look at.
LOOK_S, REVIEW_S = 2.0, 15.0


def draft_of(step: s.Step) -> Draft | None:
    """What is being filled in, also behind what is asked about it."""
    if isinstance(step, s.Waiting | s.Help | s.AskedLeave):
        return draft_of(step.before)
    if isinstance(step, s.Stuck):
        return draft_of(step.waiting)
    return step.draft if isinstance(step, s.Asking | s.Check | s.Papers) else None


def taken_back(state: State) -> tuple[e.Effect, ...]:
    """What the hall is told when this person goes: a draft that was not sent is nobody's any more."""
    draft = draft_of(state.session.step)
    if draft is None or draft.case is None:
        return ()
    return (ask(state, "withdraw", "gone", case=draft.case, body=r.WhoBody()),)


# -- handing in ------------------------------------------------------------------------------------


def hand_in(state: State, step: s.Check, press: e.Key, key: str) -> Outcome:
    """The hall begins to keep it, or keeps what was mended."""
    if not step.draft.may_be_sent:
        return Outcome(state)
    if step.draft.case is not None:
        return _known_first(state, step, key)
    body = r.OpenReviewBody(
        matter=step.draft.matter, edition=step.draft.form.version, id_number=drafts.person_of(step.draft)
    )
    asked = ask(state, "open", key, body=body)
    return on(state, s.Waiting(step, asked), asked)


def _known_first(state: State, step: s.Check | s.Papers, key: str) -> Outcome:
    """Each page that a phone hands in makes a new version: what is written names the newest."""
    asked = ask(state, "review", key, case=step.draft.case)
    return on(state, s.Waiting(step, asked), asked)


def _known(state: State, waiting: s.Waiting, said: r.ReviewView) -> Outcome:
    """What was sent already, without an answer having come, is not sent again."""
    step = waiting.before
    assert isinstance(step, s.Check | s.Papers), "they write it"
    if said.state not in _WRITTEN:
        return _sent(state, waiting, said)
    assert step.draft.case is not None, "it is a case"
    step = replace(step, draft=replace(step.draft, case=step.draft.case._replace(version=said.version)))
    key = f"{waiting.asked.key}-w"[:64]
    return _send(state, step, key) if isinstance(step, s.Papers) else _keep(state, step, key)


def _keep(state: State, step: s.Check, key: str) -> Outcome:
    draft = step.draft
    answers = {name: said for name, said in draft.answers.items() if said is not None}
    asked = ask(state, "keep", key, case=draft.case, body=r.AnswersBody(answers=answers))
    return on(state, s.Waiting(step, asked), asked)


def _opened(state: State, waiting: s.Waiting, said: r.OpenedReview) -> Outcome:
    step = waiting.before
    assert isinstance(step, s.Check), "it is begun from the last look"
    case = Case(said.review, said.token, said.version)
    return _keep(state, replace(step, draft=replace(step.draft, case=case)), f"{waiting.asked.key}-2"[:64])


def _kept(state: State, waiting: s.Waiting, said: r.KeptAnswers) -> Outcome:
    step = waiting.before
    assert isinstance(step, s.Check), "answers are kept from the last look"
    assert step.draft.case is not None, "they are kept in a case"
    draft = replace(step.draft, case=step.draft.case._replace(version=said.version))
    papers = s.Papers(draft=draft, before=step.before)
    return on(state, papers, _look(state, papers), _offer(state, papers, waiting.asked.key))


def _offer(state: State, step: s.Papers, key: str) -> s.AskCase:
    return ask(state, "offer", key, case=step.draft.case, body=u.OfferBody())


def _look(state: State, step: s.Papers) -> s.AskCase:
    return ask(state, "papers", "look", case=step.draft.case)


def new_code(state: State, step: s.Papers, press: e.Key, key: str) -> Outcome:
    return on(state, replace(step, url="", claimed=False, number=""), _offer(state, step, key))


def show_paper(state: State, step: s.Papers, press: e.ShowPaper, key: str) -> Outcome:
    known = {paper.id for paper in step.handed.papers} if step.handed else set()
    return on(state, replace(step, wanted=press.paper)) if press.paper in known else Outcome(state)


def insist(state: State, step: s.Papers, press: e.Key, key: str) -> Outcome:
    """Every page of this paper that was found wanting stays as it is."""
    paper = paper_of(step)
    pages = [page for page in paper.pages if page.marks and not page.insisted] if paper else []
    effects = tuple(
        ask(state, "insist", f"{key}-{page.page}"[:64], ref=f"{step.wanted}/pages/{page.page}", case=step.draft.case,
            body=u.InsistBody(version=page.version))
        for page in pages
    )
    return on(state, replace(step, wanted=""), *effects)


def promise(state: State, step: s.Papers, press: e.Key, key: str) -> Outcome:
    """Where the guide allows that this paper comes later, or a promise instead of it."""
    if not may_promise(step.before, step.wanted):
        return Outcome(state)
    others = tuple(each for each in step.promised if each != step.wanted)
    promised = others if step.wanted in step.promised else (*others, step.wanted)
    return on(state, replace(step, promised=promised, wanted=""))


def may_promise(guide: s.Guide, paper: str) -> bool:
    material = guide.view.guide.materials.get(paper) if guide.view else None
    return material is not None and (material.gap is not None or material.promise is not None)


def paper_of(step: s.Papers) -> u.HandedPaper | None:
    papers = step.handed.papers if step.handed else ()
    return next((paper for paper in papers if paper.id == step.wanted), None)


def lacking(step: s.Papers) -> tuple[u.HandedPaper, ...]:
    """Papers that are needed and neither there nor promised."""
    papers = step.handed.papers if step.handed else ()
    return tuple(each for each in papers if each.needed and not each.pages and each.id not in step.promised)


def back_from_papers(state: State, step: s.Papers, press: e.Key, key: str) -> Outcome:
    return on(state, replace(step, wanted="") if step.wanted else s.Check(draft=step.draft, before=step.before))


def send(state: State, step: s.Papers, press: e.Key, key: str) -> Outcome:
    if step.handed is None or lacking(step):
        return Outcome(state)
    return _known_first(state, step, key)


def _send(state: State, step: s.Papers, key: str) -> Outcome:
    body = r.SendReviewBody(
        id_number=drafts.person_of(step.draft), promised=step.promised, replies=tuple(_replies(step))
    )
    asked = ask(state, "send", key, case=step.draft.case, body=body)
    return on(state, s.Waiting(step, asked), asked)


def _replies(step: s.Papers) -> Iterator[r.ReplyBody]:
    """Every entry of the list is answered: it was mended, or is promised."""
    for at, defect in enumerate(step.draft.defects):
        promised = defect.of == "paper" and defect.id in step.promised
        yield r.ReplyBody(at=at, how="promise" if promised else "replaced")


def take_along(state: State, step: s.AskedLeave, press: e.Key, key: str) -> Outcome:
    """The draft goes on on the person's own phone."""
    before = step.before
    if not isinstance(before, s.Papers) or before.draft.case is None or not site_of(before):
        return Outcome(state)
    return on(state, s.Taken(before.draft.case, site_of(before)))


def site_of(step: s.Step) -> str:
    """Where phones find the hall, as the code for one says; "" where none was made."""
    return step.url.partition("/papers#")[0] if isinstance(step, s.Papers) else ""


# -- what came -------------------------------------------------------------------------------------


def told(state: State, event: e.CaseTold) -> Outcome:
    step = state.session.step
    if isinstance(step, s.Waiting) and (step.asked.about, step.asked.key) == (event.about, event.key):
        return _WAITED_FOR[event.about](state, step, event.said)
    if isinstance(step, s.Help | s.AskedLeave):
        return _behind(state, step, lambda behind: told(behind, event))
    if isinstance(step, s.Papers):
        return _papers_told(state, step, event)
    if isinstance(step, s.Review) and event.about == "review" and isinstance(event.said, r.ReviewView):
        return on(state, _reviewed(step, event.said, state.now_s + REVIEW_S))
    return Outcome(state)


def _behind(state: State, step: s.Help | s.AskedLeave, rule: Callable[[State], Outcome]) -> Outcome:
    """The page behind a question gets its news too."""
    inner = rule(replace(state, session=replace(state.session, step=step.before)))
    return on(inner.state, replace(step, before=inner.state.session.step), *inner.effects)


def _papers_told(state: State, step: s.Papers, event: e.CaseTold) -> Outcome:
    said, now_s = event.said, state.now_s
    if isinstance(said, u.HandedPapers):
        news = said != step.handed
        step = replace(step, handed=said, next_at_s=now_s + LOOK_S)
        return on(replace(state, touched_at_s=now_s) if news else state, step)
    if isinstance(said, u.Offer):
        return on(state, replace(step, url=said.url, good_s=float(said.good_s), offered_at_s=now_s))
    if isinstance(said, u.HandoverState):
        came = said.state == "claimed" and not step.claimed
        step = replace(step, claimed=said.state == "claimed", number=said.number)
        return on(replace(state, touched_at_s=now_s) if came else state, step)
    return on(state, replace(step, next_at_s=now_s))  # a page was kept as it is: look again


def _sent(state: State, waiting: s.Waiting, said: r.ReviewView) -> Outcome:
    before = waiting.before
    assert isinstance(before, s.Check | s.Papers), "it was written there"
    assert before.draft.case is not None, "it is a case"
    review = s.Review(case=before.draft.case, view=said, draft=before.draft, before=before.before,
        site=site_of(before))
    return on(replace(state, touched_at_s=state.now_s), _reviewed(review, said, state.now_s + REVIEW_S))


def _reviewed(step: s.Review, view: r.ReviewView, next_at_s: float) -> s.Review:
    return replace(step, view=view, case=step.case._replace(version=view.version), next_at_s=next_at_s)


_WAITED_FOR: dict[s.CaseAbout, Callable[[State, s.Waiting, Any], Outcome]] = {
    "form": filling.form_came, "open": _opened, "keep": _kept, "send": _sent, "review": _known, "find": finding.found,
}


def failed(state: State, ref: str, trouble: s.Trouble) -> Outcome:
    """Who waits is told; what is asked again and again by itself is asked again."""
    step = state.session.step
    if isinstance(step, s.Waiting) and (step.asked.about, step.asked.key) == (trouble.about, ref):
        return on(replace(state, touched_at_s=state.now_s), s.Stuck(trouble, step))
    if isinstance(step, s.Help | s.AskedLeave):
        return _behind(state, step, lambda behind: failed(behind, ref, trouble))
    if isinstance(step, s.Papers | s.Review) and trouble.about in ("papers", "review", "insist"):
        return on(state, replace(step, next_at_s=state.now_s + LOOK_S))
    return Outcome(state)


def try_again(state: State, step: s.Stuck, press: e.Key, key: str) -> Outcome:
    """With the key it had: what the hall did already is not done twice. What is written begins with a look at what
    the hall has."""
    before = step.waiting.before
    if isinstance(before, s.Check | s.Papers) and before.draft.case is not None:
        return _known_first(state, before, key)
    return on(state, step.waiting, step.waiting.asked)


def back_from_stuck(state: State, step: s.Stuck, press: e.Key, key: str) -> Outcome:
    return on(state, step.waiting.before)


# -- in time ---------------------------------------------------------------------------------------


def looked(state: State) -> Outcome:
    """What a page of papers, or of a review that others look at, asks by itself."""
    step = state.session.step
    if not isinstance(step, s.Papers | s.Review) or step.next_at_s is None or state.now_s < step.next_at_s:
        return Outcome(state)
    waiting = replace(step, next_at_s=None)
    if isinstance(step, s.Review):
        return on(state, waiting, ask(state, "review", "look", case=step.case))
    return on(state, waiting, _look(state, step), ask(state, "phone", "look", case=step.draft.case))


# -- the answer ------------------------------------------------------------------------------------


def mend(state: State, step: s.Review, press: e.Key, key: str) -> Outcome:
    """Back to the form with what was told; papers follow it again."""
    if step.view.state != "mend" or step.draft is None or step.before is None:
        return Outcome(state)
    draft = replace(step.draft, case=step.case, defects=step.view.lists[-1].defects if step.view.lists else ())
    return on(state, s.Check(draft=draft, before=step.before))


def draw_service(state: State, step: s.Review) -> str:
    """What its number is drawn for, "" where none can be had now."""
    guide = state.library.of(step.view.matter)
    service = service_of(state, guide.service) if guide else None
    return service.id if service is not None and service.open and not step.view.used else ""


AT: Table = {
    **finding.AT,
    (s.Check, e.Key.HAND_IN): hand_in,
    (s.Papers, e.Key.NEW_CODE): new_code,
    (s.Papers, e.ShowPaper): show_paper,
    (s.Papers, e.Key.INSIST): insist,
    (s.Papers, e.Key.PROMISE): promise,
    (s.Papers, e.Key.SEND): send,
    (s.Papers, e.Key.BACK): back_from_papers,
    (s.AskedLeave, e.Key.TAKE_ALONG): take_along,
    (s.Stuck, e.Key.TRY_AGAIN): try_again,
    (s.Stuck, e.Key.BACK): back_from_stuck,
    (s.Review, e.Key.NEXT): mend,
}
