"""Room kept on the disk for the journal: a file without content that gives way, piece by piece, when nothing else is
left. No numbers are given long before; calls and finishes write on into what it frees."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from pathlib import Path

_LOGGER = logging.getLogger(__name__)

MB = 1024 * 1024
# A WAL of 1,000 pages, and some thousand events more.
SIZE = 16 * MB
PIECE = MB
# So much must be free for the other files that a start writes.
START_FREE = MB


class Reserve:
    """A file `reserve` in the data folder. Any thread."""

    def __init__(self, folder: Path, size: int = SIZE) -> None:
        self._folder = folder
        self._path = folder / "reserve"
        self._size = size
        self._lock = threading.Lock()

    @property
    def left(self) -> int:
        """Bytes that can still be given."""
        try:
            return self._path.stat().st_size
        except OSError:
            return 0

    def release(self) -> bool:
        """Give one piece back to the disk; False when there is none."""
        with self._lock:
            left = self.left
            if not left:
                return False
            try:
                os.truncate(self._path, max(0, left - PIECE))
            except OSError as error:
                _LOGGER.warning("the reserve %s cannot be released: %s", self._path, error)
                return False
        _LOGGER.warning("the disk is full: 1 MB of the reserve is released, %d MB are left", self.left // MB)
        return True

    def ease_start(self) -> None:
        """Make room for a start on a full disk."""
        with contextlib.suppress(OSError):
            disk = os.statvfs(self._folder)
            if disk.f_bavail * disk.f_frsize < START_FREE:
                self.release()

    def fill(self, keep_free: int) -> None:
        """Take back what is missing, where `keep_free` bytes stay free then; a disk without room does it later."""
        with self._lock, contextlib.suppress(OSError):
            missing = self._size - self.left
            if missing <= 0:
                return
            disk = os.statvfs(self._folder)
            if disk.f_bavail * disk.f_frsize < keep_free + missing:
                return
            file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                os.posix_fallocate(file, 0, self._size)
            finally:
                os.close(file)
