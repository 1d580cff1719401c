"""A turn of the day by a wrong clock is taken back: who expired waits again, and no number is given twice."""

from __future__ import annotations

import msgspec

from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment
from tests.hall_daemon.domain.halls import DAY, MIDNIGHT, PlayedHall

DAY_MS = 86_400_000
NEXT = "2026-11-24"


def set_wall(stage: PlayedHall, by_ms: int) -> None:
    stage.now = stage.now._replace(wall=stage.now.wall + by_ms)


def turn(stage: PlayedHall) -> None:
    stage.do(c.OpenDay(NEXT, MIDNIGHT + DAY_MS))


def kinds(events: tuple[e.Event, ...]) -> list[str]:
    return [type(event).__name__ for event in events]


def test_who_expired_waits_again_in_order_and_numbers_go_on() -> None:
    stage = PlayedHall().open("1", "3")
    served, called, missed, _, _ = (stage.draw() for _ in range(5))
    for step in (c.CallNext("1"), c.Start("1"), c.Finish("1"), c.CallNext("3"), c.CallNext("1"), c.Miss("1")):
        stage.do(step)
    lines_before = [ticket.id for ticket in stage.hall.in_line("licence")]
    set_wall(stage, DAY_MS)
    turn(stage)
    assert stage.hall.waiting("licence") == 0
    wrong = stage.draw()
    assert wrong == f"{NEXT}-A001"
    set_wall(stage, -DAY_MS)
    events = stage.do(c.ReopenDay())
    assert kinds(events) == ["TicketReopened"] * 3 + ["DayReopened"]
    assert (stage.hall.day, stage.hall.day_open, stage.hall.midnight_wall) == (DAY, True, MIDNIGHT)
    assert [ticket.id for ticket in stage.hall.in_line("licence")] == [called, *lines_before, wrong]
    assert stage.ticket(missed).state == "missed"
    stage.do(c.Return(missed))
    assert stage.draw() == f"{DAY}-A006"
    assert served not in stage.hall.tickets
    assert stage.call("1") == "A002"
    # The day that was begun too early comes, and goes on with its numbers.
    set_wall(stage, DAY_MS)
    turn(stage)
    assert stage.draw() == f"{NEXT}-A002"
    assert stage.replayed() == stage.hall


def test_a_turn_by_the_right_clock_holds() -> None:
    stage = PlayedHall().open("1")
    assert stage.refused(c.ReopenDay()).code == "no_turn"
    stage.draw()
    turn(stage)
    stage.now = Moment(stage.now.tick + DAY_MS, MIDNIGHT + DAY_MS)
    assert stage.refused(c.ReopenDay()).code == "turn_holds"
    stage.now = stage.now._replace(wall=MIDNIGHT + DAY_MS - 1)
    stage.do(c.ReopenDay())
    assert stage.refused(c.ReopenDay()).code == "no_turn"


def test_a_snapshot_keeps_what_the_turn_can_put_back() -> None:
    stage = PlayedHall().open("1")
    ticket = stage.draw()
    turn(stage)
    kept = msgspec.json.decode(msgspec.json.encode(stage.hall), type=Hall)
    kept.reindex()
    assert kept == stage.hall
    stage.hall = kept
    stage.do(c.ReopenDay())
    assert stage.ticket(ticket).state == "waiting"
