"""The journal read, beside the one who writes it or after: its events in order, and the proof that nobody rewrote them.

A connection that never writes and never checkpoints. Whatever is wrong with the file leaves here as JournalError.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from hall_daemon.adapters.storage.journal_format import (
    GENESIS,
    GIVEN_TWICE,
    TURNED,
    chained,
)
from hall_daemon.adapters.storage.journal_keys import strange_key
from hall_daemon.adapters.storage.sqlite import read_only
from hall_daemon.app.record import Recorded
from hall_daemon.cases.events import JOURNAL_EVENTS
from hall_daemon.domain.events import DayOpened, DayReopened

_DECODERS = {name: msgspec.json.Decoder(kind) for name, kind in JOURNAL_EVENTS.items()}
SELECT = "SELECT seq, tick, wall, day, kind, by, body FROM events"
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


def recorded(row: tuple[int, int, int, str, str, str, str]) -> Recorded:
    seq, tick, wall, day, kind, by, body = row
    decoder = _DECODERS.get(kind)
    if decoder is None:
        raise JournalError(
            f"event {seq} is of kind {kind!r}, which this version does not know; run a newer hall on this data"
        )
    return Recorded(seq, tick, wall, day, by, decoder.decode(body))


@contextlib.contextmanager
def at(path: Path, doing: str) -> Iterator[None]:
    """Every error of the file as a JournalError that says what to do."""
    try:
        yield
    except (sqlite3.Error, OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise JournalError(
            f"cannot {doing} the journal {path}: {error}; check permissions and disk space, "
            "or restore the folder from its copy (never delete it: it is the hall's truth)"
        ) from error


class JournalReader:
    """A read-only look at a journal, also while a daemon writes it. One thread at a time."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise JournalError(f"there is no journal at {path}; check the data folder")
        self._path = path
        with at(path, "read"):
            self._conn = read_only(path)

    def after(self, seq: int, limit: int = 1000) -> list[Recorded]:
        with at(self._path, "read"):
            rows = self._conn.execute(f"{SELECT} WHERE seq > ? ORDER BY seq LIMIT ?", (seq, limit))
            return [recorded(row) for row in rows]

    def all(self, after: int = 0, upto: int | None = None) -> Iterator[Recorded]:
        """Every event in order, in bounded memory."""
        while rows := self.after(after, CHUNK):
            for row in rows:
                if upto is not None and row.seq > upto:
                    return
                yield row
            after = rows[-1].seq

    def of_kinds(self, kinds: Sequence[str], upto: int, first: int = 0) -> Iterator[Recorded]:
        """Events of these kinds from event `first` to `upto`, in order. Looks at every event between."""
        wanted = f"{SELECT} WHERE seq BETWEEN ? AND ? AND kind IN ({', '.join('?' * len(kinds))}) ORDER BY seq"
        with at(self._path, "read"):
            for row in self._conn.execute(wanted, (first, upto, *kinds)):
                yield recorded(row)

    def proven(self, after: int = 0, upto: int | None = None) -> Iterator[Recorded]:
        """As `all`, with the chain recomputed on the way. Raises JournalError where it does not hold."""
        for row in self._chain(after, upto):
            if isinstance(row, Broken):
                raise JournalError(
                    f"the journal {self._path} is damaged: {row.what}; restore the folder from its copy "
                    "(never delete it: it is the hall's truth)"
                )
            with at(self._path, "read"):
                found = recorded(row[:7])
            yield found

    def verify(self) -> Broken | None:
        """Recompute the chain from the first event, hold the keys against it, and look that no number was given twice;
        None when it holds. That events are missing at the very end cannot be seen from it alone: every snapshot
        keeps a tip elsewhere (`hash_at`)."""
        broken = next((row for row in self._chain(0, None) if isinstance(row, Broken)), None)
        if broken is not None:
            return broken
        with at(self._path, "read"):
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
        with at(self._path, "read"):
            return newest(self._conn)

    def hash_at(self, seq: int) -> bytes | None:
        with at(self._path, "read"):
            row = self._conn.execute("SELECT hash FROM events WHERE seq = ?", (seq,)).fetchone()
            return row[0] if row else None

    def days(self) -> list[tuple[str, int]]:
        """Business days with the number of their first event, oldest first."""
        with at(self._path, "read"):
            return [(day, seq) for day, seq in self._conn.execute("SELECT day, first_seq FROM days ORDER BY day")]

    def of_day(self, day: str) -> Iterator[Recorded]:
        """The events of a business day, oldest first, with finishes that came after midnight; none for a day
        that never was. A person is not served across two roll-overs: the search ends with the next day but one, after
        a wrong clock's turns into the day, out of it and further on were taken back."""
        begins, upto, openings = 0, None, 0
        for row in self._turns():
            opened = isinstance(row.event, DayOpened)
            openings += 1 if opened else -1
            if openings < 2:
                upto = None
            elif opened and openings == 2:
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
        with at(self._path, "read"):
            return [recorded(row) for row in self._conn.execute(f"{SELECT} WHERE {TURNED} ORDER BY seq")]

    def close(self) -> None:
        self._conn.close()


def newest(conn: sqlite3.Connection) -> int:
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
