"""The phone page as an applicant meets it: a phone's browser, the real core and public listener behind it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from hall_daemon.adapters.http import PUBLIC_LIMITS
from hall_daemon.app.causes import cause_message
from hall_daemon.domain import commands as c
from hall_daemon.domain.events import TicketIssued
from hall_daemon.prediction.waits.causes import Cause
from hall_daemon.web.limits import Rate
from hall_daemon.wire.messages import UNKNOWN_WAITS, Wait
from hall_daemon.wire.problems import PROBLEMS
from hall_daemon.wire.waits import unknown_wait
from hall_daemon.words.tables import tables
from hall_daemon.words.text import filled
from tests.system.page_hall import PageHall, page_hall, watched

SHANGHAI = ZoneInfo("Asia/Shanghai")
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[PageHall]:
    with page_hall(tmp_path) as running:
        running.do(c.OpenWindow("1", "1024"))
        yield running


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A phone, in which nothing is kept that a site could know it by."""
    context = browser.new_context(
        viewport=PHONE, is_mobile=True, has_touch=True, locale="zh-CN", reduced_motion="reduce"
    )
    yield context
    assert context.cookies() == []
    context.close()


@pytest.fixture
def page(context: BrowserContext, hall: PageHall) -> Iterator[Page]:
    """A blank page that counts how often it buzzed."""
    with watched(context.new_page(), hall.public.url) as page:
        page.add_init_script("window.buzzes = []; navigator.vibrate = pattern => window.buzzes.push(pattern)")
        yield page


def see(page: Page, hall: PageHall, ticket: TicketIssued) -> None:
    page.goto(f"{hall.public.url}/t/{ticket.token}")
    expect(page.locator("#number")).to_have_text(ticket.number)


def headline(page: Page, text: str) -> None:
    expect(page.locator("#headline")).to_have_text(text)


def size_of(page: Page, what: str) -> float:
    """Of its type, in px."""
    return float(page.locator(what).evaluate("node => parseFloat(getComputedStyle(node).fontSize)"))


def queue(page: Page, queue_id: str) -> str:
    return f"[data-queue={queue_id}]"


def test_the_hall_is_shown_and_moves_by_itself(page: Page, hall: PageHall) -> None:
    hall.issue("licence")
    page.goto(hall.public.url)
    general = page.locator(queue(page, "general"))
    expect(general.locator("[data-figure=waiting]")).to_have_text("1 人")
    expect(general.locator("[data-figure=wait]")).to_have_text("8–15 分钟")
    expect(general.locator("[data-figure=windows]")).to_have_text("1 个")
    expect(page.locator(queue(page, "social")).locator("[data-figure=wait]")).to_have_text("数据不足，暂无法估计")
    expect(page.locator(queue(page, "property")).locator("[data-figure=wait]")).to_have_text("暂无窗口办理此业务")
    expect(page.locator("#opening")).to_contain_text("开放中")
    expect(page.locator("#hall-as-of")).to_contain_text("更新于")
    hall.do(c.CallNext("1"))
    expect(general.locator(".called")).to_have_text("A001 → 1号窗口")
    expect(general.locator("[data-figure=waiting]")).to_have_text("0 人")
    hall.issue("transfer")
    expect(page.locator(queue(page, "property"))).to_contain_text("不动产转移登记：今日号已取完")


