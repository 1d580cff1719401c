"""什么时候来人少 on a phone and 效率统计 at a desk: real pages and listeners, figures as the hall would make them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Browser, Page, expect

from hall_daemon.adapters.http import both_servers
from hall_daemon.adapters.http.dependencies import NoFigures
from hall_daemon.app.efficiency_plot import efficiency_svg
from hall_daemon.app.efficiency_view import efficiency_csv, efficiency_view
from hall_daemon.app.forecast_view import forecast_data
from hall_daemon.prediction.learn.day_profile import Count
from hall_daemon.prediction.learn.day_summary import Case, DayTable
from hall_daemon.prediction.reports.efficiency import efficiency
from hall_daemon.prediction.reports.forecast import DayForecast, Forecast, QueueDay, Review, Slot
from hall_daemon.prediction.waits.wait_estimate import Range
from hall_daemon.wire.figures import ForecastData, OneMoreView, QueueChange, WindowChange
from hall_daemon.wire.messages import Wait
from tests.system.page_hall import PageHall, log_in_as, page_hall, page_plan, watched

PLAN = page_plan()
MADE_WALL = 1_795_400_000_000


def a_day(day: str, at_noon: bool) -> DayForecast:
    begins = [510 + 30 * n for n in range(7)] + [840 + 30 * n for n in range(7)]
    slots = tuple(
        Slot(
            minute, minute + 30, Count(n, n + 4, n + 9) if not (at_noon and n < 7) else Count(n, n, n),
            n if at_noon and n < 7 else None,
            "hall_closed" if at_noon and n < 7 else Range(0, 120 + 60 * n, 600 + 60 * n),
        )
        for n, minute in enumerate(begins)
    )
    few = tuple(slot._replace(people=Count(0, 1, 2), wait="too_little_seen") for slot in slots)
    queues = {"social": QueueDay(Count(3, 5, 9), few), "general": QueueDay(Count(90, 95, 99), slots)}
    return DayForecast(day=day, reason="", people=Count(100, 120, 140), slots=slots, queues=queues, quietest=(7, 8, 9))


def made() -> ForecastData:
    days = (
        a_day("2026-11-24", True),
        a_day("2026-11-25", False),
        DayForecast(day="2026-11-27", reason="too_little_seen"),
    )
    review = Review(
        day="2026-11-23",
        people_error=1.8,
        week_error=2.6,
        inside=0.83,
        people=Count(95, 110, 124),
        came=117,
        waits_kept=0.91,
    )
    return forecast_data(PLAN, Forecast(days, review, 41), MADE_WALL)


class Figures:
    away = ""

    def __call__(self, kind: str, begins: str = "", ends: str = "", by: str = "week", service: str = "") -> bytes:
        if self.away:
            raise NoFigures(self.away)
        if kind == "one-more-window":
            change = QueueChange("general", Wait(unknown="no_window_open"), Wait(300, 480, 900))
            window = WindowChange(
                window="3",
                label="3",
                status="closed",
                services=("transfer", "enquiry"),
                queues=(change,),
                waiting=4,
                saved_s=250,
                helped=3,
            )
            return msgspec.json.encode(OneMoreView(1, "2026-11-24T01:00:00.000Z", 4, (window,)))
        tables = [
            DayTable(
                day=f"2026-11-{day:02d}",
                cases=tuple(
                    Case("licence", "1", 20, (900 if day == 12 else 300) * 1000 + 9000 * n, n) for n in range(12)
                ),
            )
            for day in range(9, 21)
        ]
        view = efficiency_view(PLAN, efficiency(tables, "day", "2026-11-09", "2026-11-20", service))
        shapes = {"efficiency": msgspec.json.encode, "efficiency.csv": lambda v: efficiency_csv(v).encode()}
        return shapes.get(kind, lambda v: efficiency_svg(v).encode())(view)


@pytest.fixture
def figures() -> Figures:
    return Figures()


@pytest.fixture
def hall(tmp_path: Path, figures: Figures) -> Iterator[PageHall]:
    with page_hall(tmp_path) as running:
        views = replace(running.deps.views, forecast=made)
        deps = replace(running.deps, views=views, figures=figures)
        running.staff.stop()
        running.public.stop()
        running.staff, running.public = both_servers(deps, ("127.0.0.1", 0), ("127.0.0.1", 0))
        running.staff.start()
        running.public.start()
        yield running


@pytest.fixture
def phone(browser: Browser, hall: PageHall) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True, locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    with watched(context.new_page(), hall.public.url) as page:
        yield page
    context.close()


@pytest.fixture
def desk(browser: Browser, hall: PageHall) -> Iterator[Page]:
    """A shift leader's desk, logged in."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
    hall.person("3001", "shift_leader")
    with watched(context.new_page(), hall.staff.url) as page:
        page.goto(f"{hall.staff.url}/staff")
        log_in_as(page, "3001")
        expect(page.locator("#menu")).to_be_visible()
        yield page
    context.close()


def test_the_quietest_times_stand_on_top(phone: Page, hall: PageHall) -> None:
    phone.goto(f"{hall.public.url}/quiet")
    expect(phone.locator("#best li").first).to_contain_text("今天 11/24")
    expect(phone.locator("#best li").first.locator(".best-time").first).to_have_text("14:00–14:30")
    expect(phone.locator("#best li").nth(1)).to_contain_text("明天 11/25")
    expect(phone.locator("#day-title")).to_have_text("2026-11-24 周二")
    expect(phone.locator("#day-total")).to_contain_text("100–140 人")
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_half_hours_with_people_waits_and_what_came(phone: Page, hall: PageHall) -> None:
    phone.goto(f"{hall.public.url}/quiet")
    rows = phone.locator(".slot")
    expect(rows).to_have_count(14)
    expect(rows.nth(3)).to_contain_text("已过")
    expect(rows.nth(3)).to_contain_text("来了 3 人")
    expect(rows.nth(7)).to_contain_text("17 分钟以内")
    expect(rows.nth(7)).to_contain_text("7–16 人")
    assert "is-quiet" in (rows.nth(7).get_attribute("class") or "")
    expect(phone.locator(".slot-break")).to_have_text("12:00–14:00 不取号")
    narrow, wide = (rows.nth(n).locator(".bar").bounding_box() for n in (7, 13))
    assert narrow is not None
    assert wide is not None
    assert narrow["width"] < wide["width"]


