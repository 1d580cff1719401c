"""Guides and the search for a matter: what keys do, what answers bring, what pages say. Pure, but for the client."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from msgspec import structs

from hall_daemon.wire.ask import AskAnswer, HelpView
from hall_daemon.wire.guides import GuideGroup, Guides
from hall_daemon.wire.problems import problem
from kiosk_ui.client import HallClient
from kiosk_ui.presenters.page import Choices, Guide, Home, Search
from kiosk_ui.sample_matters import announced_view, stopped_view
from kiosk_ui.samples import GUIDES, guide_view, guides, shut, state
from kiosk_ui.state import Assist, State, reduce
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.browsing import TYPED_MAX
from kiosk_ui.state.model import Library
from tests.kiosk_ui.pages import choices, names, notice, page
from tests.kiosk_ui.steps import AT, after, press, pressed, told
from tests.kiosk_ui.tiny_hall import Answer, refusal, said, tiny_hall

FOUND = AskAnswer(answered=True, matters=("food",), person=False, paragraph=None, elsewhere=None)
CALLED = HelpView(help="h", channel="kiosk", place="kiosk-1", matter="", at="2026-11-28T01:00:00Z", state="open", by="")


def at(step: s.Step) -> State:
    return replace(state(step=step), library=guides())


def test_a_hall_with_guides_offers_them_and_one_without_does_not() -> None:
    with_guides, without = page(at(s.FIRST)).body, page(state(step=s.FIRST)).body
    assert isinstance(with_guides, Home)
    assert isinstance(without, Home)
    assert names(with_guides.tiles) == ["draw", "guides", "precheck", "checkin", "lookup", "helper"]
    elder = replace(at(s.FIRST), session=replace(at(s.FIRST).session, assist=Assist(True, True, True, True)))
    shown = page(elder).body
    assert isinstance(shown, Home)
    assert names(shown.tiles) == ["draw", "lookup", "guides", "helper"], "in 长辈模式 no more"
    assert names(without.tiles) == ["draw", "lookup", "helper"]
    for key in (e.Key.OPEN_GUIDES, e.Key.OPEN_FORMS, e.Key.OPEN_CHECK_IN):
        assert pressed(state(step=s.FIRST), key).session.step == s.FIRST


def test_from_the_first_page_to_what_can_be_pre_reviewed_and_back() -> None:
    here = pressed(at(s.FIRST), e.Key.OPEN_FORMS)
    listed = choices(here)
    assert [choice.name for choice in listed.choices] == ["guide-food"], "the one that has a form"
    guide = pressed(here, e.ChooseGuide("food"))
    assert isinstance(guide.session.step, s.Guide)
    assert pressed(guide, e.Key.BACK).session.step == here.session.step
    went_on = pressed(here, e.Key.OPEN_REVIEW)
    assert pressed(went_on, e.TypeKey("2"), e.Key.BACK, e.Key.BACK).session.step == here.session.step
    many = Library(here.library.groups, tuple(structs.replace(one, form="food") for one in here.library.guides * 4))
    grouped = replace(here, library=many)
    assert choices(grouped).choices[0].name.startswith("group-")
    inside = pressed(grouped, e.ChooseGroup("business"))
    assert inside.session.step == s.Guides("business", forms=True)
    assert pressed(inside, e.Key.BACK).session.step == s.Guides(forms=True)


def test_who_arrives_says_with_what_and_comes_back_there() -> None:
    here = pressed(at(s.FIRST), e.Key.OPEN_CHECK_IN)
    assert names(choices(here).choices) == ["review", "number"]
    assert pressed(here, e.Key.OPEN_REVIEW, e.TypeKey("2"), e.Key.CLEAR, e.Key.BACK).session.step == s.CheckIn()
    typed = pressed(here, e.Key.OPEN_LOOKUP, e.TypeKey("A"), e.Key.CLEAR, e.TypeKey("A"), e.Key.ERASE)
    assert pressed(typed, e.Key.BACK).session.step == s.CheckIn()
    assert pressed(typed, e.Key.BACK, e.Key.BACK).session.step == s.FIRST


def test_letters_have_words_to_choose_from_and_a_word_is_looked_for() -> None:
    here = typed(at(s.Search()), "shipin")
    meant = search(here).candidates
    assert meant[0].title == "食品", "it stands in the name of a matter; 视频 is more usual"
    assert search(here, "en").candidates == ()
    chosen = press(after(here, e.MattersFound(1, "sh", ())), meant[0].press).state
    step = chosen.session.step
    assert isinstance(step, s.Search)
    assert (step.typed, step.letters, step.found) == ("食品", "", ("food",))
    assert search(chosen).candidates == ()
    behind = typed(chosen, "xuke")
    assert (search(behind).typed, search(behind).candidates[0].title) == ("食品 xuke", "许可")
    assert search(pressed(behind, e.PickText("虚", 2))).typed == "食品虚 ke"
    one = pressed(behind, *[e.Key.ERASE] * 5)
    assert isinstance(one.session.step, s.Search)
    assert (one.session.step.typed, one.session.step.letters, one.session.step.found[0]) == ("食", "", "food")
    assert search(pressed(behind, e.Key.TURN_WORDS)).turned == 1
    assert search(pressed(one, e.Key.CLEAR)).typed == ""


def test_a_group_of_few_matters_leads_to_the_search_too() -> None:
    body = choices(at(s.Guides("business")))
    assert body.search is not None
    assert isinstance(pressed(at(s.Guides("business")), body.search.press).session.step, s.Search)
    low = at(s.Guides("business"))
    low = replace(low, session=replace(low.session, assist=Assist(low=True)))
    assert choices(low).search is None, "there its keys have half the page"


def search(here: State, language: str = "zh") -> Search:
    body = page(here, language).body
    assert isinstance(body, Search)
    return body


def test_from_the_first_page_to_a_guide_and_a_number() -> None:
    here = pressed(at(s.FIRST), e.Key.OPEN_GUIDES, e.ChooseGroup("business"))
    assert here.session.step == s.Guides("business")
    asked, effects = press(here, e.ChooseGuide("food"))
    assert effects == (e.FetchGuide(1, "food"),)
    assert page(asked).name == "guide-coming"
    shown = after(asked, e.GuideCame(1, "food", guide_view()))
    body = page(shown).body
    assert isinstance(body, Guide)
    assert (body.title, body.badge, body.papers_title) == ("食品经营许可证（新办）", "A", "要带 4 样材料（1 样待确认）")
    assert [(part.head, part.text or part.label) for part in body.figures] == [
        ("5 个工作日", "法律规定 10 个工作日"), ("不收费", "待确认，以窗口为准"), ("1 次", "最多跑大厅"),
    ]
    assert [(paper.name, paper.tag) for paper in body.papers] == [
        ("食品经营许可申请书", "原件"), ("营业执照", "免带，已联网"), ("店内平面图", "原件，可后补"),
        ("健康证", "复印件 2 份"),
    ]
    assert body.wrong is not None
    assert body.wrong.head == "平面图没标功能间 · 健康证过期"
    assert names(page(shown).actions) == ["form", "take", "whole"]
    (drawn,) = press(shown, e.ChooseService("food-permit"), "k").effects
    assert drawn == e.DrawNumber(session=1, key="k", service="food-permit", ground="", printer="printer-1")
    assert pressed(shown, e.Key.BACK, e.Key.BACK, e.Key.BACK).session.step == s.FIRST


def test_a_guide_that_cannot_be_had_says_so_and_is_asked_for_again() -> None:
    here = at(s.Guide("food", s.Guides()))
    for answer in (e.Lost(1, "guide", "food", "x"), e.Refused(1, "guide", "food", problem("unknown_ticket"))):
        failed = after(here, answer)
        assert page(failed).name == "guide-failed"
        again, effects = press(failed, e.Key.TRY_AGAIN)
        assert effects == (e.FetchGuide(1, "food"),)
        assert page(again).name == "guide-coming"
    assert after(here, e.GuideCame(2, "food", guide_view())) == replace(here, now_s=AT)  # somebody else's


def test_a_stopped_matter_is_found_and_leads_to_what_takes_its_place() -> None:
    view, (*others, _) = stopped_view(), guides().guides
    here = after(at(s.Search()), e.GuidesCame(Guides(guides().groups, (*others, view.summary))))
    assert "fund-rent" not in [choice.name for choice in search(here).choices], "nobody comes for it"
    (found,) = search(typed(here, "rent")).choices
    assert (found.name, found.detail) == ("guide-fund-rent", "已停办")
    read = after(pressed(typed(here, "rent"), e.ChooseGuide("fund-rent")), e.GuideCame(1, "fund-rent", view))
    told = notice(read)
    assert (told.title, told.lines) == (
        "租房提取住房公积金", ("2026年5月1日起停办", "提取改为按月自动划转", "改办：社会保障卡申领"),
    )
    assert names(page(read).actions) == ["instead", "whole"]
    instead, effects = press(read, page(read).actions[0].press)
    assert effects == (e.FetchGuide(1, "card-new"),)
    assert isinstance(pressed(instead, e.Key.BACK).session.step, s.Search)
    assert pressed(read, e.Key.OPEN_FORM).session.step == read.session.step
    assert "fund-rent" not in [one.matter for one in here.library.with_forms]


def test_a_stop_that_is_announced_is_said_and_numbers_are_still_given() -> None:
    here = replace(at(s.Guide("food", s.Guides(), announced_view())), library=guides())
    banner = page(here).banner
    assert banner is not None
    assert banner.text == "这一项2027年1月1日起停办"
    assert names(page(here).actions) == ["form", "take", "whole"]


def test_a_group_of_one_matter_is_its_guide_and_what_is_gone_changes_nothing() -> None:
    here, effects = press(at(s.Guides()), e.ChooseGroup("housing"))
    assert effects == (e.FetchGuide(1, "fund-rent"),)
    assert here.session.step == s.Guide("fund-rent", s.Guides())
    assert pressed(at(s.Guides()), e.ChooseGroup("nothing"), e.ChooseGuide("nothing")).session.step == s.Guides()


def test_a_closed_matter_has_a_guide_and_a_form_and_no_key_for_a_number() -> None:
    here = replace(state(shut("day_full"), step=s.Guide("food", s.Guides(), guide_view())), library=guides())
    assert names(page(here).actions) == ["form", "whole"]
    body = page(here).body
    assert isinstance(body, Guide)
    assert body.wait is None


def typed(before: State, text: str) -> State:
    return pressed(before, *(e.TypeKey(letter) for letter in text))


def test_what_is_typed_is_found_by_name_and_asked_of_the_hall_one_thing_at_a_time() -> None:
    one = typed(at(s.Search()), "f")
    assert one.session.step == s.Search(typed="f")
    two, effects = press(one, e.TypeKey("o"))
    assert effects == (e.FindMatters(1, "fo"),)
    three, effects = press(two, e.TypeKey("o"))
    assert effects == ()  # one is out
    assert isinstance(three.session.step, s.Search)
    assert three.session.step.found == ("food",)
    later, effects = reduce(three, e.MattersFound(1, "fo", ("company",)), AT)
    assert later.session.step == s.Search(typed="foo", asked="foo", found=("food",))
    assert effects == (e.FindMatters(1, "foo"),)
    done = after(later, e.MattersFound(1, "foo", ("company", "gone")))
    assert done.session.step == s.Search(typed="foo", asked="", found=("company", "food"))
    assert after(done, e.MattersFound(1, "foo", ())).session == done.session  # not asked for


@pytest.mark.parametrize(("letters", "found"), [
    ("food", ["food"]), ("fbl", []), ("company", ["company"]), ("rent", ["fund-rent"]), ("zz", []),
    ("hffr", ["fund-rent"]),
])
def test_names_and_initials_are_found_without_the_hall(letters: str, found: list[str]) -> None:
    here = after(typed(at(s.Search()), letters), e.Lost(1, "search", letters[:2], "x"))
    body = page(here, "en").body
    assert isinstance(body, Search)
    assert [choice.name.removeprefix("guide-") for choice in body.choices] == found
    assert body.hint == (f"{len(found)} found" if found else "Nothing found. Try other words, or ask us")


def test_a_question_without_an_answer_may_be_asked_again() -> None:
    asked = pressed(typed(at(s.Search()), "how much"), e.Key.FIND)
    assert isinstance(asked.session.step, s.Search)
    assert asked.session.step.whole
    lost = after(asked, e.Lost(1, "search", "how much", "no answer"))
    assert press(lost, e.Key.FIND).effects == (e.FindMatters(1, "how much", whole=True),)


def test_who_comes_back_to_what_they_typed_is_answered_as_they_type_on() -> None:
    looking = typed(at(s.Search()), "food")
    guide = pressed(looking, e.ChooseGuide("food"))
    back = pressed(after(guide, e.MattersFound(1, "food", ())), e.Key.BACK)
    assert isinstance(back.session.step, s.Search)
    assert press(back, e.TypeKey("s")).effects == (e.FindMatters(1, "foods"),)


def test_before_anything_is_typed_the_common_matters_are_there() -> None:
    body = page(at(s.Search())).body
    assert isinstance(body, Search)
    assert len(body.choices) == len(GUIDES)
    assert body.hint == "常办的事，点一下看详情"
    assert [len(row) for row in body.keys] == [10, 9, 7]
    choose = page(at(s.Choose())).body
    assert isinstance(choose, Choices)
    assert choose.search is not None
    assert choose.search.press == e.Key.OPEN_SEARCH


def test_typing_is_bounded_mended_and_gone_with_the_step() -> None:
    long = typed(at(s.Search()), "x" * 80)
    assert isinstance(long.session.step, s.Search)
    assert len(long.session.step.typed) == TYPED_MAX
    assert pressed(typed(at(s.Search()), "ab"), e.Key.ERASE).session.step == s.Search(typed="a", asked="ab")
    assert pressed(long, e.Key.CLEAR).session.step == s.Search()
    assert pressed(long, e.Key.HOME).session.step == s.FIRST


def test_guides_are_asked_for_once_the_hall_is_there_and_kept_when_it_goes() -> None:
    fresh = replace(state(), library=Library())
    assert e.FetchGuides() in told(fresh)
    asked = after(fresh, e.Tick())
    assert e.FetchGuides() not in told(asked)
    come = after(asked, e.GuidesCame(Guides((GuideGroup("business", {"zh": "企", "en": "B"}),), guides().guides[:2])))
    assert [guide.matter for guide in come.library.guides] == ["food", "company"]
    lost = after(come, e.GuidesLost("x"))
    assert lost.library.guides == come.library.guides
    assert e.FetchGuides() in told(lost, AT + 61)


def test_over_http() -> None:
    whole = Guides(guides().groups, guides().guides)
    with tiny_hall() as served:
        client = HallClient(served.url, "kiosk-1")
        served.answer("GET", "/api/v1/guides", said(whole), refusal("unknown_ticket", ticket="x"), Answer(hang_up=True))
        assert client.do(e.FetchGuides()) == e.GuidesCame(whole)
        assert client.do(e.FetchGuides()) == e.GuidesLost("answered 404")
        assert isinstance(client.do(e.FetchGuides()), e.GuidesLost)
        served.answer("GET", "/api/v1/guides/food", said(guide_view()))
        assert client.do(e.FetchGuide(1, "food")) == e.GuideCame(1, "food", guide_view())
        served.answer("POST", "/api/v1/ask", Answer(200, msgspec.json.encode(FOUND)))
        for whole in (False, True):
            found = client.do(e.FindMatters(1, "shipin", whole))
            assert found == e.MattersFound(1, "shipin", ("food",), FOUND)
        *_, asked = (msgspec.json.decode(post.body) for post in served.posts())
        assert asked == {"q": "shipin", "matter": "", "typing": False}
        asked = served.posts()[0]
        assert msgspec.json.decode(asked.body) == {"q": "shipin", "matter": "", "typing": True}
        assert "Idempotency-Key" not in asked.headers
        served.answer("POST", "/api/v1/helps", said(CALLED, 201))
        assert client.do(e.CallHelp(1, "k")) == e.HelpCalled(1, "k", "h")
        client.close()


def test_groups_say_what_is_in_them() -> None:
    body = page(at(s.Guides())).body
    assert isinstance(body, Choices)
    assert [(choice.title, choice.detail) for choice in body.choices] == [
        ("企业开办", "2 个事项"), ("社保医保", "2 个事项"), ("公积金", "1 个事项"),
    ]
    within = page(at(s.Guides("social"))).body
    assert isinstance(within, Choices)
    assert [(choice.badge, choice.detail) for choice in within.choices] == [("B", "5 个工作日 · 不收费")] * 2
