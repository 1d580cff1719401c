"""All that a guide tells, at the kiosk: topics, sentences page by page, pictures that are fetched. Pure, but for the
client."""

from __future__ import annotations

from dataclasses import replace

from msgspec import structs

from hall_daemon.config import load
from hall_daemon.config.guides import read_shelf
from hall_daemon.matters.paragraphs import paragraphs
from hall_daemon.wire.guides import GuideView, Paragraph, summary
from hall_daemon.wire.problems import problem
from kiosk_ui.client import HallClient
from kiosk_ui.presenters.page import Guide, Notice
from kiosk_ui.presenters.reading import Reading
from kiosk_ui.sample_matters import ALL_OF_IT, FOOD, page_picture, view_of
from kiosk_ui.samples import guides, state
from kiosk_ui.state import Assist, State
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.topics import TOPICS
from tests.conftest import ROOT
from tests.kiosk_ui.pages import choices, names, notice, page
from tests.kiosk_ui.steps import after, press, pressed
from tests.kiosk_ui.tiny_hall import Answer, refusal, tiny_hall


def at(step: s.Step) -> State:
    return replace(state(step=step), library=guides())


def read(here: State, language: str = "zh") -> Reading:
    body = page(here, language).body
    assert isinstance(body, Reading)
    return body


def test_all_that_a_guide_tells_is_two_touches_from_it_and_back() -> None:
    here = pressed(at(FOOD), e.Key.OPEN_TOPICS)
    body = choices(here)
    assert (body.title, body.hint) == ("食品经营许可证（新办）", "指南第 1 版，2026-11-28")
    assert [choice.name for choice in body.choices] == [f"topic-{topic}" for topic in TOPICS]
    assert [choice.detail for choice in body.choices][:3] == ["要带 4 样材料 · 看情况还要 1 样", "3 步", ""]
    steps = pressed(here, e.ChooseTopic("steps"))
    assert read(steps).passages[1].text == "审查和现场核查；两名以上核查人员；到店里看布局、设施和人员（待确认）"
    assert read(steps).hint == "标“待确认”的，以窗口答复为准"
    result = read(pressed(here, e.ChooseTopic("result"))).passages
    assert (result[0].text[:7], result[1].text) == ("食品经营许可证", "有效期 5 年")
    assert pressed(steps, e.Key.BACK, e.Key.BACK).session.step == FOOD
    assert pressed(here, e.ChooseTopic("nothing")).session.step == ALL_OF_IT
    (asked,) = press(here, e.Key.OPEN_WALK, "k").effects
    assert isinstance(asked, e.AskCase)
    assert asked.key == "walk-k"
    assert pressed(at(s.Guide("food", s.Guides())), e.Key.OPEN_TOPICS).session.step == s.Guide("food", s.Guides())


def test_papers_for_some_cases_are_told_with_their_case_behind_the_others() -> None:
    shown = page(at(FOOD)).body
    assert isinstance(shown, Guide)
    assert shown.cases == "看情况还要 1 样"
    assert shown.figures[2].text == ""
    assert FOOD.view is not None
    unsure = replace(FOOD, view=view_of(structs.replace(FOOD.view.guide, visits_confirm="unsourced")))
    doubtful = page(at(unsure)).body
    assert isinstance(doubtful, Guide)
    assert doubtful.figures[2].text == "待确认，以窗口为准"
    body = read(pressed(at(ALL_OF_IT), e.ChooseTopic("papers")))
    assert tuple(passage.text for passage in body.passages[-2:]) == (
        "授权委托书；原件 1 份；委托他人办理时；自己准备", "还有 1 个文件或视频，用手机看指南时能打开",
    )


def test_every_sentence_of_every_guide_that_ships_can_be_read() -> None:
    shelf = read_shelf(load(ROOT / "config" / "hall.toml"))
    for guide in shelf.guides.values():
        view = GuideView(summary(guide, "2026-11-23"), guide, paragraphs(guide))
        listed = s.Topics(s.Guide(guide.id, s.Guides(), view))
        for assist in (Assist(), Assist(large=True, contrast=True, low=True, spoken=True)):
            told: list[str] = []
            for topic in TOPICS:
                here = at(s.Topic(listed, topic))
                here = replace(here, session=replace(here.session, assist=assist))
                first = read(here).passages
                while True:
                    told += [passage.text for passage in read(here).passages]
                    here = pressed(here, e.Key.TURN_LEAF)
                    if read(here).passages == first:
                        break
            whole = "".join(told)
            assert [line.text["zh"] for line in _lines(view.paragraphs) if line.text["zh"] not in whole] == []


