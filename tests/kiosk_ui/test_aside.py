"""A word touched in the middle of a form: what it is called is read beside it, and nothing of the form is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec import structs

from hall_daemon.wire.uploads import HandedPapers
from kiosk_ui.presenters.page import Choices
from kiosk_ui.presenters.reading import Reading
from kiosk_ui.sample_matters import ANSWERS, CASE, FOOD, GUIDES, asking, draft, guide, handed, review, view_of
from kiosk_ui.samples import SENIOR, guides, state
from kiosk_ui.state import Assist, State
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.drafts import Place
from tests.kiosk_ui.pages import names, page
from tests.kiosk_ui.steps import AT, after, press, pressed, told

COMPANY = e.GuideCame(1, "company", view_of(guide(*GUIDES[1])))
PLACE = asking(Place("place"), {"place": "测试街2号"})
FILLED = draft(ANSWERS, case=CASE)
PAPERS = s.Papers(draft=FILLED, before=FOOD, handed=handed(), url="https://hall.example/papers#s=x", good_s=120,
    offered_at_s=AT, next_at_s=AT)
REVIEW = s.Review(case=CASE, view=review("mend"), draft=FILLED, before=FOOD)


def at(step: s.Step, *, both: bool = False, called: str = "营业执照", **session: Assist) -> State:
    """`called`: a name of the matter of companies; `both`: and of another one."""
    shelf = guides()
    named = ("company", "pension-join") if both else ("company",)
    library = replace(shelf, guides=tuple(
        structs.replace(one, aliases=(called,)) if one.matter in named else one for one in shelf.guides
    ))
    return replace(state(step=step, **session), library=library)


def test_a_word_of_a_question_is_read_and_the_answer_waits() -> None:
    here = at(PLACE)
    key = page(here).actions[-1]
    assert (key.name, key.title) == ("term-0", "营业执照")
    coming, effects = press(here, key.press)
    assert effects == (e.FetchGuide(1, "company"),)
    assert page(coming).name == "aside-coming"
    read = after(coming, COMPANY)
    body = page(read).body
    assert isinstance(body, Reading)
    assert (body.title, body.passages[0].head) == ("公司设立登记", "要带的材料")
    assert pressed(read, e.Key.STAY).session.step == PLACE
    assert pressed(read, e.Key.BACK).session.step == PLACE


def test_its_pages_are_turned_from_the_last_to_the_first() -> None:
    read = after(pressed(at(PLACE), e.AskWord("营业执照")), COMPANY)
    large = replace(read, session=replace(read.session, assist=SENIOR))
    seen = []
    for _ in range(4):
        body = page(large).body
        assert isinstance(body, Reading)
        seen.append(body.passages)
        large = pressed(large, e.Key.TURN_LEAF)
    assert seen[0] == seen[3]
    assert len(set(seen)) == 3
    heads = [passage.head for passages in seen[:3] for passage in passages if passage.head]
    assert heads == ["要带的材料", "在哪里、什么时候办", "多久、多少钱", "谁可以办"]


def test_of_several_matters_it_is_asked_which_is_meant() -> None:
    which, effects = press(at(PLACE, both=True), e.AskWord("营业执照"))
    assert effects == ()
    body = page(which).body
    assert isinstance(body, Choices)
    assert body.title == "“营业执照”指哪一种？"
    assert [choice.press for choice in body.choices] == [e.ChooseGuide("company"), e.ChooseGuide("pension-join")]
    assert press(which, e.ChooseGuide("food")).state.session.step == which.session.step, "it is not called so"
    read = after(pressed(which, e.ChooseGuide("company")), COMPANY)
    assert page(read).name == "aside"
    back = pressed(read, e.Key.BACK)
    assert back.session.step == which.session.step
    assert pressed(back, e.Key.BACK).session.step == PLACE
    assert pressed(read, e.Key.STAY).session.step == PLACE


def test_a_guide_that_does_not_come_is_asked_for_again() -> None:
    coming = pressed(at(PLACE), e.AskWord("营业执照"))
    assert press(coming, e.Key.TRY_AGAIN).effects == (), "it is still being fetched"
    failed = after(coming, e.Lost(1, "guide", "company", "no answer"))
    assert page(failed).name == "aside-failed"
    assert names(page(failed).actions) == ["retry", "resume"]
    again, effects = press(failed, e.Key.TRY_AGAIN)
    assert effects == (e.FetchGuide(1, "company"),)
    assert page(after(again, COMPANY)).name == "aside"


def test_a_word_that_nothing_is_called_leads_nowhere() -> None:
    after_it = press(at(PLACE), e.AskWord("没有这个词"))
    assert (after_it.state.session.step, after_it.effects) == (PLACE, ())


def test_words_stand_at_what_the_form_says_and_not_at_what_its_person_wrote() -> None:
    wrong = s.Check(draft=draft({**ANSWERS, "area": "5"}), before=FOOD)
    assert names(page(at(wrong, called="面积太小")).actions) == ["hand-in", "term-0"]
    assert names(page(at(s.Check(draft=FILLED, before=FOOD), called="测试街2号")).actions) == ["hand-in"]
    own = replace(guides(), guides=tuple(
        structs.replace(one, aliases=("营业执照",)) if one.matter == "food" else one for one in guides().guides
    ))
    assert names(page(replace(at(PLACE), library=own)).actions) == ["next"], "that is where one is"


@pytest.mark.parametrize("step", [PAPERS, REVIEW, s.Reasons(review=REVIEW, at=1)], ids=["papers", "list", "reasons"])
def test_papers_and_the_one_list_lead_aside_too(step: s.Step) -> None:
    here = at(step, called="健康证")
    assert "term-0" in names(page(here).actions)
    aside = pressed(here, e.AskWord("健康证"))
    assert pressed(after(aside, COMPANY), e.Key.STAY).session.step == step


def test_where_there_is_no_room_no_word_stands() -> None:
    letters = replace(PLACE, letters="shi")
    assert "term-0" not in names(page(at(letters)).actions)
    assert names(page(at(PAPERS, called="健康证", assist=SENIOR)).actions) == ["send"]
    assert names(page(at(PLACE, assist=SENIOR)).actions) == ["next", "term-0"]


def test_a_form_that_is_left_from_there_is_asked_about_and_taken_back() -> None:
    aside = pressed(at(PAPERS, called="健康证"), e.AskWord("健康证"))
    asked = pressed(aside, e.Key.HOME)
    assert asked.session.step == s.AskedLeave(aside.session.step)
    assert pressed(asked, e.Key.STAY).session.step == aside.session.step
    left = press(asked, e.Key.HOME)
    assert left.state.session.step == s.FIRST
    assert [effect.about for effect in left.effects if isinstance(effect, s.AskCase)] == ["withdraw"]


def test_the_page_behind_gets_its_news() -> None:
    out = replace(PAPERS, next_at_s=None)
    aside = pressed(at(out, called="健康证"), e.AskWord("健康证"))
    news = HandedPapers(review=CASE.review, title=handed().title, papers=handed(clear=True).papers)
    here = after(aside, e.CaseTold(1, "papers", "look", news))
    assert isinstance(here.session.step, s.Aside)
    papers = pressed(here, e.Key.STAY).session.step
    assert isinstance(papers, s.Papers)
    assert papers.handed == news
    assert told(aside) == (), "it asks by itself again once it is shown"
    assert [effect.about for effect in told(pressed(here, e.Key.STAY), AT + 60) if isinstance(effect, s.AskCase)] == [
        "papers", "phone"
    ]


def test_whoever_calls_for_help_there_finds_it_again_with_what_came_meanwhile() -> None:
    coming = pressed(at(PLACE), e.AskWord("营业执照"))
    helped, effects = press(coming, e.Key.CALL_HELP)
    assert [effect.matter for effect in effects if isinstance(effect, e.CallHelp)] == ["food"]
    read = pressed(after(helped, COMPANY), e.Key.BACK)
    assert page(read).name == "aside"
    assert pressed(read, e.Key.STAY).session.step == PLACE


def test_a_guide_that_comes_while_help_is_called_is_shown_after_it() -> None:
    guide_page = replace(state(step=s.Guide("company", s.Guides())), library=guides())
    helped = pressed(guide_page, e.Key.CALL_HELP)
    assert page(pressed(after(helped, COMPANY), e.Key.BACK)).name == "guide"
    lost = after(helped, e.Lost(1, "guide", "company", "no answer"))
    assert page(pressed(lost, e.Key.BACK)).name == "guide-failed"
