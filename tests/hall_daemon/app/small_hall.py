"""A hall in memory for tests of views: real rules, no thread, a clock that is set. Also a follower's replica."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from hall_daemon.app.record import Recorded, Subscriber
from hall_daemon.app.states import stamp, ticket_page
from hall_daemon.app.view_context import ViewContext
from hall_daemon.domain import commands as c
from hall_daemon.domain.decide import Refused, decide
from hall_daemon.domain.evolve import evolve
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Hours, Moment, Plan, Queue, Service, Window
from hall_daemon.wire import messages as m
from hall_daemon.wire import topics
from hall_daemon.words.text import text

T = TypeVar("T")

DAY = "2026-11-23"
MIDNIGHT_WALL = 1_795_363_200_000  # 2026-11-23T00:00 in Asia/Shanghai
HOUR_MS = 3_600_000


def small_plan(*, hall: str = "hall-1", windows: int = 3) -> Plan:
    """Two queues, three services, some windows; open 8:30–12:00 and 14:00–17:30, staff may pick."""
    a = Queue("a", text("综合", "General"), "A")
    b = Queue("b", text("税务", "Tax"), "B")
    session = ((510, 720), (840, 1050))
    return Plan(
        id=hall,
        name=text("小厅", "Small hall"),
        timezone="Asia/Shanghai",
        queues={"a": a, "b": b},
        services={
            "id-card": Service(id="id-card", name=text("身份证", "ID card"), queue="a"),
            "social": Service(id="social", name=text("社保", "Social insurance"), queue="a", daily_cap=50),
            "tax": Service(id="tax", name=text("税务", "Tax"), queue="b"),
        },
        windows={
            str(n): Window(str(n), f"{n}", {"id-card": "yes", "social": "yes", "tax": "idle" if n < 3 else "first"})
            for n in range(1, windows + 1)
        },
        hours=Hours(weekly=(session,) * 5 + ((),) * 2),
        priority_reasons={"disabled": text("残疾人", "Disabled")},
        pick_reasons={"urgent": text("情况紧急", "Urgent case")},
        pause_reasons={"lunch": text("午餐", "Lunch")},
    )


def ticket_pages(ctx: ViewContext, hall: Hall, seq: int, now: Moment) -> dict[str, m.TicketPage]:
    """The page of every ticket, by topic."""
    at = stamp(ctx, seq, now)
    return {
        topics.ticket_page(ctx.plan.id, ticket.token): ticket_page(ctx, hall, ticket, now, at)
        for ticket in hall.tickets.values()
    }


class SmallHall:
    """`do(command)` decides, evolves, tells subscribers. `read`, `seq`, `events_after` are a follower's."""

    def __init__(self, plan: Plan | None = None, *, seq: int = 0) -> None:
        self.plan = plan or small_plan()
        self.hall = Hall()
        self.seq = seq
        self.rows: list[Recorded] = []
        self.first_seq = seq + 1
        self.clock_ms = 9 * HOUR_MS
        self.subscribers: list[Subscriber] = []
        self._lock = threading.RLock()
        self._tokens = 0
        self.do(c.OpenDay(DAY, MIDNIGHT_WALL))

    def now(self) -> Moment:
        return Moment(10_000_000 + self.clock_ms, MIDNIGHT_WALL + self.clock_ms)

    def later(self, seconds: float) -> None:
        self.clock_ms += int(seconds * 1000)

    def try_(self, command: c.Command) -> tuple[Recorded, ...] | Refused:
        with self._lock:
            now = self.now()
            decision = decide(self.plan, self.hall, command, now)
            if isinstance(decision, Refused):
                return decision
            batch = []
            for event in decision:
                evolve(self.hall, event, now)
                self.seq += 1
                batch.append(Recorded(self.seq, now.tick, now.wall, self.hall.day, "test", event))
            self.rows += batch
        for subscriber in self.subscribers:
            subscriber(self.hall, batch, now)
        return tuple(batch)

    def do(self, command: c.Command) -> tuple[Recorded, ...]:
        done = self.try_(command)
        assert not isinstance(done, Refused), done
        return done

    def issue(self, *services: str, class_: str = "ordinary", **more: object) -> str:
        """Draw a number; returns the ticket's id."""
        self._tokens += 1
        reason = "disabled" if class_ == "priority" else ""
        token = f"token-{self._tokens}"
        command = c.IssueTicket(services=services, token=token, class_=class_, class_reason=reason, **more)  # type: ignore[arg-type]
        return self.do(command)[0].event.ticket  # type: ignore[union-attr]

    def read(self, look: Callable[[Hall], T]) -> T:
        with self._lock:
            return look(self.hall)

    def true_at(self, now: Moment) -> Moment:
        return now

    def events_after(self, seq: int, limit: int = 1000) -> list[Recorded]:
        with self._lock:
            start = max(0, seq + 1 - self.first_seq)
            return self.rows[start : start + limit]


def busy_hall() -> SmallHall:
    """Window 1 serves A001, window 2 calls A002, A003 is held at 3, B001 missed there, A004 and B002 wait."""
    hall = SmallHall()
    for name in ("1", "2", "3"):
        hall.do(c.OpenWindow(name, f"clerk-{name}"))
    hall.issue("id-card")
    hall.issue("social")
    hall.issue("id-card")
    hall.issue("tax")
    hall.later(5)
    hall.do(c.CallNext("1"))
    hall.do(c.Start("1"))
    hall.later(5)
    hall.do(c.CallTicket("3", f"{DAY}-B001", "urgent"))
    hall.do(c.Miss("3"))
    hall.do(c.CallTicket("3", f"{DAY}-A003", "urgent"))
    hall.do(c.Start("3"))
    hall.do(c.Hold("3"))
    hall.later(5)
    hall.do(c.CallNext("2"))
    hall.issue("id-card")
    hall.issue("tax")
    return hall
