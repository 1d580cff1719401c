"""F6, F7: midnight comes once; the rest expires, numbers begin anew, and a clock that goes back opens no day again."""

from __future__ import annotations

from pathlib import Path

from hall_daemon.domain import events as e
from tests.drills.invariants import assert_sound, assert_whole, happened, journal
from tests.drills.stand import Stand, wait_until

# Five seconds before midnight, as a person at the bench counts them.
LAST_MINUTE = ("--at", "2026-11-24T23:59:00", "--speed", "12")
HALF_AN_HOUR_BACK = ("--at", "2026-11-24T23:30:00")
NEXT_MORNING = ("--at", "2026-11-25T08:30:00")
OLD_DAY, NEW_DAY = "2026-11-24", "2026-11-25"
TURNED_S = 20.0


def test_the_day_turns_once_whatever_the_clock_does(tmp_path: Path) -> None:
    with Stand(tmp_path) as stand:
        with stand.hall(*LAST_MINUTE) as hall:
            hall.open()
            told = [hall.draw() for _ in range(4)]
            hall.window("1", "call-next")
            hall.window("1", "start")
            hall.window("2", "call-next")
            assert hall.get("hall")["day"] == OLD_DAY, "the machine is too slow for this drill"
            wait_until(lambda: hall.get("hall")["day"] == NEW_DAY, TURNED_S, "midnight")
            assert [event.ticket for _, event in happened(stand.data, e.TicketExpired)] == [
                f"{OLD_DAY}-A00{n}" for n in (2, 3, 4)
            ]
            # Who is at a desk is served; it counts for the day the number was drawn.
            wait_until(lambda: stand.strip("1") == "正在办理A001", 5, "still being served")
            wait_until(lambda: stand.strip("2") == "等候叫号", 5, "the call of yesterday is over")
            told += [hall.draw(), hall.draw()]
            assert told[4:] == ["A001", "A002"]
            hall.window("1", "finish")
            ((row, finish),) = happened(stand.data, e.ServiceFinished)
            assert (finish.ticket, row.day) == (f"{OLD_DAY}-A001", OLD_DAY)
            hall.window("1", "call-next")
            assert_whole(stand, hall, told)
            hall.kill()
        with stand.hall(*HALF_AN_HOUR_BACK) as hall:
            # By its clock it is before the day that has begun: closed for new numbers, not for who waits.
            refused = hall.post("tickets", {"service": "one"})
            assert (refused.status_code, refused.json()["code"]) == (409, "hall_closed")
            hall.window("2", "call-next")
            assert hall.get("hall")["day"] == NEW_DAY
            assert_whole(stand, hall, told)
        with stand.hall(*NEXT_MORNING) as hall:
            told.append(hall.draw())
            hall.window("2", "call-next")
            assert_whole(stand, hall, told)
        assert told[4:] == ["A001", "A002", "A003"]
        assert_sound(stand.data, stand.settings, told)
        turns = [row.event for row in journal(stand.data) if isinstance(row.event, e.DayOpened | e.DayClosed)]
        assert [(type(turn).__name__, turn.day) for turn in turns] == [
            ("DayOpened", OLD_DAY), ("DayClosed", OLD_DAY), ("DayOpened", NEW_DAY),
        ]
