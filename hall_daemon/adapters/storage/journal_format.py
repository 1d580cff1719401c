"""How the journal lies in its file: tables, and the chain of hashes. A file of an earlier version is read as it is."""

from __future__ import annotations

import hashlib

FORMAT = 1
GENESIS = bytes(32)

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    tick INTEGER NOT NULL,
    wall INTEGER NOT NULL,
    day TEXT NOT NULL,
    kind TEXT NOT NULL,
    by TEXT NOT NULL,
    body TEXT NOT NULL,
    hash BLOB NOT NULL
);
CREATE TABLE days (day TEXT PRIMARY KEY, first_seq INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE keys (
    key TEXT PRIMARY KEY,
    print TEXT NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL
) WITHOUT ROWID;
"""

# A ticket's id is its day and its number. That none is given twice is kept by the writer in memory: an index costs a
# sixth of all tickets.
GIVEN = "SELECT json_extract(body, '$.ticket') FROM events WHERE kind = 'TicketIssued' AND day = ? AND seq >= ?"
GIVEN_TWICE = """
SELECT max(seq) AS again, json_extract(body, '$.ticket') AS ticket FROM events WHERE kind = 'TicketIssued'
GROUP BY ticket HAVING count(*) > 1 ORDER BY again LIMIT 1
"""

# When business days began, and were taken up again, without looking at everything between. Not by seq: damaged, it must
# never be what a start reads events by.
TURNED = "kind IN ('DayOpened', 'DayReopened')"
TURNS = f"CREATE INDEX IF NOT EXISTS turns ON events (kind) WHERE {TURNED}"


def chained(previous: bytes, seq: int, tick: int, wall: int, day: str, kind: str, by: str, body: str) -> bytes:
    """SHA-256 over the hash before it and every column as stored."""
    stored = f"{seq}|{tick}|{wall}|{day}|{kind}|{by}|{body}"
    return hashlib.sha256(previous + stored.encode()).digest()
