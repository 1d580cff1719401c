"""A disk on which a record is played: what is on it now, and what a power cut at this moment could leave.

Two models. *Ordered*: everything reached the disk in its order; of the last write some sectors did. *Strict*: what was
synced is there; of what came after the last sync of its file, any writes and cuts are there, each sector of them whole
or not at all, or only the size they give the file; names made, given or removed since the last sync of their folder
are, any of them, there or not. That is more than a file system of today does.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.drills.disk_record import Kind, Op

SECTOR = 512
# How likely each thing that was not synced is there: mostly nothing, mostly everything, and between.
LIKELY = (0.0, 0.1, 0.5, 0.9, 1.0)

# What lies at each path; None is a folder.
Image = dict[str, "bytes | bytearray | None"]


def put(content: bytearray, at: int, data: bytes) -> None:
    """Write, with zeros where nothing was before."""
    if at > len(content):
        content.extend(bytes(at - len(content)))
    content[at : at + len(data)] = data


def cut(content: bytearray, size: int) -> None:
    del content[size:]
    content.extend(bytes(size - len(content)))


def do(content: bytearray, op: Op) -> None:
    if op.kind == Kind.WRITE:
        put(content, op.at, op.data)
    else:
        cut(content, op.at)


def sectors(op: Op) -> Iterable[tuple[int, bytes]]:
    """Place and content of each sector's part of a write."""
    at, end = op.at, op.at + len(op.data)
    while at < end:
        upto = min(end, at - at % SECTOR + SECTOR)
        yield at, op.data[at - op.at : upto - op.at]
        at = upto


@dataclass
class File:
    """`now` is what the daemon reads, `safe` what was synced; `since` lies between them."""

    now: bytearray = field(default_factory=bytearray)
    safe: bytearray = field(default_factory=bytearray)
    since: list[Op] = field(default_factory=list)

    def left(self, chance: Random, likely: float) -> bytearray:
        """What a power cut could leave of it."""
        content = bytearray(self.safe)
        for op in self.since:
            if op.kind == Kind.CUT or chance.random() < 0.5:
                if chance.random() < likely:
                    do(content, op)
                continue
            for at, data in sectors(op):
                if chance.random() < likely:
                    put(content, at, data)
            end = op.at + len(op.data)
            if len(content) < end and chance.random() < likely:
                cut(content, end)
        return content


# A name made (file, or None for a folder) or removed (False).
Change = tuple[str, "File | bool | None"]


class Disk:
    """Holds nothing at first. `apply` each operation in turn; `ordered` and `strict` give images."""

    def __init__(self) -> None:
        self.now: dict[str, File | None] = {}
        self._safe: dict[str, File | None] = {}
        # By folder, of each name what changed together.
        self._since: list[tuple[str, tuple[Change, ...]]] = []
        self._files: dict[int, File] = {}
        self._last: Op | None = None

    def apply(self, op: Op) -> None:
        self._last = op
        match op.kind:
            case Kind.CREATE:
                self._files[op.file] = File()
                self._rename(op.path, (op.path, self._files[op.file]))
            case Kind.FOLDER:
                self._rename(op.path, (op.path, None))
            case Kind.REMOVE:
                self._rename(op.path, (op.path, False))
            case Kind.RENAME:
                self._rename(op.path, (op.path, False), (op.to, self.now[op.path]))
            case Kind.WRITE | Kind.CUT:
                file = self._files[op.file]
                do(file.now, op)
                file.since.append(op)
            case Kind.SYNC:
                file = self._files[op.file]
                for each in file.since:
                    do(file.safe, each)
                file.since.clear()
            case Kind.SYNC_FOLDER:
                for folder, changes in self._since:
                    if folder == op.path:
                        _change(self._safe, changes)
                self._since = [each for each in self._since if each[0] != op.path]

    def _rename(self, path: str, *changes: Change) -> None:
        _change(self.now, changes)
        self._since.append((posixpath.dirname(path), changes))

    def ordered(self, chance: Random | None = None) -> Image:
        """Everything; with `chance` the last operation, if a write, torn."""
        image: Image = {path: file.now if file else None for path, file in self.now.items()}
        last = self._last
        if chance is not None and last is not None and last.kind == Kind.WRITE:
            torn = self._files[last.file]
            # Whether anything was there before is no more known, unless it is synced or before it since.
            content = bytearray(torn.safe)
            for op in torn.since[:-1]:
                do(content, op)
            for at, data in sectors(last):
                if chance.random() < 0.5:
                    put(content, at, data)
            image.update({path: content for path, file in self.now.items() if file is torn})
        return image

    def strict(self, chance: Random) -> Image:
        likely = chance.choice(LIKELY)
        names = dict(self._safe)
        for _, changes in self._since:
            if chance.random() < likely:
                _change(names, changes)
        likely = chance.choice(LIKELY)
        image: Image = {}
        for path in sorted(names):
            folder = posixpath.dirname(path)
            if folder in image or folder not in self.now:
                file = names[path]
                image[path] = file.left(chance, likely) if file else None
        return image


def _change(names: dict[str, File | None], changes: Iterable[Change]) -> None:
    for path, file in changes:
        if isinstance(file, bool):
            names.pop(path, None)
        else:
            names[path] = file


def lay(image: Image, below: str, folder: Path) -> None:
    """Make the image's files in `folder`, which stands for the recorded folder `below`."""
    for path, content in sorted(image.items()):
        place = folder / posixpath.relpath(path, below)
        if content is None:
            place.mkdir(mode=0o700)
        else:
            with open(place, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
                file.write(content)
