"""The plan of the floor, as the configuration draws it."""

from __future__ import annotations

from hall_daemon.app.floor_plan import floor_plan
from hall_daemon.config.floor import Floor
from hall_daemon.wire.floor import FloorCell
from hall_daemon.words.text import same
from tests.hall_daemon.domain.halls import plan


def test_windows_stand_alone_and_landmarks_side_by_side_are_one() -> None:
    floor = Floor(rows=("1 2 3", "", "seats seats ."), names={"seats": same("seats")}, places={"3": same("left")})
    windows, gap, below = floor_plan(plan(), floor).rows
    assert [(cell.window, cell.label, cell.wide) for cell in windows] == [("1", "1", 1), ("2", "2", 1), ("3", "3", 1)]
    assert gap == ()
    assert below == (FloorCell(name=same("seats"), wide=2), FloorCell())
    assert floor_plan(plan(), floor).places == {"3": same("left")}


def test_a_hall_that_draws_none_has_none() -> None:
    assert floor_plan(plan(), Floor()).rows == ()
