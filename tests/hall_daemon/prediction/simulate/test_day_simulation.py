"""Whole days lived ahead: as long as queueing theory says, by the hall's rules and hours, staffed as they were."""

from __future__ import annotations

import math
from dataclasses import replace
from random import Random

import pytest

from hall_daemon.domain.plan import Hours, Moment, Plan, Window
from hall_daemon.prediction.learn.day_profile import DayExpected
from hall_daemon.prediction.learn.day_summary import SLOTS, DayTable
from hall_daemon.prediction.learn.distributions import Distribution, Distributions, log_normal
from hall_daemon.prediction.simulate.day_simulation import LivedDay, Staffing, staffings, whole_day
from tests.hall_daemon.prediction import scenes

DAY = scenes.DAY
SESSION = (540, 1020)


def hall_of(windows: int, *, serve_out: bool = True, sessions: tuple[tuple[int, int], ...] = (SESSION,)) -> Plan:
    hours = Hours((sessions,) * 7, stop_issuing_min=0, serve_out=serve_out)
    return scenes.plan({str(n): {"card": "yes"} for n in range(1, windows + 1)}, hours=hours)


def coming(rate: float, first: int = 18, last: int = 34, class_: str = "ordinary") -> DayExpected:
    rates = tuple(rate if first <= slot < last else 0.0 for slot in range(SLOTS))
    return DayExpected(DAY, {("card", class_): rates}, 0.0, 0.0, 30)


def planned(plan: Plan) -> list[Staffing]:
    return staffings(plan, DAY, [])


def lived(plan: Plan, expected: DayExpected, distributions: Distributions, **more: object) -> LivedDay:
    return whole_day(plan, expected, planned(plan), distributions, Random(1), **more)  # type: ignore[arg-type]


def middle(waits: list[float]) -> float:
    return waits[len(waits) // 2]


def test_nobody_waits_where_there_is_room() -> None:
    day = lived(hall_of(8), coming(4.0), scenes.fixed(60.0))
    assert all(wait == 0.0 for slot in range(18, 34) for wait in day.of_all(slot))
    assert day.of_all(10) == []


def test_one_window_is_as_long_as_theory_says() -> None:
    """M/M/1 at a load of 0.6, far from the beginning: mean wait = load / (1 - load) * service."""
    service = [-math.log1p(-(k + 0.5) / 256) * 300_000.0 for k in range(256)]
    distributions = Distributions(cycle={}, other=Distribution(tuple(service)))
    plan = hall_of(1, sessions=((0, 1440),))
    day = lived(plan, coming(3.6, 0, 48), distributions, most_people=40_000)
    late = [wait for slot in range(20, 44) for wait in day.of_all(slot)]
    assert sum(late) / len(late) / 1000 == pytest.approx(0.6 / 0.4 * 300, rel=0.15)


def test_another_window_helps() -> None:
    distributions = Distributions(cycle={}, other=Distribution(tuple(log_normal(500_000.0, 0.5))))
    waits = [middle(lived(hall_of(n), coming(7.0), distributions).of_all(28)) for n in (2, 3)]
    assert waits[0] > 2 * waits[1] + 60_000


def test_lunch_is_waited_through() -> None:
    plan = hall_of(1, sessions=((540, 720), (840, 1020)))
    day = lived(plan, coming(8.0, 18, 24), scenes.fixed(600.0))
    assert middle(day.of_all(23)) > 120 * 60_000


def test_who_is_not_called_any_more_waits_for_ever() -> None:
    day = lived(hall_of(1, serve_out=False), coming(4.5), scenes.fixed(600.0))
    last = day.of_all(33)
    assert last
    assert all(wait == math.inf for wait in last)
    served = lived(hall_of(1), coming(4.5), scenes.fixed(600.0))
    assert all(wait < math.inf for wait in served.of_all(33))


def test_priority_waits_less() -> None:
    ordinary, priority = coming(5.5).rates, coming(0.6, class_="priority").rates
    expected = replace(coming(1.0), rates=ordinary | priority)
    plan = scenes.plan(
        {"1": {"card": "yes"}, "2": {"tax": "yes"}}, hours=Hours(((SESSION,),) * 7, stop_issuing_min=0)
    )
    alone = lived(plan, coming(6.1), scenes.fixed(300.0))
    mixed = lived(plan, expected, scenes.fixed(300.0))
    assert middle(mixed.of_all(30)) <= middle(alone.of_all(30)) * 1.3 + 60_000
    assert mixed.waits["tax"][20] == []


def test_the_same_numbers_give_the_same_day() -> None:
    distributions = Distributions(cycle={}, other=Distribution(tuple(log_normal(500_000.0, 0.5))))
    assert lived(hall_of(2), coming(7.0), distributions) == lived(hall_of(2), coming(7.0), distributions)


def test_today_goes_on_from_the_people_who_are_there() -> None:
    plan = hall_of(1)
    hall = scenes.hall()
    for n in range(20):
        hall.put(scenes.ticket(n))
    now = Moment(scenes.NOW.tick, scenes.MIDNIGHT_WALL + 600 * 60_000)
    rest = coming(1.0, 20, 34)
    crowded = lived(plan, rest, scenes.fixed(300.0), begins=now, hall=hall)
    empty = lived(plan, rest, scenes.fixed(300.0), begins=now, hall=scenes.hall())
    assert middle(crowded.of_all(21)) > 50 * 60_000
    assert middle(empty.of_all(21)) < 10 * 60_000


def test_a_window_that_is_closed_today_begins_with_its_next_shift() -> None:
    plan = hall_of(1, sessions=((540, 720), (840, 1020)))
    now = Moment(scenes.NOW.tick, scenes.MIDNIGHT_WALL + 600 * 60_000)
    day = lived(plan, coming(1.0, 20, 34), scenes.fixed(60.0), begins=now, hall=scenes.hall(()))
    assert min(day.of_all(21)) >= 180 * 60_000
    assert middle(day.of_all(30)) == 0.0


# -- staffing -----------------------------------------------------------------------------------


def test_windows_are_staffed_as_on_past_days_inside_of_hours_and_shifts() -> None:
    plan = hall_of(3)
    plan.windows["2"] = Window("2", "2", {"card": "yes"}, shifts=((540, 780),))
    table = DayTable(day="2026-11-20", staffed={"1": ((500, 600), (610, 1100)), "2": ((530, 1000),)})
    (found,) = staffings(plan, DAY, [table])
    assert found == {"1": ((540, 600), (610, 1020)), "2": ((540, 780),)}


def test_without_a_past_windows_are_staffed_as_planned() -> None:
    plan = hall_of(2)
    plan.windows["2"] = Window("2", "2", {"card": "yes"}, shifts=((540, 780),))
    assert staffings(plan, DAY, [DayTable(day="2026-11-20")]) == [{"1": (SESSION,), "2": ((540, 780),)}]


def test_a_planned_shift_counts_also_when_nobody_came_on_that_day() -> None:
    plan = hall_of(2)
    plan.windows["2"] = Window("2", "2", {"card": "yes"}, shifts=((540, 780),))
    (found,) = staffings(plan, DAY, [DayTable(day="2026-11-20", staffed={"1": (SESSION,)})])
    assert found == {"1": (SESSION,), "2": ((540, 780),)}
