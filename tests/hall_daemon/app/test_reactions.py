"""What strips, pads and slips say in each state of a window, and what each key means there."""

from __future__ import annotations

from typing import get_args

import pytest

from device_drivers.events import KeyPressed, PadKey, Rated
from device_drivers.ports import Columns, Feed, Logo, Qr, Rule, ScreenText, Text
from hall_daemon.app.reactions import (
    PAD_KEYS,
    pad_commands,
    pad_display,
    rating_commands,
    ticket_slip,
    wait_text,
    wants_another_press,
    window_screen,
)
from hall_daemon.config.wording import ScreenWords, SlipWords
from hall_daemon.domain import commands as c
from hall_daemon.domain.dispatch import waiting_for
from hall_daemon.wire.messages import Wait
from tests.hall_daemon.app.small_hall import SmallHall

WORDS = ScreenWords(idle="等候{waiting}人", closed="{window}号窗口关闭")


@pytest.fixture
def small() -> SmallHall:
    return SmallHall()


def screen(small: SmallHall) -> ScreenText:
    return window_screen(small.plan, WORDS, small.hall, "1")


def test_a_strip_follows_its_window(small: SmallHall) -> None:
    assert screen(small) == ScreenText("1号窗口关闭")
    small.do(c.OpenWindow("1", "ann"))
    small.issue("id-card")
    small.issue("social")
    assert screen(small) == ScreenText("等候2人")
    small.do(c.CallNext("1"))
    assert screen(small) == ScreenText("请A001号办理", lit=True)
    small.do(c.Start("1"))
    assert screen(small) == ScreenText("正在办理A001")
    small.do(c.Hold("1"))
    assert screen(small) == ScreenText("等候1人")
    small.do(c.PauseWindow("1", "lunch"))
    assert screen(small) == ScreenText("暂停 午餐")


def test_a_pause_for_a_reason_that_is_gone_from_the_plan_still_shows(small: SmallHall) -> None:
    small.do(c.OpenWindow("1", "ann"))
    small.do(c.PauseWindow("1", "lunch"))
    del small.plan.pause_reasons["lunch"]
    assert screen(small) == ScreenText("暂停")


def test_who_waits_for_a_window(small: SmallHall) -> None:
    small.do(c.OpenWindow("2", "bob"))
    own = small.issue("id-card")
    small.issue("tax")
    small.do(c.CallNext("2"))
    small.do(c.Transfer(own, to_window="2"))
    assert waiting_for(small.hall, small.plan.windows["2"]) == 2
    assert waiting_for(small.hall, small.plan.windows["1"]) == 1, "somebody else's person is not counted"
    small.do(c.CallNext("2"))
    assert pad_display(small.plan, small.hall, "2") == (1, "A001")
    assert pad_display(small.plan, small.hall, "1") == (1, None)


def test_every_key_of_a_pad_has_a_meaning() -> None:
    assert set(PAD_KEYS) == set(get_args(PadKey))


@pytest.mark.parametrize(("key", "meant"), [
    ("call", (c.CallNext("1"),)), ("recall", (c.Recall("1"),)), ("start", (c.Start("1"),)),
    ("finish", (c.Finish("1"),)), ("miss", (c.Miss("1"),)), ("hold", (c.Hold("1"),)), ("resume", (c.Resume("1"),)),
    ("cancel", (c.Undo("1"),)), ("pause", (c.PauseWindow("1", "lunch"),)), ("confirm", (c.Start("1"),)),
    ("evaluate", ()), ("transfer", ()),
])
def test_keys_at_an_open_window(small: SmallHall, key: PadKey, meant: tuple[c.Command, ...]) -> None:
    small.do(c.OpenWindow("1", "ann"))
    assert pad_commands(small.plan, small.hall, "1", KeyPressed("pad-1", key)) == meant


def test_a_call_at_a_closed_window_opens_it_and_at_a_paused_one_only_ends_the_pause(small: SmallHall) -> None:
    press = KeyPressed("pad-1", "call")
    opening = pad_commands(small.plan, small.hall, "1", press)
    assert opening == (c.OpenWindow("1", "pad:pad-1"), c.CallNext("1"))
    assert not wants_another_press(press, opening)
    small.do(c.OpenWindow("1", "ann"))
    small.do(c.PauseWindow("1", "lunch"))
    ending = pad_commands(small.plan, small.hall, "1", press)
    assert ending == (c.OpenWindow("1", "ann"),)
    assert wants_another_press(press, ending)
    for command in ending:
        small.do(command)
    assert pad_commands(small.plan, small.hall, "1", press) == (c.CallNext("1"),)


def test_only_the_call_and_the_pause_key_end_a_pause(small: SmallHall) -> None:
    small.issue("id-card")
    small.do(c.OpenWindow("1", "ann"))
    small.do(c.CallNext("1"))
    small.do(c.PauseWindow("1", "lunch"))
    ending = {
        key
        for key in get_args(PadKey)
        for value in (None, *range(10))
        if any(
            isinstance(command, c.OpenWindow)
            for command in pad_commands(small.plan, small.hall, "1", KeyPressed("pad-1", key, value))
        )
    }
    assert ending == {"call", "pause"}


