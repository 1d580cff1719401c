"""Working days: the vectors of the law's clocks, and a calendar whose years end."""

from __future__ import annotations

from datetime import date

import pytest

from hall_daemon.cases.clock import Calendar, Pause, due, lamp, left

HOLIDAYS = frozenset({date(2026, 5, 1), date(2026, 5, 4), date(2026, 5, 5)})
MAY = Calendar(HOLIDAYS, frozenset({date(2026, 5, 9)}), frozenset({2026}))


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


@pytest.mark.parametrize(
    ("start", "days", "pauses", "expected"),
    [
        ("03-02", 5, [], "03-09"),
        ("03-02", 5, [("03-04", "03-06")], "03-11"),
        ("03-02", 5, [("03-04", "03-04")], "03-09"),
        ("03-02", 5, [("03-04", None)], None),
        ("03-02", 5, [("03-03", "03-04"), ("03-05", None)], None),
        ("04-29", 5, [], "05-09"),
        ("03-07", 1, [], "03-09"),
        ("03-02", 0, [], "03-02"),
    ],
)
def test_the_due_day(start: str, days: int, pauses: list[tuple[str, str | None]], expected: str | None) -> None:
    spans: list[Pause] = [(day(begins), None if ends is None else day(ends)) for begins, ends in pauses]
    assert due(day(start), days, spans, MAY.working) == (None if expected is None else day(expected))


def test_a_due_day_beyond_the_last_year_is_about_so() -> None:
    near, far = MAY.due("2026-12-28", 2), MAY.due("2026-12-28", 6)
    assert near is not None
    assert (near.day, near.about) == (date(2026, 12, 30), False)
    assert far is not None
    assert (far.day, far.about) == (date(2027, 1, 5), True)


def test_what_is_left_counts_working_days_only_and_goes_below_nothing() -> None:
    assert left(day("04-29"), day("05-09"), MAY.working) == 5
    assert left(day("05-09"), day("05-09"), MAY.working) == 0
    assert left(day("05-11"), day("05-08"), MAY.working) == -2


def test_the_lamp() -> None:
    lamps = [lamp(day("03-02"), until) for until in (None, day("03-03"), day("03-02"), day("03-01"))]
    assert lamps == ["halted", "calm", "soon", "over"]


def test_a_limit_that_no_calendar_can_hold_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="working days are left"):
        due(day("03-02"), 5, [], lambda each: False)
