"""A staff card on the reader of a window, as a clerk meets it: the log-in page waits for it. A real browser."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from device_drivers.events import Code, Read
from hall_daemon.app.readings import KioskReader, KioskReadings, at_window
from tests.hall_daemon.adapters.http.test_readings import Told
from tests.system.page_hall import PASSWORD, PageHall, log_in_as, page_hall, watched

CARD = "04AABBCC"


class Reader(Told):
    """Whether it reads."""

    def __init__(self) -> None:
        super().__init__("code")
        self.reads_now = threading.Event()

    def want(self, until_s: float) -> None:
        (self.reads_now.set if until_s else self.reads_now.clear)()


class Desk:
    def __init__(self) -> None:
        self.reader = Reader()
        self.readings = KioskReadings({"badge-1": at_window("1")}, time.monotonic, 1)
        self.readings.bind(cast("dict[str, KioskReader]", {"badge-1": self.reader}))

    def lay(self, card: str) -> None:
        assert self.reader.reads_now.wait(60)
        self.readings.put(Read("badge-1", Code(card)))


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def hall(tmp_path: Path, desk: Desk) -> Iterator[PageHall]:
    with page_hall(tmp_path, readings=desk.readings, desks={"1": ("127.0.0.1",)}) as found:
        account = found.deps.access.store.numbered("1024")
        assert account is not None
        found.deps.roster.change(account, by="staff:admin", card=CARD)
        yield found


@pytest.fixture
def page(context: BrowserContext, hall: PageHall) -> Iterator[Page]:
    with watched(context.new_page(), hall.staff.url) as page:
        page.goto(f"{hall.staff.url}/staff")
        yield page


def test_it_is_laid_there_and_its_holder_is_in(page: Page, desk: Desk) -> None:
    expect(page.locator("#login-reader")).to_have_text("或把工作卡放在本窗口的读卡器上")
    expect(page.locator("#login-card")).to_be_hidden()
    desk.lay("NOBODY")
    expect(page.locator("#login-said")).to_have_attribute("data-code", "log_in_refused")
    desk.reader.reads_now.clear()
    desk.lay(CARD)  # the page waits again, by itself
    expect(page.locator("#menu-who")).to_have_text("工号 1024")
    expect(page.locator("#windows-form")).to_be_visible()


def test_after_a_password_the_page_waits_for_no_card_any_more(page: Page, desk: Desk, hall: PageHall) -> None:
    hall.person("1025", "window")
    assert desk.reader.reads_now.wait(60)
    log_in_as(page, "1025", PASSWORD)
    expect(page.locator("#menu-who")).to_have_text("工号 1025")
    desk.readings.put(Read("badge-1", Code(CARD)))
    page.reload()
    expect(page.locator("#menu-who")).to_have_text("工号 1025")
