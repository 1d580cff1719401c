"""Ratings: whose they are, once a visit, and for how long."""

from __future__ import annotations

import pytest

from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.plan import Policy
from hall_daemon.domain.window_rules import LOW_LEVELS
from tests.hall_daemon.domain.halls import DAY, MIDNIGHT, PlayedHall, plan

A001, A002 = f"{DAY}-A001", f"{DAY}-A002"
RATE = c.Rate("1", 5, "pad:1")


def played_by_two() -> PlayedHall:
    played = PlayedHall(plan(Policy(recall_lock_s=0, missed_lock_s=0, rating_s=60))).open("1")
    played.draw()
    played.draw()
    return played


def rated(played: PlayedHall) -> str:
    (event,) = played.do(RATE)
    assert event == e.ServiceRated(event.ticket, "1", 5, "pad:1")  # type: ignore[union-attr]
    return event.ticket  # type: ignore[union-attr]


def test_whoever_is_being_served_rates() -> None:
    played = played_by_two()
    played.call()
    played.do(c.Finish("1"))
    played.call()
    played.do(c.Start("1"))
    assert rated(played) == A002


def test_whoever_was_served_last_rates_also_when_the_next_one_is_called_already() -> None:
    played = played_by_two()
    played.call()
    played.call()
    played.wait(60)
    assert rated(played) == A001
    assert played.refused(RATE).facts == {"number": "A001"}
    played.wait(1)
    assert rated(played) == A002, "served without a press of start"


def test_nobody_rates_an_empty_window_or_too_late() -> None:
    played = played_by_two()
    assert played.refused(RATE).code == "nobody_to_rate"
    played.call()
    played.do(c.Finish("1"))
    played.do(c.CloseWindow("1"))
    played.wait(61)
    assert played.refused(RATE).code == "nobody_to_rate"


def test_the_window_may_have_closed_meanwhile() -> None:
    played = played_by_two()
    played.call()
    played.do(c.Finish("1"))
    played.do(c.CloseWindow("1"))
    assert rated(played) == A001


def test_a_visit_is_rated_once_whatever_its_matters_are() -> None:
    played = PlayedHall().open("1", "2")
    ticket = played.draw("permit", "card")
    played.call()
    played.do(c.Finish("1"))
    assert rated(played) == ticket
    played.call("2")
    played.do(c.Start("2"))
    assert played.refused(c.Rate("2", 1, "pad:2")).code == "rated_already"


def test_an_undone_finish_was_none_and_a_rating_does_not_keep_it_from_being_undone() -> None:
    played = played_by_two()
    played.call()
    played.do(c.Start("1"))
    played.do(c.Finish("1"))
    assert rated(played) == A001
    played.do(c.Undo("1"))
    assert played.hall.window("1").last == ""
    assert played.refused(RATE).code == "rated_already"


@pytest.mark.parametrize("level", [0, 6, -1])
def test_a_level_has_bounds(level: int) -> None:
    played = played_by_two()
    played.call()
    assert played.refused(c.Rate("1", level, "pad:1")).code == "bad_rating"


def test_ratings_go_with_their_tickets() -> None:
    played = played_by_two()
    played.call()
    played.do(c.Finish("1"))
    rated(played)
    played.do(c.OpenDay("2026-11-24", MIDNIGHT + 86_400_000))
    assert played.hall.ratings == {}
    assert played.replayed() == played.hall
    assert played.refused(RATE).code == "nobody_to_rate"


# -- by who holds the ticket -----------------------------------------------------------------------


def visit(level: int = 5, *reasons: str, ticket: str = A001) -> c.RateVisit:
    return c.RateVisit(ticket, level, "phone", reasons)


def served() -> PlayedHall:
    played = played_by_two()
    played.call()
    played.do(c.Finish("1"))
    return played


def test_a_holder_rates_a_visit_once_and_long_after_it() -> None:
    played = served()
    played.wait(5 * 3600)
    assert played.do(visit(4)) == (e.ServiceRated(A001, "1", 4, "phone"),)
    assert (played.refused(visit(1)).code, played.hall.ratings) == ("rated_already", {A001: 4})


def test_the_evaluator_and_the_holder_rate_the_same_visit() -> None:
    played = served()
    rated(played)
    assert played.refused(visit()).facts == {"number": "A001"}
    again = served()
    again.do(visit())
    assert again.refused(RATE).code == "rated_already"


@pytest.mark.parametrize("level", LOW_LEVELS)
def test_a_low_level_may_say_why_from_the_closed_list(level: int) -> None:
    played = served()
    (event,) = played.do(visit(level, "manner", "waited_long", "manner"))
    assert event == e.ServiceRated(A001, "1", level, "phone", ("manner", "waited_long"))
    assert played.replayed() == played.hall


@pytest.mark.parametrize(("level", "reason"), [(1, "clerk 1024 was rude"), (3, "manner"), (5, "manner")])
def test_other_reasons_are_refused(level: int, reason: str) -> None:
    played = served()
    assert played.refused(visit(level, reason)).code == "bad_rating_reason"
    assert played.hall.ratings == {}


@pytest.mark.parametrize("level", [0, 6])
def test_a_holders_level_has_the_same_bounds(level: int) -> None:
    assert served().refused(visit(level)).code == "bad_rating"


def test_what_is_not_done_is_not_rated_by_its_holder() -> None:
    played = played_by_two()
    assert played.refused(visit()).code == "not_served", "waiting"
    played.call()
    assert played.refused(visit()).code == "not_served", "called"
    played.do(c.Start("1"))
    assert played.refused(visit()).code == "not_served", "being served: at the window, by its evaluator"
    played.do(c.Cancel(A002))
    assert played.refused(visit(ticket=A002)).code == "not_served", "given up"


def test_several_matters_are_one_visit_that_ends_with_the_last() -> None:
    played = PlayedHall().open("1", "2")
    ticket = played.draw("permit", "card")
    played.call()
    played.do(c.Finish("1"))
    assert played.refused(visit(ticket=ticket)).code == "not_served"
    played.call("2")
    played.do(c.Finish("2"))
    assert played.do(visit(ticket=ticket)) == (e.ServiceRated(ticket, "2", 5, "phone"),)


def test_the_day_is_the_last_on_which_a_holder_rates() -> None:
    played = served()
    played.do(c.CloseDay(DAY))
    played.do(visit())
    played = served()
    played.do(c.OpenDay("2026-11-24", MIDNIGHT + 86_400_000))
    assert played.refused(visit()).code == "unknown_ticket"
