"""A pre-review on a phone while the hall, or somebody on the way to it, answers wrongly, late, or not at all."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.hall_daemon.adapters.http.review_halls import CANARY, MATTER, Case, ReviewHall
from tests.system.test_case_pages import KEPT, WAIT_MS, opened, page, phone, photo, rig, shows, taken

__all__ = ["page", "phone", "photo", "rig"]

AWAY = "暂时没有答复"
REVIEW, PAPERS = "**/api/v1/reviews/YS-*", "**/api/v1/reviews/*/papers"
WRONG = {
    "a proxy's page": {"status": 404, "body": "<html>not found</html>"},
    "a log-in page of a Wi-Fi": {"status": 200, "body": "<html>welcome</html>"},
    "somebody else's refusal": {"status": 403, "body": '{"message": "no"}', "content_type": "application/json"},
    "somebody else's answer": {"status": 200, "body": "{}", "content_type": "application/json"},
    "a fault": {"status": 500, "body": "<html>oops</html>"},
}


def answers(what: dict[str, Any]) -> Callable[[Route], None]:
    return lambda route: route.fulfill(**what)


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_answer_says_so_and_nothing_is_forgotten(page: Page, rig: ReviewHall, kind: str) -> None:
    case = Case(rig)
    case.keep()
    opened(page, rig, case)
    page.route(REVIEW, answers(WRONG[kind]))
    page.evaluate("look()")
    shows(page, "#late", AWAY)
    expect(page.locator("#headline")).to_have_text("填写中")
    page.reload()
    shows(page, "#late", AWAY)
    assert page.evaluate(KEPT)[0]["token"] == case.token
    page.unroute(REVIEW)
    expect(page.locator("#headline")).to_have_text("填写中", timeout=WAIT_MS)
    expect(page.locator("#late")).to_be_hidden()
    page.route(PAPERS, answers(WRONG[kind]))
    page.goto(f"{rig.hall.public.url}/papers?case={case.id}")
    shows(page, "#late", AWAY)
    expect(page.locator("#ended")).to_be_hidden()
    page.unroute(PAPERS)
    expect(page.locator(".paper").first).to_be_visible(timeout=WAIT_MS)


def test_too_many_requests_say_when_it_goes_on(page: Page, rig: ReviewHall) -> None:
    case = Case(rig)
    case.keep()
    opened(page, rig, case)
    page.route(REVIEW, answers({"status": 429, "body": "{}", "headers": {"Retry-After": "23"}}))
    page.evaluate("look()")
    shows(page, "#late", "请求太多，23 秒后自动再试")


def ready(page: Page, rig: ReviewHall) -> Case:
    """A draft with all that it needs, its number typed."""
    case = Case(rig, id_number="")
    for paper in case.keep().json()["missing"]:
        case.page(paper)
    opened(page, rig, case)
    expect(page.locator("#main")).to_be_enabled(timeout=WAIT_MS)
    page.locator("#who-number").fill(CANARY)
    return case


def test_a_press_that_did_not_arrive_is_sent_again(page: Page, rig: ReviewHall) -> None:
    ready(page, rig)
    tries: list[str] = []

    def lost(route: Route) -> None:
        tries.append(route.request.headers["if-match"])
        if len(tries) == 1:
            route.abort()
        elif len(tries) == 2:  # it arrives, and its answer does not
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/send", lost)
    page.locator("#main").tap()
    shows(page, "#headline", "等待预审")
    expect(page.locator("#said")).to_be_hidden()
    expect(page.locator("#late")).to_be_hidden()
    assert len(tries) == 3
    assert len({*tries}) == 1, "the version that was seen: it happens once"


def test_a_press_that_never_arrives_says_so_until_the_next(page: Page, rig: ReviewHall) -> None:
    ready(page, rig)
    page.route("**/send", lambda route: route.abort())
    page.locator("#main").tap()
    shows(page, "#said", "没有送到大厅")
    expect(page.locator("#late")).to_be_hidden(timeout=WAIT_MS)
    shows(page, "#said", "再按一次")
    expect(page.locator("#who-number")).to_have_value(CANARY)
    page.unroute("**/send")
    told = {"code": "rate_limited", "detail": "", "detail_zh": "", "advice": "", "advice_zh": ""}
    page.route("**/send", answers({"status": 429, "body": json.dumps(told), "headers": {"Retry-After": "40"}}))
    page.locator("#main").tap()
    shows(page, "#said", "40 秒后再按一次")
    page.unroute("**/send")
    page.locator("#main").tap()
    shows(page, "#headline", "等待预审")
    expect(page.locator("#said")).to_be_hidden()


def test_a_promise_of_a_draft_outlasts_a_reload_and_the_page_of_papers(page: Page, rig: ReviewHall) -> None:
    case = Case(rig)
    for paper in case.keep().json()["missing"]:
        if paper not in ("layout", "rules"):
            case.page(paper)
    opened(page, rig, case)
    rows = page.locator("#todo li")
    rows.filter(has_text="布局").get_by_role("button").tap()
    rows.filter(has_text="制度").get_by_role("button", name="承诺代替").tap()
    expect(page.locator("#main")).to_be_enabled(timeout=WAIT_MS)
    page.locator("#to-papers").tap()
    page.locator("#done").tap()
    expect(page.locator("#main")).to_be_enabled(timeout=WAIT_MS)
    case.page("rules")  # it is there after all
    page.reload()
    expect(rows.filter(has_text="制度").get_by_role("button")).to_have_count(0, timeout=WAIT_MS)
    page.locator("#main").tap()
    shows(page, "#headline", "等待预审")
    assert (case.seen["promised"], case.seen["instead"]) == (["layout"], [])


def test_ten_touches_send_once(page: Page, rig: ReviewHall) -> None:
    ready(page, rig)
    sent: list[str] = []
    page.on("request", lambda asked: sent.append(asked.url) if asked.url.endswith("/send") else None)
    page.route(REVIEW, lambda route: (threading.Event().wait(0.3), route.continue_()))  # the look that follows
    for _ in range(10):
        page.locator("#main").evaluate("key => key.click()")
    shows(page, "#headline", "等待预审")
    assert len(sent) == 1
    expect(page.locator("#said")).to_be_hidden()


def test_a_link_to_papers_of_what_was_sent_shows_what_it_is_now(
    page: Page, rig: ReviewHall, photo: Callable[[int], Path]
) -> None:
    case = Case(rig)
    for paper in case.keep().json()["missing"]:
        case.page(paper)
    opened(page, rig, case)
    page.locator("#to-papers").tap()
    expect(page.locator(".paper").first).to_be_visible(timeout=WAIT_MS)
    assert case.send(id_number=CANARY).status_code == 200
    taken(page, page.locator(".paper").first.locator(".paper-key").first, photo(4))
    shows(page, "#headline", "等待预审")  # in another tab it was sent
    assert page.evaluate(KEPT)[0]["review"] == case.id
    page.goto(f"{rig.hall.public.url}/papers?case={case.id}")
    shows(page, "#headline", "等待预审")


def test_what_is_too_long_to_be_kept_says_so(page: Page, rig: ReviewHall) -> None:
    page.goto(f"{rig.hall.public.url}/forms/{MATTER}#/who")
    page.locator("#save").tap()
    shows(page, "#kept", "已存在大厅")
    page.evaluate("""filled.form.fields.forEach(field => {
        if (CHECK_KINDS[field.kind][0] !== 'choice') { answer(field.id, '\\u{1F600}\\u{2BFF1}'.repeat(5000)); }
    }); saveCase();""")
    shows(page, "#why", "填的内容太长")
    expect(page.locator("#kept")).to_have_text("还没有存上；写的内容还在这部手机上")


def test_a_page_that_comes_too_soon_waits_and_is_sent(
    page: Page, rig: ReviewHall, photo: Callable[[int], Path]
) -> None:
    case = Case(rig)
    case.keep()
    opened(page, rig, case)
    page.locator("#to-papers").tap()
    told = json.dumps({"code": "rate_limited", "detail": "", "detail_zh": "", "advice": "", "advice_zh": ""})
    limited = {"status": 429, "body": told, "headers": {"Retry-After": "6"}, "content_type": "application/json"}
    first = page.locator(".paper").first
    expect(first).to_be_visible(timeout=WAIT_MS)  # what is set up in the middle of a way elsewhere may be lost
    page.route("**/pages/1", answers(limited), times=1)
    taken(page, first.locator(".paper-key").first, photo(4))
    expect(first).to_contain_text("稍等就接着传", timeout=WAIT_MS)
    expect(first).to_contain_text("1 页", timeout=WAIT_MS)
