"""Who is next: each rule of `choose` on a hall small enough to see through."""

from __future__ import annotations

from itertools import pairwise

from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.dispatch import choose, order
from hall_daemon.domain.plan import Policy
from tests.hall_daemon.domain.halls import Stage, plan


def reason(stage: Stage, window: str = "1") -> e.Reason:
    (call,) = [x for x in stage.do(c.CallNext(window)) if isinstance(x, e.TicketCalled)]
    return call.reason


def test_order_inside_a_class_is_arrival() -> None:
    stage = Stage().open("1")
    for service in ("licence", "permit", "licence"):
        stage.draw(service)
        stage.wait(1)
    assert [stage.call() for _ in range(4)] == ["A001", "A002", "A003", None]


def test_a_window_never_calls_what_it_is_not_skilled_for() -> None:
    stage = Stage().open("1", "3")
    stage.draw("permit")
    stage.draw("card")
    assert stage.call("3") == "B001"
    assert stage.call("3") is None


def test_first_goes_before_yes_and_idle_only_when_nothing_else_waits() -> None:
    stage = Stage().open("2")
    for service in ("licence", "pension", "card"):
        stage.draw(service)
        stage.wait(1)
    assert [stage.call("2") for _ in range(3)] == ["B002", "B001", "A001"]


def test_classes_share_the_calls_two_to_one_and_none_starves() -> None:
    stage = Stage().open("1")
    for _ in range(6):
        stage.draw("licence")
    for _ in range(6):
        stage.draw("licence", class_="priority", class_reason="elderly")
    classes = []
    for _ in range(12):
        stage.call()
        classes.append(stage.ticket(stage.hall.window("1").ticket).class_[0])
    assert "".join(classes) == "poppoppopooo"


def test_the_reason_of_a_shared_turn_names_the_classes() -> None:
    stage = Stage().open("1")
    stage.draw("licence")
    stage.draw("licence", class_="priority", class_reason="elderly")
    assert reason(stage) == e.Reason("class_mix", {"waited_min": 0, "class": "priority", "others": "ordinary"})


def test_who_waited_over_the_limit_goes_next_at_most_one_call_in_three() -> None:
    stage = Stage(plan(Policy(longest_wait_s=600, recall_lock_s=0, classes=Policy().classes))).open("1")
    for _ in range(4):
        stage.draw("licence")
    stage.wait(601)
    for _ in range(8):
        stage.draw("licence", class_="priority", class_reason="elderly")
    codes = [reason(stage).code for _ in range(9)]
    guarded = [at for at, code in enumerate(codes) if code == "longest_wait"]
    assert guarded
    assert all(later - earlier >= 3 for earlier, later in pairwise(guarded))


def test_the_limit_also_reaches_a_service_the_window_takes_second() -> None:
    stage = Stage(plan(Policy(longest_wait_s=600, recall_lock_s=0))).open("2")
    stage.draw("pension")
    stage.wait(601)
    for _ in range(5):
        stage.draw("card")
    assert "B001" in [stage.call("2") for _ in range(3)]


def test_a_returner_waits_for_the_calls_that_are_due() -> None:
    stage = Stage(plan(Policy(return_after_calls=2, recall_lock_s=0, missed_lock_s=0))).open("1")
    first = stage.draw()
    for _ in range(3):
        stage.draw()
    assert stage.call() == "A001"
    stage.do(c.Miss("1"))
    stage.do(c.Return(first))
    assert [stage.call() for _ in range(4)] == ["A002", "A003", "A001", "A004"]


def test_a_returner_is_called_at_once_when_nobody_else_waits() -> None:
    stage = Stage(plan(Policy(return_after_calls=9, missed_lock_s=0))).open("1")
    ticket = stage.draw()
    stage.call()
    stage.do(c.Miss("1"))
    stage.do(c.Return(ticket))
    assert reason(stage).code == "returner_idle"


def test_nobody_is_called_again_within_the_lock() -> None:
    stage = Stage(plan(Policy(missed_lock_s=30, return_after_calls=0))).open("1")
    ticket = stage.draw()
    stage.call()
    stage.do(c.Miss("1"))
    stage.do(c.Return(ticket))
    assert stage.call() is None
    stage.wait(30)
    assert stage.call() == "A001"


def test_an_appointment_is_not_called_before_its_slot_and_waits_from_it() -> None:
    stage = Stage(plan(Policy(appointment_early_s=0))).open("1")
    slot = (stage.now.wall + 600_000, stage.now.wall + 1_200_000)
    booked = stage.draw("licence", class_="appointment", slot=slot)
    stage.draw("licence")
    assert stage.call() == "A002"
    stage.do(c.Finish("1"))
    assert stage.call() is None
    stage.wait(600)
    assert stage.call() == "A001"
    assert stage.ticket(booked).place.since == stage.now.tick


def test_somebody_too_late_for_the_slot_waits_as_everybody() -> None:
    stage = Stage(plan(Policy(appointment_late_s=60))).open("1")
    slot = (stage.now.wall - 900_000, stage.now.wall - 120_000)
    assert stage.ticket(stage.draw("licence", class_="appointment", slot=slot)).class_ == "ordinary"


def test_who_was_told_to_come_back_to_this_clerk_goes_first_and_only_there() -> None:
    stage = Stage().open("1", "3")
    back = stage.draw()
    stage.call("1")
    stage.do(c.Start("1"))
    stage.do(c.Transfer(back, keep="clerk"))
    stage.draw()
    assert stage.call("3") == "A002"
    assert reason(stage, "1").code == "same_clerk"


def test_when_that_clerk_closes_anybody_skilled_may_call() -> None:
    stage = Stage().open("1", "3")
    back = stage.draw()
    stage.call("1")
    stage.do(c.Transfer(back, keep="clerk"))
    stage.do(c.CloseWindow("1"))
    assert stage.call("3") == "A001"


