"""The journal: every event in order, on SQLite, one writer, each row carrying the hash of the one before it.

Owned by the core thread once it runs. WAL with synchronous=FULL, so that what was acknowledged survives a
power cut. Readers get a read-only connection of their own (`reader`), which never writes and never
checkpoints. Knows events only as values to encode; what they mean is the domain's business. Whatever is wrong with
the file leaves here as JournalError.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from device_drivers.base.atomic import sync_names, whole
from hall_daemon.adapters.storage.file_rights import made_writable
from hall_daemon.adapters.storage.journal_format import (
    FORMAT,
    GENESIS,
    GIVEN,
    SCHEMA,
    TURNS,
    chained,
)
from hall_daemon.adapters.storage.journal_keys import marked, marks
from hall_daemon.adapters.storage.journal_reader import SELECT, JournalError, JournalReader, Row, at, newest, recorded
from hall_daemon.adapters.storage.sqlite import Database
from hall_daemon.app.record import KeyUse, NotTaken, Recorded
from hall_daemon.domain.events import TicketIssued

_encode = msgspec.json.Encoder().encode
_INSERT = "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
# So many rows in one statement cost half of what they cost one by one.
AT_ONCE = 16
# What SQLite answers when a write is barred before any of it is there; a failed fsync is none of these.
BARRED = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR_WRITE)
_INSERT_MANY = _INSERT + ", (?, ?, ?, ?, ?, ?, ?, ?)" * (AT_ONCE - 1)


class Journal:
    """The one writing connection. Not thread-safe: one thread at a time uses it."""

    def __init__(self, path: Path, make_room: Callable[[], bool] = lambda: False) -> None:
        """Open or make the journal. Raises JournalError when it is damaged, newer, or cannot be written. `make_room` is
        asked on a full disk, as often as it says that there is some now."""
        self.path = path
        self._make_room = make_room
        self._failed = False
        with at(path, "open"):
            if not path.exists():
                _make(path)
            if (barred := made_writable(path)) is not None:
                raise JournalError(
                    f"cannot write the journal: this user may not write {barred}; check permissions, it should be the "
                    f"hall's own with mode 600 (chmod 600 {barred})"
                )
            self._conn = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5.0)
            try:
                self._conn.execute("PRAGMA journal_mode=WAL")
                self._conn.execute("PRAGMA synchronous=FULL")
                self._open()
            except BaseException:
                self._conn.close()
                raise

    def _open(self) -> None:
        self.db = Database(self._conn)
        if "meta" not in self.db.table_names():
            raise JournalError(f"the journal {self.path} has lost its content; restore the folder from its copy")
        found = self._meta("format")
        if found > FORMAT:
            raise JournalError(
                f"the journal {self.path} has format {found}, this program reads up to {FORMAT}; "
                "install the newer version again"
            )
        self._conn.execute("DROP INDEX IF EXISTS numbers")  # of versions before 2026-11-28
        self._conn.execute(TURNS)
        last = self._conn.execute(f"{SELECT} ORDER BY seq DESC LIMIT 1").fetchone()
        self.last: Recorded | None = recorded(last) if last else None
        self.seq = self.last.seq if self.last else 0
        if self.seq != newest(self._conn):
            raise JournalError(f"the journal {self.path} does not number its events; restore the folder from its copy")
        tip = self._conn.execute("SELECT hash FROM events WHERE seq = ?", (self.seq,)).fetchone()
        self.tip: bytes = tip[0] if tip else GENESIS
        self._given: dict[str, set[str]] = {}
        if self.last is not None:
            self._given_on(self.last.day)

    def _given_on(self, day: str, begins: int = 0) -> set[str]:
        """The tickets of `day`, read once; a day that is new begins at `begins`. Two days are kept: one may be taken
        back."""
        with at(self.path, "read"):
            began = self._conn.execute("SELECT first_seq FROM days WHERE day = ?", (day,)).fetchone() or (begins,)
            tickets = [ticket for (ticket,) in self._conn.execute(GIVEN, (day, *began))]
        given = set(tickets)
        if len(given) < len(tickets):
            raise JournalError(
                f"the journal {self.path} gave a number of {day} twice; `hall verify` says where, restore the folder "
                "from its copy"
            )
        self._given = {**dict(list(self._given.items())[-1:]), day: given}
        return given

    def _meta(self, key: str) -> int:
        row = self._conn.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        if row is None or not str(row[0]).isdecimal():
            raise JournalError(f"the journal {self.path} does not say its {key}; restore the folder from its copy")
        return int(row[0])

    def begin_epoch(self) -> int:
        """Count this start; the number goes into every message we publish."""
        with at(self.path, "write"):
            epoch = self._meta("starts") + 1
            with self.db.atomic():
                self.db.table("meta").upsert({"key": "starts", "value": str(epoch)}, pk="key")
        return epoch

    def append(self, rows: Sequence[Recorded], keys: Sequence[tuple[str, KeyUse]] = ()) -> None:
        """Write rows (numbered on from `seq`) and keys in one transaction; durable on return.

        Raises JournalError; the caller must then stop: memory is ahead of the disk. It takes nothing any more. Raises
        NotTaken where the file system has turned read-only: nothing of it is in the journal, which may be asked again.
        """
        if self._failed or (rows and rows[0].seq != self.seq + 1):
            raise JournalError(f"cannot write the journal {self.path}: what came before is not in it; start again")
        tip = self.tip
        stored: list[Row] = []
        days: list[tuple[str, int]] = []
        keyed = marks(keys)
        for row in rows:
            seq, tick, wall, day, by, event = row
            body = _encode(event).decode()
            if seq in keyed:
                body = marked(body, keyed[seq])
            kind = type(event).__name__
            tip = chained(tip, seq, tick, wall, day, kind, by, body)
            stored.append((seq, tick, wall, day, kind, by, body, tip))
            if isinstance(event, TicketIssued):
                given = self._given[day] if day in self._given else self._given_on(day)
                if event.ticket in given:
                    self._failed = True
                    raise JournalError(
                        f"cannot write the journal {self.path}: {event.ticket} is in it already; run `hall verify`: "
                        "a snapshot that does not hold is to be moved away"
                    )
                given.add(event.ticket)
            elif kind == "DayOpened":
                days.append((day, seq))
                self._given_on(day, seq)
        try:
            while not self._written(stored, days, keys):
                pass
        except sqlite3.IntegrityError as error:
            self._failed = True
            raise JournalError(
                f"cannot write the journal {self.path}: an event of this number is in it already ({error}); run "
                "`hall verify`: a snapshot that does not hold is to be moved away"
            ) from error
        except sqlite3.Error as error:
            if error.sqlite_errorcode in BARRED and not self.can_write():
                for row in rows:
                    if isinstance(row.event, TicketIssued):
                        self._given[row.day].discard(row.event.ticket)
                raise NotTaken(f"cannot write the journal {self.path}: {error}") from error
            self._failed = True
            raise JournalError(f"cannot write the journal {self.path}: {error}") from error
        if rows:
            self.seq, self.tip, self.last = rows[-1].seq, tip, rows[-1]

    def _written(
        self, stored: list[Row], days: list[tuple[str, int]], keys: Sequence[tuple[str, KeyUse]]
    ) -> bool:
        """One transaction; False when the disk was full and there is room now. Nothing of it is in the journal then: a
        full disk is met by a write, never by the fsync after it."""
        conn = self._conn
        try:
            conn.execute("BEGIN IMMEDIATE")
            single = len(stored) % AT_ONCE
            conn.executemany(_INSERT, stored[:single])
            for first in range(single, len(stored), AT_ONCE):
                conn.execute(_INSERT_MANY, [column for row in stored[first : first + AT_ONCE] for column in row])
            if days:
                conn.executemany("INSERT OR IGNORE INTO days VALUES (?, ?)", days)
            if keys:
                conn.executemany("INSERT OR REPLACE INTO keys VALUES (?, ?, ?, ?)", [(key, *rec) for key, rec in keys])
            conn.execute("COMMIT")
        except sqlite3.OperationalError as error:
            if conn.in_transaction:
                conn.execute("ROLLBACK")
            if error.sqlite_errorcode != sqlite3.SQLITE_FULL or not self._make_room():
                raise
            return False
        return True

    def can_write(self) -> bool:
        """Whether the file system of the journal takes what is written, tried with a file beside it."""
        trial = self.path.with_name(f".{self.path.name}.trial")
        try:
            trial.write_bytes(b".")
            trial.unlink()
        except OSError:
            return False
        return True

    def forget_keys(self, before_seq: int) -> None:
        """Drop idempotency keys older than `before_seq`."""
        with at(self.path, "write"), self.db.atomic():
            self.db.table("keys").delete_where("first_seq < ?", [before_seq])

    def keys(self) -> dict[str, KeyUse]:
        """Every idempotency key that is kept, oldest first."""
        with at(self.path, "read"):
            rows = self._conn.execute("SELECT key, print, first_seq, last_seq FROM keys ORDER BY first_seq")
            return {key: KeyUse(print_, first, last) for key, print_, first, last in rows}

    def read(self, first_seq: int, last_seq: int) -> list[Recorded]:
        with at(self.path, "read"):
            rows = self._conn.execute(f"{SELECT} WHERE seq BETWEEN ? AND ? ORDER BY seq", (first_seq, last_seq))
            return [recorded(row) for row in rows]

    def reader(self) -> JournalReader:
        return JournalReader(self.path)

    def close(self) -> None:
        self._conn.close()


def _make(path: Path) -> None:
    """A new journal appears whole or not at all: one without tables is a damaged one, never a new one."""
    if path.with_name(f"{path.name}-wal").exists():
        raise JournalError(f"the journal {path} is gone, its -wal is still there; restore the folder from its copy")
    with whole(path) as partial, contextlib.closing(sqlite3.connect(partial, isolation_level=None)) as conn:
        # Without a rollback journal: what breaks here is thrown away.
        conn.execute("PRAGMA journal_mode=OFF")
        conn.execute("PRAGMA synchronous=FULL")
        conn.executescript(f"BEGIN IMMEDIATE;{SCHEMA}COMMIT;")
        conn.executemany("INSERT INTO meta VALUES (?, ?)", [("format", str(FORMAT)), ("starts", "0")])
        # Before it has its name: on the way to WAL it has a rollback journal, which who only reads could not roll back.
        conn.execute("PRAGMA journal_mode=WAL")
    sync_names(path.parent)
