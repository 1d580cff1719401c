"""What each page says: texts, names, what can be pressed, warnings; in both languages. Pure, no Qt."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from typing import get_args

import pytest
from msgspec import structs

from device_drivers.ports import LifeState
from hall_daemon.wire.kiosks import KioskSettings
from hall_daemon.wire.problems import problem
from hall_daemon.wire.waits import Wait
from kiosk_ui import words
from kiosk_ui.presenters.figures import windows_named
from kiosk_ui.presenters.page import Choices, Home, Note, Notice, Toggle
from kiosk_ui.samples import (
    ENQUIRY,
    LICENCE,
    NOW_S,
    QUEUES,
    REFUSED,
    SENIOR,
    SERVICES,
    drawn_number,
    few,
    gallery,
    hall,
    printer,
    queue,
    service,
    shut,
    state,
    ticket,
    window,
)
from kiosk_ui.state import Assist, Link, Own
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.steps import About, CaseAbout, Draw, Trouble, Watch
from tests.kiosk_ui.pages import LANGUAGES, choices, matter, names, notice, page


def test_presenters_know_no_qt() -> None:
    program = "import sys, kiosk_ui.presenters; print([m for m in sys.modules if m.startswith('PyQt6')])"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert told.stdout.strip() == "[]"


# -- the frame -------------------------------------------------------------------------------------


def test_the_header_says_whether_the_hall_is_open() -> None:
    plain = state()
    assert page(plain).header[:2] == ("示范区政务服务大厅", "开放中 · 12:00 结束")
    assert page(state(hall(closes=None))).header.status == "开放中"
    assert page(state(hall(closes="24:00"))).header.status == "开放中"
    assert page(state(shut("hall_closed")), "en").header.status == "Opens at 14:00"
    assert page(state(shut("hall_closed_today", opens=None, reopens=None))).header.status == "今日不再开放"
    again = "2026-11-30T08:30"
    late = state(shut("hall_closed_today", opens=None, reopens=again))
    sunday = state(shut("hall_closed_all_day", opens=None, reopens=again))
    assert page(late).header.status == "今日不再开放 · 11月30日 08:30 开放"
    assert page(sunday).header.status == "今日不开放 · 11月30日 08:30 开放"
    assert page(sunday, "en").header.status == "Closed today · opens 11/30, 08:30"
    assert page(replace(plain, now_s=NOW_S + 31)).header.status == "数据延迟"
    assert page(replace(plain, link=replace(plain.link, failures=2))).header.status == "未连接"
    assert page(replace(plain, link=Link())).header[:2] == ("政务服务大厅", "")


def test_language_and_assistance_are_one_touch_away_on_every_page() -> None:
    for name, here in gallery():
        shown = page(here)
        assert [(assist.name, assist.press) for assist in shown.assists] == [
            ("large", e.Switch("large")), ("contrast", e.Switch("contrast")), ("low", e.Switch("low")),
            ("spoken", e.Switch("spoken")), ("senior", e.Switch("senior")), ("language", e.Speak("en")),
        ], name
        assert shown.assists[-1].title == "English"
        assert page(here, "en").assists[-1].press == e.Speak("zh"), name
        elder = page(replace(here, session=replace(here.session, assist=SENIOR))).assists
        assert [(assist.name, assist.press) for assist in elder] == [
            ("senior", e.Switch("senior")), ("repeat", e.Key.REPEAT), ("language", e.Speak("en")),
        ], name


def test_a_toggle_says_whether_it_is_on() -> None:
    shown = page(state(assist=Assist(large=True)))
    toggles = [toggle for toggle in shown.assists if isinstance(toggle, Toggle)]
    assert [(toggle.on, toggle.spoken) for toggle in toggles[:2]] == [
        (True, "大字显示，已开启"), (False, "高对比度显示，未开启"),
    ]
    assert [toggle.title for toggle in toggles[:3]] == ["大字", "对比", "低位"]


def test_the_countdown_says_what_will_happen() -> None:
    counting = replace(state(step=s.LookUp()), now_s=NOW_S + 52.4)
    countdown = page(counting, "en").countdown
    assert countdown is not None
    assert countdown.seconds == "13"
    assert countdown.text == "Your entries are cleared in 13 seconds"
    assert (countdown.stay.title, countdown.stay.press) == ("Go on", e.Key.STAY)
    assert page(state(step=s.LookUp())).countdown is None


# -- choosing --------------------------------------------------------------------------------------


def test_the_first_page_groups_by_queue() -> None:
    body = choices(state())
    assert [(c.name, c.badge, c.title, c.detail, c.closed) for c in body.choices] == [
        ("queue-general", "A", "综合业务", "3 人等候 · 约 5–10 分钟", False),
        ("queue-social", "B", "社保医保", "12 人等候 · 约 20–35 分钟", False),
        ("queue-property", "C", "不动产登记", "无人等候 · 暂无窗口办理此业务", False),
    ]
    assert [(c.icon, c.wait, c.crowd) for c in body.choices] == [
        ("counter", "约 5–10 分钟", 2), ("shield", "约 20–35 分钟", 4), ("estate", "还算不出", -1),
    ]
    assert names(page(state()).nav) == ["back", "home", "helper"]


def test_the_first_page_shows_matters_when_there_are_few() -> None:
    body = choices(state(few(4, queues=(queue(*QUEUES[0][:4], 0, QUEUES[0][5]),), windows=())), "en")
    assert [(c.name, c.detail) for c in body.choices] == [
        (f"service-{row[0]}", "Nobody is waiting") for row in SERVICES[:4]
    ]


def test_at_most_eight_choices_and_the_way_to_the_others() -> None:
    many = hall(queues=(queue(*QUEUES[0]),), services=tuple(service(f"s{n}", "事", "M", "general") for n in range(14)))
    seen: list[str] = []
    assert choices(state(many)).per_leaf == 8
    for leaf in range(3):
        shown = choices(state(many, step=s.Choose(leaf))).shown(6)
        assert len(shown.choices) <= 5
        assert shown.more is not None
        assert (shown.more.title, shown.more.press) == (f"还有 {(9, 4, 9)[leaf]} 样（{leaf + 1}/3）", e.Key.TURN_LEAF)
        seen += names(shown.choices)
    assert len(set(seen)) == 14
    assert choices(state(many, step=s.Choose(3))).shown(6) == choices(state(many)).shown(6)
    assert choices(state(few(6))).shown(6).more is None


def test_where_there_is_little_room_every_choice_has_its_leaf() -> None:
    for places in range(6):
        seen: list[str] = []
        for leaf in range(6):
            shown = choices(state(few(6), step=s.Choose(leaf))).shown(places)
            assert shown.choices
            seen += names(shown.choices)
        assert set(seen) == {f"service-{row[0]}" for row in SERVICES[:6]}, places


def test_a_line_that_all_matters_share_is_said_once() -> None:
    body = choices(state(step=s.Services("general")))
    assert (body.badge, [c.detail for c in body.choices]) == ("A", [""] * 4)
    assert [(row.label, row.value) for row in body.rows] == [("正在等候", "3 人"), ("约等", "5–10 分钟")]
    late = replace(state(step=s.Services("general")), now_s=NOW_S + 95, touched_at_s=NOW_S + 95)
    assert [row.value for row in choices(late).rows] == ["数据延迟"] * 2
    assert choices(state(shut("day_full"), step=s.Services("general"))).rows == ()


def test_home_leads_with_a_number_and_ends_with_a_person() -> None:
    here = state(step=s.FIRST)
    shown = page(here)
    assert isinstance(shown.body, Home)
    assert [(tile.name, tile.title, tile.press, tile.kind) for tile in shown.body.tiles] == [
        ("draw", "取号排队", e.Key.OPEN_CHOOSE, "hero"), ("lookup", "查询进度", e.Key.OPEN_LOOKUP, "plain"),
        ("helper", "叫人帮忙", e.Key.CALL_HELP, "help"),
    ]
    assert shown.body.tiles[0].detail == "现在多数事项约 20–35 分钟"
    assert (shown.nav, shown.actions) == ((), ())
    shut_now = page(state(shut("day_full"), step=s.FIRST)).body
    assert isinstance(shut_now, Home)
    assert shut_now.tiles[0].detail == "今日号已取完"


def test_the_board_over_home_tells_day_calls_and_how_full_the_hall_is() -> None:
    clock = datetime(2026, 11, 30, 9, 42)
    head = page(replace(state(step=s.FIRST), clock=clock)).header
    assert (head.clock, head.date) == ("09:42", "11月30日 星期一")
    assert (head.people, head.windows) == ("等候 15 人", "3 个窗口在办")
    assert [tuple(call) for call in head.calls] == [("B007", "2号窗口"), ("A003", "1号窗口")]
    assert page(replace(state(step=s.FIRST), clock=clock), "en").header.date == "Monday, 30 November"
    quiet = page(state(hall(windows=(window("1"), window("2"))), step=s.FIRST)).header
    assert (quiet.calls_title, quiet.calls) == ("还没有叫号", ())
    late = page(replace(state(step=s.FIRST), now_s=NOW_S + 95, touched_at_s=NOW_S + 95)).header
    assert (late.calls, late.people) == ((), "")
    assert page(replace(state(), clock=clock)).header.brief == "开放中"


def test_who_needs_a_person_is_told_where_they_are() -> None:
    settings = KioskSettings(desk="进门左手边第一个柜台", phone="0571-0000 1200")
    told = notice(state(settings=settings, step=s.Help(before=s.FIRST)))
    assert [part.head for part in told.parts] == ["进门左手边第一个柜台", "取号、填表、看材料", "0571-0000 1200"]
    assert names(page(state(step=s.Help(before=s.FIRST))).nav) == ["back", "home"]
    away = replace(state(settings=settings, step=s.FIRST), link=Link(failures=6))
    assert notice(away).parts[2].text == "进门左手边第一个柜台、电话 0571-0000 1200"


def test_the_elderly_find_their_ground_first_in_their_mode() -> None:
    here = state(step=s.Grounds(ENQUIRY), assist=SENIOR)
    assert names(choices(here).choices)[:2] == ["ground-elderly", "ground-soldier"]
    plain = state(step=s.Grounds(ENQUIRY), assist=Assist(large=True))
    assert names(choices(plain).choices)[0] == "ground-soldier"
    assert [row.value for row in choices(here).rows] == ["综合咨询", "3 人", "5–10 分钟"]


def test_a_kiosk_that_offers_nothing_says_so() -> None:
    body = choices(state(settings=KioskSettings(services=("nothing",))))
    assert (body.choices, body.hint, body.notes, body.offers) == ((), "本机暂不提供取号，请到人工窗口取号", (), ())


def test_a_queue_without_a_queue_or_a_matter_is_still_a_page() -> None:
    here = state(hall(queues=()), step=s.Services("general"))
    body = choices(here)
    assert body.title == "您要办哪一样？"
    assert [(c.badge, c.detail) for c in body.choices] == [("", "")] * 4


def test_a_closed_matter_says_why_and_can_still_be_looked_at() -> None:
    full = hall(services=tuple(
        service(*row, open=row[0] != "enquiry", closed_because="service_full", daily_cap=9) for row in SERVICES
    ))
    enquiry = choices(state(full, step=s.Services("general"))).choices[3]
    assert (enquiry.closed, enquiry.detail) == (True, "今日 9 个号已取完")
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
    rows = matter(replace(late, session=replace(late.session, step=ENQUIRY))).rows
    assert [row.value for row in rows] == ["数据延迟"] * 2


# -- one matter ------------------------------------------------------------------------------------


def test_a_matter_says_what_and_who_and_how_long() -> None:
    here = state(step=LICENCE)
    body = matter(here)
    assert (body.badge, body.title) == ("A", "营业执照办理")
    assert [(row.label, row.value) for row in body.rows] == [
        ("正在等候", "3 人"), ("约等", "5–10 分钟"), ("开放窗口", "2 个窗口"), ("每件办理", "约 15 分钟"),
    ]
    assert body.notes == ()
    shown = page(here, "en")
    assert [(b.name, b.title, b.press) for b in shown.actions] == [
        ("take", "Take a number", e.Key.TAKE_NUMBER),
        ("priority", "Priority by law", e.Key.ASK_PRIORITY),
    ]
    assert names(shown.nav) == ["back", "home", "helper"]


def test_a_matter_says_its_own_wait_and_not_its_queues() -> None:
    """Nobody is there for it, while others of its queue are called."""
    unknown = Wait(unknown="no_window_open")
    alone = service("food-permit", "食品经营许可", "Food business permit", "general", wait=unknown)
    other = service("enquiry", "综合咨询", "General enquiry", "general")
    view = hall(services=(alone, other))
    body = matter(state(view, step=s.Matter("general", "food-permit")))
    assert [row.value for row in body.rows if row.name == "wait"] == ["暂无窗口办理此业务"]
    own, others = choices(state(view, step=s.Services("general"))).choices
    assert "暂无窗口办理此业务" in own.detail
    assert "5–10 分钟" in others.detail


def test_priority_is_an_offer_and_can_be_taken_back() -> None:
    body = page(state(step=s.Grounds(ENQUIRY))).body
    assert isinstance(body, Choices)
    assert [(c.title, c.press) for c in body.choices[:2]] == [
        ("军人依法优先", e.ChooseGround("soldier")), ("消防救援人员", e.ChooseGround("firefighter")),
    ]
    here = state(step=s.Matter("general", "enquiry", "elderly"))
    assert matter(here).notes == (Note("ground", "优先办理：老年人。办理时请出示证件。", "good"),)
    assert [(b.name, b.press) for b in page(here).actions] == [
        ("take", e.Key.TAKE_NUMBER), ("no-priority", e.ChooseGround("")),
    ]
    assert names(page(state(hall(priority_reasons={}), step=ENQUIRY)).actions) == ["take"]


def test_a_closed_matter_has_nothing_to_press() -> None:
    here = state(shut("day_full"), step=ENQUIRY)
    assert page(here).actions == ()
    body = matter(here)
    assert body.rows == ()
    assert [note.text for note in body.notes] == ["今日号已取完", "请改日再来，或咨询工作人员"]


def test_warnings_come_before_the_number() -> None:
    windowless = tuple(service(*row, windows_open=0) for row in SERVICES)
    body = matter(state(hall(services=windowless, devices=(printer("alert"),)), step=ENQUIRY))
    assert [note.name for note in body.notes] == ["no-window", "no-paper"]
    assert body.rows[2].value == "暂无窗口"
    assert matter(state(hall(devices=(printer("ready"),)), step=ENQUIRY)).notes == ()


@pytest.mark.parametrize("life", [*(state for state in get_args(LifeState) if state != "ready"), "lost", "of tomorrow"])
def test_a_printer_in_any_state_but_a_working_one_is_announced_before_the_draw(life: str) -> None:
    here = state(hall(devices=(printer(life),)), step=ENQUIRY)
    assert [note.name for note in matter(here).notes] == ["no-paper"]
    gone = state(hall(devices=()), step=ENQUIRY)
    assert [note.name for note in matter(gone).notes] == ["no-paper"]
    none = state(hall(devices=()), settings=KioskSettings(), step=ENQUIRY)
    assert matter(none).notes == ()


def test_a_matter_whose_queue_is_unknown_or_that_is_gone() -> None:
    assert matter(state(hall(queues=()), step=ENQUIRY)).rows == ()
    assert page(state(step=s.Matter("general", "gone"))).name == "choose"


# -- notices ---------------------------------------------------------------------------------------


def test_while_it_connects_and_while_it_draws() -> None:
    assert page(replace(state(), link=Link())).name == "starting"
    assert notice(state(step=s.Drawing(ENQUIRY, Draw("k", "enquiry", "")))).lines == ("请稍候，马上就好。",)
    again = notice(state(step=s.Drawing(ENQUIRY, Draw("k", "enquiry", "", 2))), "en")
    assert again.lines == ("The hall answers slowly; asking again. You will not get two numbers.",)
    assert page(state(step=s.Drawing(ENQUIRY, Draw("k", "enquiry", "")))).actions == ()
    assert notice(state(step=s.Ticket(Watch("A012")))).title == "正在查询 A012…"


def test_away_says_what_to_do_and_that_it_will_be_back() -> None:
    for step in (s.FIRST, s.Choose(), s.Services("general"), ENQUIRY, s.Grounds(ENQUIRY), s.LookUp()):
        here = state(step=step)
        shown = page(replace(here, link=replace(here.link, failures=2)))
        assert shown.name == "away"
        assert isinstance(shown.body, Notice)
        assert [part.head for part in shown.body.parts] == [
            "和大厅系统断开了", "已经取的号照样有效", "请到人工窗口取号", "还没能通知工作人员",
        ]
        assert shown.body.strip is not None
        assert shown.body.strip.head == "正在重连，第 2 次"
        assert (shown.actions, shown.nav) == ((), ())  # no person is offered: none could be called


def test_a_refusal_in_the_halls_words() -> None:
    here = state(step=s.Problem(REFUSED, ENQUIRY))
    assert (notice(here).title, notice(here).lines[0]) == ("该事项今日 60 个号已取完", "请改日再来，或咨询工作人员")
    assert notice(here, "en").title == "All 60 numbers of this service are given today"
    assert page(here).actions == ()
    assert names(page(here).nav) == ["back", "home", "helper"]


@pytest.mark.parametrize("about", [about for about in get_args(About) if about not in get_args(CaseAbout)])
def test_no_answer_can_be_tried_again(about: str) -> None:
    here = state(step=s.Problem(Trouble(about, "unreachable"), ENQUIRY))  # type: ignore[arg-type]
    assert notice(here).title == "大厅系统没有答复"
    assert len(notice(here).lines) == 2
    assert [(b.name, b.press) for b in page(here).actions] == [("retry", e.Key.TRY_AGAIN)]


def test_every_page_has_a_way_on_in_both_languages() -> None:
    for name, here in gallery():
        for language in words.load():
            shown = page(here, language)
            assert shown.language == language
            assert shown.nav or shown.actions or shown.assists, name


def test_without_a_credential_people_are_sent_to_the_staff_but_not_who_has_a_number() -> None:
    link = Link(hall=hall(), failures=2, refused=True)
    assert notice(replace(state(), link=link)).title == "本机未授权，请联系工作人员"
    assert page(replace(state(), link=replace(link, refused=False))).name == "away"
    assert page(replace(state(step=drawn_number(ticket())), link=link)).name == "number"
    late = Trouble("draw", "bad_credential", problem("bad_credential"))
    assert notice(state(step=s.Problem(late, s.LookUp("")))).title == "本机未授权，请联系工作人员"


def test_a_kiosk_that_the_hall_does_not_know_says_so_but_not_to_who_has_a_number() -> None:
    refusal = problem("unknown_kiosk", {"kiosk": "kiosk-9", "known": "kiosk-1"})
    for step in (s.Choose(), s.LookUp()):
        here = replace(state(step=step), own=Own(refusal=refusal))
        assert page(here).name == "refused"
        assert notice(here).lines == (
            "请到人工窗口取号", "没有自助机 kiosk-9",
            "请在 hall.toml 中加入 [kiosks.kiosk-9]，或改用：kiosk-1",
        )
        assert notice(here, "en").lines[1] == "There is no kiosk kiosk-9"
    assert page(replace(state(step=drawn_number(ticket())), own=Own(known=True, refusal=refusal))).name == "number"


def test_until_the_hall_said_what_the_kiosk_is_it_offers_nothing() -> None:
    assert page(replace(state(), own=Own())).name == "starting"


def test_who_passed_is_told_where_and_how_long_it_takes_there() -> None:
    passed = dict(gallery())["47-review-passed"]
    lead = notice(passed).lead
    assert lead is not None
    assert lead == ("叫到您时去", "2、3号窗口", "请坐到 A 区\n约 5–10 分钟")
    said = (["12"], "Window 12"), (["1", "2", "3"], "Windows 1, 2, 3"), (list("12345"), "Windows 1–5")
    assert [windows_named(LANGUAGES["en"], labels) for labels, _ in said] == [named for _, named in said]
    review = passed.session.step
    assert isinstance(review, s.Review)
    nowhere = replace(review, view=structs.replace(review.view, windows=()))
    assert notice(replace(passed, session=replace(passed.session, step=nowhere))).lead is None
