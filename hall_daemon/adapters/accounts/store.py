"""accounts.db: people, machines, who is logged in, invitations. Never in the journal, and never a secret in the clear.

Everything is kept in memory as values, so that whoever presses a key waits for no disk; what changes is written first,
but for sessions that begin: many people log in at once, and each write of its own makes presses wait for the disk.
Another process may write too (`hall staff`, `hall machine`): `refresh` sees that. Any thread may call.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from operator import attrgetter
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

from hall_daemon.adapters.storage.sqlite import Database, durable
from hall_daemon.staff.account import Account, Invitation, Machine, Session

# More than any hall has; a flood of sessions or machines ends here.
MOST_ACCOUNTS = 5_000
MOST_MACHINES = 2_000
MOST_SESSIONS = 10_000
_BUSY_S = 5.0

T = TypeVar("T", Account, Machine, Session, Invitation)


class AccountsError(Exception):
    """The file cannot be used, or what is asked of it cannot be; the message says what to do."""


class _Table(Generic[T]):
    """Values of one type by their first field: that and the whole as JSON are a row."""

    def __init__(self, db: Database, name: str, type_: type[T], most: int) -> None:
        self._db, self._name, self._most = db, name, most
        self.key_of = attrgetter(fields(type_)[0].name)
        self._decoder: msgspec.json.Decoder[T] = msgspec.json.Decoder(type_)
        db.table(name).create({"key": str, "body": str}, pk="key", if_not_exists=True)
        self.values: Mapping[str, T] = {}

    def read(self) -> None:
        self.values = {row["key"]: self._decoder.decode(row["body"]) for row in self._db.table(self._name).rows}

    def put(self, value: T) -> None:
        key = self.key_of(value)
        self.check_room(key)
        self._db.table(self._name).upsert({"key": key, "body": msgspec.json.encode(value).decode()}, pk="key")
        self.values = {**self.values, key: value}

    def check_room(self, key: str) -> None:
        if key not in self.values and len(self.values) >= self._most:
            raise AccountsError(f"there are {self._most} {self._name} already; take some away first")

    def take(self, *keys: str) -> None:
        for key in keys:
            self._db.table(self._name).delete_where("key = ?", [key])
        self.values = {key: value for key, value in self.values.items() if key not in keys}


class AccountStore:
    def __init__(self, path: Path) -> None:
        """Open or make the file (0600). Raises AccountsError or OSError."""
        self._path = path
        self._lock = threading.RLock()
        if path.exists() and path.stat().st_mode & 0o077:
            raise AccountsError(f"others can read {path}; run: chmod 600 {path}")
        try:
            self._conn = durable(path, _BUSY_S)
            self._db = db = Database(self._conn)
            with db.atomic():
                self._accounts = _Table(db, "accounts", Account, MOST_ACCOUNTS)
                self._machines = _Table(db, "machines", Machine, MOST_MACHINES)
                self._sessions = _Table(db, "sessions", Session, MOST_SESSIONS)
                self._invitations = _Table(db, "invitations", Invitation, MOST_ACCOUNTS)
            self._tables: dict[type, _Table[Any]] = {
                Account: self._accounts, Machine: self._machines, Session: self._sessions,
                Invitation: self._invitations,
            }
            self._seen = -1
            self._begun = frozenset[str]()
            self.refresh()
        except (sqlite3.DatabaseError, msgspec.DecodeError) as error:
            raise AccountsError(
                f"cannot open {path}: {error}; restore it from its copy, or move it away and log in by the link that "
                "the next start prints"
            ) from error

    # -- reading: from memory -----------------------------------------------------------------------

    @property
    def accounts(self) -> Mapping[str, Account]:
        """By id."""
        return self._accounts.values

    @property
    def machines(self) -> Mapping[str, Machine]:
        """By name."""
        return self._machines.values

    @property
    def sessions(self) -> Mapping[str, Session]:
        """By the hash of their token."""
        return self._sessions.values

    @property
    def invitations(self) -> Mapping[str, Invitation]:
        """By the hash of their code."""
        return self._invitations.values

    def numbered(self, number: str) -> Account | None:
        """The account with this work number, whatever the case of its letters."""
        wanted = number.casefold()
        return next((each for each in self.accounts.values() if each.number.casefold() == wanted), None)

    # -- writing: the disk first --------------------------------------------------------------------

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """Nobody else writes meanwhile, and what they wrote before is known."""
        with self._lock:
            before = [(table, table.values) for table in self._tables.values()]
            try:
                self._conn.execute("BEGIN IMMEDIATE")
                self._look()
                before = [(table, table.values) for table in self._tables.values()]
                yield
                self._conn.execute("COMMIT")
            except BaseException as error:
                self._conn.rollback()
                for table, values in before:
                    table.values = values
                if not isinstance(error, sqlite3.Error):
                    raise
                raise AccountsError(f"cannot write {self._path}: {error}; check permissions and disk space") from error

    def put(self, *values: Account | Machine | Session | Invitation) -> None:
        """Keep each, in place of what has its key, all or none. Raises AccountsError."""
        with self._writing():
            for value in values:
                self._tables[type(value)].put(value)

    def begin(self, session: Session) -> None:
        """Known at once, and on the disk with the next `keep_begun`: until then a kill takes one log-in back. Raises
        AccountsError."""
        with self._lock:
            self._sessions.check_room(session.token)
            self._sessions.values = {**self.sessions, session.token: session}
            self._begun |= {session.token}

    def keep_begun(self) -> None:
        """Sessions that have begun since the last call, as they are now. Raises AccountsError."""
        with self._lock:
            if self._begun:
                self.put(*(self.sessions[token] for token in self._begun if token in self.sessions))
                self._begun = frozenset()

    def change(self, *changes: tuple[T, Mapping[str, Any]]) -> None:
        """Fields of each as it is now, whoever changed it since it was read, all or none. What has gone meanwhile (a
        session that was logged out) stays gone. Raises AccountsError."""
        with self._writing():
            for value, fields_ in changes:
                table = self._tables[type(value)]
                now = table.values.get(table.key_of(value))
                if now is not None:
                    table.put(replace(now, **fields_))

    def end_sessions(self, *tokens: str) -> None:
        with self._writing():
            self._sessions.take(*tokens)

    def end_sessions_of(self, account: str) -> None:
        self.end_sessions(*(token for token, session in self.sessions.items() if session.account == account))

    def forget_invitations(self, *codes: str) -> None:
        with self._writing():
            self._invitations.take(*codes)

    def forget_machine(self, name: str) -> None:
        with self._writing():
            self._machines.take(name)

    def refresh(self) -> None:
        """Read anew what another process has written meanwhile. Raises AccountsError."""
        with self._lock:
            try:
                self._look()
            except sqlite3.Error as error:
                raise AccountsError(f"cannot read {self._path}: {error}; check permissions and disk space") from error

    def _look(self) -> None:
        version = self._conn.execute("PRAGMA data_version").fetchone()[0]
        if version != self._seen:
            known, before = self.accounts, self.sessions
            for table in self._tables.values():
                table.read()
            # Whose account another process has just changed (a reset, other roles) logs in again.
            begun = [before[token] for token in self._begun if token in before]
            still = {each.token: each for each in begun if self.accounts.get(each.account) == known.get(each.account)}
            self._sessions.values = {**self.sessions, **still}
            self._seen = version

    def close(self) -> None:
        with self._lock:
            with contextlib.suppress(AccountsError):  # health has said so before
                self.keep_begun()
            self._conn.close()