def test_what_an_evaluator_says_is_a_rating_of_this_window(small: SmallHall) -> None:
    said = [rating_commands("1", Rated("pad-1", n)) for n in (0, 1, 2, 3, 4)]
    assert said == [*((c.Rate("1", level, "pad:pad-1"),) for level in (5, 4, 3, 2)), ()]
    assert pad_commands(small.plan, small.hall, "1", KeyPressed("pad-1", "evaluate")) == ()


def test_the_pause_key_pauses_and_ends_a_pause_and_opens_nothing(small: SmallHall) -> None:
    press = KeyPressed("pad-1", "pause")
    assert pad_commands(small.plan, small.hall, "1", press) == (c.PauseWindow("1", "lunch"),), "refused: it is closed"
    small.do(c.OpenWindow("1", "ann"))
    small.do(c.PauseWindow("1", "lunch"))
    assert pad_commands(small.plan, small.hall, "1", press) == (c.OpenWindow("1", "ann"),)


def test_one_key_begins_and_ends_a_service(small: SmallHall) -> None:
    press = KeyPressed("pad-1", "confirm")
    small.issue("id-card")
    small.do(c.OpenWindow("1", "ann"))
    small.do(c.CallNext("1"))
    assert pad_commands(small.plan, small.hall, "1", press) == (c.Start("1"),)
    small.do(c.Start("1"))
    assert pad_commands(small.plan, small.hall, "1", press) == (c.Finish("1"),)


@pytest.mark.parametrize(("typed", "target"), [(3, "3"), (9, None), (None, None)])
def test_transfer_goes_to_the_window_that_was_typed(small: SmallHall, typed: int | None, target: str | None) -> None:
    ticket = small.issue("id-card")
    small.do(c.OpenWindow("1", "ann"))
    small.do(c.CallNext("1"))
    meant = (c.Transfer(ticket, to_window=target),) if target else ()
    assert pad_commands(small.plan, small.hall, "1", KeyPressed("pad-1", "transfer", typed)) == meant


@pytest.mark.parametrize(("wait", "zh"), [
    (Wait(p10_s=119, p50_s=300, p90_s=601), "1–11 分钟"),
    (Wait(p10_s=0, p50_s=0, p90_s=0), "0–0 分钟"),
    (Wait(unknown="predictor_away"), "预测暂不可用"),
    (Wait(unknown="a code of tomorrow"), "数据不足，暂无法估计"),
])
def test_a_wait_on_paper_is_a_range_or_says_why_not(wait: Wait, zh: str) -> None:
    assert wait_text(wait, SlipWords(), "zh") == zh
    assert wait_text(wait, SlipWords(), "en").isascii() or "–" in wait_text(wait, SlipWords(), "en")


@pytest.mark.parametrize("copy", [0, 1])
def test_a_slip_says_everything_and_a_copy_says_that_it_is_one(small: SmallHall, copy: int) -> None:
    ticket = small.hall.tickets[small.issue("id-card", class_="priority")]
    words = SlipWords(lines=("{service} {queue} {class}", "前面还有 {ahead} 人", "预计等候 {wait}", "{date} {time}"))
    wait, url = Wait(p10_s=60, p50_s=90, p90_s=120), "https://hall.test/t/x"
    slip = ticket_slip(small.plan, words, ticket, ahead=4, wait=wait, url=url, copy=copy)
    lines = [item.text for item in slip.items if isinstance(item, Text)]
    assert lines == [
        "小厅", *(["补打"] if copy else []), "A001", "身份证 综合 优先", "前面还有 4 人", "预计等候 1–2 分钟",
        "2026-11-23 09:00", "扫码查看排队进度", "过号请联系工作人员",
    ]
    assert [item.data for item in slip.items if isinstance(item, Qr)] == ["https://hall.test/t/x"]


def test_a_slip_of_a_service_that_left_the_plan(small: SmallHall) -> None:
    ticket = small.hall.tickets[small.issue("social")]
    del small.plan.services["social"], small.plan.queues["a"]
    slip = ticket_slip(small.plan, SlipWords(), ticket, ahead=0, wait=Wait(unknown="x"), url="u", copy=0)
    assert Text("social", align="center") in slip.items


def test_a_slip_as_its_layout_draws_it(small: SmallHall) -> None:
    ticket = small.hall.tickets[small.issue("id-card")]
    layout = (
        "[logo]", "* {hall}", "---", "[number]", "## {service}", "", "排队 || {ahead} 人", "< {date}", "# * > 左 | 右",
        "[qr]", "{wait_en}",
    )
    wait = Wait(p10_s=240, p90_s=601)
    slip = ticket_slip(small.plan, SlipWords(layout=layout), ticket, ahead=4, wait=wait, url="u", copy=1)
    again, logo, hall, rule, number, service, gap, both, date, side, code, english = slip.items
    assert again == Text("补打", align="center", bold=True)
    assert (logo, rule, gap, code) == (Logo(), Rule(), Feed(1), Qr("u", 6))
    assert hall == Text(small.plan.name["zh"], align="center", bold=True)
    assert number == Text(ticket.number, size=4, align="center", bold=True)
    assert service == Text(small.plan.services["id-card"].name["zh"], size=3, align="center")
    assert both == Columns("排队", "4 人")
    assert isinstance(date, Text)
    assert date.align == "left"
    assert side == Text("左 | 右", size=2, align="right", bold=True)
    assert english == Text("4–11 min", align="center")
