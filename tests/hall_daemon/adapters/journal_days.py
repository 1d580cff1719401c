"""A small day in a journal, for the tests of journals and their readers."""

from __future__ import annotations

from pathlib import Path

from hall_daemon.adapters.storage.journal import Journal
from hall_daemon.adapters.storage.journal_reader import Broken, JournalReader
from hall_daemon.app.record import KeyUse, Recorded
from tests.hall_daemon.domain.halls import DAY, PlayedHall

LAST = 9  # of the events of a_day


def a_day(tickets: int = 6) -> list[Recorded]:
    played = PlayedHall().open("1")
    for _ in range(tickets):
        played.draw()
    played.call("1")
    return [Recorded(n, at.tick, at.wall, DAY, "kiosk:1", event) for n, (at, event) in enumerate(played.log, 1)]


def write(path: Path, rows: list[Recorded], key: str = "") -> None:
    journal = Journal(path)
    journal.append(rows, [(f"{key}{row.seq}", KeyUse("p", row.seq, row.seq)) for row in rows] if key else ())
    journal.close()


def verified(path: Path) -> Broken | None:
    reader = JournalReader(path)
    try:
        return reader.verify()
    finally:
        reader.close()