def test_my_ticket_moves_from_waiting_to_done(page: Page, hall: PageHall) -> None:
    hall.issue("licence")
    mine = hall.issue("enquiry")
    see(page, hall, mine)
    headline(page, "前面还有 1 人")
    expect(page.locator("#matter")).to_have_text("综合咨询")
    expect(page.locator("#wait")).to_have_text("8–15 分钟")
    expect(page.locator("#wait-note")).to_contain_text("估计")
    expect(page.locator("#where-words")).to_have_text("1号窗口会叫您")
    expect(page.locator("#ahead .is-person")).to_have_count(1)
    expect(page.locator("#floor .is-here")).to_have_text("▲ 1")
    expect(page.locator("#floor .is-mark")).to_have_text(["等候区", "服务台"])
    assert page.evaluate("buzzes") == []
    hall.do(c.CallNext("1"))
    headline(page, "前面没有人了")
    expect(page.locator("#ahead .is-person")).to_have_count(0)
    hall.do(c.CallNext("1"))
    headline(page, "请到1号窗口")
    expect(page.locator("#ticket")).to_have_attribute("data-state", "called")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 194, 51)", "called is amber"
    assert size_of(page, "#headline .figure") > size_of(page, "#number"), "the window is what one looks for now"
    expect(page.locator("#called-at")).to_contain_text("第 1 次叫")
    expect(page.locator("#where-words")).to_have_text("等候区左前方")
    expect(page.locator("#floor")).to_have_attribute("aria-label", "大厅平面图：等候区左前方")
    expect(page.locator("#left")).to_be_hidden()
    assert "还有 1 分" in page.evaluate(_ENDS_BY_ITSELF)
    expect(page.locator("#reason")).to_contain_text("先到先办")
    assert page.evaluate("buzzes.length") == 1
    page.wait_for_function("document.title.indexOf('请到1号窗口') >= 0")
    hall.do(c.Recall("1"))
    expect(page.locator("#advice")).to_contain_text("第 2 次叫您的号")
    assert page.evaluate("buzzes.length") == 2
    hall.do(c.Start("1"))
    headline(page, "正在1号窗口办理")
    expect(page.locator("#floor")).to_be_hidden()
    expect(page.locator("#cancel")).to_be_hidden()
    hall.do(c.Finish("1"))
    headline(page, "已办结")


_ENDS_BY_ITSELF = """() => {
    const ticket = ticketSource.body;
    ticket.call_ends = new Date(Date.parse(ticket.as_of) + 100000).toJSON();
    changed();
    return document.getElementById('left-words').textContent;
}"""


def test_it_says_so_when_it_is_nearly_my_turn(page: Page, hall: PageHall) -> None:
    for _ in range(4):
        hall.issue("licence")
    see(page, hall, hall.issue("licence"))
    headline(page, "前面还有 4 人")
    expect(page.locator("#advice")).to_have_text("请留意大厅屏幕和广播。")
    hall.do(c.CallNext("1"))
    headline(page, "前面还有 3 人")
    expect(page.locator("#advice")).to_have_text("快到您了，请到大厅等候。")
    assert page.evaluate("buzzes") == [[250]]


def test_a_missed_call_can_be_mended_from_the_phone(page: Page, hall: PageHall) -> None:
    mine = hall.issue("licence")
    see(page, hall, mine)
    hall.do(c.CallNext("1"))
    hall.do(c.Miss("1"))
    headline(page, "已过号")
    expect(page.locator("#advice")).to_contain_text("如已到场")
    page.locator("#return").tap()
    expect(page.locator("#advice")).to_contain_text("过号后已重新排队")
    assert hall.state(mine.number) == "waiting"
    hall.do(c.CallNext("1"))
    hall.do(c.Miss("1"))
    headline(page, "此号已作废")
    expect(page.locator("#return")).to_be_hidden()
    expect(page.locator("#cancel")).to_be_hidden()


def test_giving_up_is_asked_twice(page: Page, hall: PageHall) -> None:
    mine = hall.issue("licence")
    see(page, hall, mine)
    page.locator("#cancel").tap()
    expect(page.locator("#confirm")).to_contain_text(f"确认放弃 {mine.number}？")
    page.locator("#confirm-no").tap()
    expect(page.locator("#confirm")).to_be_hidden()
    assert hall.state(mine.number) == "waiting"
    page.locator("#cancel").tap()
    page.locator("#confirm-yes").tap()
    headline(page, "已放弃")
    assert hall.state(mine.number) == "cancelled"


