"""Waits against what theory says, and the reasons where nothing can be said."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from typing import Any

import pytest

from hall_daemon.domain.hall import Hall, WindowState, WindowStatus
from hall_daemon.domain.plan import ClassRule, Hours, Policy
from hall_daemon.domain.ticket import Place
from hall_daemon.prediction.learn.arrival_rates import Stream
from hall_daemon.prediction.learn.clerk_speed import Speed
from hall_daemon.prediction.learn.distributions import TABLE, Distribution, Distributions
from hall_daemon.prediction.waits.wait_estimate import (
    Effort,
    Range,
    WaitEstimate,
    estimate_waits,
    one_wait,
    quantile,
    summary,
    working_spans,
)
from hall_daemon.wire.messages import UNKNOWN_WAITS
from hall_daemon.words.text import same
from tests.hall_daemon.prediction import scenes
from tests.hall_daemon.prediction.scenes import NOW, dice, exactly, in_line, later

SESSIONS = ((510, 720), (840, 1050))  # 8:30-12:00, 14:00-17:30; NOW is 9:00
WEEKDAYS = Hours(weekly=(SESSIONS,) * 7, stop_issuing_min=0, serve_out=False)
AT_LUNCH = later(3.5 * 3600)


def exponential(mean_s: float, size: int = 4 * TABLE) -> Distribution:
    return Distribution(tuple(-mean_s * 1000 * math.log1p(-(k + 0.5) / size) for k in range(size)))


# -- theory --------------------------------------------------------------------------------------


def test_fixed_times_at_one_window_are_exact() -> None:
    """D/D/1: 200 s of 600 have passed at the window, so the n-th in line waits 400 + 600 (n - 1)."""
    hall = scenes.hall()
    scenes.at_window(hall, "1", scenes.ticket(0), 200)
    ids = in_line(hall, 3, first=1)
    waits = estimate_waits(scenes.one_window(), hall, NOW, scenes.fixed(600), dice())
    assert [waits.tickets[id_] for id_ in ids] == [exactly(400), exactly(1000), exactly(1600)]
    assert waits.queues == {"card": exactly(2200)}


def test_two_windows_share_a_line() -> None:
    hall = scenes.hall(("1", "2"))
    scenes.at_window(hall, "1", scenes.ticket(0), 100)
    scenes.at_window(hall, "2", scenes.ticket(1), 350)
    ids = in_line(hall, 4, first=2)
    plan = scenes.plan({"1": {"card": "yes"}, "2": {"card": "yes"}})
    waits = estimate_waits(plan, hall, NOW, scenes.fixed(600), dice())
    assert [waits.tickets[id_] for id_ in ids] == [exactly(s) for s in (250, 500, 850, 1100)]


def test_classes_share_the_calls_two_to_one() -> None:
    """Three priority and three ordinary tickets: P O P P O O when both begin without credit."""
    hall = scenes.hall()
    scenes.at_window(hall, "1", scenes.ticket(0), 0)
    ordinary = in_line(hall, 3, first=1)
    priority = in_line(hall, 3, class_="priority", first=11)
    waits = estimate_waits(scenes.one_window(), hall, NOW, scenes.fixed(600), dice())
    assert [waits.tickets[id_] for id_ in priority] == [exactly(s) for s in (600, 1800, 2400)]
    assert [waits.tickets[id_] for id_ in ordinary] == [exactly(s) for s in (1200, 3000, 3600)]


def test_exponential_times_give_erlang_waits() -> None:
    """M/M/4 with everybody busy: the n-th in line waits a sum of n exponential times of a quarter of the mean."""
    hall = scenes.hall(("1", "2", "3", "4"))
    for w in "1234":
        scenes.at_window(hall, w, scenes.ticket(int(w)), 100.0 * int(w))
    ids = in_line(hall, 12, first=10)
    plan = scenes.plan({w: {"card": "yes"} for w in "1234"})
    distributions = Distributions(cycle={}, other=exponential(600))
    waits = estimate_waits(plan, hall, NOW, distributions, dice(), effort=Effort(40_000, 2000, 2500))
    for n in (1, 6, 12):
        said = waits.tickets[ids[n - 1]]
        assert isinstance(said, Range)
        for figure, share in zip(said, (0.1, 0.5, 0.9), strict=True):
            assert abs(erlang_below(figure, n, 150.0) - share) < 0.035


def erlang_below(seconds: float, n: int, mean_s: float) -> float:
    """P(sum of n exponential times of `mean_s` <= seconds)."""
    x = seconds / mean_s
    return 1.0 - math.exp(-x) * sum(x**k / math.factorial(k) for k in range(n))


def test_what_is_not_known_of_the_pace_does_not_average_out() -> None:
    """Fifty fixed services of a pace known to 30 %: the range is as wide as the pace is unknown."""
    hall = scenes.hall()
    last = in_line(hall, 51)[-1]
    sure = estimate_waits(scenes.one_window(), hall, NOW, scenes.fixed(60), dice()).tickets[last]
    unsure = estimate_waits(scenes.one_window(), hall, NOW, scenes.fixed(60, pace=0.3), dice()).tickets[last]
    assert sure == exactly(3000)
    assert isinstance(unsure, Range)
    assert unsure.p10_s == pytest.approx(3000 * math.exp(-1.28 * 0.3), rel=0.05)
    assert unsure.p50_s == pytest.approx(3000, rel=0.05)
    assert unsure.p90_s == pytest.approx(3000 * math.exp(1.28 * 0.3), rel=0.05)


def test_nobody_answers_and_people_give_up() -> None:
    hall = scenes.hall()
    last = in_line(hall, 11)[-1]
    plan = scenes.one_window()
    absent = scenes.fixed(600, no_show={"card": 1.0}, stay=Distribution((60_000.0,)))
    assert estimate_waits(plan, hall, NOW, absent, dice()).tickets[last] == exactly(600)
    gone = scenes.fixed(600, leave_per_ms=1e9)
    assert estimate_waits(plan, hall, later(1), gone, dice()).tickets[last] == exactly(600)
    slow = scenes.fixed(600, gap=Distribution((30_000.0,)))
    assert estimate_waits(plan, hall, NOW, slow, dice()).tickets[last] == exactly(30 + 10 * 630)


def test_arrivals_of_a_higher_class_overtake_and_ordinary_ones_do_not() -> None:
    hall = scenes.hall()
    last = in_line(hall, 10)[-1]
    plan = scenes.one_window()

    def wait(*streams: Stream) -> float:
        said = estimate_waits(plan, hall, NOW, scenes.fixed(600), dice(), streams=streams).tickets[last]
        assert isinstance(said, Range)
        return said.p50_s

    assert wait(Stream("card", "ordinary", 10 / 3_600_000)) == wait() == 5400
    # Three an hour, ten minutes each: half of the window's time is theirs.
    assert wait(Stream("card", "priority", 3 / 3_600_000)) == pytest.approx(5400 * 2, rel=0.15)


def test_somebody_with_two_matters_comes_back_into_line() -> None:
    """The one at the window goes on to the second matter with the place of the first, so before everybody else."""
    hall = scenes.hall()
    scenes.at_window(hall, "1", scenes.ticket(0, services=("card", "pension")), 0)
    (waits_for,) = in_line(hall, 1, first=1)
    plan = scenes.plan({"1": {"card": "yes", "pension": "yes"}})
    assert estimate_waits(plan, hall, NOW, scenes.fixed(600), dice()).tickets[waits_for] == exactly(1200)


# -- windows and hours ---------------------------------------------------------------------------


def test_a_paused_window_comes_back() -> None:
    hall = scenes.hall(())
    hall.windows["1"] = WindowState("1", "paused", "staff", "lunch", since=NOW.tick - 60_000)
    (only,) = in_line(hall, 1)
    distributions = scenes.fixed(600, pause={"lunch": Distribution((300_000.0,))}, other_pause=Distribution((1.0,)))
    assert estimate_waits(scenes.one_window(), hall, NOW, distributions, dice()).tickets[only] == exactly(240)


def test_lunch_lies_between() -> None:
    """At 11:50 ten minutes are left: one is called at once, one at the end of the service, after lunch."""
    hall = scenes.hall()
    ids = in_line(hall, 3)
    moment = later(170 * 60)
    waits = estimate_waits(scenes.one_window(hours=WEEKDAYS), hall, moment, scenes.fixed(900), dice())
    lunch_s = 130 * 60
    assert [waits.tickets[id_] for id_ in ids] == [exactly(s) for s in (0, lunch_s, lunch_s + 900)]


def test_overtime_goes_on_with_people_in_line() -> None:
    hall = scenes.hall()
    (first, second) = in_line(hall, 2)
    waits = estimate_waits(scenes.one_window(hours=WEEKDAYS), hall, later(9 * 3600), scenes.fixed(600), dice())
    assert (waits.tickets[first], waits.tickets[second]) == (exactly(0), exactly(600))
    assert waits.queues == {"card": "hall_closed"}


def test_slots_and_clerks_to_go_back_to_are_respected() -> None:
    hall = scenes.hall(("1", "2"))
    early = scenes.ticket(1, not_before=NOW.tick + 900_000)
    mine = scenes.ticket(2, only_window="2")
    scenes.at_window(hall, "2", scenes.ticket(3), 0)
    hall.put(early)
    hall.put(mine)
    plan = scenes.plan({"1": {"card": "yes"}, "2": {"card": "yes"}})
    waits = estimate_waits(plan, hall, NOW, scenes.fixed(600), dice())
    assert waits.tickets == {early.id: exactly(900), mine.id: exactly(600)}
    assert waits.queues == {"card": exactly(0)}


# -- unknown -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("open_", "moment", "ticket", "queue"),
    [
        ((), NOW, "no_window_open", "no_window_open"),
        ((), AT_LUNCH, "no_window_open", "hall_closed"),
        ((), later(10 * 3600), "hall_closed", "hall_closed"),
        (("1",), later(8.4 * 3600), "closing_before_turn", "closing_before_turn"),
    ],
)
def test_unknown_says_why(open_: tuple[str, ...], moment: scenes.Moment, ticket: str, queue: str) -> None:
    hall = scenes.hall(open_)
    ids = in_line(hall, 6)
    waits = estimate_waits(scenes.one_window(hours=WEEKDAYS), hall, moment, scenes.fixed(600), dice())
    assert (waits.tickets[ids[-1]], waits.queues["card"]) == (ticket, queue)
    assert {ticket, queue} <= set(UNKNOWN_WAITS)


def test_a_closed_day_and_an_empty_hall() -> None:
    plan, hall = scenes.one_window(), scenes.hall()
    assert estimate_waits(plan, hall, NOW, scenes.fixed(600), dice()).queues == {"card": exactly(0)}
    hall.day_open = False
    assert estimate_waits(plan, hall, NOW, scenes.fixed(600), dice()).queues == {"card": "hall_closed"}
    assert estimate_waits(plan, Hall(), NOW, scenes.fixed(600), dice()).queues == {"card": "hall_closed"}


def test_a_service_that_the_plan_no_longer_has() -> None:
    hall = scenes.hall(("1", "9"))
    (gone,) = in_line(hall, 1, service="gone")
    (card,) = in_line(hall, 1)
    waits = estimate_waits(scenes.one_window(), hall, NOW, scenes.fixed(600), dice())
    assert waits.tickets == {gone: "no_window_open", card: exactly(0)}


def test_a_queue_is_the_mixture_of_its_open_services() -> None:
    """Half of those who come want what waits long; nobody is told of a service without a window."""
    hall = scenes.hall(("1", "2"))
    scenes.at_window(hall, "1", scenes.ticket(0, "long"), 0)
    scenes.at_window(hall, "2", scenes.ticket(1, "short"), 0)
    base = scenes.plan({"1": {"long": "yes"}, "2": {"short": "yes"}, "3": {"none": "yes"}})
    queue = base.queues["long"]
    services = {id_: replace(service, queue="long") for id_, service in base.services.items()}
    plan = replace(base, queues={"long": queue}, services=services)
    cycle = {"long": Distribution((900_000.0,)), "short": Distribution((100_000.0,))}
    distributions = Distributions(cycle=cycle, other=Distribution((1.0,)))
    mixed = estimate_waits(plan, hall, NOW, distributions, dice()).queues["long"]
    assert mixed in (Range(100, 100, 900), Range(100, 900, 900))
    told = estimate_waits(plan, hall, NOW, distributions, dice(), mix={"short": 3.0, "none": 50.0})
    assert told.queues["long"] == exactly(100)


# -- bounds and clocks ---------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 300, 1500])
def test_the_work_is_bounded_whoever_waits(count: int) -> None:
    hall = scenes.hall(tuple(map(str, range(20))))
    in_line(hall, count)
    plan = scenes.plan({str(w): {"card": "yes"} for w in range(20)})
    effort = Effort(steps=6000, least=4, most=50)
    coming = (Stream("card", "priority", 60 / 3_600_000),)
    distributions = Distributions(cycle={}, other=exponential(300))
    waits = estimate_waits(plan, hall, NOW, distributions, dice(), streams=coming, effort=effort)
    assert effort.least <= waits.runs <= effort.most
    assert waits.steps <= max(effort.steps, effort.least * 3 * count) + 3 * count + 100
    assert len(waits.tickets) == count


def test_a_roll_out_without_end_ends() -> None:
    """People of a better skill come ten times as fast as they are served: who waits behind is never called."""
    hall = scenes.hall()
    plan = scenes.plan({"1": {"fast": "first", "card": "yes"}})
    (card,) = in_line(hall, 1)
    in_line(hall, 3, "fast", first=100)
    distributions = scenes.fixed(1)
    coming = (Stream("fast", "ordinary", 10 / 1000),)
    waits = estimate_waits(plan, hall, NOW, distributions, dice(), streams=coming, effort=Effort(1000, 1, 1))
    assert waits.tickets[card] == "closing_before_turn"
    assert waits.steps < 10_000


def test_same_question_same_answer_and_the_hall_is_as_before() -> None:
    hall = scenes.hall()
    in_line(hall, 20)
    before = hall.copy()
    distributions = Distributions(cycle={}, other=exponential(500), pace=0.2, no_show={"card": 0.1})
    streams = (Stream("card", "priority", 1e-6),)
    first, second = (
        estimate_waits(scenes.one_window(), hall, NOW, distributions, random.Random(7), streams=streams)
        for _ in range(2)
    )
    assert first == second
    assert hall == before


def test_a_wall_clock_that_stepped_changes_hours_and_no_durations() -> None:
    """An hour back: the session lasts longer, the person at the window is as far as before."""
    hall = scenes.hall()
    scenes.at_window(hall, "1", scenes.ticket(0), 200)
    (first,) = in_line(hall, 1, first=1)
    plan = scenes.one_window(hours=WEEKDAYS)
    stepped = scenes.Moment(NOW.tick, NOW.wall - 1_200_000)
    assert estimate_waits(plan, hall, stepped, scenes.fixed(600), dice()).tickets[first] == exactly(400)
    (morning, _), (morning_then, _) = working_spans(plan, hall, NOW), working_spans(plan, hall, stepped)
    assert morning_then[1] - morning[1] == 1_200_000


def test_a_place_ahead_of_now_and_odd_classes() -> None:
    hall = scenes.hall()
    ahead = scenes.ticket(1, place=Place(NOW.tick + 600_000, 1))
    other = scenes.ticket(2, class_="from-an-older-plan")
    hall.put(ahead)
    hall.put(other)
    policy = Policy(classes=(ClassRule("ordinary", same("o")),), longest_wait_s=0)
    waits = estimate_waits(scenes.one_window(policy=policy), hall, NOW, scenes.fixed(60), dice())
    assert {waits.tickets[ahead.id], waits.tickets[other.id]} == {exactly(0), exactly(60)}


# -- quantiles -----------------------------------------------------------------------------------


def test_quantiles_count_those_who_were_never_called() -> None:
    ordered = [float(n) for n in range(1, 11)]
    assert quantile(ordered, 10, 0.5) == 5.5
    assert quantile(ordered, 10, 0.0) == 1.0
    assert quantile(ordered, 10, 1.0) == 10.0
    assert quantile(ordered, 20, 0.5) == math.inf
    assert quantile(ordered, 20, 0.4) == 8.5
    assert quantile([], 5, 0.1) == math.inf
    assert summary([1000.0] * 20, 20, 9000.0) == Range(1, 1, 1)
    assert summary([1500.0] * 20, 20, 9000.0) == Range(1, 2, 2), "ends are rounded outwards"
    assert summary([1000.0] * 18, 20, 9000.0) == "closing_before_turn"
    assert summary([1000.0] * 17 + [9001.0] * 3, 20, 9000.0) == "closing_before_turn"
    assert summary([1000.0] * 18, 20, 9000.0, "no_window_open") == "no_window_open"


def test_who_has_a_number_is_served_after_closing_where_the_hall_serves_out() -> None:
    hall, moment = scenes.hall(), later(8 * 3600 + 20 * 60)
    ids = in_line(hall, 3)
    out = replace(WEEKDAYS, serve_out=True)
    stops = estimate_waits(scenes.one_window(hours=WEEKDAYS), hall, moment, scenes.fixed(600), dice())
    serves = estimate_waits(scenes.one_window(hours=out), hall, moment, scenes.fixed(600), dice())
    assert stops.tickets[ids[2]] == "closing_before_turn"
    assert serves.tickets[ids[2]] == (1200, 1200, 1200)


@pytest.mark.parametrize(("status", "wait_s"), [("open", 0), ("paused", 1800), ("closed", 1800)])
def test_a_planned_shift_begins_when_nobody_sits_there_yet(status: WindowStatus, wait_s: int) -> None:
    """It is nine; somebody is planned from half past."""
    hall = scenes.hall(())
    hall.windows["1"] = WindowState("1", status)
    (ticket,) = in_line(hall, 1)
    plan = scenes.plan({"1": {"card": "yes"}})
    plan = replace(plan, windows={"1": replace(plan.windows["1"], shifts=((9 * 60 + 30, 12 * 60),))})
    assert estimate_waits(plan, hall, NOW, scenes.fixed(600), dice()).tickets[ticket] == (wait_s, wait_s, wait_s)


def test_lunch_begins_when_the_person_at_the_window_is_done() -> None:
    """Two matters of ten minutes fit before lunch at a quarter past; the third person waits for its end."""
    hall = scenes.hall()
    ids = in_line(hall, 3)
    plan = scenes.plan({"1": {"card": "yes"}})
    shifts = ((8 * 60, 9 * 60 + 15), (9 * 60 + 45, 12 * 60))
    plan = replace(plan, windows={"1": replace(plan.windows["1"], shifts=shifts)})
    waits = estimate_waits(plan, hall, NOW, scenes.fixed(600), dice()).tickets
    assert [waits[id_] for id_ in ids] == [(0, 0, 0), (600, 600, 600), (2700, 2700, 2700)]


@pytest.mark.parametrize(
    ("called_at", "shifts", "wait_s"),
    [
        (-8, ((8 * 60, 8 * 60 + 55), (9 * 60 + 30, 12 * 60)), 1800),  # called before lunch: goes when this one is done
        (-4, ((8 * 60, 8 * 60 + 55), (9 * 60 + 30, 12 * 60)), 360),  # called in lunch: works
        (-8, ((8 * 60, 8 * 60 + 55),), None),  # called before the end of the last shift: goes home
        (-4, ((8 * 60, 8 * 60 + 55),), 360),  # called after it: stays
    ],
)
def test_who_is_still_with_the_last_person_of_a_shift_goes_then(
    called_at: int, shifts: tuple[tuple[int, int], ...], wait_s: int | None
) -> None:
    """It is nine; the shift was over at five to."""
    hall = scenes.hall()
    scenes.at_window(hall, "1", scenes.ticket(900), -60 * called_at)
    (ticket,) = in_line(hall, 1)
    plan = scenes.plan({"1": {"card": "yes"}})
    plan = replace(plan, windows={"1": replace(plan.windows["1"], shifts=shifts)})
    said = estimate_waits(plan, hall, NOW, scenes.fixed(600), dice()).tickets[ticket]
    if wait_s is None:
        assert said == "closing_before_turn"
    else:
        assert said == (wait_s, wait_s, wait_s)


def test_a_slow_clerk_takes_longer_and_the_pace_of_the_day_is_everybodys() -> None:
    plan, hall = scenes.plan({"1": {"card": "yes"}}), scenes.hall()
    last = in_line(hall, 3)[-1]

    def wait(**more: Any) -> WaitEstimate:
        return estimate_waits(plan, hall, NOW, scenes.fixed(600, **more), dice()).tickets[last]

    assert wait(speeds={"1": Speed(level=math.log(2.0))}) == (2400, 2400, 2400)
    assert wait(centre=math.log(1.5)) == (1800, 1800, 1800)
    assert wait(centre=math.log(1.5), speeds={"1": Speed(follows=0.0)}) == (1200, 1200, 1200)
    assert wait(anybody=Speed(level=math.log(2.0)), speeds={"2": Speed()}) == (2400, 2400, 2400)


def test_who_comes_later_overtakes_from_then_on() -> None:
    """Nobody of a higher class for half an hour, then more than the window can serve."""
    hall = scenes.hall()
    ids = in_line(hall, 8)
    hour = NOW.tick + 1_800_000
    flood = Stream("card", "priority", 0.0, ((float(hour), 1 / 60_000),))
    waits = estimate_waits(scenes.one_window(), hall, NOW, scenes.fixed(600), dice(), streams=(flood,)).tickets
    assert waits[ids[2]] == (1200, 1200, 1200)
    last = waits[ids[7]]
    assert isinstance(last, Range)
    assert last.p50_s > 4200 + 1800


def test_asking_for_one_person_is_the_same_roll_out() -> None:
    hall = scenes.hall(("1", "2"))
    ids = in_line(hall, 5)
    plan = scenes.plan({"1": {"card": "yes"}, "2": {"card": "yes"}})
    waits = one_wait(plan, hall, NOW, scenes.fixed(600), dice(), ids[4], effort=Effort(10, 4, 4))
    assert waits == [1_200_000.0] * 4


def test_a_window_that_is_free_while_people_wait_has_been_away_for_so_long() -> None:
    """Nine gaps of nothing and one of ten minutes: after five minutes it can only be that one."""
    hall = scenes.hall()
    (ticket,) = in_line(hall, 1)
    distributions = scenes.fixed(600, gap=Distribution((0.0,) * 9 + (600_000.0,)))
    waits = estimate_waits(scenes.one_window(), hall, NOW, distributions, dice(), free_since={"1": NOW.tick - 300_000})
    assert waits.tickets[ticket] == (300, 300, 300)


def test_nobody_comes_after_closing_and_overtakes_who_is_served_out() -> None:
    """Priority people come five times as fast as they are served; after 17:30 they come no more."""
    hall, moment = scenes.hall(), later(8 * 3600 + 20 * 60)
    (ticket,) = in_line(hall, 1)
    scenes.at_window(hall, "1", scenes.ticket(90), 0)
    hall.put(hall.tickets[scenes.ticket(90).id]._replace(called_tick=moment.tick - 300_000))
    plan = scenes.one_window(
        hours=replace(WEEKDAYS, serve_out=True),
        policy=Policy(
            longest_wait_s=0,
            classes=(ClassRule("priority", same("p"), 10**6), ClassRule("ordinary", same("o"))),
        ),
    )
    coming = (Stream("card", "priority", 1 / 120_000),)
    waits = estimate_waits(plan, hall, moment, scenes.fixed(600), dice(), streams=coming, effort=Effort(1000, 20, 20))
    said = waits.tickets[ticket]
    assert isinstance(said, Range)
    assert 1800 < said.p50_s < 4 * 3600
