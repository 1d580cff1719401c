"""A journal with damaged bytes: found, or harmless. One that has just been made: whole."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from hall_daemon.adapters.storage.journal import Journal, JournalError
from hall_daemon.adapters.storage.snapshots import restore
from hall_daemon.domain.evolve import evolve
from hall_daemon.domain.hall import Hall
from tests.hall_daemon.adapters.journal_days import a_day, write


def test_any_damaged_byte_is_found_or_harmless(tmp_path: Path, dice: random.Random) -> None:
    """F18, small: the hall starts with exactly what it had, or it does not start and says so."""
    write_to = tmp_path / "many.db"
    write(write_to, a_day(60), key="k")
    expected = Hall()
    for row in a_day(60):
        evolve(expected, row.event, row.moment)
    whole = write_to.read_bytes()
    outcomes = {"refused": 0, "harmless": 0}
    for turn in range(100):
        folder = tmp_path / f"turn-{turn}"
        folder.mkdir()
        damaged = bytearray(whole)
        for _ in range(dice.choice((1, 1, 64))):
            damaged[dice.randrange(len(damaged))] ^= dice.randrange(1, 256)
        (folder / "journal.db").write_bytes(damaged)
        outcomes["harmless" if starts_as(folder, expected) else "refused"] += 1
        shutil.rmtree(folder)
    assert min(outcomes.values()) > 10, outcomes


def starts_as(folder: Path, expected: Hall) -> bool:
    """Whether the hall starts; it must then be the expected one. Any other error than JournalError fails the test."""
    try:
        journal = Journal(folder / "journal.db")
    except JournalError:
        return False
    try:
        journal.begin_epoch()
        journal.keys()
        reader = journal.reader()
        try:
            hall, seq = restore(folder, reader)
        finally:
            reader.close()
    except JournalError:
        return False
    finally:
        journal.close()
    assert (hall, seq) == (expected, 62 + 1)
    return True


def test_killed_right_after_its_journal_was_made_nothing_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(path: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("hall_daemon.adapters.storage.journal.made_writable", killed)
        Journal(tmp_path / "journal.db")
    # The start writes nothing on its way to WAL that would have to be rolled back.
    assert [file.name for file in tmp_path.iterdir()] == ["journal.db"]
    assert (tmp_path / "journal.db").read_bytes()[18:20] == b"\2\2", "versions of who may write and read it: WAL"