def test_called_later_at_my_wish_and_what_that_costs(page: Page, hall: PageHall) -> None:
    if datetime.now(SHANGHAI).hour >= 22:
        hall.later(150)  # nobody is put off over midnight
    mine = hall.issue("licence")
    hall.issue("licence")
    see(page, hall, mine)
    page.locator("#postpone").tap()
    expect(page.locator("#confirm-title")).to_have_text("晚 10 分钟再叫您？")
    expect(page.locator("#confirm")).to_contain_text("这段时间取号的人先办")
    expect(page.locator("#confirm-left")).to_have_text("之后还能推迟 1 次。")
    page.locator("#confirm-no").tap()
    headline(page, "前面没有人了")
    page.locator("#postpone").tap()
    page.locator("#confirm-yes").tap()
    headline(page, "前面还有 1 人")
    expect(page.locator("#advice")).to_contain_text("以前不叫您")
    hall.do(c.CallNext("1"))
    assert (hall.state("A001"), hall.state("A002")) == ("waiting", "called")
    page.locator("#postpone").tap()
    expect(page.locator("#confirm-left")).to_have_text("之后还能推迟 0 次。")
    page.locator("#confirm-yes").tap()
    expect(page.locator("#postpone")).to_be_hidden()
    hall.later(20)
    hall.do(c.CallNext("1"))
    headline(page, "请到1号窗口")
    page.locator("#coming").tap()
    expect(page.locator("#advice")).to_have_text("窗口知道您在路上，请尽快到。")
    expect(page.locator("#coming")).to_be_hidden()


def test_a_refusal_is_told_in_words(page: Page, hall: PageHall) -> None:
    """The page shows an old state for a moment; the hall has moved on and says why not."""
    mine = hall.issue("licence")
    see(page, hall, mine)
    page.locator("#cancel").tap()
    page.route("**/by-token/*", lambda route: route.abort())
    hall.do(c.CallNext("1"))
    hall.do(c.Finish("1"))
    page.locator("#confirm-yes").tap()
    expect(page.locator("#said")).to_contain_text("A001 号已结束")
    expect(page.locator("#said")).to_contain_text("Take a new number if you still need to")
    page.unroute("**/by-token/*")
    headline(page, "已办结")


def test_a_reload_shows_the_same(page: Page, hall: PageHall) -> None:
    mine = hall.issue("licence")
    see(page, hall, mine)
    hall.do(c.CallNext("1"))
    headline(page, "请到1号窗口")
    page.reload()
    headline(page, "请到1号窗口")


def test_without_a_stream_the_page_asks_now_and_then(page: Page, hall: PageHall) -> None:
    page.add_init_script("delete window.EventSource")
    see(page, hall, hall.issue("licence"))
    hall.do(c.CallNext("1"))
    expect(page.locator("#headline")).to_have_text("请到1号窗口", timeout=60_000)
    expect(page.locator(f"{queue(page, 'general')} .called")).to_have_text("A001 → 1号窗口", timeout=60_000)


def test_a_longer_estimate_comes_with_its_reason(page: Page, hall: PageHall) -> None:
    hall.issue("licence")
    see(page, hall, hall.issue("licence"))
    expect(page.locator("#wait-change")).to_be_hidden()
    causes = (Cause("overtaken", {"n": 1, "class": "priority"}), Cause("window_paused", {"window": "3"}))
    hall.waits.mine = Wait(
        900, 1500, 2100,
        cause=tuple(cause_message(hall.deps.plan, cause) for cause in causes), since="2026-11-23T02:42:00.000Z",
    )
    hall.issue("enquiry", class_="priority", class_reason="elderly")
    expect(page.locator("#wait")).to_have_text("15–35 分钟")
    expect(page.locator("#wait-change")).to_contain_text("起比原来长：新到1位优先办理；3号窗口暂停。")
    page.locator("#language").tap()
    expect(page.locator("#wait-change")).to_contain_text("1 came who go first (Priority); Window 3 paused.")
    page.locator("#language").tap()
    hall.waits.mine = Wait(unknown="closing_before_turn")
    hall.issue("enquiry")
    expect(page.locator("#wait")).to_have_text("下班前可能轮不到")
    expect(page.locator("#wait-change")).to_be_hidden()


