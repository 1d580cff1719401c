"""A recording becomes a hall: what is recorded is kept, what is not is fitted so that lines move as they did."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from random import Random
from statistics import fmean

import pytest

from hall_daemon.rehearsal.day import Day
from hall_daemon.rehearsal.fit import fit
from hall_daemon.rehearsal.trace import BadTrace, Recording, Row, read_trace

DAY = date(2020, 1, 20)


def row(line: int, arrives_s: float, starts_s: float | None, **more: object) -> Row:
    given = {"ends_s": None, "left_s": None, "service": "A", "server": "", "priority": False} | more
    return Row(line, arrives_s, starts_s, **given)  # type: ignore[arg-type]


def recording(rows: Iterable[Row]) -> Recording:
    return Recording("office", DAY, sorted(rows, key=lambda row: row.arrives_s))


def queue(windows: int, every_s: float, mean_s: float, people: int, *, with_ends: bool) -> list[Row]:
    """People who come by dice and are served first come, first served."""
    dice = Random(3)
    free, rows, at_s = [0.0] * windows, [], 28_800.0
    for line in range(people):
        at_s += dice.expovariate(1 / every_s)
        starts_s = max(at_s, heapq.heappop(free))
        takes_s = dice.lognormvariate(0, 0.4) * mean_s
        heapq.heappush(free, starts_s + takes_s)
        rows.append(row(line, at_s, starts_s, ends_s=starts_s + takes_s if with_ends else None))
    return rows


def mean_wait(day: Day) -> float:
    """Of a hall whose windows all do everything."""
    free, waits = [0.0] * len(day.plan.windows), []
    for visit in day.visits:
        starts_s = max(visit.at_s, heapq.heappop(free))
        waits.append(starts_s - visit.at_s)
        heapq.heappush(free, starts_s + visit.service_s[0])
    return fmean(waits)


def test_recorded_windows_keep_their_skills_shifts_breaks_and_times() -> None:
    rows = [
        row(1, 100, 200, ends_s=500.0, service="A", server="w2"),
        row(2, 150, 5000, ends_s=5100.0, service="B", server="w2"),
        row(3, 160, 300, ends_s=900.0, service="B", server="w10"),
        row(4, 170, None, left_s=700.0, service="C"),
    ]

    day = fit(recording(rows))

    assert {w.label: w.skills for w in day.plan.windows.values()} == {
        "1": {"A": "first", "B": "first", "C": "idle"},
        "2": {"B": "first"},
    }
    assert (day.shifts["1"].begins_s, day.shifts["1"].ends_s) == (200, 5100.0)
    # Somebody stood in line all the while: the clerk was away.
    assert day.shifts["1"].breaks == ((500.0, 5000),)
    assert [visit.service_s for visit in day.visits[:3]] == [(300.0,), (100.0,), (600.0,)]
    assert (day.visits[3].leaves_s, day.visits[0].leaves_s) == (700.0, None)
    assert day.wait_mean_s == fmean((100, 4850, 140))


def test_windows_are_fitted_to_the_recorded_waits() -> None:
    rows = queue(windows=3, every_s=100, mean_s=270, people=400, with_ends=True)

    day = fit(recording(rows))

    assert len(day.plan.windows) == 3
    assert day.wait_mean_s is not None
    assert mean_wait(day) == pytest.approx(day.wait_mean_s, rel=0.01)


@pytest.mark.parametrize(("windows", "every_s", "mean_s"), [(2, 250, 450), (1, 120, 100), (6, 60, 330)])
def test_from_calls_alone_the_line_moves_as_it_did(windows: int, every_s: float, mean_s: float) -> None:
    day = fit(recording(queue(windows, every_s, mean_s, people=500, with_ends=False)))

    assert day.wait_mean_s is not None
    assert mean_wait(day) == pytest.approx(day.wait_mean_s, rel=0.15, abs=30)
    assert "fitted" in " ".join(day.notes)


def test_priority_and_ids_and_prefixes() -> None:
    rows = [
        row(1, 0, 10, service="L565", priority=True),
        row(2, 1, 20, service="L5/65"),
        row(3, 2, 30, service="maths"),
        row(4, 3, 40, service="社保"),
    ]

    day = fit(recording(rows))

    assert {queue.name["zh"]: queue.prefix for queue in day.plan.queues.values()} == {
        "L5/65": "L", "L565": "A", "maths": "MAT", "社保": "B",
    }
    assert all(id_.isascii() for id_ in day.plan.services)
    assert (day.visits[0].class_, day.visits[1].class_) == ("priority", "ordinary")
    assert day.visits[0].class_reason in day.plan.priority_reasons


def test_a_hall_that_is_too_large_is_refused() -> None:
    with pytest.raises(BadTrace, match="101 services"):
        fit(recording(row(n, n, n + 1, service=f"S{n}") for n in range(101)))
    with pytest.raises(BadTrace, match="65 windows"):
        fit(recording(row(n, n, n + 1, server=f"w{n}") for n in range(65)))


def test_windows_are_shared_out_when_there_would_be_too_many() -> None:
    rows = [row(n, 0.0, 100.0 + n, service=f"S{n % 30}") for n in range(3000)]

    day = fit(recording(rows))

    assert 30 <= len(day.plan.windows) <= 64
    assert {service for window in day.plan.windows.values() for service in window.skills} == set(day.plan.services)


def test_the_recorded_halls_become_halls(shared: Path) -> None:
    for name, hall, day, tickets in (
        ("warsaw_a", "warsaw_UD_Bemowo", "2020-01-20", 1353),
        ("warsaw_a", "warsaw_UD_Praga_Poludnie", "2020-01-20", 2742),
        ("bank_1999_01", None, "1999-01-03", 2052),
        ("ucd_msc", None, "2018-11-05", 114),
        ("sim_hall", None, "2030-01-31", 542),
    ):
        played = fit(read_trace(shared / "waitdata" / f"{name}.csv.gz", hall, day))
        assert len(played.visits) == tickets
        assert set(played.shifts) == set(played.plan.windows)
