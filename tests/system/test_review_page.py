"""The desk of pre-reviews in a real browser, before the real gate: the list, papers on a canvas with a watermark, one
touch a defect, all told once; mended and passed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from hall_daemon.adapters.accounts.proofs import Passwords
from hall_daemon.staff.account import Account
from tests.hall_daemon.adapters.http.review_halls import Case, ReviewHall, review_hall
from tests.plain_hall import CHEAP
from tests.system.page_hall import PAGES, PASSWORD, log_in_as, watched

Image = pytest.importorskip("PIL.Image")
ImageDraw = pytest.importorskip("PIL.ImageDraw")


def plan_picture(words: str) -> bytes:
    """A drawing of a small kitchen, as somebody photographs it."""
    picture = Image.new("RGB", (900, 700), "white")
    pen = ImageDraw.Draw(picture)
    for box in ((90, 90, 800, 600), (90, 90, 330, 330), (430, 360, 520, 470), (570, 360, 660, 470)):
        pen.rectangle(box, outline="black", width=6)
    pen.text((380, 40), words, fill="black")
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=85)
    return kept.getvalue()


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[ReviewHall]:
    with review_hall(tmp_path / "hall", hall={"gated": True, "pages": PAGES}) as rig:
        yield rig


@pytest.fixture
def page(browser: Browser, rig: ReviewHall) -> Iterator[Page]:
    hashed = Passwords(CHEAP.argon2_passes, CHEAP.argon2_mib).hash(PASSWORD)
    now = rig.hall.clock.now().wall
    for number, role in (("1006", "reviewer"), ("1024", "window")):
        account = Account(id=number, number=number, roles=(role,), windows=(), password=hashed, changed=now)
        rig.hall.accounts.access.store.put(account)
    context = browser.new_context(viewport={"width": 1366, "height": 768}, reduced_motion="reduce")
    with watched(context.new_page(), rig.hall.staff.url) as page:
        yield page
    context.close()


def entered(page: Page, rig: ReviewHall, number: str = "1006") -> None:
    page.goto(f"{rig.hall.staff.url}/reviews")
    log_in_as(page, number)


def handed_in(rig: ReviewHall) -> Case:
    case = Case(rig)
    for paper in case.keep().json()["missing"]:
        case.page(paper, jpeg=plan_picture(paper))
    assert case.send(id_number=case.id_number).status_code == 200
    return case


def ink(page: Page) -> int:
    """Pixels of the canvas that are not white."""
    return int(page.evaluate("""() => {
        const canvas = document.getElementById('sheet-canvas'), pen = canvas.getContext('2d');
        const data = pen.getImageData(0, 0, canvas.width, canvas.height).data;
        let dark = 0;
        for (let at = 0; at < data.length; at += 4) { if (data[at + 1] < 250) { dark += 1; } }
        return dark;
    }"""))


def test_two_defects_are_told_at_once_and_what_was_mended_is_passed(page: Page, rig: ReviewHall) -> None:
    case = handed_in(rig)
    entered(page, rig)
    row = page.locator(f"[data-review='{case.id}']")
    expect(row).to_be_visible()
    row.click()
    expect(page.locator("#sheet-id")).to_have_text(case.id)
    expect(page.locator("#sheet-canvas")).to_be_visible()
    assert ink(page) > 5_000, "the drawing, and the watermark over it"
    expect(page.locator("#sheet-pass")).to_be_enabled()
    page.keyboard.press("e")
    expect(page.locator("#sheet-list .sheet-entry")).to_have_count(1)
    page.locator("#sheet-papers button").nth(1).click()
    page.keyboard.press("p" if page.locator("#sheet-codes button").count() > 9 else "o")
    page.locator(".sheet-words").fill("目录没有盖章，请盖好再拍")
    page.wait_for_timeout(450)  # a second click of a double click is none
    page.locator("[data-dialog=yes]").click()
    expect(page.locator("#sheet-list .sheet-entry")).to_have_count(2)
    expect(page.locator("#sheet-pass")).to_be_disabled()
    page.locator("#sheet-send").click()
    page.wait_for_timeout(450)
    page.locator("[data-dialog=yes]").click()
    expect(page.locator("#review-none")).to_be_visible()
    told = case.seen
    assert told["state"] == "mend"
    assert [one["words"] for one in told["lists"][0]["defects"]] == ["", "目录没有盖章，请盖好再拍"]
    for one in told["lists"][0]["defects"]:
        case.page(one["id"], jpeg=plan_picture("again"))
    assert case.send(replies=[{"at": 0, "how": "replaced"}, {"at": 1, "how": "replaced"}]).status_code == 200
    row.click(timeout=15_000)
    expect(page.locator("#sheet-before-list p")).to_have_count(2)
    page.locator("#sheet-pass").click()
    expect(page.locator("#review-none")).to_be_visible()
    assert case.seen["state"] == "passed"


def test_who_may_not_review_does_not_get_there(page: Page, rig: ReviewHall) -> None:
    entered(page, rig, "1024")
    expect(page.locator("#reviews")).to_have_count(0)
    expect(page.locator("#login, #window-go, #desk").first).to_be_attached()
