"""audit.db: log-ins, refusals, persons that were read, settings and exports; what changes the hall is in the journal.

Each row carries the hash of the one before it, over its columns as JSON: no text of one can pass for another. Rows hold
ids and codes, never a secret nor a field of a person. One thread, `audit`, writes; whoever notes only enqueues. A flood
of equal refusals is one row with its count.
"""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path

import msgspec

from hall_daemon.adapters.storage.sqlite import Database
from hall_daemon.adapters.system.life import Life
from hall_daemon.adapters.system.owned_thread import OwnedThread

GENESIS = bytes(32)
WRITE_S = 0.5
_BUSY_S = 5.0
# What waits to be written; beyond it rows are counted instead of kept.
NOTES_KEPT = 20_000
MOST_FOUND = 1000
_WORD = re.compile(r"[^\w:.@/+-]")
_LONGEST = 80


class AuditRow(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """`at`: wall ms. `who`: a source as in the journal (`staff:ID`, `kiosk:1`), "" for nobody. `what`: a right or an
    act; `about`: what it was done to; `origin`: an address; `result`: `done` or the code it was refused with. `times`:
    how often, one after another."""

    seq: int
    at: int
    who: str
    what: str
    about: str
    origin: str
    result: str
    times: int = 1


class AuditError(Exception):
    """The audit log cannot be read or does not hold; the message says where and what to do."""


def chained(previous: bytes, row: AuditRow) -> bytes:
    return hashlib.sha256(previous + msgspec.json.encode(row)).digest()


class AuditLog:
    """`note` from any thread. Raises AuditError or OSError when the file cannot be opened."""

    def __init__(self, path: Path, now: Callable[[], int], monotonic: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._now = now
        self._notes = deque[AuditRow]()
        self._lost = 0
        self._life = Life("audit", "audit", monotonic)
        self._thread = OwnedThread("audit", self._run, self._life)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        try:
            self._conn = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=_BUSY_S)
            self._conn.execute("PRAGMA journal_mode=TRUNCATE")
            self._conn.execute("PRAGMA synchronous=EXTRA")
            Database(self._conn).table("rows").create(
                {"seq": int, "body": str, "hash": bytes}, pk="seq", if_not_exists=True
            )
        except sqlite3.DatabaseError as error:
            raise AuditError(f"cannot open {path}: {error}; keep it aside for who audits, and start again") from error
        self.health = self._life.health

    def note(self, who: str, what: str, about: str = "", origin: str = "", result: str = "done") -> None:
        """Texts are cut and stripped of what is no letter, digit or mark of an id: a line cannot be forged."""
        texts = (_WORD.sub("?", said[:_LONGEST]) for said in (who, what, about, origin, result))
        row = msgspec.convert((0, self._now(), *texts), AuditRow)
        if len(self._notes) >= NOTES_KEPT:
            self._lost += 1
            return
        self._notes.append(row)

    def find(self, words: str = "", after: int = 0) -> list[AuditRow]:
        return find(self._path, words, after)

    def verify(self) -> int:
        return verify(self._path)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float = 3.0) -> None:
        if self._thread.stop(timeout_s):
            self.write()
            self._conn.close()

    def _run(self) -> None:
        while not self._thread.wait(WRITE_S):
            self.write()

    def write(self) -> None:
        """What was noted until now, onto the disk; in a test, without the thread."""
        rows = list(_counted([self._notes.popleft() for _ in range(len(self._notes))]))
        if lost := self._lost:
            self._lost -= lost
            rows.append(AuditRow(
                seq=0, at=self._now(), who="audit", what="lost", about="", origin="", result="done", times=lost
            ))
        if not rows:
            return
        try:
            self._append(rows)
        except sqlite3.Error as error:
            self._notes.extendleft(reversed(rows))
            self._life.note("alert", f"not written down: {error}; check disk space")
            return
        self._life.note("ready")

    def _append(self, rows: list[AuditRow]) -> None:
        """After the last row, whoever wrote that: a command may write beside the hall."""
        self._conn.execute("BEGIN IMMEDIATE")
        try:
            last = self._conn.execute("SELECT seq, hash FROM rows ORDER BY seq DESC LIMIT 1").fetchone()
            seq, tip = (last[0], bytes(last[1])) if last else (0, GENESIS)
            for row in rows:
                seq += 1
                numbered = msgspec.structs.replace(row, seq=seq)
                tip = chained(tip, numbered)
                self._conn.execute(
                    "INSERT INTO rows VALUES (?, ?, ?)", (seq, msgspec.json.encode(numbered).decode(), tip)
                )
            self._conn.execute("COMMIT")
        except BaseException:
            self._conn.rollback()
            raise


def find(path: Path, words: str = "", after: int = 0, most: int = MOST_FOUND) -> list[AuditRow]:
    """The newest `most` rows after row `after` that hold every word, newest last. Raises AuditError."""
    wanted = words.casefold().split()
    rows = (row for row, _ in _stored(path) if row.seq > after)
    return list(deque((row for row in rows if all(word in _text(row) for word in wanted)), maxlen=most))


def verify(path: Path) -> int:
    """How many rows there are, all in their chain. Raises AuditError at the first that is not."""
    tip, count = GENESIS, 0
    for count, (row, stored) in enumerate(_stored(path), 1):
        tip = chained(tip, row)
        if row.seq != count or tip != stored:
            raise AuditError(f"row {count} of {path} was changed after it was written; keep the file as it is")
    return count


def _counted(rows: list[AuditRow]) -> Iterator[AuditRow]:
    """Equal refusals one after another are one row, with the time of the first."""
    for alike, group in groupby(rows, lambda row: (row.who, row.what, row.about, row.origin, row.result)):
        first, *others = group
        if alike[-1] == "done":
            yield from (first, *others)
        else:
            yield msgspec.structs.replace(first, times=sum(row.times for row in (first, *others)))


def _text(row: AuditRow) -> str:
    return " ".join((row.who, row.what, row.about, row.origin, row.result)).casefold()


def _stored(path: Path) -> Iterator[tuple[AuditRow, bytes]]:
    decode = msgspec.json.Decoder(AuditRow).decode
    try:
        conn = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    except sqlite3.Error as error:
        raise AuditError(f"cannot read {path}: {error}") from error
    try:
        for seq, body, stored in conn.execute("SELECT seq, body, hash FROM rows ORDER BY seq"):
            row = decode(body)
            if row.seq != seq:
                raise AuditError(f"row {seq} of {path} was changed after it was written; keep the file as it is")
            yield row, bytes(stored)
    except (sqlite3.Error, msgspec.DecodeError) as error:
        raise AuditError(f"cannot read {path}: {error}") from error
    finally:
        conn.close()
