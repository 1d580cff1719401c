"""Whole days of a made-up hall, lived by the real rules: people come by chance, services take as long as they take,
and of everybody who draws a number it is kept what was said and what happened."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import NamedTuple

from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.decide import Refused, decide
from hall_daemon.domain.evolve import evolve
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment, Plan
from hall_daemon.prediction.waits.predictor import Predictor
from hall_daemon.prediction.waits.wait_estimate import Range, WaitEstimate
from tests.hall_daemon.prediction import scenes

OPEN_MS = 9 * 3_600_000
CLOSE_MS = 17 * 3_600_000
DAY_MS = 86_400_000


class Visitor(NamedTuple):
    service: str
    class_: str
    takes_s: float
    absent: bool = False


class Kept(NamedTuple):
    """What was said when the number was drawn, with so many ahead, and how long it was until the call."""

    said: WaitEstimate
    ahead: int
    waited_s: float


@dataclass
class Life:
    """`come` draws the next visitor, `every_s` the mean time between two. Every second visitor asks: neighbours in line
    wait for the same things, so the other half would say the same again and cost as much."""

    plan: Plan
    dice: random.Random
    come: Callable[[random.Random], Visitor]
    every_s: float
    predictor: Predictor
    hall: Hall = field(default_factory=Hall)
    kept: list[Kept] = field(default_factory=list)
    days: int = 0

    def day(self, *, ask: bool) -> None:
        """One day from nine to five; people still in line then are called until nobody is left."""
        self._said: dict[str, tuple[WaitEstimate, int, int]] = {}
        self._visitors: dict[str, Visitor] = {}
        self._agenda: list[tuple[int, int, str, str]] = []
        midnight = self.days * DAY_MS
        self.days += 1
        self._do(c.OpenDay(f"2026-11-{self.days:02d}", scenes.MIDNIGHT_WALL + midnight), midnight)
        for window in self.plan.windows:
            self._do(c.OpenWindow(window, window), midnight + OPEN_MS)
        self._later(midnight + OPEN_MS, self.every_s, "come", "")
        while self._agenda:
            at, _, what, which = heappop(self._agenda)
            if what == "come" and at < midnight + CLOSE_MS:
                self._draw(at, ask)
                self._later(at, self.every_s, "come", "")
            elif what != "come":
                self._end(at, which)
            for window in self.plan.windows:
                if not self.hall.window(window).ticket:
                    self._call(at, window)
        self._do(c.CloseDay(self.hall.day), midnight + DAY_MS - 1)

    def _later(self, at: int, mean_s: float, what: str, which: str) -> None:
        heappush(self._agenda, (at + int(self.dice.expovariate(1 / mean_s) * 1000), len(self._agenda), what, which))

    def _draw(self, at: int, ask: bool) -> None:
        visitor = self.come(self.dice)
        reason = "elderly" if visitor.class_ == "priority" else ""
        token = f"{self.days}-{at}-{self.dice.random()}"
        (event,) = self._do(
            c.IssueTicket(services=(visitor.service,), token=token, class_=visitor.class_, class_reason=reason), at
        )
        assert isinstance(event, e.TicketIssued)
        self._visitors[event.ticket] = visitor
        if ask and len(self._visitors) % 2:
            said = self.predictor.estimate_waits(self.hall, self._moment(at)).tickets[event.ticket]
            self._said[event.ticket] = (said, event.ahead, at)

    def _call(self, at: int, window: str) -> None:
        for event in self._do(c.CallNext(window), at):
            if isinstance(event, e.TicketCalled):
                visitor = self._visitors[event.ticket]
                takes_s = 60.0 if visitor.absent else visitor.takes_s
                heappush(self._agenda, (at + int(takes_s * 1000), len(self._agenda), "end", window))
                if event.ticket in self._said:
                    said, ahead, drawn = self._said.pop(event.ticket)
                    self.kept.append(Kept(said, ahead, (at - drawn) / 1000))

    def _end(self, at: int, window: str) -> None:
        absent = self._visitors[self.hall.window(window).ticket].absent
        self._do(c.Miss(window) if absent else c.Finish(window), at)

    def _do(self, command: c.Command, at: int) -> tuple[e.Event, ...]:
        moment = self._moment(at)
        decision = decide(self.plan, self.hall, command, moment)
        if isinstance(decision, Refused):
            assert decision.code == "nobody_waits", decision
            return ()
        for event in decision:
            evolve(self.hall, event, moment)
            self.predictor.see(event, at)
        return decision

    def _moment(self, at: int) -> Moment:
        return Moment(at, scenes.MIDNIGHT_WALL + at)


class Score(NamedTuple):
    """Of those who found somebody in line: share of waits inside the range, below it and above it; mean error of
    the middle and mean width, in minutes."""

    n: int
    inside: float
    below: float
    above: float
    error_min: float
    width_min: float


def score(kept: list[Kept]) -> Score:
    told = [(one.said, one.waited_s) for one in kept if one.ahead and isinstance(one.said, Range)]
    n = len(told)
    below = sum(waited_s < said.p10_s for said, waited_s in told) / n
    above = sum(waited_s > said.p90_s for said, waited_s in told) / n
    error = sum(abs(waited_s - said.p50_s) for said, waited_s in told) / n / 60
    width = sum(said.p90_s - said.p10_s for said, _ in told) / n / 60
    return Score(n, 1 - below - above, below, above, error, width)
