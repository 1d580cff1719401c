"""What was, asked of the journal while the hall runs: each time on a connection of its own, from any thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from hall_daemon.adapters.storage.data_folder import JOURNAL, SNAPSHOTS
from hall_daemon.adapters.storage.journal_reader import JournalReader
from hall_daemon.adapters.storage.snapshots import restore_book
from hall_daemon.app.history import History
from hall_daemon.app.record import Recorded
from hall_daemon.cases.book import Book
from hall_daemon.cases.events import CASE_EVENTS
from hall_daemon.domain.plan import Plan


def book_of(folder: Path, upto: int | None = None) -> Book:
    """Hall and docket as they were after event `upto`, the last one by default. Raises JournalError."""
    with closing(JournalReader(folder / JOURNAL)) as reader:
        return restore_book(folder / SNAPSHOTS, reader, upto)[0]


def history_of(plan: Plan, folder: Path) -> History:
    """Of the hall in a data folder. Every question may take a second. They raise JournalError."""

    def day_events(day: str) -> list[Recorded]:
        with closing(JournalReader(folder / JOURNAL)) as reader:
            return list(reader.of_day(day))

    return History(plan, day_events, lambda seq: book_of(folder, seq).hall)


def case_rows_of(folder: Path) -> Callable[[str], Iterator[Recorded]]:
    """Events of pre-reviews since a day, oldest first. Raises JournalError; may take a second."""

    def rows(day: str) -> Iterator[Recorded]:
        with closing(JournalReader(folder / JOURNAL)) as reader:
            first = next((seq for began, seq in reader.days() if began >= day), 0)
            yield from reader.of_kinds(tuple(CASE_EVENTS), reader.last_seq(), first)

    return rows
