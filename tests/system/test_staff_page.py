"""The staff page as a clerk meets it: a real browser and mouse, the real core and listener behind it."""

from __future__ import annotations

import re
from contextlib import closing

from playwright.sync_api import Browser, Page, expect

from hall_daemon.domain import commands as c
from tests.system.page_hall import (
    PAGES,
    PASSWORD,
    PRINTER_OUT,
    PageHall,
    log_in,
    log_in_as,
    press,
    shows,
    waiting,
    work_at,
)


def test_a_clerk_logs_in_calls_recalls_starts_and_finishes(page: Page, hall: PageHall) -> None:
    first, second = hall.issue("licence"), hall.issue("enquiry", "licence")
    log_in(page)
    assert hall.follower.read(lambda replica: replica.window("1").staff) == "1024"
    expect(page.locator("#line .row")).to_have_count(2)
    expect(page.locator("#next-number")).to_have_text(first.number)
    press(page, "call-next")
    shows(page, first.number, "已叫号")
    expect(page.locator("#next-number")).to_have_text(second.number)
    expect(page.locator("#matter")).to_have_text("营业执照办理")
    expect(page.locator("#reason")).to_have_text(re.compile("叫号依据：先到先办"))
    expect(page.locator("#said")).to_contain_text("下一位 A001")
    press(page, "recall")
    expect(page.locator("#facts")).to_contain_text("2 次")
    press(page, "start")
    shows(page, first.number, "正在办理")
    press(page, "finish")
    expect(page.locator("#state")).to_have_text("空闲")
    assert hall.state("A001") == "served"
    assert waiting(page) == [second.number]


def test_calling_next_finishes_the_one_before_and_says_so(page: Page, hall: PageHall) -> None:
    hall.issue("licence")
    hall.issue("licence")
    log_in(page)
    press(page, "call-next")
    expect(page.locator("[data-key=call-next]")).to_contain_text("A001 先办结")
    press(page, "call-next")
    shows(page, "A002", "已叫号")
    assert hall.state("A001") == "served"


def test_a_missed_person_comes_back_and_is_called_out_of_turn(page: Page, hall: PageHall) -> None:
    hall.issue("licence")
    hall.issue("licence")
    log_in(page)
    press(page, "call-next")
    press(page, "miss")
    missed = page.locator("#missed .row")
    expect(missed).to_have_count(1)
    expect(missed).to_contain_text("过号 1 次")
    page.locator("[data-return=A001]").click()
    expect(missed).to_have_count(0)
    expect(page.locator("#line [data-number=A001]")).to_contain_text("过号返回，按序稍后")
    assert hall.state("A001") == "waiting"
    page.locator("#line [data-call=A001]").click()
    page.get_by_role("dialog").get_by_role("button", name="需要帮办").click(delay=500)
    shows(page, "A001", "已叫号")
    expect(page.locator("#reason")).to_contain_text("工作人员指定叫号：需要帮办")


def test_undo_takes_the_last_press_back_and_says_which(page: Page, hall: PageHall) -> None:
    hall.issue("licence")
    log_in(page)
    expect(page.locator("[data-key=undo]")).to_be_disabled()
    press(page, "call-next")
    expect(page.locator("[data-key=undo]")).to_contain_text("“叫号” A001")
    press(page, "undo")
    expect(page.locator("#state")).to_have_text("空闲")
    assert hall.state("A001") == "waiting"
    press(page, "call-next")
    expect(page.locator("[data-key=undo]")).to_be_enabled()
    hall.later(2)
    expect(page.locator("[data-key=undo]")).to_be_disabled()


