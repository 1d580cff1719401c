"""The journal: every event in order, on SQLite, one writer, each row carrying the hash of the one before it.

Owned by the core thread once it runs. WAL with synchronous=FULL, so that what was acknowledged survives a
power cut. Readers get a read-only connection of their own (`reader`), which never writes and never
checkpoints. Knows events only as values to encode; what they mean is the domain's business. Whatever is wrong with
the file leaves here as JournalError.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from device_drivers.base.atomic import sync_names, whole
from hall_daemon.adapters.storage.file_rights import made_writable
from hall_daemon.adapters.storage.journal_format import (
    FORMAT,
    GENESIS,
    GIVEN,
    GIVEN_TWICE,
    SCHEMA,
    TURNED,
    TURNS,
    chained,
)
from hall_daemon.adapters.storage.journal_keys import marked, marks, strange_key
from hall_daemon.adapters.storage.sqlite import Database, read_only
from hall_daemon.app.record import KeyUse, Recorded
from hall_daemon.domain.events import EVENTS, DayOpened, DayReopened, TicketIssued

_encode = msgspec.json.Encoder().encode
_DECODERS = {name: msgspec.json.Decoder(kind) for name, kind in EVENTS.items()}
_INSERT = "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
# So many rows in one statement cost half of what they cost one by one.
AT_ONCE = 16
_INSERT_MANY = _INSERT + ", (?, ?, ?, ?, ?, ?, ?, ?)" * (AT_ONCE - 1)
_SELECT = "SELECT seq, tick, wall, day, kind, by, body FROM events"
_SELECT_HASHED = "SELECT seq, tick, wall, day, kind, by, body, hash FROM events"
CHUNK = 5000
BEFORE_ALL = -(1 << 63)

Row = tuple[int, int, int, str, str, str, str, bytes]


class JournalError(Exception):
    """The journal cannot be opened or written. The message says what to do; the process must not go on."""


class Broken(NamedTuple):
    """The first place where the chain does not hold."""

    seq: int
    what: str


def _recorded(row: tuple[int, int, int, str, str, str, str]) -> Recorded:
    seq, tick, wall, day, kind, by, body = row
    decoder = _DECODERS.get(kind)
    if decoder is None:
        raise JournalError(
            f"event {seq} is of kind {kind!r}, which this version does not know; run a newer hall on this data"
        )
    return Recorded(seq, tick, wall, day, by, decoder.decode(body))


@contextlib.contextmanager
def _at(path: Path, doing: str) -> Iterator[None]:
    """Every error of the file as a JournalError that says what to do."""
    try:
        yield
    except (sqlite3.Error, OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise JournalError(
            f"cannot {doing} the journal {path}: {error}; check permissions and disk space, "
            "or restore the folder from its copy (never delete it: it is the hall's truth)"
        ) from error


class Journal:
    """The one writing connection. Not thread-safe: one thread at a time uses it."""

    def __init__(self, path: Path, make_room: Callable[[], bool] = lambda: False) -> None:
        """Open or make the journal. Raises JournalError when it is damaged, newer, or cannot be written. `make_room` is
        asked on a full disk, as often as it says that there is some now."""
        self.path = path
        self._make_room = make_room
        self._failed = False
        with _at(path, "open"):
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
        last = self._conn.execute(f"{_SELECT} ORDER BY seq DESC LIMIT 1").fetchone()
        self.last: Recorded | None = _recorded(last) if last else None
        self.seq = self.last.seq if self.last else 0
        if self.seq != _newest(self._conn):
            raise JournalError(f"the journal {self.path} does not number its events; restore the folder from its copy")
        tip = self._conn.execute("SELECT hash FROM events WHERE seq = ?", (self.seq,)).fetchone()
        self.tip: bytes = tip[0] if tip else GENESIS
        self._given: dict[str, set[str]] = {}
        if self.last is not None:
            self._given_on(self.last.day)

    def _given_on(self, day: str, begins: int = 0) -> set[str]:
        """The tickets of `day`, read once; a day that is new begins at `begins`. Two days are kept: one may be taken
        back."""
        with _at(self.path, "read"):
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
        with _at(self.path, "write"):
            epoch = self._meta("starts") + 1
            with self.db.atomic():
                self.db.table("meta").upsert({"key": "starts", "value": str(epoch)}, pk="key")
        return epoch

    def append(self, rows: Sequence[Recorded], keys: Sequence[tuple[str, KeyUse]] = ()) -> None:
        """Write rows (numbered on from `seq`) and keys in one transaction; durable on return.

        Raises JournalError; the caller must then stop: memory is ahead of the disk. It takes nothing any more.
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
            if error.sqlite_errorcode != sqlite3.SQLITE_FULL or not self._make_room():
                raise
            if conn.in_transaction:
                conn.execute("ROLLBACK")
            return False
        return True

    def forget_keys(self, before_seq: int) -> None:
        """Drop idempotency keys older than `before_seq`."""
        with _at(self.path, "write"), self.db.atomic():
            self.db.table("keys").delete_where("first_seq < ?", [before_seq])

    def keys(self) -> dict[str, KeyUse]:
        """Every idempotency key that is kept, oldest first."""
        with _at(self.path, "read"):
            rows = self._conn.execute("SELECT key, print, first_seq, last_seq FROM keys ORDER BY first_seq")
            return {key: KeyUse(print_, first, last) for key, print_, first, last in rows}

    def read(self, first_seq: int, last_seq: int) -> list[Recorded]:
        with _at(self.path, "read"):
            rows = self._conn.execute(f"{_SELECT} WHERE seq BETWEEN ? AND ? ORDER BY seq", (first_seq, last_seq))
            return [_recorded(row) for row in rows]

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
    sync_names(path.parent)


