"""F13: the broker is away for eight hours of fifty windows. Once it is there the live state comes first, and then
every event, once and in order."""

from __future__ import annotations

from pathlib import Path

from hall_daemon.adapters.storage.data_folder import JOURNAL
from hall_daemon.adapters.storage.journal import Journal
from hall_daemon.adapters.storage.witnesses import BOOKMARK
from hall_daemon.app.record import Recorded
from hall_daemon.domain import commands as c
from hall_daemon.domain.plan import Moment, Plan
from tests.drills.brokers import broker
from tests.drills.invariants import Retained, assert_sound, wrong_at_broker
from tests.drills.stand import WINDOWS, Stand, wait_until
from tests.hall_daemon.domain.halls import PlayedHall

WINDOWS_MORE = range(len(WINDOWS) + 1, 51)
HOURS, EACH_S = 8, 600
DAY = "2026-11-23"
EIGHT_WALL = 1_795_392_000_000  # of that day, in Shanghai
FIVE = ("--at", "2026-11-23T17:00:00")
PATIENCE_S = 240.0  # it takes some 15 s on two quiet cores; of a busy machine nothing is asked
BATCH = 500


def eight_hours(plan: Plan) -> list[Recorded]:
    """Every ten minutes somebody new at each of the windows: drawn, called, announced, started, finished."""
    played = PlayedHall(plan=plan, now=Moment(1_000_000, EIGHT_WALL))
    played.do(c.OpenDay(DAY, EIGHT_WALL - 8 * 3_600_000))
    for window in plan.windows:
        played.do(c.OpenWindow(window, f"clerk-{window}"))
    for _ in range(HOURS * 3600 // EACH_S):
        for window in plan.windows:
            ticket = played.draw("one")
            played.do(c.CallNext(window))
            played.do(c.ReportAnnounced(ticket, window, 1, visible=True, audible=False))
            played.do(c.Start(window))
        played.wait(EACH_S)
        for window in plan.windows:
            played.do(c.Finish(window))
    return [Recorded(n, at.tick, at.wall, DAY, "http", event) for n, (at, event) in enumerate(played.log, 1)]


def test_eight_hours_of_fifty_windows_are_told_once_and_in_order(tmp_path: Path) -> None:
    more = "".join(f'[windows.{n}]\nlabel = "{n}"\nyes = ["one"]\n' for n in WINDOWS_MORE)
    with Stand(tmp_path, mqtt="external", tail=more) as stand:
        rows = eight_hours(stand.settings.plan)
        stand.data.mkdir(mode=0o700)
        journal = Journal(stand.data / JOURNAL)
        for first in range(0, len(rows), BATCH):
            journal.append(rows[first : first + BATCH])
        journal.close()
        (stand.data / BOOKMARK).write_text("0\n", encoding="ascii")
        with broker(stand), Retained(*stand.broker) as retained, stand.hall(*FIVE) as hall:
            wait_until(lambda: len(retained.events) >= len(rows), PATIENCE_S, "every event is told")
            seqs = [event["seq"] for event in list(retained.events)]
            assert seqs[: len(rows)] == list(range(1, len(rows) + 1))
            assert retained.states_before_events >= len(stand.settings.plan.windows), "live state comes first"
            wait_until(lambda: wrong_at_broker(stand, stand.settings, retained) == [], PATIENCE_S, "and is right")
            assert hall.health()["mqtt"] == "ok"
        assert_sound(stand.data, stand.settings)
