"""Who is next: each rule of `choose` on a hall small enough to see through."""

from __future__ import annotations

from itertools import pairwise

from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.dispatch import choose, order
from hall_daemon.domain.plan import Policy
from tests.hall_daemon.domain.halls import PlayedHall, plan


def reason(played: PlayedHall, window: str = "1") -> e.Reason:
    (call,) = [x for x in played.do(c.CallNext(window)) if isinstance(x, e.TicketCalled)]
    return call.reason


def test_order_inside_a_class_is_arrival() -> None:
    played = PlayedHall().open("1")
    for service in ("licence", "permit", "licence"):
        played.draw(service)
        played.wait(1)
    assert [played.call() for _ in range(4)] == ["A001", "A002", "A003", None]


def test_a_window_never_calls_what_it_is_not_skilled_for() -> None:
    played = PlayedHall().open("1", "3")
    played.draw("permit")
    played.draw("card")
    assert played.call("3") == "B001"
    assert played.call("3") is None


def test_first_goes_before_yes_and_idle_only_when_nothing_else_waits() -> None:
    played = PlayedHall().open("2")
    for service in ("licence", "pension", "card"):
        played.draw(service)
        played.wait(1)
    assert [played.call("2") for _ in range(3)] == ["B002", "B001", "A001"]


def test_classes_share_the_calls_two_to_one_and_none_starves() -> None:
    played = PlayedHall().open("1")
    for _ in range(6):
        played.draw("licence")
    for _ in range(6):
        played.draw("licence", class_="priority", class_reason="elderly")
    classes = []
    for _ in range(12):
        played.call()
        classes.append(played.ticket(played.hall.window("1").ticket).class_[0])
    assert "".join(classes) == "poppoppopooo"


def test_the_reason_of_a_shared_turn_names_the_classes() -> None:
    played = PlayedHall().open("1")
    played.draw("licence")
    played.draw("licence", class_="priority", class_reason="elderly")
    assert reason(played) == e.Reason("class_mix", {"waited_min": 0, "class": "priority", "others": "ordinary"})


def test_who_waited_over_the_limit_goes_next_at_most_one_call_in_three() -> None:
    played = PlayedHall(plan(Policy(longest_wait_s=600, recall_lock_s=0, classes=Policy().classes))).open("1")
    for _ in range(4):
        played.draw("licence")
    played.wait(601)
    for _ in range(8):
        played.draw("licence", class_="priority", class_reason="elderly")
    codes = [reason(played).code for _ in range(9)]
    guarded = [at for at, code in enumerate(codes) if code == "longest_wait"]
    assert guarded
    assert all(later - earlier >= 3 for earlier, later in pairwise(guarded))


def test_the_limit_also_reaches_a_service_the_window_takes_second() -> None:
    played = PlayedHall(plan(Policy(longest_wait_s=600, recall_lock_s=0))).open("2")
    played.draw("pension")
    played.wait(601)
    for _ in range(5):
        played.draw("card")
    assert "B001" in [played.call("2") for _ in range(3)]


def test_a_returner_waits_for_the_calls_that_are_due() -> None:
    played = PlayedHall(plan(Policy(return_after_calls=2, recall_lock_s=0, missed_lock_s=0))).open("1")
    first = played.draw()
    for _ in range(3):
        played.draw()
    assert played.call() == "A001"
    played.do(c.Miss("1"))
    played.do(c.Return(first))
    assert [played.call() for _ in range(4)] == ["A002", "A003", "A001", "A004"]


def test_a_returner_is_called_at_once_when_nobody_else_waits() -> None:
    played = PlayedHall(plan(Policy(return_after_calls=9, missed_lock_s=0))).open("1")
    ticket = played.draw()
    played.call()
    played.do(c.Miss("1"))
    played.do(c.Return(ticket))
    assert reason(played).code == "returner_idle"


