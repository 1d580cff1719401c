"""A wall that jumps into another date is believed when it is steady, confirmed or back; never at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from hall_daemon.adapters.system.believed_wall import (
    FAR_MS,
    STEADY_MS,
    BelievedWall,
    Doubt,
    date_check,
    synchronised,
    uptime,
)

ZONE = "Asia/Shanghai"
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
# 2026-11-24 10:00 in Shanghai.
TEN = 1_795_485_600_000


class Machine:
    def __init__(self, file: Path, wall_ms: int = TEN) -> None:
        self.file, self.wall_ms, self.up_ms = file, wall_ms, 50_000
        self.boot, self.synchronised = "boot-1", False

    def hall(self, after: int | None = None) -> BelievedWall:
        return BelievedWall(
            ZONE, self.file, after, uptime=lambda: self.up_ms / 1000, wall=lambda: self.wall_ms / 1000,
            synchronised=lambda: self.synchronised, boot=lambda: self.boot,
        )

    def pass_(self, ms: int) -> None:
        self.up_ms += ms
        self.wall_ms += ms


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "clock")


def ms(wall: BelievedWall) -> int:
    return round(wall() * 1000)


@pytest.mark.parametrize("jump", [DAY_MS, -DAY_MS, 40 * DAY_MS, -TEN, 14 * HOUR_MS - 10_000])
def test_a_jump_into_another_date_is_not_believed_and_passes(machine: Machine, jump: int) -> None:
    wall = machine.hall()
    machine.wall_ms += jump
    assert ms(wall) == TEN
    machine.pass_(2000)
    assert ms(wall) == TEN + 2000
    assert wall.doubt() == Doubt(TEN + 2000 + jump, TEN + 2000)
    machine.wall_ms -= jump
    assert (ms(wall), wall.doubt()) == (TEN + 2000, None)


@pytest.mark.parametrize("jump", [HOUR_MS, -HOUR_MS, 5000])
def test_a_jump_within_the_date_is_believed_at_once(machine: Machine, jump: int) -> None:
    wall = machine.hall()
    machine.wall_ms += jump
    assert (ms(wall), wall.doubt()) == (TEN + jump, None)


def test_a_midnight_comes_at_once(machine: Machine) -> None:
    wall = machine.hall()
    for _ in range(24 * 60):
        machine.pass_(60_000)
        assert ms(wall) == machine.wall_ms


def test_what_is_steady_for_minutes_is_believed_unless_it_is_far_away(machine: Machine) -> None:
    wall = machine.hall()
    machine.wall_ms += DAY_MS
    ms(wall)
    machine.pass_(STEADY_MS - 1)
    assert ms(wall) == machine.wall_ms - DAY_MS
    machine.pass_(1)
    assert ms(wall) == machine.wall_ms
    machine.wall_ms += FAR_MS + 1
    ms(wall)
    machine.pass_(DAY_MS)
    assert ms(wall) == machine.wall_ms - FAR_MS - 1


def test_a_clock_that_goes_on_jumping_is_never_steady(machine: Machine) -> None:
    wall = machine.hall()
    for n in range(20):
        machine.wall_ms += DAY_MS if n % 2 == 0 else 5000
        ms(wall)
        machine.pass_(STEADY_MS - 1)
        ms(wall)
        machine.wall_ms -= 5000
        assert wall.doubt() is not None


def test_staff_confirm(machine: Machine) -> None:
    wall = machine.hall()
    machine.wall_ms += 400 * DAY_MS
    assert ms(wall) == TEN
    wall.confirm()
    assert (ms(wall), wall.doubt()) == (machine.wall_ms, None)


def test_a_restart_knows_how_long_it_was_away_whatever_the_clock_says(machine: Machine) -> None:
    machine.hall().save()
    machine.pass_(HOUR_MS)
    machine.wall_ms += DAY_MS
    wall = machine.hall(after=TEN)
    assert ms(wall) == TEN + HOUR_MS
    assert wall.doubt() is not None


@pytest.mark.parametrize("off", [HOUR_MS, DAY_MS, 9 * DAY_MS])
def test_after_a_night_or_a_holiday_the_machine_is_believed(machine: Machine, off: int) -> None:
    machine.hall().save()
    machine.boot, machine.up_ms = "boot-2", 1000
    machine.wall_ms += off
    assert ms(machine.hall(after=TEN)) == TEN + off


@pytest.mark.parametrize("off", [-TEN, -400 * DAY_MS, 400 * DAY_MS])
def test_switched_on_in_1970_or_far_ahead_the_hall_goes_on_from_its_last_event(machine: Machine, off: int) -> None:
    machine.hall().save()
    machine.boot, machine.up_ms = "boot-2", 1000
    machine.wall_ms += off
    wall = machine.hall(after=TEN)
    machine.pass_(DAY_MS // 2)
    assert ms(wall) == TEN + DAY_MS // 2
    assert wall.doubt() is not None
    # Time is synchronised.
    machine.wall_ms += HOUR_MS - off
    machine.synchronised = True
    assert (ms(wall), wall.doubt()) == (machine.wall_ms, None)


def test_a_damaged_file_is_none(machine: Machine) -> None:
    machine.file.write_text('{"boot": 3')
    assert ms(machine.hall(after=TEN - HOUR_MS)) == TEN
    machine.file.write_text("[]")
    assert ms(machine.hall(after=TEN - HOUR_MS)) == TEN


def test_the_real_sources() -> None:
    assert uptime() > 0
    assert isinstance(synchronised(), bool)


def test_health_says_that_the_hall_is_in_a_day_that_has_yet_to_come() -> None:
    said = [date_check(None, day, TEN, "UTC") for day in ("2026-11-23", "2026-11-24", "2026-11-25")]
    assert [words[:8] for words in said] == ["ok", "ok", "degraded"]
    assert "hall day --reopen" in said[2]
