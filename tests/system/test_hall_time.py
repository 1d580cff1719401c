"""Whatever zone a browser stands in, a page shows the clock of the hall, the one that is on the slip."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.system.page_hall import PageHall, log_in_as, watched
from tests.system.test_accuracy_page import filled

ABROAD = "America/New_York"
OF_STAFF = ("/staff", "/efficiency")
TIME = re.compile(r"(\d\d):\d\d")


def hall_hour() -> str:
    return datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai")).strftime("%H")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="zh-CN", timezone_id=ABROAD)
    with watched(context.new_page(), "http://127.0.0.1") as page:
        yield page
    context.close()


@pytest.mark.parametrize("address", [*OF_STAFF, "/", "/quiet", "/accuracy"])
def test_every_page_tells_the_time_of_the_hall(page: Page, hall: PageHall, address: str) -> None:
    if address in OF_STAFF:  # a page that asks for the log-in leads away before it can be asked
        hall.person("3001", "shift_leader")
        page.goto(f"{hall.staff.url}/staff")
        log_in_as(page, "3001")
        expect(page.locator("#menu")).to_be_visible()
    page.goto((hall.staff.url if address in OF_STAFF else hall.public.url) + address)
    assert page.evaluate("new Date('2026-11-24T03:21:07Z').getHours()") == 22
    assert page.evaluate("hallTime('2026-11-24T03:21:07Z')") == "11:21"
    assert page.evaluate("hallTime('2026-11-24T16:00:07Z', true)") == "00:00:07"
    assert page.evaluate("[hallTime(null), hallTime('')]") == ["", ""]


def test_desk_phone_and_accuracy_page_say_when_by_the_hall_s_clock(page: Page, hall: PageHall) -> None:
    ticket = hall.issue("licence")
    filled(hall)
    began, hours = hall_hour(), set()
    for address, place in (
        (f"{hall.staff.url}/staff", "#clock"),
        (f"{hall.public.url}/t/{ticket.token}", "#ticket-as-of"),
        (f"{hall.public.url}/accuracy", "#as-of"),
    ):
        page.goto(address)
        expect(page.locator(place)).to_have_text(TIME)
        hours |= set(TIME.findall(page.locator(place).inner_text()))
    assert hours <= {began, hall_hour()}
