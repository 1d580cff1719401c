"""A number is given once a day, whatever memory or a snapshot say, and a journal that says otherwise is found out."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

import pytest

from hall_daemon.adapters.storage.journal import Journal, JournalError
from hall_daemon.domain import events as e
from tests.hall_daemon.adapters.journal_days import LAST, a_day, verified, write

COLUMNS = "tick, wall, day, kind, by, body"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "journal.db"
    write(path, a_day())
    return path


def test_no_ticket_of_a_day_is_given_twice_whatever_memory_says(path: Path) -> None:
    journal = Journal(path)
    issued = next(row for row in journal.read(1, journal.seq) if isinstance(row.event, e.TicketIssued))
    with pytest.raises(JournalError, match=r"-A.* was given before.*hall verify"):
        journal.append([issued._replace(seq=journal.seq + 1)])
    journal.close()
    assert verified(path) is None


def test_a_journal_that_gave_a_number_twice_does_not_open(path: Path) -> None:
    conn = sqlite3.connect(path)
    conn.execute(
        f"INSERT INTO events SELECT {LAST + 1}, {COLUMNS}, hash FROM events WHERE kind = 'TicketIssued' LIMIT 1"
    )
    conn.commit()
    conn.close()
    with pytest.raises(JournalError, match="was given twice"):
        Journal(path)


def test_verify_finds_a_number_given_twice_though_its_chain_was_made_to_hold(path: Path) -> None:
    conn = sqlite3.connect(path)
    (tip,) = conn.execute("SELECT hash FROM events WHERE seq = ?", (LAST,)).fetchone()
    found = conn.execute(f"SELECT {LAST + 1}, {COLUMNS} FROM events WHERE kind = 'TicketIssued' LIMIT 1")
    again = found.fetchone()
    digest = hashlib.sha256(tip + "|".join(map(str, again)).encode()).digest()
    conn.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*again, digest))
    conn.commit()
    conn.close()
    broken = verified(path)
    assert broken is not None
    assert broken.seq == LAST + 1
    assert "which was given before" in broken.what


def test_no_ticket_of_an_older_day_is_given_twice_after_later_ones(path: Path) -> None:
    """A snapshot that was made to say an earlier day."""
    journal = Journal(path)
    issued = next(row for row in journal.read(1, journal.seq) if isinstance(row.event, e.TicketIssued))
    for seq, day in enumerate(("2026-12-01", "2026-12-02", "2026-12-03"), journal.seq + 1):
        journal.append([issued._replace(seq=seq, day=day, event=e.DayOpened(day, 0))])
    with pytest.raises(JournalError, match="was given before"):
        journal.append([issued._replace(seq=journal.seq + 1)])
    journal.close()