def test_hold_resume_and_transfer(page: Page, hall: PageHall) -> None:
    hall.issue("licence")
    hall.issue("licence")
    hall.do(c.OpenWindow("2", "2005"))
    log_in(page)
    for key in ("call-next", "start", "hold"):
        press(page, key)
    expect(page.locator("#held")).to_contain_text("挂起 A001")
    press(page, "call-next")
    shows(page, "A002", "已叫号")
    expect(page.locator("[data-key=resume]")).to_be_disabled()
    press(page, "transfer")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("事项").select_option("medical")
    dialog.get_by_label("去向").select_option("2")
    dialog.get_by_label("排到队尾").check()
    dialog.locator("[data-dialog=yes]").click(delay=500)
    expect(page.locator("#said")).to_contain_text("转移 A002")
    assert hall.follower.read(lambda replica: [id_[-4:] for _, id_ in replica.reserved["2"]]) == ["A002"]
    press(page, "resume")
    shows(page, "A001", "正在办理")


def test_another_matter_first_and_then_back_to_this_window(page: Page, hall: PageHall) -> None:
    hall.issue("licence")
    hall.do(c.OpenWindow("2", "2005"))
    hall.do(c.OpenWindow("3", "3003"))
    log_in(page)
    press(page, "call-next")
    press(page, "transfer")
    dialog = page.get_by_role("dialog")
    targets = dialog.get_by_label("去向").locator("option")
    expect(targets).to_have_text(["任何能办理的窗口"])
    dialog.get_by_label("事项").select_option("medical")
    expect(targets).to_have_text(["任何能办理的窗口", "2号窗口"])
    dialog.get_by_label("办完其他手续后回到本窗口").check()
    dialog.locator("[data-dialog=yes]").click(delay=500)
    expect(page.locator("#state")).to_have_text("空闲")
    expect(page.locator("#waiting-count")).to_have_text("0 人")
    expect(page.locator("#line .row")).to_have_count(0)
    hall.do(c.CallNext("2"))
    hall.do(c.Finish("2"))
    expect(page.locator("#waiting-count")).to_have_text("1 人")
    expect(page.locator("#line .row")).to_contain_text("回到本窗口")
    press(page, "call-next")
    shows(page, "A001", "已叫号")


def test_a_pause_has_a_reason_and_ends_with_the_same_key(page: Page, hall: PageHall) -> None:
    hall.issue("licence")
    log_in(page)
    press(page, "pause")
    page.get_by_role("dialog").get_by_role("button", name="午餐").click(delay=500)
    shows(page, "午餐", "暂停服务")
    assert hall.follower.read(lambda replica: replica.window("1").reason) == "lunch"
    expect(page.locator("[data-key=call-next]")).to_contain_text("恢复服务")
    expect(page.locator("#line [data-call=A001]")).to_be_disabled()
    press(page, "pause")
    expect(page.locator("#state")).to_have_text("空闲")


def test_of_the_digits_only_call_and_pause_end_a_pause(page: Page, hall: PageHall) -> None:
    hall.issue("licence")
    log_in(page)
    press(page, "call-next")
    shows(page, "A001", "已叫号")
    hall.do(c.PauseWindow("1", "break"))
    expect(page.locator("[data-key=pause]")).to_contain_text("恢复服务")
    for digit in "23456789":
        page.keyboard.press(digit)
        page.keyboard.press("Escape")
        expect(page.locator("[data-key=pause]")).to_be_enabled()
        assert hall.follower.read(lambda replica: replica.window("1").status) == "paused", digit
    page.keyboard.press("1")
    expect(page.locator("[data-key=pause]")).to_contain_text("暂停服务")
    assert hall.follower.read(lambda replica: replica.window("1").status) == "open"


def test_the_page_follows_the_pad_without_a_reload(page: Page, hall: PageHall) -> None:
    hall.issue("licence")
    log_in(page)
    page.evaluate("window.sameDocument = true")
    hall.do(c.CallNext("1"))
    shows(page, "A001", "已叫号")
    hall.do(c.Start("1"))
    shows(page, "A001", "正在办理")
    hall.issue("enquiry")
    expect(page.locator("#line [data-number=A002]")).to_be_visible()
    hall.do(c.PauseWindow("1", "break"))
    hall.do(c.Finish("1"))
    shows(page, "短暂休息", "暂停服务")
    assert page.evaluate("window.sameDocument") is True


