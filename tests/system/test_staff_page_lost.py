"""The staff page when things go wrong: a dead hall, lost answers, double clicks, reloads. Never an empty queue."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Page, Route, expect

from hall_daemon.domain import commands as c
from hall_daemon.domain.events import EVENTS
from tests.system.page_hall import PageHall, log_in, press, shows, waiting


def test_a_double_click_is_one_press(page: Page, hall: PageHall) -> None:
    for _ in range(3):
        hall.issue("licence")
    log_in(page)
    page.locator("[data-key=call-next]").dblclick()
    shows(page, "A001", "已叫号")
    page.locator("[data-key=call-next]").click(trial=True)
    assert [hall.state(number) for number in ("A001", "A002", "A003")] == ["called", "waiting", "waiting"]


def test_two_clicks_near_each_other_are_one_press(page: Page, hall: PageHall) -> None:
    """However fast the hall answers: the second one finds the next person already, and is not meant."""
    for _ in range(2):
        hall.issue("licence")
    log_in(page)
    page.locator("[data-key=call-next]").click(trial=True)
    page.evaluate("() => { var at = tick(); window.moved = 0; window.tick = () => at + window.moved; }")
    page.keyboard.press("1")
    shows(page, "A001", "已叫号")
    page.evaluate("() => { window.moved = 300; }")
    page.keyboard.press("1")
    assert page.evaluate("pressing.now") is None
    page.evaluate("() => { window.moved = 700; }")
    page.keyboard.press("1")
    shows(page, "A002", "已叫号")


def test_a_reload_goes_on_and_closing_ends_it(page: Page, hall: PageHall) -> None:
    hall.issue("licence")
    log_in(page)
    press(page, "call-next")
    page.reload()
    shows(page, "A001", "已叫号")
    press(page, "finish")
    press(page, "close")
    page.get_by_role("dialog").locator("[data-dialog=yes]").click(delay=500)
    expect(page.locator("#login")).to_be_visible()
    assert hall.follower.read(lambda replica: replica.window("1").status) == "closed"
    page.reload()
    expect(page.locator("#login")).to_be_visible()


def test_a_dead_hall_never_looks_like_an_empty_queue(page: Page, hall: PageHall) -> None:
    hall.issue("licence")
    log_in(page)
    expect(page.locator("#line .row")).to_have_count(1)
    hall.staff.stop()
    expect(page.locator("#late")).to_contain_text("连接中断")
    expect(page.locator("#life")).to_have_text("连接中断")
    assert "is-late" in (page.locator("body").get_attribute("class") or "")
    expect(page.locator("[data-key=call-next]")).to_be_disabled()
    assert waiting(page) == ["A001"]
    expect(page.locator("#line-empty")).to_be_hidden()
    expect(page.locator("#waiting-count")).to_have_text("1 人")
    hall.issue("licence")
    hall.restart_staff()
    expect(page.locator("#late")).to_be_hidden()
    expect(page.locator("#line .row")).to_have_count(2)
    expect(page.locator("#life")).to_have_text("实时", timeout=20_000)
    press(page, "call-next")
    shows(page, "A001", "已叫号")


def test_a_line_that_cannot_be_read_is_not_shown_as_empty(page: Page, hall: PageHall) -> None:
    hall.issue("licence")
    log_in(page)
    expect(page.locator("#line .row")).to_have_count(1)
    page.route("**/api/v1/windows/*/line", lambda route: route.fulfill(status=500, body="<h1>Oops</h1>"))
    hall.issue("licence")
    expect(page.locator("#late")).to_contain_text("暂不能读取")
    assert waiting(page) == ["A001"]
    page.unroute("**/api/v1/windows/*/line")
    expect(page.locator("#line .row")).to_have_count(2)
    expect(page.locator("#late")).to_be_hidden()


def test_a_hall_that_was_never_reached_says_so(context: BrowserContext, hall: PageHall) -> None:
    page = context.new_page()
    page.route("**/api/v1/*", lambda route: route.abort())
    page.goto(hall.staff.url)
    expect(page.locator("#late")).to_contain_text("无法连接大厅系统")
    expect(page.locator("#login-go")).to_be_disabled()
    page.unroute("**/api/v1/*")
    expect(page.locator("#login-go")).to_be_enabled()
    expect(page.locator("#late")).to_be_hidden()


def test_a_lost_answer_is_asked_for_again_with_the_same_key(page: Page, hall: PageHall) -> None:
    """The hall does it and the answer is lost on the way back: the second try gets the answer, not a second call."""
    hall.issue("licence")
    hall.issue("licence")
    log_in(page)
    keys: list[str] = []

    def lose_the_first_answer(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/call-next", lose_the_first_answer)
    press(page, "call-next")
    expect(page.locator("#said")).to_contain_text("✓ 下一位 A001")
    shows(page, "A001", "已叫号")
    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert hall.state("A002") == "waiting"


def test_an_answer_that_never_comes_is_not_known_and_may_be_asked_for_again(page: Page, hall: PageHall) -> None:
    hall.issue("licence")
    hall.issue("licence")
    log_in(page)
    keys: set[str] = set()

    def lose(route: Route) -> None:
        keys.add(route.request.headers["idempotency-key"])
        if len(keys) == 1 and hall.state("A001") == "waiting":
            route.fetch()
        route.abort()

    page.route("**/call-next", lose)
    press(page, "call-next")
    said = page.locator("#said")
    expect(said).to_contain_text("正在重试")
    expect(page.locator("[data-key=finish]")).to_be_disabled()
    expect(said).to_contain_text("结果未知", timeout=60_000)
    shows(page, "A001", "已叫号")
    page.unroute("**/call-next")
    with page.expect_request("**/call-next") as again:
        said.get_by_role("button", name="再试一次").click()
    assert {again.value.headers["idempotency-key"]} == keys
    expect(said).to_contain_text("✓ 下一位 A001")
    assert hall.state("A002") == "waiting"


def test_without_a_stream_the_page_polls(context: BrowserContext, hall: PageHall) -> None:
    page = context.new_page()
    page.add_init_script("delete window.EventSource")
    hall.issue("licence")
    page.goto(hall.staff.url)
    log_in(page)
    expect(page.locator("#life")).to_have_text("定时刷新")
    hall.do(c.CallNext("1"))
    shows(page, "A001", "已叫号")


def test_a_stream_that_the_hall_ended_is_opened_again(page: Page, hall: PageHall) -> None:
    log_in(page)
    hall.staff.stop()
    hall.restart_staff()
    expect(page.locator("#life")).to_have_text("实时", timeout=20_000)
    hall.issue("licence")
    expect(page.locator("#line [data-number=A001]")).to_be_visible()


def test_a_stream_that_was_refused_is_asked_for_again(page: Page, hall: PageHall) -> None:
    """A browser gives such a stream up for good, and the page's own look for silence comes much later."""
    page.route("**/api/v1/events*", lambda route: route.fulfill(status=503, body="{}"), times=1)
    log_in(page)
    expect(page.locator("#life")).to_have_text("实时", timeout=60_000)
    hall.issue("licence")
    expect(page.locator("#line [data-number=A001]")).to_be_visible()


def test_the_page_hears_every_kind_of_event(page: Page, hall: PageHall) -> None:
    page.goto(hall.staff.url)
    assert {*page.evaluate("EVENT_KINDS")} == {*EVENTS, "devices", "reset", "beat"}


def test_a_hidden_tab_gives_its_stream_back(page: Page, hall: PageHall) -> None:
    log_in(page)
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert page.evaluate("hall.stream.source") is None
    page.evaluate("delete document.hidden")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    hall.issue("licence")
    expect(page.locator("#line [data-number=A001]")).to_be_visible()
    expect(page.locator("#life")).to_have_text("实时")


def test_a_picture_behind_the_journal_is_late(page: Page, hall: PageHall) -> None:
    """The press is answered by the core, but the views do not move any more: what is shown is not true."""
    hall.issue("licence")
    log_in(page)
    hall.follower.stop()
    press(page, "call-next")
    expect(page.locator("#said")).to_contain_text("✓ 下一位 A001")
    expect(page.locator("#late")).to_contain_text("数据延迟", timeout=20_000)
    expect(page.locator("[data-key=call-next]")).to_be_disabled()
