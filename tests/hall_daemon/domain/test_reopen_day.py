"""A turn of the day by a wrong clock is taken back: who expired waits again, and no number is given twice."""

from __future__ import annotations

import msgspec

from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.evolve_day import TURNS_KEPT
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


def test_a_day_begun_too_early_goes_on_with_its_numbers_also_after_a_later_wrong_turn() -> None:
    stage = PlayedHall().open("1")
    set_wall(stage, DAY_MS)
    turn(stage)
    assert stage.draw() == f"{NEXT}-A001"
    set_wall(stage, -DAY_MS)
    stage.do(c.ReopenDay())
    for day, ahead in (("2026-11-30", 7), ("2026-12-01", 8)):
        stage.do(c.OpenDay(day, MIDNIGHT + ahead * DAY_MS))
    stage.do(c.ReopenDay())
    assert stage.hall.day == DAY
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


def test_every_turn_of_a_clock_that_was_wrong_for_nights_is_taken_back() -> None:
    """Twelve days ahead, and three midnights long nobody noticed."""
    stage = PlayedHall().open("1")
    stage.draw()
    midnight = MIDNIGHT
    for day in ("2026-12-05", "2026-12-06", "2026-12-07"):
        set_wall(stage, 12 * DAY_MS if midnight == MIDNIGHT else DAY_MS)
        midnight = MIDNIGHT + (12 * DAY_MS if midnight == MIDNIGHT else midnight - MIDNIGHT + DAY_MS)
        stage.do(c.OpenDay(day, midnight))
        assert stage.draw() == f"{day}-A001"
    # It is the 25th of November: no number would be given for twelve days.
    set_wall(stage, -12 * DAY_MS)
    events = stage.do(c.ReopenDay())
    assert kinds(events) == ["TicketReopened"] + ["DayReopened"] * 3
    assert stage.hall.day == DAY
    stage.do(c.OpenDay("2026-11-25", MIDNIGHT + 2 * DAY_MS))
    assert stage.draw() == "2026-11-25-A001"
    # The days that were begun too early come, and go on with their numbers.
    set_wall(stage, 11 * DAY_MS)
    stage.do(c.OpenDay("2026-12-06", MIDNIGHT + 13 * DAY_MS))
    assert stage.draw() == "2026-12-06-A002"
    assert stage.replayed() == stage.hall


def test_so_many_turns_are_kept_and_no_more() -> None:
    stage = PlayedHall().open("1")
    for n in range(1, 60):
        stage.do(c.OpenDay(f"2027-{n // 28 + 1:02d}-{n % 28 + 1:02d}", MIDNIGHT + n * DAY_MS))
    assert len(stage.hall.earlier_turns) == TURNS_KEPT