def test_nobody_is_called_again_within_the_lock() -> None:
    played = PlayedHall(plan(Policy(missed_lock_s=30, return_after_calls=0))).open("1")
    ticket = played.draw()
    played.call()
    played.do(c.Miss("1"))
    played.do(c.Return(ticket))
    assert played.call() is None
    played.wait(30)
    assert played.call() == "A001"


def test_an_appointment_is_not_called_before_its_slot_and_waits_from_it() -> None:
    played = PlayedHall(plan(Policy(appointment_early_s=0))).open("1")
    slot = (played.now.wall + 600_000, played.now.wall + 1_200_000)
    booked = played.draw("licence", class_="appointment", slot=slot)
    played.draw("licence")
    assert played.call() == "A002"
    played.do(c.Finish("1"))
    assert played.call() is None
    played.wait(600)
    assert played.call() == "A001"
    assert played.ticket(booked).place.since == played.now.tick


def test_a_slot_may_be_called_so_long_before_it_begins() -> None:
    played = PlayedHall(plan(Policy(appointment_early_s=300))).open("1")
    begins = played.now.wall + 600_000
    played.draw("licence", class_="appointment", slot=(begins, begins + 600_000))
    played.wait(299)
    assert played.call() is None
    played.wait(1)
    assert played.call() == "A001"


def test_somebody_too_late_for_the_slot_waits_as_everybody() -> None:
    played = PlayedHall(plan(Policy(appointment_late_s=60))).open("1")
    slot = (played.now.wall - 900_000, played.now.wall - 120_000)
    assert played.ticket(played.draw("licence", class_="appointment", slot=slot)).class_ == "ordinary"


def test_who_was_told_to_come_back_to_this_clerk_goes_first_and_only_there() -> None:
    played = PlayedHall().open("1", "3")
    back = played.draw()
    played.call("1")
    played.do(c.Start("1"))
    played.do(c.Transfer(back, keep="clerk"))
    played.draw()
    assert played.call("3") == "A002"
    assert reason(played, "1").code == "same_clerk"


def test_when_that_clerk_closes_anybody_skilled_may_call() -> None:
    played = PlayedHall().open("1", "3")
    back = played.draw()
    played.call("1")
    played.do(c.Transfer(back, keep="clerk"))
    played.do(c.CloseWindow("1"))
    assert played.call("3") == "A001"


def test_choosing_changes_nothing_and_answers_the_same_again() -> None:
    played = PlayedHall().open("1")
    played.draw()
    played.draw("licence", class_="priority", class_reason="elderly")
    before = played.hall.copy()
    window = played.plan.windows["1"]
    answers = {choose(played.hall, window, played.now, played.plan.policy).ticket.id for _ in range(3)}  # type: ignore[union-attr]
    assert answers == {"2026-11-23-A002"}
    assert played.hall == before


def test_ahead_counts_what_will_be_called_before() -> None:
    played = PlayedHall().open("1")
    for _ in range(3):
        played.draw("licence")
    for _ in range(4):
        played.draw("licence", class_="priority", class_reason="elderly")
    ordinary = played.draw("permit")
    priority = played.draw("permit", class_="priority", class_reason="elderly")
    promised = {x.ticket: x.ahead for _, x in played.log if isinstance(x, e.TicketIssued)}
    assert promised[ordinary] == 3 + 4
    assert promised[priority] == 4 + 2


def test_ahead_counts_nobody_whom_the_same_windows_take_less_gladly_and_all_they_take_more_gladly() -> None:
    played = PlayedHall().open("2")
    for service in ("pension", "pension", "licence"):
        played.draw(service)
    card = played.draw("card")
    pension = played.draw("pension")
    licence = played.draw("licence")
    promised = {x.ticket: x.ahead for _, x in played.log if isinstance(x, e.TicketIssued)}
    assert promised[card] == 0
    assert promised[pension] == 2 + 1
    assert promised[licence] == 1 + 1 + 3
    assert [played.call("2") for _ in range(6)] == ["B003", "B001", "B002", "B004", "A001", "A002"]


