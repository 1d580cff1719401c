"""audit.db: log-ins, refusals, persons that were read, settings and exports; what changes the hall is in the journal.

Each row carries the hash of the one before it, over its columns as JSON: no text of one can pass for another. Rows hold
ids and codes, never a secret nor a field of a person. One thread, `audit`, writes; whoever notes only enqueues. Of
equal refusals within a minute the first is a row, and all others are one with their count.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import msgspec

from hall_daemon.adapters.storage.sqlite import Database, durable
from hall_daemon.adapters.system.life import Life
from hall_daemon.adapters.system.owned_thread import OwnedThread

GENESIS = bytes(32)
WRITE_S = 1.0
REPEATS_S = 60.0
# Refusals that are told apart within that time; all others are one.
MOST_REFUSALS = 1000
_BUSY_S = 5.0
# What waits to be written; beyond it rows are counted instead of kept.
NOTES_KEPT = 20_000
MOST_FOUND = 1000
_WORD = re.compile(r"[^\w:.@/+-]")
_LONGEST = 80
_NO_SEQ = 2**62
_FORWARDS = "SELECT seq, body, hash FROM rows ORDER BY seq"
_BACKWARDS = "SELECT seq, body, hash FROM rows WHERE seq > ? AND seq < ? ORDER BY seq DESC"


class AuditRow(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """`at`: wall ms. `who`: a source as in the journal (`staff:ID`, `kiosk:1`), "" for nobody. `what`: a right or an
    act; `about`: what it was done to; `origin`: an address; `result`: `done` or the code it was refused with. `times`:
    how often, from `at` on."""

    seq: int
    at: int
    who: str
    what: str
    about: str
    origin: str
    result: str
    times: int = 1


class AuditError(Exception):
    """The audit log cannot be read or does not hold; the message says where and what to do. `row`: the first that does
    not hold, 0 when none can be read."""

    def __init__(self, said: str, row: int = 0) -> None:
        super().__init__(said)
        self.row = row


class Search(NamedTuple):
    """Rows that hold each of `words`, after row `after` and before row `before`, from `begins` until `ends` (wall ms);
    of the last three 0 is no bound."""

    words: str = ""
    after: int = 0
    before: int = 0
    begins: int = 0
    ends: int = 0


EVERYTHING = Search()
# What else a row is found by: the work number of an account's id, "" for what is none.
NumberOf = Callable[[str], str]


def chained(previous: bytes, row: AuditRow) -> bytes:
    return hashlib.sha256(previous + msgspec.json.encode(row)).digest()


class AuditLog:
    """`note` from any thread. Raises AuditError or OSError when the file cannot be opened."""

    def __init__(self, path: Path, now: Callable[[], int], monotonic: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._now = now
        self._notes = deque[AuditRow]()
        self._lost = 0
        self._lock = threading.Lock()
        # What was refused lately -> the row of its repeats.
        self._repeats: dict[str, AuditRow] = {}
        self._monotonic, self._until = monotonic, monotonic() + REPEATS_S
        self._life = Life("audit", "audit", monotonic)
        self._thread = OwnedThread("audit", self._run, self._life)
        try:
            self._conn = durable(path, _BUSY_S)
            Database(self._conn).table("rows").create(
                {"seq": int, "body": str, "hash": bytes}, pk="seq", if_not_exists=True
            )
        except sqlite3.DatabaseError as error:
            raise AuditError(f"cannot open {path}: {error}; keep it aside for who audits, and start again") from error
        self.health = self._life.health

    def note(self, who: str, what: str, about: str = "", origin: str = "", result: str = "done") -> None:
        """Texts are cut and stripped of what is no letter, digit or mark of an id: a line cannot be forged."""
        row = msgspec.convert((0, self._now(), *map(_clean, (who, what, about, origin, result))), AuditRow)
        with self._lock:
            if result != "done":
                if _alike(row) not in self._repeats and len(self._repeats) >= MOST_REFUSALS:
                    row = msgspec.structs.replace(row, who="", what="refusals", about="", origin="", result="too_many")
                before = self._repeats.get(_alike(row))
                times = before.times + 1 if before else 0
                self._repeats[_alike(row)] = msgspec.structs.replace(row, times=times)
                if times:
                    return
            if len(self._notes) >= NOTES_KEPT:
                self._lost += 1
                return
            self._notes.append(row)

    def find(self, search: Search = EVERYTHING, most: int = MOST_FOUND, number_of: NumberOf = str) -> list[AuditRow]:
        return find(self._path, search, most, number_of)

    def verify(self) -> int:
        return verify(self._path)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float = 3.0) -> None:
        if self._thread.stop(timeout_s):
            self.write(last=True)
            self._conn.close()

    def _run(self) -> None:
        while not self._thread.wait(WRITE_S):
            self.write()

    def write(self, *, last: bool = False) -> None:
        """What was noted until now, onto the disk; in a test, without the thread."""
        with self._lock:
            rows = list(self._notes)
            self._notes.clear()
            if last or self._monotonic() >= self._until:
                self._until = self._monotonic() + REPEATS_S
                rows += (row for row in self._repeats.values() if row.times)
                self._repeats.clear()
            if self._lost:
                rows.append(AuditRow(
                    seq=0, at=self._now(), who="audit", what="lost", about="", origin="", result="done",
                    times=self._lost,
                ))
                self._lost = 0
        if not rows:
            return
        try:
            self._append(rows)
        except sqlite3.Error as error:
            with self._lock:
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


def find(path: Path, search: Search, most: int, number_of: NumberOf) -> list[AuditRow]:
    """The newest `most` rows of those, newest last. Whether they hold is `verify`'s. Raises AuditError."""
    wanted = search.words.casefold().split()
    rows = (
        row for _, row, _ in _stored(path, _BACKWARDS, search.after, search.before or _NO_SEQ)
        if search.begins <= row.at < (search.ends or _NO_SEQ)
    )
    found = islice((row for row in rows if all(word in _text(row, number_of) for word in wanted)), most)
    return list(found)[::-1]


def verify(path: Path) -> int:
    """How many rows there are, all in their chain. Raises AuditError at the first that is not."""
    tip, count = GENESIS, 0
    for count, (seq, row, stored) in enumerate(_stored(path, _FORWARDS), 1):
        tip = chained(tip, row)
        if not seq == row.seq == count or tip != stored:
            raise AuditError(f"row {count} of {path} was changed after it was written; keep the file as it is", count)
    return count


def _alike(row: AuditRow) -> str:
    return " ".join((row.who, row.what, row.about, row.origin, row.result))


def _clean(said: str) -> str:
    return _WORD.sub("?", said[:_LONGEST])


def _text(row: AuditRow, number_of: NumberOf) -> str:
    said = (row.who, row.what, row.about, row.origin, row.result, number_of(row.who), number_of(row.about))
    return " ".join(said).casefold()


def _stored(path: Path, query: str, *bounds: int) -> Iterator[tuple[int, AuditRow, bytes]]:
    decode = msgspec.json.Decoder(AuditRow).decode
    try:
        conn = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    except sqlite3.Error as error:
        raise AuditError(f"cannot read {path}: {error}") from error
    try:
        for seq, body, stored in conn.execute(query, bounds):
            yield seq, decode(body), bytes(stored)
    except (sqlite3.Error, msgspec.DecodeError) as error:
        raise AuditError(f"cannot read {path}: {error}") from error
    finally:
        conn.close()
