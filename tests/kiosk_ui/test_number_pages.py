"""What the pages of a ticket say: drawn just now, or looked up. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from hall_daemon.wire import messages as m
from hall_daemon.wire.kiosks import KioskSettings
from hall_daemon.words.text import text
from kiosk_ui.presenters.page import Number, Pad
from kiosk_ui.samples import (
    NOW_S,
    QUEUES,
    URL,
    drawn_number,
    hall,
    issued,
    printer,
    queue,
    state,
    ticket,
    windows_of,
)
from kiosk_ui.state import Link, State
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.steps import Watch
from tests.kiosk_ui.pages import names, notice, number, page


def drawn(view: m.TicketView | None = None, settings: KioskSettings | None = None, **changes: object) -> State:
    return state(settings=settings, step=drawn_number(view, **changes))


def test_the_number_first_with_its_code_and_what_is_ahead() -> None:
    shown = page(drawn())
    body = number(drawn())
    assert (body.number, body.headline, body.qr, body.tone) == ("A012", "", URL, "good")
    assert [(row.label, row.value) for row in body.rows] == [
        ("办理事项", "营业执照办理"), ("前面还有", "3 人"), ("约等", "5–10 分钟"), ("请坐到", "A 区"),
    ]
    assert [(b.name, b.press) for b in shown.actions] == [("finish", e.Key.FINISH)]
    assert [(b.name, b.press) for b in shown.nav] == [
        ("cancel", e.Key.ASK_CANCEL), ("home", e.Key.HOME), ("helper", e.Key.CALL_HELP),
    ]
    assert shown.banner is None


def test_what_the_hall_says_later_is_shown() -> None:
    assert number(drawn(ticket(ahead=0)), "en").rows[1].value == "Nobody, you are next"
    called = number(drawn(ticket(state="called", ahead=None, window="3", window_label="3")))
    assert (called.headline, called.tone, len(called.rows)) == ("请到3号窗口", "good", 1)


@pytest.mark.parametrize(
    ("slip", "detail", "zh", "tone"),
    [
        ("pending", "", "正在打印小票，请稍候…", "plain"),
        ("printed", "", "小票已印好，请取走", "good"),
        ("failed", "paper_out",
         "打印机缺纸。您的号码 A012 已生效，请拍照或扫码保存。工作人员已收到提醒。", "warn"),
        ("failed", "something_new",
         "小票没有打出。您的号码 A012 已生效，请拍照或扫码保存。工作人员已收到提醒。", "warn"),
        ("unknown", "", "如果没有拿到小票也不要紧：您的号码 A012 已生效，请拍照或扫码保存。", "warn"),
        ("none", "", "请拍照或扫码保存您的号码 A012。", "plain"),
    ],
)
def test_what_became_of_the_paper(slip: str, detail: str, zh: str, tone: str) -> None:
    here = drawn(ticket(slip=slip, slip_detail=detail))
    here = replace(here, link=replace(here.link, hall=hall(devices=(printer("alert"),))))
    (note,) = number(here).notes
    assert (note.name, note.text, note.tone) == ("slip", zh, tone)


@pytest.mark.parametrize("slip", ["failed", "unknown"])
def test_after_a_new_roll_the_page_stops_saying_paper_out_and_offers_the_slip(slip: str) -> None:
    here = drawn(ticket(slip=slip, slip_detail="paper_out"))
    (note,) = number(here).notes
    assert note.text == "小票没有拿到？打印机现在可以出票，请按“补打小票”。您的号码 A012 有效。"
    assert [(b.name, b.press, b.enabled) for b in page(here).actions] == [
        ("finish", e.Key.FINISH, True), ("slip", e.Key.PRINT_SLIP, True),
    ]
    asked = drawn(ticket(slip=slip, slip_detail="paper_out"), slip_key="k")
    assert not page(asked).actions[1].enabled


def test_a_hall_heard_before_the_slip_failed_does_not_prove_that_the_printer_works() -> None:
    here = drawn(ticket(slip="failed", slip_detail="paper_out"))
    ticket_ = s.followed(here.session.step)
    assert ticket_ is not None
    failed_now = s.watching(here.session.step, ticket_.watch._replace(slip_since_s=NOW_S))
    here = replace(here, session=replace(here.session, step=failed_now))
    assert "打印机缺纸" in number(here).notes[0].text
    assert names(page(here).actions) == ["finish"]
    heard = replace(here, link=replace(here.link, got_at_s=NOW_S + 3), now_s=NOW_S + 3)
    assert "打印机现在可以出票" in number(heard).notes[0].text


def test_before_the_hall_says_anything_the_slip_is_printing_or_there_is_no_printer() -> None:
    assert number(drawn()).notes[0].text == "正在打印小票，请稍候…"
    assert number(drawn(settings=KioskSettings(printer=""))).notes[0].text == "请拍照或扫码保存您的号码 A012。"


def test_old_figures_on_a_number_are_marked() -> None:
    late = replace(drawn(ticket()), now_s=NOW_S + 31)
    assert [row.value for row in number(late).rows[1:3]] == ["3 人（数据延迟）", "5–10 分钟（数据延迟）"]
    banner = page(late).banner
    assert banner is not None
    assert banner.name == "late"
    only_issued = replace(drawn(), now_s=NOW_S + 61)
    assert number(only_issued, "en").rows[1].value == "3 people (late)"
    assert number(replace(only_issued, link=Link())).rows[1].value == "3 人（数据延迟）"


def test_a_number_stays_when_the_hall_is_away() -> None:
    away = drawn(ticket())
    away = replace(away, link=replace(away.link, failures=3))
    shown = page(away)
    assert shown.name == "number"
    assert shown.banner is not None
    assert "号码仍然有效" in shown.banner.text
    assert number(away).qr == URL


def test_a_matter_without_a_name_leaves_its_row_empty() -> None:
    nameless = drawn(issued=issued(services=("gone",)))
    assert number(nameless).rows[0].value == ""
    none = drawn(issued=issued(services=()))
    assert number(none).rows[0].value == ""


# -- looking up ------------------------------------------------------------------------------------


def test_the_pad_has_the_halls_letters_and_all_digits() -> None:
    here = state(hall(queues=(queue(*QUEUES[2]), queue(*QUEUES[1][:3], "VIP", *QUEUES[1][4:]))), step=s.LookUp())
    body = page(here).body
    assert isinstance(body, Pad)
    assert [button.title for button in body.letters] == ["C", "I", "P", "V"]
    assert "".join(button.title for button in body.digits[:10]) == "1234567890"
    assert body.hint == "号码印在小票上，例如 C012"
    assert [(b.name, b.title, b.press, b.enabled) for b in body.mends] == [
        ("clear", "全部清空", e.Key.CLEAR, False), ("erase", "退一格", e.Key.ERASE, False),
    ]
    typed = page(state(step=s.LookUp("A012")))
    assert isinstance(typed.body, Pad)
    assert all(button.enabled for button in typed.body.mends)
    assert (typed.actions[0].enabled, typed.actions[0].why) == (True, "")


@pytest.mark.parametrize(
    ("typed", "zh", "en"),
    [
        ("", "请先输入号码，例如 A012", "Type your number first, for example A012"),
        ("A", "还缺数字", "The digits are missing"),
        ("12", "还缺字母：号码以字母开头，例如 A012", "A number begins with letters, for example A012"),
        ("A1B", "字母在前，数字在后，例如 A012", "Letters come first, then digits, for example A012"),
    ],
)
def test_a_grey_find_says_what_is_missing(typed: str, zh: str, en: str) -> None:
    for language, why in (("zh", zh), ("en", en)):
        find = page(state(step=s.LookUp(typed)), language).actions[0]  # type: ignore[arg-type]
        assert (find.name, find.enabled, find.why) == ("find", False, why)


def looked(view: m.TicketView, settings: KioskSettings | None = None, **changes: Any) -> State:
    return state(settings=settings, step=s.Ticket(Watch("A012", view, NOW_S), **changes))


@pytest.mark.parametrize(
    ("view", "headline", "advice"),
    [
        (ticket(), "正在等候", None),
        (ticket(state="called", window_label="3"), "请到3号窗口", "请现在前往窗口。"),
        (ticket(state="called"), "正在叫号，请到窗口", "请现在前往窗口。"),
        (ticket(state="serving", window_label="3"), "正在3号窗口办理", None),
        (ticket(state="serving"), "正在办理", None),
        (ticket(state="held"), "暂时挂起", "补齐材料后请回到原窗口，工作人员会继续为您办理。"),
        (ticket(state="missed"), "已过号", "请在返回有效期内按“我回来了”，或到人工窗口咨询。"),
        (ticket(state="served"), "已办结", None),
        (ticket(state="cancelled"), "已放弃", "如仍需办理，请重新取号。"),
        (ticket(state="void"), "已作废", "多次过号后号码已作废，如仍需办理，请重新取号。"),
        (ticket(state="expired"), "已失效", "号码只在当天有效，如仍需办理，请重新取号。"),
    ],
)
def test_every_state_in_words(view: m.TicketView, headline: str, advice: str | None) -> None:
    body = number(looked(view))
    assert body.headline == headline
    assert [note.text for note in body.notes if note.name == "advice"] == ([advice] if advice else [])
    assert body.qr == ""


def test_who_may_come_back_can_press_it_once() -> None:
    view = ticket(state="missed", can=("cancel", "return"))
    button = page(looked(view)).actions[0]
    assert (button.name, button.press, button.enabled) == ("return", e.Key.COME_BACK, True)
    pressed = page(looked(view, return_key="k")).actions[0]
    assert (pressed.enabled, pressed.why) == (False, "正在处理，请稍候")
    assert "return" not in names(page(looked(ticket())).actions)
    assert number(looked(ticket(), returned=True)).notes[0].text == "已为您重新排队，请留意叫号。"


def test_what_a_number_waits_is_of_a_minute() -> None:
    at = replace(looked(ticket()), clock=datetime(2026, 11, 23, 9, 42, tzinfo=UTC))
    assert number(at).as_of == "09:42 算的"


def test_a_call_says_its_reason() -> None:
    why = ticket(state="called", window_label="3", reason=text("等候最久", "Waited longest"))
    assert number(looked(why), "en").notes[1].text == "Called because: Waited longest"


def test_a_slip_that_did_not_come_out_can_be_had_where_the_printer_works_and_the_number_holds() -> None:
    for slip, title in (("none", "打印小票"), ("failed", "补打小票"), ("unknown", "补打小票")):
        (button,) = page(looked(ticket(slip=slip))).actions
        assert (button.name, button.title, button.press, button.enabled) == ("slip", title, e.Key.PRINT_SLIP, True)
    for printing in (looked(ticket(slip="pending")), looked(ticket(), slip_key="k")):
        (button,) = page(printing).actions
        assert (button.enabled, button.why) == (False, "正在打印小票，请稍候…")
    for over in ("served", "cancelled", "void", "expired"):
        assert page(looked(ticket(state=over, slip="failed"))).actions == ()
    for life in ("alert", "disconnected", "init"):
        broken = looked(ticket(slip="failed"))
        broken = replace(broken, link=replace(broken.link, hall=hall(devices=(printer(life),))))
        assert page(broken).actions == ()
    assert page(looked(ticket(slip="failed"), settings=KioskSettings())).actions == ()


def test_a_slip_that_came_out_is_printed_again_at_a_window_only() -> None:
    """It carries the token, and anybody can type a number."""
    shown = page(looked(ticket(slip="printed")))
    assert shown.actions == ()
    assert isinstance(shown.body, Number)
    assert [note.text for note in shown.body.notes] == [
        "小票已打印。补打小票请到人工窗口；放弃号码请到人工窗口或在手机页面操作。"
    ]


def test_who_typed_a_number_is_told_where_it_can_be_given_up() -> None:
    here = looked(ticket(slip="failed"))
    assert names(page(here).nav) == ["back", "home", "helper"]
    assert [note.text for note in number(here).notes] == ["要放弃号码，请到人工窗口或在手机页面操作。"]
    assert number(looked(ticket(state="serving", slip="failed", can=()))).notes == ()


# -- giving up -------------------------------------------------------------------------------------


def test_giving_up_asks_first_and_keeping_is_the_larger_key() -> None:
    here = state(step=s.AskedCancel(drawn_number(ticket())))
    assert notice(here).title == "要放弃号码 A012 吗？"
    assert notice(here).lines == ("放弃后不再叫这个号，也不能恢复。", "如仍需办理，须重新取号，重新排队。")
    shown = page(here)
    assert [(b.name, b.title, b.press) for b in shown.actions] == [
        ("keep", "保留", e.Key.BACK), ("confirm", "确认放弃", e.Key.CANCEL),
    ]
    assert shown.nav == ()


def test_a_number_that_is_called_while_it_is_asked_says_so_first() -> None:
    view = ticket(state="called", ahead=None, window="3", window_label="3")
    here = state(step=s.AskedCancel(drawn_number(view)))
    assert notice(here).lines[0] == "请到3号窗口"


@pytest.mark.parametrize("at", ["serving", "served", "cancelled", "expired"])
def test_what_cannot_be_given_up_any_more_is_not_asked(at: str) -> None:
    view = ticket(state=at, ahead=None, can=())
    here = drawn(view)
    assert names(page(here).nav) == ["home", "helper"]
    asked = state(step=s.AskedCancel(drawn_number(view)))
    assert page(asked).name == "number"
    assert page(asked).body == page(here).body


def test_while_it_is_given_up_the_page_says_so_and_has_nothing_to_press() -> None:
    here = state(step=s.Cancelling(drawn_number(ticket(), cancel_key="c")))
    assert (notice(here).title, page(here).actions) == ("正在放弃号码 A012…", ())


@pytest.mark.parametrize("view", [None, ticket(slip="failed"), ticket(state="cancelled", ahead=None, can=())])
def test_a_number_given_up_is_over_on_its_page(view: m.TicketView | None) -> None:
    here = drawn(view, cancelled=True)
    body = number(here)
    assert (body.number, body.headline, body.tone, body.qr) == ("A012", "已放弃", "warn", "")
    assert [note.text for note in body.notes] == ["如仍需办理，请重新取号。"]
    assert names(body.rows) == ["service"]
    assert names(page(here).actions) == ["finish"]
    assert names(page(here).nav) == ["home", "helper"]


def test_a_number_given_up_elsewhere_is_over_too() -> None:
    body = number(drawn(ticket(state="cancelled", ahead=None, can=())))
    assert (body.headline, body.qr) == ("已放弃", "")


def test_a_number_that_was_looked_up_says_priority_and_where_to_sit() -> None:
    view = ticket(class_="priority")
    near = looked(view)
    near = replace(near, link=replace(near.link, hall=hall(windows=windows_of("1", "2"))))
    told = {row.name: row.value for row in number(near).rows}
    assert (told["class"], told["seat"]) == ("依法优先", "1、2号窗口附近")
    many = replace(near, link=replace(near.link, hall=hall(windows=windows_of(*"123456"))))
    assert {row.name: row.value for row in number(many, "en").rows}["seat"] == "near window 1, 2, 3, 4 …"
    nowhere = {row.name: row.value for row in number(looked(ticket(class_="appointment"))).rows}
    assert (nowhere["class"], nowhere["seat"]) == ("预约", "大厅等候区")
    plain = {row.name for row in number(looked(ticket())).rows}
    assert "class" not in plain
    assert "seat" not in {row.name for row in number(looked(ticket(state="called"))).rows}


@pytest.mark.parametrize("at", ["waiting", "called", "serving", "missed"])
def test_a_number_looked_up_is_not_shown_as_live_past_its_time(at: str) -> None:
    fresh = looked(ticket(state=at, window_label="3", ttl_s=30))
    assert "数据延迟" not in number(fresh).headline
    assert page(fresh).banner is None
    late = replace(fresh, now_s=NOW_S + 31, link=replace(fresh.link, got_at_s=NOW_S + 30))
    body, banner = number(late), page(late).banner
    assert "（数据延迟）" in body.headline
    assert body.tone == "warn"
    assert all("（数据延迟）" in row.value for row in body.rows if row.name in ("ahead", "wait"))
    assert banner is not None
    assert banner.name == "late"
