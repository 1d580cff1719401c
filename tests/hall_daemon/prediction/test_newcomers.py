"""What somebody is told who comes now, by matter and class: the same that is found for the ticket afterwards."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hall_daemon.app.announced_waits import promised
from hall_daemon.domain import commands as c
from hall_daemon.domain.plan import Queue, Service
from hall_daemon.domain.ticket import Place
from hall_daemon.prediction.waits.hysteresis import Shown
from hall_daemon.prediction.waits.wait_estimate import Range, estimate_waits, kind_of
from tests.hall_daemon.prediction import scenes
from tests.hall_daemon.prediction.announcing_hall import AnnouncingHall
from tests.hall_daemon.prediction.scenes import NOW, dice, exactly, in_line

CLASSES = ("ordinary", "priority", "appointment")


def test_each_class_is_told_its_own_wait_and_changes_nobody_elses() -> None:
    hall = scenes.hall()
    scenes.at_window(hall, "1", scenes.ticket(0), 0)
    ids = in_line(hall, 4, first=1)
    waits = estimate_waits(scenes.one_window(), hall, NOW, scenes.fixed(600), dice())
    assert [waits.tickets[id_] for id_ in ids] == [exactly(600 * n) for n in range(1, 5)]
    assert waits.queues == {"card": exactly(3000)}
    assert waits.newcomers == {
        "card ordinary": exactly(3000), "card priority": exactly(600), "card appointment": exactly(600),
    }


def test_who_draws_is_told_what_the_next_look_says() -> None:
    """Somebody at window 1 for five more minutes, three ordinary and two priority people; window 2 never opened."""
    hall = scenes.hall()
    scenes.at_window(hall, "1", scenes.ticket(0), 300)
    in_line(hall, 3, first=1)
    in_line(hall, 2, class_="priority", first=11)
    plan = scenes.plan({"1": {"card": "yes", "tax": "yes"}, "2": {"land": "yes"}})
    waits = estimate_waits(plan, hall, NOW, scenes.fixed(600), dice())
    for service in ("card", "tax", "land"):
        for class_ in CLASSES:
            came, after = scenes.ticket(99, service, class_, place=Place(NOW.tick, 99)), hall.copy()
            after.put(came)
            now = estimate_waits(plan, after, NOW, scenes.fixed(600), dice()).tickets[came.id]
            assert waits.newcomers[kind_of(service, class_)] == now, (service, class_)


@pytest.mark.parametrize("class_", CLASSES)
def test_a_matter_that_nobody_serves_is_unknown_from_the_draw_on(class_: str) -> None:
    """Two matters share a queue; only one of them has a window."""
    plan = scenes.plan({"1": {"card": "yes"}, "2": {"pension": "yes"}})
    both = Queue("card", scenes.same("card"), "A")
    pension = Service(id="pension", name=scenes.same("pension"), queue="card")
    plan = replace(plan, queues={"card": both}, services={**plan.services, "pension": pension})
    hall = scenes.hall()
    scenes.at_window(hall, "1", scenes.ticket(0), 0)
    in_line(hall, 3, first=1)
    waits = estimate_waits(plan, hall, NOW, scenes.fixed(600), dice())
    assert waits.queues == {"card": exactly(2400)}
    assert waits.newcomers[kind_of("pension", class_)] == "no_window_open"
    assert isinstance(waits.newcomers[kind_of("card", class_)], Range)


def test_a_priority_ticket_is_told_at_its_draw_what_its_page_says_next() -> None:
    hall = AnnouncingHall()
    hall.do(c.OpenWindow("1", "ann"))
    for _ in range(12):
        hall.issue("id-card")
    hall.announce()
    queue = hall.announcer.queues["a"].said
    ticket = hall.draw("id-card", class_="priority")
    (first,) = hall.shown(ticket)
    hall.announce()
    assert hall.announcer.tickets[ticket].promise() == first.promise()
    assert isinstance(first.said, Range)
    assert isinstance(queue, Range)
    assert first.said.p90_s < queue.p50_s


def test_who_has_a_time_is_not_told_an_earlier_one() -> None:
    hall = scenes.hall()
    drawn = scenes.ticket(1, class_="appointment", not_before=NOW.tick + 900_000)
    shown = Shown(Range(60, 600, 1200), 5, seq=7)
    assert promised(shown, drawn, NOW, 9) == Shown(Range(900, 900, 2100), NOW.tick, (), 9)
    assert promised(shown, drawn._replace(not_before=0), NOW, 9).said == shown.said
    assert promised(Shown("no_window_open", 5), drawn, NOW, 9).said == "no_window_open"
    hall.put(drawn)
    assert estimate_waits(scenes.one_window(), hall, NOW, scenes.fixed(600), dice()).tickets[drawn.id] == exactly(900)
