"""The record of what a daemon did to its data folder, and what it said in between, as disk_shim.c writes it."""

from __future__ import annotations

import shutil
import struct
import subprocess
from collections.abc import Iterator, Mapping
from enum import IntEnum
from pathlib import Path
from typing import NamedTuple

_SHIM = Path(__file__).with_name("disk_shim.c")
_HEAD = struct.Struct("<IIIIQq")


class Kind(IntEnum):
    """As in disk_shim.c."""

    CREATE = 1
    WRITE = 2
    CUT = 3
    SYNC = 4
    SYNC_FOLDER = 5
    RENAME = 6
    REMOVE = 7
    FOLDER = 8
    SAID = 9


class Op(NamedTuple):
    """`file` is an inode, used anew after it was removed; paths are absolute; `at` a place in the file in bytes, of CUT
    its new size."""

    kind: Kind
    file: int
    at: int
    path: str
    to: str
    data: bytes


def missing() -> str:
    """What this machine lacks for a record, "" when nothing."""
    return "" if shutil.which("cc") else "there is no C compiler: apt-get install gcc libc6-dev"


def shim(folder: Path, source: Path = _SHIM) -> Path:
    """Build it there. Raises CalledProcessError with the compiler's words."""
    built = folder / f"{source.stem}.so"
    if not built.exists():
        subprocess.run(
            ["cc", "-shared", "-fPIC", "-O1", "-o", str(built), str(source), "-ldl", "-lpthread"],
            check=True, capture_output=True, text=True,
        )
    return built


def environment(shim: Path, root: Path, record: Path | None = None, kill_at: int = 0) -> Mapping[str, str]:
    """What a daemon on data folder `root` is started with; `kill_at` as in disk_shim.c."""
    chosen = {"LD_PRELOAD": str(shim), "DISK_ROOT": str(root)}
    if record is not None:
        chosen["DISK_RECORD"] = str(record)
    if kill_at:
        chosen["DISK_KILL_AT"] = str(kill_at)
    return chosen


def read(record: Path) -> Iterator[Op]:
    """Every operation in its order; one that the writer's death cut off is not given."""
    raw = record.read_bytes()
    at = 0
    while at + _HEAD.size <= len(raw):
        kind, path, to, size, file, place = _HEAD.unpack_from(raw, at)
        at += _HEAD.size
        ends = at + path + to, at + path + to + size
        if ends[1] > len(raw):
            return
        yield Op(
            Kind(kind), file, place, raw[at : at + path].decode(), raw[at + path : ends[0]].decode(),
            raw[ends[0] : ends[1]],
        )
        at = ends[1]