def test_old_data_is_marked_and_the_page_comes_back(page: Page, hall: PageHall) -> None:
    page.clock.install()
    see(page, hall, hall.issue("licence"))
    hall.public.stop()
    page.clock.run_for(5_000)
    expect(page.locator("#late")).to_contain_text("网络中断")
    page.clock.run_for(31_000)
    expect(page.locator("#late")).to_contain_text("数据延迟")
    expect(page.locator("#late")).to_contain_text("请以大厅屏幕和广播为准")
    expect(page.locator("#number")).to_have_text("A001")
    hall.do(c.CallNext("1"))
    hall.restart_public()
    page.clock.run_for(90_000)
    headline(page, "请到1号窗口")
    expect(page.locator("#late")).to_be_hidden()


def test_an_unknown_token_is_one_honest_page(page: Page, hall: PageHall) -> None:
    for token in ("x" * 24, "A001", "7"):
        page.goto(f"{hall.public.url}/t/{token}")
        expect(page.locator("#missing")).to_contain_text("没有这个号码页面，或已过期")
        expect(page.locator("#ticket")).to_be_hidden()
        expect(page.locator("#late")).to_be_hidden()
        expect(page.locator(queue(page, "general"))).to_be_visible()


_HOW_LONG_ASKED_TO_WAIT = """new Promise(
    done => ask('GET', '/patience', null, {}, 5000, answer => done(answer.retryAfterMs))
)"""
_ASK_TOO_MUCH = """async () => {
    for (let at = 0; at < 200 && !hallSource.failures; at += 1) {
        fetch('/api/v1/hall').catch(() => 0);
        hallSource.read();
        await new Promise(done => setTimeout(done, 50));
    }
}"""


def test_a_hall_that_asks_for_patience_gets_it(browser: Browser, tmp_path: Path) -> None:
    """More than the address may ask: the page says so, keeps Retry-After, and goes on by itself."""
    tight = PUBLIC_LIMITS._replace(by_address=Rate(1.0, 20))
    with page_hall(tmp_path, public_limits=tight) as hall:
        mine = hall.issue("licence")
        hall.do(c.OpenWindow("1", "1024"))
        context = browser.new_context(viewport=PHONE, locale="zh-CN")
        page = context.new_page()
        page.add_init_script("delete window.EventSource")
        refused: list[str] = []
        page.on("response", lambda got: refused.append(got.headers["retry-after"]) if got.status == 429 else None)
        see(page, hall, mine)
        page.route("**/patience", lambda route: route.fulfill(status=429, headers={"Retry-After": "7"}, body="{}"))
        assert page.evaluate(_HOW_LONG_ASKED_TO_WAIT) == 7000
        page.evaluate(_ASK_TOO_MUCH)
        expect(page.locator("#late")).to_contain_text("查询的人较多，稍后自动更新")
        expect(page.locator("#number")).to_have_text("A001")
        assert refused
        hall.do(c.CallNext("1"))
        expect(page.locator("#headline")).to_have_text("请到1号窗口", timeout=30_000)
        expect(page.locator("#late")).to_be_hidden(timeout=30_000)
        context.close()


