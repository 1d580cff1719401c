"""A pre-review on a phone: from the guide through form and papers to the one list, mended, passed, a number drawn; two
tabs, a bad network, another phone, taken back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from hall_daemon.config import load
from hall_daemon.config.forms import read_cabinet
from hall_daemon.config.guides import read_shelf
from tests.hall_daemon.adapters.http.review_halls import CANARY, MATTER, SHIPPED, Case, ReviewHall, review_hall
from tests.made_pages import good
from tests.system.page_hall import PAGES, watched
from tests.system.test_phone_page import PHONE

WAIT_MS = 60_000
KEPT = "JSON.parse(localStorage.getItem('hall.cases'))"


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReviewHall]:
    settings = load(SHIPPED)
    shelf = read_shelf(settings)
    there = {"shelf": lambda: shelf, "cabinet": read_cabinet(settings.matters)}
    with review_hall(tmp_path_factory.mktemp("cases"), pages=PAGES, hall=there, papers=True) as rig:
        yield rig


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(
        viewport=PHONE, is_mobile=True, has_touch=True, locale="zh-CN", reduced_motion="reduce"
    )
    context.set_default_timeout(WAIT_MS)
    yield context
    assert context.cookies() == []
    context.close()


@pytest.fixture
def page(phone: BrowserContext, rig: ReviewHall) -> Iterator[Page]:
    with watched(phone.new_page(), rig.hall.public.url) as page:
        page.clock.set_fixed_time("2026-11-23T09:00:00+08:00")
        yield page


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    folder = tmp_path_factory.mktemp("photo")

    def taken(seed: int) -> Path:
        good(seed).save(folder / f"{seed}.jpg", "JPEG", quality=90)
        return folder / f"{seed}.jpg"

    return taken


def opened(page: Page, rig: ReviewHall, case: Case) -> None:
    """On another phone, by the address that was kept."""
    page.goto(f"{rig.hall.public.url}/case#r={case.id}&t={case.token}")
    expect(page.locator("#case")).to_be_visible(timeout=WAIT_MS)


def shows(page: Page, locator: str, words: str) -> None:
    expect(page.locator(locator)).to_contain_text(words, timeout=WAIT_MS)


def answered(page: Page, answers: dict[str, Any]) -> None:
    """As somebody who has filled it in: what a page keeps for its tab."""
    page.evaluate(
        "answers => { Object.keys(answers).forEach(function (id) { answer(id, answers[id]); }); showPage(); }", answers
    )


def taken(page: Page, key: Any, file: Path) -> None:
    with page.expect_file_chooser() as chooser:
        key.tap()
    chooser.value.set_files(file)


def case_here(page: Page, rig: ReviewHall) -> Case:
    kept = page.evaluate(KEPT)[0]
    case = Case.__new__(Case)
    case.rig, case.client, case.id_number = rig, rig.public, CANARY
    case.id, case.token, case.path = kept["review"], kept["token"], f"/api/v1/reviews/{kept['review']}"
    return case


def test_from_the_guide_to_a_number(page: Page, rig: ReviewHall, photo: Callable[[int], Path]) -> None:
    page.goto(f"{rig.hall.public.url}/guides/{MATTER}")
    page.locator("#begin").tap()
    expect(page.locator("#form")).to_be_visible(timeout=WAIT_MS)
    expect(page.locator("#kept")).to_contain_text("只留在")
    answered(page, rig.samples)
    page.goto(f"{page.url.partition('#')[0]}#/")
    expect(page.locator("#next")).to_have_text("存好，去交材料", timeout=WAIT_MS)
    page.locator("#next").tap()
    expect(page.locator("#to-papers")).to_be_visible(timeout=WAIT_MS)
    case = case_here(page, rig)
    assert case.token not in page.url
    expect(page.locator("#main")).to_be_disabled()
    page.locator("#to-papers").tap()
    first = page.locator(".paper").first
    taken(page, first.get_by_role("button", name="拍照"), photo(4))
    expect(first).to_contain_text("1 页", timeout=WAIT_MS)
    for paper in case.client.get(f"{case.path}/papers", headers=case.headers()).json()["papers"][1:]:
        case.page(paper["id"])
    page.locator("#done").tap()
    expect(page.locator("#main")).to_be_enabled(timeout=WAIT_MS)
    page.locator("#main").tap()
    expect(page.locator("#who-wrong")).to_contain_text("18 位")
    page.locator("#who-number").fill("11010519491231002x")
    page.locator("#main").tap()
    shows(page, "#headline", "等待预审")
    defects = [
        {"of": "paper", "id": "layout", "code": "unreadable", "page": 1},
        {"of": "field", "id": "uscc", "code": "other", "words": "与执照不一致，请核对第 3 位"},
    ]
    assert case.desk("mend", {"defects": defects}, case.looked()).status_code == 200
    page.evaluate("look()")
    shows(page, "#headline", "还有 2 处 要改")
    expect(page.locator("#main")).to_be_disabled()
    layout, uscc = page.locator(".f-defect").all()
    taken(page, layout.get_by_role("button", name="重拍"), photo(4))
    shows(page, "#said", "同一张照片")
    taken(page, layout.get_by_role("button", name="重拍"), photo(7))
    shows(page, "#headline", "还有 1 处 要改")
    uscc.get_by_role("link", name="去改表").tap()
    expect(page.locator("#who")).to_be_visible(timeout=WAIT_MS)
    page.locator("#who-number").fill("110101199003070011")
    page.locator("#who button").tap()
    shows(page, "#who-wrong", "对不上")
    page.locator("#who-number").fill(CANARY)
    page.locator("#who button").tap()
    expect(page.locator("#f-uscc")).to_be_focused(timeout=WAIT_MS)
    page.locator("#f-uscc").fill("92110101MAKKKKKK8D")
    page.locator("#to-case").scroll_into_view_if_needed()
    page.goto(f"{page.url.partition('#')[0]}#/")
    page.locator("#next").tap()
    shows(page, "#headline", "都改好了")
    page.locator("#main").tap()
    shows(page, "#headline", "等待预审")
    case.passed()
    page.evaluate("look()")
    shows(page, "#headline", "预审通过")
    page.locator("#main").tap()
    expect(page.locator("#number-is")).not_to_be_empty(timeout=WAIT_MS)
    assert page.locator("#number-is").inner_text() == case.seen["number"]
    page.locator("#main").tap()
    expect(page.locator(".ticket .number")).to_have_text(case.seen["number"], timeout=WAIT_MS)


def test_two_tabs_lose_nothing(page: Page, phone: BrowserContext, rig: ReviewHall) -> None:
    case = Case(rig)
    case.keep()
    opened(page, rig, case)
    assert case.token not in page.url
    form = f"{rig.hall.public.url}/forms/{MATTER}?case={case.id}"
    other = phone.new_page()
    for tab in (page, other):
        tab.goto(f"{form}#/who")
        expect(tab.locator("#f-phone")).to_have_value(rig.samples["phone"], timeout=WAIT_MS)
    page.locator("#f-operator").fill("示例区第一家小吃店")
    page.locator("#f-phone").fill("13800000001")
    page.locator("#next").tap()
    expect(page.locator("#step-title")).to_have_text("场所")
    shows(page, "#kept", "已存在大厅")
    other.locator("#f-phone").fill("13800000002")
    other.locator("#f-rep_name").fill("测试乙")
    other.locator("#next").tap()
    shows(other, "#both", "联系电话")
    shows(other, "#kept", "已存在大厅")
    kept = case.client.post(f"{case.path}/answers", {}, headers=case.headers()).json()["answers"]
    assert (kept["operator"], kept["phone"], kept["rep_name"]) == ("示例区第一家小吃店", "13800000002", "测试乙")
    other.close()


def test_a_bad_network_and_another_phone(page: Page, browser: Browser, rig: ReviewHall) -> None:
    broken: list[str] = []

    def sometimes(route: Route) -> None:
        broken.append(route.request.method)
        if len(broken) < 3:
            route.abort()
        elif len(broken) == 3:  # it arrives, and its answer does not
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.goto(f"{rig.hall.public.url}/forms/{MATTER}#/who")
    page.locator("#f-phone").fill("13800000003")
    page.locator("#save").tap()
    shows(page, "#kept", "已存在大厅")
    page.route("**/answers", sometimes)
    page.locator("#f-operator").fill("示例区第二家小吃店")
    page.locator("#next").tap()
    page.locator("#next").tap()
    shows(page, "#kept", "还没有存上")
    shows(page, "#kept", "已存在大厅")
    case = case_here(page, rig)
    context = browser.new_context(viewport={"width": 320, "height": 640}, is_mobile=True, has_touch=True)
    with watched(context.new_page(), rig.hall.public.url) as other:
        opened(other, rig, case)
        other.locator("#to-form").tap()
        expect(other.locator("#form")).to_be_visible(timeout=WAIT_MS)
        other.goto(f"{other.url.partition('#')[0]}#/who")
        expect(other.locator("#f-operator")).to_have_value("示例区第二家小吃店", timeout=WAIT_MS)
        other.goto(f"{rig.hall.public.url}/case")
        other.locator("#kept-list a").tap()
        expect(other.locator("#headline")).to_have_text("填写中", timeout=WAIT_MS)
        assert other.evaluate("document.documentElement.scrollWidth") == 320
        for key in ("#withdraw", "#withdraw"):
            other.locator(key).tap()
        shows(other, "#headline", "已撤回")
        for key in ("#forget", "#forget"):
            other.locator(key).tap()
        expect(other.locator("#missing")).to_be_visible(timeout=WAIT_MS)
        assert other.evaluate(KEPT) == []
    context.close()
    page.goto(f"{rig.hall.public.url}/case?case={case.id}")
    shows(page, "#headline", "已撤回")


def test_what_another_review_says_is_carried_where_nothing_stands(page: Page, rig: ReviewHall) -> None:
    case = Case(rig).sent()
    opened(page, rig, case)
    page.goto(f"{rig.hall.public.url}/forms/company-setup#/people")
    page.locator("#f-legal_rep_name").fill("测试庚")
    page.locator("#carry").tap()
    expect(page.locator("#who")).to_be_visible()
    page.locator("#who-number").fill("110101199003070011")
    page.locator("#who-number").press("Enter")
    expect(page.locator("#who-wrong")).not_to_be_empty()
    page.locator("#who-number").fill(CANARY.lower())
    page.locator("#who-number").press("Enter")
    shows(page, "#carried", "已带入您以前填过的 4 项，请逐项核对")
    expect(page.locator("#who")).to_be_hidden()
    expect(page.locator("#carry")).to_be_hidden()
    expect(page.locator("#f-legal_rep_name")).to_have_value("测试庚")
    expect(page.locator("#f-legal_rep_id")).to_have_value(rig.samples["rep_id"])
    expect(page.locator("#f-legal_rep_birth")).to_have_value(rig.samples["rep_birth"])
    page.reload()
    expect(page.locator("#f-legal_rep_phone")).to_have_value(rig.samples["phone"])
    page.goto(f"{rig.hall.public.url}/forms/company-setup?walk=1")
    expect(page.locator("#walk")).to_be_visible()
    expect(page.locator("#carry")).to_be_hidden()


@pytest.mark.parametrize("address", ["/case", "/case?case=YS-20200101-000001", "/case#r=YS-20200101-000001&t=guess"])
def test_without_a_review_it_says_what_to_do(page: Page, rig: ReviewHall, address: str) -> None:
    page.goto(rig.hall.public.url + address)
    expect(page.locator("#missing")).to_be_visible(timeout=WAIT_MS)
    expect(page.locator("#case")).to_be_hidden()


def test_a_number_may_be_given_up_and_drawn_again_only_so_often(rig: ReviewHall) -> None:
    case = Case(rig).sent()
    draw = f"{case.path}/number"
    assert case.client.post(draw, headers=case.headers()).json()["code"] == "review_not_passed"
    case.passed()
    assert case.client.post(draw, headers={"Case-Token": "guess"}).json()["code"] == "unknown_review"
    drawn = case.client.post(draw, headers=case.headers(), key="k")
    assert (drawn.status_code, drawn.json()["services"]) == (201, ["food-ready"])
    assert case.client.post(draw, headers=case.headers(), key="k").json() == drawn.json()
    assert not case.seen["draws"]
    ticket = f"/api/v1/tickets/by-token/{drawn.json()['token']}"
    assert rig.public.get(case.path, headers={"Case-Token": drawn.json()["token"]}).status_code == 404
    assert rig.public.post(f"{ticket}/cancel").status_code == 200
    assert case.seen["draws"]
    answers = [case.client.post(draw, headers=case.headers()) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 429]


def test_a_review_of_a_kiosk_goes_on_here_and_back(page: Page, rig: ReviewHall) -> None:
    case = Case(rig, kiosk=True)
    case.keep()
    move = f"{case.path}/move"
    offer = case.client.post(move, headers={**case.headers(), "X-Hall-Client": "kiosk:hall-1"}).json()
    secret = offer["url"].partition("#s=")[2]
    page.goto(f"{rig.hall.public.url}/case#s={secret}")
    number = page.locator("#move-number")
    expect(number).to_be_visible(timeout=WAIT_MS)
    assert secret not in page.url
    assert number.inner_text() == case.client.get(move, headers=case.headers()).json()["number"]
    shows(page, "#move", "自助机 hall-1")
    page.reload()  # it goes on
    case.client.post(f"{move}/confirm", {}, headers=case.headers())
    expect(page.locator("#headline")).to_have_text("填写中", timeout=WAIT_MS)
    assert case.client.get(case.path, headers=case.headers()).status_code == 404, "the kiosk has it no more"
    # And on at a kiosk: what its scanner reads is the code on this phone.
    with page.expect_response("**/move") as answered_:
        page.locator("#to-other").tap()
    expect(page.locator(".c-code")).to_be_visible(timeout=WAIT_MS)
    secret = answered_.value.json()["url"].partition("#s=")[2]
    said = rig.staff.post("/api/v1/move/claim", {"secret": secret}, headers={"X-Hall-Client": "kiosk:hall-1"}).json()
    expect(number).to_have_text(said["number"], timeout=WAIT_MS)
    page.get_by_role("button", name="一样，接着办").tap()
    assert collected(rig, said["token"])
    shows(page, "#move", "自助机上可以接着办了")
    page.goto(f"{rig.hall.public.url}/case#s={secret}")
    shows(page, "#missing", "已经用过或过了时间")


def collected(rig: ReviewHall, token: str) -> bool:
    """As a kiosk asks until it is confirmed."""
    for _ in range(1200):
        if rig.staff.post("/api/v1/move/collect", {"token": token}).json()["state"] == "yours":
            return True
        threading.Event().wait(0.05)
    return False


def test_a_number_that_this_phone_follows_is_brought_and_keeps_its_place(page: Page, rig: ReviewHall) -> None:
    case = Case(rig).sent()
    drawn = rig.staff.post("/api/v1/tickets", {"service": "food-permit"}).json()
    other = rig.staff.post("/api/v1/tickets", {"service": "idcard"}).json()
    opened(page, rig, case)
    shows(page, "#number-what", "扫小票上的二维码")
    expect(page.locator("#main")).to_be_hidden()
    for each in (drawn, other):
        page.goto(f"{rig.hall.public.url}/t/{each['token']}")
        expect(page.locator(".ticket .number")).to_have_text(each["number"], timeout=WAIT_MS)
    page.locator("#bring").tap()
    page.locator("#kept-list a").first.tap()
    expect(page.locator("#main")).to_have_text(f"用 {drawn['number']} 号来办", timeout=WAIT_MS)
    page.locator("#main").tap()
    shows(page, "#number-is", drawn["number"])
    shows(page, "#number-what", "预审一通过就转到快办窗口")
    case.passed()
    page.evaluate("look()")
    shows(page, "#number-what", "预审通过的号")
    shows(page, "#number-where", "9号窗口")
    page.locator("#main").tap()
    expect(page.locator(".ticket .number")).to_have_text(drawn["number"], timeout=WAIT_MS)
    expect(page.locator("#matter")).to_contain_text("预审")
    expect(page.locator("#bring")).to_be_hidden()


def test_who_holds_a_number_is_offered_it_before_another_one(page: Page, rig: ReviewHall) -> None:
    case = Case(rig).sent()
    case.passed()
    drawn = rig.staff.post("/api/v1/tickets", {"service": "food-permit"}).json()
    page.goto(f"{rig.hall.public.url}/t/{drawn['token']}")
    expect(page.locator(".ticket .number")).to_have_text(drawn["number"], timeout=WAIT_MS)
    opened(page, rig, case)
    expect(page.locator("#main")).to_have_text(f"用 {drawn['number']} 号来办", timeout=WAIT_MS)
    expect(page.locator("#number-keys button")).to_have_text("另取一个号")
    page.locator("#main").tap()
    shows(page, "#number-is", drawn["number"])
    seen = rig.public.get(f"/api/v1/tickets/by-token/{drawn['token']}").json()
    assert (seen["services"], seen["prepared"]) == (["food-ready"], True)
