"""A press taken back: what it puts back, what it leaves as it is by now, and when it comes too late."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hall_daemon.domain import commands as c
from hall_daemon.domain.plan import Policy
from tests.hall_daemon.domain.halls import PlayedHall, plan


def test_undo_takes_a_way_back_off_the_ticket_and_puts_it_on_again() -> None:
    played = PlayedHall().open("1", "2")
    ticket = played.draw("permit")
    played.call()
    before = played.ticket(ticket)
    played.do(c.Transfer(ticket, service="card", keep="clerk"))
    played.do(c.Undo("1"))
    assert played.ticket(ticket) == before
    played.do(c.Transfer(ticket, service="card", keep="clerk"))
    played.call("2")
    played.do(c.Finish("2"))
    played.do(c.Undo("2"))
    assert played.ticket(ticket).back_to == {"permit": "1"}


def test_undo_of_a_call_puts_both_people_back() -> None:
    played = PlayedHall().open("1")
    first, second = played.draw(), played.draw()
    played.call()
    played.do(c.Start("1"))
    before = played.ticket(first), played.ticket(second), played.hall.window("1")
    played.call()
    played.do(c.Undo("1"))
    assert (played.ticket(first), played.ticket(second), played.hall.window("1")) == before
    assert played.refused(c.Undo("1")).code == "nothing_to_undo"


@pytest.mark.parametrize(
    "command", [c.Recall("1"), c.Start("1"), c.Finish("1"), c.Miss("1"), c.Transfer("T", keep="end")]
)
def test_undo_of_any_press_puts_everything_back(command: c.Command) -> None:
    played = PlayedHall(plan(Policy(recall_lock_s=0, misses_before_void=1))).open("1")
    ticket = played.draw()
    played.call()
    before = played.ticket(ticket), played.hall.window("1")
    played.do(replace(command, ticket=ticket) if isinstance(command, c.Transfer) else command)
    assert played.ticket(ticket) != before[0]
    played.do(c.Undo("1"))
    assert (played.ticket(ticket), played.hall.window("1")) == before


def test_undo_leaves_who_was_put_aside_and_cancelled_since_away() -> None:
    played = PlayedHall().open("1")
    aside, called = played.draw(), played.draw()
    played.call()
    played.do(c.Start("1"))
    played.do(c.Hold("1"))
    played.call()
    played.do(c.Cancel(aside))
    played.do(c.Undo("1"))
    assert played.hall.window("1").held == ()
    assert played.ticket(called).state == "waiting"
    assert played.refused(c.Resume("1")).code == "nothing_held"


def test_undo_comes_too_late_or_after_the_ticket_moved_on() -> None:
    played = PlayedHall(plan(Policy(recall_lock_s=0, missed_lock_s=0, undo_s=60))).open("1")
    ticket = played.draw()
    played.call()
    played.do(c.Miss("1"))
    played.do(c.Return(ticket))
    assert played.refused(c.Undo("1")).code == "undo_overtaken"
    played.call()
    played.wait(61)
    assert played.refused(c.Undo("1")).code == "undo_too_late"


def test_a_transfer_before_a_ticket_was_made_priority_is_not_undone() -> None:
    played = PlayedHall().open("1")
    ticket = played.draw()
    played.call()
    played.do(c.Transfer(ticket, "permit"))
    played.do(c.Prioritise(ticket, "elderly"))
    assert played.refused(c.Undo("1")).code == "undo_overtaken"
