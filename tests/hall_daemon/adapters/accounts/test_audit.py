"""The audit log: chained, bounded, without a line that anybody could forge."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from hall_daemon.adapters.accounts.audit import MOST_REFUSALS, NOTES_KEPT, AuditError, AuditLog, Search, verify


@pytest.fixture
def log(tmp_path: Path, seconds: list[float]) -> AuditLog:
    return AuditLog(tmp_path / "audit.db", lambda: 1_790_000_000_000, lambda: seconds[-1])


@pytest.fixture
def seconds() -> list[float]:
    return [0.0]


def test_rows_are_found_by_words_and_place(log: AuditLog) -> None:
    log.note("staff:a", "log_in", "", "10.0.0.5")
    log.note("staff:b", "change_account", "c", "10.0.0.6", "bad_roles")
    log.write()
    assert [row.who for row in log.find()] == ["staff:a", "staff:b"]
    assert [row.seq for row in log.find(Search("CHANGE 10.0.0.6"))] == [2]
    assert [row.seq for row in log.find(Search(after=1))] == [2]
    assert log.find(Search("nothing such")) == []
    assert log.verify() == 2
    log.stop()


@pytest.mark.parametrize("change", [
    "UPDATE rows SET body = replace(body, 'staff:a', 'staff:z') WHERE seq = 1",
    "DELETE FROM rows WHERE seq = 2",
    "UPDATE rows SET seq = 9 WHERE seq = 3",
])
def test_what_was_changed_afterwards_is_seen(log: AuditLog, tmp_path: Path, change: str) -> None:
    for who in "abc":
        log.note(f"staff:{who}", "log_in")
    log.stop()
    with sqlite3.connect(tmp_path / "audit.db") as conn:
        conn.execute(change)
    conn.close()
    with pytest.raises(AuditError, match="was changed"):
        verify(tmp_path / "audit.db")


def test_no_text_makes_a_line_of_its_own(log: AuditLog) -> None:
    log.note("staff:a\n2026 staff:root log_in done", 'x","result":"done', "\x1b[2J\u202e", "10.0.0.5", "a" * 10_000)
    log.write()
    (row,) = log.find()
    for text in (row.who, row.what, row.about, row.result):
        assert text.isprintable()
        assert not set(text) & set('\n\r",{}<>\u202e')
        assert len(text) <= 80
    log.stop()


def test_a_flood_of_equal_refusals_is_two_rows_a_minute_and_hides_nothing(
    log: AuditLog, seconds: list[float]
) -> None:
    for n in range(NOTES_KEPT + 500):
        log.note("", ("log_in", "getHall")[n % 2], "", "10.0.0.9", "log_in_refused")
    log.note("staff:a", "log_in")
    log.write()
    first = [("log_in", 1), ("getHall", 1), ("log_in", 1)]
    assert [(row.what, row.times) for row in log.find()] == first
    seconds.append(60.0)
    log.write()
    half = NOTES_KEPT // 2 + 249
    assert [(row.what, row.times) for row in log.find()] == [*first, ("log_in", half), ("getHall", half)]
    log.note("", "log_in", "", "10.0.0.9", "log_in_refused")
    log.write()
    assert len(log.find()) == 6, "it begins again"
    log.stop()


def test_refusals_that_differ_are_bounded_too(log: AuditLog) -> None:
    for n in range(MOST_REFUSALS + 500):
        log.note("", "log_in", "", f"10.0.{n // 256}.{n % 256}", "log_in_refused")
    log.stop()
    with sqlite3.connect(log._path) as conn:
        assert conn.execute("SELECT count(*) FROM rows").fetchone() == (MOST_REFUSALS + 2,)
    conn.close()
    assert [row.times for row in log.find(Search("too_many"))] == [1, 499]


def test_more_than_is_kept_is_counted(log: AuditLog) -> None:
    for n in range(NOTES_KEPT + 500):
        log.note(f"staff:{n}", "log_in")
    log.write()
    assert [(row.what, row.times) for row in log.find(Search("lost"))] == [("lost", 500)]
    log.stop()


def test_two_that_write_side_by_side_make_one_chain(log: AuditLog, tmp_path: Path) -> None:
    beside = AuditLog(tmp_path / "audit.db", lambda: 0)
    for n in range(6):
        (log, beside)[n % 2].note(f"staff:{n}", "log_in")
        (log, beside)[n % 2].write()
    assert log.verify() == 6
    assert [row.who for row in log.find()] == [f"staff:{n}" for n in range(6)]
    log.stop()
    beside.stop()


def test_a_disk_that_is_full_loses_no_row_and_is_an_alarm(log: AuditLog) -> None:
    log.note("staff:a", "log_in")
    log._conn.execute("PRAGMA query_only=ON")
    log.write()
    assert log.health().state == "alert"
    log._conn.execute("PRAGMA query_only=OFF")
    log.write()
    assert (log.health().state, len(log.find())) == ("ready", 1)
    log.stop()
