"""Idempotency keys inside the chain of hashes: the first event of a press carries a digest of its key.

The key itself is text of a client's, and kept only for a while; the digest stays, and says nothing without the key. A
journal of an earlier version has presses without one, all of them before the first that has it.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping, Sequence

from hall_daemon.app.record import KeyUse

_BEGINS = ',"key":"'


def marks(keys: Sequence[tuple[str, KeyUse]]) -> Mapping[int, str]:
    """What the bodies of these events get: number of the first event of a press -> digest."""
    return {use.first_seq: _digest(key, *use) for key, use in keys if use.first_seq <= use.last_seq}


def marked(body: str, mark: str) -> str:
    """The body of an event, which is never without fields, with its mark as the last of them; a decoder skips it."""
    return f'{body[:-1]}{_BEGINS}{mark}"}}'


def strange_key(conn: sqlite3.Connection) -> int | None:
    """The first event that a key claims wrongly: its number. Raises sqlite3.Error."""
    begun = False
    for key, print_, first, last, body in conn.execute(
        "SELECT key, print, first_seq, last_seq, body FROM keys LEFT JOIN events ON seq = first_seq "
        "WHERE first_seq <= last_seq ORDER BY first_seq"
    ):
        there = _BEGINS in body[-48:] if isinstance(body, str) else None
        if there is None or (there and not body.endswith(marked("}", _digest(key, print_, first, last)))):
            return int(first)
        if begun and not there:
            return int(first)
        begun = there
    return None


def _digest(key: str, print_: str, first_seq: int, last_seq: int) -> str:
    return hashlib.sha256(f"{last_seq - first_seq}|{print_}|{key}".encode()).hexdigest()[:32]
