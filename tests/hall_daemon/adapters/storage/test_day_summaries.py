"""Tables of past days: kept when the day is over, made anew when a file is not to be trusted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from hall_daemon.adapters.storage.day_summaries import FOLDER, DayTables
from hall_daemon.adapters.storage.journal import Journal
from hall_daemon.adapters.storage.journal_reader import JournalReader
from hall_daemon.prediction.learn.day_summary import DayTable
from hall_daemon.rehearsal.weeks import Taste, Weeks, open_days
from tests.hall_daemon.rehearsal.small_hall import small_hall

DAYS = [day.isoformat() for day in open_days(small_hall(), date(2026, 11, 20), 4)]


def write(folder: Path, seed: int) -> None:
    with closing(Journal(folder / "journal.db")) as journal:
        Weeks(small_hall(), seed, journal.append, Taste(40.0)).live(open_days(small_hall(), date(2026, 11, 20), 4))


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[JournalReader]:
    write(tmp_path, 1)
    with closing(JournalReader(tmp_path / "journal.db")) as reader:
        yield reader


def kept(folder: Path) -> list[str]:
    return sorted(path.stem for path in (folder / FOLDER).iterdir())


def test_days_that_are_over_are_kept_and_read_back(tmp_path: Path, reader: JournalReader) -> None:
    first = DayTables(reader, tmp_path).between(DAYS[0], DAYS[-1])
    assert [table.day for table in first] == DAYS
    assert all(table.people > 20 for table in first)
    assert kept(tmp_path) == DAYS[:2]  # of the last two somebody may still be at a window
    assert DayTables(reader, tmp_path).between(DAYS[0], DAYS[-1]) == first


def test_what_is_kept_is_used(tmp_path: Path, reader: JournalReader) -> None:
    tables = DayTables(reader, tmp_path)
    table = tables.of(DAYS[0])
    path = tmp_path / FOLDER / f"{DAYS[0]}.json"
    path.write_bytes(path.read_bytes().replace(b'"unmeasured":0', b'"unmeasured":7'))
    assert tables.of(DAYS[0]) != table
    assert tables.of(DAYS[0]).unmeasured == 7


@pytest.mark.parametrize("bad", [b"", b"{}", b"\xff\xfe", b'{"format":99,"hash":"","table":{"day":"2026-11-17"}}'])
def test_a_file_that_is_damaged_is_made_anew(tmp_path: Path, reader: JournalReader, bad: bytes) -> None:
    table = DayTables(reader, tmp_path).of(DAYS[0])
    path = tmp_path / FOLDER / f"{DAYS[0]}.json"
    path.write_bytes(bad)
    assert DayTables(reader, tmp_path).of(DAYS[0]) == table
    assert len(path.read_bytes()) > 100


def test_a_table_of_another_journal_is_not_believed(tmp_path: Path, reader: JournalReader) -> None:
    theirs = DayTables(reader, tmp_path).of(DAYS[0])
    other = tmp_path / "other"
    other.mkdir()
    write(other, 2)
    (tmp_path / FOLDER).rename(other / FOLDER)
    with closing(JournalReader(other / "journal.db")) as second:
        assert DayTables(second, other).of(DAYS[0]) != theirs


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path: Path, reader: JournalReader) -> None:
    (tmp_path / FOLDER).write_text("a file where the folder should be")
    assert DayTables(reader, tmp_path).of(DAYS[0]).people > 20


def test_a_day_that_never_was(tmp_path: Path, reader: JournalReader) -> None:
    with pytest.raises(KeyError):
        DayTables(reader, tmp_path).of("2026-01-01")
    assert DayTables(reader, tmp_path).between("2026-01-01", "2026-01-02") == []


def test_an_empty_journal_has_no_days(tmp_path: Path) -> None:
    Journal(tmp_path / "journal.db").close()
    with closing(JournalReader(tmp_path / "journal.db")) as reader:
        assert DayTables(reader, tmp_path).days == ()
        assert DayTables(reader, tmp_path).between("2026-01-01", "2026-12-31") == list[DayTable]()
