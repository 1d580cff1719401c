"""Weeks of history: repeatable, by the hall's hours, with the Mondays and month ends that forecasts look for."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from hall_daemon.adapters.storage.journal import Journal
from hall_daemon.adapters.storage.snapshots import restore
from hall_daemon.app.record import Recorded
from hall_daemon.app.report import day_report
from hall_daemon.domain import events as e
from hall_daemon.rehearsal.weeks import Taste, Weeks, is_month_end, open_days, write_history
from tests.hall_daemon.rehearsal.small_hall import HOLIDAYS, MAKE_UP, small_hall


def lived(seed: int, days: list[date]) -> list[list[Recorded]]:
    written: list[list[Recorded]] = []
    Weeks(small_hall(), seed, written.append, Taste(90.0)).live(days)
    return written


def test_open_days_follow_the_hours_with_holidays_and_make_up_days() -> None:
    days = open_days(small_hall(), date(2026, 10, 12), 10)
    assert not set(HOLIDAYS) & set(days)
    assert MAKE_UP in days
    assert days == sorted(days)
    assert days[-1] == date(2026, 10, 12)


def test_month_ends_are_counted_in_days_that_open() -> None:
    assert is_month_end(small_hall(), date(2026, 10, 30))  # a Friday, the last one open
    assert is_month_end(small_hall(), date(2026, 10, 29))
    assert not is_month_end(small_hall(), date(2026, 10, 28))
    assert not is_month_end(small_hall(), date(2026, 10, 31))  # closed


def test_the_same_seed_lives_the_same_weeks() -> None:
    days = open_days(small_hall(), date(2026, 10, 12), 3)
    assert lived(4, days) == lived(4, days)
    assert lived(4, days) != lived(5, days)


def test_a_day_is_a_whole_day(tmp_path: Path) -> None:
    """Numbers only while the hall gives them, everybody served or gone at the end, the chain of the journal whole."""
    days = open_days(small_hall(), date(2026, 10, 12), 5)
    journal = Journal(tmp_path / "journal.db")
    Weeks(small_hall(), 4, journal.append, Taste(90.0)).live(days)
    reader = journal.reader()
    assert reader.verify() is None
    assert [day for day, _ in reader.days()] == [day.isoformat() for day in days]
    for day in days:
        rows = list(reader.of_day(day.isoformat()))
        report = day_report(day.isoformat(), rows)
        assert report.open == 0
        assert report.tickets > 50
        assert report.served > 0.9 * report.tickets
        opened = next(row.event for row in rows if isinstance(row.event, e.DayOpened))
        for row in rows:
            if isinstance(row.event, e.TicketIssued):
                minute = (row.wall - opened.midnight_wall) / 60_000
                assert any(begins <= minute < ends for begins, ends in small_hall().sessions(day.isoformat()))
    reader.close()
    journal.close()


def test_a_history_leaves_a_hall_whose_day_has_just_begun(tmp_path: Path) -> None:
    assert write_history(small_hall(), tmp_path, date(2026, 11, 23), 2, 4, Taste(20.0)) == 2
    journal = Journal(tmp_path / "journal.db")
    reader = journal.reader()
    assert [day for day, _ in reader.days()] == ["2026-11-19", "2026-11-20", "2026-11-23"]
    hall, seq = restore(tmp_path / "snapshots", reader)
    assert (hall.day, hall.day_open, hall.tally, seq) == ("2026-11-23", True, {}, journal.seq)
    assert all(row.by == "rehearsal" for row in reader.all())
    reader.close()
    journal.close()
