"""Filling a form in: what keys do, what pages say, and that nothing of it stays. Pure."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec import structs

from docs.pinyin import made
from hall_daemon.config import load
from hall_daemon.config.forms import read_cabinet
from hall_daemon.config.guides import read_shelf
from hall_daemon.matters.checks import Checker
from hall_daemon.wire.forms import form_of, form_view, verdict_view
from kiosk_ui.presenters.digits import grouped, live_check
from kiosk_ui.presenters.page import Choices, Notice, Pad, Typing
from kiosk_ui.sample_matters import ANSWERS, DAY, FOOD, ID_NUMBER, asking, draft, form
from kiosk_ui.samples import guides, hall, state
from kiosk_ui.state import Assist, State, drafts, reduce
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.drafts import Place
from kiosk_ui.words.pinyin import candidates
from tests.conftest import ROOT
from tests.kiosk_ui.pages import LANGUAGES, names, page
from tests.kiosk_ui.steps import AT, after, press, pressed

TODAY = draft().today


def at(step: s.Step) -> State:
    return replace(state(hall(day=DAY), step=step), library=guides())


def begun(*, walk: bool = False) -> State:
    here = at(FOOD)
    asked, effects = press(here, e.Key.OPEN_WALK if walk else e.Key.OPEN_FORM, "k")
    (effect,) = effects
    assert isinstance(effect, s.AskCase)
    assert (effect.about, effect.ref) == ("form", "food")
    return after(asked, e.CaseTold(1, "form", effect.key, form()))


def typed(here: State, text: str) -> State:
    return pressed(here, *(e.TypeKey(sign) for sign in text))


def step_of(here: State, kind: type[s.Step]) -> s.Step:
    assert isinstance(here.session.step, kind), here.session.step
    return here.session.step


def test_the_hall_and_the_kiosk_say_the_same_of_every_form() -> None:
    """The kiosk checks with what came over the wire."""
    settings = load(ROOT / "config" / "hall.toml")
    cabinet = read_cabinet(settings.matters, read_shelf(settings).papers())
    assert len(cabinet.forms) == 6
    for one in cabinet.forms.values():
        answers = one.samples()
        for left_out in (None, *list(answers)[::4]):
            some = {name: said for name, said in answers.items() if name != left_out}
            here = Checker(form_of(form_view(one)))
            assert verdict_view(here, some, TODAY) == verdict_view(Checker(one), some, TODAY)


def test_from_a_guide_through_every_question_to_the_last_look() -> None:
    here = begun()
    assert page(here).body == page(at(asking(Place("name")))).body
    here = pressed(typed(here, "ceshi"), e.PickText("测试", 5))
    here = pressed(typed(here, "jia"), e.PickText("甲", 3), e.Key.NEXT)
    here = pressed(typed(here, ID_NUMBER), e.Key.NEXT)
    here = pressed(here, e.PickText("测试街", 0), e.Key.SWITCH_KEYS, e.TypeKey("2"), e.TypeKey("号"), e.Key.NEXT)
    here = pressed(here, e.ChooseOption("冷食类食品制售"), e.ChooseOption("热食类食品制售"), e.Key.NEXT)
    here = pressed(here, e.ChooseOption("本人办理"))
    here = pressed(typed(here, "45"), e.Key.NEXT)
    here = pressed(typed(here, "20261201"), e.Key.NEXT)
    here = pressed(here, e.Key.ADD_ROW)
    here = pressed(here, e.PickText("测试乙", 0), e.Key.NEXT)
    here = pressed(typed(here, ID_NUMBER), e.Key.NEXT)
    rows = page(here).body
    assert isinstance(rows, Choices)
    assert [(choice.title, choice.detail) for choice in rows.choices] == [("第 1 行", "测*乙 · 110***********0011")]
    here = pressed(here, e.Key.NEXT)
    check = step_of(here, s.Check)
    assert isinstance(check, s.Check)
    assert check.draft.answers == {
        "name": "测试甲", "id_no": ID_NUMBER, "place": "测试街2号", "items": ["热食类食品制售", "冷食类食品制售"],
        "agent": "本人办理", "area": "45", "opens": "2026-12-01", "people": [{"who": "测试乙", "id": ID_NUMBER}],
    }
    assert check.draft.may_be_sent
    (button,) = page(here).actions
    assert (button.title, button.enabled) == ("下一步：交材料", True)


def test_what_is_wrong_is_said_once_with_how_to_mend_it_and_all_of_it_at_the_last_look() -> None:
    here = pressed(typed(at(asking(Place("area"))), "5"), e.Key.NEXT)
    body = page(here).body
    assert isinstance(body, Pad)
    assert [note.text for note in body.notes] == ["面积太小。怎么改：8 平方米以下走备案"]
    assert page(here).actions[0].title == "先不改，下一题"
    here = pressed(here, e.Key.NEXT)
    assert isinstance(here.session.step, s.Asking)
    assert here.session.step.at == Place("opens")
    wrong = at(s.Check(draft=draft({"area": "5", "id_no": "1"}), before=FOOD))
    body = page(wrong).body
    assert isinstance(body, Choices)
    first = [choice.title for choice in body.choices if choice.icon == "warn"]
    assert first == [
        "经营者姓名还没填", "经营者身份证号要 18 位", "经营场所还没填", "经营项目还没填", "谁来办还没填", "面积太小",
    ]
    (button,) = page(wrong).actions
    assert (button.enabled, button.why) == (False, "先改完上面 6 处")
    assert press(wrong, e.Key.HAND_IN).effects == ()
    mended = pressed(wrong, body.choices[-1].press)
    assert isinstance(mended.session.step, s.Asking)
    assert mended.session.step.mending


def test_a_mend_leads_back_to_the_last_look() -> None:
    here = pressed(at(s.Check(draft=draft({"area": "5"}), before=FOOD)), e.GoTo(Place("area")))
    here = pressed(here, e.Key.CLEAR, e.TypeKey("9"), e.Key.NEXT)
    check = step_of(here, s.Check)
    assert isinstance(check, s.Check)
    assert check.draft.answers["area"] == "9"
    assert isinstance(pressed(here, e.GoTo(Place("area")), e.Key.BACK).session.step, s.Check)
    assert isinstance(pressed(here, e.Key.BACK).session.step, s.Asking)
    assert pressed(here, e.GoTo(Place("nothing"))).session == here.session


@pytest.mark.parametrize(("typed_", "told"), [
    ("11010", "还差 13 位"), ("1101011990", "地区对 · 还差 8 位"), ("100101", "地区对不上，请对着证件再看一遍"),
    ("11010119901307", "出生日期对不上，请对着证件再看一遍"), ("11010129900307", "出生日期对不上，请对着证件再看一遍"),
    ("11010119900307001", "地区对 · 1990年3月7日 · 还差 1 位"),
    ("110101199003070012", "最后一位对不上，请对着证件再看一遍"), (ID_NUMBER, "对上了：1990年3月7日出生"),
    ("44052418800101001X", "最后一位对不上，请对着证件再看一遍"), ("", ""),
])
def test_an_id_number_is_checked_while_it_is_typed(typed_: str, told: str) -> None:
    field = drafts.asked_at(draft(), Place("id_no"))
    assert live_check(LANGUAGES["zh"], field, typed_, TODAY) == told


def test_an_id_number_is_typed_in_groups_with_x_and_no_longer() -> None:
    here = typed(at(asking(Place("id_no"))), "11010119900307001X99")
    body = page(here).body
    assert isinstance(body, Pad)
    assert body.typed == "110101 19900307 001X"
    assert [button.title for button in body.digits][-1] == "X"
    short = typed(at(asking(Place("id_no"))), "1101")
    (button,) = page(short).actions
    assert (button.enabled, button.why) == (False, "还差 14 位")
    assert grouped("date", "20261201") == "2026-12-01"


def test_pinyin_becomes_words_and_what_is_left_waits() -> None:
    here = typed(at(asking(Place("name"))), "ceshijia")
    body = page(here).body
    assert isinstance(body, Typing)
    assert body.letters == "ceshijia"
    assert body.candidates[0].press == e.PickText("测试", 5)
    assert page(here).actions[0].why == "先选字"
    assert press(here, e.Key.NEXT).state.session == here.session
    here = pressed(here, body.candidates[0].press)
    assert isinstance(here.session.step, s.Asking)
    assert (here.session.step.typed, here.session.step.letters) == ("测试", "jia")
    erased = pressed(here, e.Key.ERASE, e.Key.ERASE, e.Key.ERASE, e.Key.ERASE)
    assert isinstance(erased.session.step, s.Asking)
    assert (erased.session.step.typed, erased.session.step.letters) == ("测", "")
    assert repr(e.PickText("测试", 5)) == "PickText(…)"


def test_pinyin_knows_every_common_character_and_letters_that_are_none() -> None:
    assert candidates("zhang")[0].text == "长"
    assert "张" in {each.text for each in candidates("zhang")[:4]}
    assert {each.text for each in candidates("xiaoqu")} >= {"校区", "小"}
    assert candidates("zh")
    assert candidates("vvv") == ()
    assert candidates("") == ()


def test_the_table_of_pinyin_is_made_from_counts_of_words() -> None:
    lines = list(made({"材料": 9000, "才": 400, "财": 300, "蔡": 1, "彩料": 8, "B超": 70, "不良": 5}))
    syllables, words = lines[: lines.index("")], lines[lines.index("") + 1 :]
    assert words == ["buliang 不良", "cailiao 材料 彩料"]
    assert next(line for line in syllables if line.startswith("cai ")).startswith("cai 蔡材才财彩")
    assert len({*"".join(line.split(" ")[1] for line in syllables)}) == 6763


def test_rows_are_dropped_and_a_row_that_is_gone_is_not_opened() -> None:
    here = at(asking(Place("people"), ANSWERS))
    row = pressed(here, e.GoTo(Place("people", 1)))
    assert isinstance(row.session.step, s.Asking)
    assert (row.session.step.at, row.session.step.typed) == (Place("people", 1, "who"), "测试乙")
    assert names(page(row).actions) == ["next", "drop-row"]
    gone = pressed(row, e.Key.DROP_ROW)
    body = page(gone).body
    assert isinstance(body, Choices)
    assert (body.choices, body.hint) == ((), "还没有，点“添一行”")
    assert pressed(gone, e.GoTo(Place("people", 1))).session == gone.session
    many = pressed(here, *([e.Key.ADD_ROW, e.Key.BACK] * 40))
    step = step_of(many, s.Asking)
    assert isinstance(step, s.Asking)
    assert len(drafts.rows_of(step.draft, "people")) == 20


def test_a_walk_through_has_samples_and_sends_nothing() -> None:
    here = begun(walk=True)
    step = step_of(here, s.Asking)
    assert isinstance(step, s.Asking)
    assert (step.typed, step.draft.walk) == ("测试甲", True)
    body = page(here).body
    assert isinstance(body, Typing)
    assert body.progress is not None
    assert body.progress.text.startswith("样子，不会提交")
    end = at(s.Check(draft=step.draft, before=FOOD))
    assert names(page(end).actions) == ["done"]
    assert press(end, e.Key.HAND_IN).effects == ()


def test_leaving_is_asked_and_then_nothing_is_left() -> None:
    here = typed(begun(), "a")
    asked = pressed(here, e.Key.HOME)
    assert names(page(asked).actions) == ["keep", "confirm"]
    assert pressed(asked, e.Key.STAY).session == here.session
    gone = pressed(asked, e.Key.HOME)
    assert gone.session.step == s.FIRST
    assert gone.session_no > here.session_no
    first = begun()
    assert pressed(first, e.Key.BACK).session.step == s.AskedLeave(first.session.step)
    idle, effects = reduce(here, e.Tick(), AT + 300)
    assert idle.fresh
    assert all(not isinstance(effect, s.AskCase) for effect in effects)


def test_no_answer_stands_in_what_is_printed() -> None:
    for step in (asking(Place("id_no"), ANSWERS), s.Check(draft=draft(ANSWERS), before=FOOD)):
        assert ID_NUMBER not in repr(at(step))
        assert "测试甲" not in repr(at(step))


def test_the_hall_may_be_away_while_a_form_is_filled_in() -> None:
    here = at(asking(Place("agent")))
    away = replace(here, link=replace(here.link, failures=9))
    shown = page(away)
    assert shown.name.startswith("question")
    assert shown.banner is not None
    assert shown.banner.text.startswith("大厅系统暂时没有答复")
    assert isinstance(pressed(away, e.ChooseOption("本人办理")).session.step, s.Asking)


def test_a_form_that_cannot_be_had_is_asked_for_again() -> None:
    here = press(at(FOOD), e.Key.OPEN_FORM, "k").state
    failed = after(here, e.Lost(1, "form", "k", "x"))
    assert page(failed).name == "stuck"
    again, effects = press(failed, e.Key.TRY_AGAIN)
    assert [effect.about for effect in effects if isinstance(effect, s.AskCase)] == ["form"]
    assert page(again).name == "asking"
    assert pressed(failed, e.Key.BACK).session.step == FOOD
    assert after(here, e.CaseTold(2, "form", "k", form())).session == here.session  # somebody else's


def test_an_option_that_is_none_and_a_guide_without_a_form_change_nothing() -> None:
    here = at(asking(Place("agent")))
    assert pressed(here, e.ChooseOption("x")).session == here.session
    other = replace(FOOD, matter="company")
    assert pressed(at(other), e.Key.OPEN_FORM).session.step == other


def test_a_short_screen_in_large_print_types_in_ordinary_print() -> None:
    here = at(asking(Place("name")))
    settings = structs.replace(here.settings, screen_mm=(338, 270))
    here = replace(here, settings=settings, session=replace(here.session, assist=Assist(large=True)))
    assert isinstance(page(here).body, Notice)
    assert names(page(here).actions) == ["plain"]
    assert isinstance(page(pressed(here, e.Key.PLAIN_KEYS)).body, Typing)
