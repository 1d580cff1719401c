"""What is left of a duration that has begun."""

from __future__ import annotations

from hall_daemon.prediction.learn.distributions import Distribution


def test_a_window_that_has_just_become_free_mostly_calls_at_once() -> None:
    distribution = Distribution((0.0, 0.0, 0.0, 600_000.0))
    assert [distribution.left_ms(0.0, 1.0, chance) for chance in (0.0, 0.4, 0.7, 0.9)] == [0.0, 0.0, 0.0, 600_000.0]
    assert distribution.left_ms(1.0, 1.0, 0.0) == 599_999.0
