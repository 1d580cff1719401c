"""问一问 at a kiosk: what a question leads to, what is said where it leads nowhere; before a real hall too."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from kiosk_ui.presenters.page import Search
from kiosk_ui.presenters.reading import Reading
from kiosk_ui.sample_asked import answer, of_a_field
from kiosk_ui.sample_news import NEWS
from kiosk_ui.samples import guide_view, guides, state
from kiosk_ui.state import Assist, State, topics
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from tests.kiosk_ui.pages import names, page
from tests.kiosk_ui.steps import after, press, pressed
from tests.kiosk_ui.visitors import Visitor, food_hall


def typed(text: str, chosen: int = 0) -> State:
    return replace(state(step=s.Search(typed=text, asked=text, chosen=chosen)), library=guides())


def search(here: State, language: str = "zh") -> Search:
    body = page(here, language).body
    assert isinstance(body, Search)
    return body


def test_a_question_for_a_paragraph_leads_there_and_back() -> None:
    said = answer("food", "company", paragraph="materials.health")
    here = after(typed("jkz"), e.MattersFound(1, "jkz", said.matters, said))
    assert [choice.detail for choice in search(here).choices] == ["您问的在：要带的材料", "5 个工作日 · 不收费"]
    asked, effects = press(here, e.ChooseGuide("food"))
    assert effects == (e.FetchGuide(1, "food"),)
    read = after(asked, e.GuideCame(1, "food", guide_view()))
    assert isinstance(read.session.step, s.Topic)
    assert (read.session.step.id, read.session.step.lead) == ("papers", "materials.health")
    back = pressed(read, e.Key.BACK, e.Key.BACK)
    assert isinstance(back.session.step, s.Guide)
    assert pressed(back, e.Key.BACK).session.step == here.session.step
    other = pressed(here, e.ChooseGuide("company"))
    assert isinstance(other.session.step, s.Guide)
    assert other.session.step.lead == "", "the paragraph is of the first one"


@pytest.mark.parametrize("paragraph", ["stopped", "progress", "nothing", ""])
def test_what_the_guide_has_no_topic_for_shows_the_guide(paragraph: str) -> None:
    guide = s.Guide("food", s.Guides(), guide_view(), lead=paragraph)
    assert topics.led(guide) == guide


def test_the_page_that_a_question_led_to_is_the_one_with_its_paragraph() -> None:
    view = guide_view()
    listed = s.Topics(s.Guide("food", s.Guides(), view))
    lines = [(one.id, line) for one in view.paragraphs if one.id == "materials" for line in one.lines]
    for _, line in lines:
        step = s.Topic(listed, "papers", lead=f"materials.{line.part}")
        body = page(replace(state(step=step), library=guides())).body
        assert isinstance(body, Reading)
        assert any(line.text["zh"].startswith(piece.text[:6]) for piece in body.passages), line


def test_a_text_that_no_question_led_to_begins_at_its_beginning() -> None:
    step = s.Topic(s.Topics(s.Guide("food", s.Guides(), guide_view())), "papers")
    here = replace(state(step=step, assist=Assist(True, True, True, True)), library=guides())
    body = page(here).body
    assert isinstance(body, Reading)
    assert body.passages[0].text.startswith("食品经营许可申请书")


def named(*aliases: str, both: bool = False) -> State:
    """A text that is read, and a matter that is called as the text says."""
    shelf = guides()
    company = structs.replace(shelf.guides[1], aliases=aliases)
    other = structs.replace(shelf.guides[2], aliases=aliases if both else ())
    step = s.Topic(s.Topics(s.Guide("food", s.Guides(), guide_view())), "papers")
    library = replace(shelf, guides=(shelf.guides[0], company, other, *shelf.guides[3:]))
    return replace(state(step=step), library=library)


def test_a_word_that_is_touched_leads_to_its_matter_and_back() -> None:
    here = named("营业执照", "执照", "营业执照；复印件")
    key = page(here).actions[-1]
    assert key.title == "营业执照；复印件", "the longest; what lies in it is none"
    guide, effects = press(here, key.press)
    assert effects == (e.FetchGuide(1, "company"),)
    assert pressed(guide, e.Key.BACK).session.step == here.session.step
    assert "term-0" not in names(page(named("店")).actions)
    assert press(here, e.AskWord("没有这个词")).effects == ()


def test_a_word_of_a_notice_leads_to_its_matter_and_back() -> None:
    shelf = named("营业执照", "食品经营许可").library
    here = replace(state(step=s.OneNotice("in-one")), library=shelf, news=NEWS)
    about, longer, shorter = page(here).actions
    assert (about.press, longer.title, shorter.title) == (e.ChooseGuide("food"), "食品经营许可", "营业执照")
    guide, effects = press(here, shorter.press)
    assert effects == (e.FetchGuide(1, "company"),)
    assert pressed(guide, e.Key.BACK).session.step == here.session.step


def test_a_word_of_several_matters_asks_which() -> None:
    here = named("营业执照", both=True)
    asked, effects = press(here, page(here).actions[-1].press)
    assert effects == (e.FindMatters(1, "营业执照"),)
    assert [choice.name for choice in search(asked).choices] == ["guide-company", "guide-pension-join"]
    assert pressed(asked, e.Key.ERASE, e.Key.CLEAR, e.Key.BACK).session.step == here.session.step


def test_large_print_keeps_its_keys_whole() -> None:
    here = named("营业执照")
    large = replace(here, session=replace(here.session, assist=Assist(True, True, True, True)))
    assert names(page(large).actions) == ["more", "pictures"]


def test_where_no_matter_is_named_the_page_says_what_the_hall_said() -> None:
    here = typed("qq")
    for said, hint in (
        (answer(person=True, elsewhere="婚姻登记"), "“婚姻登记”不在这里的指南里，请叫人帮忙"),
        (answer(paragraph="hours"), "办公时间：开放中 · 12:00 结束"),
        (answer(paragraph="places"), "大厅里的位置，请看指示牌，或问工作人员"),
        (answer(paragraph="progress"), "查进度：回首页，点“查询进度”"),
        (answer(), "没有找到。换个说法，或问工作人员"),
        (answer(person=True), "没有找到。换个说法，或问工作人员"),
    ):
        shown = search(after(here, e.MattersFound(1, "qq", (), said)))
        assert (shown.hint, shown.empty) == (hint, True)
    sent = press(here, e.Key.FIND).state
    told = search(after(sent, e.MattersFound(1, "qq", (), answer(person=True))))
    assert told.hint == "这个工作人员知道，请叫人帮忙"


def test_a_question_about_a_field_shows_what_its_form_says() -> None:
    here = after(typed("mj"), e.MattersFound(1, "mj", ("food",), of_a_field()))
    shown = search(here)
    assert shown.hint == (
        "店名：行政区划、两个字以上的字号、行业、组织形式，连着写。 · 例：示例市测试小吃店（个体工商户）"
    )
    assert [choice.detail for choice in shown.choices] == ["您问的在：店名"]
    asked = press(here, e.ChooseGuide("food")).state
    assert isinstance(after(asked, e.GuideCame(1, "food", guide_view())).session.step, s.Guide)


def test_a_question_is_sent_off_once_as_it_stands() -> None:
    here = after(typed("sbk"), e.MattersFound(1, "sbk", (), answer()))
    sent, effects = press(here, e.Key.FIND)
    assert effects == (e.FindMatters(1, "sbk", whole=True),)
    assert press(sent, e.Key.FIND).effects == ()
    assert [key.enabled for key in search(sent).mends if key.name == "find"] == [False]
    assert press(pressed(sent, e.TypeKey("d")), e.Key.FIND).effects == (e.FindMatters(1, "sbkd", whole=True),)
    empty = replace(state(step=s.Search()), library=guides())
    assert press(empty, e.Key.FIND).effects == press(pressed(empty, e.TypeKey("a")), e.Key.FIND).effects == ()
    early = pressed(empty, e.TypeKey("a"), e.TypeKey("b"), e.TypeKey("c"))
    sent = press(early, e.Key.FIND).state
    late = after(sent, e.MattersFound(1, "ab", ("company",)), e.MattersFound(1, "abc", ("food",), answer("food")))
    assert isinstance(late.session.step, s.Search)
    assert late.session.step.found == ("food",), "an answer to what was typed before says nothing"


def test_english_has_a_key_between_words() -> None:
    here = replace(state(step=s.Search()), library=guides())
    assert "key-space" in [key.name for row in search(here, "en").keys for key in row]
    assert "key-space" not in [key.name for row in search(here).keys for key in row], "pinyin needs none"
    words = pressed(here, e.TypeKey(" "), *(e.TypeKey(key) for key in "food  licence"))
    assert isinstance(words.session.step, s.Search)
    assert words.session.step.typed == "food licence"


def test_before_a_real_hall(tmp_path: Path) -> None:
    with food_hall(tmp_path, []) as rig:
        rig.hall.questions.prepare()
        visitor = Visitor(rig)
        visitor.press(e.Key.OPEN_GUIDES, e.Key.OPEN_SEARCH, *map(e.TypeKey, "how much is a residence permit"))
        visitor.press(e.ChooseGuide("residence-permit"))
        assert isinstance(visitor.step, s.Topic)
        assert visitor.step.lead == "fee"
        visitor.press(e.Key.HOME, e.Key.OPEN_GUIDES, e.Key.OPEN_SEARCH, *map(e.TypeKey, "fenhongsexiaobenzi"))
        assert rig.staff.get("/api/v1/questions").json()["unanswered"] == [], "it is being typed"
        visitor.press(e.Key.FIND)
        (row,) = rig.staff.get("/api/v1/questions").json()["unanswered"]
        assert row["question"] == "fenhongsexiaobenzi"
        rig.staff.post("/api/v1/questions/lead", {"question": row["question"], "matter": "senior-card"})
        visitor.press(e.Key.ERASE, e.TypeKey("i"))
        assert isinstance(visitor.step, s.Search)
        assert visitor.step.found == ("senior-card",)
