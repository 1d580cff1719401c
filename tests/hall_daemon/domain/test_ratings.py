"""Ratings: whose they are, once a visit, and for how long."""

from __future__ import annotations

import pytest

from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.plan import Policy
from tests.hall_daemon.domain.halls import DAY, MIDNIGHT, Stage, plan

A001, A002 = f"{DAY}-A001", f"{DAY}-A002"
RATE = c.Rate("1", 5, "pad:1")


def stage_of_two() -> Stage:
    stage = Stage(plan(Policy(recall_lock_s=0, missed_lock_s=0, rating_s=60))).open("1")
    stage.draw()
    stage.draw()
    return stage


def rated(stage: Stage) -> str:
    (event,) = stage.do(RATE)
    assert event == e.ServiceRated(event.ticket, "1", 5, "pad:1")  # type: ignore[union-attr]
    return event.ticket  # type: ignore[union-attr]


def test_whoever_is_being_served_rates() -> None:
    stage = stage_of_two()
    stage.call()
    stage.do(c.Finish("1"))
    stage.call()
    stage.do(c.Start("1"))
    assert rated(stage) == A002


def test_whoever_was_served_last_rates_also_when_the_next_one_is_called_already() -> None:
    stage = stage_of_two()
    stage.call()
    stage.call()
    stage.wait(60)
    assert rated(stage) == A001
    assert stage.refused(RATE).facts == {"number": "A001"}
    stage.wait(1)
    assert rated(stage) == A002, "served without a press of start"


def test_nobody_rates_an_empty_window_or_too_late() -> None:
    stage = stage_of_two()
    assert stage.refused(RATE).code == "nobody_to_rate"
    stage.call()
    stage.do(c.Finish("1"))
    stage.do(c.CloseWindow("1"))
    stage.wait(61)
    assert stage.refused(RATE).code == "nobody_to_rate"


def test_the_window_may_have_closed_meanwhile() -> None:
    stage = stage_of_two()
    stage.call()
    stage.do(c.Finish("1"))
    stage.do(c.CloseWindow("1"))
    assert rated(stage) == A001


def test_a_visit_is_rated_once_whatever_its_matters_are() -> None:
    stage = Stage().open("1", "2")
    ticket = stage.draw("permit", "card")
    stage.call()
    stage.do(c.Finish("1"))
    assert rated(stage) == ticket
    stage.call("2")
    stage.do(c.Start("2"))
    assert stage.refused(c.Rate("2", 1, "pad:2")).code == "rated_already"


def test_an_undone_finish_was_none_and_a_rating_does_not_keep_it_from_being_undone() -> None:
    stage = stage_of_two()
    stage.call()
    stage.do(c.Start("1"))
    stage.do(c.Finish("1"))
    assert rated(stage) == A001
    stage.do(c.Undo("1"))
    assert stage.hall.window("1").last == ""
    assert stage.refused(RATE).code == "rated_already"


@pytest.mark.parametrize("level", [0, 6, -1])
def test_a_level_has_bounds(level: int) -> None:
    stage = stage_of_two()
    stage.call()
    assert stage.refused(c.Rate("1", level, "pad:1")).code == "bad_rating"


def test_ratings_go_with_their_tickets() -> None:
    stage = stage_of_two()
    stage.call()
    stage.do(c.Finish("1"))
    rated(stage)
    stage.do(c.OpenDay("2026-11-24", MIDNIGHT + 86_400_000))
    assert stage.hall.ratings == {}
    assert stage.replayed() == stage.hall
    assert stage.refused(RATE).code == "nobody_to_rate"
