"""Who comes when: better than "same as yesterday", honest ranges, closed hours empty, corrected through the day."""

from __future__ import annotations

import math
import random
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hall_daemon.prediction.learn.day_profile import (
    Count,
    DayExpected,
    Habits,
    day_expected,
    open_shares,
    rest_of_day,
    spread_count,
    traits,
)
from hall_daemon.prediction.learn.day_summary import SLOTS, Came, DayTable
from tests.hall_daemon.prediction.past import past, per_slot
from tests.hall_daemon.rehearsal.small_hall import HOLIDAYS, MAKE_UP, small_hall

HABITS = Habits()
OPEN = [slot for slot, share in enumerate(open_shares(small_hall(), "2026-11-20")) if share]


def errors(seed: int) -> dict[str, float]:
    """Mean absolute error of a half hour over the last half of 60 days."""
    tables = past(60, 110.0, seed).tables
    off: dict[str, list[float]] = {"ours": [], "yesterday": [], "week ago": [], "mean": []}
    for at in range(30, 60):
        before, came = tables[:at], per_slot(tables[at])
        expected = day_expected(small_hall(), before, tables[at].day, HABITS)
        assert expected is not None
        ago = (date.fromisoformat(tables[at].day) - timedelta(days=7)).isoformat()
        week = next((table for table in before if table.day == ago), before[-1])
        guesses = {
            "ours": expected.per_slot(), "yesterday": per_slot(before[-1]), "week ago": per_slot(week),
            "mean": [sum(slot) / at for slot in zip(*map(per_slot, before), strict=True)],
        }
        for name, guess in guesses.items():
            off[name] += [abs(guess[slot] - came[slot]) for slot in OPEN]
    return {name: sum(its) / len(its) for name, its in off.items()}


@pytest.mark.parametrize("seed", [1, 2])
def test_it_beats_yesterday_last_week_and_the_mean(seed: int) -> None:
    found = errors(seed)
    assert found["ours"] < 0.85 * found["yesterday"]
    assert found["ours"] < 0.9 * found["week ago"]
    assert found["ours"] < 0.97 * found["mean"]


def test_eight_of_ten_half_hours_and_days_lie_in_their_range() -> None:
    tables = past(60).tables
    slots, days = [], []
    for at in range(20, 60):
        expected = day_expected(small_hall(), tables[:at], tables[at].day, HABITS)
        assert expected is not None
        rates, came = expected.per_slot(), per_slot(tables[at])
        for slot in OPEN:
            low, _, high = expected.slot_count(rates[slot])
            slots.append(low <= came[slot] <= high)
        low, _, high = expected.total_count(rates)
        days.append(low <= tables[at].people <= high)
    assert 0.78 <= sum(slots) / len(slots) <= 0.95  # counts are whole: the range cannot be narrower than it is
    assert sum(days) / len(days) >= 0.7


def test_mondays_and_month_ends_are_known() -> None:
    tables = past(60).tables
    def total(day: str, habits: Habits = HABITS) -> float:
        expected = day_expected(small_hall(), tables, day, habits)
        assert expected is not None
        return sum(expected.per_slot())

    monday, thursday, month_end = total("2026-11-23"), total("2026-11-26"), total("2026-11-30")
    assert 1.15 < monday / thursday < 1.7
    assert month_end > 1.12 * monday
    assert total("2026-11-23", Habits(factors={"2026-11-23": 2.0})) == pytest.approx(2 * monday, rel=0.01)


def test_a_day_that_was_busy_for_a_known_reason_does_not_speak_for_others() -> None:
    tables = list(past(20).tables)
    busy = tables[-1]
    tables[-1] = DayTable(
        day=busy.day, came=tuple(Came(c.service, c.class_, tuple(3 * n for n in c.counts)) for c in busy.came)
    )
    blind = day_expected(small_hall(), tables, "2026-11-27", HABITS)
    told = day_expected(small_hall(), tables, "2026-11-27", Habits(factors={busy.day: 3.0}))
    plain = day_expected(small_hall(), past(20).tables, "2026-11-27", HABITS)
    assert blind is not None
    assert told is not None
    assert plain is not None
    assert abs(sum(told.per_slot()) - sum(plain.per_slot())) < 0.4 * abs(sum(blind.per_slot()) - sum(plain.per_slot()))


def test_closed_hours_and_days_are_empty() -> None:
    tables = past().tables
    expected = day_expected(small_hall(), tables, "2026-11-24", HABITS)
    assert expected is not None
    for slot, (share, rate) in enumerate(
        zip(open_shares(small_hall(), "2026-11-24"), expected.per_slot(), strict=True)
    ):
        assert (rate > 0) == (share > 0), slot
    assert day_expected(small_hall(), tables, "2026-11-22", HABITS) is None  # a Sunday
    assert day_expected(small_hall(), tables, HOLIDAYS[0].isoformat(), HABITS) is None


