"""platform.db: records on their way to the platform, what became of them, guides that came, reports. No person.

The journal is the queue; a record is here from the moment it was read there until the platform has had it for as long
as it is compared. `hall platform` reads and writes it beside a hall that runs. One thread at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

import msgspec

from hall_daemon.adapters.storage.sqlite import Database, durable
from hall_daemon.exchange.compare import Report
from hall_daemon.exchange.records import Record

# What waits at most; the journal keeps the rest.
MOST_WAITING = 20_000
# A `next` farther away than this was written by a wrong clock.
FARTHEST_MS = 2 * 3600 * 1000
REPORTS_KEPT = 31
_BUSY_S = 5.0
WAITING, TAKEN, REFUSED = 0, 1, 2
_TABLES = (
    """CREATE TABLE IF NOT EXISTS records (
        key TEXT PRIMARY KEY, review TEXT NOT NULL, seq INTEGER NOT NULL, said TEXT NOT NULL, body BLOB NOT NULL,
        state INTEGER NOT NULL DEFAULT 0, tries INTEGER NOT NULL DEFAULT 0, next INTEGER NOT NULL DEFAULT 0,
        made INTEGER NOT NULL, done INTEGER NOT NULL DEFAULT 0, receipt TEXT NOT NULL DEFAULT '',
        why TEXT NOT NULL DEFAULT ''
    )""",
    "CREATE INDEX IF NOT EXISTS records_of_review ON records (review, state, seq)",
    "CREATE INDEX IF NOT EXISTS records_that_wait ON records (state, seq)",
    "CREATE TABLE IF NOT EXISTS marks (name TEXT PRIMARY KEY, value INTEGER NOT NULL, text TEXT NOT NULL DEFAULT '')",
    """CREATE TABLE IF NOT EXISTS guides (
        matter TEXT PRIMARY KEY, digest TEXT NOT NULL, at INTEGER NOT NULL, state TEXT NOT NULL, told TEXT NOT NULL
    )""",
    "CREATE TABLE IF NOT EXISTS reports (at INTEGER PRIMARY KEY, body BLOB NOT NULL)",
)


class Row(NamedTuple):
    """One that waits, or was refused. Walls are ms."""

    record: Record
    tries: int
    made: int
    why: str


class Depth(NamedTuple):
    waiting: int
    refused: int
    oldest: int


class GuideRow(NamedTuple):
    """`state`: taken, faulty, no_guide, unknown. `told`: what is wrong, or could not be taken over."""

    matter: str
    digest: str
    at: int
    state: str
    told: tuple[str, ...]


class Outbox:
    """Raises sqlite3.Error, OSError, here and in each of its functions."""

    def __init__(self, path: Path) -> None:
        self._conn = durable(path, _BUSY_S)
        self._db = Database(self._conn)
        for table in _TABLES:
            self._conn.execute(table)

    def close(self) -> None:
        self._conn.close()

    def whole(self) -> AbstractContextManager[object]:
        """One transaction, durable when the block ends well."""
        return self._db.atomic()

    # -- marks ------------------------------------------------------------------------------------------------

    def mark(self, name: str) -> tuple[int, str] | None:
        row = self._conn.execute("SELECT value, text FROM marks WHERE name = ?", (name,)).fetchone()
        return None if row is None else (row[0], row[1])

    def set_mark(self, name: str, value: int, text: str = "") -> None:
        self._conn.execute("INSERT OR REPLACE INTO marks VALUES (?, ?, ?)", (name, value, text))

    # -- records ----------------------------------------------------------------------------------------------

    def put(self, records: Iterable[Record], now: int) -> None:
        """What is known by its key stays as it is."""
        self._conn.executemany(
            "INSERT OR IGNORE INTO records (key, review, seq, said, body, made) VALUES (?, ?, ?, ?, ?, ?)",
            [(each.key, each.review, each.serial, each.state, msgspec.json.encode(each), now) for each in records],
        )

    def due(self, now: int, most: int) -> list[Row]:
        """Those to be sent now, oldest first; of a review only the first, so that they arrive in their order."""
        rows = self._conn.execute(
            "SELECT body, tries, made, why FROM records AS one WHERE state = 0 AND (next <= ? OR next > ?)"
            " AND seq = (SELECT min(seq) FROM records WHERE review = one.review AND state = 0)"
            " ORDER BY seq LIMIT ?", (now, now + FARTHEST_MS, most),
        )
        return [_row(row) for row in rows]

    def begin(self, key: str, again: int) -> None:
        """Before it is sent: whoever dies over it does not come back to it at once."""
        self._conn.execute("UPDATE records SET tries = tries + 1, next = ? WHERE key = ?", (again, key))

    def failed(self, key: str, why: str, again: int | None) -> None:
        """`again` None: as `begin` said."""
        self._conn.execute("UPDATE records SET next = coalesce(?, next), why = ? WHERE key = ?", (again, why, key))

    def taken(self, key: str, receipt: str, now: int) -> None:
        with self.whole():
            self._conn.execute(
                "UPDATE records SET state = 1, done = ?, receipt = ?, why = '' WHERE key = ?", (now, receipt, key)
            )
            self.set_mark("success", now)

    def refused(self, key: str, code: str, now: int) -> None:
        self._conn.execute("UPDATE records SET state = 2, done = ?, why = ? WHERE key = ?", (now, code, key))

    def once_more(self, now: int) -> int:
        """Everything that waits, and what was refused, at once, whatever pause there is. How many."""
        with self.whole():
            self.set_mark("send", max(now, (self.mark("send") or (0, ""))[0] + 1))
            return self._conn.execute("UPDATE records SET state = 0, next = 0 WHERE state != 1").rowcount

    def compare(self, now: int) -> int:
        """Ask for a comparison; it is done when a report is as new as what this returns."""
        done = self.mark("reconciled")
        at = max(now, done[0] + 1 if done else 0)
        self.set_mark("reconcile", at)
        return at

    def depth(self) -> Depth:
        waiting, refused, oldest = self._conn.execute(
            "SELECT coalesce(sum(state = 0), 0), coalesce(sum(state = 2), 0),"
            " coalesce(min(CASE state WHEN 0 THEN made END), 0) FROM records WHERE state != 1"
        ).fetchone()
        return Depth(waiting, refused, oldest)

    def rows(self, state: int, most: int) -> list[Row]:
        found = self._conn.execute(
            "SELECT body, tries, made, why FROM records WHERE state = ? ORDER BY seq LIMIT ?", (state, most)
        )
        return [_row(row) for row in found]

    def not_taken(self) -> set[str]:
        """Reviews of which something waits, or was refused."""
        return {row[0] for row in self._conn.execute("SELECT DISTINCT review FROM records WHERE state != 1")}

    def acknowledged(self) -> dict[str, str]:
        """Review -> the last state that the platform took."""
        rows = self._conn.execute("SELECT review, said FROM records WHERE state = 1 ORDER BY seq, rowid")
        return dict(rows.fetchall())

    def forget(self, before: int) -> None:
        """What the platform took before that."""
        self._conn.execute("DELETE FROM records WHERE state = 1 AND done < ?", (before,))

    # -- guides and reports -----------------------------------------------------------------------------------

    def put_guides(self, rows: Collection[GuideRow]) -> None:
        self._conn.executemany(
            "INSERT OR REPLACE INTO guides VALUES (?, ?, ?, ?, ?)",
            [(*row[:4], msgspec.json.encode(row.told).decode()) for row in rows],
        )

    def guides(self) -> list[GuideRow]:
        rows = self._conn.execute("SELECT matter, digest, at, state, told FROM guides ORDER BY matter")
        return [
            GuideRow(matter, digest, at, state, msgspec.json.decode(told, type=tuple[str, ...]))
            for matter, digest, at, state, told in rows
        ]

    def put_report(self, report: Report, again: Sequence[Record]) -> None:
        """Within `whole`: the report, and what is said again because of it."""
        self.put(again, report.at)
        self._conn.execute("INSERT OR REPLACE INTO reports VALUES (?, ?)", (report.at, msgspec.json.encode(report)))
        self._conn.execute(
            "DELETE FROM reports WHERE at NOT IN (SELECT at FROM reports ORDER BY at DESC LIMIT ?)", (REPORTS_KEPT,)
        )
        self.set_mark("reconciled", report.at, report.day)

    def report(self) -> Report | None:
        """The newest."""
        reconciled = self.mark("reconciled")
        at = reconciled[0] if reconciled else 0
        row = self._conn.execute("SELECT body FROM reports WHERE at = ?", (at,)).fetchone()
        return None if row is None else msgspec.json.decode(row[0], type=Report)


def _row(row: tuple[bytes, int, int, str]) -> Row:
    return Row(msgspec.json.decode(row[0], type=Record), *row[1:])
