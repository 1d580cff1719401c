"""Ratings: whose they are, once a visit, and for how long."""

from __future__ import annotations

import pytest

from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.plan import Policy
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