def test_a_make_up_saturday_is_like_any_day() -> None:
    tables = [table for table in past(60).tables if table.day < MAKE_UP.isoformat()]
    saturday = day_expected(small_hall(), tables, MAKE_UP.isoformat(), HABITS)
    assert saturday is not None
    usual = sum(table.people for table in tables) / len(tables)
    assert sum(saturday.per_slot()) == pytest.approx(usual, rel=0.2)


def test_too_few_days_are_nothing() -> None:
    tables = past().tables
    assert day_expected(small_hall(), tables[:4], "2026-11-24", HABITS) is None
    assert day_expected(small_hall(), [], "2026-11-24", HABITS) is None
    # Days of the future and days without anybody are not counted.
    assert day_expected(small_hall(), tables[-4:], tables[-1].day, HABITS) is None
    empty = [DayTable(day=f"2026-08-{n:02d}") for n in range(1, 10)]
    assert day_expected(small_hall(), empty, "2026-11-24", HABITS) is None


def test_nothing_of_the_day_itself_or_later_is_used() -> None:
    tables = past().tables
    day = tables[30].day
    assert day_expected(small_hall(), tables, day, HABITS) == day_expected(small_hall(), tables[:30], day, HABITS)


def test_traits_by_the_calendar() -> None:
    plan = small_hall()
    assert traits(plan, "2026-10-30", HABITS) == ("month_end",)
    assert traits(plan, "2026-10-30", Habits(month_end_days=0)) == ()
    assert traits(plan, "2026-10-05", HABITS) == ("after_holiday",)  # Thursday and Friday were holidays
    assert traits(plan, "2026-11-23", HABITS) == ()  # a weekend is none


def test_services_and_classes_share_out_the_whole() -> None:
    expected = day_expected(small_hall(), past().tables, "2026-11-24", HABITS)
    assert expected is not None
    by_service = [expected.of_services([service]) for service in small_hall().services]
    assert sum(map(sum, by_service)) == pytest.approx(sum(expected.per_slot()))
    assert expected.of_services(["nothing"]) == (0.0,) * SLOTS
    assert {class_ for _, class_ in expected.rates} == {"ordinary", "priority"}


def flat(rate: float = 10.0, variance: float = 0.04) -> DayExpected:
    rates = tuple(rate if 17 <= slot < 35 else 0.0 for slot in range(SLOTS))
    return DayExpected("2026-11-24", {("card", "ordinary"): rates}, variance, 0.0, 30)


def test_a_busy_morning_lifts_the_afternoon_but_not_all_the_way() -> None:
    came = [16 if 17 <= slot < 24 else 0 for slot in range(SLOTS)]
    rest = rest_of_day(flat(), came, 12 * 60.0)
    assert rest.per_slot()[:24] == (0.0,) * 24
    assert 12.0 < rest.per_slot()[26] < 16.0
    assert rest.day_variance < flat().day_variance
    quiet = rest_of_day(flat(), [0] * SLOTS, 12 * 60.0)
    assert quiet.per_slot()[26] < 6.0


def test_before_opening_nothing_changes() -> None:
    rest = rest_of_day(flat(), [0] * SLOTS, 8 * 60.0)
    assert rest.per_slot() == pytest.approx(flat().per_slot())


@given(minute=st.floats(0.0, 1440.0), busy=st.floats(0.0, 3.0))
def test_the_rest_of_a_day_is_finite_and_only_ahead(minute: float, busy: float) -> None:
    came = [int(busy * 10) if slot < minute // 30 else 0 for slot in range(SLOTS)]
    rest = rest_of_day(flat(), came, minute)
    for slot, rate in enumerate(rest.per_slot()):
        assert 0.0 <= rate < math.inf
        if (slot + 1) * 30 <= minute:
            assert rate == 0.0


@settings(max_examples=50, deadline=None)
@given(mean=st.floats(0.0, 900.0), variance=st.floats(0.0, 1.0))
def test_counts_are_in_order(mean: float, variance: float) -> None:
    low, middle, high = spread_count(mean, variance)
    assert 0 <= low <= middle <= high
    if mean > 1:
        assert low <= mean <= 1.5 * high + 1


def test_counts_are_those_of_the_law() -> None:
    dice = random.Random(1)

    def poisson(rate: float) -> int:
        n, left = 0, dice.expovariate(1.0)
        while left < rate:
            n, left = n + 1, left + dice.expovariate(1.0)
        return n

    drawn = sorted(poisson(12.0 * dice.gammavariate(1 / 0.1, 0.1)) for _ in range(20_000))
    found = spread_count(12.0, 0.1)
    for share, said in zip((0.1, 0.5, 0.9), found, strict=True):
        assert abs(drawn[int(share * 20_000)] - said) <= 1
    assert spread_count(0.0, 0.1) == Count(0, 0, 0)
    assert math.isclose(spread_count(1000.0, 0.0).p90, 1000 + 1.2816 * math.sqrt(1000), abs_tol=1)
