"""Files that appear whole or not at all: written beside their place, then renamed to it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

READABLE = 0o666  # less what the umask takes


@contextlib.contextmanager
def whole(path: Path, partial: str = "") -> Iterator[Path]:
    """Gives a path to write to, under the name `partial` in the same folder. It becomes `path` when the block ends
    well, else it goes. Raises OSError."""
    beside = path.with_name(partial or f".{path.name}.part")
    try:
        beside.unlink(missing_ok=True)
        yield beside
        beside.replace(path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        if isinstance(error, OSError) and str(error.filename) == str(beside):
            error.filename = str(path)  # whoever reads it knows of no other file
        raise


def sync_names(folder: Path) -> None:
    """Names that were given in a folder are still there when the power fails now. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_whole(path: Path, data: bytes, *, durable: bool, mode: int = READABLE, partial: str = "") -> None:
    """`durable`: on the disk before it has its name, and the name too before this returns: a power cut meanwhile leaves
    the old file or the new one, a later one the new. Raises OSError."""
    new = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with whole(path, partial) as beside, os.fdopen(os.open(beside, new, mode), "wb") as file:
        file.write(data)
        if durable:
            file.flush()
            os.fsync(file.fileno())
    if durable:
        sync_names(path.parent)


def make_folder(folder: Path) -> None:
    """A folder of ours alone (0700); one that is new is still there when the power fails now. Raises OSError."""
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        sync_names(folder.parent)
