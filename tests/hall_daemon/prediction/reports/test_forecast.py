"""The forecast as a whole: days ahead, the rest of today, the quietest half hours, how good it was, what is unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from hall_daemon.domain.evolve import evolve
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment
from hall_daemon.prediction.learn.day_profile import Habits
from hall_daemon.prediction.learn.day_summary import DayTable, Stamped, day_table
from hall_daemon.prediction.reports.forecast import DayForecast, Forecast, Today, coming_days, forecast, review
from hall_daemon.prediction.waits.wait_estimate import Range
from tests.hall_daemon.prediction.past import past
from tests.hall_daemon.rehearsal.small_hall import MAKE_UP, small_hall

MINUTE = 60_000
PEOPLE = 6_000  # quick, and good enough for what is asserted here


def today(minute: int) -> Today:
    """The last day of the past weeks, as it was at this minute."""
    seen = past()
    midnight = seen.rows[0].wall
    now = Moment(midnight + minute * MINUTE, midnight + minute * MINUTE)
    rows = [row for row in seen.rows if row.wall <= now.wall]
    hall = Hall()
    for row in rows:
        evolve(hall, row.event, row.moment)
    return Today(hall, now, day_table(hall.day, [Stamped(row.tick, row.wall, row.event) for row in rows]))


def made(minute: int = 7 * 60, horizon: int = 3) -> Forecast:
    seen = past()
    return forecast(small_hall(), seen.tables[:-1], today(minute), seen.distributions, Habits(), horizon, people=PEOPLE)


@pytest.fixture(scope="module")
def morning() -> Forecast:
    return made()


def test_today_and_the_next_open_days(morning: Forecast) -> None:
    assert [day.day for day in morning.days] == ["2026-11-20", "2026-11-23", "2026-11-24", "2026-11-25"]
    assert morning.seen == 39
    for day in morning.days:
        assert day.reason == ""
        assert [slot.begins for slot in day.slots] == [*range(510, 720, 30), *range(840, 1050, 30)]
        assert day.people.p10 < day.people.p50 < day.people.p90
        assert set(day.queues) == {"social", "general"}
        assert all(len(queue.slots) == len(day.slots) for queue in day.queues.values())


def test_coming_days_skip_what_is_closed_and_take_what_is_made_up() -> None:
    ahead = coming_days(small_hall(), "2026-09-30", 7)
    assert ahead[0] == "2026-10-05"
    assert MAKE_UP.isoformat() in ahead
    assert len(coming_days(small_hall(), "2026-11-20", 100)) < 32


def test_waits_are_of_the_size_that_such_days_had(morning: Forecast) -> None:
    """The middle of all waits that are said for the coming Monday lies between those of quiet and of busy days."""
    tables = past().tables
    means = sorted(sum(wait.waited_ms for wait in table.waits) / len(table.waits) / 1000 for table in tables)
    monday = morning.days[1]
    said = [slot.wait.p50_s for slot in monday.slots if isinstance(slot.wait, Range)]
    assert len(said) >= 10
    assert means[0] * 0.3 < sum(said) / len(said) < means[-1] * 1.5


def test_the_quietest_half_hours_wait_least(morning: Forecast) -> None:
    for day in morning.days:
        assert len(day.quietest) == 3
        best = [day.slots[at].wait for at in day.quietest]
        others = [slot.wait for at, slot in enumerate(day.slots) if at not in day.quietest]
        worst_best = max(max(60, wait.p90_s) for wait in best if isinstance(wait, Range))
        # A half hour that is cut short by the end of numbers is not recommended.
        assert sum(isinstance(wait, Range) and max(60, wait.p90_s) < worst_best for wait in others) <= 2


def test_at_noon_the_morning_is_told_and_the_afternoon_forecast() -> None:
    day = made(13 * 60, 1).days[0]
    came = past().tables[-1]
    morning, afternoon = day.slots[:7], day.slots[7:]
    assert all(slot.wait == "hall_closed" and slot.people.p10 == slot.people.p90 == slot.came for slot in morning)
    so_far = sum(sum(counts.counts[:26]) for counts in came.came)
    assert sum(slot.came or 0 for slot in morning) == so_far
    assert day.people.p10 >= so_far
    assert all(slot.came is None and isinstance(slot.wait, Range) for slot in afternoon[:4])
    assert all(day.slots[at].begins >= 13 * 60 for at in day.quietest)


def test_a_half_hour_that_has_begun_is_not_recommended() -> None:
    """At ten past four hardly more than the best three are left, and one of them has begun."""
    day = made(16 * 60 + 10, 0).days[0]
    assert isinstance(next(slot for slot in day.slots if slot.begins == 16 * 60).wait, Range)
    assert day.quietest
    assert all(day.slots[at].begins > 16 * 60 for at in day.quietest)


def test_how_good_the_last_one_was_is_told(morning: Forecast) -> None:
    review = morning.review
    assert review is not None
    assert review.day == past().tables[-2].day
    assert review.came == past().tables[-2].people
    assert 0.0 < review.people_error < 10.0
    assert review.week_error is not None
    assert review.inside > 0.5
    assert review.waits_kept is not None
    assert review.waits_kept > 0.6


def test_the_last_one_is_judged_without_knowing_who_came_to_work_that_day() -> None:
    """Nobody knew that only one window was open, so what is said of that day is the same."""
    *before, last = past().tables[:-1]
    alone = replace(last, staffed={"1": last.staffed["1"]})
    assert alone.staffed != last.staffed
    told = [
        review(small_hall(), [*before, day], past().distributions, Habits(), PEOPLE) for day in (last, alone)
    ]
    assert told[0] is not None
    assert told[0] == told[1]


def test_the_same_moment_gives_the_same_forecast(morning: Forecast) -> None:
    assert made() == morning


def test_too_little_seen_is_said() -> None:
    seen = past()
    found = forecast(small_hall(), seen.tables[-4:-1], today(420), seen.distributions, Habits(), 3, people=PEOPLE)
    assert [day.reason for day in found.days] == ["too_little_seen"] * 4
    assert found.review is None


def test_an_empty_journal_and_a_closed_day_have_a_reason() -> None:
    plan, distributions = small_hall(), past().distributions
    nothing = forecast(
        plan, [], Today(Hall(day="2026-11-22"), Moment(0, 0), DayTable(day="2026-11-22")), distributions, Habits(), 1
    )
    assert [(day.day, day.reason) for day in nothing.days] == [
        ("2026-11-22", "hall_closed"), ("2026-11-23", "too_little_seen"),
    ]


def test_a_queue_that_was_hardly_seen_says_so_while_the_hall_speaks() -> None:
    seen = past()
    tables = [
        replace(table, came=tuple(came for came in table.came if came.service in ("enquiry", "tax") or at < 2))
        for at, table in enumerate(seen.tables[-12:-1])
    ]
    day: DayForecast = forecast(small_hall(), tables, today(420), seen.distributions, Habits(), 1, people=PEOPLE).days[
        1
    ]
    assert {slot.wait for slot in day.queues["social"].slots} == {"too_little_seen"}
    assert any(isinstance(slot.wait, Range) for slot in day.queues["general"].slots)


def test_a_service_never_seen_expects_nobody() -> None:
    day = made(420, 1).days[1]
    assert date.fromisoformat(day.day)
    total = sum(queue.people.p50 for queue in day.queues.values())
    assert abs(total - day.people.p50) <= 3
