"""What the page of a pre-review says and how it is read: why a key is grey, days, headlines, large pages, letters twice
as large, the list on paper, a keyboard that stays where it is."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.chromium import launched
from tests.hall_daemon.adapters.http.review_halls import MATTER, Case, ReviewHall
from tests.system.test_case_pages import WAIT_MS, opened, page, phone, photo, rig, shows

__all__ = ["page", "phone", "photo", "rig"]

# What can be touched and is smaller than `least` either way, other than words inside a line.
SMALL = """least => Array.from(
    document.querySelectorAll('a[href], button, summary, select, input:not([type=file])')
).filter(node => {
    const box = node.getBoundingClientRect();
    return box.width && getComputedStyle(node).display !== 'inline' && Math.min(box.width, box.height) < least - 0.5;
}).map(node => node.outerHTML.slice(0, 90))"""
LINES = """node => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return new Set(Array.from(range.getClientRects(), box => Math.round(box.top))).size;
}"""


def returned(rig: ReviewHall) -> Case:
    case = Case(rig).sent()
    defects = [
        {"of": "paper", "id": "layout", "code": "unreadable", "page": 1},
        {"of": "paper", "id": "rules", "code": "not_needed"},
    ]
    assert case.desk("mend", {"defects": defects}, case.looked()).status_code == 200
    return case


def test_a_draft_that_cannot_be_sent_says_why(page: Page, rig: ReviewHall) -> None:
    case = Case(rig)
    opened(page, rig, case)
    shows(page, "#main", "先填好表")
    missing = case.keep({**rig.samples, "operator": ""}).json()["missing"]
    page.evaluate("look()")
    shows(page, "#main", f"还差 {len(missing)} 样材料")
    for paper in missing:
        case.page(paper)
    page.evaluate("look()")
    expect(page.locator("#main")).to_have_text("提交预审", timeout=WAIT_MS)
    page.locator("#main").tap()
    shows(page, "#said", "表里还有要改的")
    expect(page.locator("#said")).not_to_contain_text("operator")
    expect(page.locator("#todo li").first.locator(".is-there")).to_have_count(0)
    page.locator("#to-form").tap()
    shows(page, "#headline", "1 处")


def test_english_days_and_headlines_are_english(page: Page, rig: ReviewHall) -> None:
    case = returned(rig)
    page.goto(f"{rig.hall.public.url}/case?lang=en#r={case.id}&t={case.token}")
    shows(page, "#until", "To be mended by 7 December;")
    draft = Case(rig)
    page.goto(f"{rig.hall.public.url}/case?lang=en#r={draft.id}&t={draft.token}")
    shows(page, "#headline", "Being filled in")


@pytest.mark.parametrize("width", [320, 390])
def test_keys_of_the_large_pages_are_sixty_high_and_whole(page: Page, rig: ReviewHall, width: int) -> None:
    draft, mend = Case(rig), returned(rig)
    draft.keep()
    page.set_viewport_size({"width": width, "height": 700})
    page.add_init_script("localStorage.setItem('hall.elder', 'yes')")
    own, url = f"#r={draft.id}&t={draft.token}", rig.hall.public.url
    for address, ready in (
        (f"case{own}", "#to-papers"), (f"papers{own}", ".paper"), (f"forms/{MATTER}#/who", "#f-phone"),
        (f"forms/{MATTER}#/", ".f-defect"), (f"case#r={mend.id}&t={mend.token}", ".c-pages"),
    ):
        page.goto(f"{url}/{address}")
        expect(page.locator(ready).first).to_be_visible(timeout=WAIT_MS)
        assert page.evaluate(SMALL, 60) == [], address
    for key in page.locator(".c-answers .m-key").all():
        assert key.evaluate(LINES) <= (2 if width == 320 else 1), key.inner_text()


def test_letters_of_twice_the_size_fit(browser: Browser, rig: ReviewHall) -> None:
    draft, mend = Case(rig), returned(rig)
    draft.keep()
    own, url = f"#r={draft.id}&t={draft.token}", rig.hall.public.url
    with launched(browser.browser_type, "--blink-settings=defaultFontSize=32") as other:
        for language in ("zh", "en"):
            context = other.new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
            page = context.new_page()
            for address, ready in (
                (f"case?lang={language}{own}", "#to-papers"), (f"papers?lang={language}{own}", ".paper"),
                (f"case?lang={language}#r={mend.id}&t={mend.token}", ".c-pages"),
            ):
                page.goto(f"{url}/{address}")
                expect(page.locator(ready).first).to_be_visible(timeout=WAIT_MS)
                assert page.evaluate("document.documentElement.scrollWidth") == 390, address
            context.close()


def test_the_list_on_paper_says_whose_when_and_no_keys(page: Page, rig: ReviewHall) -> None:
    opened(page, rig, returned(rig))
    expect(page.locator(".c-pages").first).to_be_visible(timeout=WAIT_MS)
    page.evaluate("window.print = () => { window.printed = true; }")
    page.locator("#print").tap()
    page.wait_for_function("window.printed")
    expect(page.locator("#printed-title")).to_be_hidden()
    page.emulate_media(media="print")
    shown = page.locator("main").inner_text()
    for words in ("North hall", "一次性告知书", "还有 2 处 要改", "怎么改", "12月7日 前改好", "11月23日 打印"):
        assert words in shown
    for words in ("逐页改", "看样子", "已经取了号", "加一页", "撤回"):
        assert words not in shown


def test_a_keyboard_stays_on_the_key_that_was_pressed(page: Page, rig: ReviewHall) -> None:
    case = Case(rig)
    case.keep()
    opened(page, rig, case)
    key = page.locator("#todo li").filter(has_text="制度").get_by_role("button", name="承诺代替")
    key.focus()
    page.keyboard.press("Enter")
    expect(key).to_have_attribute("aria-pressed", "true", timeout=WAIT_MS)
    expect(key).to_be_focused()
    opened(page, rig, returned(rig))
    promise = page.locator(".f-defect").last.get_by_role("button", name="承诺代替")
    promise.focus()
    page.keyboard.press("Enter")
    expect(promise).to_have_attribute("aria-pressed", "true", timeout=WAIT_MS)
    expect(promise).to_be_focused()
