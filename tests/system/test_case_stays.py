"""What of a pre-review stays on a phone: nothing where it was taken off, all where only a page was left."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.hall_daemon.adapters.http.review_halls import Case, ReviewHall
from tests.system.test_case_pages import KEPT, WAIT_MS, opened, page, phone, photo, rig, shows, taken

__all__ = ["page", "phone", "photo", "rig"]

# The phone's back key brings a page as it was left (no browser of a test does so by itself).
BACK = "window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"
HELD = "Object.keys(sessionStorage).map(name => name + sessionStorage[name]).join()"


def walked(page: Page, rig: ReviewHall, case: Case) -> None:
    """Its form, its papers and its page were all seen in this tab."""
    opened(page, rig, case)
    page.locator("#to-form").tap()
    expect(page.locator("#form")).to_be_visible(timeout=WAIT_MS)
    page.locator("#to-case").tap()
    page.locator("#to-papers").tap()
    page.locator("#done").tap()
    expect(page.locator("#to-papers")).to_be_visible(timeout=WAIT_MS)


def taken_off(page: Page) -> None:
    for key in ("#forget", "#forget"):
        page.locator(key).tap()
    expect(page.locator("#missing")).to_be_visible(timeout=WAIT_MS)


def test_a_review_that_was_taken_off_leaves_nothing(page: Page, rig: ReviewHall) -> None:
    case, other = Case(rig), Case(rig)
    for each in (other, case):
        each.keep()
        walked(page, rig, each)
    assert case.token in page.evaluate(HELD)
    assert rig.samples["rep_id"] in page.evaluate(HELD)
    for key in ("#forget", "#forget"):
        page.locator(key).tap()
    expect(page.locator("#kept-list a")).to_have_count(1, timeout=WAIT_MS)
    held = page.evaluate(HELD)
    assert case.id not in held
    assert other.id in held
    page.goto(f"{rig.hall.public.url}/papers")
    expect(page.locator("#ended")).to_be_visible(timeout=WAIT_MS)
    page.goto(f"{rig.hall.public.url}/case?case={other.id}")
    expect(page.locator("#to-papers")).to_be_visible(timeout=WAIT_MS)


def test_the_list_of_a_phone_says_what_each_was(page: Page, rig: ReviewHall) -> None:
    case, draft = Case(rig).sent(), Case(rig)
    for each in (case, draft):
        opened(page, rig, each)
    page.goto(f"{rig.hall.public.url}/case")
    rows = page.locator("#kept-list a")
    expect(rows).to_have_count(2, timeout=WAIT_MS)
    expect(rows.filter(has_text=case.id)).to_contain_text("等待预审")
    expect(rows.filter(has_text=draft.id)).to_contain_text("填写中")


def test_a_tab_behind_goes_when_it_is_taken_off_elsewhere(page: Page, rig: ReviewHall) -> None:
    case = Case(rig)
    case.keep()
    walked(page, rig, case)
    page.evaluate(BACK)
    expect(page.locator("#to-papers")).to_be_visible()
    other = page.context.new_page()
    other.goto(f"{rig.hall.public.url}/papers?case={case.id}")
    expect(other.locator(".paper").first).to_be_visible(timeout=WAIT_MS)
    taken_off(page)
    other.wait_for_url("**/case", timeout=WAIT_MS)
    expect(other.locator("#missing")).to_be_visible(timeout=WAIT_MS)
    assert case.token not in other.evaluate(HELD)
    other.close()


def test_the_back_key_shows_no_review_that_was_taken_off(page: Page, rig: ReviewHall) -> None:
    case = Case(rig)
    case.keep()
    opened(page, rig, case)
    page.evaluate("forgetCase(mine.review)")
    expect(page.locator("#headline")).to_be_visible()
    page.evaluate(BACK)
    expect(page.locator("#missing")).to_be_visible(timeout=WAIT_MS)
    expect(page.locator("#case")).to_be_hidden()


def test_what_was_sent_stays_in_no_tab(page: Page, rig: ReviewHall) -> None:
    case = Case(rig)
    for paper in case.keep().json()["missing"]:
        case.page(paper)
    walked(page, rig, case)
    assert rig.samples["rep_id"] in page.evaluate(HELD)
    assert case.send(id_number=case.id_number).status_code == 200
    page.evaluate("look()")
    shows(page, "#headline", "等待预审")
    assert rig.samples["rep_id"] not in page.evaluate(HELD)
    assert page.evaluate(KEPT)[0]["review"] == case.id


def test_two_tabs_send_a_page_each(page: Page, rig: ReviewHall, photo: Callable[[int], Path]) -> None:
    case = Case(rig)
    case.keep()
    opened(page, rig, case)
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto(f"{rig.hall.public.url}/papers?case={case.id}")
        expect(tab.locator(".paper").first).to_contain_text("还没拍", timeout=WAIT_MS)
    for tab, seed, there in ((page, 4, "1 页"), (other, 7, "2 页")):
        first = tab.locator(".paper").first
        taken(tab, first.get_by_role("button", name="拍照"), photo(seed))
        expect(first).to_contain_text(there, timeout=WAIT_MS)
    assert [(row.number, row.version) for row in rig.dossiers.pages(case.id)] == [(1, 1), (2, 1)]
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(".paper").first).to_contain_text("2 页", timeout=WAIT_MS)
    other.close()


def test_two_phones_in_the_same_moment_lose_no_page(
    page: Page, rig: ReviewHall, photo: Callable[[int], Path]
) -> None:
    """Both were told that there is none yet."""
    case = Case(rig)
    case.keep()
    opened(page, rig, case)
    page.goto(f"{rig.hall.public.url}/papers?case={case.id}")
    first = page.locator(".paper").first
    expect(first).to_contain_text("还没拍", timeout=WAIT_MS)
    before = case.client.get(f"{case.path}/papers", headers=case.headers()).json()
    path = f"{case.path}/papers/{before['papers'][0]['id']}/pages/1"
    case.client.send("PUT", path, data=photo(4).read_bytes(), headers={"Content-Type": "image/jpeg", **case.headers()})
    told: list[int] = []
    page.on("response", lambda answer: told.append(answer.status))
    page.route("**/papers", lambda route: route.continue_() if 412 in told else route.fulfill(json=before))
    taken(page, first.get_by_role("button", name="拍照"), photo(7))
    expect(first).to_contain_text("2 页", timeout=WAIT_MS)
    assert 412 in told
    assert [(row.number, row.version) for row in rig.dossiers.pages(case.id)] == [(1, 1), (2, 1)]


def test_a_file_that_is_too_large_says_what_to_do(page: Page, rig: ReviewHall, tmp_path: Path) -> None:
    case = Case(rig)
    case.keep()
    opened(page, rig, case)
    page.locator("#to-papers").tap()
    large = tmp_path / "large.pdf"
    large.write_bytes(b"%PDF-1.4\n" + bytes(10 * 1024 * 1024))
    sent: list[str] = []
    page.on("request", lambda asked: sent.append(asked.url) if asked.method == "PUT" else None)
    taken(page, page.locator(".paper").first.get_by_role("button", name="拍照"), large)
    shows(page, "#said", "文件超过 10 MB：请拍照上传")
    assert not sent, "nobody pays for sending it"
