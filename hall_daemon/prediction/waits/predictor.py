"""What the hall has taught so far, and the waits it estimates: events in, waits out. Pure; one thread owns it.

The wait service's process and an evaluation drive it the same way: `see` every event in order, `estimate_waits` when
asked. """

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import NamedTuple

from hall_daemon.domain import events as e
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment, Plan
from hall_daemon.domain.visits import Visits
from hall_daemon.prediction.learn.arrivals import Arrivals
from hall_daemon.prediction.learn.distributions import Distributions
from hall_daemon.prediction.learn.openings import Openings
from hall_daemon.prediction.learn.service_times import ServiceTimes
from hall_daemon.prediction.waits.calibration import Calibration
from hall_daemon.prediction.waits.correction import Case, Correction, Guess, guess
from hall_daemon.prediction.waits.wait_estimate import (
    QUANTILES,
    Effort,
    Range,
    WaitEstimate,
    Waits,
    estimate_waits,
    kind_of,
    one_wait,
    quantile,
)

# The same numbers at every refresh: what is shown does not tremble with the dice.
SEED = 20


# After these a ticket no longer waits for what its wait was said for.
_OTHERWISE = (
    e.TicketCancelled, e.TicketExpired, e.TicketTransferred, e.TicketPrioritised, e.TicketPrepared, e.TicketUnprepared,
    e.TicketPostponed,
)


