"""What the hall has taught so far, and the outlook it gives: events in, waits out. Pure; one thread owns it.

The forecaster's process and an evaluation drive it the same way: `see` every event in order, `outlook` when asked.
"""

from __future__ import annotations

from random import Random

from hall_daemon.domain import events as e
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment, Plan
from hall_daemon.prediction.arrivals import Arrivals
from hall_daemon.prediction.outlook import Effort, Waits, one_wait, outlook
from hall_daemon.prediction.service_times import ServiceTimes
from hall_daemon.prediction.visits import Visits

# The same numbers at every refresh: what is shown does not tremble with the dice.
SEED = 20


class Predictor:
    """Begins with the config's expectations; memory is bounded by the people in the hall."""

    def __init__(self, plan: Plan, effort: Effort = Effort(), seed: int = SEED) -> None:  # noqa: B008 (a value)
        self.plan = plan
        self.times = ServiceTimes(plan)
        self.arrivals = Arrivals()
        self._visits = Visits(self.times)
        self._effort = effort
        self._seed = seed

    def see(self, event: e.Event, tick: int) -> None:
        """The next event of the journal. What is learnt of it may wait for the next press (undo)."""
        if isinstance(event, e.TicketIssued):
            self.arrivals.see(event.services[0], event.class_, tick)
        elif isinstance(event, e.DayOpened):
            self.arrivals.new_day()
        self._visits.see(event, tick)

    def outlook(self, hall: Hall, now: Moment) -> Waits:
        """How long everybody in `hall` waits from `now` on."""
        return outlook(
            self.plan, hall, now, self.times.laws(), Random(self._seed),  # noqa: S311 (chance, not secrecy)
            mix=self.arrivals.mix, streams=self.arrivals.streams(now.tick, self.plan.services),
            free_since=self._visits.free_since(), effort=self._effort,
        )  # fmt: skip

    def sample(self, hall: Hall, now: Moment, ticket_id: str, effort: Effort | None = None) -> list[float]:
        """Equally likely waits (ms, ascending) of one waiting ticket from `now` on; empty when nobody serves it."""
        return one_wait(
            self.plan, hall, now, self.times.laws(), Random(self._seed), ticket_id,  # noqa: S311 (chance, not secrecy)
            streams=self.arrivals.streams(now.tick, self.plan.services),
            free_since=self._visits.free_since(), effort=effort or self._effort,
        )  # fmt: skip
