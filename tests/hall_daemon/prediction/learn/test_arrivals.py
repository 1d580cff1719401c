"""Who comes through the day: a profile learnt from days before, scaled by today's level."""

from __future__ import annotations

import random

import pytest

from hall_daemon.prediction.learn.arrival_rates import Stream, rate_pieces
from hall_daemon.prediction.learn.arrivals import SLOT_MS, SLOTS, Arrivals

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
CARD, PERMIT = ("card", "ordinary"), ("permit", "priority")


def lived(days: int, *, seed: int = 1, factor: float = 1.0) -> Arrivals:
    """From 8 to 12 sixty an hour, from 12 to 16 twenty, one in five for a permit; the last day lasts until ten."""
    arrivals, dice = Arrivals(), random.Random(seed)
    for day in range(days + 1):
        arrivals.new_day(day * DAY_MS)
        until = 10 if day == days else 16
        for hour in range(8, until):
            per_hour = (60 if hour < 12 else 20) * (factor if day == days else 1.0)
            for _ in range(round(per_hour)):
                kind = PERMIT if dice.random() < 0.2 else CARD
                at = day * DAY_MS + hour * HOUR_MS + dice.randrange(HOUR_MS)
                arrivals.see(*kind, at, at)
    return arrivals


def rates(arrivals: Arrivals, day: int, hour: float) -> dict[tuple[str, str], Stream]:
    now = int(day * DAY_MS + hour * HOUR_MS)
    return {(s.service, s.class_): s for s in arrivals.streams(now, ("card", "permit"), now)}


def per_hour(stream: Stream, at: float) -> float:
    return 3_600_000 * next((rate for since, rate in reversed(stream.later) if since <= at), stream.per_ms)


def test_the_rest_of_the_day_is_that_of_days_before() -> None:
    card = rates(lived(10), 10, 10.0)[CARD]
    assert per_hour(card, 10 * DAY_MS + 11 * HOUR_MS) == pytest.approx(48, rel=0.2)
    assert per_hour(card, 10 * DAY_MS + 13 * HOUR_MS) == pytest.approx(16, rel=0.25)
    assert per_hour(card, 10 * DAY_MS + 20 * HOUR_MS) == 0.0
    assert rates(lived(10), 10, 10.0)[PERMIT].per_ms * HOUR_MS == pytest.approx(12, rel=0.25)


def test_a_day_with_twice_as_many_goes_on_so() -> None:
    usual, busy = (rates(lived(10, factor=factor), 10, 10.0)[CARD] for factor in (1.0, 2.0))
    assert 1.6 < busy.per_ms / usual.per_ms < 2.1


def test_a_kind_that_comes_for_the_first_time_has_its_present_rate() -> None:
    arrivals = lived(3)
    for n in range(20):
        at = 3 * DAY_MS + 10 * HOUR_MS + n * 60_000
        arrivals.see("card", "green", at, at)
    assert rates(arrivals, 3, 10.4)["card", "green"].per_ms > 0.0


def test_without_a_wall_clock_or_a_day_before_it_is_the_present_rate() -> None:
    arrivals = lived(10)
    now = 10 * DAY_MS + 10 * HOUR_MS
    assert all(not stream.later for stream in arrivals.streams(now, ("card", "permit")))
    assert all(not stream.later for stream in lived(0).streams(10 * HOUR_MS, ("card",), 10 * HOUR_MS))


def test_a_wall_clock_that_jumps_far_away_is_the_edge_of_the_day() -> None:
    arrivals = lived(3)
    arrivals.see("card", "ordinary", 3 * DAY_MS + 10 * HOUR_MS, -5 * DAY_MS)
    arrivals.see("card", "ordinary", 3 * DAY_MS + 10 * HOUR_MS, 900 * DAY_MS)
    for wall in (-5 * DAY_MS, 900 * DAY_MS):
        assert arrivals.streams(3 * DAY_MS + 10 * HOUR_MS, ("card",), wall)
    arrivals.new_day(4 * DAY_MS)


def test_a_day_without_anybody_says_nothing() -> None:
    arrivals = lived(3)
    arrivals.new_day(4 * DAY_MS)
    before = rates(arrivals, 4, 9.0)
    arrivals.new_day(5 * DAY_MS)
    after = rates(arrivals, 5, 9.0)
    assert {kind: s.per_ms for kind, s in before.items()} == {kind: s.per_ms for kind, s in after.items()}


def test_a_kind_that_stops_coming_is_forgotten() -> None:
    arrivals = Arrivals()
    arrivals.new_day(0)
    arrivals.see("old", "ordinary", HOUR_MS, HOUR_MS)
    for day in range(1, 200):
        arrivals.new_day(day * DAY_MS)
        arrivals.see("card", "ordinary", day * DAY_MS + HOUR_MS, day * DAY_MS + HOUR_MS)
    arrivals.new_day(200 * DAY_MS)
    now = 200 * DAY_MS + HOUR_MS
    assert [s.service for s in arrivals.streams(now, ("old", "card"), now)] == ["card"]


def test_tides_are_the_stretches_between_changes() -> None:
    streams = (Stream("a", "o", 1.0, ((50.0, 3.0),)), Stream("b", "o", 2.0, ((30.0, 0.0), (500.0, 9.0))))
    assert [tuple(tide) for tide in rate_pieces(streams, 10, 100)] == [
        (30.0, 3.0, [1.0, 3.0]), (50.0, 1.0, [1.0, 1.0]), (100, 3.0, [3.0, 3.0]),
    ]
    assert rate_pieces((), 10, 100) == []
    assert SLOTS * SLOT_MS == DAY_MS
