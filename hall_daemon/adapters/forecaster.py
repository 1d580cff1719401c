"""The forecaster: keeps a child process that predicts, and answers from its newest result at once.

One thread, `forecaster`, owns the child: it asks when something has happened, at most every `round_s`, with one
question under way at a time, so that neither the core nor the follower ever waits and only the newest state is
asked for. A child that dies or hangs is started again with back-off; meanwhile the last result serves until it is
too old, and then waits are unknown.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import msgspec

from device_drivers.ports import Health, LifeState
from hall_daemon.adapters.forecast_worker import Answer, Ask, Begin
from hall_daemon.adapters.mqtt_session import Wake
from hall_daemon.app.causes import cause_message
from hall_daemon.app.record import Clock, Recorded
from hall_daemon.app.told import Told
from hall_daemon.app.view_context import iso_of_tick, number_of
from hall_daemon.domain.events import TicketIssued
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment, Plan
from hall_daemon.prediction.outlook import Outlook
from hall_daemon.prediction.steady import Shown
from hall_daemon.wire.messages import Wait

_LOGGER = logging.getLogger(__name__)

# Other work of the hall comes first, from the first import on.
WORKER = ("nice", "-n", "10", sys.executable, "-P", "-m", "hall_daemon.adapters.forecast_worker")
# 10,000 people in line are 600 kB.
LONGEST_ANSWER = 8_000_000
_READ = 65_536
_AWAY = "predictor_away"
_ROOT = str(Path(__file__).resolve().parents[2])


@dataclass(frozen=True, slots=True)
class Timing:
    """Real seconds, whatever the hall's clock does. `round_s` is the least time between two questions, `quiet_s`
    when to ask again though nothing happened, `stale_s` how long a result holds."""

    round_s: float = 1.0
    quiet_s: float = 5.0
    stale_s: float = 20.0
    begin_s: float = 60.0
    answer_s: float = 15.0
    first_retry_s: float = 0.5
    last_retry_s: float = 60.0
    steady_s: float = 60.0


RESTS = 4.0  # times as long as an answer took


class _Result(NamedTuple):
    """`at_s`: the monotonic clock when it was asked for."""

    answer: Answer
    at_s: float


class _ChildFailed(Exception):
    """The child gave no answer; the message says how."""


class Forecaster:
    """A subscriber of the follower and the hall's `Waits`. Subscribe it, then `start(seq)`; `stop()` at the end."""

    def __init__(
        self,
        plan: Plan,
        journal: Path,
        snapshots: Path,
        clock: Clock,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        timing: Timing = Timing(),
        command: Sequence[str] = WORKER,
        told: Told | None = None,
    ) -> None:
        self.pid: int | None = None  # of the running child, for drills
        # A plan made anew is what the configuration said, without what it has remembered since.
        self._begin = msgspec.json.encode(Begin(replace(plan), str(journal), str(snapshots))) + b"\n"
        self._plan = plan
        self._told = told or Told()
        self._queue_of_prefix = {queue.prefix: queue.id for queue in plan.queues.values()}
        self._clock = clock
        self._monotonic = monotonic
        self._timing = timing
        self._command = tuple(command)
        self._seq = 0
        self._news = True
        self._result: _Result | None = None
        self._life: tuple[LifeState, str, float] = ("init", "", monotonic())
        self._restarts = 0
        self._stopping = False
        self._wake = Wake()
        self._thread: threading.Thread | None = None

    # -- what others call -------------------------------------------------------------------------

    def __call__(self, hall: Hall, batch: Sequence[Recorded], now: Moment) -> None:
        for row in batch:
            if isinstance(row.event, TicketIssued):
                self._shown(row.event.ticket, row.event.queue, now)
        self._seq = batch[-1].seq
        if not self._news:
            self._news = True
            self._wake.rouse()

    def queue(self, queue_id: str) -> Wait:
        """For somebody who draws a number of this queue now."""
        result = self._fresh()
        shown = None if result is None else result.answer.queues.get(queue_id)
        return Wait(unknown=_AWAY) if shown is None else self._wait(shown.said, shown)

    def ticket(self, ticket_id: str) -> Wait:
        """For somebody in line. Who drew a number since the last result is told what newcomers are, and keeps that
        until the next one."""
        now = self._clock.now()
        prefix = number_of(ticket_id).rstrip("0123456789")
        shown = self._shown(ticket_id, self._queue_of_prefix.get(prefix, ""), now)
        return Wait(unknown=_AWAY) if self._fresh() is None else self._wait(shown.at(now.tick), shown)

    def _shown(self, ticket_id: str, queue_id: str, now: Moment) -> Shown:
        return self._told.of(ticket_id) or self._told.at_draw(ticket_id, self._newcomer(queue_id, now))

    def _newcomer(self, queue_id: str, now: Moment) -> Shown:
        """The queue's figure as a promise that begins now."""
        result = self._fresh()
        shown = None if result is None else result.answer.queues.get(queue_id)
        if result is None or shown is None:
            return Shown(_AWAY, now.tick)
        return Shown(shown.said, now.tick, (), result.answer.seq)

    def _wait(self, outlook: Outlook, shown: Shown) -> Wait:
        """As a message, with the causes of what is shown."""
        if isinstance(outlook, str):
            return Wait(unknown=outlook)
        if not shown.causes:
            return Wait(*outlook)
        since = iso_of_tick(shown.tick, self._clock.now())
        assert since is not None
        return Wait(*outlook, cause=tuple(cause_message(self._plan, cause) for cause in shown.causes), since=since)

    def health(self) -> Health:
        state, detail, since_s = self._life
        result = self._result
        counters = {"restarts": self._restarts}
        if result is not None:
            answer = result.answer
            counters |= {"took_ms": answer.took_ms, "runs": answer.runs, "learnt": answer.learnt, "seq": answer.seq}
        return Health("forecaster", "forecaster", state, detail, since_s, result.at_s if result else None, counters)

    def start(self, seq: int) -> None:
        """`seq` is the journal's last event now."""
        self._seq = max(self._seq, seq)
        # The thread itself starts the child: the kernel ends a child when the *thread* that started it ends.
        self._thread = threading.Thread(target=self._run, name="forecaster")
        self._thread.start()

    def stop(self, timeout_s: float = 3.0) -> None:
        self._stopping = True
        self._wake.rouse()
        if self._thread is not None:
            self._thread.join(timeout_s)
            if self._thread.is_alive():
                _LOGGER.warning("forecaster: the thread did not end within %g s", timeout_s)
                return
        self._wake.close()

    def _fresh(self) -> _Result | None:
        result = self._result
        return result if result is not None and self._monotonic() - result.at_s <= self._timing.stale_s else None

    # -- the thread -------------------------------------------------------------------------------

    def _run(self) -> None:
        attempts = 0
        while not self._stopping:
            began_s = self._monotonic()
            try:
                self._keep_asking()
            except (_ChildFailed, OSError) as error:
                if self._monotonic() - began_s >= self._timing.steady_s:
                    attempts = 0
                if self._life[0] != "disconnected":
                    _LOGGER.warning("forecaster: waits are unknown for a while: %s; starting again", error)
                self._note("disconnected", str(error))
                self._restarts += 1
                self._sleep(min(self._timing.last_retry_s, self._timing.first_retry_s * 2.0 ** min(attempts, 20)))
                attempts += 1

    def _keep_asking(self) -> None:
        """Start a child and ask it until we stop. Raises _ChildFailed, OSError."""
        child = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C in a terminal is for the hall, which then stops it
            env={**os.environ, "PYTHONPATH": _ROOT},
        )  # fmt: skip
        self.pid = child.pid
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            os.set_blocking(child.stdin.fileno(), False)
            patience_s = self._timing.begin_s
            self._tell(child, self._begin)
            told = self._told.everything()
            queues = self._result.answer.queues if self._result else {}
            while not self._stopping:
                asked_s = self._monotonic()
                self._news = False
                now = self._clock.now()
                ask = Ask(self._seq, now.tick, now.wall, told or self._told.news(), queues)
                self._tell(child, msgspec.json.encode(ask) + b"\n")
                told = queues = {}
                answer = self._hear(child, patience_s)
                if answer is None:
                    return
                self._told.take(answer.tickets)
                self._result = _Result(answer, asked_s)
                if self._life[0] != "ready":
                    if self._life[0] == "disconnected":
                        _LOGGER.warning("forecaster: waits are known again")
                    self._note("ready", "")
                patience_s = self._timing.answer_s
                # At most a fifth of a core, and never so seldom that a result goes stale in between.
                rest_s = RESTS * (self._monotonic() - asked_s)
                self._sleep(max(self._timing.round_s, min(rest_s, self._timing.stale_s / 2)))
                if not self._news:
                    self._sleep(self._timing.quiet_s, until_news=True)
        finally:
            self.pid = None
            child.kill()
            child.wait()
            child.stdin.close()
            child.stdout.close()

    def _tell(self, child: subprocess.Popen[bytes], line: bytes) -> None:
        """Write a line within `answer_s`: the plan may be longer than the pipe."""
        assert child.stdin is not None
        pipe, give_up_at = child.stdin.fileno(), self._monotonic() + self._timing.answer_s
        while line and not self._stopping:
            try:
                line = line[os.write(pipe, line) :]
            except BlockingIOError:
                if self._monotonic() >= give_up_at:
                    raise _ChildFailed("it does not listen") from None
                self._wake.wait(0.02)
            except BrokenPipeError:
                raise _ChildFailed(_how_it_ended(child)) from None

    def _hear(self, child: subprocess.Popen[bytes], patience_s: float) -> Answer | None:
        """The answer, or None when we stop. Raises _ChildFailed."""
        assert child.stdout is not None
        pipe, give_up_at = child.stdout.fileno(), self._monotonic() + patience_s
        heard: list[bytes] = []
        size = 0
        while not self._stopping:
            left_s = give_up_at - self._monotonic()
            if left_s <= 0:
                raise _ChildFailed(f"it gave no answer in {patience_s:g} s")
            if pipe not in self._wake.wait(left_s, pipe):
                continue
            piece = os.read(pipe, _READ)
            size += len(piece)
            if not piece:
                raise _ChildFailed(_how_it_ended(child))
            if size > LONGEST_ANSWER:
                raise _ChildFailed("its answer has no end")
            heard.append(piece)
            if piece.endswith(b"\n"):
                try:
                    return msgspec.json.decode(b"".join(heard), type=Answer)
                except msgspec.DecodeError as error:
                    raise _ChildFailed(f"its answer is not understood ({error})") from error
        return None

    def _sleep(self, seconds: float, *, until_news: bool = False) -> None:
        until_s = self._monotonic() + seconds
        while not self._stopping and not (until_news and self._news):
            left_s = until_s - self._monotonic()
            if left_s <= 0:
                return
            self._wake.wait(left_s)

    def _note(self, state: LifeState, detail: str) -> None:
        since_s = self._life[2] if self._life[0] == state else self._monotonic()
        self._life = (state, detail, since_s)


def _how_it_ended(child: subprocess.Popen[bytes]) -> str:
    try:
        code = child.wait(1.0)
    except subprocess.TimeoutExpired:
        return "it closed its pipe"
    return f"it ended by signal {-code}" if code < 0 else f"it ended with exit code {code}"