class JournalReader:
    """A read-only look at a journal, also while a daemon writes it. One thread at a time."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise JournalError(f"there is no journal at {path}; check the data folder")
        self._path = path
        with _at(path, "read"):
            self._conn = read_only(path)

    def after(self, seq: int, limit: int = 1000) -> list[Recorded]:
        with _at(self._path, "read"):
            rows = self._conn.execute(f"{_SELECT} WHERE seq > ? ORDER BY seq LIMIT ?", (seq, limit))
            return [_recorded(row) for row in rows]

    def all(self, after: int = 0, upto: int | None = None) -> Iterator[Recorded]:
        """Every event in order, in bounded memory."""
        while rows := self.after(after, CHUNK):
            for row in rows:
                if upto is not None and row.seq > upto:
                    return
                yield row
            after = rows[-1].seq

    def proven(self, after: int = 0, upto: int | None = None) -> Iterator[Recorded]:
        """As `all`, with the chain recomputed on the way. Raises JournalError where it does not hold."""
        for row in self._chain(after, upto):
            if isinstance(row, Broken):
                raise JournalError(
                    f"the journal {self._path} is damaged: {row.what}; restore the folder from its copy "
                    "(never delete it: it is the hall's truth)"
                )
            with _at(self._path, "read"):
                recorded = _recorded(row[:7])
            yield recorded

    def verify(self) -> Broken | None:
        """Recompute the chain from the first event, hold the keys against it, and look that no number was given twice;
        None when it holds. That events are missing at the very end cannot be seen from it alone: every snapshot
        keeps a tip elsewhere (`hash_at`)."""
        broken = next((row for row in self._chain(0, None) if isinstance(row, Broken)), None)
        if broken is not None:
            return broken
        with _at(self._path, "read"):
            seq, again = strange_key(self._conn), self._conn.execute(GIVEN_TWICE).fetchone()
        if again is not None:
            return Broken(again[0], f"event {again[0]} gives {again[1]}, which was given before")
        return None if seq is None else Broken(seq, f"an idempotency key claims event {seq} wrongly")

    def _chain(self, after: int, upto: int | None) -> Iterator[Row | Broken]:
        """Rows after `after` up to the first that does not hold. Read in pieces: a reader that looks for long
        keeps the writer's WAL from being worked off."""
        previous = self.hash_at(after) if after else GENESIS
        expected, last = after + 1, after or BEFORE_ALL
        newest = 0
        with contextlib.suppress(JournalError):  # what cannot be read is met below
            newest = self.last_seq()
        while rows := self._rows(last):
            for row in rows:
                if upto is not None and row[0] > upto:
                    return
                found = row if isinstance(row, Broken) else _broken(previous, expected, row) or row
                yield found
                if isinstance(found, Broken):
                    return
                previous, expected, last = found[7], expected + 1, expected
        # A damaged inner page can make the search for what comes next find nothing.
        if expected <= newest:
            yield Broken(expected, f"event {expected} cannot be found, the journal goes on to event {newest}")

    def _rows(self, after: int) -> list[Row | Broken]:
        """The next rows; at the place where they cannot be read, why."""
        rows: list[Row | Broken] = []
        try:
            for row in self._conn.execute(f"{_SELECT_HASHED} WHERE seq > ? ORDER BY seq LIMIT {CHUNK}", (after,)):
                rows.append(row)  # noqa: PERF402 (what was read before an error is kept)
        except (sqlite3.Error, UnicodeDecodeError) as error:
            seq = rows[-1][0] + 1 if rows else max(0, after) + 1
            rows.append(Broken(seq, f"event {seq} cannot be read: {error}"))
        return rows

    def last_seq(self) -> int:
        with _at(self._path, "read"):
            return _newest(self._conn)

    def hash_at(self, seq: int) -> bytes | None:
        with _at(self._path, "read"):
            row = self._conn.execute("SELECT hash FROM events WHERE seq = ?", (seq,)).fetchone()
            return row[0] if row else None

    def days(self) -> list[tuple[str, int]]:
        """Business days with the number of their first event, oldest first."""
        with _at(self._path, "read"):
            return [(day, seq) for day, seq in self._conn.execute("SELECT day, first_seq FROM days ORDER BY day")]

    def of_day(self, day: str) -> Iterator[Recorded]:
        """The events of a business day, oldest first, with finishes that came after midnight; none for a day
        that never was. A person is not served across two roll-overs: the search ends with the next day but one, after
        a wrong clock's turns into the day and out of it were taken back."""
        begins, upto, openings = 0, None, 0
        for row in self._turns():
            if isinstance(row.event, DayOpened):
                openings += 1
                if openings == 2:
                    # The day ends in the transaction that opens the next one, before its DayOpened.
                    upto = row.seq - 1
            if day in _days_of(row.event):
                begins, upto, openings = begins or row.seq, None, 0
        if begins:
            yield from (row for row in self.all(after=begins - 1, upto=upto) if row.day == day)

    def since(self, day: str) -> Iterator[Recorded]:
        """Every event since a business day first began, of whatever day, oldest first."""
        begins = next((row.seq for row in self._turns() if day in _days_of(row.event)), None)
        return iter(()) if begins is None else self.all(after=begins - 1)

    def _turns(self) -> list[Recorded]:
        with _at(self._path, "read"):
            return [_recorded(row) for row in self._conn.execute(f"{_SELECT} WHERE {TURNED} ORDER BY seq")]

    def close(self) -> None:
        self._conn.close()


def _newest(conn: sqlite3.Connection) -> int:
    """By its place in the file, which is its number as long as the schema says so: damaged, there would be rows without
    numbers, and the hall would begin anew."""
    return int(conn.execute("SELECT coalesce(max(rowid), 0) FROM events").fetchone()[0])


def _days_of(event: object) -> tuple[str, ...]:
    """The days that a turn is about."""
    if isinstance(event, DayReopened):
        return event.day, event.instead_of
    return (event.day,) if isinstance(event, DayOpened) else ()


def _broken(previous: bytes | None, expected: int, row: Row) -> Broken | None:
    """What is wrong with a row that should be number `expected`, if anything."""
    seq = row[0]
    if seq != expected:
        return Broken(expected, f"event {expected} is missing; there is event {seq} in its place")
    if not all(isinstance(text, str) for text in row[3:7]) or previous is None:
        return Broken(seq, f"event {seq} was changed after it was written")
    if chained(previous, *row[:7]) != row[7]:
        return Broken(seq, f"event {seq} or the one before it was changed after it was written")
    return None
