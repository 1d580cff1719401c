"""Figures in words: waits as ranges, why no numbers are given, what to do then. Pure."""

from __future__ import annotations

import pytest

from hall_daemon.wire import messages as m
from hall_daemon.words.text import text
from kiosk_ui.presenters.figures import closed_advice, closed_words, later_words, wait_words
from kiosk_ui.samples import (
    SERVICES,
    hall,
    service,
)
from tests.kiosk_ui.pages import LANGUAGES


@pytest.mark.parametrize(
    ("low_s", "high_s", "zh", "en"),
    [
        (300, 600, "约 5–10 分钟", "about 5–10 min"),
        (59, 61, "约 2 分钟以内", "within 2 minutes"),
        (0, 30, "约 1 分钟以内", "within a minute"),
        (60, 61, "约 1–2 分钟", "about 1–2 min"),
        (300, 300, "约 5 分钟", "about 5 minutes"),
        (1260, 1980, "约 20–35 分钟", "about 20–35 min"),
        (240, 1260, "约 25 分钟以内", "within 25 minutes"),
    ],
)
def test_a_wait_is_a_range_and_rather_too_long_than_too_short(low_s: int, high_s: int, zh: str, en: str) -> None:
    wait = m.Wait(p10_s=low_s, p50_s=low_s, p90_s=high_s)
    assert (wait_words(LANGUAGES["zh"], wait), wait_words(LANGUAGES["en"], wait)) == (zh, en)


def test_a_wait_that_is_not_known_says_why() -> None:
    assert wait_words(LANGUAGES["zh"], m.Wait(unknown="too_little_seen")) == "数据不足，暂无法估计"
    assert wait_words(LANGUAGES["en"], m.Wait(unknown="too_little_seen")) == "Not enough seen yet to say"
    assert wait_words(LANGUAGES["zh"], m.Wait(unknown="something_new")) == "暂无法估计"
    assert wait_words(LANGUAGES["en"], m.Wait()) == "Cannot be said now"


def test_a_wait_that_grew_says_why() -> None:
    causes = (
        m.Cause("overtaken", {"n": 2}, text("新到2位优先办理", "2 came who go first (Priority)")),
        m.Cause("window_paused", {"window": "3"}, text("3号窗口暂停", "window 3 paused")),
    )
    wait = m.Wait(300, 600, 900, cause=causes, since="2026-11-23T02:42:00.000Z")
    assert later_words(LANGUAGES["zh"], wait) == "比原来长：新到2位优先办理；3号窗口暂停。"
    assert later_words(LANGUAGES["en"], wait) == "Longer than before: 2 came who go first (Priority); window 3 paused."
    assert later_words(LANGUAGES["zh"], m.Wait(300, 600, 900)) == ""


@pytest.mark.parametrize(
    ("because", "zh"),
    [
        ("hall_closed", "大厅未开放，14:00 开放"),
        ("hall_closed_today", "大厅今日不再开放"),
        ("issuing_stopped", "临近 12:00 结束办理，已停止取号"),
        ("service_full", "今日 60 个号已取完"),
        ("day_full", "今日号已取完"),
        ("something_new", "暂停取号"),
        (None, "暂停取号"),
    ],
)
def test_why_no_numbers_are_given(because: str | None, zh: str) -> None:
    closed = service(*SERVICES[0], open=False, closed_because=because, daily_cap=60)
    assert closed_words(LANGUAGES["zh"], hall(), closed) == zh
    assert closed_words(LANGUAGES["zh"], hall(), service(*SERVICES[0])) == ""


def test_words_that_need_a_time_are_not_said_without_it() -> None:
    for because, zh in (
        ("hall_closed", "大厅今日不再开放"), ("issuing_stopped", "暂停取号"), ("service_full", "暂停取号"),
    ):
        closed = service(*SERVICES[0], open=False, closed_because=because)
        assert closed_words(LANGUAGES["zh"], hall(opens=None, closes=None), closed) == zh


def test_what_to_do_when_no_numbers_are_given() -> None:
    full = service(*SERVICES[0], open=False, closed_because="service_full")
    assert closed_advice(LANGUAGES["zh"], hall(), full) == "请改日再来，或咨询工作人员"
    assert closed_advice(LANGUAGES["en"], hall(), full) == "Come another day, or ask the staff"
    new = service(*SERVICES[0], open=False, closed_because="something_new")
    assert closed_advice(LANGUAGES["en"], hall(), new) == "Please ask the staff."
    sunday = service(*SERVICES[0], open=False, closed_because="hall_closed_all_day")
    monday = hall(reopens="2026-11-30T08:30")
    assert closed_words(LANGUAGES["zh"], monday, sunday) == "大厅今日不开放"
    assert closed_advice(LANGUAGES["zh"], monday, sunday) == "下次开放：2026-11-30 08:30"
