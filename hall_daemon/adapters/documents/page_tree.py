"""How many pages the tree of a PDF really has: pdfium believes the number that stands at its root. Pure, in the child.

Only as far as it can be read: what is encrypted or broken is left to pdfium. No byte is looked at more than a few
times, whoever wrote them: a pattern repeats nothing but white space without a bound.
"""

from __future__ import annotations

import re
import zlib
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

# Trees that are deeper, and packed objects that are larger, no paper has.
_DEEPEST, _MOST_UNPACKED = 50, 16 * 1024 * 1024
# Nodes that are looked at, of trees of some ten pages.
_MOST_NODES = 10_000

# What follows a number is looked for first: megabytes of a picture hold many digits and hardly one of these words.
_OBJECT = re.compile(rb"\bobj\b")
_NUMBER = re.compile(rb"(?<!\d)(\d{1,9})\s+\d{1,5}\s+$")
_NUMBER_BYTES = 24
_KIDS = re.compile(rb"/Kids\s*\[")
_COUNT = re.compile(rb"/Count\s+(\d{1,9})")
_REFERENCE = re.compile(rb"(\d{1,9})\s+\d{1,5}\s+R\b")
_ROOT = re.compile(rb"/Pages\s+(\d{1,9})\s+\d{1,5}\s+R\b")
_PACKED = re.compile(rb"/Type\s*/ObjStm\b")
_FIRST = re.compile(rb"/First\s+(\d{1,9})")
_STREAM = re.compile(rb"stream\r?\n")
# So far from its beginning the head of an object ends.
_HEAD = 400


class _Tangled(Exception):
    """More has to be looked at than any paper needs: nodes without pages, or objects that lie over each other."""


class _Tree(NamedTuple):
    """`kids` by object, as it was written last, and how many pages each tells; `root` 0 where none was found."""

    kids: dict[int, tuple[int, ...]]
    told: dict[int, int]
    root: int


def pages_untold(data: bytes, most: int) -> int:
    """Pages that can be reached from the root where these are more than it tells, counted up to one more than `most`;
    else 0, also where that cannot be read. One more than `most` where looking has no end."""
    try:
        tree = _tree(data)
        there = _reached(tree, most)
    except _Tangled:
        return most + 1
    return there if there > tree.told.get(tree.root, there) else 0


def _reached(tree: _Tree, most: int) -> int:
    count, looked, left = 0, 0, [(tree.root, 0)] if tree.root in tree.kids else []
    while left and count <= most:
        looked += 1
        if looked > _MOST_NODES:
            raise _Tangled
        node, depth = left.pop()
        kids = tree.kids.get(node)
        if kids is None or depth > _DEEPEST:
            count += 1
        else:
            left += [(kid, depth + 1) for kid in kids[: most + 2]]
    return count


def _tree(data: bytes) -> _Tree:
    kids: dict[int, tuple[int, ...]] = {}
    told: dict[int, int] = {}
    root = 0
    for number, body in _objects(data):
        found = _KIDS.search(body)
        if found and (ends := body.find(b"]", found.end())) >= 0:
            kids[number] = tuple(map(int, _REFERENCE.findall(body[found.end() : ends])))
            if count := _COUNT.search(body):
                told[number] = int(count[1])
        elif b"/Catalog" in body and (pages := _ROOT.search(body)):
            root = int(pages[1])
    return _Tree(kids, told, root)


def _objects(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Each object with what it says before a stream, those that are packed into streams too."""
    words = [word.span() for word in _OBJECT.finditer(data)]
    heads = [(_NUMBER.search(data[max(0, begins - _NUMBER_BYTES) : begins]), ends) for begins, ends in words]
    room = _MOST_UNPACKED
    for at, (head, begins) in enumerate(heads):
        if head is None:
            continue
        body = data[begins : words[at + 1][0] if at + 1 < len(words) else len(data)]
        stream = _STREAM.search(body)
        said = body[: stream.start()] if stream else body
        yield int(head[1]), said
        if stream and _PACKED.search(said[:_HEAD]) and room > 0:
            unpacked = _unpacked(body[stream.end() :], room)
            room -= len(unpacked)
            yield from _packed(said, unpacked)


def _unpacked(stream: bytes, most: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream, most)
    except zlib.error:
        return b""


def _packed(said: bytes, unpacked: bytes) -> Iterator[tuple[int, bytes]]:
    first = _FIRST.search(said)
    begins = int(first[1]) if first else 0
    places = [int(word) for word in unpacked[:begins].split() if word.isdigit() and len(word) < 10]
    numbers, offsets = places[::2], places[1::2]
    starts, room = [*sorted(set(offsets)), len(unpacked)], 2 * len(unpacked)
    for number, offset in zip(numbers, offsets, strict=False):
        body = unpacked[begins + offset : begins + starts[min(bisect_right(starts, offset), len(starts) - 1)]]
        room -= len(body)
        if room < 0:
            raise _Tangled
        yield number, body
