"""Days by the wall of the hall's own zone, also in the nights when clocks change."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall_daemon.app.deadlines import due, local_day
from hall_daemon.domain import commands as c
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.hours import minute_of_day
from hall_daemon.domain.plan import Moment
from tests.hall_daemon.domain.halls import plan

ZONES = ["UTC", "Asia/Shanghai", "Europe/Warsaw", "Africa/Cairo", "America/St_Johns", "Australia/Lord_Howe"]


def wall(zone: str, *when: int) -> int:
    return int(datetime(*when, tzinfo=ZoneInfo(zone)).timestamp() * 1000)  # type: ignore[misc,arg-type]


def test_the_day_begins_at_local_midnight() -> None:
    midnight = wall("Asia/Shanghai", 2026, 11, 23)
    assert local_day(midnight - 1, "Asia/Shanghai")[0] == "2026-11-22"
    assert local_day(midnight, "Asia/Shanghai") == ("2026-11-23", midnight)
    assert local_day(midnight + 86_399_999, "Asia/Shanghai") == ("2026-11-23", midnight)


@pytest.mark.parametrize(("zone", "day"), [
    ("Europe/Warsaw", (2026, 3, 29)), ("Europe/Warsaw", (2026, 10, 25)), ("Europe/Warsaw", (2026, 10, 26)),
    ("Africa/Cairo", (2026, 4, 24)), ("Africa/Cairo", (2026, 10, 29)), ("Australia/Lord_Howe", (2026, 4, 5)),
])
def test_half_past_eight_is_half_past_eight_when_the_clocks_changed(zone: str, day: tuple[int, int, int]) -> None:
    morning = wall(zone, *day, 8, 30)
    name, origin = local_day(morning, zone)
    assert name == "{}-{:02d}-{:02d}".format(*day)
    assert minute_of_day(Hall(day=name, midnight_wall=origin), Moment(0, morning)) == 510


@given(st.sampled_from(ZONES), st.datetimes(datetime(1970, 1, 2), datetime(2037, 12, 30)))
def test_every_moment_of_a_day_names_the_same_origin(zone: str, moment: datetime) -> None:
    ms = int(moment.replace(tzinfo=UTC).timestamp() * 1000)
    name, origin = local_day(ms, zone)
    assert name == datetime.fromtimestamp(ms / 1000, ZoneInfo(zone)).date().isoformat()
    assert -2 * 3_600_000 <= ms - origin < 26 * 3_600_000
    noon = datetime.fromisoformat(name).replace(hour=12, tzinfo=ZoneInfo(zone))
    assert origin == int(noon.timestamp() * 1000) - 43_200_000


@pytest.mark.parametrize(("zone", "year", "month"), [
    *[(zone, 2026, month) for zone in ZONES for month in (3, 10)],
    ("America/St_Johns", 2008, 11),  # went back at 00:01, over midnight
])
def test_one_roll_over_a_day_in_a_month_of_changing_clocks(zone: str, year: int, month: int) -> None:
    """A quarter of an hour at a time."""
    hall, opened = Hall(), []
    there = wall(zone, year, month, 1)
    for quarter in range(28 * 96):
        for command in due(plan(timezone=zone), hall, Moment(0, there + quarter * 900_000)):
            assert isinstance(command, c.OpenDay)
            opened.append(command.day)
            hall.day = command.day
    assert opened == [f"{year}-{month:02d}-{day:02d}" for day in range(1, len(opened) + 1)]
    assert len(opened) in (28, 29)
