"""What the Predictor says is corrected by what came of what it said before."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hall_daemon.domain import events as e
from hall_daemon.domain.plan import Hours, Moment
from hall_daemon.prediction.waits.calibration import LEAST
from hall_daemon.prediction.waits.predictor import Predictor
from hall_daemon.prediction.waits.wait_estimate import Effort, Range
from tests.hall_daemon.prediction import scenes
from tests.hall_daemon.prediction.scenes import NOW

FEW = Effort(500, 40, 40)


def test_ranges_that_were_too_low_are_widened_and_reasons_are_left_alone() -> None:
    """One person in front always; the call always comes an hour later than the range said. Nothing is learnt of
    service times, for no service ends."""
    predictor = Predictor(scenes.one_window(), FEW)
    first: Range | None = None
    for n in range(LEAST + 5):
        hall = scenes.hall()
        hall.put(scenes.ticket(2 * n))
        hall.put(asked := scenes.ticket(2 * n + 1))
        said = predictor.estimate_waits(hall, NOW).tickets[asked.id]
        assert isinstance(said, Range)
        first = first or said
        later = NOW.tick + said.p90_s * 1000 + 3_600_000
        predictor.see(e.TicketCalled("1", asked.id, e.Reason("only")), later)
    assert said.p90_s > first.p90_s + 1800
    assert said.p10_s <= said.p50_s <= said.p90_s
    closed = scenes.hall(())
    closed.put(asked)
    assert predictor.estimate_waits(closed, NOW).tickets[asked.id] == "no_window_open"


def test_a_range_that_is_widened_still_ends_with_the_day() -> None:
    """Calls always came half a day later than was said; now it is five, closing is at half past five."""
    plan = scenes.one_window(hours=Hours(weekly=(((510, 1050),),) * 7, stop_issuing_min=0))
    predictor, hall, moment = Predictor(plan, FEW), scenes.hall(), scenes.later(8 * 3600)
    for _ in range(LEAST + 5):
        predictor.calibration.see(0.0, 600_000.0, 1, 43_200_000.0)
    hall.put(scenes.ticket(1))
    hall.put(asked := scenes.ticket(2))
    said = predictor.estimate_waits(hall, moment).tickets[asked.id]
    assert isinstance(said, Range)
    assert said.p50_s <= said.p90_s == 9000


def test_a_ticket_is_scored_by_what_was_said_first() -> None:
    """Looking again and again does not bring the promise nearer to the call."""
    once, often = Predictor(scenes.one_window(), FEW), Predictor(scenes.one_window(), FEW)
    for n in range(LEAST + 5):
        hall = scenes.hall()
        hall.put(scenes.ticket(2 * n))
        hall.put(asked := scenes.ticket(2 * n + 1))
        for predictor, looks in ((once, 1), (often, 3)):
            for look in range(looks):
                predictor.estimate_waits(hall, Moment(NOW.tick + look * 60_000, NOW.wall + look * 60_000))
            predictor.see(e.TicketCalled("1", asked.id, e.Reason("only")), NOW.tick + 7_200_000)
    hall = scenes.hall()
    hall.put(scenes.ticket(900))
    hall.put(scenes.ticket(901))
    assert once.estimate_waits(hall, NOW).tickets == often.estimate_waits(hall, NOW).tickets


@pytest.mark.parametrize(
    "other",
    [
        e.TicketCancelled,
        e.TicketExpired,
        lambda ticket: e.TicketPrioritised(ticket, "elderly"),
        lambda ticket: e.TicketTransferred(
            ticket=ticket, window="", services=("licence",), queue="a", since=0, serial=1, only_window=""
        ),
    ],
)
def test_who_leaves_or_waits_for_something_else_teaches_no_range(other: Callable[[str], e.Event]) -> None:
    predictor = Predictor(scenes.one_window(), FEW)
    hall = scenes.hall()
    hall.put(ticket := scenes.ticket(1))
    before = predictor.estimate_waits(hall, NOW)
    for _ in range(LEAST + 5):
        predictor.estimate_waits(hall, NOW)
        predictor.see(other(ticket.id), NOW.tick + 9_000_000)
        predictor.see(e.TicketCalled("1", ticket.id, e.Reason("only")), NOW.tick + 9_000_000)
    assert predictor.calibration.corrected(0.0, 1000.0, 0) == (0.0, 1000.0)
    assert isinstance(before.tickets[ticket.id], Range)
