"""The core on its thread, its own deadlines, and that replaying its journal is living it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hall_daemon.app.core import Core
from hall_daemon.app.record import Accepted, Busy, Request
from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.plan import Policy
from tests.hall_daemon.app.core_rig import Rig
from tests.hall_daemon.app.in_memory import DAY_MS, events_of
from tests.hall_daemon.domain.halls import DAY

# -- the thread ----------------------------------------------------------------------------------


def test_many_threads_get_every_number_once(live: Rig) -> None:
    numbers: list[list[str]] = [[] for _ in range(8)]

    def kiosk(mine: list[str]) -> None:
        for n in range(50):
            answer = live.core.ask(Request(c.IssueTicket(services=("licence",), token=f"{id(mine)}-{n}")), 10)
            mine.append(events_of(answer)[0].number)  # type: ignore[attr-defined]

    threads = [threading.Thread(target=kiosk, args=(mine,)) for mine in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(number for mine in numbers for number in mine) == [f"A{n:03d}" for n in range(1, 401)]
    assert all(mine == sorted(mine) for mine in numbers)


def test_stop_finishes_what_was_taken() -> None:
    rig = Rig(batch_limit=7)
    for _ in range(100):
        rig.draw()
    rig.core.start()
    rig.core.stop()
    assert len(rig.answers) == 100
    with pytest.raises(Busy):
        rig.draw()


class SlowInbox:
    """An inbox that is asked for its size while, just then, the core is told to stop."""

    def __init__(self, core: Core) -> None:
        self._inbox = core._inbox
        self._asker = threading.current_thread()
        self.stopper = threading.Thread(target=core.stop)

    def qsize(self) -> int:
        if threading.current_thread() is self._asker and self.stopper.ident is None:
            self.stopper.start()
            self.stopper.join(0.2)  # a stop that does not wait for us is over by then
        return self._inbox.qsize()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inbox, name)


def test_a_submit_that_meets_a_stop_is_still_answered() -> None:
    rig = Rig()
    rig.core._inbox = inbox = SlowInbox(rig.core)  # type: ignore[assignment]
    rig.core.start()
    rig.draw()
    inbox.stopper.join(10)
    assert isinstance(rig.answers[0], Accepted)
    with pytest.raises(Busy):
        rig.draw()


def test_a_core_that_idles_still_turns(live: Rig, wait_until: Callable[[Callable[[], object]], None]) -> None:
    """The watchdog is fed by it, and deadlines come when nobody presses anything."""
    beats = live.core.beats
    wait_until(lambda: live.core.beats > beats + 1)
    assert live.core.hall.day == DAY


# -- what the hall does by itself -----------------------------------------------------------------


def test_the_day_turns_once_and_the_rest_expire(rig: Rig) -> None:
    rig.draw()
    rig.core.step()
    rig.clock.forward(15 * 3600)
    rig.core.step()
    rig.core.step()
    rig.clock.forward(60)
    rig.core.step()
    kinds = [type(row.event) for row in rig.store.rows]
    assert kinds == [e.DayOpened, e.TicketIssued, e.TicketExpired, e.DayClosed, e.DayOpened]
    assert [row.day for row in rig.store.rows] == [DAY] * 4 + ["2026-11-24"]
    assert {row.by for row in rig.store.rows} == {"core", "kiosk:1"}
    assert rig.store.commits[-1] == 3, "the roll-over is one transaction"


def test_a_number_after_midnight_is_of_the_new_day(rig: Rig) -> None:
    rig.draw()
    rig.core.step()
    rig.clock.forward(15 * 3600)
    rig.draw()
    rig.core.step()
    assert events_of(rig.answers[-1])[0].ticket == "2026-11-24-A001"  # type: ignore[attr-defined]


def test_a_late_finish_and_its_undoing_land_on_their_own_day(rig: Rig) -> None:
    rig.draw()
    rig.ask(c.OpenWindow("1", "ann"))
    rig.ask(c.CallNext("1"))
    rig.ask(c.Start("1"))
    rig.clock.forward(15 * 3600)
    rig.core.step()
    for command in (c.Finish("1"), c.Undo("1"), c.Finish("1")):
        answer = rig.ask(command)
        assert isinstance(answer, Accepted)
        assert [row.day for row in answer.events] == [DAY]
    assert rig.core.hall.day == "2026-11-24"


@pytest.mark.parametrize("days", [-1, -365 * 56])
def test_a_wall_that_is_turned_back_reopens_no_day(rig: Rig, days: int) -> None:
    rig.clock.set_wall(rig.clock.moment.wall + days * DAY_MS)
    rig.clock.steps = [days * DAY_MS]
    rig.core.step()
    rig.core.step()
    assert rig.core.hall.day == DAY
    assert [row.event for row in rig.store.rows[1:]] == [e.ClockStepped(days * DAY_MS)]


def test_a_no_show_is_missed_once(rig: Rig) -> None:
    rig = Rig(policy=Policy(no_show_s=60, recall_lock_s=0, missed_lock_s=0))
    rig.draw()
    for command in (c.OpenWindow("1", "ann"), c.CallNext("1")):
        rig.ask(command)
    rig.clock.forward(59.999)
    assert (rig.core.step(), rig.core.hall.window("1").ticket) == (0, f"{DAY}-A001")
    rig.clock.forward(0.001)
    for _ in range(3):
        rig.core.step()
    assert [type(row.event) for row in rig.store.rows[-2:]] == [e.TicketCalled, e.TicketMissed]
    assert rig.store.rows[-1].by == "core"
    assert rig.core.hall.window("1").ticket == ""


def test_a_recall_gives_a_no_show_more_time_and_a_start_ends_it() -> None:
    rig = Rig(policy=Policy(no_show_s=60, recall_lock_s=0))
    rig.draw()
    for command in (c.OpenWindow("1", "ann"), c.CallNext("1")):
        rig.ask(command)
    rig.clock.forward(50)
    rig.ask(c.Recall("1"))
    rig.clock.forward(50)
    rig.core.step()
    assert rig.core.hall.tickets[f"{DAY}-A001"].state == "called"
    rig.ask(c.Start("1"))
    rig.clock.forward(500)
    rig.core.step()
    assert rig.core.hall.tickets[f"{DAY}-A001"].state == "serving"


# -- replay is live ------------------------------------------------------------------------------

COMMANDS = st.one_of(
    st.builds(
        c.IssueTicket, services=st.sampled_from([("licence",), ("card",), ("licence", "card")]), token=st.just("t")
    ),
    st.builds(c.OpenWindow, st.sampled_from("12"), st.just("ann")),
    st.builds(c.CallNext, st.sampled_from("12")),
    st.builds(c.Start, st.sampled_from("12")),
    st.builds(c.Finish, st.sampled_from("12")),
    st.builds(c.Miss, st.sampled_from("12")),
    st.builds(c.Undo, st.sampled_from("12")),
    st.builds(c.Hold, st.sampled_from("12")),
    st.builds(c.Resume, st.sampled_from("12")),
    st.builds(c.CloseWindow, st.sampled_from("12")),
)
BATCHES = st.lists(
    st.tuples(st.lists(st.tuples(COMMANDS, st.sampled_from(["", "k1", "k2"])), max_size=6), st.integers(0, 30_000)),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(BATCHES)
def test_replaying_the_journal_is_living_it(batches: list[tuple[list[tuple[c.Command, str]], int]]) -> None:
    rig = Rig()
    sent = 0
    for commands, seconds in batches:
        for command, key in commands:
            rig.send(command, key, str(command))
            sent += 1
        rig.core.step()
        rig.clock.forward(seconds)
    assert len(rig.answers) == sent
    assert rig.replayed() == rig.core.hall
    assert [row for batch in rig.batches for row in batch] == rig.store.rows
    assert [row.seq for row in rig.store.rows] == list(range(1, rig.core.seq + 1))
    days = [row.event.day for row in rig.store.rows if isinstance(row.event, e.DayOpened)]
    assert days == sorted(set(days))
