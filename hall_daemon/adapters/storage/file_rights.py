"""Whether this user may write a database and the files that SQLite keeps beside it."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def made_writable(path: Path) -> Path | None:
    """The file of the database at `path` that may not be written, None when all may. SQLite opens what it may not write
    as well, and leaves its -shm with the mode of the database: one left by a start on a read-only one would keep
    it read-only for ever, so -wal and -shm are given the mode that the database has now, where they are ours."""
    for name in ("", "-wal", "-shm"):
        file = path.with_name(path.name + name)
        if not file.exists() or os.access(file, os.R_OK | os.W_OK, effective_ids=True):
            continue
        if name:
            with contextlib.suppress(OSError):
                file.chmod(path.stat().st_mode & 0o777)
                continue
        return file
    return None
