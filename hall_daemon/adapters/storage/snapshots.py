"""Snapshots of hall and docket beside the journal, so that a start replays minutes, not a year.

A snapshot is one file, replaced atomically, with a checksum and the hash of its last event: one that does not
fit this very journal is left aside and the journal is replayed instead. One that knows of later events than the
journal is proof that the journal lost some. Written from the follower's replica.
"""

from __future__ import annotations

import dataclasses
import hashlib
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from device_drivers.base.atomic import write_whole
from hall_daemon.adapters.storage.journal_reader import Broken, JournalError, JournalReader
from hall_daemon.app.record import Recorded
from hall_daemon.cases.book import Book
from hall_daemon.cases.docket import DOCKET_FIELDS, Docket
from hall_daemon.cases.evolve import DOCKET_EVENTS, evolve, live
from hall_daemon.domain.events import DayOpened
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment

_LOGGER = logging.getLogger(__name__)
FORMAT = 1
# What a docket of an earlier version did not count is as the journal's events make it.
DOCKET_FORMAT = 3
LATEST = "latest"
DAY = "day-"
DAYS_KEPT = 400
NO_REVIEWS = Docket()
_KEPT = tuple(field.name for field in dataclasses.fields(Hall) if field.compare)


class _Snapshot(msgspec.Struct, kw_only=True):
    """`docket` is None where a version wrote it that knew none; one whose `docket_format` is not ours counted less."""

    format: int
    seq: int
    hash: str
    hall: Hall
    docket: Docket | None = None
    docket_format: int = 0

    @property
    def has_docket(self) -> bool:
        return self.docket is not None and self.docket_format == DOCKET_FORMAT


def save(path: Path, hall: Hall, seq: int, event_hash: bytes, docket: Docket = NO_REVIEWS) -> None:
    """Write atomically: a crash leaves the old snapshot or the new one. Raises OSError."""
    state: dict[str, Any] = {name: getattr(hall, name) for name in _KEPT}
    beside: dict[str, Any] = {name: getattr(docket, name) for name in DOCKET_FIELDS}
    body = msgspec.json.encode(
        {
            "format": FORMAT, "seq": seq, "hash": event_hash.hex(), "hall": state, "docket": beside,
            "docket_format": DOCKET_FORMAT,
        }
    )
    write_whole(path, hashlib.sha256(body).hexdigest().encode() + b"\n" + body, durable=True)


def _read(path: Path) -> _Snapshot | None:
    """A whole snapshot of this version, or None and a line in the log."""
    try:
        checksum, _, body = path.read_bytes().partition(b"\n")
    except FileNotFoundError:
        return None
    except OSError as error:
        _LOGGER.warning("snapshot %s cannot be read (%s); replaying the journal", path, error.strerror)
        return None
    if hashlib.sha256(body).hexdigest().encode() != checksum:
        _LOGGER.warning("snapshot %s is damaged; replaying the journal", path)
        return None
    try:
        snapshot = msgspec.json.decode(body, type=_Snapshot)
    except msgspec.MsgspecError as error:
        _LOGGER.warning("snapshot %s is of another version (%s); replaying the journal", path, error)
        return None
    if snapshot.format != FORMAT:
        _LOGGER.warning("snapshot %s has format %s; replaying the journal", path, snapshot.format)
        return None
    return snapshot


def _fits(snapshot: _Snapshot, reader: JournalReader) -> bool:
    found = reader.hash_at(snapshot.seq)
    return found is not None and found.hex() == snapshot.hash


def restore(folder: Path, reader: JournalReader, upto: int | None = None) -> tuple[Hall, int]:
    """The hall alone, as `restore_book`."""
    book, seq = restore_book(folder, reader, upto)
    return book.hall, seq


def restore_book(folder: Path, reader: JournalReader, upto: int | None = None) -> tuple[Book, int]:
    """Hall and docket as they were after event `upto` (the last one by default) and that event's number.

    Begins at a snapshot that fits (the latest one, or one of the beginning of a day) and proves the chain from there
    on. Raises JournalError when it does not hold, or when the journal ends before a snapshot was taken.
    """
    book, seq = Book(), 0
    for path in (folder / LATEST, *sorted(folder.glob(f"{DAY}*"), reverse=True)):
        snapshot = _read(path)
        if snapshot is None or (upto is not None and snapshot.seq > upto):
            continue
        if _fits(snapshot, reader):
            book, seq = _book(snapshot, reader), snapshot.seq
            break
        last = reader.last_seq()
        if snapshot.seq > last:
            raise JournalError(
                f"the journal ends at event {last}, but snapshot {path} was taken at event {snapshot.seq}: events are "
                "lost, and numbers would be given twice; put the newest copy of the journal back, or say "
                "`hall recover`: numbers then go on after the highest that is known"
            )
        _LOGGER.warning("snapshot %s does not belong to this journal; replaying the journal", path)
    for row in reader.proven(after=seq, upto=upto):
        evolve(book, row.event, row.moment)
        seq = row.seq
    return book, seq


