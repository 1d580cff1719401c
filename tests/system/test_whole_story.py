"""From a question to the window: the daemon of a demo; a phone, the desk of pre-reviews and a window in browsers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.made_pages import good
from tests.system.page_hall import log_in_as, press, watched, work_at
from tests.system.test_demo import demo, post
from tests.system.test_phone_page import PHONE

WAIT_MS = 60_000
ID_NUMBER = "11010519491231002X"
SHANGHAI = ZoneInfo("Asia/Shanghai")
# Worked out from other answers.
COMPUTED = ("rep_birth", "sign_date")


class Story:
    """One demo hall, and everybody's page of it."""

    def __init__(self, browser: Browser, stack: ExitStack, folder: Path) -> None:
        self._browser, self._stack, self._folder = browser, stack, folder
        _, self.places = stack.enter_context(demo("--data", folder / "demo", "--quiet-crowd"))
        self.staff = self.places["staff"].removesuffix("/staff")
        self.phone = self.page(self.places["public"].rstrip("/"), viewport=PHONE, is_mobile=True, has_touch=True)

    def page(self, origin: str, **how: Any) -> Page:
        context = self._browser.new_context(locale="zh-CN", reduced_motion="reduce", **how)
        self._stack.callback(context.close)
        context.set_default_timeout(WAIT_MS)
        return self._stack.enter_context(watched(context.new_page(), origin))

    def at_work(self, number: str, address: str) -> Page:
        """Somebody of the staff; how to log in stands on the page of a demo."""
        page = self.page(self.staff, viewport={"width": 1366, "height": 768})
        page.goto(self.staff + address)
        expect(page.locator("#login-go")).to_be_enabled(timeout=WAIT_MS)
        password = re.search(r"Demo-\d+", page.locator("body").inner_text())
        assert password is not None
        log_in_as(page, number, password[0])
        return page

    def photograph(self, key: Locator, seed: int) -> None:
        path = self._folder / f"{seed}.jpg"
        good(seed).save(path, "JPEG", quality=90)
        with self.phone.expect_file_chooser() as chooser:
            key.tap()
        chooser.value.set_files(path)


@pytest.fixture
def story(browser: Browser, tmp_path: Path) -> Iterator[Story]:
    with ExitStack() as stack:
        yield Story(browser, stack, tmp_path)


def said(page: Page, place: str, words: str) -> None:
    expect(page.locator(place)).to_contain_text(words, timeout=WAIT_MS)


def asked_and_led(phone: Page, public: str) -> None:
    phone.goto(f"{public.rstrip('/')}/ask")
    phone.locator("#asked").fill("开个小饭馆要办啥")
    phone.locator("#go").tap()
    phone.locator("#matters a", has_text="食品经营许可证").first.tap()
    phone.locator("#begin").tap()


FIELDS = "stepFields(shown.step).map(one => [one.id, one.sample, CHECK_KINDS[one.kind][0]])"


def fill_field(node: Locator, sample: Any, kind: str) -> None:
    """One question, with the finger: what its sample says."""
    if kind in ("choice", "choices"):
        for value in sample if isinstance(sample, list) else [sample]:
            node.locator(f"[data-value='{value}']").tap()
    elif kind == "date":
        node.locator("input").fill((datetime.now(SHANGHAI).date() - timedelta(days=40)).isoformat())
    elif kind == "file":
        node.locator(".f-option").tap()
    else:
        node.locator(".f-sample .m-key").tap()


def filled_in(phone: Page) -> None:
    expect(phone.locator("#form")).to_be_visible(timeout=WAIT_MS)
    while phone.locator("#headline").count() == 0:
        for id_, sample, kind in phone.evaluate(FIELDS):
            node = phone.locator(f"[data-field='f-{id_}']")
            if sample is not None and node.is_visible() and id_ not in COMPUTED:
                fill_field(node, sample, kind)
        title = phone.locator("#step-title").inner_text()
        phone.locator("#next").tap()
        expect(phone.locator("#step-title")).not_to_have_text(title, timeout=WAIT_MS)
    said(phone, "#headline", "没有要改的了")
    phone.locator("#next").tap()
    expect(phone.locator("#to-papers")).to_be_visible(timeout=WAIT_MS)


def sent_back(desk: Page, review: str) -> None:
    """Two defects, told at once."""
    desk.locator(f"[data-review='{review}']").click()
    for at, code in enumerate(("不清楚", "没签字")):
        desk.locator("#sheet-papers button").nth(at).click()
        desk.locator("#sheet-codes button", has_text=code).click()
        expect(desk.locator("#sheet-list .sheet-entry")).to_have_count(at + 1, timeout=WAIT_MS)
    desk.locator("#sheet-send").click()
    desk.wait_for_timeout(450)  # a second click of a double click is none
    desk.locator("[data-dialog=yes]").click()
    expect(desk.locator("#review-none")).to_be_visible(timeout=WAIT_MS)


def test_from_a_question_to_the_fast_window(story: Story) -> None:
    phone, desk = story.phone, story.at_work("4001", "/reviews")
    asked_and_led(phone, story.places["public"])
    filled_in(phone)
    review = phone.locator("#id").inner_text()
    phone.locator("#to-papers").tap()
    for at in (0, 1):
        row = phone.locator(".paper").nth(at)
        story.photograph(row.get_by_role("button", name="拍照"), at + 1)
        expect(row).to_contain_text("1 页", timeout=WAIT_MS)
    phone.locator("#done").tap()
    expect(phone.locator("#todo li")).to_have_count(6, timeout=WAIT_MS)
    for at in (4, 5):
        phone.locator("#todo li").nth(at).get_by_role("button", name="承诺后补").tap()
    phone.locator("#who-number").fill(ID_NUMBER)
    phone.locator("#main").tap()
    said(phone, "#headline", "等待预审")

    sent_back(desk, review)
    said(phone, "#headline", "还有 2 处 要改")
    for at in (0, 1):
        entry = phone.locator(f"[data-entry='{at}']")
        story.photograph(entry.get_by_role("button", name="重拍"), at + 5)
        said(phone, f"[data-entry='{at}']", "已换成新的")
    phone.locator("#main").tap()
    said(phone, "#headline", "等待预审")
    desk.locator(f"[data-review='{review}']").click()
    desk.locator("#sheet-pass").click()
    said(phone, "#headline", "预审通过")

    # Somebody else came before, for the same matter and without a pre-review.
    earlier = post(story.places, f"{story.staff}/api/v1/tickets", {"service": "food-permit"})["number"]
    phone.locator("#main").tap()
    expect(phone.locator("#number-is")).not_to_be_empty(timeout=WAIT_MS)
    number = phone.locator("#number-is").inner_text()
    assert number > earlier
    phone.locator("#main").tap()
    expect(phone.locator(".ticket .number")).to_have_text(number, timeout=WAIT_MS)
    window = story.at_work("1001", "/staff")
    work_at(window, "3")
    expect(window.locator("#desk")).to_be_visible(timeout=WAIT_MS)
    press(window, "call-next")
    expect(window.locator("#number")).to_have_text(number, timeout=WAIT_MS)
    said(phone, ".ticket .headline", "3")
