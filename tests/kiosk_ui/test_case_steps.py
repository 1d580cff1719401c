"""A pre-review at the kiosk: against a real hall from the guide to the number, and step by step where it goes wrong."""

from __future__ import annotations

from dataclasses import replace

from msgspec import structs

from hall_daemon.wire import reviews as r
from hall_daemon.wire.problems import problem
from hall_daemon.wire.uploads import HandoverState, MoveOffer, MoveState, Offer
from kiosk_ui.presenters.page import Choices, Notice, Pad
from kiosk_ui.sample_matters import ANSWERS, CASE, FOOD, ID_NUMBER, both_ways, draft, handed, review
from kiosk_ui.samples import SENIOR, guides, state
from kiosk_ui.state import State, drafts, mending, papers, reduce
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.cases import LOOK_S, REVIEW_S
from kiosk_ui.state.drafts import Place
from kiosk_ui.state.model import WITH_A_PHONE
from tests.hall_daemon.adapters.http.review_halls import CANARY, Case, ReviewHall
from tests.kiosk_ui.pages import names, page
from tests.kiosk_ui.steps import AT, after, press, pressed, told
from tests.kiosk_ui.visitors import Visitor, by_phone, to_papers

FILLED = draft(ANSWERS, case=CASE)
PAPERS = s.Papers(draft=FILLED, before=FOOD, handed=handed(), url="https://hall.example/papers#s=x", good_s=120,
    offered_at_s=AT, next_at_s=AT)


def at(step: s.Step) -> State:
    return replace(state(step=step), library=guides())


def asked(effects: tuple[e.Effect, ...]) -> list[str]:
    return [effect.about for effect in effects if isinstance(effect, s.AskCase)]


# -- a real hall -----------------------------------------------------------------------------------


def test_from_a_guide_to_a_prepared_number(rig: ReviewHall) -> None:
    visitor = to_papers(rig)
    step = visitor.step
    assert isinstance(step, s.Papers)
    assert step.handed is not None
    needed = [paper.id for paper in step.handed.papers if paper.needed]
    assert page(visitor.state).actions[0].enabled is False
    by_phone(rig, visitor, *needed)
    visitor.press(e.Key.SEND)
    sent = visitor.step
    assert isinstance(sent, s.Review), sent
    assert sent.view.state == "sent"
    path = f"/api/v1/reviews/{sent.case.review}"
    version = rig.staff.post(f"{path}/look", {}, headers={"X-Hall-Client": "staff:bo"}).json()["version"]
    plan, area = {"of": "paper", "id": needed[0], "code": "unreadable"}, {"of": "field", "id": "area"}
    defects = [plan, {**area, "code": "not_matching"}]
    seen = {"X-Hall-Client": "staff:bo", "If-Match": f'"{version}"'}
    rig.staff.post(f"{path}/mend", {"defects": defects}, headers=seen)
    visitor.wait(REVIEW_S)
    listed = page(visitor.state).body
    assert isinstance(listed, Choices)
    assert (listed.title, len(listed.choices)) == ("还有 2 处要改", 2)
    visitor.press(e.Key.NEXT, e.GoTo(Place("area")), e.Key.CLEAR, e.TypeKey("6"), e.TypeKey("0"), e.Key.NEXT)
    visitor.press(e.Key.HAND_IN)
    by_phone(rig, visitor, needed[0], seed=2)
    visitor.press(e.Key.SEND)
    again = visitor.step
    assert isinstance(again, s.Review), again
    assert again.view.state == "sent"
    version = rig.staff.post(f"{path}/look", {}, headers={"X-Hall-Client": "staff:bo"}).json()["version"]
    rig.staff.post(f"{path}/pass", headers={"X-Hall-Client": "staff:bo", "If-Match": f'"{version}"'})
    visitor.wait(REVIEW_S)
    passed = page(visitor.state).body
    assert isinstance(passed, Notice)
    assert passed.title == "预审通过"
    assert passed.strip is not None
    assert passed.strip.head.startswith("预审参考，不代表受理")
    assert names(page(visitor.state).actions) == ["draw-prepared", "leave"]
    person = again.draft and drafts.person_of(again.draft)
    visitor.press(e.Key.FINISH)
    assert visitor.state.fresh
    visitor.client.close()

    another_day = Visitor(rig)
    another_day.press(e.Key.OPEN_LOOKUP, e.Key.OPEN_REVIEW, *map(e.TypeKey, again.view.review[3:].replace("-", "")))
    another_day.press(*map(e.TypeKey, str(person)), e.Key.FIND)
    assert page(another_day.state).name == "review-passed"
    another_day.press(e.Key.DRAW_PREPARED)
    number = another_day.step
    assert isinstance(number, s.Number), number
    assert number.issued.services == ("food-ready",)
    another_day.client.close()


