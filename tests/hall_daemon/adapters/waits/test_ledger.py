"""The promise ledger's file: what was shown beside what happened, once each, whatever is undone or damaged."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hall_daemon.adapters.storage.sqlite import read_only
from hall_daemon.adapters.waits import ledger as promise_ledger
from hall_daemon.adapters.waits.ledger import CHANGES_KEPT, Note, PromiseLedger, open_ledger
from hall_daemon.adapters.waits.ledger_reader import cells
from hall_daemon.app.record import Recorded
from hall_daemon.domain import commands as c
from hall_daemon.prediction.waits.accuracy import Figures, figures
from hall_daemon.prediction.waits.causes import Cause
from hall_daemon.prediction.waits.hysteresis import Shown
from hall_daemon.prediction.waits.wait_estimate import Range
from tests.hall_daemon.adapters.waits.promise_rows import promise_row
from tests.hall_daemon.app.small_hall import DAY, SmallHall

SHANGHAI = ZoneInfo("Asia/Shanghai")
SAID = Range(60, 300, 600)


class Kept(SmallHall):
    """A small hall with a ledger; `write` brings it up to now."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.written = 0
        self.ledger = open_ledger(path, SHANGHAI)
        self.ledger.begin(0)
        self.do(c.OpenWindow("1", "staff-1"))
        self.do(c.OpenWindow("2", "staff-2"))

    def write(self, *notes: Note, fresh_after: int = 0) -> list[Note]:
        rows: Sequence[Recorded] = self.rows[self.written :]
        self.written = len(self.rows)
        return self.ledger.write(rows, notes, fresh_after)

    def told(self, ticket: str, said: Range | str = SAID, *causes: Cause) -> Note:
        return Note(ticket, Shown(said, self.now().tick, causes))

    def again(self, seq: int | None = None) -> None:
        """Another start."""
        self.ledger.close()
        self.ledger = open_ledger(self.path, SHANGHAI)
        self.ledger.begin(self.seq if seq is None else seq)

    def figures(self) -> Figures:
        return figures(self.ledger.cells(DAY, DAY))

    def promise(self, ticket: str) -> dict[str, object]:
        found = promise_row(self.path, ticket)
        assert found is not None
        return found


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    made = Kept(tmp_path / "promises.db")
    yield made
    made.ledger.close()


def test_the_first_figure_is_the_promise_and_the_first_call_its_test(kept: Kept) -> None:
    held, missed = kept.issue("id-card"), kept.issue("social")
    kept.write(kept.told(held), kept.told(missed, Range(0, 10, 20)))
    kept.later(200)
    kept.write(kept.told(held, Range(300, 500, 900), Cause("window_paused", {"window": "2"})))
    kept.later(100)
    kept.do(c.CallNext("1"))
    kept.do(c.CallNext("2"))
    kept.write()
    total = kept.figures()
    assert (total.scored, total.held, total.late_ms, total.off_ms) == (2, 1, 290_000, 290_000)
    assert (total.width_s, total.moves, total.later) == (560, 1, 1)
    first = kept.promise(held)
    assert (first["p10_s"], first["p50_s"], first["p90_s"], first["waited_ms"]) == (*SAID, 300_000)
    assert first["hour"] == 9
    (change,) = first["changes"]  # type: ignore[misc]
    assert (change["n"], change["after_s"], change["p50_s"], change["causes"]) == (1, 200, 500, '["window_paused"]')


def test_a_note_may_come_before_its_event_and_after_its_end(kept: Kept) -> None:
    early = kept.told(f"{DAY}-A001")
    assert kept.write(early) == [early]
    ticket = kept.issue("id-card")
    kept.do(c.CallNext("1"))
    assert kept.write(early) == []
    assert kept.promise(ticket)["said"] == "range"
    assert kept.figures().scored == 1


