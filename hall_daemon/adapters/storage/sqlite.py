"""sqlite-utils without what it would load for data frames, and two ways to open a database.

It imports numpy and pandas wherever they are installed, to store their types. A hall stores none, and numpy costs a
running daemon 11.5 MB and a thread: so both are hidden while it is imported. Everybody else takes `Database` from here.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from pathlib import Path
from typing import Any

_FOR_DATA_FRAMES = ("numpy", "pandas")
_modules: dict[str, Any] = sys.modules
_hidden = [name for name in _FOR_DATA_FRAMES if name not in _modules]
for _name in _hidden:
    _modules[_name] = None  # how Python is told that there is no such module
try:
    from sqlite_utils import Database as Database
finally:
    for _name in _hidden:
        del _modules[_name]


def durable(path: Path, wait_s: float) -> sqlite3.Connection:
    """A database of ours alone (0600), made where it is missing. What was committed stays when the power fails, and
    what was deleted is gone: its rollback journal is cut to nothing and synced. With DELETE the journal's name may come
    back with the power, and with it what was wiped; a WAL would keep what was wiped until its next checkpoint. Another
    process may write too, for `wait_s` it is waited for. Raises sqlite3.Error, OSError."""
    # SQLite would make it readable by others; its rollback journal takes over what the file has.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    conn = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=wait_s)
    conn.execute("PRAGMA journal_mode=TRUNCATE")
    conn.execute("PRAGMA synchronous=EXTRA")
    conn.execute("PRAGMA secure_delete=ON")
    return conn


def read_only(path: Path) -> sqlite3.Connection:
    """A look at a database that neither makes nor changes it, also while somebody writes it. Raises sqlite3.Error."""
    conn = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
    conn.execute("PRAGMA query_only=1")
    return conn
