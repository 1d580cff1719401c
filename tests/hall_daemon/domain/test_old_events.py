"""What earlier versions wrote is read as it was meant: fields that came later have their defaults."""

from __future__ import annotations

import msgspec
import pytest

from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.evolve import evolve
from tests.hall_daemon.domain.halls import PlayedHall


@pytest.mark.parametrize(
    ("body", "event"),
    [
        ('{"window": "1", "staff": "ann"}', e.WindowOpened("1", "ann")),
        (
            '{"window": "1", "ticket": "T", "service": "a", "next_service": "b", "queue": "Q"}',
            e.ServiceAdvanced(window="1", ticket="T", service="a", next_service="b", queue="Q"),
        ),
        (
            ('{"ticket": "T", "window": "1", "services": ["a"], "queue": "Q", "since": 5, "serial": 2,'
            ' "only_window": "1"}'),
            e.TicketTransferred(ticket="T", window="1", services=("a",), queue="Q", since=5, serial=2, only_window="1"),
        ),
    ],
)
def test_a_body_without_the_later_fields(body: str, event: e.Event) -> None:
    assert msgspec.json.decode(body, type=type(event)) == event


def test_a_silent_take_over_of_an_earlier_version_leaves_the_press_before_it_to_be_undone() -> None:
    played = PlayedHall().open("1")
    ticket = played.draw()
    played.call()
    evolve(played.hall, e.WindowOpened("1", "somebody-else"), played.now)
    evolve(played.hall, e.PressUndone("1", (ticket,), "call"), played.now)
    assert played.ticket(ticket).state == "waiting"
    assert played.hall.window("1").staff == "somebody-else"
    assert played.refused(c.Undo("1")).code == "nothing_to_undo"
