"""What the promise ledger knows of one ticket: a row of its file, read from the outside."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any


def promise_row(path: Path, ticket: str) -> dict[str, Any] | None:
    """All that is known, with `changes` of what the ticket was shown, or None."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as conn:
        conn.row_factory = sqlite3.Row
        found = conn.execute("SELECT * FROM tickets WHERE ticket = ?", (ticket,)).fetchone()
        changes = conn.execute("SELECT * FROM changes WHERE ticket = ? ORDER BY n", (ticket,)).fetchall()
        return {**dict(found), "changes": [dict(change) for change in changes]} if found else None
