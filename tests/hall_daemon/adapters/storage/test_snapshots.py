"""Snapshots: the same hall as a replay, whatever became of them; and what they know better than the journal."""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hall_daemon.adapters.storage import snapshots as snapshots_module
from hall_daemon.adapters.storage.journal import Journal
from hall_daemon.adapters.storage.journal_reader import JournalError, JournalReader
from hall_daemon.adapters.storage.snapshots import LATEST, SnapshotKeeper, contradiction, restore
from hall_daemon.app.record import Recorded
from hall_daemon.domain import commands as c
from hall_daemon.domain.evolve import evolve
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment
from tests.hall_daemon.domain.halls import DAY, MIDNIGHT, PlayedHall

DAY_MS = 86_400_000


class Rig:
    """A journal that grows as a stage is played, with the halls it went through."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.snapshots = folder / "snapshots"
        self.journal = Journal(folder / "journal.db")
        self.reader = self.journal.reader()
        self.played = PlayedHall()
        self.live = Hall()
        self.past: list[Hall] = [Hall()]
        self.keeper = SnapshotKeeper(self.snapshots, self.reader, 0, every=1000)

    def play(self, *commands: c.Command) -> None:
        """Each command is a batch: committed, evolved, and shown to the keeper."""
        for command in commands:
            begun = len(self.played.log)
            if not self.played.do(command):
                continue
            batch = [
                Recorded(seq, at.tick, at.wall, self.played.hall.day, "test", event)
                for seq, (at, event) in enumerate(self.played.log[begun:], begun + 1)
            ]
            self.journal.append(batch)
            for row in batch:
                evolve(self.live, row.event, row.moment)
                self.past.append(self.live.copy())
            self.keeper(self.live, batch, self.played.now)

    def draw(self, count: int = 1) -> None:
        for _ in range(count):
            self.play(c.IssueTicket(services=("licence",), token=next(self.played.tokens)))

    def days(self, count: int) -> None:
        for n in range(count):
            self.played.now = Moment(self.played.now.tick + DAY_MS, MIDNIGHT + n * DAY_MS + DAY_MS // 2)
            self.play(c.OpenDay(f"2026-11-{23 + n}", MIDNIGHT + n * DAY_MS))
            self.draw(3)
            self.play(c.OpenWindow("1", "ann"), c.CallNext("1"), c.Start("1"))

    def close(self) -> None:
        self.reader.close()
        self.journal.close()


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    rig = Rig(tmp_path)
    yield rig
    rig.close()


@pytest.fixture
def read_rows(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Numbers of the events that a restore had to replay."""
    seen: list[int] = []
    proven = JournalReader.proven

    def counted(self: JournalReader, after: int = 0, upto: int | None = None) -> Iterator[Recorded]:
        for row in proven(self, after, upto):
            seen.append(row.seq)
            yield row

    monkeypatch.setattr(JournalReader, "proven", counted)
    return seen


def test_from_a_snapshot_the_hall_is_the_same_and_the_replay_short(rig: Rig, read_rows: list[int]) -> None:
    rig.days(2)
    rig.keeper.save(rig.live, rig.journal.seq)
    rig.draw(2)
    hall, seq = restore(rig.snapshots, rig.reader)
    assert (hall, seq) == (rig.live, rig.journal.seq)
    assert (hall.lines, hall.tokens) == (rig.live.lines, rig.live.tokens), "the indexes are built again"
    assert read_rows == [seq - 1, seq]


def test_without_a_snapshot_the_journal_is_replayed(rig: Rig, read_rows: list[int]) -> None:
    rig.days(2)
    assert restore(rig.folder / "nowhere", rig.reader) == (rig.live, rig.journal.seq)
    assert len(read_rows) == rig.journal.seq


def test_an_empty_journal_is_an_empty_hall(rig: Rig) -> None:
    assert restore(rig.snapshots, rig.reader) == (Hall(), 0)
    rig.keeper.save(Hall(), 0)
    assert list(rig.snapshots.iterdir()) == []


@pytest.mark.parametrize("with_snapshots", [True, False])
def test_any_past_moment_can_be_shown_again(rig: Rig, with_snapshots: bool) -> None:
    rig.days(3)
    rig.keeper.save(rig.live, rig.journal.seq)
    folder = rig.snapshots if with_snapshots else rig.folder / "nowhere"
    for seq, hall in enumerate(rig.past):
        assert restore(folder, rig.reader, seq) == (hall, seq)


def test_a_moment_of_today_begins_at_the_snapshot_of_this_morning(rig: Rig, read_rows: list[int]) -> None:
    rig.days(3)
    opened = dict(rig.reader.days())["2026-11-25"]
    restore(rig.snapshots, rig.reader, opened + 2)
    assert read_rows == [opened + 1, opened + 2]


def turn_into_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def rewritten(path: Path, change: Callable[[dict[str, object]], None]) -> None:
    """Change a snapshot's content and make its checksum right again."""
    content = json.loads(path.read_bytes().partition(b"\n")[2])
    change(content)
    body = json.dumps(content).encode()
    path.write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)


SPOILED: dict[str, tuple[Callable[[Path], object], str]] = {
    "cut": (lambda path: path.write_bytes(path.read_bytes()[:-9]), "is damaged"),
    "empty": (lambda path: path.write_bytes(b""), "is damaged"),
    "a byte": (lambda path: path.write_bytes(path.read_bytes().replace(b"A001", b"A007")), "is damaged"),
    "newer format": (lambda path: rewritten(path, lambda all_: all_.update(format=99)), "has format 99"),
    "other fields": (lambda path: rewritten(path, lambda all_: all_.update(hall=[])), "is of another version"),
    "another journal": (lambda path: rewritten(path, lambda all_: all_.update(hash="00" * 32)), "does not belong"),
    "hash of no hex": (lambda path: rewritten(path, lambda all_: all_.update(hash="zz")), "does not belong"),
    "a folder": (turn_into_a_folder, "cannot be read"),
}


