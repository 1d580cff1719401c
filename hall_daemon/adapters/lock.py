"""One daemon on one data folder: a lock taken before anything else is opened, freed by the kernel at any death."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import TextIO


class FolderBusy(Exception):
    """Another process holds the folder; the message names it."""


class FolderLock:
    def __init__(self, folder: Path) -> None:
        """Make the folder (0700) when it is missing and take its lock. Raises FolderBusy or OSError."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / "lock"
        self._file: TextIO = path.open("a+", encoding="ascii", errors="replace")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.seek(0)
            holder = self._file.read(20).strip() or "unknown"
            self._file.close()
            raise FolderBusy(
                f"another hall (process {holder}) runs on {folder}; stop it first, or give this one its own data folder"
            ) from None
        except BaseException:
            self._file.close()
            raise
        self._file.truncate(0)
        self._file.write(f"{os.getpid()}\n")
        self._file.flush()

    def release(self) -> None:
        self._file.close()
