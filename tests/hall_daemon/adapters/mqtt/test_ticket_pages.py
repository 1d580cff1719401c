from __future__ import annotations

import json

from hall_daemon.adapters.mqtt.ticket_pages import A_ROUND, A_SECOND, PACE_S, SAVED, Due, TicketPages
from hall_daemon.app.states import stamp
from hall_daemon.app.view_context import ViewContext
from hall_daemon.domain import commands as c
from hall_daemon.wire import topics
from tests.hall_daemon.app.small_hall import DAY, MIDNIGHT_WALL, SmallHall


class Rig:
    """The pages of a small hall, said and acknowledged at `s` seconds."""

    def __init__(self, tickets: int = 0) -> None:
        self.hall = SmallHall()
        self.hall.do(c.OpenWindow("1", "x"))
        self.ctx = ViewContext(plan=self.hall.plan, epoch=3)
        self.pages = TicketPages(self.ctx)
        self.hall.subscribers.append(lambda hall, batch, now: self.pages.note(hall, batch))
        self.s = 0.0
        self.mid = 0
        self.ids = [self.hall.issue("id-card") for _ in range(tickets)]
        self.pages.renew(self.hall.hall)

    def due(self) -> list[Due]:
        now = self.hall.now()
        return self.pages.due(self.hall.hall, now, stamp(self.ctx, self.hall.seq, now), self.s)

    def say(self) -> list[Due]:
        """One round, acknowledged at once."""
        found = self.due()
        for due in found:
            self.mid += 1
            self.pages.sent(due, self.mid)
            assert self.pages.acked(self.mid)
        return found

    def until_quiet(self) -> list[Due]:
        found: list[Due] = []
        while self.pages.pressing(self.s):
            found += self.say()
        return found


def numbers(found: list[Due]) -> list[str]:
    return [json.loads(due.payload)["number"] if due.payload else "gone" for due in found]


def test_after_a_connection_every_page_is_said_once_those_that_still_move_first() -> None:
    rig = Rig(70)
    rig.hall.do(c.Cancel(rig.ids[0]))
    rig.pages.renew(rig.hall.hall)
    assert not rig.pages.renewed
    said = numbers(rig.until_quiet())
    assert len(said) == len(set(said)) == 70
    assert said[-1] == "A001"
    assert rig.pages.renewed
    assert rig.pages.settled


def test_a_change_of_ones_own_is_said_at_once_and_moving_up_at_its_pace() -> None:
    rig = Rig(5)
    rig.until_quiet()
    rig.s += PACE_S / 2
    rig.hall.do(c.CallNext("1"))
    assert numbers(rig.until_quiet()) == ["A001"]
    rig.hall.do(c.Start("1"))
    assert numbers(rig.until_quiet()) == ["A001"]
    rig.s += PACE_S / 2
    assert numbers(rig.until_quiet()) == ["A002", "A003", "A004", "A005"], "one place further up"
    rig.s += PACE_S
    assert rig.until_quiet() == [], "looked at, and nothing has changed"


def test_a_page_that_moves_no_more_is_said_again_before_it_is_late_and_one_that_is_over_never() -> None:
    rig = Rig(2)
    rig.hall.do(c.Cancel(rig.ids[0]))
    rig.until_quiet()
    for _ in range(30):
        rig.s += 1
        if found := numbers(rig.until_quiet()):
            assert found == ["A002"]
            assert rig.s >= rig.ctx.ttl_s / 2
            break
    else:
        raise AssertionError("it was not said again")


def test_a_flood_takes_no_more_than_so_many_a_second() -> None:
    rig = Rig()
    for _ in range(600):
        rig.hall.issue("id-card")
    said = 0
    for tenth in range(20):
        rig.s = tenth / 10
        while rig.pages.pressing(rig.s):
            found = rig.say()
            assert len(found) <= A_ROUND
            said += len(found)
    assert SAVED <= said <= SAVED + 2 * A_SECOND
    assert not rig.pages.settled


def test_the_next_day_takes_the_pages_away_and_who_waits_for_a_flush_hears_everybody() -> None:
    rig = Rig(3)
    rig.until_quiet()
    rig.hall.do(c.CallNext("1"))
    rig.pages.all()
    assert sorted(numbers(rig.until_quiet())) == ["A001", "A002", "A003"]
    for id_ in rig.ids:
        rig.hall.try_(c.Cancel(id_))
    rig.hall.try_(c.Finish("1"))
    rig.hall.do(c.CloseDay(DAY))
    rig.hall.do(c.OpenDay("2026-11-24", MIDNIGHT_WALL + 86_400_000))
    found = rig.until_quiet()
    gone = [due.topic for due in found if not due.payload]
    assert len(gone) == 3
    assert rig.hall.hall.tickets == {}
    assert rig.pages.settled


def test_pages_that_nobody_holds_are_taken_away_and_ours_stay() -> None:
    rig = Rig(1)
    ours = topics.ticket_page(rig.hall.plan.id, "token-1")
    stray = topics.tickets(rig.hall.plan.id) + "0" * 40
    assert rig.pages.clear_orphan(ours)
    assert rig.pages.clear_orphan(stray)
    assert not rig.pages.clear_orphan(topics.queue_state(rig.hall.plan.id, "old"))
    found = rig.until_quiet()
    assert [due.topic for due in found if not due.payload] == [stray]
    assert [due.topic for due in found if due.payload] == [ours]


def test_one_message_of_a_page_is_under_way_and_the_newest_follows() -> None:
    rig = Rig(1)
    (first,) = rig.due()
    rig.pages.sent(first, 1)
    rig.hall.do(c.CallNext("1"))
    assert rig.due() == []
    assert rig.pages.acked(1)
    assert not rig.pages.acked(99)
    (second,) = rig.due()
    assert json.loads(second.payload)["state"] == "called"


def test_a_day_that_is_taken_up_again_brings_the_pages_back_of_who_had_missed_a_call_too() -> None:
    rig = Rig(3)
    for command in (c.CallNext("1"), c.Miss("1")):
        rig.hall.do(command)
    rig.until_quiet()
    rig.hall.do(c.OpenDay("2099-01-01", MIDNIGHT_WALL + 10**12))
    # The next day begins and is taken back before the broker heard of it, or after it did.
    for heard in (False, True):
        if heard:
            rig.hall.do(c.OpenDay("2099-01-01", MIDNIGHT_WALL + 10**12))
            rig.until_quiet()
        rig.hall.do(c.ReopenDay())
        rig.until_quiet()
        assert {topic for topic, (said, _) in rig.pages._said.items() if said} == {
            topics.ticket_page(rig.hall.plan.id, ticket.token) for ticket in rig.hall.hall.tickets.values()
        }
        assert rig.pages.settled