@pytest.mark.parametrize(("spoil", "said"), SPOILED.values(), ids=SPOILED.keys())
def test_a_snapshot_that_does_not_fit_is_left_aside(
    rig: Rig, spoil: Callable[[Path], object], said: str, caplog: pytest.LogCaptureFixture
) -> None:
    rig.play(c.OpenDay(DAY, MIDNIGHT))
    rig.draw(3)
    rig.keeper.save(rig.live, rig.journal.seq)
    spoil(rig.snapshots / LATEST)
    with caplog.at_level(logging.WARNING):
        assert restore(rig.snapshots, rig.reader) == (rig.live, rig.journal.seq)
    assert said in caplog.text
    assert "replaying the journal" in caplog.text


def cut_off_the_end(rig: Rig, after: int) -> None:
    rig.close()
    conn = sqlite3.connect(rig.folder / "journal.db")
    conn.execute("DELETE FROM events WHERE seq > ?", (after,))
    conn.commit()
    conn.close()
    rig.journal = Journal(rig.folder / "journal.db")
    rig.reader = rig.journal.reader()


def test_a_journal_that_lost_its_end_is_refused(rig: Rig) -> None:
    """An older copy put back, or cut off: numbers that people hold would be given a second time (I2)."""
    rig.days(1)
    rig.keeper.save(rig.live, rig.journal.seq)
    had = rig.journal.seq
    cut_off_the_end(rig, had - 2)
    assert rig.reader.verify() is None
    with pytest.raises(JournalError, match=rf"ends at event {had - 2}, but snapshot .* taken at event {had}.*twice"):
        restore(rig.snapshots, rig.reader)
    found = contradiction(rig.snapshots, rig.reader)
    assert found is not None
    assert found.seq == had
    assert restore(rig.snapshots, rig.reader, upto=3)[1] == 3, "its past can still be looked at"


def test_a_journal_that_is_gone_beside_its_snapshots_never_starts_empty(rig: Rig) -> None:
    rig.days(1)
    rig.close()
    for path in rig.folder.glob("journal.db*"):
        path.unlink()
    rig.journal = Journal(rig.folder / "journal.db")
    rig.reader = rig.journal.reader()
    with pytest.raises(JournalError, match="ends at event 0"):
        restore(rig.snapshots, rig.reader)


def test_a_snapshot_changed_with_its_checksum_made_right_is_found(rig: Rig) -> None:
    """Counts set back in a snapshot would give A004 a second time; its hash of the journal still fits."""
    rig.days(2)
    assert contradiction(rig.snapshots, rig.reader) is None
    path = max(rig.snapshots.glob("[!.]*"), key=lambda each: each.stat().st_mtime_ns)
    body = json.loads(path.read_bytes().partition(b"\n")[2])
    body["hall"]["serial"] += 1
    forged = json.dumps(body).encode()
    path.write_bytes(hashlib.sha256(forged).hexdigest().encode() + b"\n" + forged)
    assert rig.reader.verify() is None
    found = contradiction(rig.snapshots, rig.reader)
    assert found is not None
    assert f"snapshot {path.name} holds another hall" in found.what


def test_a_journal_written_anew_with_a_good_chain_contradicts_its_snapshots(rig: Rig, tmp_path: Path) -> None:
    rig.days(1)
    other = tmp_path / "other"
    other.mkdir()
    forged = Rig(other)
    forged.played.now = forged.played.now._replace(tick=5)
    forged.days(2)
    assert forged.reader.verify() is None
    assert contradiction(rig.snapshots, rig.reader) is None
    found = contradiction(rig.snapshots, forged.reader)
    assert found is not None
    assert found.what == "event 1 is not the one that snapshot day-2026-11-23 was taken at"
    forged.close()


def test_a_snapshot_every_so_many_events(rig: Rig, read_rows: list[int]) -> None:
    """Also on the day a new day began: the start is never more than that behind."""
    rig.keeper = SnapshotKeeper(rig.snapshots, rig.reader, 0, every=10)
    for _ in range(2):
        rig.days(3) if not rig.played.hall.day else rig.draw(15)
        restore(rig.snapshots, rig.reader)
        assert len(read_rows) <= 10
        read_rows.clear()


def test_the_beginnings_of_the_last_days_are_kept(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots_module, "DAYS_KEPT", 2)
    rig.days(4)
    assert sorted(path.name for path in rig.snapshots.iterdir()) == ["day-2026-11-25", "day-2026-11-26"]


def test_a_disk_that_is_full_costs_time_and_nothing_else(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    rig.days(1)
    (rig.snapshots / ".latest.part").mkdir()
    rig.keeper.save(rig.live, rig.journal.seq)
    assert "snapshot latest not written" in caplog.text
    assert restore(rig.snapshots, rig.reader) == (rig.live, rig.journal.seq)


def test_a_crash_while_writing_leaves_the_old_one(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.days(1)
    rig.keeper.save(rig.live, rig.journal.seq)
    before = (rig.snapshots / LATEST).read_bytes()
    rig.draw()

    def killed(descriptor: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", killed)
        with pytest.raises(KeyboardInterrupt):
            rig.keeper.save(rig.live, rig.journal.seq)
    assert (rig.snapshots / LATEST).read_bytes() == before
    assert restore(rig.snapshots, rig.reader) == (rig.live, rig.journal.seq)
