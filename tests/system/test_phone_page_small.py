"""The phone pages where people stumble: small phones, large print, offline, no window open, no such address."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from hall_daemon.domain import commands as c
from hall_daemon.wire.messages import Wait
from tests.system.page_hall import PageHall, log_in_as, watched
from tests.system.test_accuracy_page import filled

SHANGHAI = ZoneInfo("Asia/Shanghai")
WIDTHS = (320, 360, 390)
MODES = ("?lang=zh", "?lang=en", "?lang=zh&elder=1", "?lang=en&elder=1")


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A phone abroad: what it says of times must be the hall's all the same."""
    context = browser.new_context(
        viewport={"width": 360, "height": 640}, is_mobile=True, has_touch=True, locale="zh-CN",
        timezone_id="America/New_York", reduced_motion="reduce",
    )
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, hall: PageHall) -> Iterator[Page]:
    with watched(context.new_page(), "http://127.0.0.1") as page:
        page.add_init_script("window.buzzes = []; navigator.vibrate = pattern => window.buzzes.push(pattern)")
        yield page


def in_view(node: Locator) -> bool:
    """Whether all of it can be seen without a touch, below the bar that stays on top."""
    return bool(node.evaluate("""node => {
        const box = node.getBoundingClientRect();
        const top = document.querySelector('.top').getBoundingClientRect();
        return box.height > 0 && box.top >= Math.max(0, top.bottom) - 1 && box.bottom <= window.innerHeight + 1;
    }"""))


def lines_of(node: Locator) -> int:
    return int(node.evaluate("""node => {
        const range = document.createRange();
        range.selectNodeContents(node);
        return new Set(Array.from(range.getClientRects(), box => Math.round(box.top))).size;
    }"""))


_OUTSIDE = """() => Array.from(document.querySelectorAll('.panel *')).filter(node => {
    const box = node.getBoundingClientRect(), room = node.closest('.panel').getBoundingClientRect();
    return box.width && (box.left < room.left - 1 || box.right > room.right + 1);
}).map(node => node.outerHTML)"""


@pytest.mark.parametrize("width", WIDTHS)
def test_a_range_of_minutes_stays_on_one_line(page: Page, hall: PageHall, width: int) -> None:
    hall.do(c.OpenWindow("1", "1024"))
    hall.waits.by_queue["general"] = hall.waits.mine = Wait(8940, 9100, 9290)
    mine = hall.issue("licence")
    page.set_viewport_size({"width": width, "height": 640})
    for mode in MODES:
        page.goto(f"{hall.public.url}/t/{mine.token}{mode}")
        figure = page.locator("[data-queue=general] [data-figure=wait]")
        expect(figure).to_have_text("149–155 分钟" if "zh" in mode else "149–155 min")
        expect(page.locator("#wait")).to_have_text(figure.inner_text())
        assert [lines_of(figure), lines_of(page.locator("#wait"))] == [1, 1], mode
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), mode
        assert page.evaluate(_OUTSIDE) == [], mode
        assert page.locator("#wait").evaluate("node => node.scrollWidth <= node.parentNode.clientWidth"), mode


_WHOLE = """node => node.clientWidth >= 60 && node.scrollWidth <= node.clientWidth &&
    node.scrollHeight <= node.clientHeight + 2"""


@pytest.mark.parametrize("width", WIDTHS)
def test_titles_are_whole(page: Page, hall: PageHall, width: int) -> None:
    filled(hall)
    page.set_viewport_size({"width": width, "height": 640})
    hall.person("3001", "shift_leader")
    page.goto(f"{hall.staff.url}/staff")
    log_in_as(page, "3001")
    expect(page.locator("#menu")).to_be_visible()
    for origin, address in (
        (hall.public.url, "/"), (hall.public.url, "/quiet"), (hall.public.url, "/accuracy"),
        (hall.public.url, "/rate"), (hall.public.url, "/nowhere"), (hall.staff.url, "/efficiency"),
    ):
        for mode in MODES:
            page.goto(origin + address + mode)
            title = page.locator(".top h1")
            expect(title).not_to_be_empty()
            assert title.evaluate(_WHOLE), (address, mode)
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (address, mode)


def test_a_missed_number_says_until_when_it_can_return(page: Page, hall: PageHall) -> None:
    if datetime.now(SHANGHAI).hour >= 22:
        hall.later(150)  # at midnight a number of the day before is over; this is about the hour in which it is not
    hall.do(c.OpenWindow("1", "1024"))
    mine = hall.issue("licence")
    hall.do(c.CallNext("1"))
    hall.do(c.Miss("1"))
    page.goto(f"{hall.public.url}/t/{mine.token}")
    expect(page.locator("#headline")).to_have_text("已过号")
    until = page.evaluate("ticketSource.body.return_until")
    at = datetime.fromisoformat(until).astimezone(SHANGHAI)
    assert 3500 < at.timestamp() - hall.clock.now().wall / 1000 <= 3601
    expect(page.locator("#advice")).to_contain_text(f"可在 {at:%H:%M} 前返回")
    page.locator("#language").tap()
    expect(page.locator("#advice")).to_contain_text(f"come back until {at:%H:%M}")
    hall.later(61)
    page.evaluate("ticketSource.read()")
    expect(page.locator("#advice")).to_contain_text("take a new number")
    expect(page.locator("#return")).to_be_hidden()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("mode", ["?lang=zh", "?lang=zh&elder=1"])
