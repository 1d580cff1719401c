"""The accuracy page on a phone: what the ledger has counted, judged where there is enough of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from hall_daemon.app.promises import Span
from hall_daemon.prediction.waits.accuracy import Cell, accuracy
from tests.system.page_hall import PageHall, watched
from tests.system.test_phone_page import PHONE

WEEK = (
    Cell("licence", 9, "range", "called", 80, 66, 2_400_000, 19_200_000, 48_000, 12, 3),
    Cell("licence", 10, "range", "called", 40, 24, 9_600_000, 14_400_000, 20_000, 9, 5),
    Cell("enquiry", 9, "range", "called", 60, 49, -7_200_000, 10_800_000, 30_000),
    Cell("enquiry", 9, "range", "left", 3),
    Cell("transfer", 14, "range", "called", 12, 3, 9_000_000, 9_000_000, 5_000),
    Cell("medical", 14, "no_window_open", "called", 5),
    Cell("medical", 14, "not_recorded", "called", 2),
)


@pytest.fixture
def page(browser: Browser, hall: PageHall) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, is_mobile=True, has_touch=True, locale="zh-CN")
    with watched(context.new_page(), hall.public.url) as page:
        yield page
    assert context.cookies() == []
    context.close()


def filled(hall: PageHall) -> None:
    month = (*WEEK, Cell("medical", 15, "range", "called", 25, 25, 0, 1_500_000, 9_000))
    hall.spans = (
        Span(7, "2026-11-17", "2026-11-23", accuracy(WEEK)),
        Span(30, "2026-10-25", "2026-11-23", accuracy(month)),
    )


def row(page: Page, part: str, name: str) -> str:
    return page.locator(f"#{part} .judged-row", has_text=name).inner_text().replace("\u00a0", " ")


def test_it_is_reached_from_the_phone_page_and_says_how_often_the_word_was_kept(page: Page, hall: PageHall) -> None:
    filled(hall)
    page.goto(hall.public.url)
    page.get_by_text("我们说的等候时间准不准").tap()
    expect(page.locator("#verdict-share")).to_have_text("74%")
    expect(page.locator("#verdict-words")).to_have_text("每十人中约 7 人说准（目标 8 人）")
    expect(page.locator("#verdict-figures")).to_contain_text("4.6 分钟")
    expect(page.locator("#verdict-days")).to_have_text("2026-11-17 至 2026-11-23，192 人")
    assert "75%" in row(page, "services", "营业执照办理")
    assert "120 人 · 平均相差 4.7 分钟 · 平均晚 1.7 分钟" in row(page, "services", "营业执照办理")
    assert "平均早 2.0 分钟" in row(page, "services", "综合咨询")
    assert "12 人，人数太少，不作评价" in row(page, "services", "不动产转移登记")
    assert "82%" in row(page, "hours", "09:00–09:59")
    assert "60%" in row(page, "hours", "10:00–10:59")
    expect(page.locator("#unknown-title")).to_have_text("取号时没有给出时间：7 人，共 202 人")
    expect(page.locator("#unknown")).to_contain_text("暂无窗口办理此业务：5 人")
    expect(page.locator("#unknown")).to_contain_text("系统中断，未记录：2 人")
    page.get_by_text("返回排队情况").tap()
    expect(page.locator("#queues")).to_be_visible()


def test_thirty_days_and_english_are_a_touch_away(page: Page, hall: PageHall) -> None:
    filled(hall)
    page.goto(f"{hall.public.url}/accuracy")
    page.get_by_role("button", name="近30天").tap()
    expect(page.locator("#verdict-days")).to_contain_text("217 人")
    assert "100%" in row(page, "services", "医保报销与异地就医")
    page.locator("#language").tap()
    expect(page.locator("#verdict-words")).to_have_text("Held for about 8 people in ten (8 aimed at)")
    expect(page.get_by_role("button", name="Last 30 days")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.locator("#elder").tap()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_hall_without_a_ledger_says_so_and_one_that_is_away_too(page: Page, hall: PageHall) -> None:
    page.goto(f"{hall.public.url}/accuracy")
    expect(page.locator("#nothing")).to_be_visible()
    expect(page.locator("#accuracy")).to_be_hidden()
    hall.public.stop()
    page.evaluate("readAccuracy()")
    expect(page.locator("#late")).to_contain_text("暂时没有答复")
    filled(hall)
    hall.restart_public()
    page.evaluate("readAccuracy()")
    expect(page.locator("#accuracy")).to_be_visible()
    expect(page.locator("#late")).to_be_hidden()
