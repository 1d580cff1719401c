"""What each page says: texts, names, what can be pressed, warnings; in both languages. Pure, no Qt."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from hall_daemon.wire import messages as m
from kiosk_ui import words
from kiosk_ui.presenters import present
from kiosk_ui.presenters.figures import closed_advice, closed_words, wait_words
from kiosk_ui.presenters.page import Choices, Matter, Note, Notice, Number, Pad, Page
from kiosk_ui.state import Assist, Draw, Language, Link, Settings, State, Trouble, Watch
from kiosk_ui.state import events as e
from tests.kiosk_ui.halls import (
    NOW_S,
    QUEUES,
    REFUSED,
    SERVICES,
    URL,
    few,
    gallery,
    hall,
    issued,
    queue,
    service,
    shown_as,
    shut,
    state,
    ticket,
)  # fmt: skip

LANGUAGES = words.load()


def page(here: State, language: Language = "zh") -> Page:
    return present(shown_as(here, language=language), LANGUAGES)


def choices(here: State, language: Language = "zh") -> Choices:
    body = page(here, language).body
    assert isinstance(body, Choices)
    return body


def matter(here: State, language: Language = "zh") -> Matter:
    body = page(here, language).body
    assert isinstance(body, Matter)
    return body


def number(here: State, language: Language = "zh") -> Number:
    body = page(here, language).body
    assert isinstance(body, Number)
    return body


def notice(here: State, language: Language = "zh") -> Notice:
    body = page(here, language).body
    assert isinstance(body, Notice)
    return body


def names(buttons: tuple[object, ...]) -> list[str]:
    return [button.name for button in buttons]  # type: ignore[attr-defined]


def test_presenters_know_no_qt() -> None:
    program = "import sys, kiosk_ui.presenters; print([m for m in sys.modules if m.startswith('PyQt6')])"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert told.stdout.strip() == "[]"


# -- figures ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low_s", "high_s", "zh", "en"),
    [
        (300, 600, "约 5–10 分钟", "about 5–10 min"),
        (59, 61, "约 2 分钟以内", "within 2 minutes"),
        (0, 30, "约 1 分钟以内", "within a minute"),
        (60, 61, "约 1–2 分钟", "about 1–2 min"),
        (300, 300, "约 5 分钟", "about 5 minutes"),
        (1260, 1980, "约 20–35 分钟", "about 20–35 min"),
        (240, 1260, "约 25 分钟以内", "within 25 minutes"),
    ],
)
def test_a_wait_is_a_range_and_rather_too_long_than_too_short(low_s: int, high_s: int, zh: str, en: str) -> None:
    wait = m.Wait(p10_s=low_s, p50_s=low_s, p90_s=high_s)
    assert (wait_words(LANGUAGES["zh"], wait), wait_words(LANGUAGES["en"], wait)) == (zh, en)


def test_a_wait_that_is_not_known_says_why() -> None:
    assert wait_words(LANGUAGES["zh"], m.Wait(unknown="too_little_seen")) == "数据不足，暂无法估计"
    assert wait_words(LANGUAGES["en"], m.Wait(unknown="too_little_seen")) == "Not enough seen yet to say"
    assert wait_words(LANGUAGES["zh"], m.Wait(unknown="something_new")) == "暂无法估计"
    assert wait_words(LANGUAGES["en"], m.Wait()) == "Cannot be said now"


@pytest.mark.parametrize(
    ("because", "zh"),
    [
        ("hall_closed", "大厅未开放，14:00 开放"),
        ("hall_closed_today", "大厅今日不再开放"),
        ("issuing_stopped", "临近 12:00 结束办理，已停止取号"),
        ("service_full", "今日 60 个号已取完"),
        ("day_full", "今日号已取完"),
        ("something_new", "暂停取号"),
        (None, "暂停取号"),
    ],
)
def test_why_no_numbers_are_given(because: str | None, zh: str) -> None:
    closed = service(*SERVICES[0], open=False, closed_because=because, daily_cap=60)
    assert closed_words(LANGUAGES["zh"], hall(), closed) == zh
    assert closed_words(LANGUAGES["zh"], hall(), service(*SERVICES[0])) == ""


def test_words_that_need_a_time_are_not_said_without_it() -> None:
    for because, zh in (
        ("hall_closed", "大厅今日不再开放"), ("issuing_stopped", "暂停取号"), ("service_full", "暂停取号"),
    ):  # fmt: skip
        closed = service(*SERVICES[0], open=False, closed_because=because)
        assert closed_words(LANGUAGES["zh"], hall(opens=None, closes=None), closed) == zh


def test_what_to_do_when_no_numbers_are_given() -> None:
    full = service(*SERVICES[0], open=False, closed_because="service_full")
    assert closed_advice(LANGUAGES["zh"], full) == "请改日再来，或咨询工作人员"
    assert closed_advice(LANGUAGES["en"], full) == "Come another day, or ask the staff"
    new = service(*SERVICES[0], open=False, closed_because="something_new")
    assert closed_advice(LANGUAGES["en"], new) == "Please ask the staff."


# -- the frame -------------------------------------------------------------------------------------


def test_the_header_says_whether_the_hall_is_open() -> None:
    plain = state()
    assert page(plain).header[:2] == ("示范区政务服务大厅", "开放中 · 12:00 结束")
    assert page(state(hall(closes=None))).header.status == "开放中"
    assert page(state(shut("hall_closed")), "en").header.status == "Opens at 14:00"
    assert page(state(shut("hall_closed_today", opens=None))).header.status == "今日不再开放"
    assert page(replace(plain, now_s=NOW_S + 31)).header.status == "数据延迟"
    assert page(replace(plain, link=replace(plain.link, failures=2))).header.status == "未连接"
    assert page(replace(plain, link=Link())).header[:2] == ("政务服务大厅", "")


def test_language_and_assistance_are_one_touch_away_on_every_page() -> None:
    for name, here in gallery():
        shown = page(here)
        assert [(toggle.name, toggle.press) for toggle in shown.toggles] == [
            ("large", e.SwitchLarge()), ("contrast", e.SwitchContrast()), ("low", e.SwitchLow()),
            ("senior", e.SwitchSenior()),
        ], name  # fmt: skip
        language = shown.nav[-1]
        assert (language.name, language.title, language.press) == ("language", "English", e.Speak("en")), name
        assert page(here, "en").nav[-1].press == e.Speak("zh"), name


def test_a_toggle_says_whether_it_is_on() -> None:
    shown = page(state(assist=Assist(large=True)))
    assert [(toggle.on, toggle.spoken) for toggle in shown.toggles[:2]] == [
        (True, "大字显示，已开启"), (False, "高对比度显示，未开启"),
    ]  # fmt: skip
    assert page(state(assist=Assist(True, True, True))).toggles[3].on


def test_the_countdown_says_what_will_happen() -> None:
    counting = replace(state(step="lookup"), now_s=NOW_S + 52.4)
    countdown = page(counting, "en").countdown
    assert countdown is not None
    assert countdown.seconds == "13"
    assert countdown.text == "In 13 seconds this page goes and everything you entered is wiped"
    assert (countdown.stay.title, countdown.stay.press) == ("Go on", e.Stay())
    assert page(state(step="lookup")).countdown is None


# -- choosing --------------------------------------------------------------------------------------


def test_the_first_page_groups_by_queue() -> None:
    body = choices(state())
    assert [(c.name, c.badge, c.title, c.detail, c.closed) for c in body.choices] == [
        ("queue-general", "A", "综合业务", "3 人等候 · 约 5–10 分钟", False),
        ("queue-social", "B", "社保医保", "12 人等候 · 约 20–35 分钟", False),
        ("queue-property", "C", "不动产登记", "无人等候 · 暂无窗口办理此业务", False),
    ]
    assert body.board is not None
    assert body.board.calls == (("B007", "2 号窗口"), ("A003", "1 号窗口"))
    assert names(page(state()).nav) == ["lookup", "language"]


def test_the_first_page_shows_matters_when_there_are_few() -> None:
    body = choices(state(few(4, queues=(queue(*QUEUES[0][:4], 0, QUEUES[0][5]),), windows=())), "en")
    assert [(c.name, c.detail, c.brief) for c in body.choices] == [
        (f"service-{row[0]}", "Nobody is waiting", "Nobody is waiting") for row in SERVICES[:4]
    ]
    assert body.board is None


def test_at_most_six_choices_and_the_way_to_the_others() -> None:
    many = hall(queues=(queue(*QUEUES[0]),), services=tuple(service(f"s{n}", "事", "M", "general") for n in range(14)))
    seen: list[str] = []
    for leaf in range(3):
        body = choices(state(many, leaf=leaf))
        assert len(body.choices) <= 5
        assert body.more is not None
        assert (body.more.title, body.more.press) == (f"更多（第 {leaf + 1} 页，共 3 页）", e.TurnLeaf())
        seen += names(body.choices)
    assert len(set(seen)) == 14
    assert names(choices(state(many, leaf=3)).choices) == names(choices(state(many)).choices)
    assert choices(state(few(6))).more is None


def test_a_kiosk_that_offers_nothing_says_so() -> None:
    body = choices(state(settings=Settings(services=("nothing",))))
    assert (body.choices, body.hint, body.notes) == ((), "本机暂不提供取号，请到人工窗口取号", ())


def test_a_queue_without_a_queue_or_a_matter_is_still_a_page() -> None:
    here = state(hall(queues=()), step="services", queue="general")
    body = choices(here)
    assert body.title == "请选择要办理的业务"
    assert [(c.badge, c.detail) for c in body.choices] == [("", "")] * 4


def test_a_closed_matter_says_why_and_can_still_be_looked_at() -> None:
    full = hall(services=tuple(
        service(*row, open=row[0] != "enquiry", closed_because="service_full", daily_cap=9) for row in SERVICES
    ))  # fmt: skip
    enquiry = choices(state(full, step="services", queue="general")).choices[3]
    assert (enquiry.closed, enquiry.detail, enquiry.brief) == (True, "今日 9 个号已取完", "暂停取号")
    assert enquiry.press == e.ChooseService("enquiry")
    assert not choices(state(full)).choices[0].closed
    body = choices(state(shut("hall_closed")))
    assert [c.closed for c in body.choices] == [True] * 3
    assert body.notes == (Note("closed", "大厅未开放，14:00 开放", "warn"),)


def test_late_figures_are_never_shown_as_live() -> None:
    late = replace(state(), now_s=NOW_S + 95, touched_at_s=NOW_S + 95)
    shown = page(late)
    assert shown.banner == Note("late", "数据延迟：最近更新于约 2 分钟前，等候情况可能已变。", "warn")
    assert isinstance(shown.body, Choices)
    assert [c.detail for c in shown.body.choices] == ["数据延迟"] * 3
    assert shown.body.board is None
    rows = matter(replace(late, session=replace(late.session, step="matter", service="enquiry"))).rows
    assert [row.value for row in rows] == ["数据延迟"] * 2


# -- one matter ------------------------------------------------------------------------------------


def test_a_matter_says_what_and_who_and_how_long() -> None:
    here = state(step="matter", service="business-licence")
    body = matter(here)
    assert (body.badge, body.title) == ("A", "营业执照办理")
    assert [(row.label, row.value) for row in body.rows] == [
        ("正在等候", "3 人"), ("预计等候", "约 5–10 分钟"), ("开放窗口", "2 个窗口"), ("每件办理", "约 15 分钟"),
    ]  # fmt: skip
    assert body.notes == ()
    shown = page(here, "en")
    assert [(b.name, b.title, b.press) for b in shown.actions] == [
        ("take", "Take a number", e.TakeNumber()),
        ("priority", "Priority (elderly, soldiers, …)", e.AskPriority()),
    ]
    assert names(shown.nav) == ["back", "home", "language"]


def test_priority_is_an_offer_and_can_be_taken_back() -> None:
    body = page(state(step="grounds", service="enquiry")).body
    assert isinstance(body, Choices)
    assert [(c.title, c.press) for c in body.choices[:2]] == [
        ("军人依法优先", e.ChooseGround("soldier")), ("消防救援人员", e.ChooseGround("firefighter")),
    ]  # fmt: skip
    here = state(step="matter", service="enquiry", ground="elderly")
    assert matter(here).notes == (Note("ground", "优先办理：老年人。办理时请出示证件。", "good"),)
    assert [(b.name, b.press) for b in page(here).actions] == [
        ("take", e.TakeNumber()), ("no-priority", e.ChooseGround("")),
    ]  # fmt: skip
    assert names(page(state(hall(priority_reasons={}), step="matter", service="enquiry")).actions) == ["take"]


def test_a_closed_matter_has_nothing_to_press() -> None:
    here = state(shut("day_full"), step="matter", service="enquiry")
    assert page(here).actions == ()
    body = matter(here)
    assert body.rows == ()
    assert [note.text for note in body.notes] == ["今日号已取完", "请改日再来，或咨询工作人员"]


def test_warnings_come_before_the_number() -> None:
    windowless = tuple(service(*row, windows_open=0) for row in SERVICES)
    printer = m.DeviceView("printer-1", "escpos-printer", "alert", "paper out", 1, {})
    here = state(hall(services=windowless, devices=(printer,)), step="matter", service="enquiry")
    body = matter(here)
    assert [note.name for note in body.notes] == ["no-window", "no-paper"]
    assert body.rows[2].value == "暂无窗口"
    ready = m.DeviceView("printer-1", "escpos-printer", "ready", "", 1, {})
    assert matter(state(hall(devices=(ready,)), step="matter", service="enquiry")).notes == ()


def test_a_matter_whose_queue_is_unknown_or_that_is_gone() -> None:
    assert matter(state(hall(queues=()), step="matter", service="enquiry")).rows == ()
    assert page(state(step="matter", service="gone")).name == "choose"


# -- the number ------------------------------------------------------------------------------------


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


# -- notices ---------------------------------------------------------------------------------------


def test_while_it_connects_and_while_it_draws() -> None:
    assert page(replace(state(), link=Link())).name == "starting"
    assert notice(state(step="drawing", draw=Draw("k", "enquiry", ""))).lines == ("请稍候，马上就好。",)
    again = notice(state(step="drawing", draw=Draw("k", "enquiry", "", 2)), "en")
    assert again.lines == ("The hall answers slowly; asking again. You will not get two numbers.",)
    assert page(state(step="drawing")).actions == ()
    assert notice(state(step="ticket", watch=Watch("A012"))).title == "正在查询 A012…"


def test_away_says_what_to_do_and_that_it_will_be_back() -> None:
    for step in ("choose", "services", "matter", "grounds", "lookup"):
        here = state(step=step, service="enquiry")
        shown = page(replace(here, link=replace(here.link, failures=2)))
        assert shown.name == "away"
        assert isinstance(shown.body, Notice)
        assert shown.body.lines[0] == "请到人工窗口取号，工作人员会帮您办理。"
        assert "自动重新连接" in shown.body.lines[2]
        assert shown.actions == ()


def test_a_refusal_in_the_halls_words() -> None:
    here = state(step="problem", trouble=REFUSED)
    assert (notice(here).title, notice(here).lines[0]) == ("该事项今日 60 个号已取完", "请改日再来，或咨询工作人员")
    assert notice(here, "en").title == "All 60 numbers of this service are given today"
    assert page(here).actions == ()
    assert names(page(here).nav) == ["back", "home", "language"]


@pytest.mark.parametrize("about", ["draw", "ticket", "return"])
def test_no_answer_can_be_tried_again(about: str) -> None:
    here = state(step="problem", trouble=Trouble(about, "unreachable"))  # type: ignore[arg-type]
    assert notice(here).title == "大厅系统没有答复"
    assert len(notice(here).lines) == 2
    assert [(b.name, b.press) for b in page(here).actions] == [("retry", e.TryAgain())]


def test_every_page_has_a_way_on_in_both_languages() -> None:
    for name, here in gallery():
        for language in words.LANGUAGES:
            shown = page(here, language)
            assert shown.language == language
            assert shown.nav or shown.actions, name


def test_a_step_without_what_it_shows_is_the_first_page() -> None:
    for step in ("problem", "number", "ticket"):
        assert page(state(step=step)).name == "choose"
