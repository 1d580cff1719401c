"""The events of a day are all found, also when a wrong clock began days too early and was taken back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from hall_daemon.adapters.storage.journal import Journal
from hall_daemon.adapters.storage.journal_reader import JournalError
from hall_daemon.app.last_calls import LastCalls
from hall_daemon.app.record import Recorded
from hall_daemon.domain import events as e
from tests.hall_daemon.adapters.journal_days import a_day, write


def days(*events: e.Event | str) -> list[Recorded]:
    """Turns, and between them events of the day that is named."""
    rows, day = [], ""
    for seq, event in enumerate(events, 1):
        if isinstance(event, str):
            rows.append(Recorded(seq, seq, seq, event, "core", e.ClockStepped(seq)))
            continue
        day = getattr(event, "day", day)
        rows.append(Recorded(seq, seq, seq, day, "core", event))
    return rows


@pytest.mark.parametrize("wrong", [1, 3])
def test_a_day_that_goes_on_after_wrong_turns_has_all_its_events(tmp_path: Path, wrong: int) -> None:
    far = [f"2026-12-{n:02d}" for n in range(5, 5 + wrong)]
    rows = days(
        e.DayOpened("2026-11-23", 0), "2026-11-23", *(e.DayOpened(day, 0) for day in far), far[-1],
        *(e.DayReopened(to, 0, day) for day, to in zip(far[::-1], [*far[-2::-1], "2026-11-23"], strict=True)),
        "2026-11-23", e.DayOpened("2026-11-24", 0), "2026-11-23", "2026-11-24",
        *(event for n in range(25, 30) for event in (e.DayOpened(f"2026-11-{n}", 0), f"2026-11-{n}")),
        e.DayOpened(far[-1], 0), far[-1],
    )
    write(tmp_path / "journal.db", rows)
    with closing(Journal(tmp_path / "journal.db")) as journal, closing(journal.reader()) as reader:
        for day in ("2026-11-23", "2026-11-24", "2026-11-26", far[-1]):
            assert list(reader.of_day(day)) == [row for row in rows if row.day == day], day
        assert list(reader.of_day("2026-11-22")) == list(reader.since("")) == []
        assert [row.day for row in reader.since("2026-11-29")][:2] == ["2026-11-29"] * 2
    # Old days are not looked for in all that came after them.


def test_somebody_of_yesterday_is_served_to_the_end_after_a_wrong_turn_of_today(tmp_path: Path) -> None:
    rows = days(
        e.DayOpened("2026-11-23", 0), "2026-11-23", e.DayOpened("2026-11-24", 0), "2026-11-24",
        e.DayOpened("2026-12-06", 0), "2026-12-06", e.DayReopened("2026-11-24", 0, "2026-12-06"), "2026-11-23",
        e.DayOpened("2026-11-25", 0), "2026-11-23",
    )
    write(tmp_path / "journal.db", rows)
    with closing(Journal(tmp_path / "journal.db")) as journal, closing(journal.reader()) as reader:
        assert [row.seq for row in reader.of_day("2026-11-23")] == [1, 2, 8]  # not across two roll-overs


def test_a_start_knows_the_calls_that_a_hall_that_ran_on_knows(tmp_path: Path) -> None:
    """Somebody of yesterday is sent on after midnight, and called today."""
    called = Recorded(3, 3, 3, "2026-11-23", "pad:1", e.TicketCalled("1", "2026-11-23-A001", e.Reason("arrival")))
    write(tmp_path / "journal.db", [*days(e.DayOpened("2026-11-23", 0), e.DayOpened("2026-11-24", 0)), called])
    with closing(Journal(tmp_path / "journal.db")) as journal, closing(journal.reader()) as reader:
        assert LastCalls(reader.since("2026-11-24")).reason("2026-11-23-A001") == e.Reason("arrival")


def test_a_journal_whose_damaged_schema_numbers_no_events_does_not_start_empty(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    write(path, a_day())
    whole = path.read_bytes()
    damaged = whole.replace(b"seq INTEGER PRIMARY KEY", b"seq INTEGES PRIMARY KEY")
    assert damaged != whole
    path.write_bytes(damaged)
    with pytest.raises(JournalError, match=r"does not number|cannot open"):
        Journal(path)


def test_a_damaged_inner_page_that_hides_all_events_is_a_damage(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    write(path, a_day())
    with closing(Journal(path)) as journal, closing(journal.reader()) as reader:
        found = reader._conn
        # What such a page does: the search by number finds nothing, the last event is there.
        with closing(sqlite3.connect(":memory:")) as blind:
            blind.execute("CREATE TABLE events (seq, tick, wall, day, kind, by, body, hash)")
            blind.execute("INSERT INTO events (rowid, seq) VALUES (9, NULL)")
            reader._conn = blind
            broken = reader.verify()
            assert broken is not None
            assert broken.seq == 1
        reader._conn = found
