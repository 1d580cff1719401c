"""What stands beside the journal knows how far it went; whatever of it is damaged knows nothing."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from hall_daemon.adapters.storage.journal_reader import JournalError
from hall_daemon.adapters.storage.snapshots import save
from hall_daemon.adapters.storage.witnesses import (
    BOOKMARK,
    PROMISES,
    TIP,
    Tip,
    forget,
    numbers_told,
    refuse_a_lost_tail,
    witnesses,
)
from hall_daemon.domain.hall import Hall

DAY = "2026-11-24"


def everybody(folder: Path) -> Path:
    snapshots = folder / "snapshots"
    snapshots.mkdir()
    hall = Hall(day=DAY, counts={"a": 60})
    Tip(folder).save(hall, 61)
    (folder / BOOKMARK).write_text("59\n")
    save(snapshots / "latest", hall, 58, bytes(32))
    with sqlite3.connect(folder / PROMISES) as ledger:
        ledger.execute("CREATE TABLE meta (key TEXT, value INTEGER)")
        ledger.execute("CREATE TABLE tickets (ticket TEXT, seq INTEGER, day TEXT)")
        ledger.execute("CREATE TABLE changes (ticket TEXT)")
        ledger.execute("INSERT INTO meta VALUES ('seq', 60)")
        ledger.executemany("INSERT INTO tickets VALUES (?, ?, ?)", [(f"{DAY}-A00{n}", n, DAY) for n in (1, 2)])
    ledger.close()
    return snapshots


def test_each_knows_how_far_the_journal_went(tmp_path: Path) -> None:
    snapshots = everybody(tmp_path)
    known = {witness.source: witness.seq for witness in witnesses(tmp_path, snapshots, 29)}
    assert known == {TIP: 61, BOOKMARK: 59, PROMISES: 60, "latest": 58}
    assert [w.counts for w in witnesses(tmp_path, snapshots, 29) if w.counts] == [{"a": 60}] * 2
    with pytest.raises(JournalError, match=r"ends at event 29.*tip knows event 61.*32 events are lost.*`hall recover`"):
        refuse_a_lost_tail(tmp_path, snapshots, 29)
    assert numbers_told(tmp_path, DAY) == ["A001", "A002"]
    assert witnesses(tmp_path, snapshots, 61) == []
    refuse_a_lost_tail(tmp_path, snapshots, 61)


def test_a_settled_loss_is_settled(tmp_path: Path) -> None:
    snapshots = everybody(tmp_path)
    forget(tmp_path, snapshots, 1)
    assert witnesses(tmp_path, snapshots, 1) == []
    assert numbers_told(tmp_path, DAY) == ["A001"]
    assert not (snapshots / "latest").exists()


@pytest.mark.parametrize(
    "said", [b"", b"\xff\xfe", b"[]", b'{"seq": 9}', b'{"seq": "x", "day": "", "counts": {}}', b"9" * 9000]
)
def test_what_is_damaged_or_missing_says_nothing(tmp_path: Path, said: bytes) -> None:
    assert witnesses(tmp_path, tmp_path / "snapshots", 0) == []
    for name in (TIP, PROMISES):
        (tmp_path / name).write_bytes(said)
    assert witnesses(tmp_path, tmp_path / "snapshots", 0) == []
    assert numbers_told(tmp_path, DAY) == []
