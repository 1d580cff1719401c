"""帮助取号: what a clerk does for somebody who cannot use kiosk or phone, with mouse and with the keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from hall_daemon.domain import commands as c
from tests.system.page_hall import PageHall, log_in, press


def opened(page: Page) -> Locator:
    log_in(page)
    press(page, "help")
    dialog = page.get_by_role("dialog", name="帮助取号")
    expect(dialog).to_be_visible()
    return dialog


def find(dialog: Locator, number: str) -> Locator:
    dialog.locator("#help-number").fill(number)
    dialog.locator("[data-help=find]").click()
    return dialog.locator("#help-found")


def did(dialog: Locator, what: str) -> None:
    dialog.locator(f"button[data-help={what}]").first.click(delay=500)


def test_a_number_is_drawn_for_somebody_with_a_ground_and_a_slip(page: Page, hall: PageHall) -> None:
    dialog = opened(page)
    dialog.get_by_label("营业执照办理").check()
    dialog.get_by_label("综合咨询").check()
    dialog.get_by_label("类别").select_option("elderly")
    dialog.get_by_label("小票").select_option("printer-2")
    did(dialog, "draw")
    expect(dialog.locator("[data-drawn]")).to_have_text("A001")
    expect(dialog.locator("[data-help=slip]").first).to_have_text("小票正在打印…")
    ticket = hall.follower.read(lambda replica: replica.tickets[f"{replica.day}-A001"])
    assert (ticket.services, ticket.class_, ticket.class_reason) == (("licence", "enquiry"), "priority", "elderly")
    assert ticket.channel == "staff"
    assert hall.follower.read(lambda replica: replica.slips[ticket.id].printer) == "printer-2"
    hall.do(c.ReportSlip(ticket.id, "printed"), "printer")
    expect(dialog.locator("[data-help=slip]").first).to_have_text("小票已打印")


def test_without_a_slip_number_and_code_stand_large_on_the_screen(page: Page, hall: PageHall) -> None:
    dialog = opened(page)
    dialog.get_by_label("营业执照办理").check()
    dialog.get_by_label("小票").select_option("")
    did(dialog, "draw")
    expect(dialog.locator("[data-drawn]")).to_have_text("A001")
    code = dialog.get_by_alt_text("A001 的二维码")
    expect(code).to_be_visible()
    assert code.evaluate("image => image.complete && image.naturalWidth") > 100
    assert hall.follower.read(lambda replica: replica.slips) == {}
    did(dialog, "another")
    expect(dialog.get_by_label("营业执照办理")).not_to_be_checked()


def test_nothing_chosen_is_said_in_the_dialog(page: Page, hall: PageHall) -> None:
    dialog = opened(page)
    did(dialog, "draw")
    expect(dialog.locator("#help-said")).to_contain_text("请先选择事项")
    find(dialog, "a999")
    expect(dialog.locator("#help-said")).to_contain_text("没有号码 A999")
    assert dialog.locator("#help-number").input_value() == "A999"


def test_a_number_is_printed_again_on_the_printer_that_is_chosen(page: Page, hall: PageHall) -> None:
    ticket = hall.issue("medical").ticket
    dialog = opened(page)
    found = find(dialog, "b001 ")
    expect(found.locator("[data-found]")).to_have_text("B001")
    found.locator("[data-printer=printer-2]").click(delay=500)
    expect(dialog.locator("#help-said")).to_contain_text("✓ 补打 B001")
    slip = hall.follower.read(lambda replica: replica.slips[ticket])
    assert (slip.printer, slip.copy) == ("printer-2", 1)
    hall.do(c.ReportSlip(ticket, "failed", "paper_out"), "printer")
    expect(found.locator("[data-help=slip]").first).to_contain_text("小票没有打出")


def test_a_number_is_given_up_after_one_question(page: Page, hall: PageHall) -> None:
    hall.issue("licence")
    dialog = opened(page)
    find(dialog, "A001")
    did(dialog, "cancel")
    did(dialog, "cancel-no")
    assert hall.state("A001") == "waiting"
    did(dialog, "cancel")
    did(dialog, "cancel-yes")
    expect(dialog.locator("[data-help=state]")).to_contain_text("已取消")
    assert hall.state("A001") == "cancelled"
    expect(dialog.locator("#help-found .key")).to_have_count(0)


def test_a_missed_one_returns_and_goes_first_on_a_ground(page: Page, hall: PageHall) -> None:
    hall.issue("licence")
    hall.do(c.OpenWindow("1", "1024"))
    hall.do(c.CallNext("1"))
    hall.do(c.Miss("1"))
    dialog = opened(page)
    find(dialog, "A001")
    expect(dialog.locator("[data-help=state]")).to_have_text("已过号 · 普通 · 过号 1 次")
    did(dialog, "return")
    expect(dialog.locator("[data-help=state]")).to_contain_text("等候中")
    dialog.get_by_label("优先的依据").select_option("elderly")
    did(dialog, "priority")
    expect(dialog.locator("[data-help=state]")).to_contain_text("等候中 · 优先")
    ticket = hall.follower.read(lambda replica: replica.tickets[f"{replica.day}-A001"])
    assert (ticket.class_, ticket.class_reason) == ("priority", "elderly")
    dialog.locator("[data-dialog=back]").click(delay=500)
    expect(page.locator("#line [data-number=A001] .badge")).to_have_text("优先")


def test_the_keyboard_alone_draws_a_number(page: Page, hall: PageHall) -> None:
    log_in(page)
    expect(page.locator("[data-key=help]")).to_be_enabled()
    page.keyboard.press("h")
    dialog = page.get_by_role("dialog", name="帮助取号")
    expect(dialog.get_by_label("营业执照办理")).to_be_focused()
    page.keyboard.press("Space")
    expect(dialog.get_by_label("营业执照办理")).to_be_checked()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.help") == "draw":
            break
    page.keyboard.press("Space", delay=500)
    expect(dialog.locator("[data-drawn]")).to_have_text("A001")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080), (1024, 768)])
def test_the_dialog_fits_the_screen(page: Page, hall: PageHall, width: int, height: int) -> None:
    hall.issue("licence")
    page.set_viewport_size({"width": width, "height": height})
    dialog = opened(page)
    dialog.get_by_label("营业执照办理").check()
    did(dialog, "draw")
    expect(dialog.locator("[data-drawn]")).to_have_text("A002")
    find(dialog, "A001")
    did(dialog, "slip")
    expect(dialog.locator("#help-said")).to_contain_text("✓ 补打 A001")
    assert dialog.evaluate("node => node.scrollHeight <= node.clientHeight && node.scrollWidth <= node.clientWidth")


def test_names_are_text_and_never_a_part_of_the_page(page: Page, hall: PageHall) -> None:
    """What somebody wrote into the configuration is read, not obeyed."""
    name = '<b class="odd">执照 & 许可</b>'

    def renamed(route: Route) -> None:
        told = route.fetch()
        route.fulfill(response=told, body=told.text().replace("营业执照办理", name.replace('"', '\\"')))

    page.route("**/api/v1/hall", renamed)
    log_in(page)
    press(page, "help")
    expect(page.locator("#help-draw")).to_contain_text(name)
    assert page.locator(".odd").count() == 0
