"""What is said to those who pressed, and in streams and topics: enough, and nothing private."""

from __future__ import annotations

from typing import Any

from hall_daemon.app.history import History
from hall_daemon.app.published import hall_event
from hall_daemon.app.replies import done_view, issued_view, stream_event
from hall_daemon.app.view_context import NoWaits, ViewContext, iso, number_of, reason_text
from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.dispatch import REASONS
from hall_daemon.wire import messages as m
from hall_daemon.words.text import text
from tests.hall_daemon.app.small_hall import DAY, MIDNIGHT_WALL, SmallHall, busy_hall, small_plan


def context(hall: SmallHall, **more: Any) -> ViewContext:
    return ViewContext(plan=hall.plan, epoch=7, **more)


def test_a_rating_is_in_no_stream_topic_or_history() -> None:
    hall = SmallHall()
    ticket_id = hall.issue("social")
    for command in (c.OpenWindow("1", "ann"), c.CallNext("1"), c.Start("1"), c.Rate("1", 1, "pad:pad-1")):
        hall.do(command)
    row = hall.rows[-1]
    assert row.event == e.ServiceRated(ticket_id, "1", 1, "pad:pad-1")
    for public in (True, False):
        told = stream_event(row, public=public)
        assert (told.kind, told.by, told.body) == ("ServiceRated", "", {})
    published = hall_event(context(hall), row)
    assert (published.number, published.window, published.queue) == (None, None, None)
    past = History(hall.plan, lambda day: hall.rows, lambda seq: hall.hall)
    assert [type(told.event).__name__ for told in past.of_ticket(ticket_id)] == [
        "TicketIssued", "TicketCalled", "ServiceStarted",
    ]


def test_a_priority_ground_is_in_no_public_stream() -> None:
    hall = SmallHall()
    hall.issue("id-card", class_="priority")
    public = stream_event(hall.rows[-1], public=True)
    assert public.body == {
        "day": DAY, "queue": "a", "count": 1, "services": ("id-card",), "number": "A001",
    }
    assert public.by == ""
    staff = stream_event(hall.rows[-1])
    assert staff.body["class_reason"] == "disabled"
    assert staff.body["class"] == "priority"
    assert not {"token", "subject"} & staff.body.keys()


def test_whose_class_was_changed_is_in_no_public_message() -> None:
    hall = SmallHall()
    hall.do(c.Prioritise(hall.issue("id-card"), "disabled"))
    row = hall.rows[-1]
    assert stream_event(row).body["number"] == "A001"
    assert stream_event(row, public=True).body == {}
    assert hall_event(context(hall), row).number is None


def test_a_repeated_key_gets_the_same_body() -> None:
    hall = SmallHall()
    hall.issue("id-card")
    ctx = context(hall, ticket_url="https://hall.example/t/{token}")
    first = issued_view(ctx, hall.rows[-1])
    hall.issue("id-card")
    hall.later(100)
    assert issued_view(ctx, hall.rows[-2]) == first
    assert (first.number, first.ahead, first.url) == ("A001", 0, "https://hall.example/t/token-1")
    assert first.issued_at == "2026-11-23T01:00:00.000Z"


def test_a_press_that_finishes_and_calls_is_about_the_one_called() -> None:
    hall = busy_hall()
    done = done_view(context(hall), 0, hall.do(c.CallNext("1")))
    assert (done.window, done.number, done.events) == ("1", "A004", ("ServiceFinished", "TicketCalled"))
    assert done.seq == hall.seq
    nothing = done_view(context(hall), 41, ())
    assert (nothing.number, nothing.events, nothing.seq) == (None, (), 41)


def test_an_undone_press_names_its_ticket() -> None:
    hall = busy_hall()
    (row,) = hall.do(c.Undo("2"))
    assert hall_event(context(hall), row).number == "A002"
    body = {"window": "2", "press": "call", "number": "A002", "services": ("social",)}
    assert stream_event(row, public=True).body == body


def test_every_reason_reads_whole_in_both_languages() -> None:
    facts: dict[str, str | int] = {
        "waited_min": 12, "limit_min": 45, "class": "priority", "others": "appointment,ordinary", "why": "urgent",
    }
    for code in REASONS:
        said = reason_text(small_plan(), e.Reason(code, facts))
        for words in (said["zh"], said["en"]):
            assert words
            assert not set("{}?") & set(words)
    mixed = reason_text(small_plan(), e.Reason("class_mix", facts))
    assert mixed["zh"] == "优先与预约、普通按比例轮流叫号，本次轮到优先，等候 12 分钟"
    assert "Priority and Appointment, Ordinary take turns" in mixed["en"]
    assert reason_text(small_plan(), e.Reason("picked", {"why": "urgent"}))["zh"] == "工作人员指定叫号：情况紧急"


def test_a_reason_of_an_older_journal_does_not_break_the_page() -> None:
    assert reason_text(small_plan(), e.Reason("gone", {})) == text("gone", "gone")
    assert reason_text(small_plan(), e.Reason("picked", {"why": "gone"}))["en"] == "Picked by staff: gone"
    assert reason_text(small_plan(), e.Reason("arrival", {}))["en"] == "First come, first served: waited ? min"


def test_numbers_and_times() -> None:
    assert number_of(f"{DAY}-A-012") == "A-012"
    assert iso(MIDNIGHT_WALL + 1) == "2026-11-22T16:00:00.001Z"
    hall = SmallHall()
    id_ = hall.issue("id-card")
    assert NoWaits().ticket(id_, hall.hall.tickets[id_]) == m.Wait(unknown="predictor_away")
