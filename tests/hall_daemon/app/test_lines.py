"""The line of a window as its clerk sees it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hall_daemon.app import lines
from hall_daemon.app.lines import window_line
from hall_daemon.app.view_context import ViewContext
from hall_daemon.domain import commands as c
from tests.hall_daemon.app.small_hall import HOUR_MS, SmallHall, small_plan, ticket_pages


def test_a_window_shows_its_line_in_order_of_call_and_below_it_who_may_not_be_called_yet() -> None:
    hall = SmallHall()
    hall.do(c.OpenWindow("1", "x"))
    wall = hall.now().wall
    early = hall.issue("social", class_="appointment", slot=(wall + HOUR_MS, wall + 2 * HOUR_MS))
    first, back = hall.issue("social", review="YS-20260302-000001"), hall.issue("social")
    hall.do(c.CallTicket("1", back, "urgent"))
    hall.do(c.Transfer(back, keep="clerk"))
    line = window_line(ViewContext(plan=hall.plan, epoch=7), hall.hall, "1", hall.now())
    assert [(row.ticket, row.only_window, row.blocked) for row in line.line] == [
        (back, "1", None), (first, None, None), (early, None, "slot"),
    ]
    assert (line.waiting, line.missing, line.missed) == (3, 0, ())
    assert [row.ticket for row in line.line if row.prepared] == [first]


def test_whoever_goes_on_at_the_window_stands_in_its_line() -> None:
    hall = SmallHall()
    hall.do(c.OpenWindow("1", "x"))
    both, other = hall.issue("social", "id-card"), hall.issue("social")
    hall.do(c.CallNext("1"))
    line = window_line(ViewContext(plan=hall.plan, epoch=7), hall.hall, "1", hall.now())
    assert [(row.ticket, row.service, row.state) for row in line.line] == [
        (both, "id-card", "called"), (other, "social", "waiting"),
    ]
    assert line.waiting == 1
    hall.later(5)
    hall.do(c.CallNext("1"))
    assert hall.hall.window("1").ticket == both


def test_a_long_line_is_cut_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "ROWS_IN_ORDER", 2)
    monkeypatch.setattr(lines, "ROWS_MISSED", 1)
    hall = SmallHall()
    hall.do(c.OpenWindow("1", "x"))
    tickets = [hall.issue("social") for _ in range(5)]
    for _ in range(2):
        hall.do(c.CallNext("1"))
        hall.do(c.Miss("1"))
    line = window_line(ViewContext(plan=hall.plan, epoch=7), hall.hall, "1", hall.now())
    assert ([row.ticket for row in line.line], line.waiting) == (tickets[2:4], 3)
    assert ([row.ticket for row in line.missed], line.missing) == (tickets[1:2], 2)


def test_a_call_that_the_hall_ends_by_itself_says_when_on_its_page() -> None:
    plan = small_plan()
    hall = SmallHall(replace(plan, policy=replace(plan.policy, no_show_s=120)))
    hall.issue("social")
    hall.do(c.OpenWindow("1", "x"))
    ticket = next(iter(hall.hall.tickets))
    steps: tuple[tuple[c.Command, str | None], ...] = (
        (c.CallNext("1"), "2026-11-23T01:02:00.000Z"),
        (c.SayComing(ticket), "2026-11-23T01:04:00.000Z"),
        (c.Start("1"), None),
    )
    for command, ends in steps:
        hall.do(command)
        (page,) = ticket_pages(ViewContext(plan=hall.plan, epoch=7), hall.hall, hall.seq, hall.now()).values()
        assert page.call_ends == ends
        assert page.coming == isinstance(command, c.SayComing)
        assert ("coming" in page.can) == isinstance(command, c.CallNext), "it is said once"