def test_elders_and_english_are_one_touch_away_and_kept(page: Page, hall: PageHall) -> None:
    see(page, hall, hall.issue("licence"))
    before = size_of(page, "#headline")
    page.locator("#elder").tap()
    assert size_of(page, "#headline") > 1.3 * before
    assert size_of(page, "#advice") >= 24
    page.locator("#language").tap()
    headline(page, "Nobody is ahead of you")
    page.reload()
    headline(page, "Nobody is ahead of you")
    expect(page.locator("#elder")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#elder")).to_have_text("Large")


@pytest.mark.parametrize("width", [320, 390, 768])
def test_nothing_sticks_out_and_everything_can_be_touched(page: Page, hall: PageHall, width: int) -> None:
    hall.issue("transfer")
    mine = hall.issue("licence", "medical", class_="priority", class_reason="elderly")
    hall.do(c.CallNext("1"))
    page.set_viewport_size({"width": width, "height": 800})
    for how in ("?lang=zh", "?lang=en", "?lang=zh&elder=1", "?lang=en&elder=1"):
        page.goto(f"{hall.public.url}/t/{mine.token}{how}")
        expect(page.locator("#number")).to_have_text(mine.number)
        expect(page.locator(queue(page, "general"))).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert page.evaluate(_TOO_SMALL) == []
        shown, room = page.locator("#number").evaluate("node => [node.scrollWidth, node.clientWidth]")
        assert shown <= room


_TOO_SMALL = """() => Array.from(document.querySelectorAll('button')).filter(node => {
    const box = node.getBoundingClientRect();
    return box.height && (box.height < 44 || box.width < 44);
}).map(node => node.id)"""


def test_pages_say_one_and_several_as_the_hall_does(page: Page, hall: PageHall) -> None:
    page.goto(hall.public.url)
    words = {"zh": "{n} 天", "en": "{n} more {n|day|days}: {n|a day|# days}, {m|it|them}"}
    script = """words => {
        WORDS.zh.x = words.zh; WORDS.en.x = words.en;
        return [0, 1, 21].map(n => tIn('en', 'x', {n, m: '1'}));
    }"""
    assert page.evaluate(script, words) == [filled(words, {"n": n, "m": "1"})["en"] for n in (0, 1, 21)]


def test_every_reason_has_words_on_the_page(page: Page, hall: PageHall) -> None:
    page.goto(hall.public.url)
    for code in UNKNOWN_WAITS:
        told = {language: page.evaluate(f"tIn('{language}', 'waits.unknown.{code}')") for language in ("zh", "en")}
        assert told == unknown_wait(code)
    closed = {
        "day_closed", "hall_closed", "hall_closed_today", "hall_closed_all_day", "issuing_stopped", "service_full",
        "day_full", "storage_low", "review_needed",
    }
    assert tables().under("page.shared.no_numbers").keys() == closed
    assert closed <= set(PROBLEMS)


def test_nothing_of_a_person_stays_in_the_phone(page: Page, hall: PageHall) -> None:
    mine = hall.issue("licence")
    see(page, hall, mine)
    page.locator("#elder").tap()
    kept = page.evaluate("Object.assign({}, localStorage, sessionStorage)")
    address = json.dumps([mine.token])
    assert kept == {"hall.elder": "yes", "hall.tickets": address}, "the page's own address, until the number is over"


def test_more_than_two_languages_are_a_list(page: Page, hall: PageHall) -> None:
    def with_another(route: Route) -> None:
        another = {"code": "zh-Hant", "html": "zh-Hant", "name": "繁體中文", "button": "繁", "switch": "切換為繁體中文"}
        more = f"LANGUAGES.push({json.dumps(another)}); WORDS['zh-Hant'] = {{'phone.figure.waiting': '等候中的人'}};"
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text() + more)

    page.route("**/languages.js", with_another)
    page.goto(hall.public.url)
    expect(page.locator("#language option")).to_have_text(["中文", "English", "繁體中文"])
    page.locator("#language").select_option("zh-Hant")
    labels = page.locator("[data-queue=general] dt")
    expect(labels).to_have_text(["等候中的人", "预计等候", "开放窗口"])
    assert page.evaluate("document.documentElement.lang") == "zh-Hant"
    page.reload()
    expect(page.locator("#language")).to_have_value("zh-Hant")
    expect(labels.first).to_have_text("等候中的人")