def test_what_was_told_instead_of_a_range_is_counted_by_its_reason(kept: Kept) -> None:
    for reason in ("no_window_open", "no_window_open", "closing_before_turn"):
        ticket = kept.issue("tax")
        kept.write(kept.told(ticket, reason))
    assert kept.figures().unknown == {"closing_before_turn": 1, "no_window_open": 2}
    kept.do(c.CallNext("1"))
    kept.write()
    assert kept.figures().scored == 0


def test_every_end_is_told_from_every_other(kept: Kept) -> None:
    tickets = [kept.issue("id-card") for _ in range(5)]
    kept.write(*map(kept.told, tickets))
    kept.do(c.CallNext("1"))
    kept.do(c.Cancel(tickets[1]))
    kept.do(c.Transfer(tickets[2], "tax"))
    kept.do(c.Prioritise(tickets[3], "disabled"))
    kept.write()
    assert kept.figures().outcomes == {"called": 1, "left": 1, "moved": 2, "waiting": 1}
    kept.do(c.Finish("1"))
    kept.do(c.CloseDay(DAY))
    kept.write()
    assert kept.figures().outcomes == {"called": 1, "expired": 1, "left": 1, "moved": 2}
    assert kept.figures().scored == 1


def test_a_call_that_was_taken_back_was_none(kept: Kept) -> None:
    ticket = kept.issue("id-card")
    kept.write(kept.told(ticket))
    kept.do(c.CallNext("1"))
    kept.write()
    kept.do(c.Undo("1"))
    kept.write()
    assert kept.figures().outcomes == {"waiting": 1}
    kept.later(400)
    kept.do(c.CallNext("2"))
    kept.write()
    assert kept.promise(ticket)["waited_ms"] == 400_000
    assert kept.figures().scored == 1


def test_undoing_a_later_press_leaves_the_call(kept: Kept) -> None:
    """Call the next one: who was at the window is finished. Undone, she is at the window again, called long ago."""
    first, second = kept.issue("id-card"), kept.issue("id-card")
    kept.write(kept.told(first), kept.told(second))
    kept.do(c.CallNext("1"))
    kept.do(c.Start("1"))
    kept.do(c.CallNext("1"))
    kept.write()
    kept.do(c.Undo("1"))
    kept.write()
    assert kept.promise(first)["outcome"] == "called"
    assert kept.promise(second)["outcome"] == ""


def test_who_comes_back_keeps_the_first_call(kept: Kept) -> None:
    ticket = kept.issue("id-card")
    kept.write(kept.told(ticket))
    kept.do(c.CallNext("1"))
    kept.do(c.Miss("1"))
    kept.later(60)
    kept.do(c.Return(ticket))
    kept.later(900)
    kept.do(c.CallNext("1"))
    kept.do(c.Undo("1"))
    kept.write(kept.told(ticket, Range(0, 1, 2)))
    assert kept.promise(ticket)["waited_ms"] == 0
    assert kept.figures().moves == 0


def test_after_a_restart_the_first_promise_stays_and_nothing_counts_twice(kept: Kept) -> None:
    before, during = kept.issue("id-card"), kept.issue("id-card")
    kept.written = len(kept.rows) - 1
    kept.ledger.write(kept.rows[: kept.written], [kept.told(before)], 0)
    kept.again()
    assert kept.ledger.still_open() == {before: kept.told(before).shown}
    # The second one was drawn before the crash, but nobody wrote down what it was shown.
    began = kept.seq
    kept.write(kept.told(during), kept.told(before, Range(600, 900, 1200)), fresh_after=began)
    assert kept.promise(before)["p50_s"] == SAID.p50_s
    assert kept.promise(during)["said"] == "not_recorded"
    kept.do(c.CallNext("1"))
    kept.do(c.CallNext("2"))
    kept.write(fresh_after=began)
    # The same events again, as after a crash between two files: nothing moves.
    cells = kept.ledger.cells(DAY, DAY)
    kept.ledger.write(kept.rows, [], began)
    assert kept.ledger.cells(DAY, DAY) == cells
    assert (kept.figures().tickets, kept.figures().scored, kept.figures().unknown) == (2, 1, {"not_recorded": 1})


