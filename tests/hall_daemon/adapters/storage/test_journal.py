"""The journal: the chain shows what was done to it, and a file that is not whole is never taken for a new one."""

from __future__ import annotations

import hashlib
import os
import resource
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from hall_daemon.adapters.storage.journal import Journal
from hall_daemon.adapters.storage.journal_format import FORMAT
from hall_daemon.adapters.storage.journal_reader import Broken, JournalError, JournalReader
from hall_daemon.adapters.storage.snapshots import restore
from hall_daemon.app.record import KeyUse, Recorded
from hall_daemon.cases.defects import Defect, Reply
from hall_daemon.cases.events import JOURNAL_EVENTS
from hall_daemon.domain import events as e
from tests.hall_daemon.adapters.journal_days import LAST, a_day, verified, write
from tests.hall_daemon.domain.halls import DAY

ROOT = Path(__file__).resolve().parents[4]
LOOK = """
import sqlite3
conn = sqlite3.connect("file:{path}?mode=ro", uri=True)
print(conn.execute("select max(seq) from events").fetchone()[0], conn.execute("select key from keys").fetchall())
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "journal.db"
    write(path, a_day())
    return path


def change(path: Path, *statements: str) -> None:
    conn = sqlite3.connect(path)
    for statement in statements:
        conn.execute(statement)
    conn.commit()
    conn.close()


# -- content -------------------------------------------------------------------------------------


def test_every_kind_of_event_comes_back_as_it_went_in(tmp_path: Path) -> None:
    made = {
        "str": "文", "int": 7, "bool": True, "tuple[str, ...]": ("a", "b"), "frozenset[str]": frozenset(),
        "dict[str, int]": {"ordinary": -1}, "dict[str, str]": {"tax": "2"},
        "Reason": e.Reason("class_mix", {"class": "priority", "waited_min": 3}), "AlarmKind": "answer_soon",
        "Settled": "signed",
        "tuple[Defect, ...]": (Defect(of="paper", id="p", code="other", page=2, text="w"),),
        "tuple[Reply, ...]": (Reply(at=0, how="promise"),),
    }
    rows = []
    for seq, kind in enumerate(JOURNAL_EVENTS.values(), 1):
        fields = {name: made[annotation] for name, annotation in kind.__annotations__.items()}
        rows.append(Recorded(seq, seq, seq, DAY, "test", kind(**fields)))
    journal = Journal(tmp_path / "journal.db")
    journal.append(rows)
    assert journal.read(1, len(rows)) == rows
    journal.close()
    assert verified(tmp_path / "journal.db") is None


def test_it_goes_on_where_it_ended(path: Path) -> None:
    rows = a_day()
    journal = Journal(path)
    assert (journal.seq, journal.last) == (len(rows), rows[-1])
    more = rows[-1]._replace(seq=len(rows) + 1, event=e.WindowPaused("1", "lunch"))
    journal.append([more])
    journal.close()
    assert verified(path) is None


def test_starts_are_counted(path: Path) -> None:
    for epoch in (1, 2, 3):
        journal = Journal(path)
        assert journal.begin_epoch() == epoch
        journal.close()


def test_it_is_durable_and_in_wal(path: Path) -> None:
    journal = Journal(path)
    settings = [journal.db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
    journal.close()
    assert settings == ["wal", 2]


def test_the_name_of_a_new_journal_is_on_the_disk_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A power cut may take back a name whose folder was not synced."""
    synced: list[str] = []
    sync = os.fsync

    def noted(descriptor: int) -> None:
        synced.append(os.readlink(f"/proc/self/fd/{descriptor}"))
        sync(descriptor)

    monkeypatch.setattr("os.fsync", noted)
    for _ in range(2):
        Journal(tmp_path / "journal.db").close()
    assert synced == [str(tmp_path)], "once, when it is made"


def test_what_was_appended_is_there_for_another_process_at_once(path: Path) -> None:
    """Committed before `append` returns: a reader of its own sees it, without the writer doing anything more."""
    journal = Journal(path)
    reader = journal.reader()
    row = a_day()[-1]._replace(seq=journal.seq + 1)
    journal.append([row], [("k", KeyUse("p", row.seq, row.seq))])
    seen = subprocess.run([sys.executable, "-c", LOOK.format(path=path)], capture_output=True, text=True, check=True)
    assert seen.stdout.split() == [str(row.seq), "[('k',)]"]
    assert reader.last_seq() == row.seq
    reader.close()
    journal.close()


def test_days_and_their_late_finishes(tmp_path: Path) -> None:
    days = ["2026-11-23", "2026-11-24", "2026-11-27"]
    rows: list[Recorded] = []

    def note(day: str, event: e.Event) -> None:
        rows.append(Recorded(len(rows) + 1, len(rows), 0, day, "core", event))

    for before, day in zip(["", *days], days, strict=False):
        if before:
            note(before, e.DayClosed(before))
        note(day, e.DayOpened(day, 0))
        if before:
            note(before, e.ServiceFinished("1", f"{before}-A001", "licence"))
        note(day, e.WindowOpened("1", "ann"))
    write(tmp_path / "journal.db", rows)
    reader = JournalReader(tmp_path / "journal.db")
    assert [day for day, _ in reader.days()] == days
    for day in days:
        assert list(reader.of_day(day)) == [row for row in rows if row.day == day]
    assert [list(reader.of_day(day)) for day in ("2026-11-22", "2026-11-25", "2027-01-01", "", "x")] == [[]] * 5
    reader.close()


