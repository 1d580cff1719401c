"""What a command is given to read: a file or `-` for standard input, within a bound; and JSON, taken at its word."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from hall_daemon.cli.errors import Failure


@contextmanager
def opened(name: str) -> Iterator[IO[bytes]]:
    """The file, or standard input. Raises Failure, also where it fails while it is read."""
    try:
        if name == "-":
            yield sys.stdin.buffer
        else:
            # A pipe that nobody writes to ends at once and keeps no command waiting.
            descriptor = os.open(name, os.O_RDONLY | os.O_NONBLOCK)
            os.set_blocking(descriptor, True)
            with os.fdopen(descriptor, "rb") as file:
                yield file
    except OSError as error:
        raise Failure(5, f"{name}: cannot be read: {error.strerror}") from error


def bytes_of(name: str, most: int) -> bytes:
    """At most one more than `most`, which says that it is too large. Raises Failure."""
    with opened(name) as file:
        return file.read(most + 1)


def json_of(data: bytes) -> Any:
    """In UTF-8, each key of an object once. Raises ValueError."""
    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=_no_number, object_pairs_hook=_object)
    except RecursionError as error:
        raise ValueError("more lists within lists than anybody writes") from error


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no number")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"{twice[:64]!r} stands there twice")
    return found
