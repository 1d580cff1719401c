"""The wait service: keeps a child process that predicts, and answers from its newest result at once.

One thread, `waits`, owns the child: it asks when something has happened, at most every `round_s`, with one
question under way at a time, so that neither the core nor the follower ever waits and only the newest state is
asked for. A child that dies or hangs is started again with back-off; meanwhile the last result serves until it is
too old, and then waits are unknown.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import msgspec

from device_drivers.base.backoff import Backoff
from device_drivers.ports import Health
from hall_daemon.adapters.system import child_process
from hall_daemon.adapters.system.life import Life
from hall_daemon.adapters.system.owned_thread import OwnedThread
from hall_daemon.adapters.system.wake import Wake
from hall_daemon.adapters.waits.child import ChildFailed, ForecastChild
from hall_daemon.adapters.waits.worker import Answer, Ask, Place
from hall_daemon.app.announced_waits import AnnouncedWaits, Drawn, promised
from hall_daemon.app.causes import cause_message
from hall_daemon.app.record import Clock, Recorded
from hall_daemon.app.view_context import iso_of_tick
from hall_daemon.domain.events import TicketIssued
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment, Plan
from hall_daemon.prediction.waits.hysteresis import Shown
from hall_daemon.prediction.waits.wait_estimate import WaitEstimate
from hall_daemon.wire.messages import Wait

_LOGGER = logging.getLogger(__name__)

WORKER = child_process.module("hall_daemon.adapters.waits.worker", nice=10)
# The check's name on /healthz and in the metrics, where it stays what it was.
CHECK = "forecaster"
_AWAY = "predictor_away"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Real seconds, whatever the hall's clock does. `round_s` is the least time between two questions, `quiet_s`
    when to ask again though nothing happened, `stale_s` how long a result holds."""

    round_s: float = 1.0
    quiet_s: float = 5.0
    stale_s: float = 20.0
    begin_s: float = 60.0
    answer_s: float = 15.0
    first_retry_s: float = 0.5
    last_retry_s: float = 10.0
    stable_s: float = 60.0


RESTS = 4.0  # times as long as an answer took


class _Result(NamedTuple):
    """`at_s`: the monotonic clock when it was asked for."""

    answer: Answer
    at_s: float