def test_a_review_of_somebody_else_is_not_found(rig: ReviewHall) -> None:
    case = Case(rig).sent()
    visitor = Visitor(rig)
    digits = case.id[3:].replace("-", "")
    visitor.press(e.Key.OPEN_LOOKUP, e.Key.OPEN_REVIEW, *map(e.TypeKey, digits), *map(e.TypeKey, ID_NUMBER), e.Key.FIND)
    assert isinstance(visitor.step, s.Stuck), visitor.step
    assert visitor.step.trouble.code == "unknown_review"
    visitor.press(e.Key.BACK, e.Key.CLEAR, *map(e.TypeKey, CANARY), e.Key.FIND)
    assert page(visitor.state).name == "review-sent"
    assert page(visitor.state).actions[0].name == "leave"
    visitor.client.close()


def test_digits_of_a_review_and_of_its_person_are_typed_and_taken_back() -> None:
    here = pressed(at(s.FindReview()), e.TypeKey("2"), e.TypeKey("X"), e.Key.ERASE)
    assert here.session.step == s.FindReview()
    assert pressed(here, e.Key.BACK).session.step == s.LookUp()
    whole = pressed(here, *map(e.TypeKey, "20261128000012"))
    (find,) = page(whole).actions
    assert (find.enabled, find.why) == (False, "还差 18 位")
    assert press(whole, e.Key.FIND).effects == ()
    person = pressed(whole, *map(e.TypeKey, ID_NUMBER + "9"))
    body = page(person).body
    assert isinstance(body, Pad)
    assert (body.title, body.typed) == ("输入您的身份证号", "110101 19900307 0011")
    assert pressed(person, e.Key.CLEAR).session == whole.session
    assert pressed(whole, e.Key.CLEAR).session.step == s.FindReview()
    assert ID_NUMBER not in repr(person)


def test_who_goes_before_sending_leaves_nothing(rig: ReviewHall) -> None:
    visitor = to_papers(rig)
    step = visitor.step
    assert isinstance(step, s.Papers)
    case = step.draft.case
    assert case is not None
    by_phone(rig, visitor)
    assert rig.room.handovers.state(case.review)[0] == "confirmed"
    visitor.press(e.Key.HOME, e.Key.HOME)
    assert visitor.step == s.FIRST
    assert rig.room.handovers.state(case.review)[0] == "none", "the phone ends with the session"
    seen = rig.staff.get(f"/api/v1/reviews/{case.review}", headers={"Case-Token": case.token}).json()
    assert seen["state"] == "withdrawn"
    visitor.client.close()


# -- step by step ----------------------------------------------------------------------------------


def test_who_is_idle_takes_the_draft_back_too() -> None:
    gone, effects = reduce(at(PAPERS), e.Tick(), AT + 300)
    assert gone.fresh
    assert asked(effects) == ["withdraw"]
    sent = at(s.Review(case=CASE, view=review("sent"), draft=FILLED, before=FOOD))
    assert asked(reduce(sent, e.Tick(), AT + 300).effects) == []


def test_who_takes_pictures_is_not_idle() -> None:
    claimed = at(replace(PAPERS, claimed=True))
    later = AT + claimed.settings.idle_s * (WITH_A_PHONE - 1)
    assert replace(claimed, now_s=later).countdown_left_s is None
    assert replace(at(PAPERS), now_s=later).countdown_left_s is not None
    news = after(claimed, e.CaseTold(1, "papers", "look", handed(clear=True)), at_s=later)
    assert news.touched_at_s == later


def test_papers_are_looked_at_by_themselves_and_after_an_answer_that_was_lost() -> None:
    here = at(PAPERS)
    assert asked(told(here)) == ["papers", "phone"]
    out = after(here, e.Tick())
    assert asked(told(out)) == []
    assert asked(told(after(out, e.Lost(1, "papers", "look", "x")), AT + LOOK_S)) == ["papers", "phone"]
    came = after(out, e.CaseTold(1, "phone", "look", HandoverState(state="claimed", number="47")))
    body = page(came).body
    assert isinstance(body, Choices)
    assert body.code is not None
    assert (body.code.number, body.code.url) == ("47", "")


