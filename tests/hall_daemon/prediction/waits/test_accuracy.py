"""A promise held against what came, and sums of many."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall_daemon.prediction.waits.accuracy import ENOUGH, Cell, Score, accuracy, figures, score
from hall_daemon.prediction.waits.wait_estimate import Range

SAID = Range(300, 600, 900)


@pytest.mark.parametrize(
    ("waited_ms", "is_"),
    [
        (300_000, Score(True, -300_000, 300_000)),
        (299_999, Score(False, -300_001, 300_001)),
        (600_000, Score(True, 0, 0)),
        (900_000, Score(True, 300_000, 300_000)),
        (900_001, Score(False, 300_001, 300_001)),
        (0, Score(False, -600_000, 600_000)),
    ],
)
def test_a_promise_is_held_by_what_it_said(waited_ms: int, is_: Score) -> None:
    assert score(SAID, waited_ms) == is_


CELLS = (
    Cell("pass", 9, "range", "called", 4, 3, 240_000, 480_000, 1200, 2, 1),
    Cell("pass", 10, "range", "left", 2, moves=1),
    Cell("pass", 10, "no_window_open", "called", 3),
    Cell("tax", 9, "range", "called", 1, 0, -60_000, 60_000, 100),
    Cell("tax", 9, "not_recorded", "", 1),
)


def test_only_ranges_that_came_to_a_call_are_scored_and_all_is_counted() -> None:
    found = accuracy(CELLS)
    total = found.total
    assert (total.tickets, total.scored, total.held) == (11, 5, 3)
    assert total.share_held == pytest.approx(0.6)
    assert total.bias_s == pytest.approx(36.0)
    assert total.mean_error_s == pytest.approx(108.0)
    assert total.mean_width_s == pytest.approx(260.0)
    assert (total.moves, total.later) == (3, 1)
    assert total.unknown == {"no_window_open": 3, "not_recorded": 1}
    assert total.outcomes == {"called": 8, "left": 2, "waiting": 1}
    assert list(found.services) == ["pass", "tax"]
    assert list(found.hours) == [9, 10]
    assert found.hours[10].share_held is None
    assert not total.enough
    assert figures([CELLS[0]._replace(n=ENOUGH)]).enough


def test_of_nothing_nothing_is_said() -> None:
    nothing = figures([])
    assert (nothing.share_held, nothing.bias_s, nothing.mean_error_s, nothing.mean_width_s) == (None,) * 4


@given(st.lists(st.tuples(st.integers(0, 7200), st.integers(0, 7200), st.integers(0, 7200), st.integers(0, 10**7))))
def test_sums_are_those_of_the_scores(kept: list[tuple[int, int, int, int]]) -> None:
    scores = [score(Range(*sorted((a, b, c))), waited) for a, b, c, waited in kept]
    cells = [Cell("s", 9, "range", "called", 1, s.held, s.late_ms, s.off_ms) for s in scores]
    found = figures(cells)
    assert found.scored == len(scores)
    assert found.held == sum(s.held for s in scores)
    assert found.off_ms == sum(abs(s.late_ms) for s in scores)
