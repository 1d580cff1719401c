"""Who is quick: clerks, days, and halls where nobody differs."""

from __future__ import annotations

import random

import pytest

from hall_daemon.prediction.learn.clerk_speed import CLERKS_MOST, ClerkSpeeds

WIDTH = 0.6


def lived(clerks: dict[str, float], *, days: int, clerks_day: float, halls_day: float, each: int = 40) -> ClerkSpeeds:
    """`days` days on which each clerk has so many cases; the last has a pace of 0.15 in the whole hall."""
    speeds, dice = ClerkSpeeds(), random.Random(5)
    for day in range(days):
        if day:
            speeds.new_day()
        hall = 0.15 if day == days - 1 else dice.gauss(0.0, halls_day)
        for clerk, own in clerks.items():
            todays = own + hall + dice.gauss(0.0, clerks_day)
            for _ in range(each):
                speeds.add(clerk, todays + dice.gauss(0.0, WIDTH), WIDTH)
    return speeds


FIVE = dict.fromkeys("abcde", 0.0)


def test_nothing_seen_is_as_usual() -> None:
    today = ClerkSpeeds().today()
    assert today.centre == 0.0
    assert today.clerks == {}
    assert 0.0 < today.spread < 0.1
    assert 0.0 < today.anybody.spread < 0.1


def test_a_slow_clerk_is_known_the_next_morning() -> None:
    speeds = lived({**FIVE, "slow": 0.5}, days=30, clerks_day=0.05, halls_day=0.02)
    speeds.new_day()
    today = speeds.today()
    others = sum(today.clerks[clerk].level for clerk in FIVE) / 5
    assert today.clerks["slow"].level - others == pytest.approx(0.5, abs=0.12)
    assert today.clerks["slow"].spread < today.anybody.spread


def test_in_a_hall_where_clerks_are_alike_nobody_is_corrected() -> None:
    speeds = lived(FIVE, days=60, clerks_day=0.0, halls_day=0.0)
    assert max(abs(speed.level) for speed in speeds.today().clerks.values()) < 0.05


def test_where_the_whole_hall_differs_from_day_to_day_today_is_seen_soon() -> None:
    steady = lived(FIVE, days=40, clerks_day=0.03, halls_day=0.0)
    varying = lived(FIVE, days=40, clerks_day=0.03, halls_day=0.2)
    assert varying.today().centre == pytest.approx(0.15, abs=0.06)
    assert abs(steady.today().centre) < abs(varying.today().centre)


def test_a_clerk_seen_much_follows_the_hall_less() -> None:
    speeds = lived(FIVE, days=20, clerks_day=0.15, halls_day=0.05)
    today = speeds.today()
    assert 0.0 < today.clerks["a"].follows < 0.6
    assert today.anybody.follows == 1.0


def test_one_mad_case_moves_little_and_memory_is_bounded() -> None:
    speeds = ClerkSpeeds()
    speeds.add("a", 1e6, WIDTH)
    speeds.add("", 1.0, WIDTH)
    assert list(speeds.today().clerks) == ["a"]
    assert speeds.today().clerks["a"].level < 0.02
    for n in range(CLERKS_MOST + 50):
        speeds.add(f"clerk-{n}", 0.1, WIDTH)
    speeds.new_day()
    assert len(speeds.today().clerks) == CLERKS_MOST
