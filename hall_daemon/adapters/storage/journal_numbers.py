"""No number twice, whatever a snapshot said: a ticket's id is its day and its number.

The writer keeps the ids of two days in memory. An index over all events would do it too, and cost a sixth of the rate.
"""

from __future__ import annotations

import sqlite3

_OF_DAY = "SELECT json_extract(body, '$.ticket') FROM events WHERE kind = 'TicketIssued' AND day = ? AND seq >= ?"
_AGAIN = """
SELECT max(seq) AS again, json_extract(body, '$.ticket') AS ticket FROM events WHERE kind = 'TicketIssued'
GROUP BY ticket HAVING count(*) > 1 ORDER BY again LIMIT 1
"""


class Numbers:
    """Of the connection that writes. Raises sqlite3.IntegrityError when a number is given twice."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        self._given: dict[str, set[str]] = {}

    def take(self, day: str, ticket: str) -> None:
        given = self._given[day] if day in self._given else self.read(day)
        if ticket in given:
            raise sqlite3.IntegrityError(f"{ticket} was given before")
        given.add(ticket)

    def read(self, day: str, begins: int = 0) -> set[str]:
        """Learn the tickets of `day`; a new one begins at event `begins`. The day before is kept: it may go on."""
        began = self._conn.execute("SELECT first_seq FROM days WHERE day = ?", (day,)).fetchone() or (begins,)
        tickets = [ticket for (ticket,) in self._conn.execute(_OF_DAY, (day, *began))]
        given = set(tickets)
        if len(given) < len(tickets):
            raise sqlite3.IntegrityError(f"a number of {day} was given twice, `hall verify` says where")
        self._given = {**dict(list(self._given.items())[-1:]), day: given}
        return given


def given_again(conn: sqlite3.Connection) -> tuple[int, str] | None:
    """The first event that gives a ticket which was given before, and the ticket."""
    found: tuple[int, str] | None = conn.execute(_AGAIN).fetchone()
    return found
