"""What was, asked of the journal while the hall runs: each time on a connection of its own, from any thread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from hall_daemon.adapters.storage.journal import JournalReader
from hall_daemon.adapters.storage.snapshots import restore
from hall_daemon.app.history import History
from hall_daemon.app.record import Recorded
from hall_daemon.domain.decide import Refused
from hall_daemon.domain.plan import Plan
from hall_daemon.wire.messages import Explanation


class Past:
    """Every question may take a second. They raise JournalError."""

    def __init__(self, plan: Plan, journal: Path, snapshots: Path) -> None:
        self._plan = plan
        self._journal = journal
        self._snapshots = snapshots

    def of_ticket(self, ticket: str) -> Sequence[Recorded]:
        """A ticket's events, oldest first."""
        with self._history() as history:
            return history.of_ticket(ticket)

    def why(self, ticket: str, before: str = "") -> Explanation | Refused:
        """Why the ticket was called, and why ahead of number `before`."""
        with self._history() as history:
            return history.why(ticket, before)

    @contextmanager
    def _history(self) -> Iterator[History]:
        with closing(JournalReader(self._journal)) as reader:
            yield History(self._plan, reader.of_day, lambda seq: restore(self._snapshots, reader, seq)[0])