# -- tampering -----------------------------------------------------------------------------------

TAMPERED = {
    "tick": "UPDATE events SET tick = tick + 1 WHERE seq = 4",
    "wall": "UPDATE events SET wall = wall - 1 WHERE seq = 4",
    "day": "UPDATE events SET day = '2026-11-24' WHERE seq = 4",
    "kind": "UPDATE events SET kind = 'WindowClosed' WHERE seq = 4",
    "by": "UPDATE events SET by = 'kiosk:2' WHERE seq = 4",
    "body": "UPDATE events SET body = replace(body, 'A002', 'A009') WHERE seq = 4",
    "body of another type": "UPDATE events SET body = CAST(body AS BLOB) WHERE seq = 4",
    "body that is no text": "UPDATE events SET body = CAST(x'ff80' AS TEXT) WHERE seq = 4",
    "hash": "UPDATE events SET hash = zeroblob(32) WHERE seq = 4",
    "tick of another type": "UPDATE events SET tick = 'x' WHERE seq = 4",
}


@pytest.mark.parametrize("statement", TAMPERED.values(), ids=TAMPERED.keys())
def test_a_changed_event_is_found_at_its_place(path: Path, statement: str) -> None:
    change(path, statement)
    broken = verified(path)
    assert broken is not None
    assert broken.seq == 4


COPY = "INSERT INTO events SELECT {}, tick, wall, day, kind, by, body, hash FROM events WHERE seq = {}"
REARRANGED = {
    "delete": (4, "DELETE FROM events WHERE seq = 4"),
    "delete the first": (1, "DELETE FROM events WHERE seq = 1"),
    "cut from the middle": (3, "DELETE FROM events WHERE seq BETWEEN 3 AND 5"),
    "close the gap": (4, "DELETE FROM events WHERE seq = 4", "UPDATE events SET seq = 4 WHERE seq = 5"),
    "reorder": (
        4,
        "UPDATE events SET seq = 99 WHERE seq = 4",
        "UPDATE events SET seq = 4 WHERE seq = 5",
        "UPDATE events SET seq = 5 WHERE seq = 99",
    ),
    "append": (LAST + 1, COPY.format(LAST + 1, LAST)),
    "append further off": (LAST + 1, COPY.format(LAST + 5, LAST)),
    "prepend": (1, COPY.format(0, 1)),
    "prepend further off": (1, COPY.format(-7, 1)),
    "put one in the place of another": (
        4, "DELETE FROM events WHERE seq = 4", COPY.format(4, 5), "DELETE FROM events WHERE seq = 5",
    ),
}


@pytest.mark.parametrize("tampering", REARRANGED.values(), ids=REARRANGED.keys())
def test_events_deleted_inserted_or_reordered_are_found(path: Path, tampering: tuple[int, str]) -> None:
    seq, *statements = tampering
    change(path, *statements)
    broken = verified(path)
    assert broken is not None
    assert broken.seq == seq


def test_no_ticket_of_a_day_is_given_twice_whatever_memory_says(path: Path) -> None:
    journal = Journal(path)
    issued = next(row for row in journal.read(1, journal.seq) if isinstance(row.event, e.TicketIssued))
    with pytest.raises(JournalError, match=r"-A.* is in it already.*hall verify"):
        journal.append([issued._replace(seq=journal.seq + 1)])
    journal.close()
    assert verified(path) is None


def test_a_journal_that_gave_a_number_twice_does_not_open(path: Path) -> None:
    change(path, COPY.format(LAST + 1, 4))
    with pytest.raises(JournalError, match=r"gave a number of .* twice"):
        Journal(path)


def test_verify_finds_a_number_given_twice_though_its_chain_was_made_to_hold(path: Path) -> None:
    conn = sqlite3.connect(path)
    (tip,) = conn.execute("SELECT hash FROM events WHERE seq = ?", (LAST,)).fetchone()
    columns = "tick, wall, day, kind, by, body"
    again = conn.execute(f"SELECT {LAST + 1}, {columns} FROM events WHERE kind = 'TicketIssued' LIMIT 1").fetchone()
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
    with pytest.raises(JournalError, match="is in it already"):
        journal.append([issued._replace(seq=journal.seq + 1)])
    journal.close()


def test_a_changed_event_with_its_own_hash_made_right_breaks_the_next_link(path: Path) -> None:
    conn = sqlite3.connect(path)
    (previous,) = conn.execute("SELECT hash FROM events WHERE seq = 3").fetchone()
    *row, body = conn.execute("SELECT seq, tick, wall, day, kind, by, body FROM events WHERE seq = 4").fetchone()
    forged = body.replace("A002", "A009")
    stored = "|".join(map(str, (*row, forged)))
    good = hashlib.sha256(previous + stored.encode()).digest()
    conn.execute("UPDATE events SET body = ?, hash = ? WHERE seq = 4", (forged, good))
    conn.commit()
    conn.close()
    assert forged != body
    assert verified(path) == Broken(5, "event 5 or the one before it was changed after it was written")