class WaitService:
    """A subscriber of the follower and the hall's `Waits`. Subscribe it, then `start(seq)`; `stop()` at the end."""

    def __init__(
        self,
        plan: Plan,
        folder: Path,
        clock: Clock,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        timing: Timing = Timing(),
        command: Sequence[str] = WORKER,
        announced: AnnouncedWaits | None = None,
    ) -> None:
        self.pid: int | None = None  # of the running child, for drills
        self._begin = msgspec.json.encode(Place(plan, str(folder))) + b"\n"
        self._plan = plan
        self._announced = announced or AnnouncedWaits()
        self._clock = clock
        self._monotonic = monotonic
        self._timing = timing
        self._command = tuple(command)
        self._seq = 0
        self._news = True
        self._result: _Result | None = None
        self._life = Life(CHECK, CHECK, monotonic)
        self._restarts = 0
        self._wake = Wake()
        self._thread = OwnedThread("waits", self._run, self._life, rouse=self._wake.rouse)

    # -- what others call -------------------------------------------------------------------------

    def __call__(self, hall: Hall, batch: Sequence[Recorded], now: Moment) -> None:
        for row in batch:
            if isinstance(row.event, TicketIssued):
                self._shown(row.event.ticket, row.event, now)
        self._seq = batch[-1].seq
        if not self._news:
            self._news = True
            self._wake.rouse()

    def queue(self, queue_id: str) -> Wait:
        """For somebody who draws a number of this queue now."""
        result = self._fresh()
        return self._said(None if result is None else result.answer.queues.get(queue_id))

    def service(self, service_id: str) -> Wait:
        """For somebody who draws a number for this matter now, in the ordinary class."""
        result, queue = self._fresh(), self._plan.services[service_id].queue
        return self._said(None if result is None else result.answer.of(service_id, "ordinary", queue))

    def _said(self, shown: Shown | None) -> Wait:
        return Wait(unknown=_AWAY) if shown is None else self._wait(shown.said, shown)

    def ticket(self, ticket_id: str, drawn: Drawn) -> Wait:
        """For somebody in line. Who drew a number since the last result has the wait of newcomers of the same kind,
        and keeps that until the next one."""
        now = self._clock.now()
        shown = self._shown(ticket_id, drawn, now)
        return Wait(unknown=_AWAY) if self._fresh() is None else self._wait(shown.at(now.tick), shown)

    def _shown(self, ticket_id: str, drawn: Drawn, now: Moment) -> Shown:
        return self._announced.of(ticket_id) or self._announced.at_draw(ticket_id, self._newcomer(drawn, now))

    def _newcomer(self, drawn: Drawn, now: Moment) -> Shown:
        result = self._fresh()
        shown = None if result is None else result.answer.of(drawn.services[0], drawn.class_, drawn.queue)
        if result is None or shown is None:
            return Shown(_AWAY, now.tick)
        return promised(shown, drawn, now, result.answer.seq)

    def _wait(self, estimate: WaitEstimate, shown: Shown) -> Wait:
        """As a message, with the causes of what is shown."""
        if isinstance(estimate, str):
            return Wait(unknown=estimate)
        if not shown.causes:
            return Wait(*estimate)
        since = iso_of_tick(shown.tick, self._clock.now())
        assert since is not None
        return Wait(*estimate, cause=tuple(cause_message(self._plan, cause) for cause in shown.causes), since=since)

    def health(self) -> Health:
        result = self._result
        counters = {"restarts": self._restarts}
        if result is not None:
            answer = result.answer
            counters |= {"took_ms": answer.took_ms, "runs": answer.runs, "learnt": answer.learnt, "seq": answer.seq}
        return self._life.health(result.at_s if result else None, counters)

    def start(self, seq: int) -> None:
        """`seq` is the journal's last event now."""
        self._seq = max(self._seq, seq)
        self._thread.start()

    def stop(self, timeout_s: float = 3.0) -> None:
        if self._thread.stop(timeout_s):
            self._wake.close()

    def _fresh(self) -> _Result | None:
        result = self._result
        return result if result is not None and self._monotonic() - result.at_s <= self._timing.stale_s else None

    # -- the thread -------------------------------------------------------------------------------

    def _run(self) -> None:
        again = Backoff(self._timing.first_retry_s, self._timing.last_retry_s, self._timing.stable_s)
        while not self._thread.stopping:
            try:
                self._run_child()
            except (ChildFailed, OSError) as error:
                held_s = self._life.ready_s
                if self._life.state != "disconnected":
                    _LOGGER.warning("waits: unknown for a while: %s; starting again", error)
                self._life.note("disconnected", str(error))
                self._restarts += 1
                self._sleep(again.after(held_s))

    def _run_child(self) -> None:
        """Start a child and ask it until we stop. Raises ChildFailed, OSError."""
        with ForecastChild(self._command, self._wake, self._monotonic, lambda: self._thread.stopping) as child:
            self.pid = child.pid
            try:
                self._ask_on(child)
            finally:
                self.pid = None

    def _ask_on(self, child: ForecastChild) -> None:
        timing = self._timing
        patience_s = timing.begin_s
        child.tell(self._begin, timing.answer_s)
        announced = self._announced.everything()
        queues = self._result.answer.queues if self._result else {}
        while not self._thread.stopping:
            asked_s = self._monotonic()
            self._news = False
            now = self._clock.now()
            ask = Ask(self._seq, now.tick, now.wall, announced or self._announced.news(), queues)
            child.tell(msgspec.json.encode(ask) + b"\n", timing.answer_s)
            announced = queues = {}
            answer = child.hear(patience_s)
            if answer is None:
                return
            self._announced.take(answer.tickets)
            self._result = _Result(answer, asked_s)
            if self._life.state == "disconnected":
                _LOGGER.warning("waits: known again")
            self._life.note("ready")
            patience_s = timing.answer_s
            # At most a fifth of a core, and never so seldom that a result goes stale in between.
            rest_s = RESTS * (self._monotonic() - asked_s)
            self._sleep(max(timing.round_s, min(rest_s, timing.stale_s / 2)))
            if not self._news:
                self._sleep(timing.quiet_s, until_news=True)

    def _sleep(self, seconds: float, *, until_news: bool = False) -> None:
        self._wake.sleep(
            seconds, lambda: self._thread.stopping or (until_news and self._news), self._monotonic
        )
