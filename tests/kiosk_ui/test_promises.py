"""What is promised, handed in or explained at the kiosk: which of them counts, and that none of it is lost. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from msgspec import structs

from hall_daemon.wire import reviews as r
from hall_daemon.wire import uploads as u
from kiosk_ui.presenters.page import Choices
from kiosk_ui.sample_matters import ANSWERS, CASE, both_ways, draft, handed, review
from kiosk_ui.samples import guides, state
from kiosk_ui.state import State, mending, papers, reduce
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from tests.kiosk_ui.pages import choices, names, notice, page
from tests.kiosk_ui.steps import AT, after, press, pressed

FILLED = draft(ANSWERS, case=CASE)
NO_PLAN = handed(clear=True, plan=False)
PAPERS = s.Papers(draft=FILLED, before=both_ways(), handed=NO_PLAN, url="https://hall.example/papers#s=x", good_s=120,
    offered_at_s=AT, next_at_s=AT)


def at(step: s.Step) -> State:
    return replace(state(step=step), library=guides())


def said(defects: Iterable[r.DefectView], **changes: object) -> r.ReviewView:
    """As the hall says it of what was sent back with these."""
    view = review("mend")
    told = structs.replace(view.lists[-1], defects=tuple(defects))
    return structs.replace(view, lists=(told,), **changes)


PLAN, HEALTH = review("mend").lists[-1].defects


def listed(view: r.ReviewView, **changes: object) -> s.Review:
    return replace(s.Review(case=CASE, view=view, draft=FILLED, before=both_ways(), promised=()), **changes)


def papers_of(here: State) -> s.Papers:
    step = here.session.step
    assert isinstance(step, s.Papers), step
    return step


def review_of(here: State) -> s.Review:
    step = here.session.step
    assert isinstance(step, s.Review), step
    return step


def sent(here: State, view: r.ReviewView) -> r.SendReviewBody:
    """What the hall is told when 提交 is pressed."""
    known, _ = press(here, e.Key.SEND, "k")
    (effect,) = reduce(known, e.CaseTold(known.session_no, "review", "k", view), AT).effects
    assert isinstance(effect, s.AskCase)
    assert isinstance(effect.body, r.SendReviewBody)
    return effect.body


def answers(body: r.SendReviewBody) -> list[str]:
    return [reply.how for reply in body.replies]


def by_phone(here: State, *pages: u.KeptPage) -> State:
    """A phone hands in the plan: these are its pages now."""
    plan, *others = handed(clear=True).papers
    told = structs.replace(NO_PLAN, papers=(structs.replace(plan, pages=pages), *others))
    return after(here, e.CaseTold(1, "papers", "look", told))


def picture(number: int, version: int) -> u.KeptPage:
    return u.KeptPage(page=number, version=version, marks=(), insisted=False)


# -- what a promise means --------------------------------------------------------------------------


def meant(here: State) -> list[tuple[str, str]]:
    return [(part.label, part.head) for part in notice(here).parts if part.label.startswith("承诺")]


def test_what_a_promise_means_stands_there_before_it_is_made() -> None:
    here = pressed(at(PAPERS), e.ShowPaper("layout"))
    assert meant(here) == [
        ("承诺后补", "先受理，5 个工作日内补上；到期没补，申请终止"), ("承诺代替", "不用交这样；承诺不实要担责任"),
    ]
    promised = pressed(here, e.Key.PROMISE, e.ShowPaper("layout"))
    assert meant(promised) == [], "what was promised is said by itself"
    assert notice(promised).parts[-1].head == "点“不承诺了”，再用手机拍"
    assert meant(by_phone(here, picture(1, 1))) == []
    assert meant(pressed(at(PAPERS), e.ShowPaper("health"))) == [], "that one cannot be promised"


# -- which of them counts --------------------------------------------------------------------------


def test_a_paper_that_is_there_is_promised_no_more() -> None:
    here = pressed(at(PAPERS), e.ShowPaper("layout"), e.Key.PROMISE_INSTEAD)
    body = sent(here, review("draft"))
    assert (body.promised, body.instead) == (("layout",), ("layout",))
    there = by_phone(here, picture(1, 1))
    plan = next(each for each in choices(there).choices if each.name == "paper-layout")
    assert (plan.icon, plan.detail) == ("check", "拍了 1 页")
    body = sent(there, review("draft"))
    assert (body.promised, body.instead) == ((), ())
    shown = pressed(there, e.ShowPaper("layout"))
    assert names(page(shown).actions) == ["list", "promise"], "what was promised may be taken back"
    assert names(page(pressed(shown, e.Key.PROMISE, e.ShowPaper("layout"))).actions) == ["list"]


def test_an_entry_is_answered_by_the_paper_then_by_the_reason_then_by_the_promise() -> None:
    mended = structs.replace(PLAN, mended=True)
    field = structs.replace(PLAN, of="field", id="area", mended=True)
    step = listed(said((mended, HEALTH, field)), promised=("layout", "health"), instead=("layout",))
    body = sent(at(step), step.view)
    assert (answers(body), body.promised, body.instead) == (["replaced", "promise", "replaced"], ("health",), ())
    why = replace(step, draft=replace(FILLED, reasons=((1, "right"),)))
    body = sent(at(why), why.view)
    assert (answers(body), body.promised) == (["replaced", "not_needed", "replaced"], ())
    shown = page(at(why)).body
    assert isinstance(shown, Choices)
    assert [choice.detail for choice in shown.choices][:2] == ["改好了", "已说明理由"]


def test_a_new_page_answers_on_the_way_through_the_last_look_too() -> None:
    told = replace(PAPERS, draft=replace(FILLED, defects=(PLAN,)), promised=("layout",), handed=None)
    old = by_phone(at(told), picture(1, 1))
    assert answers(sent(old, said((PLAN,)))) == ["promise"], "it was there when it was sent back"
    new = by_phone(old, picture(1, 2))
    body = sent(new, said((structs.replace(PLAN, mended=True),)))
    assert (answers(body), body.promised) == (["replaced"], ())


# -- two pages of one paper ------------------------------------------------------------------------


def test_each_page_that_was_told_is_mended_by_itself() -> None:
    second = structs.replace(PLAN, page=2)
    here, effects = press(at(listed(said((PLAN, second)))), e.MendEntry(1))
    offered = [effect.body for effect in effects if isinstance(effect, s.AskCase) and effect.about == "offer"]
    assert offered == [u.OfferBody(retakes={"layout": 2})], "that page which was touched"
    here = by_phone(here, picture(1, 1), picture(2, 1))
    assert papers.next_page(papers_of(here)) == 2
    one = by_phone(here, picture(1, 1), picture(2, 2))
    assert papers.next_page(papers_of(one)) == 1
    back = pressed(one, e.Key.BACK)
    assert [entry.mended for entry in mending.entries(review_of(back))] == [False, True]
    why = pressed(here, e.Key.NOT_NEEDED).session.step
    assert isinstance(why, s.Reasons)
    assert why.at == 1


@pytest.mark.parametrize("back", [e.Key.BACK, e.Key.NOT_NEEDED])
def test_all_entries_have_one_code_and_one_phone(back: e.Key) -> None:
    here = pressed(at(listed(said((PLAN, HEALTH)))), e.MendEntry(0))
    address = "https://hall.example/papers#s=once"
    shown = after(here, e.CaseTold(1, "offer", "k", u.Offer(url=address, good_s=120)))

    def other(before: State) -> tuple[State, list[object]]:
        asked = pressed(before, back)
        asked = pressed(asked, e.Key.BACK) if isinstance(asked.session.step, s.Reasons) else asked
        assert address not in repr(asked)
        there, effects = press(asked, e.MendEntry(1))
        return there, [each.body for each in effects if isinstance(each, s.AskCase) and each.about == "offer"]

    there, offered = other(shown)
    assert offered == [u.OfferBody(retakes={"layout": 1, "health": 1}, keep=True)]
    there = after(there, e.CaseTold(1, "offer", "k", u.Offer(url="", good_s=0)))
    assert papers_of(there).url == address, "the hall says that it is still good"
    come = after(shown, e.CaseTold(1, "phone", "look", u.HandoverState(state="confirmed", number="42")))
    there, offered = other(come)
    assert offered[0].keep  # type: ignore[attr-defined]
    assert (papers_of(there).claimed, papers_of(there).agreed, papers_of(there).number) == (True, True, "42")
    assert "new-code" not in names(page(there).actions)
    _, effects = press(there, e.Key.NEW_CODE)
    bodies = [each.body for each in effects if isinstance(each, s.AskCase) and each.about == "offer"]
    assert bodies == [u.OfferBody(retakes={"layout": 1, "health": 1})], "who wants another one says so"


def test_a_code_goes_on_from_the_last_look_too() -> None:
    check = pressed(at(PAPERS), e.Key.BACK).session.step
    assert isinstance(check, s.Check)
    assert papers.opened(check.draft, check.before).url == PAPERS.url
    assert PAPERS.url not in repr(check)


# -- none is lost ----------------------------------------------------------------------------------


def test_a_promise_stays_on_the_way_through_the_last_look() -> None:
    here = pressed(at(PAPERS), e.ShowPaper("layout"), e.Key.PROMISE_INSTEAD, e.Key.BACK)
    check = here.session.step
    assert isinstance(check, s.Check)
    assert (check.draft.promised, check.draft.instead) == (("layout",), ("layout",))
    asked = pressed(here, e.Key.HAND_IN)
    keeping = after(asked, e.CaseTold(1, "review", "key-0", review("draft")))
    waiting = keeping.session.step
    assert isinstance(waiting, s.Waiting)
    answer = r.KeptAnswers(review=CASE.review, version=5, may_be_sent=True, broken=(), hidden=(), papers=(),
        missing=())
    kept = after(keeping, e.CaseTold(1, "keep", waiting.asked.key, answer))
    assert (papers_of(kept).promised, papers_of(kept).instead) == (("layout",), ("layout",))


def test_a_promise_of_the_list_stays_at_the_last_look() -> None:
    hidden = structs.replace(PLAN, of="field", id="nowhere")
    step = listed(said((PLAN, hidden)), promised=("layout",), instead=("layout",))
    unfit = replace(step, view=said((PLAN,)), draft=replace(draft({**ANSWERS, "area": "5"}), case=CASE))
    for ways in (pressed(at(step), e.Key.NEXT), pressed(at(step), e.MendEntry(1)), pressed(at(unfit), e.Key.SEND)):
        check = ways.session.step
        assert isinstance(check, s.Check), check
        assert (check.draft.promised, check.draft.instead) == (("layout",), ("layout",))


def test_home_asks_first_while_something_of_the_list_was_not_sent() -> None:
    plain = listed(said((PLAN, HEALTH)))
    assert pressed(at(plain), e.Key.HOME).session.step == s.FIRST
    reasoned = replace(plain, draft=replace(FILLED, reasons=((0, "right"),)))
    for step in (reasoned, replace(plain, promised=("health",)), s.Reasons(review=plain, at=0)):
        asked = pressed(at(step), e.Key.HOME)
        assert asked.session.step == s.AskedLeave(step)
        assert pressed(asked, e.Key.STAY).session.step == step
        gone, effects = press(asked, e.Key.HOME)
        assert gone.session.step == s.FIRST
        assert not [effect for effect in effects if isinstance(effect, s.AskCase)], "what was sent is not taken back"
    assert pressed(at(replace(reasoned, view=review("sent"))), e.Key.HOME).session.step == s.FIRST