def test_a_phone_that_came_hands_in_when_its_number_was_compared() -> None:
    came = after(at(PAPERS), e.CaseTold(1, "phone", "look", HandoverState(state="claimed", number="47")))
    assert names(page(came).actions) == ["same", "other"]
    senior = page(replace(came, session=replace(came.session, assist=SENIOR)))
    assert [key.title for key in senior.actions] == ["一样", "不一样"]
    agreed, effects = press(came, e.Key.SAME_NUMBER)
    assert asked(effects) == ["same"]
    assert names(page(agreed).actions) == ["same", "other"], "the hall has not said so yet"
    said = after(agreed, e.CaseTold(1, "same", "key-1", HandoverState(state="confirmed", number="47")))
    assert names(page(said).actions)[0] == "send"
    assert press(said, e.Key.SAME_NUMBER).effects == ()
    another, effects = press(came, e.Key.NEW_CODE)
    assert asked(effects) == ["offer"]
    assert isinstance(another.session.step, s.Papers)
    assert (another.session.step.claimed, another.session.step.number) == (False, "")


def test_a_phone_takes_the_place_of_the_page_that_was_sent_back() -> None:
    told = review("mend").lists[-1].defects[0]
    layout = structs.replace(told, of="paper", id="layout", code="unreadable", page=2, mended=False)
    health = structs.replace(told, of="paper", id="health", code="too_few_copies", page=None, mended=False)
    whole = structs.replace(told, of="paper", id="rules", code="expired", page=None, mended=False)
    first = tuple((paper.id, page.page, page.version) for paper in handed(clear=True).papers for page in paper.pages)
    step = replace(PAPERS, draft=replace(FILLED, defects=(layout, health, whole)), first=first)
    assert papers.told_pages(step) == {"layout": 2, "rules": 1}, "a copy more is one page more"
    assert papers.next_page(replace(step, wanted="health", handed=handed(clear=True))) == 2


def test_news_reach_the_page_behind_a_question() -> None:
    out = after(at(PAPERS), e.Tick())
    asked_leave = pressed(out, e.Key.HOME)
    back = pressed(after(asked_leave, e.CaseTold(1, "papers", "look", handed(clear=True))), e.Key.STAY)
    assert isinstance(back.session.step, s.Papers)
    assert back.session.step.handed == handed(clear=True)
    failed = pressed(after(asked_leave, e.Lost(1, "papers", "look", "x")), e.Key.STAY)
    assert isinstance(failed.session.step, s.Papers)
    assert failed.session.step.next_at_s == AT + LOOK_S


def test_an_unclear_picture_may_stay_and_a_paper_may_be_promised() -> None:
    here = pressed(at(PAPERS), e.ShowPaper("layout"))
    assert names(page(here).actions) == ["list", "insist"]
    kept, effects = press(here, e.Key.INSIST)
    (effect,) = effects
    assert isinstance(effect, s.AskCase)
    assert (effect.about, effect.ref) == ("insist", "layout/pages/1")
    assert isinstance(kept.session.step, s.Papers)
    promised = replace(PAPERS, wanted="layout", handed=handed(clear=True, plan=False))
    here = at(promised)
    assert names(page(here).actions) == ["list", "promise"]  # 容缺, as its guide allows
    later = pressed(here, e.Key.PROMISE)
    assert isinstance(later.session.step, s.Papers)
    assert later.session.step.promised == ("layout",)
    health = replace(promised, wanted="health")
    assert pressed(at(health), e.Key.PROMISE).session.step == health
    assert pressed(at(PAPERS), e.ShowPaper("nothing")).session.step == PAPERS


