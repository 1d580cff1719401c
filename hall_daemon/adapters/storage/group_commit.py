"""Writes that become durable together.

A commit with a rollback journal waits four times for the disk, and so does whoever else writes to that disk, as a press
at a kiosk. So commits have a pace: a few at once, then one each moment; who comes meanwhile writes into the open
transaction, in a savepoint of its own, and waits until all of it is on the disk.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from hall_daemon.adapters.storage.sqlite import Database


class Pace(NamedTuple):
    """`at_once` commits when they are asked for, then one each `every_s`. Those that waited for one go on `apart_s` one
    after the other: what they do next, all at once, would be in the way of a press."""

    every_s: float = 0.0
    at_once: int = 1
    monotonic: Callable[[], float] = time.monotonic
    apart_s: float = 0.0


class _Transaction:
    """One that is open. `then` is done when it is durable; `error` says why it never will be."""

    def __init__(self) -> None:
        self.ended = threading.Event()
        self.error: Exception | None = None
        self.then: list[Callable[[], None]] = []


class GroupCommit:
    """Any thread may call; the connection is nobody else's. Raises sqlite3.Error, OSError as SQLite does."""

    def __init__(self, conn: sqlite3.Connection, pace: Pace) -> None:
        self._conn = conn
        self._db = Database(conn)
        self._pace = pace
        self._lock = threading.RLock()
        self._door = threading.Lock()
        self._open: _Transaction | None = None
        self._within = False
        self._due = self._earliest()

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """What is seen may not be durable yet; whoever took it for kept would wait for `settled`."""
        with self._lock:
            yield self._conn

    @contextlib.contextmanager
    def settled(self) -> Iterator[sqlite3.Connection]:
        """All that is seen is durable, and nobody writes meanwhile."""
        with self._lock:
            if self._open is not None:
                self._end(self._open)
            yield self._conn

    @contextlib.contextmanager
    def writing(self, *, at_once: bool = False) -> Iterator[sqlite3.Connection]:
        """All of the block or nothing of it, durable when it ends well; within another block when that one does.
        `at_once`: it waits for nobody, and whoever waits is done with it."""
        with self._lock:
            if self._within:
                with self._all_or_nothing(self._open or _Transaction()):
                    yield self._conn
                return
            began = self._open is None
            ours = self._open or self._begin()
            self._within = True
            try:
                with self._all_or_nothing(ours):
                    yield self._conn
            except BaseException:
                if began and not ours.ended.is_set():
                    self._end(ours)  # there is nothing in it
                raise
            finally:
                self._within = False
            wait_s = 0.0 if at_once else self._wait_s()
            if wait_s <= 0:
                self._end(ours)
        if not ours.ended.wait(wait_s if began else None):
            with self._lock:
                self._end(ours)
        if wait_s > 0:
            with self._door:
                time.sleep(self._pace.apart_s)
        if ours.error is not None:
            raise ours.error

    def then(self, act: Callable[[], None]) -> None:
        """Within `writing`: done when the block is durable, and never if it is not."""
        assert self._open is not None, "nothing is being written"
        self._open.then.append(act)

    def close(self) -> None:
        with self._lock:
            if self._open is not None:
                self._end(self._open)
            self._conn.close()

    @contextlib.contextmanager
    def _all_or_nothing(self, ours: _Transaction) -> Iterator[None]:
        before = len(ours.then)
        try:
            with self._db.atomic():
                yield
        except BaseException as error:
            del ours.then[before:]
            if not self._conn.in_transaction and isinstance(error, Exception):
                self._lost(ours, error)  # SQLite took all of it back, what others wrote too
            raise

    def _begin(self) -> _Transaction:
        self._conn.execute("BEGIN IMMEDIATE")
        self._open = _Transaction()
        return self._open

    def _earliest(self) -> float:
        return self._pace.monotonic() - self._pace.every_s * (self._pace.at_once - 1)

    def _wait_s(self) -> float:
        return self._due - self._pace.monotonic()

    def _end(self, ours: _Transaction) -> None:
        """With the lock. Nothing for one that ended."""
        if ours.ended.is_set():
            return
        # Also behind many that waited for nobody, the next one waits no longer than its pace.
        self._due = min(max(self._due, self._earliest()), self._pace.monotonic()) + self._pace.every_s
        try:
            self._conn.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            with contextlib.suppress(sqlite3.Error):
                self._conn.rollback()
            self._lost(ours, error)
            return
        self._open = None
        for act in ours.then:
            act()
        ours.ended.set()

    def _lost(self, ours: _Transaction, error: Exception) -> None:
        if self._open is ours:
            self._open = None
        ours.error = error
        ours.ended.set()
