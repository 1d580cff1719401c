"""Answers and texts of a case in its database, each sealed and bound to case, name and version.

Answers that came later lie beside those that an event names, so that a save which is refused changes nothing; a text is
named by the id that its event has. Within `reading` or `writing` of the rows.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator
from typing import NamedTuple

from hall_daemon.adapters.dossiers.case_rows import CaseKey
from hall_daemon.adapters.dossiers.values import DossierError

_ANSWERS, _TEXT = "answers", "text"
_INSERT = "INSERT OR REPLACE INTO pieces VALUES (?, ?, ?, ?)"
# Each version of the answers is a piece of its own; before there were several its name had no number.
_OF_ANSWERS = f"case_id = ? AND name >= '{_ANSWERS}' AND name < '{_ANSWERS}!'"
_NEWEST = f"SELECT version, length(sealed) FROM pieces WHERE {_OF_ANSWERS} ORDER BY version DESC"  # noqa: S608 (ours)
_NAMED = (
    f"SELECT name, version, sealed FROM pieces WHERE {_OF_ANSWERS}"  # noqa: S608 (ours)
    " ORDER BY CAST(version AS TEXT) = ? DESC, version DESC"
)
# What a machine read of pages has its bound in the places of pages; it keeps no words out.
FACTS = "facts."
_TEXTS = (
    f"SELECT count(*) FROM pieces WHERE case_id = ? AND name LIKE '{_TEXT} %'"  # noqa: S608 (ours)
    f" AND name NOT LIKE '{_TEXT} {FACTS}%'"
)
_OLDER = f"DELETE FROM pieces WHERE {_OF_ANSWERS} AND version < ?"  # noqa: S608 (ours)
_OLDER += " AND version NOT IN (SELECT value FROM json_each(?))"

_VERSION = f"SELECT 1 FROM pieces WHERE {_OF_ANSWERS} AND version = ?"  # noqa: S608 (ours)
_MARKS = "SELECT name, version, substr(sealed, 1, 16) FROM pieces WHERE case_id = ?"
_LONGEST_ID = 64


class Piece(NamedTuple):
    """`mark` tells it from another one that comes in its place: each is sealed with a number of its own."""

    name: str
    mark: bytes


def newest_answers(conn: sqlite3.Connection, case: str) -> tuple[int, int]:
    """Version and size; zeros for none."""
    row = conn.execute(_NEWEST, (case,)).fetchone()
    return (row[0], row[1]) if row else (0, 0)


def put_answers(conn: sqlite3.Connection, key: CaseKey, case: str, plain: bytes, named: Collection[str]) -> int:
    """Beside those that events have named and what came later, which one may name yet; what is older goes."""
    newest, _ = newest_answers(conn, case)
    kept = {int(each) for each in named if each.isdecimal()}
    conn.execute(_OLDER, (case, max(kept, default=0), json.dumps(sorted(kept))))
    _put(conn, key, case, f"{_ANSWERS} {newest + 1}", newest + 1, plain)
    return newest + 1


def answers(conn: sqlite3.Connection, key: CaseKey, case: str, piece: str) -> bytes | None:
    """Those of that version; the newest where it is not there: the journal lost its end."""
    row = conn.execute(_NAMED, (case, piece)).fetchone()
    return None if row is None else key.open(row[2], bound(case, row[0], row[1]))


def put_text(conn: sqlite3.Connection, key: CaseKey, case: str, text_id: str, plain: bytes, most: int) -> int:
    """Returns its version. Raises DossierError for one more than `most`."""
    name = f"{_TEXT} {text_id}"
    before = conn.execute("SELECT version FROM pieces WHERE case_id = ? AND name = ?", (case, name)).fetchone()
    count = conn.execute(_TEXTS, (case,)).fetchone()[0]
    if before is None and not text_id.startswith(FACTS) and count >= most:
        raise DossierError("dossier_full", f"a dossier has at most {most} texts")
    version = 1 + (before[0] if before else 0)
    _put(conn, key, case, name, version, plain)
    return version


def text(conn: sqlite3.Connection, key: CaseKey, case: str, text_id: str) -> bytes | None:
    name = f"{_TEXT} {text_id}"
    row = conn.execute("SELECT version, sealed FROM pieces WHERE case_id = ? AND name = ?", (case, name)).fetchone()
    return None if row is None else key.open(row[1], bound(case, name, row[0]))


def drop_answers(conn: sqlite3.Connection, case: str, version: int) -> None:
    conn.execute("DELETE FROM pieces WHERE case_id = ? AND name = ?", (case, f"{_ANSWERS} {version}"))


def drop_text(conn: sqlite3.Connection, case: str, text_id: str) -> None:
    conn.execute("DELETE FROM pieces WHERE case_id = ? AND name = ?", (case, f"{_TEXT} {text_id}"))


def unnamed(conn: sqlite3.Connection, case: str, now: str, sent: str, texts: Collection[str]) -> Iterator[Piece]:
    """Answers and texts that no event names, what a machine read of pages aside. Where the answers of `now` are not
    there, because the journal lost its end, the newest stand for them."""
    stays = {now, sent}
    if now and conn.execute(_VERSION, (case, now)).fetchone() is None:
        stays.add(str(newest_answers(conn, case)[0]))
    for name, version, mark in conn.execute(_MARKS, (case,)):
        kind, _, id_ = name.partition(" ")
        if str(version) not in stays if kind == _ANSWERS else id_ not in texts and not id_.startswith(FACTS):
            yield Piece(name, mark)


def take_away(conn: sqlite3.Connection, case: str, piece: Piece) -> None:
    conn.execute("DELETE FROM pieces WHERE case_id = ? AND name = ?", (case, piece.name))


def facts_id(paper: str, number: int) -> str:
    """Of what a machine read of a page; no id of a text that an event names begins so."""
    return f"{FACTS}{number}.{paper}"[:_LONGEST_ID]


def bound(case: str, name: str, version: int) -> bytes:
    """What a piece is bound to; no id holds a newline."""
    return f"{case}\n{name}\n{version}".encode()


def _put(conn: sqlite3.Connection, key: CaseKey, case: str, name: str, version: int, plain: bytes) -> None:
    conn.execute(_INSERT, (case, name, version, key.seal(plain, bound(case, name, version))))
