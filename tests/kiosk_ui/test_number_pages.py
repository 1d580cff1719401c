"""What the pages of a ticket say: drawn just now, or looked up. Pure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hall_daemon.wire import messages as m
from kiosk_ui.presenters.page import Pad
from kiosk_ui.state import Link, Settings, State, Watch
from kiosk_ui.state import events as e
from tests.kiosk_ui.halls import (
    NOW_S,
    QUEUES,
    URL,
    hall,
    issued,
    queue,
    state,
    ticket,
)
from tests.kiosk_ui.pages import names, number, page


def drawn(view: m.TicketView | None = None, **changes: object) -> State:
    settings = changes.pop("settings", None)
    assert settings is None or isinstance(settings, Settings)
    watch = Watch("2026-11-23-A012", view, NOW_S if view else 0.0)
    return state(settings=settings, step="number", issued=issued(), issued_at_s=NOW_S, watch=watch)


def test_the_number_first_with_its_code_and_what_is_ahead() -> None:
    shown = page(drawn())
    body = number(drawn())
    assert (body.number, body.headline, body.qr, body.tone) == ("A012", "取号成功，请留意叫号", URL, "good")
    assert [(row.label, row.value) for row in body.rows] == [
        ("办理事项", "营业执照办理"), ("前面还有", "3 人"), ("预计等候", "约 5–10 分钟"),
    ]  # fmt: skip
    assert [(b.name, b.press) for b in shown.actions] == [("finish", e.Finish())]
    assert names(shown.nav) == ["language"]
    assert shown.banner is None


def test_what_the_hall_says_later_is_shown() -> None:
    assert number(drawn(ticket(ahead=0)), "en").rows[1].value == "Nobody, you are next"
    called = number(drawn(ticket(state="called", ahead=None, window="3", window_label="3")))
    assert (called.headline, called.tone, len(called.rows)) == ("请到 3 号窗口", "good", 1)


@pytest.mark.parametrize(
    ("slip", "detail", "zh", "tone"),
    [
        ("pending", "", "正在打印小票，请稍候…", "plain"),
        ("printed", "", "小票已打印，请取走。", "good"),
        ("failed", "paper_out",
         "打印机缺纸。您的号码 A012 已生效，请拍照或扫码保存。工作人员已收到提醒。", "warn"),
        ("failed", "something_new",
         "小票没有打出。您的号码 A012 已生效，请拍照或扫码保存。工作人员已收到提醒。", "warn"),
        ("unknown", "", "如果没有拿到小票也不要紧：您的号码 A012 已生效，请拍照或扫码保存。", "warn"),
        ("none", "", "请拍照或扫码保存您的号码 A012。", "plain"),
    ],
)  # fmt: skip
def test_what_became_of_the_paper(slip: str, detail: str, zh: str, tone: str) -> None:
    (note,) = number(drawn(ticket(slip=slip, slip_detail=detail))).notes
    assert (note.name, note.text, note.tone) == ("slip", zh, tone)


def test_before_the_hall_says_anything_the_slip_is_printing_or_there_is_no_printer() -> None:
    assert number(drawn()).notes[0].text == "正在打印小票，请稍候…"
    assert number(drawn(settings=Settings(printer=""))).notes[0].text == "请拍照或扫码保存您的号码 A012。"


def test_old_figures_on_a_number_are_marked() -> None:
    late = replace(drawn(ticket()), now_s=NOW_S + 31)
    assert [row.value for row in number(late).rows[1:]] == ["3 人（数据延迟）", "约 5–10 分钟（数据延迟）"]
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
    nameless = replace(drawn(), session=replace(drawn().session, issued=issued(services=("gone",))))
    assert number(nameless).rows[0].value == ""
    none = replace(drawn(), session=replace(drawn().session, issued=issued(services=())))
    assert number(none).rows[0].value == ""


# -- looking up ------------------------------------------------------------------------------------


def test_the_pad_has_the_halls_letters_and_all_digits() -> None:
    here = state(hall(queues=(queue(*QUEUES[2]), queue(*QUEUES[1][:3], "VIP", *QUEUES[1][4:]))), step="lookup")
    body = page(here).body
    assert isinstance(body, Pad)
    assert [button.title for button in body.letters] == ["C", "I", "P", "V"]
    assert "".join(button.title for button in body.digits[:10]) == "1234567890"
    assert body.hint == "号码印在小票上，例如 C012"
    assert not body.digits[10].enabled
    assert [(b.name, b.enabled) for b in page(here).actions] == [("find", False)]
    assert page(state(step="lookup", typed="A012")).actions[0].enabled


def looked(view: m.TicketView, **session: object) -> State:
    return state(step="ticket", watch=Watch("A012", view, NOW_S), **session)


@pytest.mark.parametrize(
    ("view", "headline", "advice"),
    [
        (ticket(), "正在等候", None),
        (ticket(state="called", window_label="3"), "请到 3 号窗口", "请现在前往窗口。"),
        (ticket(state="called"), "正在叫号，请到窗口", "请现在前往窗口。"),
        (ticket(state="serving", window_label="3"), "正在 3 号窗口办理", None),
        (ticket(state="serving"), "正在办理", None),
        (ticket(state="held"), "暂时挂起", "补齐材料后请回到原窗口，工作人员会继续为您办理。"),
        (ticket(state="missed"), "已过号", "请在返回有效期内按“我回来了”，或到人工窗口咨询。"),
        (ticket(state="served"), "已办结", None),
        (ticket(state="cancelled"), "已取消", "如仍需办理，请重新取号。"),
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
    (button,) = page(looked(view)).actions
    assert (button.name, button.press, button.enabled) == ("return", e.ComeBack(), True)
    assert not page(looked(view, return_key="k")).actions[0].enabled
    assert page(looked(ticket())).actions == ()
    assert number(looked(ticket(), returned=True)).notes[0].text == "已为您重新排队，请留意叫号。"


def test_a_call_says_its_reason() -> None:
    why = ticket(state="called", window_label="3", reason=m.Text("等候最久", "Waited longest"))
    assert number(looked(why), "en").notes[-1].text == "Called because: Waited longest"