def test_another_day_another_queue_another_language(phone: Page, hall: PageHall) -> None:
    phone.goto(f"{hall.public.url}/quiet")
    phone.locator(".day-key").nth(1).click()
    expect(phone.locator("#day-title")).to_have_text("2026-11-25 周三")
    expect(phone.locator(".slot").first).not_to_contain_text("已过")
    phone.locator("#queue").select_option("social")
    expect(phone.locator(".slot").first).to_contain_text("数据不足")
    expect(phone.locator("#day-total")).to_contain_text("3–9 人")
    phone.locator("#language").click()
    expect(phone.locator("#day-title")).to_have_text("2026-11-25 Wed")
    expect(phone.locator("#review-people")).to_have_text(
        '2026-11-23: 95–124 people forecast, 117 came; off by 1.8 people a half hour on average '
        '("as a week ago" would be off by 2.6).'
    )
    phone.locator("#queue").select_option("")
    phone.locator(".day-key").nth(2).click()
    expect(phone.locator("#day-unknown")).to_have_text("Not enough seen yet to say")
    expect(phone.locator(".slot")).to_have_count(0)


def test_large_print_holds_on_a_small_phone(phone: Page, hall: PageHall) -> None:
    phone.set_viewport_size({"width": 360, "height": 640})
    phone.goto(f"{hall.public.url}/quiet?elder=1")
    expect(phone.locator(".slot")).to_have_count(14)
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert phone.evaluate("parseFloat(getComputedStyle(document.querySelector('.slot-time')).fontSize)") >= 24


def test_without_a_forecast_the_page_says_so_and_leads_to_the_queues(phone: Page, tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    with page_hall(tmp_path / "bare") as bare, watched(phone.context.new_page(), bare.public.url) as page:
        page.goto(f"{bare.public.url}/quiet")
        expect(page.locator("#unknown-why")).to_have_text("预报正在准备，请稍后再看")
        page.locator("#unknown a").click()
        expect(page.locator("#queues .queue").first).to_be_visible()
        page.locator("a[href='/quiet']").click()
        expect(page.locator("#unknown")).to_be_visible()


def test_efficiency_shows_figures_outliers_and_the_picture(desk: Page, hall: PageHall) -> None:
    desk.goto(f"{hall.staff.url}/efficiency")
    expect(desk.locator("#outliers tbody tr").first).to_contain_text("2026-11-12")
    expect(desk.locator("#outliers tbody tr").first).to_contain_text("营业执照办理")
    expect(desk.locator("#matters tbody tr")).to_have_count(1)
    expect(desk.locator("#counted")).to_contain_text("144 件")
    desk.wait_for_function("document.getElementById('picture').naturalWidth > 500")
    assert (desk.locator("#csv").get_attribute("href") or "").startswith("/api/v1/efficiency.csv?by=week")


JARGON = re.compile(r"\bp\d\d\b|σ|[Ss]igma|回归|[Rr]egression|\bn = |\b\d 窗口|[a-z]+_[a-z]+|undefined|null|NaN")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_figures_are_in_words_of_a_hall(desk: Page, phone: Page, hall: PageHall, language: str) -> None:
    desk.goto(f"{hall.staff.url}/efficiency?lang={language}")
    desk.locator("#one-more-go").click()
    expect(desk.locator("#one-more tbody tr")).to_have_count(1)
    expect(desk.locator("#matters tbody tr")).to_have_count(1)
    expect(desk.locator("#matters th").nth(3)).to_have_text("较快的" if language == "zh" else "Quick ones")
    assert JARGON.search(desk.locator("body").inner_text()) is None
    picture = desk.request.get(f"{hall.staff.url}/api/v1/efficiency.svg?by=week").text()
    assert JARGON.search(" ".join(re.findall(r"<(?:text|title)[^>]*>([^<]*)", picture))) is None
    for address in ("/quiet", "/accuracy", "/"):
        phone.goto(f"{hall.public.url}{address}?lang={language}")
        expect(phone.locator("#loading")).to_be_hidden()
        assert JARGON.search(phone.locator("body").inner_text()) is None


def test_one_more_window_is_reckoned_when_asked(desk: Page, hall: PageHall) -> None:
    desk.goto(f"{hall.staff.url}/efficiency")
    desk.locator("#one-more-go").click()
    row = desk.locator("#one-more tbody tr")
    expect(row).to_contain_text("3号窗口")
    expect(row).to_contain_text("4.2 分钟")
    expect(row).to_contain_text("综合业务 暂无窗口办理此业务 → 5–15 分钟")


def test_figures_that_cannot_be_had_are_no_blank_page(desk: Page, hall: PageHall, figures: Figures) -> None:
    figures.away = "others are being answered"
    desk.goto(f"{hall.staff.url}/efficiency")
    expect(desk.locator("#late")).to_contain_text("统计与预报暂不可用")
    figures.away = ""
    desk.locator("#span button[type=submit]").click()
    expect(desk.locator("#late")).to_be_hidden()
    expect(desk.locator("#matters tbody tr")).to_have_count(1)