def test_a_journal_put_back_from_a_copy_takes_its_lost_tickets_along(kept: Kept) -> None:
    kept.issue("id-card")
    kept.write()
    known = kept.seq
    lost = kept.issue("id-card")
    kept.do(c.CallNext("1"))
    kept.write(kept.told(lost))
    kept.again(known)
    assert kept.ledger.seq == known
    assert kept.figures().outcomes == {"waiting": 1}


def test_a_new_ledger_begins_with_the_present(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path / "promises.db", SHANGHAI)
    assert ledger.seq is None
    ledger.begin(1000)
    assert ledger.seq == 1000
    assert ledger.last_day() is None
    ledger.close()


def test_changes_of_one_ticket_are_bounded_and_counted(kept: Kept) -> None:
    ticket = kept.issue("id-card")
    kept.write(kept.told(ticket))
    for n in range(CHANGES_KEPT + 30):
        kept.write(kept.told(ticket, Range(n, n, n)))
    assert len(kept.promise(ticket)["changes"]) == CHANGES_KEPT  # type: ignore[arg-type]
    assert kept.figures().moves == CHANGES_KEPT + 30


def test_old_tickets_become_sums_and_old_sums_go(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(promise_ledger, "KEPT_DAYS", 1)
    monkeypatch.setattr(promise_ledger, "SUMS_KEPT_DAYS", 2)
    ticket = kept.issue("id-card")
    kept.write(kept.told(ticket))
    kept.later(400)
    kept.do(c.CallNext("1"))
    kept.write()
    before = kept.ledger.cells(DAY, DAY)
    for n, day in enumerate(("2026-11-24", "2026-11-25", "2026-11-26"), 1):
        kept.do(c.CloseDay(kept.hall.day))
        kept.do(c.OpenDay(day, kept.hall.midnight_wall + 86_400_000))
        kept.write()
        assert (promise_row(kept.path, ticket) is None) == (n > 1)
        assert kept.ledger.cells(DAY, DAY) == (before if n < 3 else [])


def test_a_reader_sees_what_is_written_while_the_hall_runs_and_cannot_write(kept: Kept) -> None:
    with closing(read_only(kept.path)) as ledger:
        assert cells(ledger, DAY, DAY) == []
        kept.write(kept.told(kept.issue("id-card")))
        assert len(cells(ledger, DAY, DAY)) == 1
        with pytest.raises(sqlite3.OperationalError):
            ledger.execute("DELETE FROM tickets")


@pytest.mark.parametrize("damage", [b"no database at all, and long enough to be seen as such" * 40, None, "newer"])
def test_a_damaged_file_is_set_aside_once_and_begun_anew(
    tmp_path: Path, damage: bytes | str | None, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "promises.db"
    made = Kept(path)
    made.write(*(made.told(made.issue("id-card")) for _ in range(300)))
    if damage == "newer":
        made.ledger._set("format", 99)
    made.ledger.close()
    if isinstance(damage, bytes):
        path.write_bytes(damage)
    elif damage is None:
        body = bytearray(path.read_bytes())
        body[4096 * 8 : 4096 * 14] = b"\xa5" * (4096 * 6)
        path.write_bytes(body)
    ledger = open_ledger(path, SHANGHAI)
    assert ledger.seq is None
    ledger.close()
    assert path.with_name("promises.db.damaged").exists()
    assert sum("set aside" in record.message for record in caplog.records) == 1


def test_no_ticket_of_the_ledger_can_be_traced_to_a_phone_or_person(kept: Kept) -> None:
    ticket = kept.issue("id-card", class_="priority")
    kept.do(c.NameHolder(ticket, "subject-of-the-vault"))
    kept.write(kept.told(ticket))
    kept.ledger.close()
    body = kept.path.read_bytes()
    for secret in ("token-1", "subject-of-the-vault", "disabled", "priority"):
        assert secret.encode() not in body
    kept.ledger = PromiseLedger(kept.path, SHANGHAI)
