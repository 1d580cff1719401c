"""Readers of a journal: they see a moment, hold nobody up and cannot write."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hall_daemon.adapters.storage.journal import Journal
from hall_daemon.adapters.storage.journal_reader import Broken
from tests.hall_daemon.adapters.journal_days import LAST, a_day, verified, write


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "journal.db"
    write(path, a_day())
    return path


@pytest.fixture
def writer(path: Path) -> Iterator[Journal]:
    journal = Journal(path)
    yield journal
    journal.close()


def test_a_reader_in_the_middle_of_reading_never_blocks_the_writer(writer: Journal) -> None:
    reader = writer.reader()
    reading = reader.all()
    proving = reader.proven()
    next(reading), next(proving)
    held = sqlite3.connect(f"file:{writer.path}?mode=ro", uri=True)
    held.execute("BEGIN")
    held.execute("SELECT * FROM events").fetchone()
    for _ in range(5):
        writer.append([a_day()[-1]._replace(seq=writer.seq + 1)])
    assert [row.seq for row in reader.after(LAST)] == [10, 11, 12, 13, 14]
    assert held.execute("SELECT max(seq) FROM events").fetchone() == (LAST,), "a reader keeps the moment it began with"
    held.close()
    reader.close()


def test_a_reader_cannot_write(writer: Journal) -> None:
    reader = writer.reader()
    with pytest.raises(sqlite3.OperationalError):
        reader._conn.execute("DELETE FROM events")
    reader.close()


def test_verifying_while_it_is_written(writer: Journal, wait_until: Callable[[Callable[[], object]], None]) -> None:
    found: list[Broken | None] = []
    thread = threading.Thread(target=lambda: found.extend(verified(writer.path) for _ in range(10)))
    thread.start()
    for _ in range(50):
        writer.append([a_day()[-1]._replace(seq=writer.seq + 1)])
    thread.join(20)
    assert found == [None] * 10
