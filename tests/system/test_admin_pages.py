"""The days of the three administrators in a real browser, before the real gate: the first invitation, people who come
and go, machines and their credentials, and an auditor who finds it all and changes nothing."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pyotp
import pytest
import requests
from playwright.sync_api import Browser, Error, Page, expect

from tests.system.page_hall import PASSWORD, PageHall, log_in_as, watched, work_at


class Desks:
    """Browsers of several people: each has cookies of its own."""

    def __init__(self, browser: Browser, hall: PageHall, stack: ExitStack) -> None:
        self._browser, self.hall, self._stack = browser, hall, stack

    def new(self, path: str = "/staff") -> Page:
        context = self._browser.new_context(viewport={"width": 1366, "height": 768}, reduced_motion="reduce")
        self._stack.callback(context.close)
        page: Page = self._stack.enter_context(watched(context.new_page(), self.hall.staff.url))
        page.goto(self.hall.staff.url + path)
        return page

    def invited(self, link: str, *, administrator: bool) -> Page:
        """Whoever opens the link sets a password, and the second factor where one is needed."""
        page = self.new(link.removeprefix(self.hall.staff.url))
        page.locator("#new").fill(PASSWORD)
        page.locator("#again").fill(PASSWORD)
        page.locator("#go").click()
        if administrator:
            self.second_factor(page)
        return page

    def second_factor(self, page: Page) -> None:
        secret = page.locator("#second-secret")
        expect(secret).not_to_be_empty()
        code = pyotp.TOTP(secret.inner_text().replace(" ", "")).at(self.hall.clock.now().wall // 1000)
        page.locator("#second-code").fill(code)
        page.locator("#second-go").click()
        page.locator("#codes-go").click()

    def administrator(self, number: str, role: str, path: str) -> Page:
        self.hall.person(number, role)
        page = self.new(path)
        log_in_as(page, number)
        self.second_factor(page)
        expect(page.locator("main.admin")).to_be_visible()
        return page


@pytest.fixture
def desks(browser: Browser, hall: PageHall) -> Iterator[Desks]:
    with ExitStack() as stack:
        yield Desks(browser, hall, stack)


def settled(page: Page, key: str) -> None:
    """A key of a question: whoever presses while it appears meant what was there before."""
    page.get_by_role("dialog").locator(key).click(delay=500)


def yes(page: Page) -> None:
    settled(page, "[data-dialog=yes]")


def told_once(page: Page) -> str:
    """What the page shows this once; it is copied and closed."""
    field = page.locator("#once")
    expect(field).to_be_visible()
    page.keyboard.press("Escape")
    expect(field).to_be_visible()
    text = field.input_value()
    page.locator("#copy").click()
    expect(page.locator("#copy")).to_contain_text("已复制")
    settled(page, "[data-dialog=done]")
    expect(field).to_have_count(0)
    assert text not in page.content()
    return text


def add_person(page: Page, number: str, *roles: str) -> str:
    page.locator("#add").click()
    page.locator("#number").fill(number)
    for role in roles:
        page.locator(f"input[value={role}]").check()
    yes(page)
    return told_once(page)



def test_from_the_first_invitation_to_what_the_auditor_finds(desks: Desks, hall: PageHall) -> None:
    first = desks.invited(f"/invitation#{hall.deps.roster.first_code()}", administrator=True)
    first.locator("#hallway-links a").click()
    expect(first.locator("[data-number=admin]")).to_contain_text("本人")
    expect(first.locator("#places a")).to_have_text(["窗口工作台", "账号管理"])

    clerk = desks.invited(add_person(first, "1033", "window"), administrator=False)
    system = desks.invited(add_person(first, "9001", "system_admin"), administrator=True)
    auditor = desks.invited(add_person(first, "9003", "auditor"), administrator=True)
    work_at(clerk, "1")
    expect(clerk.locator("#desk")).to_be_visible()
    expect(first.locator("[data-number='1033']")).to_contain_text("登录 1 处", timeout=60_000)

    system.locator("#hallway-links a").click()
    expect(system.locator("#checks")).to_contain_text("core")
    for page, path in ((system, "/accounts"), (auditor, "/machines"), (first, "/audit")):
        before = page.url
        page.goto(hall.staff.url + path)
        expect(page.locator("#hallway-said, #login-said").filter(has_text="您没有查看该页面的权限")).to_be_visible()
        page.goto(before)

    first.locator("[data-change='1033']").click()
    settled(first, "[data-account=disable]")
    expect(first.get_by_role("dialog")).to_contain_text("现在登录 1 处，将立即退出")
    yes(first)
    expect(first.locator("#said")).to_contain_text("1033 已停用")
    expect(first.locator("[data-number='1033']")).to_contain_text("已停用")
    expect(clerk.locator("#login-form")).to_be_visible()
    log_in_as(clerk, "1033")
    expect(clerk.locator("#login-said")).to_contain_text("工号、密码或验证码有误")

    auditor.goto(f"{hall.staff.url}/audit")
    hall.deps.access.audit.write()
    auditor.locator("#words").fill("1033")
    auditor.locator("#search button").click()
    rows = auditor.locator("#rows tr")
    expect(rows).to_have_count(6)
    for row, (who, what, result) in enumerate([
        ("1033", "登录", "工号、密码或验证码有误"), ("admin", "停用账号", "完成"), ("1033", "登录", "完成"),
        ("1033", "接受邀请", "完成"), ("1033 · 窗口", "授予角色", "完成"), ("admin", "新增账号", "完成"),
    ]):
        for text in (who, what, result, "127.0.0.1" if row != 5 else "1033"):
            expect(rows.nth(row)).to_contain_text(text)
    expect(auditor.locator("main button:not(#check, #older, #newer, [type=submit])")).to_have_count(0)
    person, kiosk = {"number": "7", "roles": ["window"]}, {"name": "k", "role": "kiosk"}
    for path, body in (("accounts", person), ("machines", kiosk)):
        sent = auditor.evaluate(
            "([path, body]) => new Promise(done => askOnce(path, body, answer => done(answer.body.code)))", [path, body]
        )
        assert sent == "not_allowed"


def test_three_stay_apart_and_the_page_says_why(desks: Desks, hall: PageHall) -> None:
    page = desks.administrator("9002", "security_admin", "/accounts")
    page.locator("#add").click()
    page.locator("#number").fill("1033")
    page.locator("input[value=window]").check()
    expect(page.locator(".boxes-window")).to_be_visible()
    page.locator("input[value=auditor]").check()
    expect(page.locator("#apart")).to_contain_text("这样选不行。三员分立")
    expect(page.locator("[data-dialog=yes]")).to_be_disabled()
    page.locator("input[value=window]").uncheck()
    expect(page.locator(".boxes-window")).to_be_hidden()
    expect(page.locator("[data-dialog=yes]")).to_be_enabled()
    page.keyboard.press("Escape")
    page.locator("[data-change='9002']").click()
    expect(page.get_by_role("dialog")).to_contain_text("本人的角色由另一位安全管理员更改")
    expect(page.locator("[data-account]")).to_have_count(0)


def test_roles_windows_and_a_card_are_changed_and_an_end_is_asked_once_more(desks: Desks, hall: PageHall) -> None:
    page = desks.administrator("9002", "security_admin", "/accounts")
    clerk = desks.new()
    log_in_as(clerk, "1024")
    expect(clerk.locator("#windows-form")).to_be_visible()
    row = page.locator("[data-number='1024']")
    expect(row).to_contain_text("登录 1 处", timeout=60_000)

    page.locator("[data-change='1024']").click()
    page.locator("input[name=window][value='2']").check()
    page.locator("#card").fill("04A1B2C3")
    yes(page)
    expect(row).to_contain_text("2号窗口")
    expect(row).to_contain_text("工作卡")
    expect(clerk.locator("#windows-form")).to_be_visible()

    page.locator("[data-change='2005']").click()
    page.locator("#card").fill("04A1B2C3")
    yes(page)
    expect(page.get_by_role("dialog")).to_contain_text("这张卡已登记在工号 1024 名下")
    page.keyboard.press("Escape")

    page.locator("[data-change='1024']").click()
    page.locator("input[value=reviewer]").check()
    yes(page)
    expect(page.get_by_role("dialog")).to_contain_text("窗口 → 窗口、预审")
    expect(page.get_by_role("dialog")).to_contain_text("将立即退出")
    settled(page, "[data-dialog=back]")
    expect(page.locator("input[value=reviewer]")).to_be_checked()
    assert hall.deps.access.store.accounts["1024"].roles == ("window",)
    yes(page)
    yes(page)
    expect(row).to_contain_text("预审")
    expect(clerk.locator("#login-form")).to_be_visible()

    page.locator("[data-change='1024']").click()
    settled(page, "[data-account=reset]")
    yes(page)
    assert "/invitation#" in told_once(page)
    expect(row).to_contain_text("待接受邀请")


def test_a_number_with_html_is_refused_and_what_is_there_stays_text(desks: Desks, hall: PageHall) -> None:
    odd = "<img src=x onerror=window.odd=1>"
    hall.person(odd)
    page = desks.administrator("9002", "security_admin", "/accounts")
    expect(page.locator(".admin-number").get_by_text(odd)).to_be_visible()
    page.locator("#find").fill("<img")
    expect(page.locator("#rows tr")).to_have_count(1)
    page.locator("#rows button").click()
    expect(page.get_by_role("heading", name=odd)).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("#add").click()
    page.locator("#number").fill("<b>x</b>")
    page.locator("input[value=window]").check()
    yes(page)
    expect(page.get_by_role("dialog")).to_contain_text("字母、数字和 - _ .，请勿填写姓名")
    assert page.evaluate("window.odd") is None
    assert page.locator("img").count() == 0


def test_machines_get_change_and_lose_their_credential(desks: Desks, hall: PageHall) -> None:
    hall.checks["mqtt"] = "degraded: no broker at 127.0.0.1:11883"
    page = desks.administrator("9001", "system_admin", "/machines")
    expect(page.locator("#well")).to_have_text("降级")
    expect(page.locator("#checks li").first).to_contain_text("no broker at 127.0.0.1:11883")
    expect(page.locator("#version")).to_contain_text("1.2.3")
    expect(page.locator("#nothing")).to_be_visible()

    def works(credential: str) -> bool:
        proof = {"Authorization": f"Bearer {credential}"}
        return requests.get(f"{hall.staff.url}/api/v1/hall", headers=proof, timeout=5).status_code == 200

    page.locator("#add").click()
    expect(page.locator("#name")).to_have_value("kiosk-1")
    yes(page)
    expect(page.locator(".where")).to_contain_text("LoadCredential=hall-kiosk:/etc/hall/kiosk-1.credential")
    first = told_once(page)
    assert works(first)
    row = page.locator("[data-machine=kiosk-1]")
    expect(row).to_contain_text("取号机")

    row.locator("[data-key=rotate]").click()
    yes(page)
    second = told_once(page)
    assert works(first)
    assert works(second)
    expect(row).to_contain_text("新旧凭证都有效")
    row.locator("[data-key=rotate]").click()
    page.locator("#at-once").check()
    yes(page)
    third = told_once(page)
    assert [works(each) for each in (first, second, third)] == [False, False, True]

    page.locator("#add").click()
    page.locator("#role").select_option("tool")
    page.locator("input[value=draw]").check()
    page.locator("#name").fill("kiosk-1")
    yes(page)
    expect(page.get_by_role("dialog")).to_contain_text("已有这个名称")
    page.locator("#name").fill("crowd")
    yes(page)
    told_once(page)
    page.locator("[data-machine=crowd] [data-key=rotate]").click()
    yes(page)
    told_once(page)
    assert hall.deps.access.store.machines["crowd"].more == ("draw",), "what it may besides stays"

    row.locator("[data-key=remove]").click()
    expect(page.get_by_role("dialog")).to_contain_text("立即失效")
    yes(page)
    expect(row).to_have_count(0)
    assert not works(third)


def test_the_audit_log_is_paged_exported_and_says_where_it_breaks(
    desks: Desks, hall: PageHall, tmp_path: Path
) -> None:
    audit = hall.deps.access.audit
    for n in range(230):
        audit.note("tool:t", "flood", f"n{n}")
    audit.write()
    page = desks.administrator("9003", "auditor", "/audit")
    expect(page.locator("#chain")).to_contain_text("记录完整：23")
    page.locator("#words").fill("flood")
    page.locator("#search button").click()
    rows = page.locator("#rows tr")
    for turn, newest in (("", "n229"), ("#older", "n129"), ("#older", "n29"), ("#newer", "n129")):
        if turn:
            page.locator(turn).click()
        expect(rows.first).to_contain_text(newest)
    page.locator("#older").click()
    expect(rows).to_have_count(30)
    expect(page.locator("#older")).to_be_disabled()
    page.locator("#day").fill("2020-01-01")
    page.locator("#search button").click()
    expect(page.locator("#nothing")).to_be_visible()
    page.locator("#day").fill("")
    page.locator("#search button").click()
    expect(rows.first).to_contain_text("n229")
    with page.expect_download() as download:
        page.locator("#csv").click()
    with Path(download.value.path()).open(encoding="utf-8") as file:
        assert [row["about"] for row in csv.DictReader(file)] == [f"n{n}" for n in range(230)]

    with sqlite3.connect(tmp_path / "audit.db") as conn:
        conn.execute("UPDATE rows SET body = replace(body, 'n7\"', 'n8\"') WHERE body LIKE '%\"n7\"%'")
    conn.close()
    page.locator("#check").click()
    expect(page.locator("#chain")).to_contain_text("第 8 条起不可信")
    page.locator("#language").click()
    expect(page.locator("#chain")).to_contain_text("Not to be trusted from row 8 on")


@pytest.mark.parametrize(("path", "role", "key"), [
    ("/accounts", "security_admin", "#add"), ("/machines", "system_admin", "#add"), ("/audit", "auditor", "#check"),
])
def test_nobody_is_led_to_the_log_in_and_back_and_out_when_the_session_ends(
    desks: Desks, hall: PageHall, path: str, role: str, key: str
) -> None:
    page = desks.administrator("9009", role, path)
    expect(page.locator("#admin-who")).to_have_text("工号 9009")
    expect(page.locator(key)).to_be_enabled()  # while it waits for an answer a press is none
    hall.later(31)
    with suppress(Error):  # the page may have asked by itself meanwhile, and be about to leave
        page.evaluate("key => document.querySelector(key).click()", key)
    expect(page.locator("#login-form")).to_be_visible(timeout=60_000)
    assert f"next=%2F{path[1:]}" in page.url


def test_a_hall_that_does_not_answer_is_said_and_nothing_is_sent_twice(desks: Desks, hall: PageHall) -> None:
    page = desks.administrator("9001", "system_admin", "/machines")
    sent: list[str] = []
    page.route("**/api/v1/machines", lambda route: (
        sent.append(route.request.method), route.abort()
    ) if route.request.method == "POST" else route.continue_())
    page.locator("#add").click()
    yes(page)
    expect(page.get_by_role("dialog")).to_contain_text("没有收到答复，可能已生效")
    assert sent == ["POST"]
    page.keyboard.press("Escape")
    hall.staff.stop()
    expect(page.locator("#late")).to_contain_text("暂时没有答复", timeout=60_000)
    hall.restart_staff()
    expect(page.locator("#late")).to_be_hidden(timeout=60_000)
