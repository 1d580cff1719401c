"""The regression: finds what was planted, and a fifth of garbage does not move it."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hall_daemon.prediction.learn.robust_regression import MOST, Fit, Seen, fit, median, spread, theil_sen

KINDS = {"card": 5.5, "tax": 6.5, "house": 7.0}
PLACES = {"1": 0.0, "2": 0.25, "3": -0.25}
TREND, CROWD, SIGMA = 0.05, 0.04, 0.5


def planted(seed: int, n: int = 3000) -> list[Seen]:
    dice = random.Random(seed)
    cases = []
    for _ in range(n):
        kind, place = dice.choice(list(KINDS)), dice.choice(list(PLACES))
        months, crowd = dice.uniform(0.0, 3.0), math.log2(1 + dice.randrange(30))
        log = KINDS[kind] + PLACES[place] + TREND * months + CROWD * crowd + dice.gauss(0.0, SIGMA)
        cases.append(Seen(kind, place, months, crowd, log))
    return cases


def difference(one: Fit, other: Fit) -> float:
    """The farthest that two fits are apart for any of the cases that there may be."""
    return max(
        abs(one.usual(case) - other.usual(case))
        for kind in KINDS for place in PLACES for months in (0.0, 3.0) for crowd in (0.0, 5.0)
        for case in [Seen(kind, place, months, crowd, 0.0)]
    )


def test_what_was_planted_is_found() -> None:
    found = fit(planted(1))
    assert found.trend == pytest.approx(TREND, abs=0.025)
    assert found.crowd == pytest.approx(CROWD, abs=0.02)
    assert found.sigma == pytest.approx(SIGMA, abs=0.03)
    assert found.places["2"] - found.places["3"] == pytest.approx(0.5, abs=0.06)
    assert found.kinds["house"] - found.kinds["card"] == pytest.approx(1.5, abs=0.06)


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 1000), level=st.floats(0.0, 9.6), wide=st.floats(0.0, 2.0), share=st.floats(0.0, 0.2)
)
def test_a_fifth_of_garbage_does_not_move_it(seed: int, level: float, wide: float, share: float) -> None:
    """Any level between a second and four hours, narrow or wide: a press at once, a window that nobody finished."""
    clean = planted(seed, 1500)
    dice = random.Random(seed)
    dirty = [
        case._replace(log=min(9.6, max(0.0, dice.gauss(level, wide)))) if dice.random() < share else case
        for case in clean
    ]
    assert difference(fit(clean), fit(dirty)) < 0.4  # least squares are off by more than one


def test_least_squares_would_be_moved() -> None:
    clean = planted(5, 1500)
    dice = random.Random(5)
    dirty = [case._replace(log=9.5) if dice.random() < 0.2 else case for case in clean]
    by_mean = sum(case.log for case in dirty) / len(dirty) - sum(case.log for case in clean) / len(clean)
    assert by_mean > 0.55
    assert difference(fit(clean), fit(dirty)) < 0.2


def test_nothing_is_made_of_nothing() -> None:
    assert fit([]) == Fit()
    with pytest.raises(ValueError, match="median of nothing"):
        median([])
    assert spread([3.0]) == 0.0


def test_one_case_is_its_own_usual() -> None:
    case = Seen("card", "1", 0.0, 1.0, 6.0)
    assert fit([case]).usual(case) == pytest.approx(6.0)


def test_the_only_window_of_a_matter_is_not_blamed() -> None:
    found = fit([Seen("house", "9", 0.0, 0.0, 7.0 + 0.01 * (n % 5)) for n in range(200)])
    assert abs(found.places["9"]) < 0.05


def test_many_cases_are_thinned_evenly() -> None:
    found = fit([Seen("card", "1", n / MOST, 0.0, 6.0) for n in range(MOST + 1)])
    assert found.n <= MOST
    assert found.trend == pytest.approx(0.0, abs=1e-6)


def test_a_line_through_points_with_an_outlier() -> None:
    points = [(float(x), 2.0 + 0.5 * x) for x in range(11)]
    points[4] = (4.0, 900.0)
    assert theil_sen(points) == pytest.approx((0.5, 2.0))
    assert theil_sen([(1.0, 2.0), (1.0, 3.0)]) is None
