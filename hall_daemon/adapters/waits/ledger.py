"""The promise ledger: what each ticket was shown and what came of it, in an SQLite file of its own.

A promise cannot be computed again, so unlike every view this is a record; but it is no decision, so it stays out of
the journal. One writing connection, one thread at a time. Outcomes come from the journal's events, whose bookmark is
written in the same transaction, so that a restart counts nothing twice; the last second of what was shown may be lost
in a crash, and is then `not_recorded`. A ticket is its id of the day: no token, no subject. Tickets are kept for
KEPT_DAYS and then summed by day, service and hour.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from hall_daemon.adapters.storage.sqlite import Database
from hall_daemon.adapters.waits.ledger_reader import GROUPS, SUMS, cells
from hall_daemon.app.record import Recorded
from hall_daemon.domain import events as e
from hall_daemon.domain import visit as v
from hall_daemon.domain.visits import Visits
from hall_daemon.prediction.waits.accuracy import CALLED, NOT_RECORDED, RANGE, Cell, score
from hall_daemon.prediction.waits.hysteresis import Shown
from hall_daemon.prediction.waits.wait_estimate import Range

_LOGGER = logging.getLogger(__name__)

FORMAT = 1
KEPT_DAYS = 40
SUMS_KEPT_DAYS = 800
# Changes of what was shown that are kept of each ticket; further ones are counted.
CHANGES_KEPT = 20

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE tickets (
    ticket TEXT PRIMARY KEY, seq INTEGER NOT NULL, day TEXT NOT NULL, service TEXT NOT NULL, hour INTEGER NOT NULL,
    drawn INTEGER NOT NULL, said TEXT NOT NULL, p10_s INTEGER, p50_s INTEGER, p90_s INTEGER,
    moves INTEGER NOT NULL DEFAULT 0, later INTEGER NOT NULL DEFAULT 0, shown TEXT,
    outcome TEXT NOT NULL DEFAULT '', ended_seq INTEGER, waited_ms INTEGER,
    held INTEGER, late_ms INTEGER, off_ms INTEGER
) WITHOUT ROWID;
CREATE INDEX tickets_day ON tickets (day);
CREATE INDEX tickets_open ON tickets (ticket) WHERE outcome = '';
CREATE INDEX tickets_unscored ON tickets (ticket) WHERE said = 'range' AND outcome = 'called' AND off_ms IS NULL;
CREATE TABLE changes (
    ticket TEXT NOT NULL, n INTEGER NOT NULL, after_s INTEGER NOT NULL, said TEXT NOT NULL,
    p10_s INTEGER, p50_s INTEGER, p90_s INTEGER, causes TEXT NOT NULL, PRIMARY KEY (ticket, n)
) WITHOUT ROWID;
CREATE TABLE sums (
    day TEXT NOT NULL, service TEXT NOT NULL, hour INTEGER NOT NULL, said TEXT NOT NULL, outcome TEXT NOT NULL,
    n INTEGER NOT NULL, held INTEGER NOT NULL, late_ms INTEGER NOT NULL, off_ms INTEGER NOT NULL,
    width_s INTEGER NOT NULL, moves INTEGER NOT NULL, later INTEGER NOT NULL,
    PRIMARY KEY (day, service, hour, said, outcome)
) WITHOUT ROWID;
"""
_AGAIN = "outcome = '', ended_seq = NULL, waited_ms = NULL, held = NULL, late_ms = NULL, off_ms = NULL"

_encode = msgspec.json.encode


class Note(NamedTuple):
    """Something was shown to a ticket."""

    ticket: str
    shown: Shown


class Unusable(Exception):
    """The file is no ledger, or of a newer version."""


