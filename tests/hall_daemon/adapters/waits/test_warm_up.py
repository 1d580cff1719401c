"""What the wait service's child knows after its start: also what roll-outs got wrong, from some past tickets."""

from __future__ import annotations

from pathlib import Path

import pytest

from hall_daemon.adapters.storage.journal import Journal
from hall_daemon.adapters.storage.journal_reader import JournalReader
from hall_daemon.adapters.waits import warm_up as forecast_past
from hall_daemon.domain import commands as c
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment
from hall_daemon.prediction.waits.predictor import Predictor
from hall_daemon.prediction.waits.wait_estimate import Effort
from tests.hall_daemon.app.small_hall import SmallHall


class Asked(Predictor):
    """A predictor that writes down who it was asked about, and whether that person was in line then."""

    def __init__(self, hall: SmallHall) -> None:
        super().__init__(hall.plan)
        self.asked: list[tuple[str, str, int]] = []

    def practise(self, hall: Hall, now: Moment, ticket_id: str, effort: Effort) -> None:
        self.asked.append((ticket_id, hall.tickets[ticket_id].state, now.tick))
        super().practise(hall, now, ticket_id, effort)


def lived() -> SmallHall:
    """Two days of forty tickets each, four always in line."""
    hall = SmallHall()
    for day in (1, 2):
        hall.do(c.OpenWindow("1", "staff"))
        for n in range(40):
            hall.issue("id-card")
            hall.later(100)
            if n > 3:
                hall.do(c.CallNext("1"))
        hall.do(c.Finish("1"))
        hall.do(c.CloseWindow("1"))
        hall.do(c.CloseDay(hall.hall.day))
        hall.later(86_400 - 40 * 100)
        hall.do(c.OpenDay(f"2026-11-{23 + day}", hall.hall.midnight_wall + 86_400_000))
    return hall


def learnt(hall: SmallHall, folder: Path, first: int = 0) -> Asked:
    journal = Journal(folder / "journal.db")
    journal.append(hall.rows)
    reader = JournalReader(folder / "journal.db")
    predictor = Asked(hall)
    forecast_past.learn(
        predictor, lambda row: predictor.see(row.event, row.tick, row.wall), folder, reader, first, hall.seq,
        forecast_past.ASKED,
    )
    reader.close()
    journal.close()
    return predictor


def test_some_tickets_are_asked_about_when_they_were_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forecast_past, "ASKED", 10)
    hall = lived()
    predictor = learnt(hall, tmp_path)
    drawn = {row.event.ticket: row.tick for row in hall.rows if type(row.event).__name__ == "TicketIssued"}  # type: ignore[union-attr]
    assert 8 <= len(predictor.asked) <= 20
    assert all(state == "waiting" and drawn[ticket] == tick for ticket, state, tick in predictor.asked)
    assert predictor.times.seen > 60


def test_a_start_that_would_take_too_long_asks_nobody_and_learns_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecast_past, "LONGEST_S", -1.0)
    predictor = learnt(lived(), tmp_path)
    assert predictor.asked == []
    assert predictor.times.seen > 60


def test_it_may_begin_in_the_middle(tmp_path: Path) -> None:
    hall = lived()
    predictor = learnt(hall, tmp_path, hall.seq // 2)
    assert 0 < predictor.times.seen < 60


def test_an_empty_journal_teaches_nothing(tmp_path: Path) -> None:
    hall = SmallHall()
    hall.rows.clear()
    hall.seq = 0
    assert learnt(hall, tmp_path).asked == []
