"""Sealed files under random names: each is on the disk before whoever names it, and goes after it.

A file that nobody names is left by a process that died in between; `sweep` finds those. Holds no key.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from device_drivers.base.atomic import make_folder, sync_names

_NAME_BYTES = 16
_FOLDER_LETTERS = 2
_AT_ONCE = 128 * 1024


class PageFiles:
    """`folder/ab/ab…`: folders by the first letters, so that none holds a hundred thousand."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError."""
        self._folder = folder
        make_folder(folder)

    def put(self, sealed: bytes, between: Callable[[], object] = bool) -> str:
        """Its new name; durable when this returns. Raises OSError. It goes to the disk piece by piece, `between` is
        called before each: whoever else writes there would wait for all of it."""
        name = secrets.token_hex(_NAME_BYTES)
        path = self._path(name)
        make_folder(path.parent)
        # Nobody reads it before it has been named, so it is written in its place: one wait for the disk less.
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for at in range(0, len(sealed), _AT_ONCE):
                between()
                file.write(memoryview(sealed)[at : at + _AT_ONCE])
                file.flush()
                os.fsync(file.fileno())
        sync_names(path.parent)
        return name

    def get(self, name: str) -> bytes | None:
        """None for what is not there. Raises OSError for what cannot be read."""
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            return None

    def drop(self, names: Collection[str]) -> None:
        """What cannot be taken away now is found by the next sweep: its key is gone before it."""
        for name in names:
            with contextlib.suppress(OSError):
                self._path(name).unlink(missing_ok=True)

    def sweep(self, named: Collection[str]) -> int:
        """Take away what nobody names, half-written files too. Returns how many. Raises OSError."""
        needless = [path for path in self._files() if path.name not in named]
        for path in needless:
            path.unlink(missing_ok=True)
        return len(needless)

    def _files(self) -> Iterator[Path]:
        for folder in self._folder.iterdir():
            if folder.is_dir():
                yield from folder.iterdir()

    def _path(self, name: str) -> Path:
        return self._folder / name[:_FOLDER_LETTERS] / name
