"""Halls that nobody would think of: each gets a clear answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hall_daemon.domain import events as e
from hall_daemon.domain.plan import Moment
from hall_daemon.domain.ticket import Place
from hall_daemon.prediction.waits.predictor import Predictor
from hall_daemon.prediction.waits.wait_estimate import Effort, Range
from tests.hall_daemon.prediction import scenes
from tests.hall_daemon.prediction.scenes import NOW

FEW = Effort(100, 2, 2)
DAY_MS = 86_400_000


def issued(ticket: str, service: str, serial: int, tick: int) -> e.TicketIssued:
    return e.TicketIssued(
        ticket=ticket,
        number="",
        day=scenes.DAY,
        queue=service,
        count=serial,
        services=(service,),
        token=ticket,
        serial=serial,
        since=tick,
        ahead=0,
    )


def test_nothing_ever_happened_and_one_ticket() -> None:
    predictor, hall = Predictor(scenes.one_window()), scenes.hall()
    assert predictor.estimate_waits(hall, NOW).queues["card"] == (0, 0, 0)
    hall.put(ticket := scenes.ticket(1))
    predictor.see(issued(ticket.id, "card", 1, NOW.tick), NOW.tick, NOW.wall)
    waits = predictor.estimate_waits(hall, NOW)
    assert waits.tickets[ticket.id] == (0, 0, 0)
    assert isinstance(waits.queues["card"], Range)
    assert waits.queues["card"].p90_s > 600


def test_ten_thousand_in_line_are_all_answered() -> None:
    predictor, hall = Predictor(scenes.plan({str(w): {"card": "yes"} for w in range(20)}), FEW), scenes.hall("123")
    for n in range(10_000):
        hall.put(scenes.ticket(n, place=Place(NOW.tick - 10_000 + n, n)))
    waits = predictor.estimate_waits(hall, NOW)
    assert len(waits.tickets) == 10_000
    assert {type(said) for said in waits.tickets.values()} <= {Range, str}
    assert waits.tickets[scenes.ticket(9_999).id] == "closing_before_turn"
    assert waits.runs == 2


def test_a_service_that_the_plan_no_longer_has_is_served_by_nobody() -> None:
    predictor, hall = Predictor(scenes.one_window(), FEW), scenes.hall()
    hall.put(gone := scenes.ticket(1, "gone"))
    predictor.see(issued(gone.id, "gone", 1, NOW.tick), NOW.tick, NOW.wall)
    assert predictor.estimate_waits(hall, NOW).tickets[gone.id] == "no_window_open"
    assert predictor.sample(hall, NOW, gone.id) == []
    predictor.practise(hall, NOW, gone.id, FEW)


@pytest.mark.parametrize("by", [-3 * DAY_MS, -3_600_000, 3_600_000, 9 * DAY_MS])
def test_a_wall_clock_that_jumps_changes_words_and_breaks_nothing(by: int) -> None:
    """Ticks go on; what was learnt of them stays right."""
    predictor, hall, wall = Predictor(scenes.one_window(), FEW), scenes.hall(), NOW.wall + by
    for day in range(3):
        predictor.see(e.DayOpened(f"{day}", scenes.MIDNIGHT_WALL + day * DAY_MS), NOW.tick, NOW.wall)
        for n in range(50):
            ticket = f"{day}-{n}"
            predictor.see(issued(ticket, "card", n, NOW.tick + n), NOW.tick + n, NOW.wall if n < 25 else wall)
            predictor.see(e.TicketCalled("1", ticket, e.Reason("only")), NOW.tick + n, wall)
            predictor.see(e.ServiceFinished("1", ticket, "card"), NOW.tick + n + 300_000, wall)
    for n in range(3):
        hall.put(scenes.ticket(n))
    said = predictor.estimate_waits(hall, Moment(NOW.tick, wall)).tickets
    assert all(isinstance(each, Range | str) for each in said.values())
    assert predictor.times.distributions().of("card").mean_ms() == pytest.approx(300_000, rel=0.2)


def test_two_services_and_windows_that_changed_since_yesterday() -> None:
    """What was learnt of a service or a clerk that is gone is in nobody's way."""
    old = scenes.plan({"1": {"card": "yes"}, "9": {"gone": "yes"}})
    predictor = Predictor(old, FEW)
    for n in range(30):
        predictor.see(issued(f"{n}", "gone", n, NOW.tick), NOW.tick, NOW.wall)
    predictor.plan = replace(scenes.one_window())
    hall = scenes.hall()
    hall.put(ticket := scenes.ticket(1))
    assert predictor.estimate_waits(hall, NOW).tickets[ticket.id] == (0, 0, 0)
