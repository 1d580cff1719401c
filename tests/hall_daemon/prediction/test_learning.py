"""What a hall teaches: from events as the rules make them to laws, for much seen, little seen, and nothing."""

from __future__ import annotations

import math
import random

import pytest

from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.events import ClockStepped
from hall_daemon.domain.visits import Visits
from hall_daemon.prediction.learn.arrivals import HALF_LIFE_MS, Arrivals
from hall_daemon.prediction.learn.distributions import Distribution, log_normal, thinned
from hall_daemon.prediction.learn.service_times import KEPT, ServiceTimes
from hall_daemon.prediction.waits.predictor import Predictor
from tests.hall_daemon.app.small_hall import SmallHall, small_plan
from tests.hall_daemon.prediction import scenes


class Heard(ServiceTimes):
    """What would be learnt, written down as it comes; `visits` says what became of people."""

    def __init__(self) -> None:
        super().__init__(small_plan())
        self.visits = Visits()
        self.said: list[tuple[object, ...]] = []
        self.clerks: list[str] = []

    def cycle(self, service: str, clerk: str, took_ms: int) -> None:
        self.said.append(("cycle", service, took_ms // 1000))
        self.clerks.append(clerk)

    def absent(self, service: str, stay_ms: int) -> None:
        self.said.append(("absent", service, stay_ms // 1000))

    def gap(self, took_ms: int) -> None:
        self.said.append(("gap", took_ms // 1000))

    def pause(self, reason: str, took_ms: int) -> None:
        self.said.append(("pause", reason, took_ms // 1000))

    def waited(self, took_ms: int, gave_up: bool) -> None:
        self.said.append(("left" if gave_up else "waited", took_ms // 1000))

    def hear(self, event: e.Event, tick: int) -> None:
        self.visits.see(event, tick)
        for change in self.visits.stood():
            self.see(change)


class Day(SmallHall):
    """A hall with one open window whose events are seen; `heard()` is what was learnt, waits aside."""

    def __init__(self) -> None:
        super().__init__(small_plan())
        self.notes = Heard()
        self.subscribers.append(lambda hall, batch, now: [self.notes.hear(row.event, row.tick) for row in batch])
        self.do(c.OpenWindow("1", "staff"))

    def call(self, after_s: float = 0) -> None:
        self.later(after_s)
        self.do(c.CallNext("1"))

    def settle(self) -> None:
        """A press more: what the one before it taught can no longer be undone."""
        self.do(c.CloseWindow("1"))

    def heard(self, *kinds: str) -> list[tuple[object, ...]]:
        return [said for said in self.notes.said if said[0] in (kinds or ("cycle", "absent", "gap", "pause"))]


@pytest.fixture
def day() -> Day:
    return Day()


# -- from events to observations -----------------------------------------------------------------


def test_a_cycle_runs_from_the_call_to_the_end_and_a_gap_from_there_to_the_next_call(day: Day) -> None:
    day.issue("social")
    day.issue("id-card")
    day.call(50)
    day.later(20)
    day.do(c.Start("1"))
    day.later(100)
    day.do(c.Finish("1"))
    day.call(15)
    day.later(200)
    day.do(c.Finish("1"))
    day.settle()
    assert day.heard() == [("cycle", "social", 120), ("gap", 15), ("cycle", "id-card", 200)]
    assert day.heard("waited") == [("waited", 50), ("waited", 185)]


def test_a_window_that_waited_for_people_teaches_no_gap(day: Day) -> None:
    day.issue("social")
    day.call()
    day.later(60)
    day.do(c.Finish("1"))
    day.later(500)
    day.issue("social")
    day.call(10)
    assert day.heard() == [("cycle", "social", 60)]


def test_done_and_next_in_one_press(day: Day) -> None:
    """With people in line the press is the end; with nobody in line it came when somebody did."""
    day.issue("social")
    day.issue("social")
    day.call()
    day.call(90)
    day.later(1000)
    day.issue("social")
    day.call(5)
    day.later(40)
    day.do(c.Finish("1"))
    day.settle()
    assert day.heard() == [("cycle", "social", 90), ("gap", 0), ("cycle", "social", 40)]


def test_an_undone_press_taught_nothing(day: Day) -> None:
    day.issue("social")
    day.issue("social")
    day.call()
    day.later(30)
    day.do(c.Finish("1"))
    day.later(10)
    day.do(c.Undo("1"))
    day.later(60)
    day.call()  # the first is done after 100 s, the second called
    day.later(20)
    day.do(c.Undo("1"))
    day.later(30)
    day.do(c.Finish("1"))
    day.call(7)
    day.later(50)
    day.do(c.Finish("1"))
    day.settle()
    assert day.heard() == [("cycle", "social", 150), ("gap", 7), ("cycle", "social", 50)]


def test_who_does_not_come_and_who_gives_up(day: Day) -> None:
    day.issue("social")
    leaves = day.issue("social")
    day.call(10)
    day.later(45)
    day.do(c.Miss("1"))
    day.do(c.Cancel(leaves))
    day.settle()
    assert day.heard() == [("absent", "social", 45)]
    assert day.heard("left") == [("left", 55)]


def test_put_aside_or_sent_on(day: Day) -> None:
    """How long a held matter takes is not known; a transfer ends a stay at the window."""
    first, second = day.issue("social"), day.issue("social")
    day.call()
    day.later(30)
    day.do(c.Start("1"))
    day.do(c.Hold("1"))
    day.call(20)
    day.later(40)
    day.do(c.Transfer(second, service="tax"))
    day.later(10)
    day.do(c.Resume("1", first))
    day.later(500)
    day.do(c.Finish("1"))
    day.settle()
    assert day.heard() == [("gap", 20), ("cycle", "social", 40)]


def test_two_matters_on_one_ticket_are_two_cycles(day: Day) -> None:
    day.issue("social", "tax")
    day.call()
    day.later(100)
    day.do(c.Finish("1"))
    day.call()
    day.later(30)
    day.do(c.Finish("1"))
    day.settle()
    assert day.heard() == [("cycle", "social", 100), ("gap", 0), ("cycle", "tax", 30)]


def test_a_matter_that_was_taken_over_counts_once_and_for_no_clerk(day: Day) -> None:
    for matter in ("social", "tax"):
        day.issue(matter)
        day.call()
        day.later(100)
        if matter == "social":
            day.do(c.OpenWindow("1", "new", take_over=True))
            day.later(50)
        day.do(c.Finish("1"))
    day.settle()
    assert day.heard("cycle") == [("cycle", "social", 150), ("cycle", "tax", 100)]
    assert day.notes.clerks == ["", "new"]


def test_pauses_by_reason_and_forgotten_windows(day: Day) -> None:
    day.do(c.PauseWindow("1", "lunch"))
    day.later(1800)
    day.do(c.OpenWindow("1", "staff"))
    day.issue("social")
    day.call()
    day.later(10 * 3600)
    day.do(c.Finish("1"))
    day.settle()
    assert day.heard() == [("pause", "lunch", 1800)]


def test_a_night_and_a_clock_step_teach_nothing(day: Day) -> None:
    stays = day.issue("social")
    day.call()
    day.do(c.Start("1"))
    day.notes.visits.see(ClockStepped(-3_600_000), day.now().tick)
    day.do(c.CloseDay(day.hall.day))
    day.do(c.OpenDay("2026-11-24", day.hall.midnight_wall + 86_400_000))
    day.later(60)
    day.do(c.Finish("1"))
    day.settle()
    assert stays not in day.notes.visits._visits
    assert day.heard() == [("cycle", "social", 60)]


def test_events_of_what_began_before_are_left_out(day: Day) -> None:
    ticket = day.issue("social")
    day.call()
    day.notes.said.clear()
    day.notes.visits = Visits()
    day.do(c.Miss("1"))
    day.do(c.Return(ticket))
    day.call(40)
    day.do(c.Undo("1"))
    day.settle()
    assert day.notes.said == []


# -- from observations to laws -------------------------------------------------------------------

EXPECTED_S = 600


def times() -> ServiceTimes:
    return ServiceTimes(scenes.plan({"1": {"card": "yes", "pension": "yes"}}, expected_s=EXPECTED_S))


def width(distribution: Distribution) -> float:
    return math.log(thinned(distribution.table, 10)[8] / thinned(distribution.table, 10)[1])


def test_nothing_seen_is_the_config_and_an_honest_width() -> None:
    distributions = times().distributions()
    card = distributions.of("card")
    assert card.mean_ms() == pytest.approx(EXPECTED_S * 1000, rel=0.02)
    assert width(card) > 1.3
    assert math.hypot(card.spread, distributions.pace) > 0.5
    assert distributions.of("never heard of").spread > 0.4
    assert (distributions.leave_per_ms, distributions.gap.table) == (0.0, (0.0,))
    assert distributions.no_show["card"] == pytest.approx(0.025)


def test_much_seen_is_what_was_seen() -> None:
    seen, dice = times(), random.Random(3)
    for _ in range(1000):
        seen.cycle("card", "", int(dice.uniform(100_000, 140_000)))
    distribution = seen.distributions().of("card")
    assert distribution.mean_ms() == pytest.approx(120_000, rel=0.03)
    assert (thinned(distribution.table, 20)[1], thinned(distribution.table, 20)[18]) == pytest.approx(
        (102_000, 138_000), rel=0.05
    )
    assert distribution.spread < 0.05
    assert seen.distributions().pace < 0.1


def test_little_seen_leans_on_the_whole_hall() -> None:
    """Everything takes a third of what the config says; so will what was never seen, and less surely."""
    seen = times()
    for _ in range(200):
        seen.cycle("card", "", 200_000)
    distributions = seen.distributions()
    assert 150_000 < distributions.of("pension").mean_ms() < 330_000
    assert distributions.of("pension").spread > 4 * distributions.of("card").spread


def test_memory_is_bounded_and_the_latest_counts() -> None:
    seen = times()
    for took_ms in [*[900_000] * (2 * KEPT), *[60_000] * KEPT]:
        seen.cycle("card", "", took_ms)
    assert len(seen._cycles["card"].durations) == KEPT
    assert seen.distributions().of("card").mean_ms() < 80_000
    assert seen._cycles["card"].squares == pytest.approx(KEPT * math.log(60_000) ** 2)


def test_shares_and_rates() -> None:
    seen = times()
    for n in range(100):
        seen.absent("card", 20_000) if n < 30 else seen.cycle("card", "", 300_000)
        seen.gap(12_000)
        seen.pause("lunch", 1_800_000)
        seen.waited(3_600_000, n < 10)
    seen.absent("no such service", 1)
    seen.pause("no such reason", 1)
    distributions = seen.distributions()
    assert distributions.no_show["card"] == pytest.approx(0.29, abs=0.03)
    assert distributions.no_show["pension"] == pytest.approx(0.25, abs=0.03)
    assert distributions.stay.mean_ms() == pytest.approx(22_000, rel=0.2)
    assert set(distributions.gap.table) == {12_000.0}
    assert distributions.pause["lunch"].mean_ms() == pytest.approx(1_800_000, rel=0.1)
    assert distributions.leave_per_ms * 3_600_000 == pytest.approx(10 / 120)


def test_laws_that_did_not_change_are_not_made_again() -> None:
    seen = times()
    seen.cycle("card", "", 300_000)
    first = seen.distributions()
    assert seen.distributions().of("card") is first.of("card")
    seen.cycle("pension", "", 310_000)
    assert seen.distributions().of("pension") is not first.of("pension")


def test_what_is_left_of_a_law() -> None:
    distribution = Distribution((100.0, 200.0, 300.0, 400.0))
    assert [distribution.left_ms(250.0, 1.0, chance) for chance in (0.0, 0.6)] == [50.0, 150.0]
    assert distribution.left_ms(250.0, 0.5, 0.5) > 0.0  # quicker than usual: longer than anything seen
    assert distribution.left_ms(500.0, 2.0, 0.0) == 100.0
    assert (distribution.lasting(0.0), distribution.lasting(250.0), distribution.lasting(400.0)) == (1.0, 0.5, 0.0)
    assert log_normal(1000.0, 0.5, 3)[1] == pytest.approx(1000.0)


# -- who comes -----------------------------------------------------------------------------------


def test_rates_follow_the_present_and_the_mix_outlives_the_night() -> None:
    arrivals = Arrivals()
    minute = 60_000
    for n in range(240):
        arrivals.see("card", "ordinary", n * minute)
        if n % 4 == 0:
            arrivals.see("pension", "priority", n * minute)
    now = 240 * minute
    streams = {(s.service, s.class_): s.per_ms * 3_600_000 for s in arrivals.streams(now, ("card", "pension"))}
    assert streams == pytest.approx({("card", "ordinary"): 60, ("pension", "priority"): 15}, rel=0.1)
    assert [s.service for s in arrivals.streams(now, ("card",))] == ["card"]
    assert arrivals.streams(now + 20 * int(HALF_LIFE_MS), ("card", "pension")) == ()
    arrivals.new_day()
    assert arrivals.streams(now, ("card", "pension")) == ()
    assert arrivals.mix == pytest.approx({"card": 168.0, "pension": 42.0})


def test_a_rate_is_right_soon_after_the_doors_open() -> None:
    arrivals = Arrivals()
    for n in range(30):
        arrivals.see("card", "ordinary", 10_000_000 + n * 60_000)
    (stream,) = arrivals.streams(10_000_000 + 30 * 60_000, ("card",))
    assert stream.per_ms * 3_600_000 == pytest.approx(60, rel=0.15)


def test_a_predictor_learns_and_answers_from_the_same_events() -> None:
    hall = SmallHall()
    predictor = Predictor(hall.plan)
    for row in hall.rows:
        predictor.see(row.event, row.tick)
    hall.subscribers.append(lambda _, batch, now: [predictor.see(row.event, row.tick) for row in batch])
    hall.do(c.OpenWindow("1", "staff"))
    cold = predictor.estimate_waits(hall.hall, hall.now())
    assert cold.queues["a"] == (0, 0, 0)
    for _ in range(40):
        hall.issue("social")
        hall.later(5)
        hall.do(c.CallNext("1"))
        hall.later(120)
        hall.do(c.Finish("1"))
    hall.issue("social")
    hall.do(c.CallNext("1"))
    waiting = hall.issue("social")
    p10, p50, p90 = predictor.estimate_waits(hall.hall, hall.now()).tickets[waiting]
    assert 60 < int(p10) <= int(p50) <= 140
    assert int(p90) < 600
