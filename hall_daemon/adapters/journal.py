"""The journal: every event in order, on SQLite, one writer, each row carrying the hash of the one before it.

Owned by the core thread once it runs. WAL with synchronous=FULL, so that what was acknowledged survives a
power cut. Readers get a read-only connection of their own (`reader`), which never writes and never
checkpoints. Knows events only as values to encode; what they mean is the domain's business.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
from sqlite_utils import Database

from hall_daemon.app.record import KeyUse, Recorded
from hall_daemon.domain.events import EVENTS, Event

FORMAT = 1
GENESIS = bytes(32)

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    tick INTEGER NOT NULL,
    wall INTEGER NOT NULL,
    day TEXT NOT NULL,
    kind TEXT NOT NULL,
    by TEXT NOT NULL,
    body TEXT NOT NULL,
    hash BLOB NOT NULL
);
CREATE TABLE days (day TEXT PRIMARY KEY, first_seq INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE keys (
    key TEXT PRIMARY KEY,
    print TEXT NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL
) WITHOUT ROWID;
"""

_encode = msgspec.json.Encoder().encode
_DECODERS = {name: msgspec.json.Decoder(kind) for name, kind in EVENTS.items()}
_INSERT = "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_SELECT = "SELECT seq, tick, wall, day, kind, by, body FROM events"

Row = tuple[int, int, int, str, str, str, str, bytes]


class JournalError(Exception):
    """The journal cannot be opened or written. The message says what to do; the process must not go on."""


class Broken(NamedTuple):
    """The first place where the chain does not hold."""

    seq: int
    what: str


def event_hash(previous: bytes, row: Recorded, body: str) -> bytes:
    """SHA-256 over the hash before it and the row as stored."""
    head = f"{row.seq}|{row.tick}|{row.wall}|{row.day}|{type(row.event).__name__}|{row.by}|"
    return hashlib.sha256(previous + head.encode() + body.encode()).digest()


def _recorded(row: tuple[int, int, int, str, str, str, str]) -> Recorded:
    seq, tick, wall, day, kind, by, body = row
    decoder = _DECODERS.get(kind)
    if decoder is None:
        raise JournalError(
            f"event {seq} is of kind {kind!r}, which this version does not know; run a newer hall on this data"
        )
    return Recorded(seq, tick, wall, day, by, decoder.decode(body))


class Journal:
    """The one writing connection. Not thread-safe: one thread at a time uses it."""

    def __init__(self, path: Path) -> None:
        """Open or make the journal. Raises JournalError when it is damaged, newer, or cannot be written."""
        self.path = path
        try:
            self._conn = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5.0)
            self._conn.execute("PRAGMA journal_mode=WAL")
            self._conn.execute("PRAGMA synchronous=FULL")
            self.db = Database(self._conn)
            self._prepare()
        except sqlite3.DatabaseError as error:
            raise JournalError(
                f"cannot open the journal {path}: {error}; check permissions and disk space, "
                "or restore the folder from its copy (never delete it: it is the hall's truth)"
            ) from error
        last = self._conn.execute(f"{_SELECT} ORDER BY seq DESC LIMIT 1").fetchone()
        self.last: Recorded | None = _recorded(last) if last else None
        self.seq = self.last.seq if self.last else 0
        tip = self._conn.execute("SELECT hash FROM events WHERE seq = ?", (self.seq,)).fetchone()
        self.tip: bytes = tip[0] if tip else GENESIS

    def _prepare(self) -> None:
        if not self.db.table_names():
            self._conn.executescript("BEGIN IMMEDIATE;" + _SCHEMA + "COMMIT;")
            self.db.table("meta").insert_all([{"key": "format", "value": str(FORMAT)}, {"key": "starts", "value": "0"}])
        found = int(self._meta("format"))
        if found > FORMAT:
            raise JournalError(
                f"the journal {self.path} has format {found}, this program reads up to {FORMAT}; "
                "install the newer version again"
            )

    def _meta(self, key: str) -> str:
        row = self._conn.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0])

    def begin_epoch(self) -> int:
        """Count this start; the number goes into every message we publish."""
        epoch = int(self._meta("starts")) + 1
        with self.db.atomic():
            self.db.table("meta").upsert({"key": "starts", "value": str(epoch)}, pk="key")
        return epoch

    def append(self, rows: Sequence[Recorded], keys: Sequence[tuple[str, KeyUse]] = ()) -> None:
        """Write rows (numbered on from `seq`) and keys in one transaction; durable on return.

        Raises JournalError; the caller must then stop: memory is ahead of the disk.
        """
        tip = self.tip
        stored: list[Row] = []
        days: list[tuple[str, int]] = []
        for row in rows:
            seq, tick, wall, day, by, event = row
            body = _encode(event).decode()
            kind = type(event).__name__
            tip = event_hash(tip, row, body)
            stored.append((seq, tick, wall, day, kind, by, body, tip))
            if kind == "DayOpened":
                days.append((day, seq))
        conn = self._conn
        try:
            conn.execute("BEGIN IMMEDIATE")
            conn.executemany(_INSERT, stored)
            if days:
                conn.executemany("INSERT OR IGNORE INTO days VALUES (?, ?)", days)
            if keys:
                conn.executemany("INSERT OR REPLACE INTO keys VALUES (?, ?, ?, ?)", [(key, *rec) for key, rec in keys])
            conn.execute("COMMIT")
        except sqlite3.Error as error:
            raise JournalError(f"cannot write the journal {self.path}: {error}") from error
        if rows:
            self.seq, self.tip, self.last = rows[-1].seq, tip, rows[-1]

    def forget_keys(self, before_seq: int) -> None:
        """Drop idempotency keys older than `before_seq`."""
        with self.db.atomic():
            self.db.table("keys").delete_where("first_seq < ?", [before_seq])

    def keys(self) -> dict[str, KeyUse]:
        rows = self._conn.execute("SELECT key, print, first_seq, last_seq FROM keys")
        return {key: KeyUse(print_, first, last) for key, print_, first, last in rows}

    def read(self, first_seq: int, last_seq: int) -> list[Recorded]:
        rows = self._conn.execute(f"{_SELECT} WHERE seq BETWEEN ? AND ? ORDER BY seq", (first_seq, last_seq))
        return [_recorded(row) for row in rows]

    def reader(self) -> JournalReader:
        return JournalReader(self.path)

    def close(self) -> None:
        self._conn.close()


