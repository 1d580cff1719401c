"""What was, asked of the journal while the hall runs: each time on a connection of its own, from any thread."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from hall_daemon.adapters.storage.journal import JournalReader
from hall_daemon.adapters.storage.snapshots import restore
from hall_daemon.app.history import History
from hall_daemon.app.record import Recorded
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Plan


def history_of(plan: Plan, journal: Path, snapshots: Path) -> History:
    """Every question may take a second. They raise JournalError."""

    def day_events(day: str) -> list[Recorded]:
        with closing(JournalReader(journal)) as reader:
            return list(reader.of_day(day))

    def hall_at(seq: int) -> Hall:
        with closing(JournalReader(journal)) as reader:
            return restore(snapshots, reader, seq)[0]

    return History(plan, day_events, hall_at)
