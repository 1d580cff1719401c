"""Why each ticket was called last, also after a restart, and nothing of yesterday."""

from __future__ import annotations

from hall_daemon.app.last_calls import LastCalls
from hall_daemon.domain import commands as c
from tests.hall_daemon.app.small_hall import DAY, MIDNIGHT_WALL, SmallHall


def test_the_reason_of_the_last_call_is_remembered() -> None:
    small = SmallHall()
    calls = LastCalls()
    small.subscribers.append(calls)
    ticket = small.issue("id-card")
    assert calls.reason(ticket) is None
    small.do(c.OpenWindow("1", "ann"))
    small.do(c.CallNext("1"))
    assert calls.reason(ticket).code == "arrival"  # type: ignore[union-attr]
    small.later(60)
    small.do(c.Miss("1"))
    small.do(c.Return(ticket))
    small.later(60)
    small.do(c.CallTicket("1", ticket, "urgent"))
    assert calls.reason(ticket).code == "picked"  # type: ignore[union-attr]
    assert LastCalls(small.rows).reason(ticket) == calls.reason(ticket)


def test_a_new_day_begins_without_the_old_one() -> None:
    small = SmallHall()
    calls = LastCalls()
    small.subscribers.append(calls)
    ticket = small.issue("id-card")
    small.do(c.OpenWindow("1", "ann"))
    small.do(c.CallNext("1"))
    small.do(c.OpenDay("2026-11-24", MIDNIGHT_WALL + 86_400_000))
    assert DAY < "2026-11-24"
    assert calls.reason(ticket) is None
