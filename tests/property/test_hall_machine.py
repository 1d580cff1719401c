"""Anything anybody may do, in any order: what must hold of a hall holds (I1 to I4, I9)."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from hall_daemon.app import views
from hall_daemon.app.lines import queue_detail, window_line
from hall_daemon.app.view_context import ViewContext
from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.decide import Refused
from hall_daemon.domain.dispatch import choose, order, waiting_for
from hall_daemon.domain.plan import Moment, Policy
from hall_daemon.domain.window_rules import REASONS
from tests.drills.month_audit import assert_each_once
from tests.hall_daemon.domain.halls import DAY, MIDNIGHT, PlayedHall, plan

WINDOWS = st.sampled_from(["1", "2", "3"])
SERVICES = st.lists(st.sampled_from(["licence", "permit", "card", "pension"]), min_size=1, max_size=3, unique=True)


class HallMachine(RuleBasedStateMachine):
    """Drives a hall with commands that may well be refused, and looks at it after each."""

    @initialize()
    def begin(self) -> None:
        policy = Policy(recall_lock_s=2, missed_lock_s=5, longest_wait_s=120, misses_before_void=2)
        self.played = PlayedHall(plan(policy)).open("1", "2")
        self.day = 0

    def some_ticket(self, pick: int) -> str:
        tickets = list(self.played.hall.tickets)
        return tickets[pick % len(tickets)] if tickets else "2026-11-23-A001"

    @rule(
        services=SERVICES,
        class_=st.sampled_from(["ordinary", "ordinary", "priority", "appointment"]),
        slot=st.integers(-900, 900),
    )
    def draw(self, services: list[str], class_: str, slot: int) -> None:
        begins = self.played.now.wall + slot * 1000
        command = c.IssueTicket(
            services=tuple(services),
            token=next(self.played.tokens),
            class_=class_,
            class_reason="elderly",
            slot=(begins, begins + 600_000),
            printer="printer",
        )
        decision = self.played.ask(command)
        # The clock may say another day than the hall's: then it is closed, and nothing else.
        assert not isinstance(decision, Refused) or decision.code.startswith("hall_closed")

    @rule(window=WINDOWS)
    def call_next(self, window: str) -> None:
        shown = window_line(ViewContext(plan=self.played.plan, epoch=1), self.played.hall, window, self.played.now).line
        decision = self.played.ask(c.CallNext(window))
        if isinstance(decision, Refused):
            assert decision.code != "nobody_waits" or all(row.blocked for row in shown)
        else:
            # The top row of the clerk's list, also where a finished matter puts its own ticket back in line.
            called = [event.ticket for event in decision if isinstance(event, e.TicketCalled)]
            assert called == [row.ticket for row in shown[:1] if not row.blocked]

    @rule(
        window=WINDOWS,
        press=st.sampled_from([c.Recall, c.Start, c.Finish, c.Miss, c.Hold, c.Resume, c.Undo, c.CloseWindow]),
    )
    def press(self, window: str, press: type) -> None:
        self.played.ask(press(window))

    @rule(window=WINDOWS, staff=st.sampled_from(["staff-1", "staff-2", "staff-3"]), take_over=st.booleans())
    def open_window(self, window: str, staff: str, take_over: bool) -> None:
        before = self.played.hall.window(window)
        taken = before.status != "closed" and before.staff != staff
        decision = self.played.ask(c.OpenWindow(window, staff, take_over))
        after = self.played.hall.window(window)
        if not isinstance(decision, Refused):
            assert take_over or not taken
            assert (after.staff, after.ticket, after.held) == (staff, before.ticket, before.held)

    @rule(window=WINDOWS, level=st.integers(0, 6))
    def rate(self, window: str, level: int) -> None:
        decision = self.played.ask(c.Rate(window, level, "pad:1"))
        if not isinstance(decision, Refused):
            (rated,) = decision
            assert isinstance(rated, e.ServiceRated)
            assert 1 <= level <= 5
            # Once a visit, and never somebody who was not called here.
            assert [x.ticket for _, x in self.played.log if isinstance(x, e.ServiceRated)].count(rated.ticket) == 1
            assert any(
                isinstance(x, e.TicketCalled) and (x.ticket, x.window) == (rated.ticket, window)
                for _, x in self.played.log
            )

    @rule(level=st.integers(0, 6), reasons=st.sets(st.sampled_from([*REASONS, "anything"])), data=st.data())
    def rate_visit(self, level: int, reasons: set[str], data: st.DataObject) -> None:
        tickets = self.played.hall.tickets
        ticket = data.draw(st.sampled_from(sorted(tickets) or ["none"]))
        before = dict(self.played.hall.ratings)
        decision = self.played.ask(c.RateVisit(ticket, level, "phone", tuple(sorted(reasons))))
        if isinstance(decision, Refused):
            assert self.played.hall.ratings == before
        else:
            assert (tickets[ticket].state, ticket in before, 1 <= level <= 5) == ("served", False, True)
            assert not reasons or (level <= 2 and "anything" not in reasons)

    @rule(window=WINDOWS)
    def pause(self, window: str) -> None:
        self.played.ask(c.PauseWindow(window, "lunch"))

    @rule(window=WINDOWS, pick=st.integers(0, 99))
    def pick(self, window: str, pick: int) -> None:
        self.played.ask(c.CallTicket(window, self.some_ticket(pick), "documents"))

    @rule(pick=st.integers(0, 99), what=st.sampled_from([c.Return, c.Cancel, c.Postpone, c.SayComing]))
    def applicant(self, pick: int, what: type) -> None:
        self.played.ask(what(self.some_ticket(pick)))

    @rule(pick=st.integers(0, 99), reason=st.sampled_from(["elderly", "nothing"]))
    def prioritise(self, pick: int, reason: str) -> None:
        self.played.ask(c.Prioritise(self.some_ticket(pick), reason))

    @rule(
        pick=st.integers(0, 99),
        service=st.sampled_from(["", "licence", "card"]),
        window=st.sampled_from(["", "1", "3"]),
        keep=st.sampled_from(["place", "end", "clerk"]),
    )
    def transfer(self, pick: int, service: str, window: str, keep: str) -> None:
        self.played.ask(c.Transfer(self.some_ticket(pick), service, window, keep))  # type: ignore[arg-type]

    @rule(seconds=st.integers(0, 200))
    def time_passes(self, seconds: int) -> None:
        self.played.wait(seconds)

    @rule(days=st.integers(-2, 1))
    def clock_says_another_day(self, days: int) -> None:
        self.day = max(self.day, self.day + days)
        day = f"2026-11-{23 + self.day:02d}" if self.day < 7 else f"2026-12-{self.day - 6:02d}"
        before = self.played.hall.day
        self.played.ask(c.OpenDay(day, MIDNIGHT + self.day * 86_400_000))
        assert self.played.hall.day >= before >= DAY
        self.played.now = Moment(self.played.now.tick, self.played.hall.midnight_wall + 9 * 3_600_000)

    @invariant()
    def every_ticket_is_somewhere_once(self) -> None:
        assert_each_once(self.played.hall)

    @invariant()
    def no_number_twice_and_no_gap(self) -> None:
        given = [(x.day, x.queue, x.count) for _, x in self.played.log if isinstance(x, e.TicketIssued)]
        for day, queue in {(day, queue) for day, queue, _ in given}:
            counts = [count for d, q, count in given if (d, q) == (day, queue)]
            assert counts == list(range(1, len(counts) + 1))

    @invariant()
    def nobody_is_lost(self) -> None:
        drawn = {x.ticket for _, x in self.played.log if isinstance(x, e.TicketIssued)}
        gone = drawn - set(self.played.hall.tickets)
        ended = {
            x.ticket
            for _, x in self.played.log
            if isinstance(x, e.TicketExpired | e.TicketCancelled | e.ServiceFinished | e.TicketVoided)
        }
        assert gone <= ended

    @invariant()
    def who_is_shown_next_is_who_is_chosen(self) -> None:
        hall, now, plan = self.played.hall, self.played.now, self.played.plan
        for window in plan.windows.values():
            choice = choose(hall, window, now, plan.policy)
            shown = order(hall, window, now, plan.policy, 99)
            assert shown[:1] == (() if choice is None else (choice,))
            assert len({each.ticket.id for each in shown}) == len(shown) <= waiting_for(hall, window)

    @invariant()
    def counts_and_lists_agree(self) -> None:
        hall, now, plan = self.played.hall, self.played.now, self.played.plan
        context = ViewContext(plan=plan, epoch=1)
        waiting = [ticket for ticket in hall.tickets.values() if ticket.state == "waiting"]
        queues = [queue_detail(context, hall, queue, 0, now) for queue in plan.queues]
        assert all(len(detail.line) == detail.queue.waiting for detail in queues)
        assert sum(detail.queue.waiting for detail in queues) == len(waiting)
        assert sum(service.waiting for service in views.hall_view(context, hall, 0, now).services) == len(waiting)
        for window in plan.windows.values():
            shown = window_line(context, hall, window.id, now)
            assert shown.waiting == views.window_view(context, hall, window.id, 0, now).waiting
            assert shown.waiting == sum(row.state == "waiting" for row in shown.line)
            # Who is kept for a window is kept for one that does the matter.
            assert {row.service for row in shown.line} <= set(window.services)
        assert all(ticket.queue == plan.services[ticket.service].queue for ticket in waiting)

    @invariant()
    def a_copy_is_equal_and_indexed_alike(self) -> None:
        twin = self.played.hall.copy()
        assert twin == self.played.hall
        assert {s: {k: v for k, v in x.items() if v} for s, x in twin.lines.items() if any(x.values())} == {
            s: {k: v for k, v in x.items() if v} for s, x in self.played.hall.lines.items() if any(x.values())
        }

    def teardown(self) -> None:
        if hasattr(self, "stage"):
            assert self.played.replayed() == self.played.hall


TestHallMachine = HallMachine.TestCase
TestHallMachine.settings = settings(max_examples=120, stateful_step_count=60, deadline=None)
