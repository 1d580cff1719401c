"""Waits while windows are not open yet, and of those that do not open any more."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from hall_daemon.domain.hall import WindowState
from hall_daemon.domain.plan import Hours, Plan
from hall_daemon.prediction.learn.distributions import Late, Lates
from hall_daemon.prediction.waits.wait_estimate import Range, estimate_waits, one_wait
from tests.hall_daemon.prediction import scenes
from tests.hall_daemon.prediction.scenes import NOW, dice, exactly, in_line, later

MORNING, AFTERNOON = (8 * 60 + 30, 12 * 60), (14 * 60, 17 * 60 + 30)  # NOW is 9:00
OUT = Hours(weekly=((MORNING, AFTERNOON),) * 7, stop_issuing_min=0)
LATE = Late((300_000.0,), (300_000.0,), 0.1)
NEVER = Late((math.inf,), (math.inf,), 0.1)


def planned(*shifts: tuple[int, int]) -> Plan:
    made = scenes.one_window(hours=OUT)
    return replace(made, windows={"1": replace(made.windows["1"], shifts=shifts)})


def test_a_window_that_is_not_open_yet_may_come_any_minute() -> None:
    """A minute after its shift began, in a hall that knows nothing of itself: half an hour, not the next shift."""
    hall = scenes.hall(())
    (ticket,) = in_line(hall, 1)
    waits = estimate_waits(planned(MORNING, AFTERNOON), hall, later(-29 * 60), scenes.fixed(600), dice())
    first, next_one = waits.tickets[ticket], waits.newcomers["card ordinary"]
    assert isinstance(first, Range)
    assert isinstance(next_one, Range)
    assert first.p10_s < 120 < first.p50_s < first.p90_s < 3600
    assert [late - soon for late, soon in zip(next_one, first, strict=True)] == [600] * 3


def test_an_hour_later_nothing_is_known_of_it() -> None:
    hall = scenes.hall(())
    (ticket,) = in_line(hall, 1)
    waits = estimate_waits(planned(MORNING, AFTERNOON), hall, later(30 * 60), scenes.fixed(600), dice())
    assert waits.tickets == {ticket: "no_window_open"}
    assert set(waits.queues.values()) | set(waits.newcomers.values()) == {"no_window_open"}


@pytest.mark.parametrize(("minute", "wait_s"), [(-40, 900), (-30, 300), (-28, 180), (150, 9300), (300, 300)])
def test_a_window_comes_as_late_as_it_is_known_to_be(minute: int, wait_s: int) -> None:
    """Five minutes after half past eight and after two; it left at eleven."""
    hall = scenes.hall(())
    if minute > 0:
        hall.windows["1"] = WindowState("1", since=later(120 * 60).tick)
    (ticket,) = in_line(hall, 1)
    distributions = scenes.fixed(600, late={"1": Lates(LATE, LATE, LATE)})
    waits = estimate_waits(planned(MORNING, AFTERNOON), hall, later(minute * 60), distributions, dice())
    assert waits.tickets[ticket] == exactly(wait_s)


def test_a_window_that_was_closed_in_its_shift_comes_with_the_next_one() -> None:
    hall = scenes.hall(())
    hall.windows["1"] = WindowState("1", since=NOW.tick - 60_000)
    (ticket,) = in_line(hall, 1)
    said = estimate_waits(planned(MORNING, AFTERNOON), hall, NOW, scenes.fixed(600), dice()).tickets[ticket]
    assert said == exactly(5 * 3600)


def test_a_lunch_may_be_longer_than_planned() -> None:
    """At ten to twelve one person is served; the next one is after lunch, five minutes late."""
    hall = scenes.hall()
    ids = in_line(hall, 2)
    distributions = scenes.fixed(900, late={"1": Lates(NEVER, LATE, NEVER)})
    waits = estimate_waits(planned(MORNING, AFTERNOON), hall, later(170 * 60), distributions, dice()).tickets
    assert [waits[id_] for id_ in ids] == [exactly(0), exactly(135 * 60)]


@pytest.mark.parametrize(
    ("later_ones", "said"), [(LATE, exactly(2100)), (NEVER, "closing_before_turn")], ids=("late", "never")
)
def test_a_paused_window_comes_back_as_late_as_windows_do(later_ones: Late, said: Range | str) -> None:
    hall = scenes.hall(())
    hall.windows["1"] = WindowState("1", "paused", reason="lunch", since=later(180 * 60).tick)
    (ticket,) = in_line(hall, 1)
    distributions = scenes.fixed(900, late={"1": Lates(NEVER, later_ones, NEVER)})
    assert (
        estimate_waits(planned(MORNING, AFTERNOON), hall, later(270 * 60), distributions, dice()).tickets[ticket]
        == said
    )


def test_who_does_not_come_in_the_morning_stays_away() -> None:
    hall = scenes.hall(())
    (ticket,) = in_line(hall, 1)
    distributions = scenes.fixed(600, late={"1": Lates(NEVER, LATE, LATE)})
    waits = estimate_waits(planned(MORNING, AFTERNOON), hall, later(-29 * 60), distributions, dice())
    assert waits.tickets == {ticket: "no_window_open"}


@pytest.mark.parametrize("closed_s_ago", [None, 600])
@pytest.mark.parametrize("over_s", [0, 1, 3600])
def test_a_closed_window_whose_shift_is_over_promises_nothing(closed_s_ago: int | None, over_s: int) -> None:
    """Never opened, or closed a while ago; the hall itself is open, and serves out."""
    plan = planned((8 * 60, 9 * 60))
    hall, now = scenes.hall(()), later(over_s)
    if closed_s_ago is not None:
        hall.windows["1"] = WindowState("1", since=NOW.tick - closed_s_ago * 1000)
    (ticket,) = in_line(hall, 1)
    waits = estimate_waits(plan, hall, now, scenes.fixed(600), dice())
    assert waits.tickets == {ticket: "no_window_open"}
    assert {*waits.queues.values(), *waits.newcomers.values()} == {"no_window_open"}
    assert one_wait(plan, hall, now, scenes.fixed(600), dice(), ticket) == []


def test_no_range_ends_in_the_night() -> None:
    """At half past four: who is served out by half past seven is told when, who would be later is not."""
    hall, moment = scenes.hall(), later(7.5 * 3600)
    ids = in_line(hall, 40)
    waits = estimate_waits(scenes.one_window(hours=OUT), hall, moment, scenes.fixed(600), dice()).tickets
    said = [waits[id_] for id_ in ids]
    assert said[:19] == [exactly(600 * n) for n in range(19)]
    assert set(said[19:]) == {"closing_before_turn"}
