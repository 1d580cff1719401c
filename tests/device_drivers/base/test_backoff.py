"""Pauses between attempts: they double to a bound, and what held for long starts afresh."""

from __future__ import annotations

import random

from device_drivers.base.backoff import Backoff


def test_pauses_double_up_to_a_bound() -> None:
    again = Backoff(0.5, 30.0, 10.0)
    assert [again.after() for _ in range(8)] == [0.5, 1, 2, 4, 8, 16, 30, 30]
    assert max(again.after() for _ in range(2000)) == 30.0


def test_what_held_for_long_starts_afresh() -> None:
    again = Backoff(0.5, 30.0, 60.0)
    assert [again.after(held_s) for held_s in (0, 59.9, 1, 60.0, 0)] == [0.5, 1, 2, 0.5, 1]


def test_each_is_shortened_by_up_to_half() -> None:
    again = Backoff(1.0, 8.0, 60.0, random.Random(7))
    for most_s in (1, 2, 4, 8, 8, 8):
        assert most_s / 2 <= again.after() <= most_s


def test_a_look_at_what_is_no_failure_does_not_count() -> None:
    again = Backoff(0.5, 30.0, 60.0)
    assert [again.uncounted(0.8) for _ in range(3)] == [0.5, 0.5, 0.5]
    for _ in range(4):
        again.after()
    assert again.uncounted(0.8) == 0.8
    assert again.after() == 8.0
