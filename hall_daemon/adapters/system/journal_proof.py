"""The whole journal proven in the background, soon after a start and whenever a day begins.

A start proves only what it replays since the last snapshot: older pages may be damaged, and nobody would know until
they are needed. A child of low priority does what `hall verify` does; what it finds is said in health at once.
"""

from __future__ import annotations

import json
import logging
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from device_drivers.base.child import end, how_it_ended
from hall_daemon.adapters.system import child_process
from hall_daemon.app.record import Recorded
from hall_daemon.domain.events import DayOpened
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment

_LOGGER = logging.getLogger(__name__)

VERIFY = child_process.module("hall_daemon.cli", nice=15)
# A start has better things to do first.
FIRST_S = 5.0
LOOK_S = 0.5
LONGEST_WORDS = 4000


class JournalProof:
    """A subscriber: it looks again when a day begins. `trouble` is "" as long as nothing was found."""

    def __init__(self, folder: Path, first_s: float = FIRST_S) -> None:
        self._command = (*VERIFY, "verify", "--json", "--data", str(folder))
        self._first_s = first_s
        self._due = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self.trouble = ""
        self.proven = 0

    def __call__(self, hall: Hall, batch: Sequence[Recorded], now: Moment) -> None:
        if any(isinstance(row.event, DayOpened) for row in batch):
            self._due.set()

    def health(self) -> Mapping[str, str]:
        return {"journal": f"failing: {self.trouble}" if self.trouble else "ok"}

    def start(self) -> None:
        self._due.set()
        self._thread = threading.Thread(target=self._run, name="proof")
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._due.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        self._stopping.wait(self._first_s)
        while not self._stopping.is_set():
            self._due.wait()
            self._due.clear()
            if not self._stopping.is_set():
                self._prove()

    def _prove(self) -> None:
        try:
            child = child_process.start(self._command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        except OSError as error:
            _LOGGER.warning("the journal could not be proven: %s", error)
            return
        try:
            while child.poll() is None:
                if self._stopping.wait(LOOK_S):
                    return
            assert child.stdout is not None
            self._said(child.returncode, child.stdout.read(LONGEST_WORDS))
        finally:
            end(child)

    def _said(self, code: int, words: bytes) -> None:
        try:
            found = json.loads(words)
            broken = found["broken"]
        except (ValueError, KeyError, TypeError):
            # It could not look at all (no memory, no files left): that says nothing of the journal.
            _LOGGER.warning("the journal could not be proven: %s", how_it_ended(code))
            return
        self.proven += 1
        if broken is None:
            self.trouble = ""
            return
        self.trouble = (
            f"the journal is damaged at event {broken['seq']}: {broken['what']}; stop the hall and restore the newest "
            "copy that `hall verify` finds whole"
        )
        _LOGGER.critical("%s", self.trouble)
