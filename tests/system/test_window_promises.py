"""What somebody brings to the window, in a real browser before the real gate: a promise of either kind is printed,
signed and asked about before the visit ends; what passes meanwhile is seen, a lost answer is asked for again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from hall_daemon.adapters.accounts.proofs import Passwords
from hall_daemon.cases import commands as k
from hall_daemon.config import load
from hall_daemon.config.guides import read_shelf
from hall_daemon.domain import commands as c
from hall_daemon.staff.account import Account
from tests.hall_daemon.adapters.http.review_halls import CANARY, SHIPPED, Case, ReviewHall, review_hall
from tests.plain_hall import CHEAP
from tests.system.page_hall import PAGES, PASSWORD, log_in, watched

WAIT_MS = 60_000
PROMISED = ["layout", "safety_manager"]


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[ReviewHall]:
    shelf = read_shelf(load(SHIPPED))
    with review_hall(tmp_path / "hall", hall={"gated": True, "pages": PAGES, "shelf": lambda: shelf}) as rig:
        yield rig


@pytest.fixture
def page(browser: Browser, rig: ReviewHall) -> Iterator[Page]:
    hashed = Passwords(CHEAP.argon2_passes, CHEAP.argon2_mib).hash(PASSWORD)
    account = Account(id="1024", number="1024", roles=("window",), windows=(), password=hashed,
        changed=rig.hall.clock.now().wall)
    rig.hall.accounts.access.store.put(account)
    context = browser.new_context(viewport={"width": 1366, "height": 768}, reduced_motion="reduce")
    context.set_default_timeout(WAIT_MS)
    with watched(context.new_page(), rig.hall.staff.url) as page:
        yield page
    context.close()


def sent(rig: ReviewHall, *promised: str) -> Case:
    case = Case(rig)
    for paper in case.keep().json()["missing"]:
        if paper not in promised:
            case.page(paper)
    assert case.send(id_number=CANARY, promised=list(promised)).status_code == 200
    return case


def passed(rig: ReviewHall, case: Case) -> None:
    rig.ask(k.LookAt(case.id, "bo"))
    rig.ask(k.PassReview(case.id, case.seen["version"], "bo"))
    assert case.seen["state"] == "passed"


def drawn(case: Case) -> str:
    answer = case.client.post(f"{case.path}/number", {}, headers=case.headers())
    assert answer.status_code == 201, answer.text
    number: str = answer.json()["number"]
    return number


def seated(page: Page, rig: ReviewHall, window: str) -> None:
    page.goto(f"{rig.hall.staff.url}/staff")
    log_in(page, window)


def key(page: Page, id_: str) -> None:
    expect(page.locator(f"[data-key={id_}]")).to_be_enabled(timeout=WAIT_MS)
    page.locator(f"[data-key={id_}]").click()


def test_a_promise_is_printed_signed_and_asked_about_before_the_visit_ends(page: Page, rig: ReviewHall) -> None:
    case = sent(rig, *PROMISED)
    passed(rig, case)
    number = drawn(case)
    seated(page, rig, "9")
    key(page, "call-next")
    brings = page.locator("#brings")
    expect(brings).to_contain_text("预审已通过", timeout=WAIT_MS)
    later, instead = brings.locator(".promises li").all()
    expect(later).to_contain_text("容缺后补")
    expect(later).to_contain_text("2026年11月30日 前补交")
    expect(instead).to_contain_text("承诺代替")
    expect(instead).not_to_contain_text("终止")
    with page.context.expect_page() as opened:
        brings.get_by_role("link", name="印承诺书").click()
    letter = opened.value
    expect(letter.locator("#title")).to_have_text("容缺受理和告知承诺书", timeout=WAIT_MS)
    expect(letter.locator("#later-list li")).to_contain_text("2026年11月30日 前补交；到期没补，申请终止")
    expect(letter.locator("#instead-list li")).to_have_count(1)
    expect(letter.locator("#letter")).to_contain_text(case.id)
    text = letter.content()
    assert CANARY not in text
    assert str(rig.samples["rep_name"]) not in text, "the name is written by hand"
    letter.close()
    key(page, "start")
    key(page, "finish")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"{number} 号的承诺书签了吗？")
    page.keyboard.press("Escape")
    expect(page.locator("#number")).to_have_text(number)
    key(page, "finish")
    dialog.locator("[data-settle=signed]").click(delay=500)
    expect(page.locator("#number")).to_have_text("—", timeout=WAIT_MS)
    review = rig.hall.follower.read_book(lambda book: book.docket.reviews[case.id])
    assert (review.settled, review.used, review.alarms) == ("signed", True, ())


def test_signed_with_one_touch_the_visit_ends_without_a_question(page: Page, rig: ReviewHall) -> None:
    case = sent(rig, "layout")
    passed(rig, case)
    number = drawn(case)
    seated(page, rig, "9")
    key(page, "call-next")
    expect(page.locator("#number")).to_have_text(number, timeout=WAIT_MS)
    signed = page.locator("#brings [data-settle=signed]")
    expect(signed).to_have_attribute("aria-pressed", "false", timeout=WAIT_MS)
    expect(page.locator("[data-key=start]")).to_be_enabled(timeout=WAIT_MS)
    signed.click()
    expect(signed).to_have_attribute("aria-pressed", "true", timeout=WAIT_MS)
    key(page, "finish")
    expect(page.locator("#number")).to_have_text("—", timeout=WAIT_MS)


def test_a_lost_answer_is_asked_for_again_and_what_passes_meanwhile_is_seen(page: Page, rig: ReviewHall) -> None:
    case = sent(rig)
    issued = rig.ask(c.IssueTicket(services=("food-permit",), token="t" * 24)).events[0].event
    rig.ask(k.BindTicket(case.id, issued.ticket))
    lost: list[str] = []

    def sometimes(route: Route) -> None:
        lost.append(route.request.url)
        if len(lost) == 1:
            route.abort()
        elif len(lost) == 2:
            route.fulfill(status=503, body="{}", content_type="application/json")
        else:
            route.continue_()

    page.route("**/api/v1/tickets/*/review", sometimes)
    seated(page, rig, "1")
    key(page, "call-next")
    expect(page.locator("#number")).to_have_text(issued.number, timeout=WAIT_MS)
    expect(page.locator("#brings")).to_contain_text("预审：等待预审", timeout=WAIT_MS)
    assert len(lost) > 2
    passed(rig, case)
    expect(page.locator("#brings")).to_contain_text("预审已通过", timeout=WAIT_MS)


def test_a_review_that_nobody_said_is_brought_at_the_window(page: Page, rig: ReviewHall) -> None:
    case = sent(rig)
    passed(rig, case)
    issued = rig.ask(c.IssueTicket(services=("food-permit",), token="t" * 24)).events[0].event
    seated(page, rig, "1")
    key(page, "call-next")
    expect(page.locator("#number")).to_have_text(issued.number, timeout=WAIT_MS)
    page.locator("[data-bring]").click()
    page.locator("#bring-number").fill(case.id)
    page.locator("[data-dialog=yes]").click(delay=500)
    expect(page.locator("#brings")).to_contain_text("预审已通过", timeout=WAIT_MS)
    assert case.seen["number"] == issued.number
