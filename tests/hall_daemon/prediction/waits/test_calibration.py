"""Ranges that were too narrow, too wide or askew hold their share after some practice, also when the hall drifts."""

from __future__ import annotations

import random

import pytest

from hall_daemon.prediction.waits.calibration import KEPT, LEAST, Calibration

MINUTE = 60_000.0


def held(
    calibration: Calibration, dice: random.Random, low: float, high: float, ahead: int, n: int, mean: float
) -> float:
    inside = 0
    for _ in range(n):
        waited = dice.expovariate(1 / (mean * MINUTE))
        said = calibration.corrected(low * MINUTE, high * MINUTE, ahead)
        inside += said[0] <= waited <= said[1]
        calibration.see(low * MINUTE, high * MINUTE, ahead, waited)
    return inside / n


@pytest.mark.parametrize("share", [0.8, 0.9])
@pytest.mark.parametrize("raw", [(9.0, 11.0), (0.0, 90.0), (20.0, 40.0)], ids=["narrow", "wide", "askew"])
def test_it_holds(share: float, raw: tuple[float, float]) -> None:
    calibration, dice = Calibration(share), random.Random(5)
    held(calibration, dice, *raw, 3, 400, 10.0)
    assert held(calibration, dice, *raw, 3, 2000, 10.0) == pytest.approx(share, abs=0.03)


def test_it_follows_a_hall_that_drifts() -> None:
    calibration, dice = Calibration(0.8), random.Random(6)
    held(calibration, dice, 1.0, 23.0, 3, 1000, 10.0)
    held(calibration, dice, 1.0, 23.0, 3, 400, 20.0)
    assert held(calibration, dice, 1.0, 23.0, 3, 2000, 20.0) == pytest.approx(0.8, abs=0.03)


def test_short_queues_and_long_ones_are_kept_apart() -> None:
    calibration, dice = Calibration(0.8), random.Random(7)
    kinds = ((1, 2.0), (10, 10.0), (30, 60.0))
    inside = dict.fromkeys(kinds, 0.0)
    for n in range(1800):
        for ahead, mean in kinds:
            inside[ahead, mean] += held(calibration, dice, 5.0, 15.0, ahead, 1, mean) * (n >= 600)
    assert [n / 1200 for n in inside.values()] == pytest.approx([0.8] * 3, abs=0.04)


def test_too_little_seen_moves_nothing() -> None:
    calibration = Calibration(0.8)
    for _ in range(LEAST - 1):
        calibration.see(0.0, MINUTE, 2, 90 * MINUTE)
    assert calibration.corrected(MINUTE, 2 * MINUTE, 2) == (MINUTE, 2 * MINUTE)


def test_ranges_stay_ranges() -> None:
    calibration = Calibration(0.8)
    for n in range(KEPT + 100):
        calibration.see(0.0, 60 * MINUTE, n % 7, 30 * MINUTE)
    low, high = calibration.corrected(10 * MINUTE, 40 * MINUTE, 3)
    assert 0.0 <= low <= high
