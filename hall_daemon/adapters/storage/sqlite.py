"""sqlite-utils without what it would load for data frames.

It imports numpy and pandas wherever they are installed, to store their types. A hall stores none, and numpy costs a
running daemon 11.5 MB and a thread: so both are hidden while it is imported. Everybody else takes `Database` from here.
"""

from __future__ import annotations

import sys
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
