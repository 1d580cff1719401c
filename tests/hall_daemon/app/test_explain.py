"""Why one was called before another: every ground there is, from real calls, in words that name both."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from hall_daemon.app.explain import CODES
from hall_daemon.app.history import History
from hall_daemon.app.record import Recorded
from hall_daemon.domain import commands as c
from hall_daemon.domain.decide import Refused
from hall_daemon.domain.evolve import evolve
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Plan, Policy
from hall_daemon.wire.messages import Explanation
from tests.hall_daemon.app.small_hall import DAY, HOUR_MS, MIDNIGHT_WALL, SmallHall, small_plan


class Day:
    """A small hall whose past can be asked."""

    def __init__(self, **policy: int) -> None:
        settings = {"recall_lock_s": 0, "missed_lock_s": 0, **policy}
        self.plan: Plan = replace(small_plan(), policy=Policy(**settings))  # type: ignore[arg-type]
        self.small = SmallHall(self.plan)
        self.do, self.issue, self.later = self.small.do, self.small.issue, self.small.later
        for window in "123":
            self.do(c.OpenWindow(window, f"staff-{window}"))

    def hall_at(self, seq: int) -> Hall:
        hall = Hall()
        for row in self.small.rows[:seq]:
            evolve(hall, row.event, row.moment)
        return hall

    def day(self, day: str) -> list[Recorded]:
        return [row for row in self.small.rows if row.day == day]

    @property
    def past(self) -> History:
        return History(self.plan, self.day, self.hall_at)

    def call(self, window: str = "1") -> None:
        self.do(c.CallNext(window))

    def number(self, ticket: str) -> str:
        return self.small.hall.tickets[ticket].number

    def why(self, ticket: str, other: str = "") -> Explanation:
        answer = self.past.why(ticket, self.number(other) if other else "")
        assert isinstance(answer, Explanation), answer
        assert self.number(ticket) in answer.text["zh"]
        assert self.number(ticket) in answer.text["en"]
        if other and answer.facts["why"] != "not_called":
            assert self.number(other) in answer.text["zh"]
            assert self.number(other) in answer.text["en"]
        assert "{" not in answer.text["zh"] + answer.text["en"]
        return answer


def code(answer: Explanation) -> object:
    return answer.facts["why"]


def test_not_called_yet() -> None:
    day = Day()
    ticket = day.issue("id-card")
    assert code(day.why(ticket)) == "not_called"
    assert code(day.why(ticket, day.issue("id-card"))) == "not_called"


def test_an_undone_call_was_none() -> None:
    day = Day()
    ticket = day.issue("id-card")
    day.call()
    assert code(day.why(ticket)) == "called"
    day.do(c.Undo("1"))
    assert code(day.why(ticket)) == "not_called"


def test_called_says_window_and_ground() -> None:
    day = Day()
    ticket = day.issue("id-card")
    day.later(300)
    day.call("2")
    answer = day.why(ticket)
    assert answer.text["zh"] == "A001 号由2号窗口叫到：先到先办，等候 5 分钟。"
    assert answer.text["en"] == "A001 was called by Window 2: First come, first served: waited 5 min."
    assert (answer.facts["code"], answer.facts["seq"]) == ("arrival", day.small.rows[-1].seq)


def test_the_other_one_was_drawn_later_or_not_yet() -> None:
    day = Day()
    first, second = day.issue("id-card"), day.issue("social")
    day.call()
    third = day.issue("id-card")
    assert code(day.why(first, second)) == "later"
    assert code(day.why(first, third)) == "not_drawn"


def test_the_other_one_was_not_waiting() -> None:
    day = Day()
    gone, first = day.issue("id-card"), day.issue("id-card")
    day.do(c.Cancel(gone))
    day.call()
    answer = day.why(first, gone)
    assert (code(answer), answer.facts["state"]) == ("not_waiting", "cancelled")


def test_the_window_does_not_do_it() -> None:
    day = Day()
    day.plan.windows["1"].skills["tax"] = "never"
    tax, card = day.issue("tax"), day.issue("id-card")
    day.call()
    assert code(day.why(card, tax)) == "other_service"


def test_the_other_one_waits_for_its_clerk() -> None:
    day = Day()
    own, other = day.issue("id-card"), day.issue("id-card")
    day.call("2")
    day.do(c.Transfer(own, to_window="2"))
    day.call("1")
    answer = day.why(other, own)
    assert (code(answer), answer.facts["clerk"]) == ("other_clerk", "2")


def test_a_slot_that_had_not_begun() -> None:
    day = Day()
    begins = day.small.now().wall + HOUR_MS
    booked = day.issue("id-card", class_="appointment", slot=(begins, begins + HOUR_MS))
    walked_in = day.issue("id-card")
    day.call()
    assert code(day.why(walked_in, booked)) == "slot"


def test_just_missed_and_locked() -> None:
    day = Day(missed_lock_s=30, return_after_calls=0)
    missed, other = day.issue("id-card"), day.issue("id-card")
    day.call()
    day.do(c.Miss("1"))
    day.do(c.Return(missed))
    day.call()
    assert code(day.why(other, missed)) == "lock"


def test_a_returner_had_calls_to_wait_for() -> None:
    day = Day(return_after_calls=3)
    missed, other = day.issue("id-card"), day.issue("id-card")
    day.call()
    day.do(c.Miss("1"))
    day.do(c.Return(missed))
    day.call()
    answer = day.why(other, missed)
    assert (code(answer), answer.facts["left"]) == ("returner", 3)


def test_whoever_asked_to_be_called_later_let_others_go_first() -> None:
    day = Day()
    away = day.issue("id-card")
    day.later(60)
    other = day.issue("id-card")
    day.do(c.Postpone(away))
    day.call()
    assert code(day.why(other, away)) == "postponed"
    day.later(600)
    third = day.issue("id-card")
    day.call("2")
    assert code(day.why(away, third)) == "later", "and from there on first come, first served"


def test_whoever_went_back_stands_behind_who_drew_meanwhile() -> None:
    day = Day()
    away = day.issue("id-card")
    day.later(60)
    other = day.issue("id-card")
    day.do(c.Postpone(away))
    day.later(600)
    day.call()
    assert code(day.why(other, away)) == "postponed"


def test_classes_take_turns() -> None:
    day = Day()
    ordinary, priority = day.issue("id-card"), day.issue("id-card", class_="priority")
    day.call()
    answer = day.why(priority, ordinary)
    assert code(answer) == "class"
    assert "A001 号为普通，A002 号为优先" in answer.text["zh"]


def test_the_window_takes_another_matter_first() -> None:
    day = Day()
    card, tax = day.issue("id-card"), day.issue("tax")
    day.call("3")
    assert code(day.why(tax, card)) == "skill"


@pytest.mark.parametrize("class_", ["ordinary", "priority"])
def test_a_pick_is_a_pick_whatever_class_and_skill_say(class_: str) -> None:
    """It must not be dressed up as the turn of a class."""
    day = Day()
    first, picked = day.issue("id-card"), day.issue("tax", class_=class_)
    day.do(c.CallTicket("1", picked, "urgent"))
    answer = day.why(picked, first)
    assert (code(answer), answer.facts["code"]) == ("reason", "picked")
    assert "情况紧急" in answer.text["zh"]


def test_the_longest_wait_goes_before_a_class_whose_turn_it_was() -> None:
    day = Day(longest_wait_s=600, longest_wait_every=1)
    ordinary, priority = day.issue("id-card"), day.issue("id-card", class_="priority")
    day.later(601)
    day.call()
    answer = day.why(ordinary, priority)
    assert answer.facts["code"] == "longest_wait"
    assert code(answer) == "later"
    assert "轮流" not in answer.text["zh"]


def test_a_class_that_is_not_in_the_plan_any_more_reads_as_itself() -> None:
    day = Day()
    ordinary, priority = day.issue("id-card"), day.issue("id-card", class_="priority")
    day.call()
    kept = tuple(rule for rule in day.plan.policy.classes if rule.id != "priority")
    day.plan = replace(day.plan, policy=replace(day.plan.policy, classes=kept))
    assert "priority" in day.why(priority, ordinary).text["en"]


def test_every_ground_is_tried_here() -> None:
    tried = set(re.findall(r'== \(?"([a-z_]+)"', Path(__file__).read_text(encoding="utf-8")))
    assert set(CODES) <= tried


@pytest.mark.parametrize(("ticket", "other"), [(f"{DAY}-A999", ""), (f"{DAY}-A001", "Z1"), ("nonsense", ""), ("", "")])
def test_nobody_can_say_it_of_a_ticket_that_never_was(ticket: str, other: str) -> None:
    day = Day()
    day.issue("id-card")
    day.call()
    answer = day.past.why(ticket, other)
    assert answer == Refused("unknown_ticket", {"ticket": other or ticket})


def test_the_past_stands_when_the_day_is_over() -> None:
    day = Day()
    first, second = day.issue("id-card"), day.issue("id-card")
    day.call()
    numbers = {first: day.number(first), second: day.number(second)}
    day.do(c.OpenDay("2026-11-24", MIDNIGHT_WALL + 24 * HOUR_MS))
    day.do(c.OpenDay("2026-11-25", MIDNIGHT_WALL + 48 * HOUR_MS))
    answer = day.past.why(first, numbers[second])
    assert isinstance(answer, Explanation)
    assert code(answer) == "later"


def test_a_tickets_history_is_every_event_that_names_it() -> None:
    day = Day()
    mine, other = day.issue("id-card"), day.issue("id-card")
    day.call()
    day.do(c.Start("1"))
    day.do(c.Undo("1"))
    day.call("2")
    kinds = [type(row.event).__name__ for row in day.past.of_ticket(mine)]
    assert kinds == ["TicketIssued", "TicketCalled", "ServiceStarted", "PressUndone"]
    assert [type(row.event).__name__ for row in day.past.of_ticket(other)] == ["TicketIssued", "TicketCalled"]
    assert day.past.of_ticket("2020-01-01-A001") == []
