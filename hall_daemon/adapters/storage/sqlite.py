"""sqlite-utils without what it would load for data frames, and databases that are only looked at.

It imports numpy and pandas wherever they are installed, to store their types. A hall stores none, and numpy costs a
running daemon 11.5 MB and a thread: so both are hidden while it is imported. Everybody else takes `Database` from here.
"""

from __future__ import annotations

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


def read_only(path: Path) -> sqlite3.Connection:
    """A look at a database that neither makes nor changes it, also while somebody writes it. Raises sqlite3.Error."""
    conn = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
    conn.execute("PRAGMA query_only=1")
    return conn