def test_digits_are_keys_but_not_while_typing(page: Page, hall: PageHall) -> None:
    hall.issue("licence")
    page.locator("#login-number").press_sequentially("1024")
    assert page.locator("#login-number").input_value() == "1024"
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.locator("[data-window='1']").click()
    page.keyboard.press("Enter")
    expect(page.locator("#desk")).to_be_visible()
    expect(page.locator("[data-key=call-next]")).to_be_enabled()
    page.keyboard.press("1")
    shows(page, "A001", "已叫号")
    expect(page.locator("[data-key=pause]")).to_be_enabled()
    page.keyboard.press("0")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_a_refusal_says_what_and_what_to_do(page: Page, hall: PageHall) -> None:
    hall.issue("licence")
    log_in(page)
    press(page, "call-next")
    press(page, "close")
    page.get_by_role("dialog").locator("[data-dialog=yes]").click(delay=500)
    said = page.locator("#said")
    expect(said).to_have_attribute("data-code", "window_busy")
    expect(said).to_contain_text("未执行：1号窗口正在办理 A001 号")
    expect(said).to_contain_text("请先完成、挂起或转移该号")
    expect(said).to_contain_text("Finish, hold or transfer it first")
    shows(page, "A001", "已叫号")


def test_a_staff_number_that_sits_elsewhere_is_refused_at_log_in(page: Page, hall: PageHall) -> None:
    hall.do(c.OpenWindow("2", "1024"))
    log_in_as(page, "1024")
    work_at(page, "1")
    expect(page.locator("#login-said")).to_contain_text("该工作人员已在2号窗口")
    expect(page.locator("#desk")).to_be_hidden()


def test_taking_a_window_over_is_asked_first_and_the_other_page_stops(
    page: Page, browser: Browser, hall: PageHall
) -> None:
    hall.issue("licence")
    log_in(page)
    with closing(browser.new_context(locale="zh-CN")) as elsewhere:
        other = elsewhere.new_page()
        other.goto(f"{hall.staff.url}/")
        log_in_as(other, "2099")
        work_at(other, "1")
        expect(other.get_by_role("dialog")).to_contain_text("接管1号窗口？")
        expect(other.get_by_role("dialog")).to_contain_text("当前使用：工号 1024。")
        other.locator("[data-dialog=yes]").click(delay=500)
        expect(other.locator("#who")).to_contain_text("工号 2099")
        expect(page.locator("#desk")).to_be_hidden()
        expect(page.locator("#login-said")).to_contain_text("您已不在1号窗口")
        press(other, "call-next")
        shows(other, "A001", "已叫号")


def test_a_take_over_takes_the_number_at_the_window_with_it(page: Page, hall: PageHall) -> None:
    for command in (c.OpenWindow("1", "1024"), c.CallNext("1"), c.Start("1"), c.Hold("1"), c.CallNext("1")):
        hall.issue("licence")
        hall.do(command)
    log_in_as(page, "2099")
    work_at(page, "1")
    expect(page.get_by_role("dialog")).to_contain_text(
        "当前使用：工号 1024。正在办理的 A002 由您继续办理。挂起的 A001 一并接管。"
    )
    page.get_by_role("dialog").get_by_role("button", name="接管").click(delay=500)
    shows(page, "A002", "已叫号")
    press(page, "start")
    press(page, "finish")
    press(page, "resume")
    shows(page, "A001", "正在办理")
    assert hall.state("A002") == "served"


def test_a_pad_that_opened_the_window_is_no_staff_number(page: Page, hall: PageHall) -> None:
    log_in(page)
    hall.do(c.OpenWindow("1", "pad:pad-1", take_over=True))
    expect(page.locator("#number")).to_have_text("呼叫器")
    assert "pad:" not in page.locator("#desk").inner_text()
    page.locator("#language").click()
    expect(page.locator("#who")).to_have_text("Window 1 · staff 1024")


