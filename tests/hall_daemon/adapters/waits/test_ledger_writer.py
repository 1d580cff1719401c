"""The keeper of the promise ledger: follows the hall, never in its way, and goes on after trouble."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from hall_daemon.adapters.storage.journal_reader import JournalError
from hall_daemon.adapters.storage.sqlite import read_only
from hall_daemon.adapters.waits import ledger_writer as promise_keeper
from hall_daemon.adapters.waits.ledger_reader import cells
from hall_daemon.adapters.waits.ledger_writer import PATIENCE, PUBLISH_S, PromiseKeeper
from hall_daemon.domain import commands as c
from hall_daemon.prediction.waits.accuracy import Figures, figures
from hall_daemon.prediction.waits.hysteresis import Shown
from hall_daemon.prediction.waits.wait_estimate import Range
from tests.hall_daemon.adapters.waits.promise_rows import promise_row
from tests.hall_daemon.app.small_hall import DAY, SmallHall

SAID = Range(60, 300, 600)


class Keeping(SmallHall):
    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.path = folder / "promises.db"
        self.seconds = 0.0
        self.keeper = self.start()
        self.do(c.OpenWindow("1", "staff-1"))

    def start(self) -> PromiseKeeper:
        self.keeper = PromiseKeeper(
            self.path, "Asia/Shanghai", self.seq, self.events_after, self, monotonic=lambda: self.seconds
        )
        return self.keeper

    def draw(self, said: Range | str = SAID) -> str:
        ticket = self.issue("id-card")
        self.keeper.on_announced(ticket, Shown(said, self.now().tick))
        return ticket

    def figures(self) -> Figures:
        with closing(read_only(self.path)) as ledger:
            return figures(cells(ledger, DAY, DAY))


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Keeping]:
    made = Keeping(tmp_path)
    yield made
    made.keeper.stop()


def test_what_is_shown_and_what_happens_come_together(hall: Keeping) -> None:
    for _ in range(3):
        hall.draw()
    hall.later(120)
    hall.do(c.CallNext("1"))
    hall.keeper.step()
    total = hall.figures()
    assert (total.tickets, total.scored, total.held) == (3, 1, 1)
    (week, month) = hall.keeper.spans
    assert (week.days, week.first, week.last, month.first) == (7, "2026-11-17", DAY, "2026-10-25")
    assert week.accuracy.total == total
    assert hall.keeper.as_of == hall.now().wall


def test_the_spans_are_made_anew_now_and_then_and_only_when_something_changed(
    hall: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall.keeper.step()
    assert hall.keeper.spans == ()
    hall.draw()
    hall.keeper.step()
    assert hall.keeper.spans == ()
    hall.seconds += PUBLISH_S
    hall.later(20)
    hall.keeper.step()
    spans = hall.keeper.spans
    assert spans[0].accuracy.total.tickets == 1
    monkeypatch.setattr(promise_keeper, "_span", None)
    hall.seconds += PUBLISH_S
    hall.later(20)
    hall.keeper.step()
    assert hall.keeper.spans is spans
    assert hall.keeper.as_of == hall.now().wall


def test_a_killed_daemon_goes_on_with_the_same_promises(hall: Keeping) -> None:
    """What was noted in the last second is lost with it, and says so; the rest is as it was."""
    told, lost = hall.draw(), ""
    hall.keeper.step()
    lost = hall.draw()
    hall.start()  # the old one is gone without a word
    assert hall.keeper.still_open() == {told: Shown(SAID, hall.now().tick)}
    hall.keeper.on_announced(lost, Shown(SAID, hall.now().tick))
    fresh = hall.draw()
    hall.later(100)
    for _ in range(3):
        hall.do(c.CallNext("1"))
        hall.later(60)
        hall.do(c.Finish("1"))
    hall.keeper.step()
    total = hall.figures()
    assert (total.tickets, total.scored, total.unknown) == (3, 2, {"not_recorded": 1})
    rows = [promise_row(hall.path, ticket) for ticket in (told, lost, fresh)]
    assert [row["said"] for row in rows if row is not None] == ["range", "not_recorded", "range"]


def test_figures_of_tickets_that_never_come_are_dropped_in_time(hall: Keeping) -> None:
    hall.keeper.on_announced(f"{DAY}-A777", Shown(SAID, 1))
    for _ in range(PATIENCE):
        assert f"{DAY}-A777" in hall.keeper._early or not hall.keeper._early
        hall.keeper.step()
    assert hall.keeper._early == {}


def test_a_long_way_behind_is_worked_off_in_pieces(hall: Keeping, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(promise_keeper, "CHUNK", 7)
    for _ in range(40):
        hall.draw()
    hall.keeper.step()
    assert hall.figures().tickets == 40
    assert hall.figures().unknown == {}


def failing(error: Exception) -> Callable[..., Any]:
    def fail(*_: object) -> Any:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (sqlite3.OperationalError("database or disk is full"), "disk is full"),
        (JournalError("cannot read the journal"), "cannot read the journal"),
        (RuntimeError("a bug"), "a round failed"),
    ],
)
def test_trouble_is_said_once_loses_nothing_and_passes(
    hall: Keeping, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception, says: str
) -> None:
    hall.draw()
    with monkeypatch.context() as broken:
        broken.setattr(hall.keeper._ledger, "write", failing(error))
        for _ in range(3):
            hall.keeper.step()
    assert says in hall.keeper.trouble
    assert len(caplog.records) == 1
    hall.keeper.step()
    assert hall.keeper.trouble == ""
    assert "again" in caplog.records[-1].message
    assert hall.figures().unknown == {}


def test_a_file_that_breaks_while_the_hall_runs_is_begun_anew(
    hall: Keeping, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    hall.draw()
    hall.keeper.step()
    with monkeypatch.context() as broken:
        broken.setattr(hall.keeper._ledger, "write", failing(sqlite3.DatabaseError("disk image is malformed")))
        hall.draw()
        hall.keeper.step()
    hall.keeper.step()
    hall.draw()
    hall.keeper.step()
    assert hall.path.with_name("promises.db.damaged").exists()
    assert (hall.figures().tickets, hall.figures().unknown) == (2, {})  # the first one is in the damaged file
    assert hall.keeper.trouble == ""
    assert sum("set aside" in record.message for record in caplog.records) == 1


def test_a_folder_that_cannot_be_written_does_not_keep_the_hall_from_starting(tmp_path: Path) -> None:
    """As one that is not there, so that root may try it too."""
    hall = Keeping(tmp_path / "mounted later")
    assert hall.keeper.trouble
    hall.keeper.step()
    (tmp_path / "mounted later").mkdir()
    hall.keeper.step()
    assert hall.keeper.trouble == ""
    hall.keeper.stop()


def test_a_path_that_is_a_folder_does_not_keep_the_hall_from_starting(tmp_path: Path) -> None:
    (tmp_path / "promises.db").mkdir()
    hall = Keeping(tmp_path)
    assert hall.keeper.trouble
    assert hall.keeper.still_open() == {}
    hall.keeper.step()
    hall.keeper.stop()


def test_the_thread_writes_by_itself_and_what_is_left_at_the_end(
    hall: Keeping, monkeypatch: pytest.MonkeyPatch, wait_until: Callable[[Callable[[], object]], None]
) -> None:
    monkeypatch.setattr(promise_keeper, "WRITE_S", 0.02)
    hall.keeper.start()
    hall.draw()
    wait_until(lambda: hall.figures().tickets == 1)
    hall.keeper.stop()
    hall.start()
    hall.keeper.start()
    hall.draw()
    hall.keeper.stop()
    assert hall.figures().tickets == 2
