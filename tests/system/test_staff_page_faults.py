"""What is out is said once, in the language of the page, where a clerk looks; and whether a call reached anybody."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from hall_daemon.domain import commands as c
from tests.system.page_hall import (
    PADS_OUT,
    PRINTER_OUT,
    STRIPS_OUT,
    STRIPS_WELL,
    VOICE_OUT,
    PageHall,
    log_in,
    press,
    seen_device,
    shows,
)

ALL_OUT = [PRINTER_OUT, STRIPS_OUT, PADS_OUT, VOICE_OUT]


def call(hall: PageHall) -> str:
    """Somebody is called at window 1; the ticket."""
    hall.issue("licence")
    hall.do(c.CallNext("1"))
    return hall.follower.read(lambda replica: replica.window("1").ticket)


def test_a_fault_is_one_line_what_it_means_what_to_do_and_for_how_long(page: Page, hall: PageHall) -> None:
    hall.devices[:] = [STRIPS_WELL, PRINTER_OUT]
    log_in(page)
    line = page.locator(".fault")
    expect(line).to_have_text("打印机缺纸取号没有小票，号码有效请装新纸卷已 4 分钟 · 已记录，各窗口可见")
    expect(page.locator("[data-device=all]")).to_contain_text("1/2 正常")
    page.locator("#language").click()
    expect(line).to_have_text(
        "Printer: paper outNumbers are given without a slip and stay validPut in a new roll"
        "for 4 min · recorded, every window sees it"
    )
    hall.devices.remove(PRINTER_OUT)
    hall.issue("licence")
    expect(line).to_have_count(0)
    expect(page.locator("[data-device=all]")).to_contain_text("1 of 1 well")


def test_a_doubted_date_a_damaged_journal_and_a_vault_that_is_out_are_said(page: Page, hall: PageHall) -> None:
    hall.checks |= {
        "clock": "degraded: the machine's clock says …", "journal": "failing: damaged at event 2",
        "vault": "degraded: persons: what it holds was sealed with another key …",
    }
    page.set_viewport_size({"width": 1366, "height": 768})
    page.reload()
    log_in(page)
    expect(page.locator(".fault b")).to_have_text(["主机日期不可信", "账本有损坏", "个人信息保管库异常"])
    page.locator("#language").click()
    expect(page.locator(".fault b")).to_have_text(
        ["The machine's date is not believed", "The journal is damaged", "The vault of persons is out"]
    )


def test_nothing_is_said_twice_nor_in_a_driver_s_prose(page: Page, hall: PageHall) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    hall.devices[:] = ALL_OUT
    hall.checks |= {"device:strips": "degraded: no such port", "forecaster": "degraded: it does not answer"}
    page.reload()
    log_in(page)
    words = ["打印机缺纸", "窗口屏未连接", "还有 3 处：呼叫器未连接、语音不出声、等候预测中断"]
    expect(page.locator(".fault b")).to_have_text(words)
    body = page.locator("body").inner_text()
    for once in ("打印机", "窗口屏", "呼叫器", "语音", "等候预测"):
        assert body.count(once) == 1, once
    assert not any(prose in body for prose in ("such port", "paper out", "silent", "strips", "degraded"))


def test_what_other_windows_do_without_is_no_alarm_here(page: Page, hall: PageHall) -> None:
    hall.devices[:] = [STRIPS_WELL, seen_device("pads-2", "pad", "disconnected", "no such port", windows=("2", "3"))]
    log_in(page)
    expect(page.locator("[data-device=pads-2]")).to_have_text("呼叫器（其他窗口）未连接")
    expect(page.locator(".fault")).to_have_count(0)


def test_a_call_that_nobody_could_see_or_hear_is_said_at_once_with_what_helps(page: Page, hall: PageHall) -> None:
    hall.devices[:] = [STRIPS_OUT, VOICE_OUT]
    log_in(page)
    ticket = call(hall)
    shows(page, "A001", "已叫号")
    unheard = page.locator("#unheard")
    expect(unheard).to_be_hidden()
    hall.do(c.ReportAnnounced(ticket, "1", 1, False, False), "bridge")
    expect(unheard).to_contain_text("没有人看到或听到这次叫号", timeout=2000)
    expect(unheard).to_contain_text("请口头叫 A001")
    press(page, "recall")
    expect(unheard).to_be_hidden()
    hall.do(c.ReportAnnounced(ticket, "1", 2, True, False), "bridge")
    expect(page.locator("#facts")).to_contain_text("2 次")
    expect(unheard).to_be_hidden()


def test_a_report_of_an_earlier_call_or_of_one_that_was_seen_alarms_nobody(page: Page, hall: PageHall) -> None:
    hall.devices[:] = [STRIPS_WELL, VOICE_OUT]
    log_in(page)
    ticket = call(hall)
    hall.do(c.Recall("1"))
    hall.do(c.ReportAnnounced(ticket, "1", 1, False, False), "bridge")
    hall.do(c.ReportAnnounced(ticket, "1", 2, True, False), "bridge")
    expect(page.locator("#facts")).to_contain_text("2 次")
    expect(page.locator("#unheard")).to_be_hidden()


def test_where_nothing_announces_calls_people_are_called_by_voice_anyway(page: Page, hall: PageHall) -> None:
    hall.devices[:] = []
    log_in(page)
    hall.do(c.ReportAnnounced(call(hall), "1", 1, False, False), "bridge")
    shows(page, "A001", "已叫号")
    expect(page.locator("#unheard")).to_be_hidden()


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1280, 720), (1024, 768), (1920, 1080)])
def test_with_everything_out_everything_is_still_on_one_screen(
    page: Page, hall: PageHall, width: int, height: int
) -> None:
    hall.devices[:] = ALL_OUT
    page.set_viewport_size({"width": width, "height": height})
    log_in(page)
    hall.do(c.ReportAnnounced(call(hall), "1", 1, False, False), "bridge")
    expect(page.locator("#unheard")).to_be_visible()
    for _ in ("en", "zh"):
        page.locator("#language").click()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert page.evaluate("document.documentElement.scrollHeight <= window.innerHeight")
        assert page.evaluate(_OUT_OF_SIGHT) == []


_OUT_OF_SIGHT = """() => Array.from(document.querySelectorAll('.fault, #unheard, #keys > *, #number, #state')).filter(
node => {
    const box = node.getBoundingClientRect(), within = node.closest('.panel, body').getBoundingClientRect();
    const out = !box.height || box.top < within.top || box.bottom > within.bottom + 1;
    return out || node.scrollWidth > node.clientWidth + 1;
}).map(node => node.id || node.dataset.key || node.dataset.device)"""
