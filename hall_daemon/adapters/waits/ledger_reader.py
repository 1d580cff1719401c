"""Reading the promise ledger: sums of tickets by what was announced to them and how they ended; one ticket's story.

The file is written by `promise_ledger`; this may look at it while a hall runs, on a connection that cannot write.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from hall_daemon.prediction.waits.accuracy import Cell

SUMS = (
    "service, hour, said, outcome, count(*) AS n, total(held) AS held, total(late_ms) AS late_ms, "
    "total(off_ms) AS off_ms, total(CASE WHEN off_ms IS NULL THEN 0 ELSE p90_s - p10_s END) AS width_s, "
    "total(moves) AS moves, total(later) AS later FROM tickets"
)
GROUPS = "GROUP BY day, service, hour, said, outcome"


class PromiseReader:
    """A read-only look at a ledger, also while a hall writes it. Raises sqlite3.Error."""

    def __init__(self, path: Path) -> None:
        self._conn = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
        self._conn.execute("PRAGMA query_only=1")

    def close(self) -> None:
        self._conn.close()

    def cells(self, first: str, last: str) -> list[Cell]:
        """Sums of the tickets of business days `first` to `last` (ISO), both included."""
        return cells(self._conn, first, last)

    def promise(self, ticket: str) -> dict[str, object] | None:
        """All that is known of one ticket, with `changes` of what it was shown, or None."""
        found = self._rows("SELECT * FROM tickets WHERE ticket = ?", ticket)
        changes = self._rows("SELECT * FROM changes WHERE ticket = ? ORDER BY n", ticket)
        return {**found[0], "changes": changes} if found else None

    def _rows(self, query: str, *values: object) -> list[dict[str, object]]:
        found = self._conn.execute(query, values)
        return [{column[0]: each for column, each in zip(found.description, row, strict=True)} for row in found]


def cells(conn: sqlite3.Connection, first: str, last: str) -> list[Cell]:
    columns = ", ".join(Cell._fields)
    rows = conn.execute(
        f"SELECT {columns} FROM (SELECT {SUMS} WHERE day BETWEEN ? AND ? {GROUPS} "  # noqa: S608 (our own words)
        f"UNION ALL SELECT {columns} FROM sums WHERE day BETWEEN ? AND ?)",
        (first, last, first, last),
    )
    return [Cell(service, hour, said, outcome, *map(int, numbers)) for service, hour, said, outcome, *numbers in rows]
