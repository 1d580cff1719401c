"""The clock on random walks of the wall: ticks never go back, steps are said once, drift is none."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall_daemon.adapters.system.clock import LONGEST_PAUSE_MS, STEP_MS, HallClock
from hall_daemon.domain.plan import Moment

HOUR_MS = 3_600_000
WALL_MS = 1_795_420_800_000


class Machine:
    """A monotonic and a wall source in whole ms."""

    def __init__(self, wall_ms: int = WALL_MS, mono_ms: int = 50_000) -> None:
        self.wall_ms, self.mono_ms = wall_ms, mono_ms

    def clock(self, **options: object) -> HallClock:
        return HallClock(
            monotonic=lambda: self.mono_ms / 1000,
            wall=lambda: self.wall_ms / 1000,
            **options,  # type: ignore[arg-type]
        )

    def pass_(self, ms: int) -> None:
        self.mono_ms += ms
        self.wall_ms += ms


def test_ticks_begin_with_the_wall_and_run_with_the_machine() -> None:
    machine = Machine()
    clock = machine.clock()
    assert clock.now() == Moment(WALL_MS, WALL_MS)
    machine.pass_(1500)
    assert clock.now() == Moment(WALL_MS + 1500, WALL_MS + 1500)


WALKS = st.lists(
    st.tuples(
        st.integers(0, 10 * HOUR_MS),
        st.one_of(st.just(0), st.integers(-STEP_MS + 1, STEP_MS - 1), st.sampled_from([HOUR_MS, -HOUR_MS, -WALL_MS]),
                  st.integers(-(10**13), 10**13)),
    ),
    max_size=30,
)


@given(WALKS)
def test_on_any_walk_of_the_wall_ticks_count_what_passed_and_steps_are_said_once(walk: list[tuple[int, int]]) -> None:
    machine = Machine()
    clock = machine.clock()
    passed, before = 0, clock.now()
    for ms, jump in walk:
        machine.pass_(ms)
        machine.wall_ms += jump
        passed += ms
        now = clock.now()
        assert now.tick >= before.tick
        assert abs(now.tick - WALL_MS - passed) <= 2
        assert abs(now.wall - machine.wall_ms) <= 1
        stepped = clock.step()
        assert abs(stepped - jump) <= 2 if abs(jump) > STEP_MS + 2 else abs(stepped) <= STEP_MS + 2
        assert clock.step() == 0
        before = now


@pytest.mark.parametrize("jump", [HOUR_MS, -HOUR_MS, -WALL_MS])
def test_a_step_is_said_once(jump: int) -> None:
    machine = Machine()
    clock = machine.clock()
    machine.pass_(10_000)
    machine.wall_ms += jump
    assert [clock.step() for _ in range(3)] == [jump, 0, 0]
    machine.pass_(10_000)
    machine.wall_ms -= jump
    assert [clock.step() for _ in range(3)] == [-jump, 0, 0], "and so is the way back"


def test_drift_that_adds_up_is_no_step() -> None:
    """20 ppm are 1.7 s a day; a month of it is a minute."""
    machine = Machine()
    clock = machine.clock()
    for _ in range(3000):
        machine.pass_(864_000)
        machine.wall_ms += 17
        assert clock.step() == 0


@given(st.integers(0, 30 * 86_400_000), st.integers(0, 10**10))
def test_after_a_restart_ticks_go_on_by_what_the_wall_says_has_passed(away_ms: int, tick: int) -> None:
    last = Moment(tick, WALL_MS)
    clock = Machine(wall_ms=WALL_MS + away_ms, mono_ms=0).clock(after=last)
    assert clock.now().tick == pytest.approx(tick + min(away_ms, LONGEST_PAUSE_MS), abs=1)
    assert clock.step() == 0


@pytest.mark.parametrize("back_ms", [HOUR_MS, WALL_MS])
def test_a_wall_that_went_back_while_we_were_away_is_said(back_ms: int) -> None:
    """A dead battery: the machine comes up in 1970. Ticks do not."""
    last = Moment(777, WALL_MS)
    machine = Machine(wall_ms=WALL_MS - back_ms, mono_ms=0)
    clock = machine.clock(after=last)
    assert clock.now() == Moment(777, WALL_MS - back_ms)
    assert [clock.step(), clock.step()] == [-back_ms, 0]
    machine.pass_(5000)
    machine.wall_ms += back_ms
    assert [clock.step(), clock.step()] == [back_ms, 0]
    assert clock.now().tick == 777 + 5000


@pytest.mark.parametrize("speed", [1.0, 60.0, 600.0])
def test_a_day_can_be_lived_faster_from_any_moment(speed: float) -> None:
    machine = Machine()
    clock = machine.clock(speed=speed, begins_wall=1_000_000)
    machine.pass_(2000)
    passed = int(2000 * speed)
    assert clock.now() == Moment(1_000_000 + passed, 1_000_000 + passed)
    machine.wall_ms += HOUR_MS
    assert clock.step() == 0, "the real wall does not matter then"
    assert clock.now().wall == 1_000_000 + passed


def test_faster_time_goes_on_from_a_journal() -> None:
    machine = Machine()
    clock = machine.clock(after=Moment(9_000_000, 900_000), speed=10.0, begins_wall=1_000_000)
    machine.pass_(100)
    assert clock.now() == Moment(9_000_000 + 100_000 + 1000, 1_001_000)


def test_the_real_sources() -> None:
    clock = HallClock()
    first, second = clock.now(), clock.now()
    assert second.tick >= first.tick
    assert abs(first.wall - time.time() * 1000) < 60_000
