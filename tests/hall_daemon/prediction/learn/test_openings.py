"""How late windows open is learnt from the hall's own days, and guessed widely before."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest

from hall_daemon.domain import events as e
from hall_daemon.domain.plan import Hours, Plan
from hall_daemon.prediction.learn.distributions import Late
from hall_daemon.prediction.learn.openings import GUESSES, Openings
from hall_daemon.prediction.waits.predictor import Predictor
from hall_daemon.prediction.waits.wait_estimate import Effort
from tests.hall_daemon.prediction import scenes

DAY_MS = 86_400_000
SHIFTS = ((8 * 60 + 30, 12 * 60), (14 * 60, 17 * 60 + 30))
SESSIONS = Hours(weekly=(SHIFTS,) * 5 + ((),) * 2)
GUESSED = GUESSES["first"]


def plan(*windows: str) -> Plan:
    made = scenes.plan({window: {"card": "yes"} for window in windows}, hours=SESSIONS)
    return replace(made, windows={id_: replace(window, shifts=SHIFTS) for id_, window in made.windows.items()})


class Days:
    """Days of a hall, from Monday the 2nd of November 2026 on; `events` are at minutes of the day."""

    def __init__(self, *windows: str) -> None:
        self.openings = Openings(plan(*windows))
        self.n = 0

    def live(self, *events: tuple[float, e.Event], opens_at: float = 0.0) -> None:
        midnight = scenes.MIDNIGHT_WALL + self.n * DAY_MS
        day = e.DayOpened((date(2026, 11, 2) + timedelta(self.n)).isoformat(), midnight)
        self.n += 1
        for minute, event in sorted([(opens_at, day), *events], key=lambda each: each[0]):
            tick = self.n * DAY_MS + int(minute * 60_000)
            self.openings.see(event, tick, midnight + int(minute * 60_000))

    def weeks(self, weeks: int, late_min: Mapping[str, float], back_min: float = 0.0) -> None:
        """Every working day each window opens so late, leaves for lunch and comes back so late."""
        for _ in range(7 * weeks):
            weekday = self.n % 7
            self.live(*[event for window, late in late_min.items() if weekday < 5 for event in (
                (510 + late, e.WindowOpened(window, "ann")), (720.0, e.WindowClosed(window)),
                (840 + back_min, e.WindowOpened(window, "ann")), (1050.0, e.WindowClosed(window)),
            )])

    def late(self, window: str = "1") -> tuple[Late, Late, Late]:
        return self.openings.lates()[window]


def minutes(late: Late, share: float) -> float:
    return late.table[int(share * len(late.table))] / 60_000


def test_before_anything_was_seen_it_may_be_any_minute_and_perhaps_never() -> None:
    first, later, _ = Days("1").late()
    assert minutes(first, 0.1) < 2 < minutes(first, 0.5) < 8 < 15 < minutes(first, 0.9) < 45
    assert first.table[-1] == later.table[-1] == math.inf
    assert first.left_ms(0.0, 0.5) == pytest.approx(300_000, rel=0.1)


def test_the_longer_it_is_late_the_less_it_is_known() -> None:
    """Of windows that are an hour late most do not come; nobody says that they do now."""
    (first, _, _) = Days("1").late()
    left = [first.left_ms(3_600_000.0, (k + 0.5) / 100) for k in range(100)]
    assert min(left) >= 0.0
    assert sum(map(math.isinf, left)) > 50


def test_a_hall_that_opens_late_teaches_it_for_mornings_and_lunches_apart() -> None:
    days = Days("1")
    days.weeks(6, {"1": 12}, back_min=4)
    days.live()
    first, later, _ = days.late()
    assert {minutes(first, share) for share in (0.0, 0.5, 0.99)} == {12.0}
    assert {minutes(later, share) for share in (0.0, 0.5, 0.99)} == {4.0}
    assert first.left_ms(11 * 60_000.0, 0.1) == 60_000.0


def test_each_window_has_its_own_lateness_where_enough_was_seen() -> None:
    days = Days("1", "2", "3")
    days.weeks(6, {"1": 0, "2": 20})
    days.live()
    assert minutes(days.late("1")[0], 0.5) == 0.0
    assert minutes(days.late("2")[0], 0.5) == 20.0
    # Nobody ever came to the third.
    assert days.late("3")[0].table[0] == math.inf


def test_a_few_days_are_filled_up_with_the_halls_and_those_with_the_guess() -> None:
    days = Days("1", "2")
    days.live((512.0, e.WindowOpened("1", "ann")), (512.0, e.WindowOpened("2", "bob")))
    days.live()
    first = days.late("1")[0]
    assert 0.1 < sum(late == 120_000 for late in first.table) / len(first.table) < 0.2
    assert max(late for late in first.table if late < math.inf) > 1_800_000


@pytest.mark.parametrize(
    ("events", "first", "later"),
    [
        ([], [], []),
        ([(500.0, "open")], [0.0], [0.0]),
        ([(510.0, "open")], [0.0], [0.0]),
        ([(515.0, "open")], [5.0], [0.0]),
        ([(500.0, "open"), (520.0, "pause"), (530.0, "open")], [0.0], [0.0]),
        ([(500.0, "open"), (720.0, "pause"), (847.0, "open")], [0.0], [7.0]),
        ([(500.0, "open"), (720.0, "close")], [0.0], [math.inf]),
        ([(800.0, "open")], [math.inf], [0.0]),
        ([(850.0, "open")], [math.inf], []),
        # One that was open before anything was seen here.
        ([(600.0, "call")], [], [0.0]),
    ],
)
def test_what_a_day_teaches(events: list[tuple[float, str]], first: list[float], later: list[float]) -> None:
    named = {
        "open": e.WindowOpened("1", "ann"), "pause": e.WindowPaused("1", "lunch"), "close": e.WindowClosed("1"),
        "call": e.TicketCalled("1", "x", e.Reason("only")),
    }
    days = Days("1")
    days.live(*[(minute, named[what]) for minute, what in events])
    days.live()
    seen = days.openings._of_all
    assert [late / 60_000 for late in seen["first"]] == first
    assert [late / 60_000 for late in seen["later"]] == later


def test_who_was_missing_in_the_morning_may_be_so_after_lunch() -> None:
    days = Days("1", "2")
    days.live((510.0, e.WindowOpened("2", "bob")))
    here, missing = days.late("2"), days.late("1")
    assert here[2] == here[1]
    assert sum(map(math.isinf, missing[2].table)) > len(missing[2].table) / 3


def test_a_hall_that_begins_in_the_middle_of_a_shift_is_not_late() -> None:
    days = Days("1")
    days.live((905.0, e.WindowOpened("1", "ann")), opens_at=900.0)
    days.live()
    assert days.late()[0].table == GUESSED


def test_a_day_off_says_nothing() -> None:
    days = Days("1")
    days.weeks(2, {"1": 3})
    assert len(days.openings._of_all["first"]) == 10


def test_the_predictor_says_what_the_days_have_taught() -> None:
    """A window that always opens eleven minutes late; today at its fifth minute somebody draws a number."""
    hall, made = scenes.hall(()), plan("1")
    predictor = Predictor(made, Effort(200, 40, 40))
    for day in range(25):
        midnight = scenes.MIDNIGHT_WALL + (day - 28) * DAY_MS
        tick = scenes.NOW.tick - (28 - day) * DAY_MS
        if (day + 5) % 7 < 5:
            predictor.see(e.DayOpened(f"2026-10-{day + 5:02d}", midnight), tick, midnight)
            at = 521 * 60_000
            predictor.see(e.WindowOpened("1", "ann"), tick + at, midnight + at)
            predictor.see(e.WindowClosed("1"), tick + at + 60_000, midnight + at + 60_000)
    predictor.see(e.DayOpened(scenes.DAY, scenes.MIDNIGHT_WALL), scenes.NOW.tick - 1, scenes.MIDNIGHT_WALL)
    hall.put(ticket := scenes.ticket(1))
    said = predictor.estimate_waits(hall, scenes.later(-25 * 60)).tickets[ticket.id]
    assert not isinstance(said, str)
    assert said.p50_s == pytest.approx(360, abs=60)
