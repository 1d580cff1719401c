"""Windows: who sits where, pauses, take-overs."""

from __future__ import annotations

from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from tests.hall_daemon.domain.halls import DAY, PlayedHall


def test_pause_keeps_who_is_there_and_calls_nobody_else() -> None:
    played = PlayedHall().open("1")
    played.draw()
    played.draw()
    played.call()
    played.do(c.PauseWindow("1", "lunch"))
    assert played.refused(c.CallNext("1")).code == "window_paused"
    played.do(c.Finish("1"))
    played.do(c.OpenWindow("1", "staff-1"))
    assert played.call() == "A002"


def test_closing_a_window_with_somebody_at_it_is_refused() -> None:
    played = PlayedHall().open("1")
    played.draw()
    played.call()
    assert played.refused(c.CloseWindow("1")).code == "window_busy"


def test_a_window_that_somebody_has_is_not_taken_over_by_mistake() -> None:
    played = PlayedHall().open("1")
    assert played.refused(c.OpenWindow("1", "new")).facts == {"window": "1", "staff": "staff-1"}
    played.do(c.PauseWindow("1", "lunch"))
    assert played.refused(c.OpenWindow("1", "new")).code == "window_taken"
    assert played.hall.window("1").staff == "staff-1"


def test_a_take_over_takes_the_numbers_with_it_and_says_from_whom() -> None:
    played = PlayedHall().open("1")
    held, here = played.draw(), played.draw()
    for command in (c.CallNext("1"), c.Start("1"), c.Hold("1"), c.CallNext("1"), c.PauseWindow("1", "lunch")):
        played.do(command)
    assert played.do(c.OpenWindow("1", "new", take_over=True)) == (e.WindowOpened("1", "new", "staff-1", here),)
    window = played.hall.window("1")
    assert (window.status, window.staff, window.ticket, window.held) == ("open", "new", here, (held,))
    for command in (c.Start("1"), c.Finish("1"), c.Resume("1"), c.Finish("1")):
        played.do(command)
    assert played.ticket(held).state == played.ticket(here).state == "served"


def test_nobody_undoes_what_the_clerk_before_pressed() -> None:
    played = PlayedHall().open("1")
    played.draw()
    played.call()
    played.do(c.OpenWindow("1", "new", take_over=True))
    assert played.refused(c.Undo("1")).code == "nothing_to_undo"
    played.do(c.Start("1"))
    played.do(c.Undo("1"))
    assert played.ticket(f"{DAY}-A001").state == "called"


def test_a_take_over_of_a_closed_or_an_own_window_is_a_plain_opening() -> None:
    played = PlayedHall().open("1")
    assert played.do(c.OpenWindow("1", "staff-1", take_over=True)) == ()
    played.do(c.PauseWindow("1", "lunch"))
    assert played.do(c.OpenWindow("1", "staff-1", take_over=True)) == (e.WindowOpened("1", "staff-1"),)
    assert played.do(c.OpenWindow("2", "staff-2", take_over=True)) == (e.WindowOpened("2", "staff-2"),)


def test_a_clerk_with_a_paused_window_opens_no_second_one() -> None:
    played = PlayedHall().open("1", "2")
    played.do(c.PauseWindow("1", "lunch"))
    assert played.refused(c.OpenWindow("3", "staff-1")).code == "staff_elsewhere"
    assert played.refused(c.OpenWindow("2", "staff-1", take_over=True)).code == "staff_elsewhere"
