"""What the hall has taught so far, and the outlook it gives: events in, waits out. Pure; one thread owns it.

The forecaster's process and an evaluation drive it the same way: `see` every event in order, `outlook` when asked.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import NamedTuple

from hall_daemon.domain import events as e
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment, Plan
from hall_daemon.prediction.arrivals import Arrivals
from hall_daemon.prediction.calibration import Calibration
from hall_daemon.prediction.outlook import Effort, Outlook, Range, Waits, one_wait, outlook
from hall_daemon.prediction.service_times import ServiceTimes
from hall_daemon.prediction.visits import Visits

# The same numbers at every refresh: what is shown does not tremble with the dice.
SEED = 20


class _Promise(NamedTuple):
    """The first range of a ticket before correction (ms from `tick`), and how many of its queue were in front."""

    low: float
    high: float
    ahead: int
    tick: int


class Predictor:
    """Begins with the config's expectations; memory is bounded by the people in the hall."""

    def __init__(self, plan: Plan, effort: Effort = Effort(), seed: int = SEED) -> None:  # noqa: B008 (a value)
        self.plan = plan
        self.times = ServiceTimes(plan)
        self.arrivals = Arrivals()
        self.calibration = Calibration(0.8)
        self._visits = Visits(self.times)
        self._promises: dict[str, _Promise] = {}
        self._effort = effort
        self._seed = seed

    def see(self, event: e.Event, tick: int, wall: int | None = None) -> None:
        """The next event of the journal. What is learnt of it may wait for the next press (undo); without the wall
        clock nothing is learnt about times of the day."""
        if isinstance(event, e.TicketIssued):
            self.arrivals.see(event.services[0], event.class_, tick, wall)
        elif isinstance(event, e.DayOpened):
            self.arrivals.new_day(event.midnight_wall)
            self.times.new_day()
            self._promises.clear()
        elif isinstance(event, e.TicketCalled):
            promise = self._promises.pop(event.ticket, None)
            if promise is not None:
                self.calibration.see(promise.low, promise.high, promise.ahead, tick - promise.tick)
        elif isinstance(event, e.TicketCancelled | e.TicketExpired | e.TicketTransferred):
            self._promises.pop(event.ticket, None)
        self._visits.see(event, tick)

    def outlook(self, hall: Hall, now: Moment) -> Waits:
        """How long everybody in `hall` waits from `now` on. What is said of a ticket for the first time is compared
        with its call, and corrects the ranges that are said later."""
        raw = outlook(
            self.plan, hall, now, self.times.laws(self._visits.clerks()), Random(self._seed),  # noqa: S311 (chance, not secrecy)
            mix=self.arrivals.mix, streams=self.arrivals.streams(now.tick, self.plan.services, now.wall),
            free_since=self._visits.free_since(), effort=self._effort,
        )  # fmt: skip
        line: dict[str, int] = {}
        tickets: dict[str, Outlook] = {}
        for ticket in sorted((hall.tickets[id_] for id_ in raw.tickets), key=lambda ticket: ticket.place):
            ahead = line.get(ticket.queue, 0)
            line[ticket.queue] = ahead + 1
            said = raw.tickets[ticket.id]
            if not isinstance(said, str) and ticket.id not in self._promises:
                self._promises[ticket.id] = _Promise(said.p10_s * 1000.0, said.p90_s * 1000.0, ahead, now.tick)
            tickets[ticket.id] = self._corrected(said, ahead)
        queues = {queue: self._corrected(said, line.get(queue, 0)) for queue, said in raw.queues.items()}
        return replace(raw, tickets=tickets, queues=queues)

    def _corrected(self, said: Outlook, ahead: int) -> Outlook:
        if isinstance(said, str):
            return said
        low, high = self.calibration.corrected(said.p10_s * 1000.0, said.p90_s * 1000.0, ahead)
        low_s, high_s = int(low // 1000), -int(-high // 1000)
        return Range(low_s, min(high_s, max(low_s, said.p50_s)), high_s)

    def sample(self, hall: Hall, now: Moment, ticket_id: str, effort: Effort | None = None) -> list[float]:
        """Equally likely waits (ms, ascending) of one waiting ticket from `now` on; empty when nobody serves it."""
        return one_wait(
            self.plan, hall, now, self.times.laws(self._visits.clerks()), Random(self._seed), ticket_id,  # noqa: S311 (chance, not secrecy)
            streams=self.arrivals.streams(now.tick, self.plan.services, now.wall),
            free_since=self._visits.free_since(), effort=effort or self._effort,
        )  # fmt: skip
