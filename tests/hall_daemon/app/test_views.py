from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hall_daemon.app.last_calls import LastCalls
from hall_daemon.app.lines import queue_detail
from hall_daemon.app.published import hall_event, retained_states
from hall_daemon.app.replies import done_view, stream_event
from hall_daemon.app.view_context import ViewContext
from hall_daemon.app.views import hall_view, queue_view, ticket_view, window_view
from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.decide import Refused
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment
from hall_daemon.wire import messages as m
from hall_daemon.wire import topics
from hall_daemon.wire.board import PublicBoard
from hall_daemon.words.text import text
from tests.hall_daemon.app.small_hall import DAY, HOUR_MS, SmallHall, busy_hall, small_plan, ticket_pages


def context(hall: SmallHall, **more: Any) -> ViewContext:
    return ViewContext(plan=hall.plan, epoch=7, **more)


def queue(hall: SmallHall, queue_id: str) -> m.QueueState:
    return queue_view(context(hall), hall.hall, queue_id, hall.seq, hall.now())


def window(hall: SmallHall, window_id: str) -> m.WindowView:
    return window_view(context(hall), hall.hall, window_id, hall.seq, hall.now())


def ticket(hall: SmallHall, ticket_id: str) -> m.TicketView:
    view = ticket_view(context(hall), hall.hall, ticket_id, hall.seq, hall.now())
    assert view is not None
    return view


def whole(hall: SmallHall, **more: Any) -> m.HallView:
    return hall_view(context(hall, **more), hall.hall, hall.seq, hall.now())


def board_of(hall: SmallHall, **more: Any) -> PublicBoard:
    """What everybody may know of it."""
    board, ctx = PublicBoard(hall.plan.id), context(hall, **more)
    for states in (retained_states, ticket_pages):
        for topic, state in states(ctx, hall.hall, hall.seq, hall.now()).items():
            assert board.fold(topic, state)
    return board


# -- queues --------------------------------------------------------------------------------------


def test_a_queue_counts_who_waits_and_who_is_at_a_window() -> None:
    hall = busy_hall()
    a, b = queue(hall, "a"), queue(hall, "b")
    assert (a.waiting, a.serving, a.issued, a.calling) == (1, 2, 4, ("A002", "A001"))
    assert (b.waiting, b.serving, b.issued, b.calling) == (1, 0, 2, ())
    assert a.as_of == "2026-11-23T01:00:15.000Z"
    assert a.ttl_s == 30
    assert a.wait == m.Wait(unknown="predictor_away")


def test_somebody_who_goes_back_to_a_clerk_still_waits() -> None:
    hall = busy_hall()
    before = queue(hall, "a").waiting
    hall.do(c.Transfer(f"{DAY}-A001", keep="clerk"))
    assert queue(hall, "a").waiting == before + 1
    assert ticket(hall, f"{DAY}-A001").ahead == 0
    assert window(hall, "1").waiting == window(hall, "2").waiting + 1
    line = queue_detail(context(hall), hall.hall, "a", hall.seq, hall.now()).line
    assert [(row.number, row.only_window) for row in line] == [("A001", "1"), ("A004", None)]


def test_open_windows_are_those_that_may_call_from_the_queue() -> None:
    hall = SmallHall()
    assert queue(hall, "b").windows_open == 0
    hall.do(c.OpenWindow("1", "x"))
    hall.do(c.OpenWindow("3", "y"))
    assert (queue(hall, "a").windows_open, queue(hall, "b").windows_open) == (2, 2)
    hall.do(c.PauseWindow("1", "lunch"))
    assert (queue(hall, "a").windows_open, queue(hall, "b").windows_open) == (1, 1)


def test_a_skill_of_never_opens_no_window_for_the_queue() -> None:
    plan = small_plan()
    plan.windows["1"].skills["tax"] = "never"
    hall = SmallHall(plan)
    hall.do(c.OpenWindow("1", "x"))
    hall.issue("tax")
    assert queue(hall, "b").windows_open == 0
    assert queue(hall, "a").windows_open == 1
    assert window(hall, "1").waiting == 0


def test_an_unknown_queue_or_window_is_the_callers_mistake() -> None:
    hall = SmallHall()
    with pytest.raises(KeyError):
        queue(hall, "z")
    with pytest.raises(KeyError):
        window(hall, "99")
    assert ticket_view(context(hall), hall.hall, "nobody", 1, hall.now()) is None


