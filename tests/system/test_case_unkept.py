"""A phone that keeps nothing (storage is refused): the address holds the review, at each step."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.hall_daemon.adapters.http.review_halls import MATTER, Case, ReviewHall
from tests.system.test_case_pages import WAIT_MS, opened, page, phone, photo, rig, shows

__all__ = ["page", "phone", "photo", "rig"]

REFUSED = """for (const name of ['localStorage', 'sessionStorage']) {
    Object.defineProperty(window, name, {get() { throw new DOMException('no', 'SecurityError'); }});
}"""


@pytest.fixture
def forgetful(page: Page) -> Page:
    page.add_init_script(REFUSED)
    return page


def test_each_step_can_be_loaded_again(forgetful: Page, rig: ReviewHall) -> None:
    page, case = forgetful, Case(rig)
    case.keep()
    opened(page, rig, case)
    page.locator("#to-form").tap()
    expect(page.locator("#form")).to_be_visible(timeout=WAIT_MS)
    page.locator("#next").tap()
    expect(page.locator("#f-phone")).to_have_value(rig.samples["phone"], timeout=WAIT_MS)
    page.reload()
    expect(page.locator("#f-phone")).to_have_value(rig.samples["phone"], timeout=WAIT_MS)
    page.go_back()
    expect(page.locator("#f-apply_type")).to_be_visible(timeout=WAIT_MS)
    page.locator("#to-case").tap()
    page.locator("#to-papers").tap()
    expect(page.locator(".paper").first).to_be_visible(timeout=WAIT_MS)
    page.reload()
    expect(page.locator(".paper").first).to_be_visible(timeout=WAIT_MS)
    page.locator("#done").tap()
    expect(page.locator("#to-papers")).to_be_visible(timeout=WAIT_MS)


def test_what_was_begun_here_can_be_loaded_again(forgetful: Page, rig: ReviewHall) -> None:
    page = forgetful
    page.goto(f"{rig.hall.public.url}/forms/{MATTER}#/who")
    page.locator("#f-phone").fill("13800000009")
    page.locator("#save").tap()
    shows(page, "#kept", "已存在大厅")
    page.reload()
    expect(page.locator("#f-phone")).to_have_value("13800000009", timeout=WAIT_MS)
    shows(page, "#kept", "已存在大厅")


def test_a_field_of_the_list_is_found(forgetful: Page, rig: ReviewHall) -> None:
    page, case = forgetful, Case(rig).sent()
    defects = [{"of": "field", "id": "uscc", "code": "other", "words": "与执照不一致"}]
    assert case.desk("mend", {"defects": defects}, case.looked()).status_code == 200
    opened(page, rig, case)
    page.get_by_role("link", name="去改表").tap()
    expect(page.locator("#who")).to_be_visible(timeout=WAIT_MS)
    page.locator("#who-number").fill(case.id_number)
    page.locator("#who button").tap()
    expect(page.locator("#f-uscc")).to_be_focused(timeout=WAIT_MS)


@pytest.mark.parametrize("place", [f"forms/{MATTER}", "papers"])
def test_a_review_that_this_phone_has_not_is_no_empty_form(page: Page, rig: ReviewHall, place: str) -> None:
    kept = Case(rig)
    kept.keep()
    opened(page, rig, kept)
    page.goto(f"{rig.hall.public.url}/papers?case={kept.id}")
    expect(page.locator(".paper").first).to_be_visible(timeout=WAIT_MS)
    page.goto(f"{rig.hall.public.url}/{place}?case=YS-20200101-000001")
    shows(page, "#missing", "找不到这件预审")
    expect(page.locator("#kept-list a")).to_have_count(1)
    page.locator("#language").tap()
    shows(page, "#missing", "This pre-review is not there")
