"""Who asks to be called later stands as if the number had been drawn later; who is on the way gets more time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hall_daemon.app.deadlines import due
from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.dispatch import ahead_of, blocked
from hall_daemon.domain.plan import Hours, Policy
from tests.hall_daemon.domain.halls import PlayedHall, plan

TEN_MIN = Policy(recall_lock_s=0, missed_lock_s=0, postpone_s=600, postpone_times=2)


def hall(policy: Policy = TEN_MIN) -> PlayedHall:
    return PlayedHall(plan(policy)).open("1")


def test_who_draws_in_that_time_goes_first_and_who_draws_later_does_not() -> None:
    played = hall()
    first = played.draw()
    played.wait(300)
    played.draw()
    played.wait(400)
    played.draw()
    played.do(c.Postpone(first))
    assert ahead_of(played.plan, played.hall, played.ticket(first)) == 1, "the one who drew within ten minutes"
    assert blocked(played.hall, played.ticket(first), played.now) == ("postponed", 600_000)
    assert played.call() == "A002"
    played.wait(600)
    assert played.call() == "A001", "before A003, who drew more than ten minutes after"
    assert played.call() == "A003"
    assert played.replayed() == played.hall


def test_nobody_is_called_before_that_even_when_nobody_else_waits() -> None:
    played = hall()
    ticket = played.draw()
    played.do(c.Postpone(ticket))
    played.wait(599)
    assert played.call() is None
    played.wait(1)
    assert played.call() == "A001"


def test_time_away_is_no_wait_that_overtakes_others() -> None:
    """The longest wait goes next: not the one who asked to wait."""
    played = hall(replace(TEN_MIN, longest_wait_s=900, longest_wait_every=1))
    away = played.draw()
    played.do(c.Postpone(away))
    played.wait(600)
    played.draw(class_="priority", class_reason="elderly")
    played.wait(500)
    called = [event for event in played.do(c.CallNext("1")) if isinstance(event, e.TicketCalled)]
    assert called[0].reason.code == "class_mix", "eighteen minutes since the draw, eight of them waited"


@pytest.mark.parametrize(
    ("policy", "times"), [(TEN_MIN, 2), (replace(TEN_MIN, postpone_times=0), 0), (replace(TEN_MIN, postpone_s=0), 0)]
)
def test_it_is_asked_so_often_and_no_more(policy: Policy, times: int) -> None:
    played = hall(policy)
    ticket = played.draw()
    for _ in range(times):
        played.do(c.Postpone(ticket))
    assert played.refused(c.Postpone(ticket)).code == "postponed_enough"
    assert played.ticket(ticket).postponed == times


def test_not_beyond_the_end_of_the_session_and_only_while_it_waits() -> None:
    nine_to_ten = Hours(weekly=(((540, 600),),) * 7, stop_issuing_min=0)
    played = PlayedHall(plan(TEN_MIN, hours=nine_to_ten)).open("1")
    ticket = played.draw()
    played.wait(3000)
    assert played.refused(c.Postpone(ticket)).code == "postpone_too_late"
    played.call()
    assert played.refused(c.Postpone(ticket)).code == "not_now"
    played.do(c.Finish("1"))
    assert played.refused(c.Postpone(ticket)).code == "ticket_over"


def test_a_slot_that_is_later_still_holds() -> None:
    played = hall()
    slot = played.now.wall + 7_200_000
    ticket = played.draw(class_="appointment", slot=(slot, slot + 1_800_000))
    before = played.ticket(ticket)
    played.do(c.Postpone(ticket))
    assert played.ticket(ticket).not_before == before.not_before
    stop = blocked(played.hall, played.ticket(ticket), played.now)
    assert stop is not None
    assert stop.code == "slot"


def test_after_a_missed_call_the_lock_is_named_and_not_the_choice_before() -> None:
    played = hall(replace(TEN_MIN, missed_lock_s=30, return_after_calls=0))
    ticket = played.draw()
    played.do(c.Postpone(ticket))
    played.wait(600)
    played.call()
    played.do(c.Miss("1"))
    played.do(c.Return(ticket))
    stop = blocked(played.hall, played.ticket(ticket), played.now)
    assert stop is not None
    assert stop.code == "lock"


def test_whoever_is_on_the_way_is_waited_for_twice_as_long_and_once() -> None:
    played = hall(replace(TEN_MIN, no_show_s=60))
    ticket = played.draw()
    assert played.refused(c.SayComing(ticket)).code == "not_now"
    played.call()
    assert played.do(c.SayComing(ticket)) == (e.HolderComing(ticket, "1"),)
    assert played.do(c.SayComing(ticket)) == (), "said once"
    played.wait(119)
    assert due(played.plan, played.hall, played.now) == []
    played.wait(1)
    (miss,) = due(played.plan, played.hall, played.now)
    played.do(miss)
    assert played.ticket(ticket).state == "missed"
    assert played.ticket(ticket).coming, "staff see it beside the missed number"
    played.do(c.Return(ticket))
    played.call()
    assert not played.ticket(ticket).coming
    assert played.replayed() == played.hall


def test_a_call_is_taken_back_though_its_person_is_on_the_way() -> None:
    played = hall()
    ticket = played.draw()
    played.call()
    played.do(c.SayComing(ticket))
    played.do(c.Undo("1"))
    assert (played.ticket(ticket).state, played.ticket(ticket).coming) == ("waiting", False)