def test_headings_stand_over_what_they_head_and_questions_over_their_answer() -> None:
    wrong = read(at(s.Topic(ALL_OF_IT, "wrong"))).passages
    assert [passage.head for passage in wrong] == ["常有人为这些白跑一趟", "", "小饭馆先办哪个证？"]
    assert wrong[2].text == "先办营业执照，再办食品经营许可证。"
    assert [passage.head for passage in read(at(s.Topic(ALL_OF_IT, "who"))).passages] == [""]


def test_from_the_end_of_a_topic_one_goes_on_to_the_next() -> None:
    here = at(s.Topic(ALL_OF_IT, "who"))
    (onward,) = page(here).actions
    assert onward.title == "接着看：多久、多少钱"
    there = pressed(here, onward.press)
    assert there.session.step == s.Topic(ALL_OF_IT, "limit")
    assert pressed(there, e.Key.BACK).session.step == ALL_OF_IT
    assert page(at(s.Topic(ALL_OF_IT, "law"))).actions == (), "there is no more"
    assert names(page(at(s.Topic(ALL_OF_IT, "steps"))).actions) == ["pictures", "onward"]


def _lines(found: tuple[Paragraph, ...]) -> list[object]:
    return [line for one in found for line in one.lines]


def test_pictures_are_fetched_one_by_one_and_looked_at() -> None:
    topic = at(s.Topic(ALL_OF_IT, "papers"))
    assert names(page(topic).actions) == ["pictures", "onward"], "the blank paper is no picture"
    here, effects = press(topic, e.Key.OPEN_PICTURES)
    assert effects == (e.FetchPicture(1, "plan.png"),)
    assert (page(here).name, notice(here).title) == ("picture", "正在取图片…")
    assert after(here, e.PictureCame(2, "plan.png", b"x")).session.step == here.session.step, "somebody else's"
    assert after(here, e.PictureCame(1, "other.png", b"x")).session.step == here.session.step
    come = after(here, e.PictureCame(1, "plan.png", page_picture()))
    shown = notice(come)
    assert shown.picture is not None
    assert (shown.title, shown.picture.words) == ("店内平面图", "样例，按自己的情况准备")
    assert page(come).actions == (), "there is one"
    assert pressed(come, e.Key.BACK).session.step == topic.session.step
    for answer in (e.Lost(1, "picture", "plan.png", "x"), e.Refused(1, "picture", "plan.png", problem("unknown_file"))):
        failed = after(here, answer)
        assert isinstance(page(failed).body, Notice)
        assert names(page(failed).actions) == ["retry"]
        again, effects = press(failed, e.Key.TRY_AGAIN)
        assert effects == (e.FetchPicture(1, "plan.png"),)
        assert again.session.step == here.session.step
    helped, arrived = pressed(here, e.Key.CALL_HELP), e.PictureCame(1, "plan.png", page_picture())
    assert pressed(after(helped, arrived), e.Key.BACK).session.step == come.session.step, "it came behind the call"
    lost = pressed(after(helped, e.Lost(1, "picture", "plan.png", "x")), e.Key.BACK)
    assert names(page(lost).actions) == ["retry"]
    assert names(page(at(s.Topic(ALL_OF_IT, "law"))).actions) == []
    assert pressed(at(s.Topic(ALL_OF_IT, "law")), e.Key.OPEN_PICTURES).session.step == s.Topic(ALL_OF_IT, "law")


def test_a_picture_over_http() -> None:
    with tiny_hall() as served:
        client = HallClient(served.url, "kiosk-1")
        served.answer("GET", "/api/v1/guides/files/plan.png", Answer(200, b"\x89PNG"), refusal("unknown_file"),
            Answer(hang_up=True))
        assert client.do(e.FetchPicture(1, "plan.png")) == e.PictureCame(1, "plan.png", b"\x89PNG")
        assert isinstance(client.do(e.FetchPicture(1, "plan.png")), e.Refused)
        assert isinstance(client.do(e.FetchPicture(1, "plan.png")), e.Lost)
        client.close()