def test_ahead_goes_by_the_windows_that_are_open() -> None:
    played = PlayedHall().open("1")
    played.draw("card")
    played.do(c.OpenWindow("3", "staff-3"))
    shared = played.draw("licence")
    played.do(c.CloseWindow("3"))
    alone = played.draw("licence")
    promised = {x.ticket: x.ahead for _, x in played.log if isinstance(x, e.TicketIssued)}
    assert (promised[shared], promised[alone]) == (1, 1)


def test_undo_of_a_call_gives_the_window_its_class_credit_back() -> None:
    played = PlayedHall().open("1")
    for _ in range(3):
        played.draw()
        played.draw(class_="priority", class_reason="elderly")
    played.call()
    credit, first = played.hall.window("1").credit, played.hall.window("1").ticket
    called = []
    for _ in range(2):
        called.append(played.call())
        assert played.hall.window("1").credit != credit
        played.do(c.Undo("1"))
        assert (played.hall.window("1").credit, played.hall.window("1").ticket) == (credit, first)
    assert called[0] == called[1], "the same turn again, not the one after it"


# -- the order that a clerk sees -----------------------------------------------------------------


def mixed() -> PlayedHall:
    """Two classes, two levels, a long wait, a returner, a slot to come and somebody who comes back to window 2."""
    policy = Policy(recall_lock_s=0, missed_lock_s=0, longest_wait_s=300, longest_wait_every=2, return_after_calls=2)
    played = PlayedHall(plan(policy)).open("1", "2")
    for service in ("pension", "card", "card", "licence", "licence"):
        played.draw(service)
    played.wait(400)
    for _ in range(3):
        played.draw("card", class_="priority", class_reason="elderly")
    begins = played.now.wall + 3_600_000
    played.draw("pension", class_="appointment", slot=(begins, begins + 600_000))
    played.call("2")
    played.do(c.Miss("2"))
    played.do(c.Return(next(ticket.id for ticket in played.hall.tickets.values() if ticket.state == "missed")))
    played.call("2")
    played.do(c.Transfer(played.hall.window("2").ticket, keep="clerk"))
    return played


def test_the_order_shown_is_the_order_called() -> None:
    played = mixed()
    window = played.plan.windows["2"]
    before = played.hall.copy()
    shown = [choice.ticket.number for choice in order(played.hall, window, played.now, played.plan.policy, 50)]
    assert played.hall == before
    called = []
    while (number := played.call("2")) is not None:
        called.append(number)
        # Between two presses nobody changes places.
        rest = order(played.hall, window, played.now, played.plan.policy, 50)
        assert [*called, *(choice.ticket.number for choice in rest)] == shown
    assert called == shown
    assert len(shown) == 8
    assert [x.state for x in played.hall.tickets.values()].count("waiting") == 1, "the slot has not begun"


def test_whoever_is_here_may_be_next_with_the_next_matter_in_one_press_as_in_two() -> None:
    called = []
    for presses in ((c.CallNext("1"),), (c.Finish("1"), c.CallNext("1"))):
        played = PlayedHall().open("1")
        both, _ = played.draw("licence", "permit"), played.draw("licence")
        played.call()
        before = played.ticket(both)
        for press in presses:
            played.do(press)
        called.append((played.hall.window("1").ticket, played.ticket(both).services))
        if len(presses) == 1:
            played.do(c.Undo("1"))
            assert played.ticket(both) == before
    assert called == [(both, ("permit",))] * 2


def test_the_order_ends_where_it_is_told_to() -> None:
    played = mixed()
    whole = order(played.hall, played.plan.windows["2"], played.now, played.plan.policy, 50)
    assert order(played.hall, played.plan.windows["2"], played.now, played.plan.policy, 3) == whole[:3]
    assert order(played.hall, played.plan.windows["2"], played.now, played.plan.policy, 0) == ()
