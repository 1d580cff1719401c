"""The efficiency report: figures of every case, planted outliers found and nothing else, no person named."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from hall_daemon.app.record import Recorded
from hall_daemon.prediction.learn.day_summary import Case, DayTable, Stamped, day_table
from hall_daemon.prediction.reports.efficiency import Efficiency, begins_of, efficiency, figures
from hall_daemon.rehearsal.weeks import Taste, Weeks, open_days
from tests.hall_daemon.rehearsal.small_hall import small_hall

LAST = date(2026, 11, 20)


def tables(taste: Taste, days: int = 40, seed: int = 1) -> list[DayTable]:
    made: list[DayTable] = []

    def write(rows: list[Recorded]) -> None:
        made.append(day_table(rows[0].day, [Stamped(row.tick, row.wall, row.event) for row in rows]))

    Weeks(small_hall(), seed, write, taste).live(open_days(small_hall(), LAST, days))
    return made


def report(made: list[DayTable], service: str = "") -> Efficiency:
    return efficiency(made, "week", made[0].day, made[-1].day, service)


@pytest.mark.parametrize(("day", "week", "month"), [
    ("2026-11-23", "2026-11-23", "2026-11-01"), ("2026-11-29", "2026-11-23", "2026-11-01"),
    ("2026-12-01", "2026-11-30", "2026-12-01"), ("2027-01-01", "2026-12-28", "2027-01-01"),
])
def test_periods_begin_where_people_expect(day: str, week: str, month: str) -> None:
    assert (begins_of(day, "day"), begins_of(day, "week"), begins_of(day, "month")) == (day, week, month)


def test_figures_by_hand() -> None:
    assert figures([]) == (0, None, None, None, None)
    assert figures([75 * 60_000]) == (1, 4500.0, 4500.0, 4500.0, 4500.0)
    assert figures(range(1000, 11_000, 1000)) == (10, 5.5, 1.0, 5.0, 9.0)


def test_an_empty_span_is_an_empty_report() -> None:
    empty = efficiency([], "week", "2026-11-01", "2026-11-20")
    assert (empty.n, empty.days, empty.matters, empty.outliers) == (0, 0, (), ())


def test_one_case_is_one_case() -> None:
    one = report([DayTable(day="2026-11-20", cases=(Case("card", "1", 20, 90_000, 3),))])
    assert [(matter.service, matter.figures.n, matter.best, matter.trend) for matter in one.matters] == [
        ("card", 1, "", None)
    ]
    assert one.periods[0].best_window == ""
    assert one.outliers == ()


def test_no_case_is_lost_or_counted_twice() -> None:
    made = tables(Taste(80.0), 15)
    all_cases = sum(len(table.cases) for table in made)
    for by in ("day", "week", "month"):
        found = efficiency(made, by, made[0].day, made[-1].day)
        assert found.n == all_cases
        assert sum(period.figures.n for period in found.periods) == all_cases
        assert sum(matter.figures.n for matter in found.matters) == all_cases
    one = report(made, "card")
    assert {period.service for period in one.periods} == {"card"}
    assert one.n == sum(case.service == "card" for table in made for case in table.cases)


def test_planted_outliers_are_found_with_their_evidence() -> None:
    odd_day = open_days(small_hall(), LAST, 40)[20].isoformat()
    made = tables(Taste(110.0, slower={("card", "2"): 1.8, ("enquiry", odd_day): 3.0}))
    found = report(made)
    day = next(outlier for outlier in found.outliers if outlier.kind == "day")
    assert (day.service, day.day, day.window) == ("enquiry", odd_day, "")
    assert day.n == sum(case.service == "enquiry" for table in made if table.day == odd_day for case in table.cases)
    assert 2.0 < day.median_s / day.usual_s < 4.2
    assert day.sigmas > 5
    window = max((outlier for outlier in found.outliers if outlier.kind == "window"), key=lambda one: one.sigmas)
    assert (window.service, window.window, window.day) == ("card", "2", "")
    assert 1.4 < window.median_s / window.usual_s < 2.2


def test_a_hall_as_usual_has_next_to_nothing_that_stands_out() -> None:
    """240 days of services and a dozen of windows are looked at: by chance alone one may be far off."""
    for seed in (1, 2):
        assert len(report(tables(Taste(110.0), seed=seed)).outliers) <= 1


def test_trend_and_load_are_told() -> None:
    found = report(tables(Taste(110.0, trend=0.1, load=0.06), 60))
    assert found.trend == pytest.approx(0.10, abs=0.04)
    assert found.load == pytest.approx(0.06, abs=0.03)
    flat = report(tables(Taste(110.0), 60))
    assert abs(flat.trend) < 0.04
    assert abs(flat.load) < 0.03


def test_the_best_of_the_same_period() -> None:
    begins = date(2026, 11, 2)
    weeks = []
    for n in range(10):
        day = (begins + timedelta(days=n + 2 * (n // 5))).isoformat()
        slow = 1 if n >= 5 else 2
        cases = [Case("card", window, 20, 60_000 * slow * int(window), 0) for window in ("1", "2") for _ in range(6)]
        weeks.append(DayTable(day=day, cases=tuple(cases)))
    found = report(weeks)
    assert (found.matters[0].best, found.matters[0].best_s) == ("2026-11-09", 60.0)
    assert [(period.begins, period.best_window, period.best_s) for period in found.periods] == [
        ("2026-11-02", "1", 120.0), ("2026-11-09", "1", 60.0),
    ]
