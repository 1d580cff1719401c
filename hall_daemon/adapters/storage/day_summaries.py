"""The tables of past days, read from the journal once and then from small files beside it.

A day that is over never changes, so its table is kept as `days/DATE.json` in the data folder, with the hash of the
day's last event: a file that does not belong to this very journal is left aside and made anew. Deleting the folder
costs a minute. Any process may write one: it appears whole or not at all, and everybody makes the same. One thread.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

import msgspec

from device_drivers.base.atomic import write_whole
from hall_daemon.adapters.storage.journal_reader import JournalReader
from hall_daemon.prediction.learn.day_summary import DayTable, Stamped, day_table

_LOGGER = logging.getLogger(__name__)

FOLDER = "days"
FORMAT = 1
LARGEST = 4_000_000


class _Kept(msgspec.Struct):
    format: int
    hash: str
    table: DayTable


class DayTables:
    """`of(day)` for days of the journal; `folder` is the data folder."""

    def __init__(self, reader: JournalReader, folder: Path) -> None:
        self._reader = reader
        self._folder = folder / FOLDER
        self._days = reader.days()
        self._can_write = True

    @property
    def days(self) -> tuple[str, ...]:
        """The business days of the journal, oldest first; the last one may still run."""
        return tuple(day for day, _ in self._days)

    def between(self, begins: str, ends: str) -> list[DayTable]:
        """The tables of the days from `begins` to `ends`, both included, oldest first."""
        return [self.of(day) for day in self.days if begins <= day <= ends]

    def of(self, day: str) -> DayTable:
        """Raises JournalError; KeyError for a day that never was."""
        at = self.days.index(day) if day in self.days else None
        if at is None:
            raise KeyError(day)
        # Somebody may be at a window until the day after the next begins.
        over = self._days[at + 2][1] - 1 if at + 2 < len(self._days) else None
        last_hash = self._reader.hash_at(over) if over is not None else None
        kept = self._kept(day, last_hash) if last_hash is not None else None
        if kept is not None:
            return kept
        table = day_table(day, [Stamped(row.tick, row.wall, row.event) for row in self._reader.of_day(day)])
        if last_hash is not None:
            self._keep(table, last_hash)
        return table

    def _kept(self, day: str, last_hash: bytes) -> DayTable | None:
        path = self._folder / f"{day}.json"
        try:
            with path.open("rb") as file:
                kept = msgspec.json.decode(file.read(LARGEST), type=_Kept)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.MsgspecError) as error:
            _LOGGER.warning("%s cannot be read (%s); made anew from the journal", path, error)
            return None
        fits = kept.format == FORMAT and kept.hash == last_hash.hex() and kept.table.day == day
        return kept.table if fits else None

    def _keep(self, table: DayTable, last_hash: bytes) -> None:
        """A table that cannot be written is made again the next time: who only looks may have no right to write."""
        if not self._can_write:
            return
        path = self._folder / f"{table.day}.json"
        kept = msgspec.json.encode(_Kept(FORMAT, last_hash.hex(), table))
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            write_whole(path, kept, durable=False, partial=f".{table.day}.{os.getpid()}.part")
        except OSError as error:
            self._can_write = False
            _LOGGER.info("tables of past days are not kept: %s", error)
