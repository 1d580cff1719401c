"""Scores against values worked out by hand."""

from __future__ import annotations

import random

import pytest

from hall_daemon.evaluation.score import Said, Tally, crps


def test_crps_of_a_figure_is_its_error() -> None:
    assert crps((10.0,), 4.0) == 6.0


def test_crps_of_two_values() -> None:
    """E|X - y| = 2 for y between 0 and 4; E|X - X'| / 2 = 1."""
    assert crps((0.0, 4.0), 1.0) == pytest.approx(1.0)


def test_crps_is_the_double_sum() -> None:
    dice = random.Random(3)
    sample = sorted(dice.expovariate(0.1) for _ in range(50))
    apart = sum(abs(a - b) for a in sample for b in sample) / (2 * 50 * 50)
    assert crps(sample, 7.0) == pytest.approx(sum(abs(a - 7.0) for a in sample) / 50 - apart)


def test_a_tally() -> None:
    tally = Tally()
    tally.add(Said(10.0, (8.0, 12.0), (8.0, 12.0), (7.0, 13.0)), 13.0)
    tally.add(Said(10.0, (8.0, 12.0), (8.0, 12.0), (6.0, 14.0)), 9.0)
    figures = tally.figures("hall", "all")
    assert (figures.n, figures.mae_min) == (2, 2.0)
    assert figures.rmse_min == pytest.approx(5.0**0.5)
    assert (figures.cover80, figures.width80_min, figures.cover90, figures.width90_min) == (0.5, 4.0, 1.0, 7.0)
    assert (figures.over80, figures.over90) == (0.5, 0.0)


def test_who_gives_no_range_is_not_measured_by_it() -> None:
    tally = Tally()
    tally.add(Said(10.0), 13.0)
    figures = tally.figures("LES", "all")
    assert (figures.crps_min, figures.cover80, figures.width90_min) == (3.0, None, None)


def test_nobody_asked() -> None:
    with pytest.raises(ValueError, match="nobody"):
        Tally().figures("hall", "all")