def test_only_my_services_are_in_my_line_and_priority_is_marked(page: Page, hall: PageHall) -> None:
    hall.issue("licence")
    hall.issue("medical")
    hall.issue("enquiry", class_="priority", class_reason="elderly")
    log_in(page)
    expect(page.locator("#line .row")).to_have_count(2)
    expect(page.locator("#line [data-number=A002] .badge")).to_have_text("优先")
    expect(page.locator("#line [data-number=B001]")).to_have_count(0)
    expect(page.locator("#waiting-count")).to_have_text("2 人")


def test_the_list_is_the_order_of_call_and_stays_between_presses(page: Page, hall: PageHall) -> None:
    for _ in range(3):
        hall.issue("licence")
    hall.issue("social-card")
    for _ in range(3):
        hall.issue("enquiry", class_="priority", class_reason="elderly")
    log_in(page)
    expect(page.locator("#line .row")).to_have_count(7)
    shown = waiting(page)
    for left in range(6, -1, -1):
        press(page, "call-next")
        shows(page, shown[6 - left], "已叫号")
        expect(page.locator("#line .row")).to_have_count(left)
        assert waiting(page) == shown[7 - left :]
        expect(page.locator("#waiting-count")).to_have_text(f"{left} 人")
    assert shown[-1] == "B001", "what this window does only when nothing else waits stands last"


def test_the_second_matter_of_whoever_is_here_stands_first(page: Page, hall: PageHall) -> None:
    hall.issue("licence", "enquiry")
    hall.issue("licence")
    log_in(page)
    press(page, "call-next")
    shows(page, "A001", "已叫号")
    row = page.locator("#line .row").first
    expect(row).to_contain_text("办结后继续办理此事项")
    expect(row.locator("[data-call=A001]")).to_be_disabled()
    expect(page.locator("#waiting-count")).to_have_text("1 人")
    press(page, "call-next")
    expect(page.locator("#matter")).to_have_text("综合咨询")
    shows(page, "A001", "已叫号")


def test_english_is_one_touch_away_and_kept(page: Page, hall: PageHall) -> None:
    hall.issue("licence")
    log_in(page)
    page.locator("#language").click()
    expect(page.locator("[data-key=call-next]")).to_contain_text("Call next")
    expect(page.locator("#line .row-matter")).to_have_text("Business licence")
    page.reload()
    expect(page.locator("[data-key=finish]")).to_contain_text("Finish")
    assert page.locator("html").get_attribute("lang") == "en"


def test_everything_is_on_one_screen(page: Page, hall: PageHall) -> None:
    hall.devices.append(PRINTER_OUT)
    for _ in range(12):
        hall.issue("licence", "enquiry")
    log_in(page)
    for key in ("call-next", "start", "hold", "call-next"):
        press(page, key)
    shows(page, "A002", "已叫号")
    for width, height in ((1280, 720), (1024, 768), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        for _ in ("en", "zh"):
            page.locator("#language").click()
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            assert page.evaluate("document.documentElement.scrollHeight <= window.innerHeight")
            assert page.evaluate(_CUT_OFF) == []


# What does not fit into its panel, or whose words do not fit into it.
_CUT_OFF = """() => Array.from(document.querySelectorAll('#current > *, #keys > *, #said')).filter(node => {
    const box = node.getBoundingClientRect(), within = node.closest('.panel, body').getBoundingClientRect();
    const out = box.top < within.top || box.bottom > within.bottom + 1;
    return box.height && (out || node.scrollWidth > node.clientWidth + 1);
}).map(node => node.id || node.dataset.key)"""


def test_scripts_are_plain_enough_for_old_browsers() -> None:
    scripts = sorted(PAGES.rglob("*.js"))
    assert len(scripts) > 8
    for script in scripts:
        code = re.sub(r"/\*.*?\*/", "", script.read_text("utf-8"), flags=re.DOTALL)
        assert code.strip().startswith("'use strict';")
        newer = re.findall(r"=>|`|\b(?:const|let|async|await|class)\s+\w|\bfetch\(|\.\.\.|\?\.\w|innerHTML", code)
        assert newer == [], script.name
