"""A browser, a hall behind it, and a clerk's desk with the staff page; files whose pages are others' say so again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from hall_daemon.config import load
from hall_daemon.rehearsal.demo import MARK
from hall_daemon.rehearsal.demo_past import begin_past
from tests.chromium import chromium
from tests.conftest import ROOT
from tests.system.glass import x_display
from tests.system.page_hall import PageHall, page_hall, watched


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as launched:
        yield launched


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    """An X display of our own."""
    with x_display() as name:
        yield name


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[PageHall]:
    with page_hall(tmp_path) as running:
        yield running


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demo on its first day: the past of others is the longest part of their start."""
    folder = tmp_path_factory.mktemp("lived")
    plan = load(ROOT / "config/hall.toml").plan
    assert begin_past(plan, folder, datetime.now(ZoneInfo(plan.timezone)).date(), most_days=0) == 0
    (folder / MARK).touch()
    return folder


@pytest.fixture
def data(lived: Path, tmp_path: Path) -> Path:
    """Such a folder of one's own."""
    return shutil.copytree(lived, tmp_path / "demo")


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 720}, locale="zh-CN", reduced_motion="reduce")
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, hall: PageHall) -> Iterator[Page]:
    """The staff page before log in."""
    with watched(context.new_page(), hall.staff.url) as page:
        page.goto(f"{hall.staff.url}/staff")
        expect(page.locator("#login-go")).to_be_enabled()
        yield page
