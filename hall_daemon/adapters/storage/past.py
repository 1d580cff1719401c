"""What was, asked of the journal while the hall runs: each time on a connection of its own, from any thread."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from pathlib import Path

from hall_daemon.adapters.storage.data_folder import JOURNAL, SNAPSHOTS
from hall_daemon.adapters.storage.journal_reader import JournalReader
from hall_daemon.adapters.storage.snapshots import restore
from hall_daemon.app.history import History
from hall_daemon.app.record import Recorded
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Plan


def hall_of(folder: Path, upto: int | None = None) -> Hall:
    """The hall in a data folder as it was after event `upto`, the last one by default. Raises JournalError."""
    with closing(JournalReader(folder / JOURNAL)) as reader:
        return restore(folder / SNAPSHOTS, reader, upto)[0]


def history_of(plan: Plan, folder: Path) -> History:
    """Of the hall in a data folder. Every question may take a second. They raise JournalError."""

    def day_events(day: str) -> list[Recorded]:
        with closing(JournalReader(folder / JOURNAL)) as reader:
            return list(reader.of_day(day))

    return History(plan, day_events, partial(hall_of, folder))
