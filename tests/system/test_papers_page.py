"""交材料 on a phone: claimed by a code of the kiosk, shrunk, sent, told what is unclear, kept or retaken."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.hall_daemon.adapters.http.review_halls import Case, ReviewHall, review_hall
from tests.made_pages import good, unreadable
from tests.system.page_hall import PAGES, watched
from tests.system.test_phone_page import PHONE


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReviewHall]:
    with review_hall(tmp_path_factory.mktemp("papers"), pages=PAGES, papers=True) as rig:
        yield rig


@pytest.fixture
def page(browser: Browser, rig: ReviewHall) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, is_mobile=True, has_touch=True, locale="zh-CN")
    with watched(context.new_page(), rig.hall.public.url) as page:
        yield page
    assert context.cookies() == []
    context.close()


def photo(folder: Path, image: Image.Image, name: str = "photo.jpg") -> Path:
    image.save(folder / name, "JPEG", quality=90)
    return folder / name


def opened(page: Page, rig: ReviewHall, case: Case) -> str:
    """The page as the kiosk's code opens it; returns the number that both show."""
    said = case.client.post(f"{case.path}/handover", {}, headers=case.headers()).json()
    secret = said["url"].partition("#s=")[2]
    page.goto(f"{rig.hall.public.url}/papers#s={secret}")
    expect(page.locator("#compare-how")).to_have_text("两边数字一样，就在自助机上点“一样”")
    expect(page.locator("#box")).to_be_hidden()
    assert secret not in page.url
    said = case.client.post(f"{case.path}/handover/confirm", {}, headers=case.headers()).json()
    expect(page.locator("#box")).to_be_visible()
    number: str = said["number"]
    return number


def taken(page: Page, paper: str, key: str, file: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.locator(".paper", has_text=paper).get_by_role("button", name=key).tap()
    chooser.value.set_files(file)


def test_a_paper_is_photographed_for_a_kiosk(page: Page, rig: ReviewHall, tmp_path: Path) -> None:
    case = Case(rig, kiosk=True)
    case.keep()
    number = opened(page, rig, case)
    expect(page.locator("#compare-number")).to_have_text(number)
    expect(page.locator("#count")).to_have_text("4 样里交了 0 样")
    name = page.locator(".paper b").first.inner_text()
    large = good(4).resize((3000, 4243))
    taken(page, name, "拍照", photo(tmp_path, large))
    row = page.locator(".paper", has_text=name)
    expect(row).to_contain_text("1 页", timeout=20_000)
    expect(page.locator("#count")).to_have_text("4 样里交了 1 样")
    (kept,) = rig.dossiers.pages(case.id)
    jpeg = rig.dossiers.page(case.id, kept.paper, 1)
    assert jpeg is not None
    assert max(Image.open(io.BytesIO(jpeg)).size) <= 2400
    # An unclear one is told: taken again, or kept as it is.
    taken(page, name, "加一页", photo(tmp_path, unreadable("blurred", 1)))
    expect(row).to_contain_text("第 2 页：看起来不清楚", timeout=20_000)
    row.get_by_role("button", name="仍要使用").tap()
    expect(row).to_contain_text("2 页", timeout=20_000)
    # Loaded anew, it is still this box; when it is over at the kiosk, it says so.
    page.reload()
    expect(page.locator("#count")).to_have_text("4 样里交了 1 样")
    expect(page.locator(".paper b").last).to_have_text(name)  # what is missing stands first
    case.client.send("DELETE", f"{case.path}/handover", headers=case.headers())
    page.reload()
    expect(page.locator("#ended-title")).to_have_text("连接结束了")


def test_a_bad_network_is_lived_through(page: Page, rig: ReviewHall, tmp_path: Path) -> None:
    case = Case(rig, kiosk=True)
    opened(page, rig, case)
    tries: list[str] = []

    def sometimes(route: object) -> None:
        tries.append("try")
        route.abort() if len(tries) < 3 else route.continue_()  # type: ignore[attr-defined]

    page.route("**/pages/1", sometimes)
    row = page.locator(".paper").first
    with page.expect_file_chooser() as chooser:
        row.get_by_role("button", name="拍照").tap()
    chooser.value.set_files(photo(tmp_path, good(4)))
    expect(row).to_contain_text("1 页", timeout=30_000)
    assert len(tries) == 3
    page.get_by_role("button", name="交完了").tap()
    expect(page.locator("#ended-title")).to_have_text("材料交好了")
    assert page.evaluate("sessionStorage.length") == 0


@pytest.mark.parametrize(("address", "title"), [
    ("/papers", "请先扫码"), ("/papers#s=used", "这个二维码已经用过或过了时间"),
])
def test_without_a_code_it_says_what_to_do(page: Page, rig: ReviewHall, address: str, title: str) -> None:
    page.goto(rig.hall.public.url + address)
    expect(page.locator("#ended-title")).to_have_text(title)
