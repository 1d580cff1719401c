"""From the pads to the hall: what a press does, and when the pad beeps."""

from __future__ import annotations

from device_drivers.events import KeyPressed
from device_drivers.kinds.ff68_pad.codec import KEYS
from hall_daemon.app.record import Busy
from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from tests.hall_daemon.adapters.bridge_rig import TICKETS, Rig, wait_until

CODE = {name: code for code, name in KEYS.items()}
A001 = TICKETS[0]


def test_keys_become_commands_of_the_window_the_pad_stands_at(rig: Rig) -> None:
    rig.draw()
    rig.press(CODE["call"], address=2)
    wait_until(lambda: rig.events(e.TicketCalled))
    assert [(row.by, type(row.event).__name__) for row in rig.store.rows[-2:]] == [
        ("pad:p2", "WindowOpened"), ("pad:p2", "TicketCalled"),
    ]
    assert rig.store.rows[-1].event.window == "2"  # type: ignore[union-attr]
    rig.press(CODE["recall"], address=2)
    wait_until(lambda: rig.events(e.TicketRecalled))


def test_a_refused_press_beeps(open_: Rig) -> None:
    open_.press(CODE["call"])
    open_.beeped()
    assert open_.events(e.TicketCalled) == []


def test_a_pad_where_nobody_is_logged_in_beeps_and_does_nothing(open_: Rig) -> None:
    open_.draw()
    open_.attended.clear()
    open_.press(CODE["call"])
    open_.beeped()
    assert open_.submitted == []
    open_.attended.add("1")
    open_.bridge.on_event(KeyPressed("p1", "call"))
    wait_until(lambda: open_.events(e.TicketCalled))


def test_a_key_that_means_nothing_here_beeps(open_: Rig) -> None:
    open_.bridge.on_event(KeyPressed("p1", "transfer", 9))
    open_.beeped()


def test_the_call_key_ends_a_pause_with_a_beep_and_calls_when_it_is_pressed_again(open_: Rig) -> None:
    open_.draw()
    open_.do(c.PauseWindow("1", "lunch"))
    open_.press(CODE["call"])
    open_.beeped()
    wait_until(lambda: len(open_.events(e.WindowOpened)) == 2)
    assert open_.store.rows[-1].by == "pad:p1"
    assert open_.events(e.TicketCalled) == []
    open_.shows(1, "等候叫号")
    open_.bridge.on_event(KeyPressed("p1", "call"))
    wait_until(lambda: open_.events(e.TicketCalled))


def test_a_rating_is_kept_for_who_was_served_and_a_second_one_beeps(open_: Rig) -> None:
    open_.draw()
    open_.do(c.CallNext("1"), c.Start("1"), c.Finish("1"))
    rating = bytes.fromhex("FF 68 03 03 68 01 11 00 12 16")
    open_.pads.line.write(rating)
    wait_until(lambda: open_.events(e.ServiceRated))
    open_.pads.wait_for(lambda frame: frame.get("func") == 1 and frame.get("addr") == 1)
    assert not [frame for frame in open_.pads.look() if frame.get("func") == 3]
    open_.pads.line.write(rating)
    open_.beeped()
    assert open_.events(e.ServiceRated) == [e.ServiceRated(A001, "1", 5, "pad:p1")]


def test_a_press_while_the_hall_is_busy_beeps_and_is_not_kept(open_: Rig) -> None:
    """A call that comes true seconds later calls somebody for a clerk who has turned away."""
    open_.draw()
    core_submit = open_.core.submit

    def full(request: object, on_answer: object) -> None:
        raise Busy

    open_.core.submit = full  # type: ignore[method-assign]
    open_.press(CODE["call"])
    open_.beeped()
    open_.core.submit = core_submit  # type: ignore[method-assign]
    open_.do(c.PauseWindow("1", "lunch"))
    assert open_.events(e.TicketCalled) == []
    assert not open_.bridge._outcomes._kept


def test_a_pad_that_stands_nowhere_does_nothing(rig: Rig) -> None:
    before = len(rig.submitted)
    rig.bridge.on_event(KeyPressed("p9", "call"))
    assert len(rig.submitted) == before