def test_the_line_shows_who_is_blocked_and_why() -> None:
    hall = SmallHall()
    hall.do(c.OpenWindow("1", "x"))
    early = hall.now().wall + HOUR_MS
    hall.issue("id-card", class_="ordinary")
    hall.issue("id-card", class_="appointment", slot=(early, early + HOUR_MS))
    returner = hall.issue("social")
    hall.do(c.CallTicket("1", returner, "urgent"))
    hall.do(c.Miss("1"))
    detail = queue_detail(context(hall), hall.hall, "a", hall.seq, hall.now())
    assert [row.number for row in detail.missed] == ["A003"]
    hall.do(c.Return(returner))
    blocked = {
        row.number: row.blocked for row in queue_detail(context(hall), hall.hall, "a", hall.seq, hall.now()).line
    }
    assert blocked == {"A001": None, "A002": "slot", "A003": "lock"}
    hall.later(31)
    blocked = {
        row.number: row.blocked for row in queue_detail(context(hall), hall.hall, "a", hall.seq, hall.now()).line
    }
    assert blocked["A003"] == "returner"


# -- the hall's hours ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minute", "opened", "opens", "closes", "because"),
    [
        (8 * 60, False, "08:30", None, "hall_closed"),
        (9 * 60, True, "14:00", "12:00", None),
        (11 * 60 + 50, True, "14:00", "12:00", "issuing_stopped"),
        (13 * 60, False, "14:00", None, "hall_closed"),
        (15 * 60, True, None, "17:30", None),
        (18 * 60, False, None, None, "hall_closed_today"),
    ],
)
def test_hours_through_the_day(
    minute: int, opened: bool, opens: str | None, closes: str | None, because: str | None
) -> None:
    hall = SmallHall()
    hall.clock_ms = minute * 60_000
    view = whole(hall)
    assert (view.open, view.opens, view.closes) == (opened, opens, closes)
    assert view.reopens == "2026-11-24T08:30"
    assert {(service.open, service.closed_because) for service in view.services} == {(because is None, because)}


def test_a_day_that_is_over_or_never_began_is_closed() -> None:
    hall = SmallHall()
    hall.do(c.CloseDay(DAY))
    view = whole(hall)
    assert not view.open
    assert view.services[0].closed_because == "day_closed"
    unborn = hall_view(context(hall), Hall(), 0, Moment(0, 0))
    assert (unborn.day, unborn.open, unborn.as_of) == ("", False, "1970-01-01T00:00:00.000Z")


def test_a_service_at_its_cap_says_so_and_the_others_go_on() -> None:
    hall = SmallHall()
    for _ in range(50):
        hall.issue("social")
    services = {service.id: service for service in whole(hall).services}
    assert services["social"].closed_because == "service_full"
    assert services["social"].issued == services["social"].waiting == 50
    assert services["id-card"].open


# -- windows -------------------------------------------------------------------------------------


def test_a_window_shows_its_number_its_times_and_what_it_holds() -> None:
    hall = busy_hall()
    one, three = window(hall, "1"), window(hall, "3")
    assert (one.status, one.staff, one.number, one.state, one.service) == (
        "open", "clerk-1", "A001", "serving", "id-card",
    )
    assert one.called_at == one.started_at == "2026-11-23T01:00:05.000Z"
    assert (three.number, three.held) == (None, (f"{DAY}-A003",))


def test_undo_is_offered_for_as_long_as_it_would_be_done() -> None:
    hall = busy_hall()
    assert window(hall, "2").can_undo == "call"
    hall.do(c.Cancel(f"{DAY}-A002"))
    assert window(hall, "2").can_undo is None  # overtaken
    assert window(hall, "1").can_undo == "start"
    hall.later(61)
    assert window(hall, "1").can_undo is None  # too late
    assert isinstance(hall.try_(c.Undo("1")), Refused)


# -- tickets -------------------------------------------------------------------------------------


