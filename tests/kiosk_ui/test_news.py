"""What is looked up besides a number: how full it is, as pictures, and notices. Pure, but for client and paint."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from msgspec import structs
from PyQt6.QtWidgets import QApplication

from hall_daemon.wire.guides import Notices
from kiosk_ui import sample_news
from kiosk_ui.client import HallClient
from kiosk_ui.presenters.aloud import aloud
from kiosk_ui.presenters.news import text_pages
from kiosk_ui.presenters.page import Choices, Guide, Matter, Notice
from kiosk_ui.presenters.reading import Chart, Passage, Reading, Waits
from kiosk_ui.samples import NOW_S, SENIOR, guide_view, guides, hall, shown_as, state
from kiosk_ui.state import Language, State
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.news import News
from kiosk_ui.widgets.charts import Bars
from kiosk_ui.widgets.look import Look
from tests.kiosk_ui.pages import LANGUAGES, names, page
from tests.kiosk_ui.steps import AT, after, press, pressed, told
from tests.kiosk_ui.test_whatever_happens import feed
from tests.kiosk_ui.tiny_hall import Answer, refusal, said, tiny_hall


def at(step: s.Step, news: News = sample_news.NEWS, minute: int = 9 * 60 + 42) -> State:
    clock = datetime(2026, 11, 23, minute // 60, minute % 60, tzinfo=UTC)
    return replace(state(step=step), library=guides(), news=news, clock=clock)


def waits(here: State, language: Language = "zh") -> Waits:
    body = page(here, language).body
    assert isinstance(body, Waits)
    return body


# -- what keys do ----------------------------------------------------------------------------------


def test_the_ways_through_what_can_be_looked_up() -> None:
    here = pressed(at(s.FIRST), e.Key.OPEN_LOOKUP)
    assert names(page(here).actions) == ["find", "lookups"]
    here = pressed(here, e.Key.OPEN_LOOKUPS)
    body = page(here).body
    assert isinstance(body, Choices)
    assert names(body.choices) == ["waits", "notices", "number", "review"]
    assert [pressed(here, one.press).session.step for one in body.choices[:3]] == [s.Waits(), s.Notices(), s.LookUp()]
    notice = pressed(here, e.Key.OPEN_NOTICES, e.ChooseNotice("in-one"))
    assert notice.session.step == s.OneNotice("in-one")
    guide, effects = press(notice, e.ChooseGuide("food"))
    assert effects == (e.FetchGuide(1, "food"),)
    assert pressed(guide, e.Key.BACK).session.step == notice.session.step
    backs = pressed(notice, e.Key.BACK), pressed(notice, e.Key.BACK, e.Key.BACK)
    assert [one.session.step for one in backs] == [s.Notices(), s.LookUps()]
    assert pressed(at(s.Notices()), e.ChooseNotice("of another day")).session.step == s.Notices()


def test_in_senior_mode_one_key_leads_there() -> None:
    assert names(page(shown_as(at(s.LookUp()), assist=SENIOR)).actions) == ["lookups"]
    assert names(page(shown_as(at(s.LookUp("A")), assist=SENIOR)).actions) == ["find"]


# -- what the hall is asked ------------------------------------------------------------------------


def test_news_are_asked_for_once_the_hall_is_there_and_again_later() -> None:
    here = replace(state(), news=News())
    assert told(here)[-2:] == (e.FetchNews("notices"), e.FetchNews("forecast"))
    asked = after(here, e.Tick())
    assert told(asked) == ()
    known = after(asked, e.NewsCame(Notices("2026-11-23", sample_news.NOTICES)), e.NewsCame(feed()))
    assert (known.news.notices, known.news.day) == (sample_news.NOTICES, sample_news.DAY_OF_QUEUES)
    later = [effect for effect in told(known, AT + 301) if isinstance(effect, e.FetchNews)]
    assert later == [e.FetchNews("notices"), e.FetchNews("forecast")]


def test_without_an_answer_what_was_known_stays() -> None:
    for what in ("notices", "forecast"):
        here = after(at(s.Waits()), e.NewsLost(what, "slow"))  # type: ignore[arg-type]
        assert (here.news.notices, here.news.day) == (sample_news.NOTICES, sample_news.DAY_OF_QUEUES)
        assert e.FetchNews(what) in told(here, AT + 61)  # type: ignore[arg-type]


def test_the_client_asks_both() -> None:
    with tiny_hall() as served:
        client = HallClient(served.url, "kiosk-1")
        served.answer("GET", "/api/v1/notices", said(Notices("2026-11-23", sample_news.NOTICES)), refusal("busy"))
        served.answer("GET", "/api/v1/forecast", said(feed()), Answer(200, b"{"))
        assert client.do(e.FetchNews("notices")) == e.NewsCame(Notices("2026-11-23", sample_news.NOTICES))
        assert client.do(e.FetchNews("forecast")) == e.NewsCame(feed())
        assert client.do(e.FetchNews("notices")) == e.NewsLost("notices", "answered 503")
        assert isinstance(client.do(e.FetchNews("forecast")), e.NewsLost)
        client.close()


# -- how full it is --------------------------------------------------------------------------------


def test_a_queue_as_a_picture() -> None:
    chart = waits(at(s.Waits())).charts[0]
    assert (chart.badge, chart.title, chart.wait) == ("A", "综合业务", "5–10 分钟")
    kinds = {bar.kind: bar for bar in chart.bars}
    assert (kinds["now"].begins, kinds["best"].begins) == (9 * 60 + 30, 14 * 60 + 30)
    assert [bar.kind for bar in chart.bars[:2]] == ["past", "past"]
    assert chart.best == "14:30 最空，约 2–8 分钟"
    assert chart.text == "A，综合业务，5–10 分钟，14:30 最空，约 2–8 分钟"


def test_now_may_be_the_quietest_and_a_day_ends() -> None:
    assert waits(at(s.Waits(), minute=17 * 60)).charts[0].best.startswith("现在就最空")
    over = waits(at(s.Waits(), minute=20 * 60)).charts[0]
    assert over.best == "今天办理快结束了"
    assert {bar.kind for bar in over.bars} == {"past"}


@pytest.mark.parametrize("news", [
    News(), replace(sample_news.NEWS, day=structs.replace(sample_news.DAY_OF_QUEUES, day="2026-11-22")),
])
def test_a_day_that_was_not_forecast_shows_its_waits_alone(news: News) -> None:
    chart = waits(at(s.Waits(), news)).charts[0]
    assert (chart.bars, chart.best, chart.wait) == ((), "还没有今天的预测", "5–10 分钟")


def test_old_figures_are_not_shown_as_live() -> None:
    chart = waits(replace(at(s.Waits()), now_s=NOW_S + 95)).charts[0]
    assert (chart.bars, chart.wait) == ((), "数据延迟")


def test_more_queues_than_a_page_holds() -> None:
    here = shown_as(at(s.Waits()), assist=SENIOR)
    assert [chart.badge for chart in waits(here).charts] == ["A", "B"]
    turned = pressed(here, e.Key.TURN_LEAF)
    assert [chart.badge for chart in waits(turned).charts] == ["C"]
    assert page(here).actions[0].title == "下一页（1/2）"


def test_a_picture_is_painted_in_any_size(qt: QApplication) -> None:
    chart = waits(at(s.Waits())).charts[0]
    look = Look(px_per_mm=4.0, width_px=1080, height_px=1920, assist=SENIOR, language="zh")
    for bars in (chart.bars, chart.bars[:1]):
        picture = Bars(chart._replace(bars=bars), look, 14)
        assert picture.accessibleName() == chart.text
        for size in ((900, 400), (60, 40)):
            picture.resize(*size)
            assert not picture.grab().isNull()


def test_who_takes_a_number_sees_when_it_is_quietest_and_of_which_minute_the_wait_is() -> None:
    for step in (s.Matter("general", "business-licence"), s.Guide("food", s.Guides(), guide_view())):
        shown = page(at(step)).body
        assert isinstance(shown, Matter | Guide)
        assert shown.chart is not None, step
        assert {bar.kind for bar in shown.chart.bars} == {"past", "now", "later", "best"}
        assert "14:30 最空" in shown.chart.best
        assert shown.chart.best in aloud(page(at(step)), LANGUAGES["zh"])
    licence = s.Matter("general", "business-licence")
    body = page(at(licence)).body
    assert isinstance(body, Matter)
    assert body.as_of
    for without in (at(licence, News()), replace(at(licence), now_s=NOW_S + 100)):
        body = page(without).body
        assert isinstance(body, Matter)
        assert body.chart is None, "nothing was forecast, or what is known is old"


# -- notices ---------------------------------------------------------------------------------------


def test_notices_newest_first_and_how_long_they_hold() -> None:
    body = page(at(s.Notices())).body
    assert isinstance(body, Choices)
    assert [(one.title, one.detail) for one in body.choices[:2]] == [
        ("2027年元旦放假安排", "11月20日 至 1月3日"), ("“开餐饮店一件事”可以一次提交", "11月16日"),
    ]
    assert isinstance(page(at(s.Notices(), News())).body, Notice)


def test_one_notice_and_the_guide_of_what_it_is_about() -> None:
    here = at(s.OneNotice("in-one"))
    body = page(here).body
    assert isinstance(body, Reading)
    assert body.passages == (Passage("营业执照和食品经营许可可以一起申请。"),)
    assert names(page(here).actions) == ["guide"]
    assert page(at(s.OneNotice("in-one"), News())).name == "notices"  # it ended while it was read
    long = at(s.OneNotice("long"), News((structs.replace(sample_news.NOTICES[0], id="long",
        text=tuple({"zh": f"第{n}段。" + "字" * 300, "en": "w " * 300} for n in range(3))),)))
    assert page(long).actions[0].title == "下一页（1/3）"
    assert page(pressed(long, e.Key.TURN_LEAF)).actions[0].title == "下一页（2/3）"


def test_a_text_is_cut_into_pages_and_nothing_of_it_is_lost() -> None:
    text = "一句话。" * 100
    pages = text_pages((Passage(text, "头"), Passage("短")), 90)
    pieces = [piece for page in pages for piece in page]
    assert "".join(piece.text for piece in pieces) == text + "短"
    assert all(len(piece.text) <= 90 for piece in pieces)
    assert [piece.head for piece in pieces if piece.head] == ["头"], "over its first piece"
    assert text_pages((), 90) == ((),)
    assert text_pages((Passage("字" * 200),), 90) == tuple((Passage("字" * n),) for n in (90, 90, 20))


def test_charts_say_all_of_it_in_every_language() -> None:
    for language in LANGUAGES:
        for chart in waits(at(s.Waits()), language).charts:
            assert isinstance(chart, Chart)
            assert chart.title in chart.text
            assert chart.best in chart.text
    assert hall().day == sample_news.DAY