def test_what_the_chain_alone_cannot_show(path: Path) -> None:
    """Cut off at the end, the chain holds as far as it goes: a tip kept elsewhere shows it (see snapshots)."""
    reader = JournalReader(path)
    tip = reader.hash_at(8)
    reader.close()
    change(path, "DELETE FROM events WHERE seq > 6")
    assert verified(path) is None
    reader = JournalReader(path)
    assert tip is not None
    assert reader.hash_at(8) is None
    reader.close()


def test_a_replay_proves_the_chain_on_its_way(path: Path, tmp_path: Path) -> None:
    change(path, TAMPERED["body"])
    reader = JournalReader(path)
    with pytest.raises(JournalError, match=r"event 4 or the one before it was changed.*restore"):
        restore(tmp_path, reader)
    assert [row.seq for row in reader.proven(upto=3)] == [1, 2, 3]
    assert [row.seq for row in reader.proven(after=4)] == [5, 6, 7, 8, 9]
    reader.close()


# -- what is refused -----------------------------------------------------------------------------


def test_a_newer_format_is_refused_and_left_alone(path: Path) -> None:
    change(path, f"UPDATE meta SET value = '{FORMAT + 1}' WHERE key = 'format'")
    with pytest.raises(JournalError, match=f"has format {FORMAT + 1}.*install the newer version"):
        Journal(path)
    assert verified(path) is None


def test_an_event_of_tomorrow_is_refused(path: Path) -> None:
    change(path, "UPDATE events SET kind = 'TicketTeleported' WHERE seq = 9")
    with pytest.raises(JournalError, match=r"event 9 .*TicketTeleported.*newer hall"):
        Journal(path)


@pytest.mark.parametrize("damage", ["", "nonsense" * 2000, "SQLite format 3\0"], ids=["empty", "garbage", "head only"])
def test_a_damaged_file_is_refused_with_advice_and_not_touched(path: Path, damage: str) -> None:
    path.write_text(damage)
    before = path.read_bytes()
    with pytest.raises(JournalError, match=r"restore the folder from its copy"):
        Journal(path)
    assert path.read_bytes() == before or not before, "an empty file may get a head, never tables"


@pytest.mark.parametrize("statement", ["DROP TABLE meta", "DROP TABLE events", "DELETE FROM meta", "DROP TABLE keys"])
def test_a_journal_that_lost_a_table_never_starts_empty(path: Path, statement: str) -> None:
    change(path, statement)
    with pytest.raises(JournalError, match=r"restore the folder"):
        Journal(path).keys()


def test_a_journal_that_is_gone_while_its_wal_is_there_is_refused(path: Path) -> None:
    path.rename(path.with_name("journal.db-wal"))
    with pytest.raises(JournalError, match="-wal is still there"):
        Journal(path)
    assert not path.exists()


def test_a_start_that_died_while_making_the_journal_is_made_good(tmp_path: Path) -> None:
    (tmp_path / ".journal.db.part").write_bytes(b"half")
    (tmp_path / ".journal.db.part-journal").write_bytes(b"of it")
    write(tmp_path / "journal.db", a_day())
    assert verified(tmp_path / "journal.db") is None


def test_a_full_disk_acknowledges_nothing_after_it(path: Path) -> None:
    """The kernel refuses to let the file grow: as a full disk does, the same call fails."""
    journal = Journal(path)
    before = journal.seq
    big = [row._replace(seq=before + n, event=e.WindowPaused("1", "x" * 100_000)) for n, row in enumerate(a_day(), 1)]
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
    try:
        with pytest.raises(JournalError, match="cannot write the journal"):
            journal.append(big)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert journal.seq == before
    with pytest.raises(JournalError, match="start again"):
        journal.append([a_day()[0]._replace(seq=before + 1)])
    journal.close()
    again = Journal(path)
    assert again.seq == before
    again.close()
    assert verified(path) is None


def test_a_commit_that_fails_leaves_neither_events_nor_keys(path: Path) -> None:
    journal = Journal(path)
    before = journal.seq
    journal.db.execute("CREATE TRIGGER no BEFORE INSERT ON keys BEGIN SELECT RAISE(ABORT, 'io error'); END")
    row = a_day()[0]._replace(seq=before + 1)
    with pytest.raises(JournalError, match="io error"):
        journal.append([row], [("k", KeyUse("p", before + 1, before + 1))])
    with pytest.raises(JournalError):
        journal.append([row])
    journal.close()
    reader = JournalReader(path)
    assert reader.last_seq() == before
    reader.close()


def test_a_missing_journal_is_no_journal(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="there is no journal at"):
        JournalReader(tmp_path / "journal.db")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a b", "50%", "what?", "#1", "大厅"])
def test_a_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    write(folder / "journal.db", a_day())
    reader = JournalReader(folder / "journal.db")
    assert reader.last_seq() == LAST
    reader.close()
