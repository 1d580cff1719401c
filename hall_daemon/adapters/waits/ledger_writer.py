"""Keeps the promise ledger: notes what was shown, follows the events, says how well the hall kept its word.

One thread, `promises`, owns the ledger's connection and writes about once a second; whoever shows a figure only
enqueues. The hall never waits for it and runs on without it: a ledger that cannot be written is tried again, and
said once.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hall_daemon.adapters.storage.journal_reader import JournalError
from hall_daemon.adapters.system.life import Life
from hall_daemon.adapters.system.owned_thread import OwnedThread
from hall_daemon.adapters.waits.ledger import Note, PromiseLedger, open_ledger, set_aside
from hall_daemon.app.promises import Span
from hall_daemon.app.record import Clock, Recorded
from hall_daemon.prediction.waits.accuracy import accuracy
from hall_daemon.prediction.waits.hysteresis import Shown

_LOGGER = logging.getLogger(__name__)

WRITE_S = 1.0
PUBLISH_S = 20.0
CHUNK = 2000
# With nobody to write them down, the oldest figures are lost.
NOTES_KEPT = 100_000
# A figure is shown before its ticket's event comes round; for so many rounds it is kept.
PATIENCE = 30
SPANS = (7, 30)


class PromiseKeeper:
    """`on_announced` from any thread; `spans` (true as of `as_of`, wall ms) is replaced whole. `seq`: the journal's
    last event at the start; `today`: the events of its day until then, for what may still be undone."""

    def __init__(
        self,
        path: Path,
        timezone: str,
        seq: int,
        events_after: Callable[[int, int], Sequence[Recorded]],
        clock: Clock,
        *,
        today: Iterable[Recorded] = (),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.spans: tuple[Span, ...] = ()
        self.as_of = clock.now().wall
        self._clock = clock
        self._path = path
        self._zone = ZoneInfo(timezone)
        self._began = seq
        self._events_after = events_after
        self._monotonic = monotonic
        self._notes = deque[Note](maxlen=NOTES_KEPT)
        # Of tickets whose event has not come round: the rounds they may still wait, and what they were shown.
        self._early: dict[str, tuple[int, list[Note]]] = {}
        self._changed = True
        self._publish_at = 0.0
        self._life = Life("promises", "promises", monotonic)
        self._thread = OwnedThread("promises", self._run, self._life)
        self._ledger: PromiseLedger | None = None
        self._try(self._open)
        if self._ledger is not None:
            self._ledger.recall(today)

    @property
    def trouble(self) -> str:
        """Why what was shown is not written down now; "" when it is."""
        return self._life.detail if self._life.state == "alert" else ""

    def on_announced(self, ticket: str, shown: Shown) -> None:
        self._notes.append(Note(ticket, shown))

    def still_open(self) -> Mapping[str, Shown]:
        """What people in line were shown before this start. Before `start`."""
        return self._ledger.still_open() if self._ledger is not None else {}

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float = 3.0) -> None:
        """Write what is left, then end."""
        if self._thread.stop(timeout_s) and self._ledger is not None:
            self._ledger.close()

    # -- the thread -------------------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            ending = self._thread.wait(WRITE_S)
            self.step()
            if ending:
                return

    def step(self) -> None:
        """One round of the thread; in a test, without it."""
        self._try(self._round)

    def _open(self) -> None:
        self._ledger = open_ledger(self._path, self._zone)
        self._ledger.begin(self._began)

    def _try(self, work: Callable[[], None]) -> None:
        """The hall does not notice that its ledger is in trouble; it is logged once."""
        try:
            work()
        except (sqlite3.Error, OSError, JournalError, LookupError) as error:
            if not self.trouble:
                _LOGGER.warning("promises: what was shown is not written down: %s; trying again", error)
            self._life.note("alert", str(error) or type(error).__name__)
            if type(error) is sqlite3.DatabaseError:  # not its children: the file itself is damaged
                self._begin_anew(error)
        except Exception:
            if not self.trouble:
                _LOGGER.exception("promises: a round failed; trying again")
            self._life.note("alert", "a round failed; see the log")
        else:
            if self.trouble:
                _LOGGER.warning("promises: what is shown is written down again")
            self._life.note("ready")

    def _begin_anew(self, error: sqlite3.DatabaseError) -> None:
        if self._ledger is not None:
            # Of tickets drawn before, nobody knows any more what they were shown first.
            self._began = self._ledger.seq or self._began
            self._ledger.close()
            self._ledger = None
            set_aside(self._path, error)

    def _round(self) -> None:
        if self._ledger is None:
            self._open()
        ledger = self._ledger
        assert ledger is not None
        self._write(ledger)
        now_s = self._monotonic()
        if now_s >= self._publish_at:
            self._publish_at = now_s + PUBLISH_S
            self._publish(ledger)

    def _publish(self, ledger: PromiseLedger) -> None:
        as_of = self._clock.now().wall
        if self._changed:
            self.spans = tuple(_span(ledger, last, days) for days in SPANS) if (last := ledger.last_day()) else ()
        self._changed = False
        self.as_of = as_of

    def _write(self, ledger: PromiseLedger) -> None:
        while len(rows := self._events_after(ledger.seq or 0, CHUNK)) == CHUNK:
            ledger.write(rows, (), self._began)
            self._changed = True
        notes = [self._notes.popleft() for _ in range(len(self._notes))]
        kept = [note for _, early in self._early.values() for note in early]
        if not (rows or notes or kept):
            return
        try:
            self._wait_for(ledger.write(rows, (*kept, *notes), self._began))
        except BaseException:
            self._notes.extendleft(reversed(notes))
            raise
        self._changed = True

    def _wait_for(self, early: Sequence[Note]) -> None:
        waiting: dict[str, tuple[int, list[Note]]] = {}
        for note in early:
            rounds = self._early.get(note.ticket, (PATIENCE, []))[0] - 1
            if rounds > 0:
                waiting.setdefault(note.ticket, (rounds, []))[1].append(note)
        self._early = waiting


def _span(ledger: PromiseLedger, last: str, days: int) -> Span:
    first = (date.fromisoformat(last) - timedelta(days=days - 1)).isoformat()
    return Span(days, first, last, accuracy(ledger.cells(first, last)))
