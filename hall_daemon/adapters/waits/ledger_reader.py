"""Reading the promise ledger: sums of tickets by what was announced to them and how they ended.

The file is written by `ledger`; who looks at it while a hall runs does so by a connection that cannot write.
"""

from __future__ import annotations

import sqlite3

from hall_daemon.prediction.waits.accuracy import Cell

SUMS = (
    "service, hour, said, outcome, count(*) AS n, total(held) AS held, total(late_ms) AS late_ms, "
    "total(off_ms) AS off_ms, total(CASE WHEN off_ms IS NULL THEN 0 ELSE p90_s - p10_s END) AS width_s, "
    "total(moves) AS moves, total(later) AS later FROM tickets"
)
GROUPS = "GROUP BY day, service, hour, said, outcome"


def cells(conn: sqlite3.Connection, first: str, last: str) -> list[Cell]:
    """Sums of the tickets of business days `first` to `last` (ISO), both included. Raises sqlite3.Error."""
    columns = ", ".join(Cell._fields)
    rows = conn.execute(
        f"SELECT {columns} FROM (SELECT {SUMS} WHERE day BETWEEN ? AND ? {GROUPS} "  # noqa: S608 (our own words)
        f"UNION ALL SELECT {columns} FROM sums WHERE day BETWEEN ? AND ?)",
        (first, last, first, last),
    )
    return [Cell(service, hour, said, outcome, *map(int, numbers)) for service, hour, said, outcome, *numbers in rows]
