"""The report service: keeps the forecast of the day fresh, and answers what takes seconds, in child processes beside
the hall.

One thread, `reports`, asks for the forecast every `every_s` and when a day begins; HTTP's reading threads `ask` for
the rest, one child at a time: who comes second waits, or gets what was answered a moment ago. A child that fails or
hangs is logged once and tried again later; until then there is no answer, and nothing else notices.
"""

from __future__ import annotations

import logging
import subprocess
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import msgspec

from device_drivers.base.child import Child, how_it_ended
from device_drivers.ports import Health
from hall_daemon.adapters.http.dependencies import NoFigures
from hall_daemon.adapters.reports.worker import Question
from hall_daemon.adapters.system import child_process
from hall_daemon.adapters.system.life import Life
from hall_daemon.adapters.system.owned_thread import OwnedThread
from hall_daemon.adapters.waits.worker import Place
from hall_daemon.app.forecast_view import decoded_forecast, no_forecast
from hall_daemon.app.record import Clock, Recorded
from hall_daemon.config.settings import Forecast
from hall_daemon.domain.events import DayOpened
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment, Plan
from hall_daemon.prediction.reports.efficiency import By
from hall_daemon.wire.figures import ForecastData

_LOGGER = logging.getLogger(__name__)

WORKER = child_process.module("hall_daemon.adapters.reports.worker", nice=15)
# The check's name on /healthz and in the metrics, where it stays what it was.
CHECK = "foresight"
LARGEST_ANSWER = 16_000_000
REPLIES_KEPT = 16


class _Words(NamedTuple):
    """What is asked, but for the moment."""

    kind: str
    begins: str = ""
    ends: str = ""
    by: By = "week"
    service: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTiming:
    """Real seconds. `first_s` after the start (the hall comes first), `retry_s` after a failure. An answer is good for
    `kept_s`; whoever waits for another's child waits at most `patience_s`."""

    every_s: float = 600.0
    first_s: float = 3.0
    retry_s: float = 60.0
    answer_s: float = 120.0
    kept_s: float = 30.0
    patience_s: float = 20.0


class ReportService:
    """A subscriber of the follower. `start()`, `stop()`; everything else from any thread."""

    def __init__(
        self,
        plan: Plan,
        folder: Path,
        clock: Clock,
        settings: Forecast,
        *,
        timing: ReportTiming = ReportTiming(),
        monotonic: Callable[[], float] = time.monotonic,
        command: Sequence[str] = WORKER,
    ) -> None:
        self._plan = plan
        self._place = Place(plan, str(folder))
        self._clock = clock
        self._settings = settings
        self._timing = timing
        self._monotonic = monotonic
        self._command = tuple(command)
        self._forecast: ForecastData | None = None
        self._made_s: float | None = None
        self._life = Life(CHECK, CHECK, monotonic)
        self._news = threading.Event()
        self._one_child = threading.Lock()
        self._children: set[Child] = set()  # the forecast, and one that was asked
        self._kept: OrderedDict[_Words, tuple[float, bytes]] = OrderedDict()
        self._thread = OwnedThread("reports", self._run, self._life, rouse=self._rouse)

    # -- what others call -------------------------------------------------------------------------

    def __call__(self, hall: Hall, batch: Sequence[Recorded], now: Moment) -> None:
        if any(isinstance(row.event, DayOpened) for row in batch):
            self._news.set()

    def forecast(self) -> ForecastData:
        """The newest forecast; one that says so when there is none, or it is too old to be true."""
        made_s, found = self._made_s, self._forecast
        if found is None or made_s is None or self._monotonic() - made_s > 4 * self._timing.every_s:
            return no_forecast(self._plan)
        return found

    def ask(self, kind: str, begins: str = "", ends: str = "", by: By = "week", service: str = "") -> bytes:
        """The body of an answer; may take seconds. Raises NoFigures."""
        words = _Words(kind, begins, ends, by, service)
        if not self._one_child.acquire(timeout=self._timing.patience_s):
            raise NoFigures("others are being answered")
        try:
            kept = self._kept.get(words)
            if kept is not None and self._monotonic() - kept[0] < self._timing.kept_s:
                return kept[1]
            answer = self._answer(words)
            self._kept[words] = (self._monotonic(), answer)
            while len(self._kept) > REPLIES_KEPT:
                self._kept.popitem(last=False)
            return answer
        finally:
            self._one_child.release()

    def health(self) -> Health:
        return self._life.health(self._made_s)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float = 3.0) -> None:
        self._thread.stop(timeout_s)

    def _rouse(self) -> None:
        self._news.set()
        for child in tuple(self._children):
            child.kill()

    # -- the thread -------------------------------------------------------------------------------

    def _run(self) -> None:
        wait_s = self._timing.first_s
        while not self._thread.stopping:
            self._news.wait(wait_s)
            self._news.clear()
            if self._thread.stopping:
                return
            try:
                found = decoded_forecast(self._answer(_Words("forecast")))
            except (NoFigures, msgspec.DecodeError) as error:
                if self._life.state != "disconnected" and not self._thread.stopping:
                    _LOGGER.warning("reports: no forecast for a while: %s; trying again", error)
                self._life.note("disconnected", str(error) or type(error).__name__)
                wait_s = self._timing.retry_s
            else:
                if self._life.state == "disconnected":
                    _LOGGER.warning("reports: the forecast is back")
                self._forecast, self._made_s = found, self._monotonic()
                self._life.note("ready")
                wait_s = self._timing.every_s

    def _answer(self, words: _Words) -> bytes:
        now = self._clock.now()
        question = Question(
            kind=words.kind, place=self._place, settings=self._settings, tick=now.tick, wall=now.wall,
            begins=words.begins, ends=words.ends, by=words.by, service=words.service,
        )
        if self._thread.stopping:
            raise NoFigures("the hall is stopping")
        try:
            child = child_process.start(self._command, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        except OSError as error:
            raise NoFigures(f"it cannot be started ({error.strerror})") from error
        self._children.add(child)
        try:
            if self._thread.stopping:
                child.kill()
            answer, said = child.communicate(msgspec.json.encode(question), self._timing.answer_s)
        except subprocess.TimeoutExpired as error:
            child.kill()
            child.communicate()
            raise NoFigures(f"it gave no answer in {self._timing.answer_s:g} s") from error
        finally:
            self._children.discard(child)
        if child.returncode or not answer or len(answer) > LARGEST_ANSWER:
            last = said.decode(errors="replace").strip().rpartition("\n")[2][:200]
            how = how_it_ended(child.returncode)
            raise NoFigures(f"it ended ({how})" + (f": {last}" if last else ""))
        return answer
