"""A core over a store in memory, stepped by hand or on its thread, for the tests of the core."""

from __future__ import annotations

import itertools
from typing import Any

from hall_daemon.app.core import Core
from hall_daemon.app.record import Answer, Recorded, Request
from hall_daemon.domain import commands as c
from hall_daemon.domain.evolve import evolve
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Policy
from tests.hall_daemon.app.in_memory import HandClock, MemoryStore
from tests.hall_daemon.domain.halls import plan


class Rig:
    """A core over a store in memory, stepped by hand."""

    def __init__(self, *, policy: Policy | None = None, **options: Any) -> None:
        self.store = MemoryStore()
        self.clock = HandClock()
        self.batches: list[list[Recorded]] = []
        self.answers: list[Answer] = []
        self.core = self.again(policy=policy, **options)
        self._tokens = map(str, itertools.count())

    def again(self, *, policy: Policy | None = None, hall: Hall | None = None, **options: Any) -> Core:
        self.core = Core(
            plan(policy), hall or Hall(), self.store, self.clock,
            keys=self.store.keys(), on_batch=self._handed, **options,
        )
        return self.core

    def _handed(self, batch: Any) -> None:
        self.store.happened.append("handed on")
        self.batches.append(list(batch))

    def _answered(self, answer: Answer) -> None:
        self.store.happened.append("answered")
        self.answers.append(answer)

    def draw(self, key: str = "", print_: str = "", service: str = "licence") -> None:
        self.core.submit(
            Request(c.IssueTicket(services=(service,), token=next(self._tokens)), "kiosk:1", key, print_),
            self._answered,
        )

    def send(self, command: c.Command, key: str = "", print_: str = "") -> None:
        self.core.submit(Request(command, "staff:1", key, print_), self._answered)

    def ask(self, command: c.Command) -> Answer:
        self.send(command)
        self.core.step()
        return self.answers[-1]

    def replayed(self) -> Hall:
        hall = Hall()
        for row in self.store.rows:
            evolve(hall, row.event, row.moment)
        return hall
