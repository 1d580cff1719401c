"""A day in figures: what was undone never was, who came back is open again, and a late finish still counts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall_daemon.app.report import DayReport, Spread, day_report, spread
from hall_daemon.domain import commands as c
from hall_daemon.domain.plan import Policy
from tests.hall_daemon.app.small_hall import DAY, HOUR_MS, MIDNIGHT_WALL, SmallHall, small_plan


class Day(SmallHall):
    def __init__(self) -> None:
        policy = Policy(recall_lock_s=0, missed_lock_s=0, return_after_calls=0, misses_before_void=2)
        super().__init__(replace(small_plan(), policy=policy))
        for window in "12":
            self.do(c.OpenWindow(window, f"staff-{window}"))

    def after(self, minutes: float, *commands: c.Command) -> None:
        self.later(minutes * 60)
        for command in commands:
            self.do(command)

    @property
    def report(self) -> DayReport:
        return day_report(DAY, [row for row in self.rows if row.day == DAY])


def ends(report: DayReport) -> tuple[int, int, int, int, int]:
    return report.tickets, report.served, report.missed, report.left, report.open


def test_a_day_on_which_nobody_came() -> None:
    report = day_report(DAY, [])
    nothing = Spread(0, None, None, None)
    assert ends(report) == (0, 0, 0, 0, 0)
    assert (report.wait, report.handling, report.queues, report.windows) == (nothing, nothing, {}, {})


def test_a_plain_visit() -> None:
    day = Day()
    day.issue("id-card")
    day.after(10, c.CallNext("1"))
    day.after(1, c.Recall("1"))
    day.after(1, c.Start("1"))
    day.after(5, c.Finish("1"))
    report = day.report
    assert ends(report) == (1, 1, 0, 0, 0)
    assert (report.calls, report.recalls) == (1, 1)
    assert (report.wait.mean_s, report.handling.mean_s) == (600.0, 300.0)
    assert report.queues["a"]["served"] == 1
    assert report.windows == {"1": {"served": 1, "handling_mean_s": 300.0}}


def test_without_a_start_handling_runs_from_the_call() -> None:
    day = Day()
    day.issue("id-card")
    day.after(1, c.CallNext("1"))
    day.after(4, c.Finish("1"))
    assert day.report.handling.mean_s == 240.0


def test_an_undone_call_never_was() -> None:
    day = Day()
    day.issue("id-card")
    day.after(10, c.CallNext("1"), c.Undo("1"))
    assert ends(day.report) == (1, 0, 0, 0, 1)
    assert (day.report.undone, day.report.wait.n, day.report.windows) == (1, 0, {})
    day.after(10, c.CallNext("2"))
    assert day.report.wait.mean_s == 1200.0


def test_an_undone_second_call_leaves_the_first() -> None:
    day = Day()
    ticket = day.issue("id-card")
    day.after(10, c.CallNext("1"), c.Miss("1"), c.Return(ticket))
    day.after(10, c.CallNext("2"), c.Undo("2"))
    assert day.report.wait.mean_s == 600.0
    assert ends(day.report) == (1, 0, 0, 0, 1)


def test_an_undone_finish_is_open_and_the_next_one_counts_whole() -> None:
    day = Day()
    day.issue("id-card")
    day.after(0, c.CallNext("1"), c.Start("1"))
    day.after(5, c.Finish("1"), c.Undo("1"))
    assert ends(day.report) == (1, 0, 0, 0, 1)
    day.after(5, c.Finish("1"))
    assert ends(day.report) == (1, 1, 0, 0, 0)
    assert day.report.handling.mean_s == 600.0


def test_one_press_that_finished_and_called_is_undone_as_one() -> None:
    day = Day()
    day.issue("id-card")
    day.issue("id-card")
    day.after(1, c.CallNext("1"))
    day.after(3, c.CallNext("1"))
    assert ends(day.report) == (2, 1, 0, 0, 1)
    day.after(0.1, c.Undo("1"))
    assert ends(day.report) == (2, 0, 0, 0, 2)
    assert day.report.wait.n == 1


def test_one_press_that_advanced_and_called_the_same_person_is_undone_as_one() -> None:
    day = Day()
    day.issue("id-card", "social")
    day.after(1, c.CallNext("1"))
    day.after(5, c.CallNext("1"))
    day.after(0.5, c.Undo("1"))
    day.after(4.5, c.Finish("1"))
    day.after(0, c.CallNext("2"))
    day.after(2, c.Finish("2"))
    assert (day.report.handling, day.report.wait.n) == (spread([12 * 60_000]), 1)


def test_several_matters_are_one_visit_with_all_its_time() -> None:
    day = Day()
    day.issue("id-card", "social")
    day.after(1, c.CallNext("1"))
    day.after(5, c.Finish("1"))
    day.after(20, c.CallNext("2"))
    day.after(7, c.Finish("2"))
    assert ends(day.report) == (1, 1, 0, 0, 0)
    assert day.report.handling.mean_s == 12 * 60
    assert day.report.wait.mean_s == 60


def test_missed_returned_void() -> None:
    day = Day()
    ticket = day.issue("id-card")
    day.after(1, c.CallNext("1"), c.Miss("1"))
    assert ends(day.report) == (1, 0, 1, 0, 0)
    day.after(1, c.Return(ticket))
    assert ends(day.report) == (1, 0, 0, 0, 1)
    day.after(1, c.CallNext("1"), c.Miss("1"))
    assert ends(day.report) == (1, 0, 1, 0, 0), "void"
    day.after(0.5, c.Undo("1"))
    assert ends(day.report) == (1, 0, 0, 0, 1), "the miss that voided is undone with its void"


def test_who_leaves_and_who_is_left_over() -> None:
    day = Day()
    cancelled, _waiting, _missed = day.issue("id-card"), day.issue("tax"), day.issue("id-card")
    day.after(1, c.Cancel(cancelled), c.CallNext("1"), c.Miss("1"), c.CallNext("2"), c.Start("2"))
    day.do(c.OpenDay("2026-11-24", MIDNIGHT_WALL + 24 * HOUR_MS))
    assert ends(day.report) == (3, 0, 1, 1, 1), "who is at a desk may finish"


@pytest.mark.parametrize("undo", [False, True])
def test_a_finish_after_midnight_is_of_its_own_day(undo: bool) -> None:
    """The core files it there (test_core); here the figures follow the filing."""
    day = Day()
    day.issue("id-card")
    day.after(1, c.CallNext("1"), c.Start("1"))
    day.do(c.OpenDay("2026-11-24", MIDNIGHT_WALL + 24 * HOUR_MS))
    day.after(30, c.Finish("1"), *([c.Undo("1")] if undo else []))
    filed = [row._replace(day=DAY) if getattr(row.event, "ticket", "") or hasattr(row.event, "tickets") else row
             for row in day.rows]
    report = day_report(DAY, [row for row in filed if row.day == DAY])
    assert report.served == (not undo)
    assert report.handling.n == (not undo)


def test_announced_counts_what_reached_anybody() -> None:
    day = Day()
    ticket = day.issue("id-card")
    day.after(1, c.CallNext("1"))
    for seen, heard in ((True, False), (False, False), (True, True)):
        day.do(c.ReportAnnounced(ticket, "1", 1, seen, heard))
    assert day.report.announced == 2


def test_ratings_are_counted_by_level_the_best_first() -> None:
    day = Day()
    for level in (3, 5, 3):
        day.issue("id-card")
        day.after(1, c.CallNext("1"), c.Start("1"), c.Rate("1", level, "pad:1"), c.Finish("1"))
    assert list(day.report.ratings.items()) == [(5, 1), (3, 2)]


def test_reasons_of_low_ratings_are_counted_the_most_frequent_first() -> None:
    day = Day()
    for reasons in (("unclear",), ("manner", "unclear"), ()):
        ticket = day.issue("id-card")
        day.after(1, c.CallNext("1"), c.Finish("1"), c.RateVisit(ticket, 1, "phone", reasons))
    assert list(day.report.rating_reasons.items()) == [("unclear", 2), ("manner", 1)]
    assert day.report.ratings == {1: 3}


def test_percentiles_are_the_nearest_rank() -> None:
    assert spread(n * 1000 for n in range(1, 11)) == Spread(10, 5.5, 5.0, 9.0)
    assert spread([1500]) == Spread(1, 1.5, 1.5, 1.5)


@given(st.lists(st.integers(0, 10**8), min_size=1))
def test_figures_stand_in_order(values: list[int]) -> None:
    found = spread(values)
    assert found.n == len(values)
    assert found.median_s is not None
    assert found.p90_s is not None
    assert min(values) / 1000 <= found.median_s <= found.p90_s <= max(values) / 1000
