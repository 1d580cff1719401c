"""Logging in as people meet it: a clerk's day from the invitation to the log-out, duties that come first, sessions that
end elsewhere, and what each role finds. A real browser before the real gate."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing

import pyotp
import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, expect

from hall_daemon.domain import commands as c
from tests.system.page_hall import PASSWORD, PageHall, log_in, log_in_as, press, shows, watched, work_at

NEW = "Left-donkey-8"
DAY_MS = 24 * 3_600_000


@pytest.fixture
def elsewhere(browser: Browser, hall: PageHall) -> Iterator[Page]:
    """The log-in at another desk."""
    with closing(browser.new_context(locale="zh-CN")) as context, watched(context.new_page(), hall.staff.url) as page:
        page.goto(f"{hall.staff.url}/staff")
        expect(page.locator("#login-go")).to_be_enabled()
        yield page


def menu(page: Page, item: str) -> None:
    page.locator("#menu").click()
    page.locator(f"#menu-{item}").click()


def set_password(page: Page, first: str, again: str) -> None:
    page.locator("#new").fill(first)
    page.locator("#again").fill(again)
    page.locator("#go").click()


def session_of(context: BrowserContext) -> str:
    return next(cookie["value"] for cookie in context.cookies() if cookie["name"] == "hall_session")


def test_a_clerk_s_day_from_the_invitation_to_the_log_out(page: Page, hall: PageHall) -> None:
    _, code = hall.deps.roster.invite("1033", ("window",), ("1", "2"), by="staff:admin")
    page.goto(f"{hall.staff.url}/invitation#{code}")
    said = page.locator("#login-said")
    assert code not in page.evaluate("location.href"), "the browser's history keeps no code"
    set_password(page, NEW, "other")
    expect(said).to_contain_text("两次输入的新密码不一致")
    set_password(page, "1033", "1033")
    for weakness in ("至少 10 个字符", "大写/小写/数字/符号至少 3 类", "不能含工号"):
        expect(said).to_contain_text(weakness)
    set_password(page, NEW, NEW)
    expect(page.locator("#menu-who")).to_have_text("工号 1033")
    expect(page.locator("#login-windows button")).to_have_count(2)

    hall.issue("licence")
    work_at(page, "1")
    press(page, "call-next")
    shows(page, "A001", "已叫号")
    press(page, "finish")
    menu(page, "out")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1号窗口还没有关闭")
    dialog.locator("[data-dialog=yes]").click(delay=500)
    expect(page.locator("#login-form")).to_be_visible()
    assert hall.follower.read(lambda replica: replica.window("1").status) == "closed"
    page.reload()
    expect(page.locator("#login-form")).to_be_visible()
    page.goto(f"{hall.staff.url}/invitation#{code}")
    set_password(page, "Third-mule-99", "Third-mule-99")
    expect(said).to_contain_text("邀请链接无效或已过期")


def test_a_wrong_password_says_nothing_of_which_is_wrong_and_many_make_wait(page: Page, hall: PageHall) -> None:
    said = page.locator("#login-said")
    for number in ("1024", "7777"):
        log_in_as(page, number, "Wrong-horse-7")
        expect(said).to_contain_text("工号、密码或验证码有误")
        expect(page.locator("#login-password")).to_have_value("")
    for _ in range(4):
        log_in_as(page, "1024", "Wrong-horse-7")
        expect(page.locator("#login-go")).to_be_enabled()
        expect(page.locator("#login-password")).to_be_focused()
    log_in_as(page, "1024")
    expect(said).to_have_attribute("data-code", "log_in_waits")
    expect(said).to_contain_text("秒后再试")
    expect(page.locator("#desk")).to_be_hidden()


def test_a_password_that_is_too_old_is_changed_before_anything_else(page: Page, hall: PageHall) -> None:
    hall.person("1055", changed=hall.clock.now().wall - 91 * DAY_MS)
    log_in_as(page, "1055")
    form, said = page.locator("#password-form"), page.locator("#login-said")
    expect(form).to_be_visible()
    expect(form).to_contain_text("密码已到更换时间")
    expect(form.locator("[data-back]")).to_be_hidden()
    page.reload()
    for old, new, words in (
        ("nonsense", NEW, "工号、密码或验证码有误"),
        (PASSWORD, PASSWORD, "不能与最近 5 次相同"),
        (PASSWORD, "short", "至少 10 个字符"),
    ):
        page.locator("#password-old").fill(old)
        page.locator("#password-new").fill(new)
        page.locator("#password-again").fill(new)
        page.locator("#password-go").click()
        expect(said).to_contain_text(words)
    page.locator("#password-new").fill(NEW)
    page.locator("#password-again").fill(NEW)
    page.locator("#password-go").click()
    expect(page.locator("#windows-form")).to_be_visible()
    expect(said).to_contain_text("密码已修改")


def test_an_administrator_sets_up_the_second_factor_and_then_needs_it(page: Page, hall: PageHall) -> None:
    hall.person("9003", "auditor")
    log_in_as(page, "9003")
    expect(page.locator("#second-form")).to_be_visible()
    expect(page.locator("#second-form")).to_contain_text("您的角色需要两步登录")
    picture = page.locator("#second-picture")
    expect(picture).to_have_attribute("src", re.compile("^data:image/svg"))
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
    secret = page.locator("#second-secret").inner_text().replace(" ", "")
    page.locator("#second-code").fill("000000")
    page.locator("#second-go").click()
    expect(page.locator("#login-said")).to_have_attribute("data-code", "code_wrong")
    page.locator("#second-code").fill(pyotp.TOTP(secret).now())
    page.locator("#second-go").click()
    codes = page.locator("#codes li")
    expect(codes).to_have_count(8)
    recovery = codes.first.inner_text()
    page.locator("#codes-go").click()
    expect(page.locator("#hallway-links a")).to_have_text(["审计记录"])
    expect(page.locator("#hallway-help, #hallway-look").first).to_be_hidden()

    menu(page, "out")
    log_in_as(page, "9003")
    expect(page.locator("#login-code")).to_be_focused()
    page.locator("#login-code").fill("123456")
    page.locator("#login-go").click()
    expect(page.locator("#login-said")).to_contain_text("工号、密码或验证码有误")
    page.locator("#login-code").fill(recovery)
    page.locator("#login-go").click()
    expect(page.locator("#hallway-links a")).to_have_count(1)


def test_a_stolen_cookie_is_worth_nothing_after_the_log_out(
    page: Page, context: BrowserContext, hall: PageHall
) -> None:
    log_in(page)
    stolen, url = {"hall_session": session_of(context)}, f"{hall.staff.url}/api/v1"
    assert requests.get(f"{url}/hall", cookies=stolen, timeout=5).status_code == 200
    pressed = requests.post(f"{url}/windows/1/pause", json={"reason": "break"}, cookies=stolen, timeout=5)
    assert (pressed.status_code, pressed.json()["code"]) == (403, "cross_site"), "a page of the hall's proves itself"
    with requests.get(f"{url}/events", cookies=stolen, stream=True, timeout=20) as stream:
        assert stream.status_code == 200
        menu(page, "everywhere")
        page.get_by_role("dialog").locator("[data-dialog=out]").click(delay=500)
        expect(page.locator("#login-form")).to_be_visible()
        with pytest.raises(requests.exceptions.RequestException):
            for _ in stream.iter_content(64):
                pass
    assert requests.get(f"{url}/hall", cookies=stolen, timeout=5).status_code == 401
    assert hall.follower.read(lambda replica: replica.window("1").status) == "open"


def test_two_tabs_are_one_log_in_and_go_together(page: Page, context: BrowserContext, hall: PageHall) -> None:
    log_in(page)
    hall.issue("licence")
    with watched(context.new_page(), hall.staff.url) as other:
        other.goto(f"{hall.staff.url}/staff")
        expect(other.locator("#who")).to_have_text("1号窗口 · 工号 1024")
        press(other, "call-next")
        shows(page, "A001", "已叫号")
        press(other, "finish")
        menu(other, "out")
        other.locator("[data-dialog=yes]").click(delay=500)
        expect(other.locator("#login-form")).to_be_visible()
        expect(page.locator("#login-form")).to_be_visible()
        log_in(other, "2", "2005")
        expect(page.locator("#who")).to_have_text("2号窗口 · 工号 2005")


def ended_by_disabling(hall: PageHall) -> None:
    hall.deps.roster.change(hall.deps.access.store.accounts["1024"], by="staff:admin", disabled=True)


def ended_by_idling(hall: PageHall) -> None:
    hall.later(31)


@pytest.mark.parametrize("end", [ended_by_disabling, ended_by_idling])
def test_a_session_that_ends_elsewhere_leads_back_to_the_log_in(
    page: Page, hall: PageHall, end: Callable[[PageHall], None]
) -> None:
    log_in(page)
    hall.issue("licence")
    expect(page.locator("#line [data-number=A001]")).to_be_visible()
    end(hall)
    expect(page.locator("#login-form")).to_be_visible()
    expect(page.locator("#login-said")).to_contain_text("您的登录已结束，请重新登录")
    assert page.evaluate("hall.view === null && hall.line === null && hall.stream.source === null")


def test_logging_out_everywhere_ends_the_other_desk(page: Page, elsewhere: Page, hall: PageHall) -> None:
    log_in_as(page, "1024")
    expect(page.locator("#windows-form")).to_be_visible()
    log_in_as(elsewhere, "1024")
    expect(elsewhere.locator("#windows-form")).to_be_visible()
    menu(elsewhere, "everywhere")
    expect(page.locator("#login-said")).to_contain_text("您的登录已结束")


def test_the_own_window_is_found_as_it_was_left(page: Page, elsewhere: Page, hall: PageHall) -> None:
    hall.issue("licence")
    log_in(page)
    press(page, "pause")
    page.get_by_role("dialog").get_by_role("button", name="午餐").click(delay=500)
    shows(page, "午餐", "暂停服务")
    page.locator("#switch").click()
    page.locator("#window-go").click()
    shows(page, "午餐", "暂停服务")
    log_in_as(elsewhere, "1024")
    expect(elsewhere.locator("[data-window='1']")).to_contain_text("您")
    expect(elsewhere.locator("#window-go")).to_have_text("回到此窗口")
    elsewhere.locator("#window-go").click()
    shows(elsewhere, "午餐", "暂停服务")
    expect(page.locator("#windows-form")).to_be_visible()
    press(elsewhere, "pause")
    press(elsewhere, "call-next")
    shows(elsewhere, "A001", "已叫号")


def test_a_guide_helps_without_a_window(page: Page, hall: PageHall) -> None:
    hall.person("2001", "guide")
    hall.issue("licence")
    log_in_as(page, "2001")
    expect(page.locator("#hallway")).to_be_visible()
    expect(page.locator("#hallway-services")).to_contain_text("营业执照办理")
    expect(page.locator("#hallway-links a")).to_have_text(["没答上的提问"])
    page.keyboard.press("h")
    dialog = page.get_by_role("dialog", name="帮助取号")
    dialog.get_by_label("综合咨询").check()
    dialog.locator("[data-help=draw]").click(delay=500)
    expect(dialog.locator("[data-drawn]")).to_have_text("A002")
    dialog.locator("#help-number").fill("A001")
    dialog.locator("[data-help=find]").click()
    dialog.get_by_label("优先的依据").select_option("elderly")
    dialog.locator("button[data-help=priority]").click(delay=500)
    expect(dialog.locator("[data-help=state]")).to_contain_text("优先")
    dialog.locator("[data-dialog=back]").click(delay=500)
    assert page.evaluate("hall.window") == ""


def test_a_shift_leader_presses_at_every_window_and_takes_none_from_its_clerk(page: Page, hall: PageHall) -> None:
    hall.person("3001", "shift_leader")
    hall.issue("licence")
    hall.do(c.OpenWindow("1", "1024"))
    log_in_as(page, "3001")
    expect(page.locator("#login-windows button")).to_have_count(3)
    page.locator("[data-window='1']").click()
    page.locator("#window-look").click()
    expect(page.locator("#who")).to_have_text("1号窗口 · 代 工号 1024 操作")
    press(page, "call-next")
    shows(page, "A001", "已叫号")
    assert hall.follower.read(lambda replica: replica.window("1").staff) == "1024"
    page.locator("#menu").click()
    expect(page.locator("#menu-links a")).to_have_text(["效率统计", "预审统计", "没答上的提问"])


def test_figures_ask_for_the_log_in_and_come_back(page: Page, hall: PageHall) -> None:
    hall.person("3001", "shift_leader")
    page.goto(f"{hall.staff.url}/efficiency")
    expect(page.locator("#login-form")).to_be_visible()
    log_in_as(page, "3001")
    expect(page.locator("#one-more-go")).to_be_visible()
    assert page.evaluate("location.pathname") == "/efficiency"


@pytest.mark.parametrize("address", ["/efficiency", "/staff?next=https://other.example/", "/staff?next=//other"])
def test_whoever_lacks_the_right_is_told_and_nobody_is_led_away(page: Page, hall: PageHall, address: str) -> None:
    page.goto(f"{hall.staff.url}{address}")
    log_in_as(page, "1024")
    expect(page.locator("#login-said")).to_contain_text("您没有查看该页面的权限")
    assert page.evaluate("location.href") == f"{hall.staff.url}/staff"


def test_a_page_of_another_origin_presses_nothing_and_frames_nothing(
    page: Page, context: BrowserContext, hall: PageHall
) -> None:
    """The public listener's page stands for one of somebody else's: it is another origin of the same machine."""
    log_in(page)
    other = context.new_page()
    other.goto(hall.public.url)
    sent = f"fetch('{hall.staff.url}/api/v1/session/end', {{method: 'POST', mode: 'no-cors', credentials: 'include'}})"
    assert other.evaluate(f"{sent}.then(() => 'sent', () => 'not sent')") == "not sent", "no page may ask elsewhere"
    own = {"hall_session": session_of(context)}
    forged = requests.post(
        f"{hall.staff.url}/api/v1/session/end", json={}, cookies=own, headers={"Origin": hall.public.url}, timeout=5
    )
    assert (forged.status_code, forged.json()["code"]) == (403, "cross_site")
    expect(page.locator("#who")).to_have_text("1号窗口 · 工号 1024")


def test_pages_run_no_script_and_no_style_but_their_files(context: BrowserContext, hall: PageHall) -> None:
    page = context.new_page()
    page.goto(f"{hall.staff.url}/staff")
    page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.odd = 1'; document.body.append(s);"
        " const d = document.createElement('p'); d.id = 'styled'; d.innerHTML = '<b style=\"color:rgb(1,2,3)\">x</b>';"
        " document.body.append(d); }"
    )
    assert page.evaluate("window.odd") is None
    assert page.evaluate("getComputedStyle(document.querySelector('#styled b')).color") != "rgb(1, 2, 3)"
    answer = requests.get(f"{hall.staff.url}/staff", timeout=5)
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    told = requests.get(f"{hall.staff.url}/api/v1/session", timeout=5).headers
    wanted = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
    assert {name: told[name] for name in wanted} == wanted