def test_ahead_is_what_the_dispatch_says_and_nothing_once_called() -> None:
    hall = SmallHall()
    first, second = hall.issue("id-card"), hall.issue("social")
    priority = hall.issue("id-card", class_="priority")
    assert [ticket(hall, id_).ahead for id_ in (first, second, priority)] == [1, 2, 0]
    hall.do(c.OpenWindow("1", "x"))
    hall.do(c.CallNext("1"))
    called = ticket(hall, priority)
    assert (called.state, called.ahead, called.window, called.window_label) == ("called", None, "1", "1")
    assert called.wait == m.Wait(unknown="not_waiting")


def test_what_the_holder_may_do_is_what_the_hall_would_accept() -> None:
    hall = busy_hall()
    missed = f"{DAY}-B001"
    assert ticket(hall, missed).can == ("cancel", "return")
    assert ticket(hall, f"{DAY}-A004").can == ("cancel", "postpone")
    assert ticket(hall, f"{DAY}-A001").can == ()
    hall.later(3601)
    assert ticket(hall, missed).can == ("cancel",)


def test_a_slip_is_followed() -> None:
    hall = SmallHall()
    id_ = hall.issue("id-card", printer="p-1")
    assert ticket(hall, id_).slip == "pending"
    hall.do(c.ReportSlip(id_, "failed", "paper_out"))
    assert (ticket(hall, id_).slip, ticket(hall, id_).slip_detail) == ("failed", "paper_out")
    assert ticket(hall, id_).can == ("cancel", "postpone", "slip"), "at a kiosk it may be printed again"
    hall.do(c.RequestSlip(id_, "printer-1"))
    assert ticket(hall, id_).can == ("cancel", "postpone")
    hall.do(c.ReportSlip(id_, "unknown", "not_confirmed"))
    hall.do(c.Cancel(id_))
    assert ticket(hall, id_).can == ()
    assert ticket(hall, hall.issue("tax")).slip == "none"


def test_the_reason_of_the_call_is_told_while_at_the_window() -> None:
    hall = SmallHall()
    hall.do(c.OpenWindow("1", "x"))
    id_ = hall.issue("id-card")
    hall.later(130)
    (row,) = hall.do(c.CallNext("1"))
    assert isinstance(row.event, e.TicketCalled)
    ctx = context(hall, reasons={id_: row.event.reason}.get)
    view = ticket_view(ctx, hall.hall, id_, hall.seq, hall.now())
    assert view is not None
    assert view.reason == text("先到先办，等候 2 分钟", "First come, first served: waited 2 min")
    assert done_view(ctx, 0, [row]).reason == view.reason


# -- nothing private in public -------------------------------------------------------------------


def test_public_views_hold_no_staff_no_id_no_token() -> None:
    hall = busy_hall()
    device = m.DeviceView(id="p-1", kind="printer", state="ready", detail="", age_s=1, counters={})
    board = board_of(hall, devices=lambda: (device,))
    public = board.hall()
    assert public is not None
    assert public.devices == public.printers == ()
    assert {window.number for window in public.windows} == {window.number for window in whole(hall).windows}
    assert {(window.staff, window.ticket, window.held, window.can_undo) for window in public.windows} == {
        ("", None, (), None)
    }
    assert whole(hall, devices=lambda: (device,)).devices == (device,)
    ctx = context(hall)
    pages = [board.ticket(held.token) for held in hall.hall.tickets.values()]
    assert all(page is not None and page.ticket == "" for page in pages)
    published = [*retained_states(ctx, hall.hall, hall.seq, hall.now()).values()]
    events = [hall_event(ctx, row) for row in hall.rows]
    stream = [stream_event(row, public=True) for row in hall.rows]
    for message in (public, *pages, *published, *events, *stream):
        said = msgspec.json.encode(message).decode()
        for secret in ("clerk-", "token-", f"{DAY}-"):
            assert secret not in said, said


def test_a_window_says_what_took_its_present_call() -> None:
    hall = SmallHall()
    hall.do(c.OpenWindow("1", "clerk-1"))
    id_ = hall.issue("id-card")
    hall.do(c.CallNext("1"))
    calls = LastCalls()

    def shown() -> m.Announced | None:
        calls(hall.hall, hall.rows, hall.now())
        return window_view(context(hall, announced=calls.announced), hall.hall, "1", hall.seq, hall.now()).announced

    assert shown() is None
    hall.do(c.ReportAnnounced(id_, "1", 1, False, False))
    assert shown() == m.Announced(False, False)
    public = board_of(hall).hall()
    assert public is not None
    assert public.windows[0].announced is None
    hall.do(c.Recall("1"))
    assert shown() is None, "another call, of which nothing is known yet"
    hall.do(c.ReportAnnounced(id_, "1", 2, True, False))
    hall.do(c.ReportAnnounced(id_, "1", 1, False, True))
    assert shown() == m.Announced(True, False), "whatever is still heard of the first one"
    hall.do(c.Start("1"))
    assert shown() is None