def test_a_promise_for_later_and_one_instead_are_two_keys() -> None:
    without = handed(clear=True, plan=False)
    here = at(replace(PAPERS, wanted="layout", handed=without, before=both_ways()))
    assert names(page(here).actions) == ["list", "promise", "promise-instead"]
    later, instead = (pressed(here, key).session.step for key in (e.Key.PROMISE, e.Key.PROMISE_INSTEAD))
    assert isinstance(later, s.Papers)
    assert isinstance(instead, s.Papers)
    assert (later.promised, later.instead) == (("layout",), ())
    assert (instead.promised, instead.instead) == (("layout",), ("layout",))
    again = at(replace(instead, wanted="layout"))
    assert names(page(again).actions) == ["list", "promise"]
    body = page(again).body
    assert isinstance(body, Notice)
    assert "终止" not in str(body), "nothing is to be brought"
    back = pressed(again, e.Key.PROMISE).session.step
    assert isinstance(back, s.Papers)
    assert (back.promised, back.instead) == ((), ())
    only_later = at(replace(PAPERS, wanted="layout", handed=without))
    assert pressed(only_later, e.Key.PROMISE_INSTEAD).session == only_later.session


def test_what_is_sent_says_which_of_the_two() -> None:
    without = handed(clear=True, plan=False)
    there = replace(PAPERS, handed=without, promised=("layout",), instead=("layout",))
    known, _ = press(at(there), e.Key.SEND)
    assert isinstance(known.session.step, s.Waiting)
    asked = known.session.step.asked
    told = reduce(known, e.CaseTold(known.session_no, "review", asked.key, review("draft")), AT)
    (effect,) = told.effects
    assert isinstance(effect, s.AskCase)
    assert isinstance(effect.body, r.SendReviewBody)
    assert (effect.body.promised, effect.body.instead) == (("layout",), ("layout",))


def test_nothing_is_sent_while_a_paper_is_missing() -> None:
    assert press(at(PAPERS), e.Key.SEND).effects == ()
    ready = at(replace(PAPERS, handed=handed(clear=True)))
    sending, effects = press(ready, e.Key.SEND)
    assert asked(effects) == ["review"]  # what the phone handed in made new versions
    assert page(sending).name == "asking"
    assert pressed(sending, e.Key.HOME, e.Key.CALL_HELP).session == sending.session


def test_what_was_sent_without_an_answer_is_not_sent_twice() -> None:
    sending, effects = press(at(replace(PAPERS, handed=handed(clear=True))), e.Key.SEND, "k")
    (look,) = effects
    assert isinstance(look, s.AskCase)
    written, effects = reduce(sending, e.CaseTold(1, "review", look.key, review("draft")), AT)
    assert asked(effects) == ["send"]
    (send,) = effects
    assert isinstance(send, s.AskCase)
    assert send.case == CASE._replace(version=4)
    lost = after(written, e.Lost(1, "send", send.key, "x"))
    assert page(lost).name == "stuck"
    again, effects = press(lost, e.Key.TRY_AGAIN, "k2")
    (look,) = effects
    assert isinstance(look, s.AskCase)
    done, effects = reduce(again, e.CaseTold(1, "review", look.key, review("sent")), AT)
    assert effects == ()
    assert isinstance(done.session.step, s.Review)


def test_a_refusal_is_said_in_the_halls_words_and_leads_back() -> None:
    waiting = press(at(replace(PAPERS, handed=handed(clear=True))), e.Key.SEND, "k").state
    refused = after(waiting, e.Refused(1, "review", "k", problem("papers_missing", {"papers": "layout"})))
    body = page(refused).body
    assert isinstance(body, Notice)
    assert "layout" in body.title
    back = pressed(refused, e.Key.BACK)
    assert isinstance(back.session.step, s.Papers)
    unknown = after(waiting, e.Refused(1, "review", "k", problem("not_allowed", {"right": "apply"})))
    assert page(unknown).name == "stuck"


def test_a_code_that_is_old_is_made_anew() -> None:
    old = replace(at(PAPERS), now_s=AT + 121, touched_at_s=AT + 121)
    assert names(page(old).actions) == ["send", "new-code"]
    new, effects = press(old, e.Key.NEW_CODE, "k", AT + 121)
    assert asked(effects) == ["offer"]
    offer = Offer(url="https://hall.example/papers#s=y", good_s=120)
    shown = after(new, e.CaseTold(1, "offer", "k", offer), at_s=AT + 122)
    assert names(page(shown).actions) == ["send"]


