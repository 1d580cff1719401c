"""A small hall with a docket to try rules on: food licences, whose prepared kind has a window of its own."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from hall_daemon.cases import commands as k
from hall_daemon.cases import events as ke
from hall_daemon.cases.book import Book
from hall_daemon.cases.clock import Calendar
from hall_daemon.cases.decide import Command, decide
from hall_daemon.cases.defects import Code, Defect, Of
from hall_daemon.cases.docket import Review
from hall_daemon.cases.evolve import evolve
from hall_daemon.cases.statutes import Matter, Statutes
from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.plan import ClassRule, Moment, Plan, Policy, Queue, Service, Window
from hall_daemon.domain.refusal import Decision, Refused
from hall_daemon.domain.ticket import Ticket
from hall_daemon.words.text import same
from tests.hall_daemon.domain.halls import DAY, MIDNIGHT
from tests.hall_daemon.domain.halls import plan as hall_plan

DAY_MS = 86_400_000
# 2026-10-01 to 07 is off, the Saturday after is worked.
YEAR = Calendar(
    frozenset(date(2026, 10, day) for day in (1, 2, 5, 6, 7)), frozenset({date(2026, 10, 10)}), frozenset({2026})
)


def plan(**changes: Any) -> Plan:
    base = hall_plan(
        Policy(
            classes=(
                ClassRule("priority", same("priority"), 2), ClassRule("ready", same("ready"), 3),
                ClassRule("ordinary", same("ordinary"), 1),
            ),
            recall_lock_s=0, missed_lock_s=0,
        )
    )
    services = {
        **base.services,
        "food": Service(id="food", name=same("food"), queue="A", when_ready="food-ready"),
        "food-ready": Service(id="food-ready", name=same("food"), queue="F", expected_s=300, ticket_class="ready"),
    }
    windows = {
        **base.windows,
        "1": replace(base.windows["1"], skills={**base.windows["1"].skills, "food": "yes"}),
        "9": Window("9", "9", {"food-ready": "first", "food": "idle"}),
    }
    queues = {**base.queues, "F": Queue("F", same("F"), "F")}
    return replace(base, queues=queues, services=services, windows=windows, **changes)


def statutes(**changes: Any) -> Statutes:
    matter = Matter(
        id="food", form="food-form", edition=3, service="food", fields=frozenset({"name", "area"}),
        papers=frozenset({"licence", "layout"}), later=frozenset({"layout"}),
    )
    return Statutes(matters={"food": replace(matter, **changes)}, calendar=YEAR)


def defect(id_: str, code: Code = "unreadable", of: Of = "paper", **more: Any) -> Defect:
    return Defect(of=of, id=id_, code=code, **more)


@dataclass
class PlayedBook:
    """Decides and evolves; `log` keeps every event with its moment, as a journal would."""

    plan: Plan = field(default_factory=plan)
    statutes: Statutes = field(default_factory=statutes)
    book: Book = field(default_factory=Book)
    now: Moment = field(default_factory=lambda: Moment(1_000_000, MIDNIGHT + 9 * 3_600_000))
    log: list[tuple[Moment, e.Event]] = field(default_factory=list)
    count: Any = field(default_factory=itertools.count)

    def open(self, *windows: str) -> PlayedBook:
        self.do(c.OpenDay(DAY, MIDNIGHT))
        for window in windows:
            self.do(c.OpenWindow(window, f"staff-{window}"))
        return self

    def ask(self, command: Command) -> Decision:
        decision = decide(self.plan, self.statutes, self.book, command, self.now)
        if not isinstance(decision, Refused):
            for event in decision:
                evolve(self.book, event, self.now)
                self.log.append((self.now, event))
        return decision

    def do(self, command: Command) -> tuple[e.Event, ...]:
        decision = self.ask(command)
        assert not isinstance(decision, Refused), decision
        return decision

    def refused(self, command: Command) -> str:
        decision = self.ask(command)
        assert isinstance(decision, Refused), decision
        return decision.code

    # -- a review, step by step -------------------------------------------------------------------

    def draft(self, person: str = "") -> str:
        *_, event = self.do(k.OpenReview(matter="food", edition=3, token=f"t{next(self.count)}", person=person))
        assert isinstance(event, ke.ReviewOpened)
        return event.review

    def fill(self, review: str, *changed: str) -> str:
        self.do(k.KeepAnswers(review, self.review(review).version, f"a{next(self.count)}", changed))
        return review

    def page(self, review: str, paper: str = "licence", page: int = 1) -> None:
        self.do(k.KeepPage(review, paper, page, f"p{next(self.count)}"))

    def sent(self, person: str = "ann") -> str:
        review = self.fill(self.draft(), "name")
        self.page(review)
        self.do(k.SendReview(review=review, version=self.review(review).version, person=person))
        return review

    def sent_draft(self, review: str, person: str = "ann") -> str:
        self.do(k.SendReview(review=review, version=self.review(review).version, person=person))
        return review

    def looked(self, review: str = "", staff: str = "bo") -> str:
        review = review or self.sent()
        self.do(k.LookAt(review, staff))
        return review

    def passed(self, person: str = "ann") -> str:
        review = self.looked(self.sent(person))
        self.do(k.PassReview(review, 0, "bo"))
        return review

    def told(self, *defects: Defect, review: str = "", **more: Any) -> str:
        review = review or self.looked()
        self.do(k.TellDefects(review=review, version=0, staff="bo", defects=defects, **more))
        return review

    def review(self, review: str) -> Review:
        return self.book.docket.reviews[review]

    # -- the hall -----------------------------------------------------------------------------------

    def draw(self, *services: str) -> str:
        (event,) = self.do(c.IssueTicket(services=services or ("food",), token=f"k{next(self.count)}"))
        assert isinstance(event, e.TicketIssued)
        return event.ticket

    def taken(self, review: str, **whose: Any) -> k.TakeTicket:
        draw = c.IssueTicket(services=("food",), token=f"k{next(self.count)}")
        return k.TakeTicket(review=review, draw=draw, **(whose or {"token": self.review(review).token}))

    def ticket(self, ticket_id: str) -> Ticket:
        return self.book.hall.tickets[ticket_id]

    def called(self, window: str) -> str:
        self.do(c.CallNext(window))
        return self.book.hall.window(window).ticket

    def morning(self, days: int = 1, hour: float = 8.5) -> None:
        """The hall opens so many days later, and the docket turns."""
        for _ in range(days):
            day = date.fromisoformat(self.book.hall.day) + timedelta(days=1)
            midnight = self.book.hall.midnight_wall + DAY_MS
            self.now = Moment(self.now.tick + DAY_MS, midnight + int(hour * 3_600_000))
            self.do(c.OpenDay(day.isoformat(), midnight))
            self.turn()

    def turn(self) -> None:
        while self.book.docket.turned < self.book.hall.day:
            self.do(k.TurnDocket(self.book.hall.day))

    def replayed(self) -> Book:
        book = Book()
        for moment, event in self.log:
            evolve(book, event, moment)
        return book