def test_choosing_changes_nothing_and_answers_the_same_again() -> None:
    stage = Stage().open("1")
    stage.draw()
    stage.draw("licence", class_="priority", class_reason="elderly")
    before = stage.hall.copy()
    window = stage.plan.windows["1"]
    answers = {choose(stage.hall, window, stage.now, stage.plan.policy).ticket.id for _ in range(3)}  # type: ignore[union-attr]
    assert answers == {"2026-11-23-A002"}
    assert stage.hall == before


def test_ahead_counts_what_will_be_called_before() -> None:
    stage = Stage().open("1")
    for _ in range(3):
        stage.draw("licence")
    for _ in range(4):
        stage.draw("licence", class_="priority", class_reason="elderly")
    ordinary = stage.draw("permit")
    priority = stage.draw("permit", class_="priority", class_reason="elderly")
    promised = {x.ticket: x.ahead for _, x in stage.log if isinstance(x, e.TicketIssued)}
    assert promised[ordinary] == 3 + 4
    assert promised[priority] == 4 + 2


def test_ahead_counts_nobody_whom_the_same_windows_take_less_gladly_and_all_they_take_more_gladly() -> None:
    stage = Stage().open("2")
    for service in ("pension", "pension", "licence"):
        stage.draw(service)
    card = stage.draw("card")
    pension = stage.draw("pension")
    licence = stage.draw("licence")
    promised = {x.ticket: x.ahead for _, x in stage.log if isinstance(x, e.TicketIssued)}
    assert promised[card] == 0
    assert promised[pension] == 2 + 1
    assert promised[licence] == 1 + 1 + 3
    assert [stage.call("2") for _ in range(6)] == ["B003", "B001", "B002", "B004", "A001", "A002"]


def test_ahead_goes_by_the_windows_that_are_open() -> None:
    stage = Stage().open("1")
    stage.draw("card")
    stage.do(c.OpenWindow("3", "staff-3"))
    shared = stage.draw("licence")
    stage.do(c.CloseWindow("3"))
    alone = stage.draw("licence")
    promised = {x.ticket: x.ahead for _, x in stage.log if isinstance(x, e.TicketIssued)}
    assert (promised[shared], promised[alone]) == (1, 1)


def test_undo_of_a_call_gives_the_window_its_class_credit_back() -> None:
    stage = Stage().open("1")
    for _ in range(3):
        stage.draw()
        stage.draw(class_="priority", class_reason="elderly")
    stage.call()
    credit, first = stage.hall.window("1").credit, stage.hall.window("1").ticket
    called = []
    for _ in range(2):
        called.append(stage.call())
        assert stage.hall.window("1").credit != credit
        stage.do(c.Undo("1"))
        assert (stage.hall.window("1").credit, stage.hall.window("1").ticket) == (credit, first)
    assert called[0] == called[1], "the same turn again, not the one after it"


# -- the order that a clerk sees -----------------------------------------------------------------


def mixed() -> Stage:
    """Two classes, two levels, a long wait, a returner, a slot to come and somebody who comes back to window 2."""
    policy = Policy(recall_lock_s=0, missed_lock_s=0, longest_wait_s=300, longest_wait_every=2, return_after_calls=2)
    stage = Stage(plan(policy)).open("1", "2")
    for service in ("pension", "card", "card", "licence", "licence"):
        stage.draw(service)
    stage.wait(400)
    for _ in range(3):
        stage.draw("card", class_="priority", class_reason="elderly")
    begins = stage.now.wall + 3_600_000
    stage.draw("pension", class_="appointment", slot=(begins, begins + 600_000))
    stage.call("2")
    stage.do(c.Miss("2"))
    stage.do(c.Return(next(ticket.id for ticket in stage.hall.tickets.values() if ticket.state == "missed")))
    stage.call("2")
    stage.do(c.Transfer(stage.hall.window("2").ticket, keep="clerk"))
    return stage


def test_the_order_shown_is_the_order_called() -> None:
    stage = mixed()
    window = stage.plan.windows["2"]
    before = stage.hall.copy()
    shown = [choice.ticket.number for choice in order(stage.hall, window, stage.now, stage.plan.policy, 50)]
    assert stage.hall == before
    called = []
    while (number := stage.call("2")) is not None:
        called.append(number)
        # Between two presses nobody changes places.
        rest = order(stage.hall, window, stage.now, stage.plan.policy, 50)
        assert [*called, *(choice.ticket.number for choice in rest)] == shown
    assert called == shown
    assert len(shown) == 8
    assert [x.state for x in stage.hall.tickets.values()].count("waiting") == 1, "the slot has not begun"


def test_whoever_is_here_may_be_next_with_the_next_matter_in_one_press_as_in_two() -> None:
    called = []
    for presses in ((c.CallNext("1"),), (c.Finish("1"), c.CallNext("1"))):
        stage = Stage().open("1")
        both, _ = stage.draw("licence", "permit"), stage.draw("licence")
        stage.call()
        before = stage.ticket(both)
        for press in presses:
            stage.do(press)
        called.append((stage.hall.window("1").ticket, stage.ticket(both).services))
        if len(presses) == 1:
            stage.do(c.Undo("1"))
            assert stage.ticket(both) == before
    assert called == [(both, ("permit",))] * 2


def test_the_order_ends_where_it_is_told_to() -> None:
    stage = mixed()
    whole = order(stage.hall, stage.plan.windows["2"], stage.now, stage.plan.policy, 50)
    assert order(stage.hall, stage.plan.windows["2"], stage.now, stage.plan.policy, 3) == whole[:3]
    assert order(stage.hall, stage.plan.windows["2"], stage.now, stage.plan.policy, 0) == ()
