"""answers.db: questions that found no answer, without anybody's name or number, and what staff made of them.

Not in the journal: nothing of it decides anything in the hall, and what somebody typed is wiped after a month. Whoever
reads or writes waits for the disk, under one lock, so no listener's loop does.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import NamedTuple

from hall_daemon.adapters.storage.sqlite import Database, durable
from hall_daemon.ask.answer import Lead

KEPT_MS = 30 * 24 * 3600 * 1000
MOST_QUESTIONS = 1000
MOST_LEADS = 2000
_BUSY_S = 5.0


class AskedRow(NamedTuple):
    """A question that found no answer: how often since when, wall ms."""

    question: str
    times: int
    first_ms: int
    last_ms: int


class LeadRow(NamedTuple):
    """`by`: the account that showed it, `at` wall ms."""

    question: str
    matter: str
    by: str
    at: int


class AnswersFile:
    """Raises sqlite3.Error, OSError, here and in each of its functions."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._conn = durable(path, _BUSY_S)
        database = Database(self._conn)
        database.table("asked").create(
            {"question": str, "times": int, "first": int, "last": int}, pk="question", if_not_exists=True
        )
        database.table("leads").create(
            {"question": str, "matter": str, "by": str, "at": int}, pk="question", if_not_exists=True
        )

    def close(self) -> None:
        with self._lock:
            self._conn.close()

    def note(self, questions: list[tuple[str, int]]) -> None:
        """(question, wall ms) each; what is a month old goes, and of too many what was asked least and longest ago."""
        with self._lock, self._conn:
            self._conn.execute("BEGIN")
            self._conn.executemany(
                "INSERT INTO asked VALUES (?1, 1, ?2, ?2)"
                " ON CONFLICT (question) DO UPDATE SET times = times + 1, last = max(last, ?2)",
                questions,
            )
            self._conn.execute(
                "DELETE FROM asked WHERE question IN"
                " (SELECT question FROM asked ORDER BY times DESC, last DESC LIMIT -1 OFFSET ?)", (MOST_QUESTIONS,)
            )

    def wipe(self, now: int) -> None:
        """What was asked a month ago and not since."""
        with self._lock:
            self._conn.execute("DELETE FROM asked WHERE last < ?", (now - KEPT_MS,))

    def asked(self) -> list[AskedRow]:
        """Most often first."""
        with self._lock:
            rows = self._conn.execute("SELECT * FROM asked ORDER BY times DESC, last DESC").fetchall()
        return [AskedRow(*row) for row in rows]

    def drop(self, question: str) -> bool:
        """It is no question for a hall; False where there is none such."""
        with self._lock:
            return self._conn.execute("DELETE FROM asked WHERE question = ?", (question,)).rowcount > 0

    def lead(self, row: LeadRow) -> bool:
        """From now on this question is about that matter; False when there are too many such."""
        with self._lock, self._conn:
            self._conn.execute("BEGIN")
            count: int = self._conn.execute(
                "SELECT count(*) FROM leads WHERE question != ?", (row.question,)
            ).fetchone()[0]
            if count >= MOST_LEADS:
                return False
            self._conn.execute("INSERT OR REPLACE INTO leads VALUES (?, ?, ?, ?)", row)
            self._conn.execute("DELETE FROM asked WHERE question = ?", (row.question,))
        return True

    def undo(self, question: str, now: int) -> bool:
        """The lead is taken back and the question waits again; False where there is none such."""
        with self._lock, self._conn:
            self._conn.execute("BEGIN")
            if not self._conn.execute("DELETE FROM leads WHERE question = ?", (question,)).rowcount:
                return False
            self._conn.execute("INSERT OR IGNORE INTO asked VALUES (?1, 1, ?2, ?2)", (question, now))
        return True

    def leads(self) -> list[LeadRow]:
        """Newest first."""
        with self._lock:
            rows = self._conn.execute("SELECT * FROM leads ORDER BY at DESC, question").fetchall()
        return [LeadRow(*row) for row in rows]


def as_leads(rows: list[LeadRow]) -> list[Lead]:
    return [Lead(row.question, row.matter) for row in rows]
