"""Facts in the order in which a hall lets them happen."""

from __future__ import annotations

from hall_daemon.evaluation.story import DAY_S, Fact, story
from tests.hall_daemon.evaluation.days import MONDAY, row, rows

MIDNIGHT = MONDAY.toordinal() * DAY_S


def told(*given: tuple[float, str, int]) -> list[tuple[float, str, int]]:
    return [(MIDNIGHT + second, what, n) for second, what, n in given]


def facts(*people: object) -> list[tuple[float, str, int]]:
    return [(f.second, f.what, f.ticket) for f in story([(MONDAY, one) for one in people])]  # type: ignore[misc]


def test_who_stood_in_line_is_called_before_somebody_comes_in_the_same_second() -> None:
    assert facts(row(10, 10, 60), row(20, 60, 90), row(60, 90, 95)) == told(
        (10, "came", 0), (10, "called", 0), (20, "came", 1), (60, "ended", 0), (60, "called", 1), (60, "came", 2),
        (90, "ended", 1), (90, "called", 2), (95, "ended", 2),
    )


def test_who_leaves_and_whose_end_is_not_recorded() -> None:
    assert facts(row(10, None, left_s=30.0), row(20, 40)) == told(
        (10, "came", 0), (20, "came", 1), (30, "left", 0), (40, "called", 1)
    )


def test_people_of_one_minute_stand_in_the_order_of_their_calls() -> None:
    assert [n for _, what, n in facts(row(60, 300), row(60, 200)) if what == "called"] == [0, 1]


def test_nobody_knows_the_window_before_the_call() -> None:
    seen: list[Fact] = list(story(rows(1)["made"]))
    assert {fact.server for fact in seen if fact.what in ("came", "left")} == {""}
    assert {fact.server for fact in seen if fact.what in ("called", "ended")} == {"c1", "c2"}
    assert [fact.second for fact in seen] == sorted(fact.second for fact in seen)
