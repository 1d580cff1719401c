"""What a big screen is told: calls newest first, none that was undone, misses, notices that can be said."""

from __future__ import annotations

from dataclasses import replace

from hall_daemon.app.last_calls import LastCalls
from hall_daemon.app.screens import screen_state
from hall_daemon.app.states import stamp
from hall_daemon.app.view_context import ViewContext
from hall_daemon.config.settings import BigScreen
from hall_daemon.domain import commands as c
from hall_daemon.wire.screens import ScreenState
from hall_daemon.words.text import text
from tests.hall_daemon.app.small_hall import MIDNIGHT_WALL, SmallHall, small_plan

SCREEN = BigScreen(
    names={"a": text("综", "Gen")},
    zones={"up": text("二楼", "First floor")},
    notices=(text("{closes} 结束", "Ends at {closes}"), text("{hall}：{waiting} 人在等", "{hall}: {waiting} wait")),
)


class Board:
    """A small hall whose third window stands on another floor, and its screens."""

    def __init__(self) -> None:
        plan = small_plan()
        windows = {**plan.windows, "3": replace(plan.windows["3"], zone="up")}
        self.hall = SmallHall(replace(plan, windows=windows))
        self.calls = LastCalls()
        self.hall.subscribers.append(self.calls)

    def state(self, calls: LastCalls | None = None) -> ScreenState:
        hall = self.hall
        ctx = ViewContext(plan=hall.plan, epoch=1, recent=(calls or self.calls).recent, screen=SCREEN)
        return screen_state(ctx, hall.hall, hall.now(), stamp(ctx, 1, hall.now()))

    def called(self) -> list[tuple[str, str, int]]:
        return [(call.number, call.window, call.calls) for call in self.state().called]


def test_calls_stand_newest_first_and_one_that_is_undone_is_none() -> None:
    board = Board()
    for _ in range(4):
        board.hall.issue("id-card")
    for window in "12":
        board.hall.do(c.OpenWindow(window, f"clerk-{window}"))
        board.hall.do(c.CallNext(window))
    assert board.called() == [("A002", "2", 1), ("A001", "1", 1)]
    board.hall.later(10)
    board.hall.do(c.Recall("1"))
    assert board.called() == [("A001", "1", 2), ("A002", "2", 1)]
    board.hall.later(10)
    board.hall.do(c.CallNext("2"))
    assert board.called() == [("A003", "2", 1), ("A001", "1", 2), ("A002", "2", 1)]
    board.hall.do(c.Undo("2"))
    assert [number for number, _, _ in board.called()] == ["A001", "A002"]
    assert board.state(LastCalls(board.hall.rows)).called == board.state().called


def test_who_was_missed_stands_beside_and_is_back_when_called_again() -> None:
    board = Board()
    ticket = board.hall.issue("id-card")
    board.hall.do(c.OpenWindow("3", "clerk"))
    board.hall.do(c.CallNext("3"))
    board.hall.later(60)
    board.hall.do(c.Miss("3"))
    state = board.state()
    assert (state.called, [(one.number, one.zone) for one in state.missed]) == ((), [("A001", "up")])
    board.hall.do(c.Return(ticket))
    assert board.state().missed == ()
    board.hall.do(c.OpenDay("2026-11-24", MIDNIGHT_WALL + 86_400_000))
    assert board.state().called == ()


def test_names_zones_and_only_notices_that_can_be_said() -> None:
    board = Board()
    board.hall.issue("id-card")
    state = board.state()
    assert state.short == {"a": text("综", "Gen"), "b": text("税务", "Tax")}
    assert state.zones == {"hall": text("hall", "hall"), "up": text("二楼", "First floor")}
    assert set(state.queue_zones["b"]) == {"hall", "up"}
    assert {notice["zh"] for notice in state.notices} == {"12:00 结束", "小厅：1 人在等"}
    board.hall.later(4 * 3600)
    assert [notice["en"] for notice in board.state().notices] == ["Small hall: 1 wait"]
