"""What was promised and what was sent back, on a phone: the two kinds of a promise, and each page by itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.hall_daemon.adapters.http.review_halls import CANARY, Case, ReviewHall
from tests.system.test_case_pages import WAIT_MS, opened, page, phone, photo, rig, shows, taken

__all__ = ["page", "phone", "photo", "rig"]


def test_what_may_come_later_is_promised_and_what_is_right_says_why(page: Page, rig: ReviewHall) -> None:
    case = Case(rig)
    for paper in case.keep().json()["missing"]:
        if paper != "layout":
            case.page(paper)
    opened(page, rig, case)
    expect(page.locator("#main")).to_be_disabled()
    page.get_by_role("button", name="承诺后补").first.tap()
    expect(page.locator("#main")).to_be_enabled()
    page.locator("#main").tap()
    shows(page, "#headline", "等待预审")
    defects = [
        {"of": "paper", "id": "layout", "code": "missing"},
        {"of": "paper", "id": "rules", "code": "not_signed", "page": 1},
    ]
    assert case.desk("mend", {"defects": defects}, case.looked()).status_code == 200
    page.evaluate("look()")
    shows(page, "#headline", "还有 2 处 要改")
    first, second = page.locator(".f-defect").all()
    first.get_by_role("button", name="承诺后补").tap()
    second.get_by_role("button", name="不用改").tap()
    shows(page, "#main", "还有 1 处没改")
    second.locator("textarea").fill("目录第一页右下角已盖章")
    page.locator("#headline").tap()
    expect(page.locator("#main")).to_be_enabled(timeout=WAIT_MS)
    page.reload()
    shows(page, "#headline", "都改好了")
    page.locator("#main").tap()
    shows(page, "#headline", "等待预审")
    assert [one["reply"] for one in case.seen["lists"][0]["defects"]] == ["promise", "not_needed"]


def test_the_two_kinds_of_a_promise_are_told_apart(page: Page, rig: ReviewHall) -> None:
    case = Case(rig)
    for paper in case.keep().json()["missing"]:
        if paper not in ("layout", "rules", "safety_manager"):
            case.page(paper)
    opened(page, rig, case)
    rows = page.locator("#todo li")
    later, both, instead = (rows.filter(has_text=name) for name in ("布局", "制度", "考核"))
    expect(later.get_by_role("button")).to_have_text(["承诺后补"])
    expect(both.get_by_role("button")).to_have_text(["承诺后补", "承诺代替"])
    expect(instead.get_by_role("button")).to_have_text(["承诺代替"])
    later.get_by_role("button").tap()
    expect(later).to_contain_text("到期没补，申请终止")
    both.get_by_role("button", name="承诺代替").tap()
    instead.get_by_role("button").tap()
    expect(instead).to_contain_text("以书面承诺代替，不用再交")
    expect(instead).not_to_contain_text("终止")
    page.locator("#main").tap()
    shows(page, "#headline", "等待预审")
    assert (case.seen["promised"], case.seen["instead"]) == (
        ["layout", "rules", "safety_manager"], ["rules", "safety_manager"])
    assert case.desk("mend", {"defects": [{"of": "paper", "id": "rules", "code": "missing"}]}, case.looked()).ok
    page.evaluate("look()")
    shows(page, "#headline", "还有 1 处 要改")
    entry = page.locator(".f-defect")
    entry.get_by_role("button", name="承诺代替").tap()
    expect(entry).to_contain_text("已用承诺代替")
    entry.get_by_role("button", name="承诺后补").tap()
    expect(entry).to_contain_text("已承诺后补")
    page.locator("#main").tap()
    shows(page, "#headline", "等待预审")
    assert "rules" not in case.seen["instead"]


def test_a_page_is_added_taken_anew_or_taken_away_where_the_list_says_so(
    page: Page, rig: ReviewHall, photo: Callable[[int], Path]
) -> None:
    case = Case(rig)
    needed = case.keep().json()["missing"]
    for paper in needed:
        case.page(paper)
    for number in (2, 3):
        case.page("rules", number)
    assert case.send(id_number=CANARY).status_code == 200
    defects = [
        {"of": "paper", "id": "layout", "code": "missing"},
        {"of": "paper", "id": "rules", "code": "unreadable", "page": 2},
        {"of": "paper", "id": needed[-1], "code": "not_needed"},
    ]
    assert {"layout", "rules"} < {*needed}
    assert case.desk("mend", {"defects": defects}, case.looked()).status_code == 200
    opened(page, rig, case)
    expect(page.locator("#all-papers")).to_be_visible()
    back, rules, away = page.locator(".f-defect").all()

    def lies(paper: str) -> list[tuple[int, int]]:
        return [(each.number, each.version) for each in rig.dossiers.pages(case.id) if each.paper == paper]

    taken(page, back.get_by_role("button", name="加一页"), photo(4))
    shows(page, "#headline", "还有 2 处 要改")
    assert lies("layout") == [(1, 1), (2, 1)], "the back is beside the front, not in its place"
    taken(page, rules.get_by_role("button", name="重拍").first, photo(7))
    shows(page, "#headline", "还有 1 处 要改")
    assert lies("rules") == [(1, 1), (2, 2), (3, 1)]
    rules.locator("summary").tap()
    last = rules.locator(".c-pages li").last
    expect(last).to_contain_text("第 3 页")
    last.get_by_role("button", name="去掉").tap()
    last.get_by_role("button", name="再点一次").tap()
    expect(rules.locator(".c-pages li")).to_have_count(2, timeout=WAIT_MS)
    assert lies("rules") == [(1, 1), (2, 2)], "what an old file left behind"
    away.get_by_role("button", name="这样不交了").tap()
    away.get_by_role("button", name="再点一次").tap()
    shows(page, "#headline", "都改好了")
    assert lies(needed[-1]) == []
    page.locator("#main").tap()
    shows(page, "#headline", "等待预审")
    told = case.seen["lists"][0]["defects"]
    assert [one["reply"] for one in told] == ["replaced", "replaced", "not_needed"]
    assert "去掉" in told[2]["reply_words"]
