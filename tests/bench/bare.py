"""The yardstick of durability: SQLite commits of one row, one after another, with the journal's own settings."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path


def commits_per_second(folder: Path, seconds: float = 1.5, size: int = 265) -> float:
    """WAL, synchronous=FULL, one row of `size` bytes a transaction."""
    path = folder / f"bare-{time.monotonic_ns()}.db"
    conn = sqlite3.connect(path, isolation_level=None)
    conn.execute("PRAGMA journal_mode=WAL")
    conn.execute("PRAGMA synchronous=FULL")
    conn.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT)")
    body = "x" * size
    begun, count = time.perf_counter(), 0
    while time.perf_counter() - begun < seconds:
        conn.execute("BEGIN IMMEDIATE")
        conn.execute("INSERT INTO t (body) VALUES (?)", (body,))
        conn.execute("COMMIT")
        count += 1
    rate = count / (time.perf_counter() - begun)
    conn.close()
    return rate
