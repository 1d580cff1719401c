"""Idempotency keys stand in the chain: one that was changed, added or pointed elsewhere is found."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from hall_daemon.adapters.storage.journal import Journal
from hall_daemon.adapters.storage.journal_reader import JournalReader
from hall_daemon.app.record import KeyUse
from tests.hall_daemon.adapters.journal_days import a_day, verified

KEYS = {"k1": KeyUse("p1", 1, 2), "k2": KeyUse("p2", 3, 3), "k3": KeyUse("p3", 5, 4)}


@pytest.mark.parametrize(("statement", "seq"), [
    ("UPDATE keys SET first_seq = 4, last_seq = 4 WHERE key = 'k2'", 4),
    ("UPDATE keys SET last_seq = 3 WHERE key = 'k1'", 1),
    ("UPDATE keys SET print = 'p9' WHERE key = 'k2'", 3),
    ("UPDATE keys SET key = 'k9' WHERE key = 'k2'", 3),
    ("INSERT INTO keys VALUES ('k4', 'p4', 4, 4)", 4),
    ("INSERT INTO keys VALUES ('k4', 'p4', 3, 3)", 3),
    ("INSERT INTO keys VALUES ('k4', 'p4', 9999, 9999)", 9999),
])
def test_a_key_that_claims_what_it_did_not_do_is_found(tmp_path: Path, statement: str, seq: int) -> None:
    path = tmp_path / "journal.db"
    rows = a_day()
    with closing(Journal(path)) as journal:
        journal.append(rows, list(KEYS.items()))
        assert journal.keys() == KEYS
    with closing(JournalReader(path)) as reader:
        assert (reader.verify(), list(reader.all())) == (None, rows)
    with closing(sqlite3.connect(path)) as tampering:
        tampering.execute(statement)
        tampering.commit()
    found = verified(path)
    assert found is not None
    assert found.seq == seq
