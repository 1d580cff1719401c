"""The tables of dossiers.db, and the keys of its cases: opened with the ring, sealed anew, gone with their row.

Two threads never use the connection at once, and what several write within a moment becomes durable with one commit;
what fails in SQLite is a DossierError.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import sqlite3
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from hall_daemon.adapters.dossiers.values import DossierError
from hall_daemon.adapters.storage.ciphers import opened, seal
from hall_daemon.adapters.storage.group_commit import GroupCommit, Pace
from hall_daemon.adapters.storage.keys import KEY_BYTES, Keys, VaultError
from hall_daemon.adapters.storage.sqlite import durable

_TABLES = (
    """CREATE TABLE IF NOT EXISTS cases (
        id TEXT PRIMARY KEY, kind TEXT NOT NULL, sealed BLOB NOT NULL, cipher TEXT NOT NULL,
        key_number INTEGER NOT NULL, opened INTEGER NOT NULL, keep_until INTEGER NOT NULL,
        named INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS pieces (
        case_id TEXT NOT NULL, name TEXT NOT NULL, version INTEGER NOT NULL, sealed BLOB NOT NULL,
        PRIMARY KEY (case_id, name)
    ) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS pages (
        case_id TEXT NOT NULL, paper TEXT NOT NULL, number INTEGER NOT NULL, version INTEGER NOT NULL,
        size INTEGER NOT NULL, marks TEXT NOT NULL, insisted INTEGER NOT NULL, upload TEXT NOT NULL, file TEXT NOT NULL,
        PRIMARY KEY (case_id, paper, number)
    ) WITHOUT ROWID""",
    # The last version of pages that were taken away: no later picture is taken for one of them.
    """CREATE TABLE IF NOT EXISTS dropped (
        case_id TEXT NOT NULL, paper TEXT NOT NULL, number INTEGER NOT NULL, version INTEGER NOT NULL,
        PRIMARY KEY (case_id, paper, number)
    ) WITHOUT ROWID""",
    # Pages that an event names and another picture took the place of.
    """CREATE TABLE IF NOT EXISTS older (
        case_id TEXT NOT NULL, paper TEXT NOT NULL, number INTEGER NOT NULL, version INTEGER NOT NULL,
        size INTEGER NOT NULL, marks TEXT NOT NULL, insisted INTEGER NOT NULL, upload TEXT NOT NULL, file TEXT NOT NULL,
        PRIMARY KEY (case_id, paper, number, version)
    ) WITHOUT ROWID""",
)
_FILES = "SELECT case_id, size, file FROM pages UNION ALL SELECT case_id, size, file FROM older"
_KEYS = "SELECT id, sealed, cipher, key_number FROM cases"
_WIPES = tuple(
    f"DELETE FROM {table} WHERE {column} = ?"  # noqa: S608 (names of ours)
    for table, column in (
        ("cases", "id"), ("pieces", "case_id"), ("pages", "case_id"), ("dropped", "case_id"), ("older", "case_id")
    )
)


class CaseKey(NamedTuple):
    """What a case is sealed with."""

    key: bytes
    cipher: str

    def seal(self, plain: bytes, bound: bytes) -> bytes:
        return seal(self.cipher, self.key, plain, bound)

    def open(self, sealed: object, bound: bytes) -> bytes:
        """Raises DossierError for what was altered, exchanged, or is not there any more."""
        plain = opened(self.cipher, self.key, sealed, bound)
        if plain is None:
            raise DossierError("dossiers_away", "a piece of a dossier is gone or was altered; put back its copy")
        return plain


class CaseRows:
    """`lost`: cases that no key opens. `failed`: why the last write was not made, "" when it was."""

    def __init__(self, path: Path, keys: Keys, pace: Pace = Pace()) -> None:  # noqa: B008 (a value)
        """Open or make it (0600). Raises DossierError, OSError; not for keys that do not fit."""
        self._keys = keys
        self.failed = ""
        try:
            self._conn = durable(path, wait_s=1.0)
            for table in _TABLES:
                self._conn.execute(table)
            self._group = GroupCommit(self._conn, pace)
            self.bytes = self._sum()
            self.lost = self._count_lost()
        except sqlite3.DatabaseError as error:
            raise DossierError("dossiers_away", f"cannot open {path}: {error}; check permissions and disk") from error

    @contextlib.contextmanager
    def reading(self, *, settled: bool = False) -> Iterator[sqlite3.Connection]:
        """`settled`: nothing is seen that a power cut could take back."""
        try:
            with self._group.settled() if settled else self._group.reading() as conn:
                yield conn
        except sqlite3.Error as error:
            raise DossierError("dossiers_away", f"cannot use the dossiers: {error}") from error

    @contextlib.contextmanager
    def writing(self, *, at_once: bool = False) -> Iterator[sqlite3.Connection]:
        """All or nothing, durable when the outermost block ends well. `at_once`: without waiting for others."""
        try:
            with self._group.writing(at_once=at_once) as conn:
                yield conn
                self.bytes = self._sum()
        except (sqlite3.Error, OSError) as error:
            self.failed = f"cannot write the dossiers: {error}; check permissions and disk space"
            with contextlib.suppress(sqlite3.Error), self._group.reading():
                self.bytes = self._sum()
            raise DossierError("dossiers_away", self.failed) from error
        self.failed = ""

    def then(self, act: Callable[[], None]) -> None:
        """Within `writing`: done once it is durable."""
        self._group.then(act)

    def add(self, case: str, kind: str, cipher: str, now: int, until: int) -> None:
        """Within `writing`. Raises DossierError without a key, or where others are lost: half would be with either."""
        if not self._keys.by_number or self.lost:
            raise DossierError("dossiers_away", "the key of the dossiers is lost or another one; put back its copy")
        number = self._keys.newest
        sealed = seal(cipher, self._keys.by_number[number], secrets.token_bytes(KEY_BYTES), case.encode())
        self._conn.execute(
            "INSERT INTO cases VALUES (?, ?, ?, ?, ?, ?, ?, 0)", (case, kind, sealed, cipher, number, now, until)
        )

    def has(self, case: str) -> bool:
        return self._conn.execute("SELECT 1 FROM cases WHERE id = ?", (case,)).fetchone() is not None

    def key(self, case: str) -> CaseKey:
        """Raises DossierError: no_dossier, or dossiers_away where no key opens it."""
        row = self._conn.execute(f"{_KEYS} WHERE id = ?", (case,)).fetchone()
        if row is None:
            raise DossierError("no_dossier", "there is no dossier of that id; it may have been wiped")
        key = self._unwrapped(row)
        if key is None:
            raise DossierError("dossiers_away", "the key of this dossier is lost; put back the copy of the hall's key")
        return CaseKey(key, row[2])

    def wipe(self, case: str) -> list[str]:
        """Within `writing`. Returns the files that nobody opens from now on."""
        files = [row[0] for row in self._conn.execute(f"SELECT file FROM ({_FILES}) WHERE case_id = ?", (case,))]  # noqa: S608
        for statement in _WIPES:
            self._conn.execute(statement, (case,))
        return files

    def named_files(self) -> set[str]:
        with self.reading():
            return {row[0] for row in self._conn.execute(f"SELECT file FROM ({_FILES})")}  # noqa: S608 (ours)

    def bytes_of(self, cases: Collection[str]) -> int:
        """What their pages and pieces take."""
        these = "case_id IN (SELECT value FROM json_each(?1))"
        with self.reading() as conn:
            found: int = conn.execute(
                f"SELECT (SELECT coalesce(sum(size), 0) FROM ({_FILES}) WHERE {these})"  # noqa: S608 (words of ours)
                f" + (SELECT coalesce(sum(length(sealed)), 0) FROM pieces WHERE {these})", (json.dumps(list(cases)),)
            ).fetchone()[0]
        return found

    def prove(self, keys: Keys) -> None:
        """Take these keys. Raises VaultError where they do not open every case."""
        with self.reading():
            self._keys, before = keys, self._keys
            self.lost = self._count_lost()
            if self.lost:
                self._keys = before
                raise VaultError(f"{self.lost} dossiers were sealed with another key: put back its copy")

    def reseal(self) -> int:
        """Seal each case's key anew with the newest key, all or none; what they sealed stays. Returns how many."""
        number = self._keys.newest
        with self.writing(at_once=True):
            rows = self._conn.execute(_KEYS).fetchall()
            for row in rows:
                key = self._unwrapped(row)
                if key is None:
                    raise VaultError(f"the dossier {row[0]} was sealed with another key: put back its copy")
                sealed = seal(row[2], self._keys.by_number[number], key, row[0].encode())
                self._conn.execute("UPDATE cases SET sealed = ?, key_number = ? WHERE id = ?", (sealed, number, row[0]))
        return len(rows)

    def forget_lost(self) -> list[str]:
        """Wipe what no key opens, all or none, and go on. Returns the files that nobody opens."""
        with self.writing(at_once=True):
            lost = [row[0] for row in self._conn.execute(_KEYS) if self._unwrapped(row) is None]
            files = [file for case in lost for file in self.wipe(case)]
        self.lost = 0
        return files

    def close(self) -> None:
        self._group.close()

    def _unwrapped(self, row: Any) -> bytes | None:
        case, sealed, cipher, number = row
        return opened(cipher, self._keys.by_number.get(number), sealed, str(case).encode())

    def _count_lost(self) -> int:
        return sum(self._unwrapped(row) is None for row in self._conn.execute(_KEYS))

    def _sum(self) -> int:
        """What pages and this file take of the disk: answers as well, and nothing that was freed."""
        found: int = self._conn.execute(
            f"SELECT (SELECT coalesce(sum(size), 0) FROM ({_FILES}))"  # noqa: S608 (ours)
            " + (pages.page_count - freed.freelist_count) * one.page_size"
            " FROM pragma_page_count AS pages, pragma_freelist_count AS freed, pragma_page_size AS one"
        ).fetchone()[0]
        return found
