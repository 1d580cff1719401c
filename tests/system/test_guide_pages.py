"""办事指南 on a phone: found by one's own words, read in both languages, doubts beside what they are about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from hall_daemon.bootstrap import PAGES
from hall_daemon.config import load
from hall_daemon.config.guides import read_shelf
from hall_daemon.matters.guide import Gap, Stopped
from tests.hall_daemon.adapters.http.halls import HandClock, LiveHall, live_hall
from tests.system.page_hall import watched

CONFIG = Path(__file__).parents[2] / "config" / "hall.toml"


@pytest.fixture(scope="module")
def guides_hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHall]:
    settings = load(CONFIG)
    shelf = read_shelf(settings)
    card = msgspec.structs.replace(
        shelf.guides["senior-card"],
        stopped=Stopped(since="2026-05-01", text={"zh": "凭身份证享受优待"}, replaced_by="social-card"),
    )
    later = msgspec.structs.replace(card.materials["photo"], gap=Gap(days=7, unit="natural"), issuer=None)
    card = msgspec.structs.replace(card, materials={**card.materials, "photo": later})
    stopping = msgspec.structs.replace(
        shelf.guides["social-card"], stopped=Stopped(since="2036-05-01", text={"zh": "全部改为电子卡"})
    )
    shelf = shelf._replace(guides={**shelf.guides, card.id: card, stopping.id: stopping})
    folder = tmp_path_factory.mktemp("hall")
    with live_hall(folder / "hall", settings.plan, clock=HandClock(9), shelf=lambda: shelf, pages=PAGES) as running:
        running.questions.start()
        yield running


@pytest.fixture
def page(context: BrowserContext, guides_hall: LiveHall) -> Iterator[Page]:
    with watched(context.new_page(), guides_hall.public.url) as page:
        page.set_viewport_size({"width": 360, "height": 740})
        yield page


def wide(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))


def test_a_matter_is_found_and_its_guide_says_what_to_bring(page: Page, guides_hall: LiveHall) -> None:
    page.goto(f"{guides_hall.public.url}/guides")
    expect(page.locator(".m-group")).to_have_count(5)
    expect(page.locator(".m-notice")).to_have_count(1)
    page.locator(".m-notices-more").click()
    expect(page.locator(".m-notice")).to_have_count(2)
    page.locator("#search").fill("火箭发射")
    expect(page.locator("#nothing")).to_be_visible()
    page.locator("#search").fill("我想开个小饭馆")
    page.keyboard.press("Enter")
    expect(page.locator(".m-row b").first).to_have_text("食品经营许可证（新办）")
    assert wide(page) == 360
    page.locator(".m-row").first.click()
    expect(page.locator("#title")).to_have_text("食品经营许可证（新办）")
    expect(page.locator("#figures")).to_contain_text("5 个工作日")
    expect(page.locator("#figures .is-doubt")).to_have_text(["待确认", "待确认", "待确认"])
    expect(page.locator("#matter li").first).to_contain_text("实施编码：以本地政务服务事项库为准")
    expect(page.locator("#papers > li")).to_have_count(5)
    expect(page.locator("#papers > li").nth(2)).to_contain_text("可后补，5 个工作日")
    expect(page.locator("#papers > li").nth(2)).to_contain_text("待确认")
    expect(page.locator("#steps > li")).to_have_count(5)
    page.locator("#language").click()
    expect(page.locator("#title")).to_have_text("Food business licence (new)")
    expect(page.locator("#figures")).to_contain_text("5 working days")
    expect(page.locator("#papers > li").nth(2)).to_contain_text("May be drawn by hand")
    expect(page.locator("#chinese")).to_be_hidden()
    page.locator("#elder").click()
    assert wide(page) == 360


def test_an_answer_leads_to_its_paragraph(page: Page, guides_hall: LiveHall) -> None:
    page.goto(f"{guides_hall.public.url}/guides/realestate-transfer#fee")
    expect(page.locator("#fee")).to_have_attribute("open", "")
    expect(page.locator("#fee")).to_contain_text("80 元")
    expect(page.locator("[id='faq.1']")).not_to_have_attribute("open", "")


def test_what_is_stopped_or_not_there_says_so(page: Page, guides_hall: LiveHall) -> None:
    page.goto(f"{guides_hall.public.url}/guides/senior-card")
    expect(page.locator("#stopped")).to_contain_text("2026-05-01 起停办")
    page.locator("#language").click()
    expect(page.locator("#chinese")).to_be_visible()
    page.locator("#language").click()
    expect(page.locator("#papers > li, #cases li", has_text="一寸")).to_contain_text("可后补，7 日（自然日）")
    expect(page.locator("#papers > li, #cases li", has_text="一寸")).to_contain_text("自己准备")
    expect(page.locator("#lower")).to_be_hidden()
    page.locator("#stopped a").click()
    expect(page.locator("#title")).to_contain_text("社会保障卡")
    expect(page.locator("#stopped")).to_contain_text("2036-05-01 起停办")
    expect(page.locator("#lower")).to_be_visible()
    page.goto(f"{guides_hall.public.url}/guides/nope")
    expect(page.locator("#missing")).to_be_visible()
    page.locator("#missing a").click()
    expect(page.locator(".m-row")).to_have_count(12)
    expect(page.locator(".m-row", has_text="老年人优待证")).to_contain_text("已停办")
    expect(page.locator(".m-row", has_text="社会保障卡")).not_to_contain_text("已停办")
