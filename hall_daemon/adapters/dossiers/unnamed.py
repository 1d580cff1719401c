"""What lies in a case and no event names: whoever wrote it died before the event, or the journal lost its end.

Within `reading` or `writing` of the rows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from hall_daemon.adapters.dossiers import page_rows, pieces
from hall_daemon.adapters.dossiers.page_rows import Row
from hall_daemon.adapters.dossiers.pieces import Piece
from hall_daemon.adapters.dossiers.values import Named

# What tells a row from another one that comes in its place later: bytes of a piece, the file of a page.
Mark = bytes | str
Found = Mapping[Mark, Piece | Row]


def unnamed(conn: sqlite3.Connection, case: str, named: Named) -> Found:
    of_pieces = pieces.unnamed(conn, case, named.answers, named.sent_answers, named.texts)
    of_pages = page_rows.unnamed(conn, case, named.papers, named.sent_papers)
    return {each.mark: each for each in of_pieces} | {row[-1]: row for row in of_pages}


def take_away(conn: sqlite3.Connection, case: str, row: Piece | Row, named: Named) -> list[str]:
    """The newest of a page goes with what was read of it. Returns the files to drop."""
    if isinstance(row, Piece):
        pieces.take_away(conn, case, row)
        return []
    if page_rows.at(conn, case, row[0], row[1]) == row:
        pieces.drop_text(conn, case, pieces.facts_id(row[0], row[1]))
    return page_rows.take_away(conn, case, row, named.papers, named.sent_papers)
