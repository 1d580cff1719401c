"""Pages of a case in its database: the newest picture of each place, and beside it those that an event names and that
another one took the place of. What is taken away, or was never named, is the sweep's.

Pictures are files; who takes a row away is given its file. Within `reading` or `writing` of the rows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from typing import Any

from hall_daemon.adapters.dossiers.values import Page, Papers

Row = tuple[Any, ...]

_COLUMNS = "paper, number, version, size, marks, insisted, upload, file"
_NEWEST = f"SELECT {_COLUMNS} FROM pages WHERE case_id = ?"  # noqa: S608 (ours)
_PLACE = "case_id = ? AND paper = ? AND number = ?"
_OLDER = f"SELECT {_COLUMNS} FROM older WHERE {_PLACE}"  # noqa: S608 (ours)
_LAST = (
    f"SELECT max(version) FROM (SELECT version FROM pages WHERE {_PLACE}"  # noqa: S608 (ours)
    f" UNION SELECT version FROM dropped WHERE {_PLACE})"
)
_INTO = "INSERT OR REPLACE INTO {} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"


def newest(conn: sqlite3.Connection, case: str) -> tuple[Row, ...]:
    """By paper, then by number."""
    return tuple(conn.execute(f"{_NEWEST} ORDER BY paper, number", (case,)))


def at(conn: sqlite3.Connection, case: str, paper: str, number: int, version: str = "") -> Row | None:
    """The newest at that place; with `version` the one of it, the newest where that is not there: the journal lost its
    end."""
    row: Row | None = conn.execute(f"{_NEWEST} AND paper = ? AND number = ?", (case, paper, number)).fetchone()
    if version and (row is None or str(row[2]) != version):
        older = conn.execute(f"{_OLDER} AND CAST(version AS TEXT) = ?", (case, paper, number, version)).fetchone()
        return older or row
    return row


def named(conn: sqlite3.Connection, case: str, papers: Papers) -> Iterator[Row]:
    """Those of these versions that are there, as `at` has them."""
    places = ((paper, number, version) for paper, pages in papers.items() for number, version in pages.items())
    found = (at(conn, case, *each) for each in places)
    return (row for row in found if row is not None)


def last_version(conn: sqlite3.Connection, case: str, paper: str, number: int) -> int:
    """Also of a picture that was taken away: no later one is taken for it."""
    return conn.execute(_LAST, (case, paper, number) * 2).fetchone()[0] or 0


def put(conn: sqlite3.Connection, case: str, page: Page, file: str, named: Collection[str]) -> list[str]:
    """In place of what was there, which stays beside it where an event has `named` it. Returns the files to drop."""
    files = _aside(conn, case, page.paper, page.number, named)
    _insert(conn, "pages", case, (
        page.paper, page.number, page.version, page.size, " ".join(page.marks), page.insisted, page.upload, file,
    ))
    return files


def drop(conn: sqlite3.Connection, case: str, paper: str, number: int, named: Collection[str] = ()) -> list[str]:
    """Nothing is at that place any more; what an event has `named` stays beside it. Returns the files to drop."""
    version = last_version(conn, case, paper, number)
    files = _aside(conn, case, paper, number, named)
    conn.execute(f"DELETE FROM pages WHERE {_PLACE}", (case, paper, number))  # noqa: S608 (ours)
    conn.execute("INSERT OR REPLACE INTO dropped VALUES (?, ?, ?, ?)", (case, paper, number, version))
    return files


def unnamed(conn: sqlite3.Connection, case: str, now: Papers, sent: Papers) -> Iterator[Row]:
    """Rows that are neither what their person has handed in `now` nor what was `sent`. Where a picture that is named is
    nowhere, because the journal lost its end, the newest stands for it."""
    beside = conn.execute(f"SELECT {_COLUMNS} FROM older WHERE case_id = ?", (case,)).fetchall()  # noqa: S608 (ours)
    there = {tuple(row[:3]) for row in beside}
    for row in newest(conn, case):
        wanted = _version(now, row)
        if str(row[2]) != wanted and not (wanted.isdecimal() and (*row[:2], int(wanted)) not in there):
            yield row
    yield from (row for row in beside if str(row[2]) not in (_version(now, row), _version(sent, row)))


def take_away(conn: sqlite3.Connection, case: str, row: Row, now: Papers, sent: Papers) -> list[str]:
    """One that is `unnamed`; the one that is named comes back to its place. Returns the files to drop."""
    paper, number, version = row[:3]
    newest_there = at(conn, case, paper, number)
    if newest_there != row:
        conn.execute(f"DELETE FROM older WHERE {_PLACE} AND version = ?", (case, paper, number, version))  # noqa: S608
        return [row[-1]]
    before, kept = _version(now, row), {_version(now, row), _version(sent, row)} - {""}
    files = drop(conn, case, paper, number, kept)
    back = at(conn, case, paper, number, before) if before else None
    if back is not None:
        _insert(conn, "pages", case, back)
        conn.execute(f"DELETE FROM older WHERE {_PLACE} AND version = ?", (case, paper, number, back[2]))  # noqa: S608
    return files


def _version(papers: Papers, row: Row) -> str:
    """What events name in its place; "" for nothing."""
    return papers.get(row[0], {}).get(row[1], "")


def _aside(conn: sqlite3.Connection, case: str, paper: str, number: int, named: Collection[str]) -> list[str]:
    """The newest of a place to those beside it, of which only the named ones stay."""
    row = at(conn, case, paper, number)
    if row is not None:
        _insert(conn, "older", case, row)
    needless = [each for each in conn.execute(_OLDER, (case, paper, number)) if str(each[2]) not in named]
    for each in needless:
        conn.execute(f"DELETE FROM older WHERE {_PLACE} AND version = ?", (case, paper, number, each[2]))  # noqa: S608
    return [each[-1] for each in needless]


def _insert(conn: sqlite3.Connection, table: str, case: str, row: Row) -> None:
    conn.execute(_INTO.format(table), (case, *row))


def page_of(row: Row) -> Page:
    paper, number, version, size, marks, insisted, upload, _ = row
    return Page(
        paper=paper, number=number, version=version, size=size, marks=tuple(marks.split()), insisted=bool(insisted),
        upload=upload,
    )


def page_name(page: Page) -> str:
    """What its picture is bound to, with its version."""
    return f"page {page.paper} {page.number}"