def test_of_a_call_that_was_undone_and_made_again_nothing_is_known_yet() -> None:
    hall = SmallHall()
    hall.do(c.OpenWindow("1", "clerk-1"))
    id_ = hall.issue("id-card")
    hall.do(c.CallNext("1"))
    hall.do(c.ReportAnnounced(id_, "1", 1, True, True))
    hall.do(c.Undo("1"))
    hall.do(c.CallNext("1"))
    announced = LastCalls(hall.rows).announced
    view = window_view(context(hall, announced=announced), hall.hall, "1", hall.seq, hall.now())
    assert (view.number, view.calls, view.announced) == ("A001", 1, None)


# -- whatever happens ----------------------------------------------------------------------------

WINDOWS = st.sampled_from(["1", "2", "3"])
TICKETS = st.integers(1, 12).map(lambda n: f"{DAY}-{'AB'[n % 2]}{n // 2 + 1:03d}")
COMMANDS = st.one_of(
    st.tuples(st.sampled_from(["id-card", "social", "tax"]), st.sampled_from(["ordinary", "priority"])),
    st.builds(c.CallNext, WINDOWS),
    st.builds(c.CallTicket, WINDOWS, TICKETS, st.just("urgent")),
    st.builds(c.Recall, WINDOWS),
    st.builds(c.Start, WINDOWS),
    st.builds(c.Finish, WINDOWS),
    st.builds(c.Miss, WINDOWS),
    st.builds(c.Hold, WINDOWS),
    st.builds(c.Resume, WINDOWS),
    st.builds(c.Undo, WINDOWS),
    st.builds(c.PauseWindow, WINDOWS, st.just("lunch")),
    st.builds(c.OpenWindow, WINDOWS, WINDOWS),
    st.builds(c.CloseWindow, WINDOWS),
    st.builds(c.Return, TICKETS),
    st.builds(c.Cancel, TICKETS),
    st.builds(c.Postpone, TICKETS),
    st.builds(c.SayComing, TICKETS),
    st.builds(c.Transfer, TICKETS, keep=st.sampled_from(["place", "end", "clerk"])),
    st.integers(1, 90),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(COMMANDS, max_size=60))
def test_every_view_agrees_with_the_tickets(steps: list[Any]) -> None:
    hall = SmallHall()
    for name in ("1", "2", "3"):
        hall.do(c.OpenWindow(name, name))
    for step in steps:
        if isinstance(step, int):
            hall.later(step)
        elif isinstance(step, tuple):
            hall.issue(step[0], class_=step[1])
        else:
            hall.try_(step)
    tickets = hall.hall.tickets.values()
    view = whole(hall)
    for shown in view.queues:
        mine = [t for t in tickets if t.queue == shown.id]
        at_windows = [t for t in mine if t.state in ("called", "serving")]
        assert shown.waiting == sum(t.state == "waiting" for t in mine)
        assert shown.serving == len(at_windows)
        assert set(shown.calling) == {t.number for t in at_windows}
        detail = queue_detail(context(hall), hall.hall, shown.id, hall.seq, hall.now())
        assert sorted(row.ticket for row in detail.line) == sorted(t.id for t in mine if t.state == "waiting")
        assert {row.ticket for row in detail.missed} == {t.id for t in mine if t.state == "missed"}
    assert sum(service.waiting for service in view.services) == sum(queue.waiting for queue in view.queues)
    for shown_window in view.windows:
        undone = hall.try_(c.Undo(shown_window.id))
        assert (shown_window.can_undo is None) == isinstance(undone, Refused)
    for held in tickets:
        page = ticket(hall, held.id)
        assert (page.ahead is not None) == (held.state == "waiting")
    states = retained_states(context(hall), hall.hall, hall.seq, hall.now())
    total = json.loads(msgspec.json.encode(states[topics.hall_state("hall-1")]))
    assert total["waiting"] == sum(t.state == "waiting" for t in tickets)
