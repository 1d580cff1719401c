"""The follower: one thread that reads events in order and keeps everything that is only a view.

It holds a replica of hall and docket, evolved from the same events as the core's, so that pages, MQTT and devices can
look without the core ever waiting for them. When it falls behind it lets the hand-over go and reads the gap from the
journal. Subscribers run on its thread, each fenced: one that fails is logged and the others go on.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections import deque
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Protocol, TypeVar

from hall_daemon.app.record import Clock, Recorded, Subscriber
from hall_daemon.cases.book import Book
from hall_daemon.cases.docket import Docket
from hall_daemon.cases.evolve import evolve
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment

_LOGGER = logging.getLogger(__name__)
T = TypeVar("T")

CHUNK = 500
RING = 5000
BACKLOG = 50_000
RETRY_S = 1.0


class Reader(Protocol):
    """What the follower needs of the journal, on a connection of its own."""

    def after(self, seq: int, limit: int = 1000) -> list[Recorded]: ...


class Follower:
    """`hall` and `docket` are replicas at `seq`. `hand_over` is called by the core; everything else by anybody."""

    def __init__(self, hall: Hall, seq: int, reader: Reader, clock: Clock, docket: Docket | None = None) -> None:
        self.seq = seq
        self.failures = 0
        self._book = Book(hall, docket if docket is not None else Docket())
        self._reader = reader
        self._clock = clock
        self._batches: queue.SimpleQueue[Sequence[Recorded] | None] = queue.SimpleQueue()
        # Each counter has one writing thread: the core the first two, the follower the third.
        self._committed = seq
        self._given = 0
        self._taken = 0
        self._stuck = False
        self._ring: deque[Recorded] = deque(maxlen=RING)
        self._changed = threading.Condition()
        self._reading = threading.Lock()
        self._level_at = clock.now()
        self._subscribers: list[Subscriber] = []
        self._thread: threading.Thread | None = None

    def subscribe(self, subscriber: Subscriber) -> None:
        """Add a view; before `start`."""
        self._subscribers.append(subscriber)

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="follower")
        self._thread.start()

    def stop(self, timeout_s: float = 5.0) -> None:
        """Work off what was handed over, then end."""
        self._batches.put(None)
        if self._thread is not None:
            self._thread.join(timeout_s)
            if self._thread.is_alive():
                _LOGGER.error("follower did not end in %g s", timeout_s)

    def hand_over(self, batch: Sequence[Recorded]) -> None:
        """Give committed events on. Never blocks; past BACKLOG the batch is left to the journal."""
        self._committed = batch[-1].seq
        if self._given - self._taken < BACKLOG:
            self._given += len(batch)
            self._batches.put(batch)

    def read(self, look: Callable[[Hall], T]) -> T:
        """`look(hall)` on a consistent hall, from any thread. Keep it short."""
        with self._changed:
            return look(self._book.hall)

    def read_book(self, look: Callable[[Book], T]) -> T:
        """The same of hall and docket."""
        with self._changed:
            return look(self._book)

    def true_at(self, now: Moment) -> Moment:
        """The moment for which the replica is known to be true: `now`, or when it was last level with the core.
        Whatever is shown of the replica says it is as of then, so that a replica that lags is seen to."""
        if self.seq >= self._committed:
            self._level_at = now
        return self._level_at

    def wait_for(self, seq: int, timeout_s: float) -> bool:
        """Block until the replica has seen event `seq`; False when it did not in time."""
        with self._changed:
            return self._changed.wait_for(lambda: self.seq >= seq, timeout_s)

    def events_after(self, seq: int, limit: int = 1000) -> list[Recorded]:
        """Up to `limit` events after `seq` that the replica has seen, oldest first."""
        with self._changed:
            if self._ring and self._ring[0].seq <= seq + 1:
                start = seq + 1 - self._ring[0].seq
                return list(islice(self._ring, start, start + limit))
            upto = self.seq
        with self._reading:
            return [row for row in self._reader.after(seq, limit) if row.seq <= upto]

    def _run(self) -> None:
        while (batch := self._next()) is not None:
            self._take(batch)

    def step(self) -> None:
        """Follow what was handed over so far; in a test, without the thread."""
        while not self._batches.empty() or self.seq < self._committed:
            at, batch = self.seq, () if self._batches.empty() else self._batches.get()
            self._take(batch or ())
            if self.seq == at and self._batches.empty():
                return

    def _take(self, batch: Sequence[Recorded]) -> None:
        self._taken += len(batch)
        try:
            self._follow(batch)
        except Exception:
            # A replica that cannot follow must not pretend: it stays at its seq, and ttl shows its age.
            self.failures += 1
            if not self._stuck:
                _LOGGER.exception("follower stays at event %s", self.seq)
            self._stuck = True
        else:
            if self._stuck:
                _LOGGER.warning("follower goes on at event %s", self.seq)
            self._stuck = False

    def _next(self) -> Sequence[Recorded] | None:
        """The next batch; nothing in it when the replica is behind and it is time to look at the journal again."""
        try:
            return self._batches.get(timeout=RETRY_S if self.seq < self._committed else None)
        except queue.Empty:
            return ()

    def _follow(self, batch: Sequence[Recorded]) -> None:
        if batch:
            self._catch_up(batch[0].seq - 1)
        fresh = [row for row in batch if row.seq > self.seq]
        for start in range(0, len(fresh), CHUNK):
            self._apply(fresh[start : start + CHUNK])
        if self._batches.empty():
            # Nobody will hand over what was left out: not before the hall moves again.
            self._catch_up(self._committed)

    def _catch_up(self, upto: int) -> None:
        """Read from the journal what was not handed over."""
        while self.seq < upto:
            with self._reading:
                missing = self._reader.after(self.seq, min(CHUNK, upto - self.seq))
            if not missing or missing[0].seq != self.seq + 1:
                raise LookupError(f"the journal does not have event {self.seq + 1}")
            self._apply(missing)

    def _apply(self, rows: Sequence[Recorded]) -> None:
        with self._changed:
            for row in rows:
                evolve(self._book, row.event, row.moment)
                self.seq = row.seq
                self._ring.append(row)
            self._changed.notify_all()
        now = self._clock.now()
        for subscriber in self._subscribers:
            try:
                subscriber(self._book.hall, rows, now)
            except Exception:
                self.failures += 1
                _LOGGER.exception("a view failed on events %s to %s", rows[0].seq, rows[-1].seq)