class JournalReader:
    """A read-only look at a journal, also while a daemon writes it. One thread at a time."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise JournalError(f"there is no journal at {path}; check the data folder")
        self._conn = sqlite3.connect(f"file:{path}?mode=ro", uri=True, check_same_thread=False, timeout=5.0)
        self._conn.execute("PRAGMA query_only=1")

    def after(self, seq: int, limit: int = 1000) -> list[Recorded]:
        rows = self._conn.execute(f"{_SELECT} WHERE seq > ? ORDER BY seq LIMIT ?", (seq, limit))
        return [_recorded(row) for row in rows]

    def all(self, after: int = 0, upto: int | None = None) -> Iterator[Recorded]:
        """Every event in order, in bounded memory."""
        while rows := self.after(after, 5000):
            for row in rows:
                if upto is not None and row.seq > upto:
                    return
                yield row
            after = rows[-1].seq

    def last_seq(self) -> int:
        return int(self._conn.execute("SELECT coalesce(max(seq), 0) FROM events").fetchone()[0])

    def hash_at(self, seq: int) -> bytes | None:
        row = self._conn.execute("SELECT hash FROM events WHERE seq = ?", (seq,)).fetchone()
        return row[0] if row else None

    def days(self) -> list[tuple[str, int]]:
        """Business days with the number of their first event, oldest first."""
        return [(day, seq) for day, seq in self._conn.execute("SELECT day, first_seq FROM days ORDER BY day")]

    def of_day(self, day: str) -> Iterator[Recorded]:
        """The events of a business day, oldest first, with finishes that came after midnight; none for a day
        that never was. A person is not served across two roll-overs: the search ends with the next day."""
        spans = self.days()
        begins = [seq for name, seq in spans if name >= day][:3]
        if not begins or (day, begins[0]) not in spans:
            return
        # The day ends in the transaction that opens the next one, before its DayOpened.
        upto = begins[2] - 1 if len(begins) > 2 else None
        yield from (row for row in self.all(after=begins[0] - 1, upto=upto) if row.day == day)

    def verify(self) -> Broken | None:
        """Recompute the chain from the first event; None when it holds."""
        previous, expected = GENESIS, 1
        rows = self._conn.execute("SELECT seq, tick, wall, day, kind, by, body, hash FROM events ORDER BY seq")
        for seq, tick, wall, day, kind, by, body, stored in rows:
            if seq != expected:
                return Broken(expected, f"event {expected} is missing; the next one is {seq}")
            head = f"{seq}|{tick}|{wall}|{day}|{kind}|{by}|"
            previous = hashlib.sha256(previous + head.encode() + body.encode()).digest()
            if previous != stored:
                return Broken(seq, f"event {seq} or the one before it was changed after it was written")
            expected += 1
        return None

    def close(self) -> None:
        self._conn.close()


def encode_event(event: Event) -> bytes:
    return _encode(event)
