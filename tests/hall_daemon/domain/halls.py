"""A small hall to try rules on: two queues, four services, three windows, and a clock that only we move."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from typing import Any

from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.decide import Decision, Refused, decide
from hall_daemon.domain.evolve import evolve
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment, Plan, Policy, Queue, Service, Window
from hall_daemon.domain.ticket import Ticket
from hall_daemon.words.text import same

DAY = "2026-11-23"  # a Monday
MIDNIGHT = 1_795_392_000_000  # of that day in UTC


def plan(policy: Policy | None = None, **changes: Any) -> Plan:
    base = Plan(
        id="test",
        name=same("hall"),
        timezone="UTC",
        queues={"A": Queue("A", same("A"), "A"), "B": Queue("B", same("B"), "B")},
        services={
            "licence": Service(id="licence", name=same("licence"), queue="A"),
            "permit": Service(id="permit", name=same("permit"), queue="A"),
            "card": Service(id="card", name=same("card"), queue="B"),
            "pension": Service(id="pension", name=same("pension"), queue="B"),
        },
        windows={
            "1": Window("1", "1", {"licence": "yes", "permit": "yes"}),
            "2": Window("2", "2", {"card": "first", "pension": "yes", "licence": "idle"}),
            "3": Window("3", "3", {"licence": "yes", "permit": "never", "card": "yes"}),
        },
        priority_reasons={"elderly": same("elderly")},
        pick_reasons={"documents": same("documents")},
        pause_reasons={"lunch": same("lunch")},
        policy=policy or Policy(recall_lock_s=0, missed_lock_s=0),
    )
    return replace(base, **changes)


@dataclass
class PlayedHall:
    """Decides and evolves; `log` keeps every event with its moment, as a journal would."""

    plan: Plan = field(default_factory=plan)
    hall: Hall = field(default_factory=Hall)
    now: Moment = field(default_factory=lambda: Moment(1_000_000, MIDNIGHT + 9 * 3_600_000))
    log: list[tuple[Moment, e.Event]] = field(default_factory=list)
    tokens: Any = field(default_factory=lambda: map(str, itertools.count()))

    def open(self, *windows: str) -> PlayedHall:
        self.do(c.OpenDay(DAY, MIDNIGHT))
        for window in windows:
            self.do(c.OpenWindow(window, f"staff-{window}"))
        return self

    def ask(self, command: c.Command) -> Decision:
        """The decision; its events have happened when it was not a refusal."""
        decision = decide(self.plan, self.hall, command, self.now)
        if not isinstance(decision, Refused):
            for event in decision:
                evolve(self.hall, event, self.now)
                self.log.append((self.now, event))
        return decision

    def do(self, command: c.Command) -> tuple[e.Event, ...]:
        decision = self.ask(command)
        assert not isinstance(decision, Refused), decision
        return decision

    def refused(self, command: c.Command) -> Refused:
        decision = self.ask(command)
        assert isinstance(decision, Refused), decision
        return decision

    def draw(self, *services: str, **more: Any) -> str:
        """Draw a ticket and return its id."""
        (event,) = self.do(c.IssueTicket(services=services or ("licence",), token=next(self.tokens), **more))
        assert isinstance(event, e.TicketIssued)
        return event.ticket

    def call(self, window: str = "1") -> str | None:
        """Call next and return the number, or None when nobody may be called."""
        decision = self.ask(c.CallNext(window))
        if isinstance(decision, Refused):
            assert decision.code == "nobody_waits", decision
            return None
        called = [event for event in decision if isinstance(event, e.TicketCalled)]
        return self.ticket(called[0].ticket).number if called else None

    def ticket(self, ticket_id: str) -> Ticket:
        return self.hall.tickets[ticket_id]

    def wait(self, seconds: float) -> None:
        self.now = Moment(self.now.tick + int(seconds * 1000), self.now.wall + int(seconds * 1000))

    def replayed(self) -> Hall:
        hall = Hall()
        for moment, event in self.log:
            evolve(hall, event, moment)
        return hall