class _Promise(NamedTuple):
    """The first range of a ticket before calibration (ms from `tick`), and how many of its queue were in front."""

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
        self.openings = Openings(plan)
        self.calibration = Calibration(0.8)
        self.correction = Correction()
        self._visits = Visits()
        self._promises: dict[str, _Promise] = {}
        self._guesses: dict[str, tuple[Guess, int]] = {}
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
            self.correction.new_day()
            self._promises.clear()
            self._guesses.clear()
        elif isinstance(event, e.TicketCalled):
            self._called(event.ticket, tick)
        elif isinstance(event, _OTHERWISE):
            self._promises.pop(event.ticket, None)
            self._guesses.pop(event.ticket, None)
        self.openings.see(event, tick, wall)
        self._visits.see(event, tick)
        for change in self._visits.stood():
            self.times.see(change)

    def _called(self, ticket_id: str, tick: int) -> None:
        promise = self._promises.pop(ticket_id, None)
        if promise is not None:
            self.calibration.see(promise.low, promise.high, promise.ahead, tick - promise.tick)
        said, since = self._guesses.pop(ticket_id, (None, 0))
        if said is not None:
            self.correction.see(said, tick - since)

    def estimate_waits(self, hall: Hall, now: Moment) -> Waits:
        """How long everybody in `hall` waits from `now` on. What is said of a ticket for the first time is compared
        with its call, and corrects what is said later."""
        raw = estimate_waits(
            self.plan, hall, now, self._distributions(), Random(self._seed),  # noqa: S311 (chance, not secrecy)
            mix=self.arrivals.mix, streams=self.arrivals.streams(now.tick, self.plan.services, now.wall),
            free_since=self._visits.free_since(), effort=self._effort,
        )
        line: dict[str, int] = {}
        tickets: dict[str, WaitEstimate] = {}
        scene = _scene(hall, now)
        for ticket in sorted((hall.tickets[id_] for id_ in raw.tickets), key=lambda ticket: ticket.place):
            ahead = line.get(ticket.queue, 0)
            line[ticket.queue] = ahead + 1
            case = Case(ticket.service, ahead, *scene)
            said = self._scaled(raw.tickets[ticket.id], case)
            if not isinstance(said, str) and ticket.id not in self._promises:
                self._promises[ticket.id] = _Promise(said.p10_s * 1000.0, said.p90_s * 1000.0, ahead, now.tick)
                self._remember(ticket.id, case, raw.samples.get(ticket.id, ()), now)
            tickets[ticket.id] = self._calibrated(said, ahead, raw.latest_ms)

        def new(said: WaitEstimate, queue: str, service: str) -> WaitEstimate:
            ahead = line.get(queue, 0)
            return self._calibrated(self._scaled(said, Case(service, ahead, *scene)), ahead, raw.latest_ms)

        queues: dict[str, WaitEstimate] = {}
        for queue, said in raw.queues.items():
            service = max(self.plan.queue_services[queue], key=lambda id_: self.arrivals.mix.get(id_, 0.0), default="")
            queues[queue] = new(said, queue, service)
        newcomers = {
            kind: new(raw.newcomers[kind], service.queue, service.id)
            for service in self.plan.services.values()
            for rule in self.plan.policy.classes
            if (kind := kind_of(service.id, rule.id)) in raw.newcomers
        }
        return replace(raw, tickets=tickets, queues=queues, newcomers=newcomers)

    def _distributions(self) -> Distributions:
        return replace(self.times.distributions(self._visits.clerks()), late=self.openings.lates())

    def _remember(self, ticket_id: str, case: Case, waits_ms: Sequence[float], now: Moment) -> None:
        said = guess(case, waits_ms)
        if said is not None:
            self._guesses[ticket_id] = (said, now.tick)

    def _scaled(self, said: WaitEstimate, case: Case) -> WaitEstimate:
        factor = 1.0 if isinstance(said, str) else self.correction.factor(case)
        if isinstance(said, str) or factor == 1.0:
            return said
        return Range(int(said.p10_s * factor), round(said.p50_s * factor), math.ceil(said.p90_s * factor))

    def _calibrated(self, said: WaitEstimate, ahead: int, latest_ms: float) -> WaitEstimate:
        """A range that is made wider ends when the day does."""
        if isinstance(said, str):
            return said
        low, high = self.calibration.corrected(said.p10_s * 1000.0, said.p90_s * 1000.0, ahead)
        low_s, high_s = int(low // 1000), -int(-min(high, max(low, latest_ms)) // 1000)
        return Range(low_s, min(high_s, max(low_s, said.p50_s)), high_s)

    def sample(self, hall: Hall, now: Moment, ticket_id: str, effort: Effort | None = None) -> list[float]:
        """Equally likely waits (ms, ascending) of one waiting ticket from `now` on, corrected and not calibrated;
        empty when nobody serves it. What is said of it for the first time is compared with its call."""
        waits = one_wait(
            self.plan, hall, now, self._distributions(), Random(self._seed), ticket_id,  # noqa: S311 (chance, not secrecy)
            streams=self.arrivals.streams(now.tick, self.plan.services, now.wall),
            free_since=self._visits.free_since(), effort=effort or self._effort,
        )
        ticket = hall.tickets[ticket_id]
        ahead = sum(
            other.state == "waiting" and other.queue == ticket.queue and other.place < ticket.place
            for other in hall.tickets.values()
        )
        case = Case(ticket.service, ahead, *_scene(hall, now))
        if ticket_id not in self._guesses:
            self._remember(ticket_id, case, waits, now)
        factor = self.correction.factor(case)
        return [wait * factor for wait in waits]

    def practise(self, hall: Hall, now: Moment, ticket_id: str, effort: Effort) -> None:
        """Say something of a past ticket, so that its call teaches what was wrong with it. `see` goes on from here."""
        waits = self.sample(hall, now, ticket_id, effort)
        if waits:
            ahead = self._guesses[ticket_id][0].case.ahead if ticket_id in self._guesses else 0
            low, high = (quantile(waits, len(waits), share) for share in (QUANTILES[0], QUANTILES[-1]))
            self._promises[ticket_id] = _Promise(low, high, ahead, now.tick)


def _scene(hall: Hall, now: Moment) -> tuple[float, float]:
    """The hour of the day, and people in line per open window."""
    waiting = sum(ticket.state == "waiting" for ticket in hall.tickets.values())
    windows = sum(state.status == "open" for state in hall.windows.values())
    return (now.wall - hall.midnight_wall) / 3_600_000.0, waiting / max(1, windows)
