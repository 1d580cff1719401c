"""How a visit was, said on a phone: with the mouse, with the keyboard alone, once, and with nothing kept on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from hall_daemon.adapters.storage.journal_reader import JournalReader
from hall_daemon.domain import commands as c
from hall_daemon.domain.events import ServiceRated, TicketIssued
from tests.system.page_hall import PageHall, page_hall, watched

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[PageHall]:
    with page_hall(tmp_path) as running:
        running.do(c.OpenWindow("1", "1024"))
        yield running


@pytest.fixture
def page(browser: Browser, hall: PageHall) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, is_mobile=True, has_touch=True, locale="zh-CN")
    with watched(context.new_page(), hall.public.url) as page:
        yield page
    assert context.cookies() == []
    context.close()


def served(hall: PageHall) -> TicketIssued:
    mine = hall.issue("licence")
    for press in (c.CallNext("1"), c.Start("1"), c.Finish("1")):
        hall.do(press)
    return mine


def rate(page: Page, hall: PageHall, ticket: TicketIssued) -> None:
    page.goto(f"{hall.public.url}/rate#t={ticket.token}")
    expect(page.locator("#title")).to_have_text("这次办得怎么样？")


def rated(folder: Path) -> list[ServiceRated]:
    """What the journal has of ratings."""
    with closing(JournalReader(folder / "journal.db")) as reader:
        return [row.event for row in reader.all() if isinstance(row.event, ServiceRated)]


def test_from_my_number_to_five_equal_levels_and_back(page: Page, hall: PageHall, tmp_path: Path) -> None:
    mine = hall.issue("licence")
    page.goto(f"{hall.public.url}/t/{mine.token}")
    expect(page.locator("#number")).to_have_text(mine.number)
    expect(page.locator("#rate")).to_be_hidden()
    for press in (c.CallNext("1"), c.Start("1"), c.Finish("1")):
        hall.do(press)
    page.locator("#rate").tap()
    keys = page.locator("#how .m-key")
    expect(keys).to_have_text(
        ["非常满意", "满意", "基本满意", "不满意可选说说原因", "非常不满意可选说说原因"], use_inner_text=False
    )
    expect(page.locator("#visit")).to_contain_text(f"{mine.number} · ")
    assert len({(box["width"], box["height"]) for key in keys.all() if (box := key.bounding_box())}) == 1
    keys.nth(0).tap()
    expect(page.locator("#title")).to_have_text("谢谢，评价记下了")
    expect(page.locator("#how")).to_be_hidden()
    (event,) = rated(tmp_path)
    assert (event.ticket, event.level, event.source, event.reasons) == (mine.ticket, 5, "phone", ())
    page.locator("#ticket").tap()
    expect(page.locator("#number")).to_have_text(mine.number)
    expect(page.locator("#rate")).to_be_hidden()


def test_a_low_level_says_why_by_the_keyboard_alone(page: Page, hall: PageHall, tmp_path: Path) -> None:
    rate(page, hall, served(hall))
    page.locator("[data-level='1']").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#title")).to_have_text("是哪里不满意？可以选几样，也可以都不选")
    for key in ("Tab", "Space", "Tab", "Tab", "Tab", "Space"):
        page.keyboard.press(key)
    expect(page.locator("#reasons input:checked")).to_have_count(2)
    for key in ("Tab", "Tab", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#title")).to_have_text("谢谢，评价记下了")
    (event,) = rated(tmp_path)
    assert (event.level, event.reasons) == (1, ("waited_long", "manner"))


def test_one_may_choose_again_and_give_no_reason_in_english(page: Page, hall: PageHall, tmp_path: Path) -> None:
    rate(page, hall, served(hall))
    page.locator("[data-level='2']").tap()
    page.locator("#language").tap()
    expect(page.locator("#title")).to_have_text("What was not good? Choose several, one or none")
    page.locator("#anew").tap()
    page.locator("[data-level='1']").tap()
    assert rated(tmp_path) == [], "nothing is sent before it is sent off"
    page.locator("#send").tap()
    expect(page.locator("#title")).to_have_text("Thank you, your rating is kept")
    assert [event.level for event in rated(tmp_path)] == [1]


def test_who_rated_elsewhere_meanwhile_is_told(page: Page, hall: PageHall, tmp_path: Path) -> None:
    mine = served(hall)
    rate(page, hall, mine)
    hall.do(c.RateVisit(mine.ticket, 4, "kiosk:kiosk-1"))
    page.locator("[data-level='5']").tap()
    expect(page.locator("#said")).to_contain_text("已评价")
    expect(page.locator("#title")).to_have_text("谢谢，评价记下了")
    assert [event.level for event in rated(tmp_path)] == [4]


def test_what_is_not_done_or_not_mine_offers_nothing(page: Page, hall: PageHall) -> None:
    mine = hall.issue("licence")
    page.goto(f"{hall.public.url}/rate#t={mine.token}")
    expect(page.locator("#title")).to_contain_text("还没有办完")
    expect(page.locator("#how")).to_be_hidden()
    page.goto("about:blank")
    page.goto(f"{hall.public.url}/rate#t={'x' * 24}")
    expect(page.locator("#said")).to_be_visible()
    expect(page.locator("#rating")).to_be_hidden()


def test_an_answer_that_is_lost_is_not_counted_twice(page: Page, hall: PageHall, tmp_path: Path) -> None:
    rate(page, hall, served(hall))
    lost = []

    def lose_the_first(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch())  # it arrives; its answer does not
        route.abort()

    page.route("**/rating", lose_the_first)
    page.locator("[data-level='3']").tap()
    expect(page.locator("#title")).to_have_text("谢谢，评价记下了")
    assert [event.level for event in rated(tmp_path)] == [3]
    expect(page.locator("#said")).to_be_hidden()
