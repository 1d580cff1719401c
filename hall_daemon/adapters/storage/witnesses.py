"""What is known of the journal beside the journal: how far it went, and which numbers were given.

A disk that lies about its syncs can lose the newest events with the power. Everything that followed them has noted
how far it was (the tip, the bookmark of MQTT, the promise ledger, snapshots): a journal that ends before that has lost
events, and numbers that people hold would be given twice.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from device_drivers.base.atomic import write_whole
from hall_daemon.adapters.storage.bookmarks import Bookmark
from hall_daemon.adapters.storage.data_folder import PROMISES
from hall_daemon.adapters.storage.journal_reader import JournalError
from hall_daemon.adapters.storage.snapshots import later_snapshots
from hall_daemon.adapters.storage.sqlite import read_only
from hall_daemon.domain.hall import Hall

TIP = "tip"
BOOKMARK = "mqtt.seq"


class Witness(NamedTuple):
    """`source` knows that there was an event `seq`, and that on `day` each queue of `counts` had given so many."""

    source: str
    seq: int
    day: str = ""
    counts: Mapping[str, int] = {}


class Tip:
    """A small file that follows the journal, written by whoever looks at the hall once a second."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / TIP
        self._saved = -1

    def save(self, hall: Hall, seq: int) -> None:
        """Raises OSError."""
        if seq == self._saved:
            return
        said = json.dumps({"seq": seq, "day": hall.day, "counts": hall.counts})
        write_whole(self._path, said.encode(), durable=False)
        self._saved = seq


def witnesses(folder: Path, snapshots: Path, last: int) -> list[Witness]:
    """Those that know of events after `last`."""
    bookmark = Bookmark(folder / BOOKMARK).load() or 0
    found = [_tip(folder / TIP), _promises(folder / PROMISES), Witness(BOOKMARK, bookmark)]
    found += [Witness(path.name, seq, hall.day, hall.counts) for path, seq, hall in later_snapshots(snapshots, last)]
    return [witness for witness in found if witness is not None and witness.seq > last]


def refuse_a_lost_tail(folder: Path, snapshots: Path, last: int) -> None:
    """Raises JournalError when events after `last` are known: what is missing, and what to do."""
    known = witnesses(folder, snapshots, last)
    if not known:
        return
    most = max(witness.seq for witness in known)
    said = ", ".join(f"{witness.source} knows event {witness.seq}" for witness in known)
    raise JournalError(
        f"the journal in {folder} ends at event {last}, but {said}: {most - last} events are lost, and numbers would "
        "be given twice; put the newest copy of the journal back, or say `hall recover`: numbers then go on after the "
        "highest that is known"
    )


def forget(folder: Path, snapshots: Path, last: int) -> None:
    """The loss of what came after `last` is settled: nobody stands for it any more. Raises OSError, sqlite3.Error."""
    (folder / TIP).unlink(missing_ok=True)
    bookmark = Bookmark(folder / BOOKMARK)
    if (bookmark.load() or 0) > last:
        bookmark.save(last)
    for path, _, _ in later_snapshots(snapshots, last):
        path.rename(path.with_name(f".lost-{path.name}"))
    if (folder / PROMISES).exists():
        with contextlib.closing(sqlite3.connect(folder / PROMISES)) as conn, conn:
            # The ledger itself forgets what came after, when it sees that the journal ends earlier: it may not know of
            # later events before that.
            conn.execute("DELETE FROM changes WHERE ticket IN (SELECT ticket FROM tickets WHERE seq > ?)", (last,))
            conn.execute("DELETE FROM tickets WHERE seq > ?", (last,))
            conn.execute("UPDATE meta SET value = min(value, ?) WHERE key = 'seq'", (last,))


def numbers_told(folder: Path, day: str) -> list[str]:
    """Every number of `day` that somebody was told a wait for."""
    if not (folder / PROMISES).exists():
        return []
    with contextlib.suppress(sqlite3.Error), contextlib.closing(read_only(folder / PROMISES)) as conn:
        rows = conn.execute("SELECT ticket FROM tickets WHERE day = ?", (day,)).fetchall()
        return [str(ticket)[len(day) + 1 :] for (ticket,) in rows]
    return []


def _tip(path: Path) -> Witness | None:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        counts = {str(queue): int(count) for queue, count in said["counts"].items()}
        return Witness(TIP, int(said["seq"]), str(said["day"]), counts)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _promises(path: Path) -> Witness | None:
    """A ledger that cannot be read says nothing; its own keeper sets it aside."""
    if not path.exists():
        return None
    with contextlib.suppress(sqlite3.Error, ValueError, TypeError), contextlib.closing(read_only(path)) as conn:
        row = conn.execute("SELECT value FROM meta WHERE key = 'seq'").fetchone()
        return Witness(PROMISES, int(row[0])) if row else None
    return None