def _book(snapshot: _Snapshot, reader: JournalReader) -> Book:
    docket = snapshot.docket
    if docket is None or not snapshot.has_docket:
        docket = Docket()
        for row in reader.of_kinds(DOCKET_EVENTS, snapshot.seq):
            live(docket, row.event, row.moment)
    snapshot.hall.reindex()
    docket.reindex()
    return Book(snapshot.hall, docket)


def later_snapshots(folder: Path, last: int) -> list[tuple[Path, int, Hall]]:
    """Whole snapshots that were taken after event `last`, each with its event's number and its hall."""
    found = [(path, _read(path)) for path in (folder / LATEST, *sorted(folder.glob(f"{DAY}*"), reverse=True)[:2])]
    return [(path, each.seq, each.hall) for path, each in found if each is not None and each.seq > last]


def contradiction(folder: Path, reader: JournalReader) -> Broken | None:
    """Where snapshots and journal do not agree: the journal's end was cut off, all of it was rewritten, or a snapshot
    holds another hall than the events make. The journal is lived through once; its own chain is not proved here."""
    snapshots = [(path.name, found) for path in sorted(folder.glob("[!.]*")) if (found := _read(path)) is not None]
    for name, snapshot in snapshots:
        if not _fits(snapshot, reader):
            return Broken(snapshot.seq, f"event {snapshot.seq} is not the one that snapshot {name} was taken at")
    book, seq = Book(), 0
    for name, snapshot in sorted(snapshots, key=lambda each: each[1].seq):
        for row in reader.all(after=seq, upto=snapshot.seq):
            evolve(book, row.event, row.moment)
        seq = snapshot.seq
        if essence(book.hall) != essence(snapshot.hall) or book.docket != _known_then(snapshot, book.docket):
            return Broken(seq, f"snapshot {name} holds another hall than the events up to {seq} make; move it away")
    return None


def _known_then(snapshot: _Snapshot, docket: Docket) -> Docket:
    """What an older version did not count is as the events make it."""
    return snapshot.docket if snapshot.docket is not None and snapshot.has_docket else docket


def essence(hall: Hall) -> tuple[object, ...]:
    """What numbers and lines depend on, which every version has kept alike: a snapshot of an older one may lack what
    was not known then (who pressed last, how often a slip was printed)."""
    tickets = {t.id: (t.state, t.services, t.place, t.window) for t in hall.tickets.values()}
    windows = {window.id: (window.status, window.ticket, window.held) for window in hall.windows.values()}
    return hall.day, hall.day_open, hall.serial, hall.counts, hall.issued, hall.calls, tickets, windows


class SnapshotKeeper:
    """A subscriber that saves every `every` events, and keeps the beginning of each of the last days. `docket` is the
    one that is evolved with the hall it is given."""

    def __init__(
        self, folder: Path, reader: JournalReader, seq: int, every: int = 20_000, docket: Docket = NO_REVIEWS
    ) -> None:
        folder.mkdir(exist_ok=True, mode=0o700)
        self._folder = folder
        self._reader = reader
        self._every = every
        self._docket = docket
        self._saved = seq

    def __call__(self, hall: Hall, batch: Sequence[Recorded], now: Moment) -> None:
        seq = batch[-1].seq
        if any(isinstance(row.event, DayOpened) for row in batch):
            self.save(hall, seq, f"{DAY}{hall.day}")
            for old in sorted(self._folder.glob(f"{DAY}*"))[:-DAYS_KEPT]:
                old.unlink(missing_ok=True)
        if seq - self._saved >= self._every:
            self._saved = seq
            self.save(hall, seq)

    def save(self, hall: Hall, seq: int, name: str = LATEST) -> None:
        """Save now; a snapshot that cannot be written costs only time at the next start."""
        event_hash = self._reader.hash_at(seq)
        if event_hash is None:
            return
        try:
            save(self._folder / name, hall, seq, event_hash, self._docket)
        except OSError as error:
            _LOGGER.warning("snapshot %s not written: %s", name, error)
