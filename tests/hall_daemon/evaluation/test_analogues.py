"""The most similar moments answer."""

from __future__ import annotations

import pytest

from hall_daemon.evaluation.analogues import FEWEST, KEPT, NEAREST, Analogues


def test_nothing_before_enough_was_seen() -> None:
    analogues = Analogues((1.0,))
    for n in range(FEWEST - 1):
        analogues.remember((float(n),), 1.0, 5.0)
    assert analogues.like((3.0,), 1.0) == []


def test_similar_moments_answer_and_others_do_not() -> None:
    analogues = Analogues((1.0, 0.0))
    for n in range(600):
        analogues.remember((float(n % 2), float(n)), 1.0, 5.0 if n % 2 else 50.0)
    assert analogues.like((1.0, 7.0), 1.0) == [5.0] * NEAREST
    assert analogues.like((0.0, 7.0), 1.0) == [50.0] * NEAREST


def test_waits_are_scaled_half_way_to_the_present_formula() -> None:
    analogues = Analogues((1.0,))
    for _ in range(FEWEST):
        analogues.remember((0.0,), 4.0, 10.0)
    assert analogues.like((0.0,), 16.0) == pytest.approx([20.0] * FEWEST)


def test_what_is_long_past_is_forgotten() -> None:
    analogues = Analogues((1.0,))
    for n in range(2 * KEPT):
        analogues.remember((0.0,), 1.0, 1.0 if n < KEPT else 2.0)
    assert set(analogues.like((0.0,), 1.0)) == {2.0}


def test_a_formula_that_says_nothing() -> None:
    with pytest.raises(ValueError, match="more than 0"):
        Analogues((1.0,)).remember((0.0,), 0.0, 1.0)