def test_who_goes_on_with_their_phone_keeps_the_draft() -> None:
    leaving = pressed(at(PAPERS), e.Key.HOME)
    assert names(page(leaving).nav) == ["take-along"]
    asking, effects = press(leaving, e.Key.TAKE_ALONG, "k")
    assert asked(effects) == ["move"]
    offer = MoveOffer(url="https://hall.example/case#s=x", rows=(), good_s=120)
    shown = after(asking, e.CaseTold(1, "move", "k", offer))
    body = page(shown).body
    assert isinstance(body, Notice)
    assert body.code is not None
    assert (body.code.url, CASE.token in str(body)) == (offer.url, False)
    assert press(shown, e.Key.SAME_NUMBER).effects == ()
    came = after(shown, e.CaseTold(1, "moved", "look", MoveState(state="claimed", number="47")))
    assert names(page(came).actions) == ["same", "other"]
    stays, effects = press(came, e.Key.BACK)
    assert (asked(effects), isinstance(stays.session.step, s.Papers)) == (["stay"], True)
    assert asked(reduce(came, e.Tick(), AT + 900).effects)[0] == "withdraw", "nobody agreed"
    agreed, effects = press(came, e.Key.SAME_NUMBER)
    assert asked(effects) == ["agree"]
    assert "withdraw" not in asked(reduce(agreed, e.Tick(), AT + 900).effects)
    gone = e.Refused(1, "moved", "look", problem("unknown_review", {"review": ""}))
    taken = after(agreed, gone)
    assert taken.session.step == s.Taken(CASE.review)
    assert after(came, gone).session.step != taken.session.step
    assert press(taken, e.Key.FINISH).effects == (e.ForgetReadings(),)
    without = pressed(at(s.Check(draft=FILLED, before=FOOD)), e.Key.HOME)
    assert page(without).nav == ()
    assert pressed(without, e.Key.TAKE_ALONG).session == without.session


def test_a_secret_stands_in_no_code_and_in_nothing_that_is_printed() -> None:
    here = at(s.Review(case=CASE, view=review("sent"), draft=FILLED, before=FOOD))
    assert CASE.token not in repr(here) + repr(at(PAPERS)) + str(page(here))
    assert "s=x" not in repr(at(PAPERS))


def test_an_entry_that_needs_no_mending_is_answered_by_a_sentence() -> None:
    seen = review("mend")
    extra = structs.replace(seen.lists[-1].defects[1], code="not_needed", mended=False)
    told = structs.replace(seen.lists[-1], defects=(seen.lists[-1].defects[0], extra))
    view = structs.replace(seen, lists=(told,))
    here = at(s.Review(case=CASE, view=view, draft=FILLED, before=FOOD, promised=()))
    # What is not needed asks for no picture of it.
    why = pressed(here, e.MendEntry(1))
    assert why.session.step == s.Reasons(review=why.session.step.review, at=1)  # type: ignore[union-attr]
    shown = page(why)
    assert isinstance(shown.body, Choices)
    assert names(shown.body.choices)[0] == "reason-extra"
    one = pressed(why, shown.body.choices[0].press)
    assert isinstance(one.session.step, s.Review)
    assert mending.left(one.session.step) == 1
    assert [choice.icon for choice in page(one).body.choices] == ["", "check"]  # type: ignore[union-attr]
    # From the place of any other, and back to it all the same.
    place, effects = press(one, e.MendEntry(0))
    assert asked(effects) == ["papers", "offer"]
    came = after(place, e.CaseTold(1, "papers", "look", handed(clear=True)))
    assert "not-needed" in names(page(came).actions)
    asks = pressed(came, e.Key.NOT_NEEDED)
    assert isinstance(pressed(asks, e.Key.NEXT).session.step, s.Papers)
    both = pressed(asks, e.GiveReason("right"))
    sending, effects = press(both, e.Key.SEND, "k")
    assert asked(effects) == ["review"]
    (send,) = told_effects(after_effects(sending, e.CaseTold(1, "review", "k", view)))
    assert [(each.how, each.words) for each in send.replies] == [  # type: ignore[attr-defined]
        ("not_needed", "right"), ("not_needed", "知道了，这样材料不交了")
    ]
    another = structs.replace(view, lists=(told, told))
    again = after(both, e.CaseTold(1, "review", "look", another))
    assert isinstance(again.session.step, s.Review)
    assert mending.left(again.session.step) == 2, "what was said was said of another list"


def after_effects(before: State, event: e.Event) -> tuple[e.Effect, ...]:
    return reduce(before, event, AT).effects


def told_effects(effects: tuple[e.Effect, ...]) -> list[object]:
    return [effect.body for effect in effects if isinstance(effect, s.AskCase) and effect.about == "send"]