class PromiseLedger:
    """`seq`: the last event that is in it, None in a new one. Raises sqlite3.Error, Unusable."""

    def __init__(self, path: Path, zone: tzinfo) -> None:
        self._zone = zone
        self._visits = Visits()
        # What the next events changed; kept until it is written, because a round that fails is tried again.
        self._changes: dict[int, tuple[v.Seen, ...]] = {}
        self._conn = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=2.0)
        try:
            # What is lost with the power is some seconds of figures, never the file.
            self._conn.execute("PRAGMA journal_mode=WAL")
            self._conn.execute("PRAGMA synchronous=NORMAL")
            self._open()
        except BaseException:
            self._conn.close()
            raise

    def _open(self) -> None:
        self._db = Database(self._conn)
        if not self._db.table_names():
            with self._db.atomic():
                for statement in _SCHEMA.split(";")[:-1]:
                    self._conn.execute(statement)
                self._set("format", FORMAT)
        found = self._get("format") if "meta" in self._db.table_names() else None
        if found != FORMAT:
            raise Unusable(f"its format is {found}, this program knows {FORMAT}")
        ((well,),) = self._conn.execute("PRAGMA quick_check(1)")
        if well != "ok":
            raise Unusable(str(well))
        self.seq = self._get("seq")

    def _get(self, key: str) -> int | None:
        row = self._conn.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else int(row[0])

    def _set(self, key: str, value: int) -> None:
        self._conn.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def close(self) -> None:
        self._conn.close()

    def begin(self, seq: int) -> None:
        """The journal ends at event `seq`: a new ledger begins there, and one that knows of later events (the journal
        was restored from a copy) forgets what they were about."""
        if self.seq is None or self.seq > seq:
            with self._db.atomic():
                self._forget("seq > ?", seq)
                self._reopen("ended_seq > ?", (seq,))
                self._set("seq", seq)
            self.seq = seq

    def recall(self, rows: Iterable[Recorded]) -> None:
        """What happened today before `seq` and is in the file already: an undo may take it back."""
        for row in rows:
            if self.seq is not None and row.seq <= self.seq:
                self._visits.see(row.event, row.tick)

    def still_open(self) -> dict[str, Shown]:
        """What those whose outcome is not known yet were shown last."""
        rows = self._conn.execute("SELECT ticket, shown FROM tickets WHERE outcome = '' AND shown IS NOT NULL")
        return {ticket: msgspec.json.decode(shown, type=Shown) for ticket, shown in rows}

    # -- writing ----------------------------------------------------------------------------------

    def write(self, rows: Sequence[Recorded], notes: Iterable[Note], fresh_after: int) -> list[Note]:
        """Take in the next events and what was shown meanwhile, in one transaction. Tickets drawn after event
        `fresh_after` were drawn under our eyes: the first thing noted of them is their promise. Returns the notes
        whose ticket is not known yet."""
        early: list[Note] = []
        for row in rows:
            if row.seq not in self._changes:
                self._changes[row.seq] = self._visits.see(row.event, row.tick)
        with self._db.atomic():
            # As it happened: what was shown before a call was shown to somebody who waited.
            happened: list[Recorded | Note] = [*rows, *notes]
            for each in sorted(happened, key=_tick):
                if isinstance(each, Note):
                    if not self._note(each, fresh_after):
                        early.append(each)
                else:
                    self._see(each)
            self._score()
            if rows:
                self._set("seq", rows[-1].seq)
        if rows:
            self.seq = rows[-1].seq
            self._changes.clear()
        return early

    def _see(self, row: Recorded) -> None:
        if isinstance(row.event, e.DayOpened):
            self._day_opened(row.event)
        for change in self._changes[row.seq]:
            if isinstance(change, v.Came):
                self._came(row, change.visit)
            elif isinstance(change, v.Called):
                self._end(row, change.visit.ticket, CALLED)
            elif isinstance(change, v.Gone) and change.how != "void":
                self._end(row, change.visit.ticket, _ENDS[change.how])
            elif isinstance(change, v.Moved | v.Postponed):
                # Into another line, class or place: what was promised was for the one before.
                self._end(row, change.visit.ticket, "moved")
            elif isinstance(change, v.TakenBack):
                # A first call that was taken back was none.
                for each in change.changes:
                    if isinstance(each, v.Called) and each.first:
                        self._reopen("ticket = ? AND outcome = ?", (each.visit.ticket, CALLED))

    def _came(self, row: Recorded, visit: v.Visit) -> None:
        hour = datetime.fromtimestamp(row.wall / 1000, self._zone).hour
        self._conn.execute(
            "INSERT OR IGNORE INTO tickets (ticket, seq, day, service, hour, drawn, said) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (visit.ticket, row.seq, row.day, visit.service, hour, row.tick, NOT_RECORDED),
        )

    def _end(self, row: Recorded, ticket: str, outcome: str) -> None:
        self._conn.execute(
            "UPDATE tickets SET outcome = ?, ended_seq = ?, waited_ms = ? - drawn, shown = NULL "
            "WHERE ticket = ? AND outcome = ''",
            (outcome, row.seq, row.tick, ticket),
        )

    def _reopen(self, which: str, values: Sequence[Any]) -> None:
        self._conn.execute(f"UPDATE tickets SET {_AGAIN} WHERE {which}", values)  # noqa: S608 (our own words)

    def _note(self, note: Note, fresh_after: int) -> bool:
        ticket, shown = note
        row = self._conn.execute(
            "SELECT seq, said, moves, outcome, drawn, shown FROM tickets WHERE ticket = ?", (ticket,)
        ).fetchone()
        if row is None:
            return False
        seq, said, moves, outcome, drawn, known = row
        figures = (RANGE, *shown.said) if isinstance(shown.said, Range) else (shown.said, None, None, None)
        now = _encode(shown).decode()
        if said == NOT_RECORDED and moves == 0 and known is None and seq > fresh_after:
            self._conn.execute(
                "UPDATE tickets SET said = ?, p10_s = ?, p50_s = ?, p90_s = ?, shown = CASE outcome WHEN '' THEN ? END "
                "WHERE ticket = ?", (*figures, now, ticket)
            )
        elif outcome == "":
            moved = known is not None
            self._conn.execute("UPDATE tickets SET moves = moves + ?, later = later + ?, shown = ? WHERE ticket = ?",
                (moved, moved and bool(shown.causes), now, ticket))
            if moved and moves < CHANGES_KEPT:
                after_s = max(0, shown.tick - drawn) // 1000
                causes = _encode([cause.code for cause in shown.causes]).decode()
                self._conn.execute("INSERT OR REPLACE INTO changes VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (ticket, moves + 1, after_s, *figures, causes))
        return True

    def _score(self) -> None:
        """Hold every promise whose outcome is known now against it."""
        due = self._conn.execute(
            "SELECT ticket, p10_s, p50_s, p90_s, waited_ms FROM tickets "
            "WHERE said = 'range' AND outcome = 'called' AND off_ms IS NULL"
        ).fetchall()
        for ticket, p10_s, p50_s, p90_s, waited_ms in due:
            self._conn.execute("UPDATE tickets SET held = ?, late_ms = ?, off_ms = ? WHERE ticket = ?",
                (*score(Range(p10_s, p50_s, p90_s), waited_ms), ticket))

    def _day_opened(self, event: e.DayOpened) -> None:
        """Tickets of long ago become sums; sums of long ago go."""
        today = date.fromisoformat(event.day)
        before = (today - timedelta(days=KEPT_DAYS)).isoformat()
        self._conn.execute(f"INSERT OR REPLACE INTO sums SELECT day, {SUMS} WHERE day < ? {GROUPS}", (before,))
        self._forget("day < ?", before)
        self._conn.execute("DELETE FROM sums WHERE day < ?", ((today - timedelta(days=SUMS_KEPT_DAYS)).isoformat(),))

    def _forget(self, which: str, value: object) -> None:
        tickets = f"tickets WHERE {which}"
        self._conn.execute(f"DELETE FROM changes WHERE ticket IN (SELECT ticket FROM {tickets})", (value,))  # noqa: S608
        self._conn.execute(f"DELETE FROM {tickets}", (value,))  # noqa: S608 (our own words)

    # -- reading ----------------------------------------------------------------------------------

    def last_day(self) -> str | None:
        row = self._conn.execute("SELECT max(day) FROM tickets").fetchone()
        return None if row is None else row[0]

    def cells(self, first: str, last: str) -> list[Cell]:
        return cells(self._conn, first, last)


_ENDS: dict[v.Left, str] = {"cancelled": "left", "expired": "expired"}


def _tick(each: Recorded | Note) -> int:
    return each.shown.tick if isinstance(each, Note) else each.tick


def set_aside(path: Path, why: Exception) -> None:
    """Put a damaged file out of the way, beside the new one, and say so."""
    aside = path.with_name(f"{path.name}.damaged")
    _LOGGER.warning("the promise ledger %s cannot be used (%s): set aside as %s, begun anew", path, why, aside.name)
    path.replace(aside)
    for rest in ("-wal", "-shm"):
        path.with_name(path.name + rest).unlink(missing_ok=True)


def open_ledger(path: Path, zone: tzinfo) -> PromiseLedger:
    """The ledger of a data folder. A damaged one is set aside and begun anew. Raises sqlite3.Error, OSError."""
    try:
        return PromiseLedger(path, zone)
    except sqlite3.OperationalError:
        raise  # no room, no permission: nothing is wrong with what is there
    except (sqlite3.DatabaseError, Unusable) as error:
        set_aside(path, error)
        return PromiseLedger(path, zone)
