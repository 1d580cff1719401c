"""One daemon on one data folder: a lock taken before anything else is opened, freed by the kernel at any death."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from typing import TextIO

from device_drivers.base.atomic import sync_names

NAMED_WITHIN_S = 0.5
LOOK_EVERY_S = 0.01


class FolderBusy(Exception):
    """Another process holds the folder; the message names it."""


class FolderLock:
    def __init__(self, folder: Path) -> None:
        """Make the folder (0700) when it is missing and take its lock. Raises FolderBusy or OSError."""
        new = [each for each in (folder, *folder.parents) if not each.exists()]
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for each in new:
            sync_names(each.parent)
        path = folder / "lock"
        self._file: TextIO = path.open("a+", encoding="ascii", errors="replace")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = self._holder()
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

    def _holder(self) -> str:
        """The process id in the file. Whoever took the lock this very moment has not written it yet; what an
        earlier one left there names nobody."""
        give_up_at = time.monotonic() + NAMED_WITHIN_S
        while time.monotonic() < give_up_at:
            said = os.pread(self._file.fileno(), 20, 0)
            holder = said.decode("ascii", "replace").strip()
            if said.endswith(b"\n") and holder.isdecimal() and Path(f"/proc/{holder}").exists():
                return holder
            time.sleep(LOOK_EVERY_S)
        return "unknown"

    def release(self) -> None:
        self._file.close()
