"""Commands: what each does, and each refusal a clerk or applicant can meet."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.plan import Hours, Moment, PlanError, Policy, Queue, Service
from tests.hall_daemon.domain.halls import DAY, MIDNIGHT, PlayedHall, plan

WEEKDAYS = (((510, 720), (840, 1050)),) * 5 + ((), ())


def at(played: PlayedHall, hour: int, minute: int = 0) -> None:
    wall = MIDNIGHT + (hour * 60 + minute) * 60_000
    played.now = Moment(played.now.tick + 1000, wall)


def kinds(events: tuple[e.Event, ...]) -> list[str]:
    return [type(event).__name__ for event in events]


def test_numbers_count_up_by_prefix_from_one_each_day() -> None:
    played = PlayedHall().open()
    numbers = [played.ticket(played.draw(service)).number for service in ("licence", "card", "permit")]
    assert numbers == ["A001", "B001", "A002"]
    played.do(c.OpenDay("2026-11-24", MIDNIGHT + 86_400_000))
    played.now = Moment(played.now.tick, MIDNIGHT + 86_400_000 + 9 * 3_600_000)
    assert played.ticket(played.draw("licence")).id == "2026-11-24-A001"


def test_numbers_go_on_past_their_digits() -> None:
    played = PlayedHall(
        plan(queues={"A": Queue("A", plan().name, "A", 3, 999), "B": Queue("B", plan().name, "B")})
    ).open()
    assert [played.ticket(played.draw()).number for _ in range(2)] == ["A999", "A1000"]


def test_two_queues_cannot_share_a_prefix() -> None:
    with pytest.raises(PlanError, match=r"queues\.B\.prefix.*already used by queue 'A'"):
        plan(queues={"A": Queue("A", plan().name, "A"), "B": Queue("B", plan().name, "A")})


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (c.IssueTicket(services=("nothing",), token="t"), "unknown_service"),
        (c.IssueTicket(services=(), token="t"), "bad_services"),
        (c.IssueTicket(services=("licence", "licence"), token="t"), "bad_services"),
        (c.IssueTicket(services=tuple(f"s{i}" for i in range(9)), token="t"), "bad_services"),
        (c.IssueTicket(services=("licence",), token="t", class_="royal"), "unknown_class"),
        (c.IssueTicket(services=("licence",), token="t", class_="priority"), "priority_reason_needed"),
        (c.IssueTicket(services=("licence",), token="t", class_="appointment"), "slot_needed"),
        (c.CallNext("9"), "unknown_window"),
        (c.CallNext("2"), "window_closed"),
        (c.CallNext("1"), "nobody_waits"),
        (c.CallTicket("1", "2026-11-23-A009", "documents"), "unknown_ticket"),
        (c.Recall("1"), "nobody_at_window"),
        (c.Start("1"), "nobody_at_window"),
        (c.Finish("1"), "nobody_at_window"),
        (c.Miss("1"), "nobody_at_window"),
        (c.Hold("1"), "nobody_at_window"),
        (c.Resume("1"), "nothing_held"),
        (c.Undo("1"), "nothing_to_undo"),
        (c.PauseWindow("1", "bored"), "pause_reason_needed"),
        (c.OpenWindow("2", "staff-1"), "staff_elsewhere"),
        (c.Cancel("2026-11-23-A009"), "unknown_ticket"),
        (c.Return("2026-11-23-A009"), "unknown_ticket"),
        (c.Transfer("2026-11-23-A009"), "unknown_ticket"),
        (c.Prioritise("2026-11-23-A009", "elderly"), "unknown_ticket"),
        (c.RequestSlip("2026-11-23-A009", "p"), "unknown_ticket"),
    ],
)
def test_refusals_on_an_empty_hall(command: c.Command, code: str) -> None:
    assert PlayedHall().open("1").refused(command).code == code


def test_no_number_before_the_day_is_open() -> None:
    assert PlayedHall().refused(c.IssueTicket(services=("licence",), token="t")).code == "day_closed"


def test_hours_lunch_and_the_stop_before_the_end() -> None:
    played = PlayedHall(plan(hours=Hours(WEEKDAYS, stop_issuing_min=15))).open()
    wanted = {
        (8, 29): "hall_closed", (8, 30): "", (11, 44): "", (11, 45): "issuing_stopped", (12, 0): "hall_closed",
        (14, 0): "", (17, 15): "issuing_stopped", (17, 30): "hall_closed_today",
    }
    for (hour, minute), code in wanted.items():
        at(played, hour, minute)
        decision = played.ask(c.IssueTicket(services=("licence",), token=f"{hour}{minute}"))
        assert (decision.code if not isinstance(decision, tuple) else "") == code, (hour, minute)


def test_a_holiday_is_closed_and_the_refusal_says_when_it_opens() -> None:
    closed = Hours(WEEKDAYS, days={date.fromisoformat(DAY): ()})
    refused = PlayedHall(plan(hours=closed)).open().refused(c.IssueTicket(services=("licence",), token="t"))
    tomorrow = (date.fromisoformat(DAY) + timedelta(days=1)).isoformat()
    assert (refused.code, refused.facts) == ("hall_closed_all_day", {"next": f"{tomorrow} 08:30"})
    never = PlayedHall(plan(hours=Hours(((),) * 7))).open().refused(c.IssueTicket(services=("licence",), token="t"))
    assert (never.code, never.facts) == ("hall_closed_today", {})
    played = PlayedHall(plan(hours=Hours(WEEKDAYS))).open()
    at(played, 12, 30)
    assert played.refused(c.IssueTicket(services=("licence",), token="t")).facts == {"opens": "14:00"}


def test_daily_caps_of_a_service_and_of_the_hall() -> None:
    base = plan()
    services = base.services | {"licence": Service(id="licence", name=base.name, queue="A", daily_cap=2)}
    played = PlayedHall(plan(services=services, daily_cap=3)).open()
    played.draw("licence")
    played.draw("licence")
    assert played.refused(c.IssueTicket(services=("licence",), token="t")).code == "service_full"
    played.draw("card")
    assert played.refused(c.IssueTicket(services=("card",), token="t")).code == "day_full"


def test_the_straight_road() -> None:
    played = PlayedHall().open("1")
    ticket = played.draw()
    for command, state in ((c.CallNext("1"), "called"), (c.Start("1"), "serving"), (c.Finish("1"), "served")):
        played.do(command)
        assert played.ticket(ticket).state == state
    assert played.hall.window("1").ticket == ""


def test_calling_next_finishes_who_is_there_in_the_same_press() -> None:
    played = PlayedHall().open("1")
    played.draw()
    played.draw()
    played.call()
    assert kinds(played.do(c.CallNext("1"))) == ["ServiceFinished", "TicketCalled"]


def test_a_hall_may_want_the_clerk_to_finish_first() -> None:
    played = PlayedHall(plan(Policy(recall_lock_s=0, call_next_finishes=False))).open("1")
    played.draw()
    played.draw()
    played.call()
    assert played.refused(c.CallNext("1")).code == "window_busy"


def test_a_second_press_within_the_lock_calls_nobody() -> None:
    played = PlayedHall(plan(Policy(recall_lock_s=3))).open("1")
    played.draw()
    played.draw()
    played.call()
    refused = played.refused(c.CallNext("1"))
    assert (refused.code, refused.facts["retry_after_ms"]) == ("called_just_now", 3000)
    played.wait(3)
    assert played.call() == "A002"


def test_three_misses_void_the_ticket() -> None:
    played = PlayedHall(plan(Policy(recall_lock_s=0, missed_lock_s=0, misses_before_void=3))).open("1")
    ticket = played.draw()
    for _ in range(2):
        played.call()
        played.do(c.Miss("1"))
        assert played.ticket(ticket).state == "missed"
        played.do(c.Return(ticket))
    played.call()
    assert kinds(played.do(c.Miss("1"))) == ["TicketMissed", "TicketVoided"]
    assert played.refused(c.Return(ticket)).code == "ticket_over"


def test_a_no_show_that_comes_too_late_needs_a_new_number() -> None:
    played = PlayedHall(plan(Policy(recall_lock_s=0, return_limit_s=60))).open("1")
    ticket = played.draw()
    played.call()
    played.do(c.Miss("1"))
    played.wait(61)
    assert played.refused(c.Return(ticket)).code == "return_too_late"


def test_a_deadline_hits_nobody_but_the_ticket_it_was_set_for() -> None:
    played = PlayedHall().open("1")
    first, second = played.draw(), played.draw()
    played.call()
    played.call()
    assert played.do(c.Miss("1", first)) == ()
    assert played.ticket(second).state == "called"


def test_a_missed_person_in_front_of_the_window_is_called_with_a_reason() -> None:
    played = PlayedHall().open("1")
    ticket = played.draw()
    played.call()
    played.do(c.Miss("1"))
    assert played.refused(c.CallTicket("1", ticket, "")).code == "pick_reason_needed"
    played.do(c.CallTicket("1", ticket, "documents"))
    assert played.ticket(ticket).state == "called"


def test_a_clerk_cannot_pick_what_the_window_does_not_do_or_who_is_expected_elsewhere() -> None:
    played = PlayedHall().open("1", "3")
    card, licence = played.draw("card"), played.draw()
    assert played.refused(c.CallTicket("1", card, "documents")).code == "not_skilled"
    played.do(c.Transfer(licence, to_window="3"))
    assert played.refused(c.CallTicket("1", licence, "documents")).code == "reserved"


def test_hold_and_resume_and_a_window_that_holds_does_not_close() -> None:
    played = PlayedHall().open("1")
    held, other = played.draw(), played.draw()
    played.call()
    assert played.refused(c.Hold("1")).code == "not_now"
    played.do(c.Start("1"))
    played.do(c.Hold("1"))
    assert played.refused(c.CloseWindow("1")).code == "window_holds"
    played.call()
    assert played.refused(c.Resume("1")).code == "window_busy"
    played.do(c.Finish("1"))
    played.do(c.Resume("1"))
    assert (played.ticket(held).state, played.ticket(other).state) == ("serving", "served")


def test_transfer_keeps_the_place_or_goes_to_the_end() -> None:
    played = PlayedHall().open("1", "3")
    kept = played.draw("licence")
    played.wait(1)
    for _ in range(2):
        played.draw("card")
    played.call("1")
    played.do(c.Transfer(kept, service="card"))
    assert played.call("3") == "A001"
    played.do(c.Transfer(kept, service="card", keep="end"))
    assert [played.call("3") for _ in range(3)] == ["B001", "B002", "A001"]


def test_another_matter_first_and_then_back_to_this_clerk() -> None:
    played = PlayedHall().open("1", "2", "3")
    ticket, later = played.draw("permit"), played.draw("card")
    played.call()
    played.do(c.Start("1"))
    (sent,) = played.do(c.Transfer(ticket, service="card", keep="clerk"))
    assert sent == e.TicketTransferred(
        ticket=ticket,
        window="1",
        services=("card", "permit"),
        queue="B",
        since=played.ticket(ticket).place.since,
        serial=1,
        back_to={"permit": "1"},
    )
    # It waits for any window that does the other matter, in its own place, and not for this one.
    assert played.refused(c.CallNext("1")).code == "nobody_waits"
    assert played.call("2") == played.ticket(ticket).number
    assert kinds(played.do(c.Finish("2"))) == ["ServiceAdvanced"]
    assert (played.ticket(ticket).services, played.ticket(ticket).only_window) == (("permit",), "1")
    assert played.ticket(ticket).queue == "A"
    assert played.call("3") == played.ticket(later).number
    assert played.call("1") == played.ticket(ticket).number
    assert kinds(played.do(c.Finish("1"))) == ["ServiceFinished"]


def test_whose_clerk_has_gone_meanwhile_goes_on_with_anybody() -> None:
    played = PlayedHall().open("1", "2", "3")
    ticket = played.draw("licence")
    played.call()
    played.do(c.Transfer(ticket, service="card", keep="clerk"))
    played.do(c.CloseWindow("1"))
    played.call("2")
    played.do(c.Finish("2"))
    assert played.ticket(ticket).only_window is None
    assert played.call("3") == "A001"


def test_sent_on_from_there_it_still_comes_back_to_each_clerk_in_turn() -> None:
    played = PlayedHall().open("1", "2", "3")
    ticket = played.draw("permit")
    for window, matter in (("1", "card"), ("3", "pension")):
        played.call(window)
        played.do(c.Transfer(ticket, service=matter, keep="clerk"))
    assert played.ticket(ticket).services == ("pension", "card", "permit")
    for window in ("2", "3", "1"):
        assert played.call(window) == "A001"
        played.do(c.Finish(window))
    assert played.ticket(ticket).state == "served"


def test_a_matter_that_is_asked_for_again_keeps_no_way_back_it_does_not_need() -> None:
    played = PlayedHall().open("1", "2", "3")
    ticket = played.draw("permit")
    played.call()
    played.do(c.Transfer(ticket, service="card", keep="clerk"))
    played.do(c.Transfer(ticket, service="permit"))
    assert (played.ticket(ticket).services, played.ticket(ticket).back_to) == (("permit",), {})


def test_nobody_is_sent_to_a_window_that_does_not_do_the_matter() -> None:
    played = PlayedHall().open("1", "2", "3")
    ticket = played.draw("permit")
    played.call()
    for window in ("2", "3"):
        refused = played.refused(c.Transfer(ticket, to_window=window))
        assert (refused.code, refused.facts) == ("not_skilled", {"window": window, "service": "permit"})
    assert played.refused(c.Transfer(ticket, service="card", to_window="1")).code == "not_skilled"
    played.do(c.Transfer(ticket, service="card", to_window="2", keep="clerk"))
    assert (played.ticket(ticket).only_window, played.ticket(ticket).back_to) == ("2", {"permit": "1"})


def test_transfer_to_a_window_that_is_closed_or_unknown_is_refused() -> None:
    played = PlayedHall().open("1")
    ticket = played.draw()
    assert played.refused(c.Transfer(ticket, to_window="3")).code == "window_closed"
    assert played.refused(c.Transfer(ticket, to_window="9")).code == "unknown_window"
    assert played.refused(c.Transfer(ticket, service="x")).code == "unknown_service"
    assert played.refused(c.Transfer(ticket, keep="clerk")).code == "no_first_clerk"


def test_one_ticket_carries_several_matters_and_keeps_its_place() -> None:
    played = PlayedHall().open("1", "2")
    ticket = played.draw("licence", "card")
    played.draw("card")
    played.call("1")
    assert kinds(played.do(c.Finish("1"))) == ["ServiceAdvanced"]
    assert (played.ticket(ticket).state, played.ticket(ticket).queue) == ("waiting", "B")
    assert played.call("2") == "A001"
    assert kinds(played.do(c.Finish("2"))) == ["ServiceFinished"]


def test_cancelling_while_called_frees_the_window() -> None:
    played = PlayedHall().open("1")
    ticket = played.draw()
    played.call()
    played.do(c.Cancel(ticket))
    assert played.hall.window("1").ticket == ""
    assert played.refused(c.Cancel(ticket)).code == "ticket_over"


def test_recalls_have_a_bound() -> None:
    stage = PlayedHall().open("1")
    stage.draw()
    stage.call()
    stage.do(c.Recall("1"))
    for _ in range(60):
        refused = stage.refused(c.Recall("1"))
        assert (refused.code, refused.facts["retry_after_ms"]) == ("recalled_just_now", 2000)
    stage.wait(2)
    stage.do(c.Recall("1"))


def test_the_day_turns_once_and_never_back() -> None:
    played = PlayedHall().open("1")
    waiting, serving = played.draw(), played.draw("card")
    played.do(c.OpenWindow("2", "staff-2"))
    played.call("2")
    played.do(c.Start("2"))
    tomorrow = c.OpenDay("2026-11-24", MIDNIGHT + 86_400_000)
    assert kinds(played.do(tomorrow)) == ["TicketExpired", "DayClosed", "DayOpened"]
    assert played.do(tomorrow) == ()
    assert played.do(c.OpenDay(DAY, MIDNIGHT)) == ()
    assert played.do(c.CloseDay(DAY)) == ()
    assert waiting not in played.hall.tickets
    assert kinds(played.do(c.Finish("2"))) == ["ServiceFinished"]
    assert played.ticket(serving).state == "served"


def test_a_ticket_that_was_drawn_is_made_priority_and_keeps_its_place() -> None:
    played = PlayedHall().open("1")
    first, second, third = (played.draw() for _ in range(3))
    before = played.ticket(third)
    assert played.refused(c.Prioritise(third, "rich")).code == "priority_reason_needed"
    assert played.do(c.Prioritise(third, "elderly")) == (e.TicketPrioritised(third, "elderly"),)
    assert played.ticket(third) == before._replace(class_="priority", class_reason="elderly")
    assert played.do(c.Prioritise(third, "elderly")) == ()
    assert [played.call() for _ in range(3)] == ["A003", "A001", "A002"]
    assert played.refused(c.Prioritise(second, "elderly")).code == "not_now"
    assert played.refused(c.Prioritise(first, "elderly")).code == "ticket_over"
    assert played.replayed() == played.hall