def test_the_question_and_the_answer_of_giving_up_are_in_view(
    page: Page, hall: PageHall, width: int, mode: str
) -> None:
    hall.do(c.OpenWindow("1", "1024"))
    mine, other = hall.issue("licence"), hall.issue("licence")
    page.set_viewport_size({"width": width, "height": 640})
    page.goto(f"{hall.public.url}/t/{other.token}{mode}")
    page.locator("#cancel").tap()
    expect(page.locator("#confirm-yes")).to_be_visible()
    assert in_view(page.locator("#confirm-title"))
    assert in_view(page.locator("#confirm-no"))
    page.locator("#confirm-yes").tap()
    expect(page.locator("#headline")).to_have_text("已放弃")
    assert in_view(page.locator("#headline"))
    page.goto(f"{hall.public.url}/t/{mine.token}{mode}")
    page.locator("#cancel").tap()
    page.route("**/by-token/*", lambda route: route.abort())
    hall.do(c.CallNext("1"))
    hall.do(c.Finish("1"))
    page.locator("#confirm-yes").tap()
    expect(page.locator("#said")).to_contain_text("A001 号已结束")
    assert in_view(page.locator("#said p").first)
    page.unroute("**/by-token/*")


def test_nobody_is_told_to_come_where_no_window_is_open(page: Page, hall: PageHall) -> None:
    hall.issue("licence")
    mine = hall.issue("licence")
    page.goto(f"{hall.public.url}/t/{mine.token}")
    expect(page.locator("#headline")).to_have_text("前面还有 1 人")
    expect(page.locator("#advice")).to_contain_text("现在没有窗口办理此业务")
    expect(page.locator("body")).not_to_contain_text("快到您了")
    assert page.evaluate("buzzes") == []
    hall.do(c.OpenWindow("1", "1024"))
    expect(page.locator("#advice")).to_have_text("快到您了，请到大厅等候。")
    assert page.evaluate("buzzes") == [[250]]
    hall.do(c.PauseWindow("1", "break"))
    expect(page.locator("#advice")).to_contain_text("现在没有窗口办理此业务")


def colours_are_gone(page: Page, what: str) -> bool:
    return "grayscale" in str(page.locator(what).evaluate("node => getComputedStyle(node).filter"))


def test_figures_age_while_the_phone_is_offline(page: Page, hall: PageHall) -> None:
    page.clock.install()
    hall.do(c.OpenWindow("1", "1024"))
    mine = hall.issue("licence")
    page.goto(f"{hall.public.url}/t/{mine.token}")
    expect(page.locator("#ticket-as-of")).to_contain_text("更新于")
    expect(page.locator("#hall-as-of")).to_contain_text("更新于")
    hall.public.stop()
    for minutes in (3, 5):
        page.clock.run_for((minutes if minutes == 3 else 2) * 60_000)
        for place in ("#ticket-as-of", "#hall-as-of"):
            expect(page.locator(place)).to_contain_text(f"更新于 {minutes} 分钟前")
        assert colours_are_gone(page, "#estimate")
        assert colours_are_gone(page, "#queues")
        assert not colours_are_gone(page, "#ticket-as-of")
    hall.restart_public()
    page.clock.run_for(90_000)
    expect(page.locator("#ticket-as-of")).not_to_contain_text("前")
    assert not colours_are_gone(page, "#estimate")


def test_an_address_that_is_none_is_a_page_that_leads_home(page: Page, hall: PageHall) -> None:
    for address in ("/nowhere", "/staff", "/t/a/b", "/ticket"):
        answer = page.goto(hall.public.url + address)
        assert answer is not None
        assert answer.status == 404
        expect(page.locator("main")).to_contain_text("没有这个页面")
        expect(page.locator("main")).to_contain_text("There is no such page")
    page.get_by_role("link", name="回到首页").tap()
    expect(page.locator("#queues .queue").first).to_be_visible()
    page.locator("#elder").tap()
    page.goto(hall.public.url + "/nowhere")
    expect(page.locator("html.is-elder")).to_have_count(1)


def test_a_token_that_is_none_is_a_page_that_leads_home(page: Page, hall: PageHall) -> None:
    answer = page.goto(hall.public.url + "/t/" + "x" * 24)
    assert answer is not None
    assert answer.status == 404
    expect(page.locator("#missing")).to_contain_text("没有这个号码页面，或已过期")
    page.locator("#missing a").tap()
    expect(page).to_have_url(hall.public.url + "/")
    expect(page.locator("#queues .queue").first).to_be_visible()
