"""The desk of pre-reviews in a real browser, before the real gate: the list, papers on a canvas with a watermark, one
touch a defect, all told once; mended and passed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from hall_daemon.adapters.accounts.proofs import Passwords
from hall_daemon.cases import commands as k
from hall_daemon.cases.defects import Defect
from hall_daemon.staff.account import Account
from tests.hall_daemon.adapters.http.halls import HandClock
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
def rig(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[ReviewHall]:
    """With a clock or rules of its own, where a test gives some."""
    given = getattr(request, "param", None)
    clock, rules = (None, given) if isinstance(given, dict) else (given, {})
    with review_hall(tmp_path / "hall", hall={"gated": True, "pages": PAGES, "clock": clock}, **rules) as rig:
        yield rig


@pytest.fixture
def page(browser: Browser, rig: ReviewHall) -> Iterator[Page]:
    hashed = Passwords(CHEAP.argon2_passes, CHEAP.argon2_mib).hash(PASSWORD)
    now = rig.hall.clock.now().wall
    for number, role in (("1006", "reviewer"), ("1024", "window"), ("3001", "shift_leader")):
        account = Account(id=number, number=number, roles=(role,), windows=(), password=hashed, changed=now)
        rig.hall.accounts.access.store.put(account)
    context = browser.new_context(viewport={"width": 1366, "height": 768}, reduced_motion="reduce")
    with watched(context.new_page(), rig.hall.staff.url) as page:
        yield page
    context.close()


def entered(page: Page, rig: ReviewHall, number: str = "1006", place: str = "reviews") -> None:
    page.goto(f"{rig.hall.staff.url}/{place}")
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


# Pixels of the watermark, which the drawing has none of.
_REDDISH = """canvas => {
    const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    let red = 0;
    for (let at = 0; at < data.length; at += 4) { if (data[at] > data[at + 1] + 8) { red += 1; } }
    return red;
}"""


def test_two_defects_are_told_at_once_and_what_was_mended_is_passed(page: Page, rig: ReviewHall) -> None:
    case = handed_in(rig)
    entered(page, rig)
    row = page.locator(f"[data-review='{case.id}']")
    expect(row).to_be_visible()
    row.click()
    expect(page.locator("#sheet-id")).to_have_text(case.id)
    expect(page.locator("#sheet-canvas")).to_be_visible()
    assert ink(page) > 5_000, "the drawing, and the watermark over it"
    small = page.locator("#sheet-thumbs canvas[data-drawn]")
    expect(small.nth(1)).to_be_visible()
    assert small.first.evaluate(_REDDISH) > 20, "small ones too"
    expect(page.locator("#sheet-fields")).to_contain_text("新办")
    page.locator("#language").click()
    expect(page.locator("#sheet-fields")).not_to_contain_text("新办")
    expect(page.locator("#sheet-fields")).to_contain_text("New")  # what was chosen has words, too
    page.locator("#language").click()
    page.locator("#sheet-thumbs button").nth(1).click()
    expect(page.locator("#sheet-papers button").nth(1)).to_have_attribute("aria-selected", "true")
    page.locator("#sheet-thumbs button").first.click()
    expect(page.locator("#sheet-canvas")).to_be_visible()
    expect(page.locator("#sheet-pass")).to_be_enabled()
    page.locator("#sheet-canvas").focus()
    page.keyboard.press("Tab")
    expect(page.locator("#sheet-zoom")).to_be_focused()
    page.keyboard.press("Space")  # the key that has the focus is pressed, nothing is marked
    expect(page.locator("#sheet-papers [data-mark=fine]")).to_have_count(0)
    page.locator("#sheet-zoom").click()
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
    row.click(timeout=60_000)
    expect(page.locator("#sheet-before-list p")).to_have_count(2)
    page.locator("#sheet-pass").click()
    expect(page.locator("#review-none")).to_be_visible()
    assert case.seen["state"] == "passed"


def test_a_second_list_is_an_alarm_until_somebody_has_looked_into_it(page: Page, rig: ReviewHall) -> None:
    case = handed_in(rig)
    for wrong, why in ((Defect(of="paper", id="layout", code="unreadable"), ""),
                       (Defect(of="paper", id="rules", code="expired"), "overlooked")):
        rig.ask(k.LookAt(case.id, "staff:1007"))
        rig.ask(k.TellDefects(review=case.id, version=0, staff="staff:1007", defects=(wrong,), why_late=why))
        case.page(wrong.id, jpeg=plan_picture("again"))
        if not why:
            assert case.send(replies=[{"at": 0, "how": "replaced"}]).status_code == 200
    entered(page, rig)
    expect(page.locator("#review-none")).to_be_visible()
    expect(page.locator("#review-alarm-rows tr")).to_have_count(1)
    expect(page.locator("#review-alarm-rows")).to_contain_text(case.id)
    expect(page.locator("#review-alarm-rows")).to_contain_text("上次就在、当时没有提出")
    page.locator(f"[data-alarm='{case.id}']").click()
    expect(page.locator("#sheet-mending")).to_be_visible()
    expect(page.locator("#sheet-round")).to_have_text("第 2 次提交")
    expect(page.locator("#sheet-keys")).to_be_hidden()
    page.locator("#sheet-back").click()
    page.locator(f"[data-seen='{case.id}']").click()
    expect(page.locator("#review-alarms")).to_be_hidden()
    assert rig.hall.core.book.docket.reviews[case.id].alarms == ()


@pytest.mark.parametrize("rig", [{"four_eyes": True}], indirect=True)
def test_the_first_of_two_is_told_that_another_looks_as_well(page: Page, rig: ReviewHall) -> None:
    case = handed_in(rig)
    entered(page, rig)
    page.locator(f"[data-review='{case.id}']").click()
    expect(page.locator("#sheet-canvas")).to_be_visible()
    page.locator("#sheet-pass").click()
    expect(page.locator("#said")).to_contain_text("等另一位同事再看一遍")
    audit = rig.hall.accounts.access.audit
    audit.write()
    pages = {row.about for row in audit.find() if row.what == "readPage"}
    assert f"{case.id}/layout/1" in pages, "who saw which page of which paper"
    assert case.seen["state"] == "sent"


def drawn(page: Page, *, begin: tuple[float, float], end: tuple[float, float]) -> None:
    """A circle on the canvas, by the mouse; places are shares of it."""
    box = page.locator("#sheet-canvas").bounding_box()
    assert box is not None
    for (x, y), go in ((begin, page.mouse.down), (end, page.mouse.up)):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        go()


def test_a_circle_travels_with_what_is_wrong(page: Page, rig: ReviewHall) -> None:
    case = handed_in(rig)
    entered(page, rig)
    page.locator(f"[data-review='{case.id}']").click()
    expect(page.locator("#sheet-canvas")).to_be_visible()
    drawn(page, begin=(0.1, 0.1), end=(0.4, 0.5))
    expect(page.locator("#sheet-about")).to_contain_text("圈好了")
    page.keyboard.press("e")
    page.locator("#sheet-turn").click()
    drawn(page, begin=(0.5, 0.6), end=(0.7, 0.9))
    page.keyboard.press("q")
    expect(page.locator("#sheet-list .sheet-entry")).to_have_count(2)
    page.locator("#sheet-send").click()
    page.wait_for_timeout(450)
    page.locator("[data-dialog=yes]").click()
    expect(page.locator("#review-none")).to_be_visible()
    first, second = case.seen["lists"][0]["defects"]
    assert all(abs(a - b) <= 4 for a, b in zip(first["area"], (100, 100, 300, 400), strict=True)), first["area"]
    assert (first["page"], first["where"]["zh"]) == (1, "这一页的左上角")
    assert all(abs(a - b) <= 4 for a, b in zip(second["area"], (600, 300, 300, 200), strict=True)), second["area"]


@pytest.mark.parametrize("rig", [HandClock(9)], indirect=True)
def test_a_refusal_has_its_words_and_time_is_an_alarm(page: Page, rig: ReviewHall) -> None:
    late, case = handed_in(rig), handed_in(rig)
    rig.hall.clock.forward(86_400)
    Case(rig)  # somebody comes the next day, so it begins
    entered(page, rig)
    expect(page.locator("#review-alarm")).to_have_text("今天必须答复 2 件")
    rig.hall.clock.forward(86_400)
    Case(rig)
    entered(page, rig)
    expect(page.locator("#review-alarm")).to_have_text("⚠ 超时未答复 2 件")
    assert page.title().startswith("⚠ 2")
    page.locator(f"[data-review='{case.id}']").click()
    page.locator("#sheet-refuse").click()
    page.locator(".sheet-words").fill("这类店请到市局办")
    page.wait_for_timeout(450)
    page.locator("[data-reason=not_ours]").click()
    expect(page.locator(f"[data-review='{late.id}']")).to_be_visible()
    assert (case.seen["state"], case.seen["reason"], case.seen["words"]) == ("refused", "not_ours", "这类店请到市局办")


def test_figures_for_who_may_see_them(page: Page, rig: ReviewHall) -> None:
    case = handed_in(rig)
    rig.ask(k.LookAt(case.id, "staff:bo"))
    defect = Defect(of="paper", id="layout", code="unreadable", page=1, area=(100, 100, 300, 200))
    rig.ask(k.TellDefects(review=case.id, version=0, staff="staff:bo", defects=(defect,)))
    entered(page, rig, "3001", "review-figures")
    expect(page.locator("#rows tr")).to_have_count(2)
    expect(page.locator("#frequent")).to_contain_text("看不清")


def test_who_may_not_review_does_not_get_there(page: Page, rig: ReviewHall) -> None:
    entered(page, rig, "1024")
    expect(page.locator("#reviews")).to_have_count(0)
    expect(page.locator("#login, #window-go, #desk").first).to_be_attached()
