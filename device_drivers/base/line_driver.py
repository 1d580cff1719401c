"""One line, one link, one thread: opens the line, carries data both ways, comes back after every failure.

Knows nothing of any protocol. `start`, `stop`, `health` and `changing` are for other threads; all else
runs on the driver's own thread, named after its line. A link that raises fails alone, with back-off.
"""

from __future__ import annotations

import contextlib
import logging
import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Generic, Literal, TypeVar

from device_drivers.base.backoff import Backoff
from device_drivers.base.load import Load
from device_drivers.base.noise import Noise, meaningless
from device_drivers.errors import DeviceError, LinkDown, Misuse
from device_drivers.lines.conditions import LINE_CONDITIONS
from device_drivers.lines.descriptor import PortMissing
from device_drivers.links.link import Link
from device_drivers.ports import Datum, Health, LifeState, Line
from device_drivers.words import ALL_WELL, Condition

_LOGGER = logging.getLogger(__name__)

# Back-off between attempts, doubling, each shortened by up to half at random.
_BACKOFF_FIRST_S = 0.5
_BACKOFF_MOST_S = 30.0
# Looking for a port that is not there disturbs nobody, and a person who replugs it is watching.
_MISSING_MOST_S = 0.8
# A connection that lived this long was a good one: the next failure starts from the first step again.
_PROVEN_S = 10.0
# The longest sleep in a read, whatever the link says: a bound on being deaf, not a poll.
_READ_MOST_S = 5.0
_NOISE = "line_noise"

Event = TypeVar("Event")


class LineDriver(Generic[Datum, Event]):
    """Drives `link` over `line`. `unit` is what the line carries, for the counters; `byte_s`: how long a byte takes on
    the wire, for its load. `on_event` runs on the driver's thread and may only enqueue."""

    def __init__(
        self,
        id: str,
        kind: str,
        line: Line[Datum],
        link: Link[Datum, Event],
        *,
        monotonic: Callable[[], float],
        rng: random.Random,
        on_event: Callable[[Event], None],
        unit: Literal["bytes", "messages"] = "bytes",
        byte_s: float = 0.0,
    ) -> None:
        self.id = id
        self.kind = kind
        self._line = line
        self._link = link
        self._monotonic = monotonic
        self._again = Backoff(_BACKOFF_FIRST_S, _BACKOFF_MOST_S, _PROVEN_S, rng)
        self._on_event = on_event
        self._lock = threading.Lock()  # guards the link, the health and the counters; never held during I/O
        self._health = Health(device=id, kind=kind, state="init", since_s=monotonic())
        self._reported_s: float | None = None
        self._counters = {"opened": 0, "downs": 0, "faults": 0, f"{unit}_in": 0, f"{unit}_out": 0}
        self._unit = unit
        self._noise = Noise()
        self._load = Load(byte_s)
        self._told_noisy = False  # as _logged
        self._logged: LifeState = "init"  # what the log was last told; the driver's thread only
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=line.name, daemon=True)

    # For other threads.

    def start(self) -> None:
        if self._stopping.is_set() or self._thread.ident is not None:
            raise Misuse(f"{self.id}: start is called once, before stop")
        self._thread.start()

    def stop(self, timeout_s: float = 3.0) -> None:
        """Returns when the thread has closed the line, or after `timeout_s` with a log line."""
        self._stopping.set()
        if self._thread.ident is None:
            self._stopped()
            return
        self._line.cancel_read()
        self._thread.join(timeout_s)
        if self._thread.is_alive():
            _LOGGER.error("%s: thread %s did not stop in %g s", self.id, self._thread.name, timeout_s)

    def health(self) -> Health:
        with self._lock:
            counters = {**self._counters, **self._link.counters}
            if self._load:
                counters["bus_load_percent"] = self._load.percent(self._monotonic())
            health = replace(self._health, reported_s=self._reported_s, counters=counters)
            noisy_since_s = self._noise.since_s(self._monotonic())
        if health.state != "ready" or noisy_since_s is None:
            return health
        said = LINE_CONDITIONS[_NOISE].english({})
        return replace(health, state="alert", detail=said, since_s=noisy_since_s, code=_NOISE, facts={})

    @contextlib.contextmanager
    def changing(self) -> Iterator[float]:
        """Change the link from a caller's thread: yields now, then wakes the driver's thread."""
        with self._lock:
            yield self._monotonic()
        self._line.cancel_read()

    @contextlib.contextmanager
    def reading(self) -> Iterator[float]:
        """Look at the link from a caller's thread."""
        with self._lock:
            yield self._monotonic()

    # The driver's own thread.

    def _run(self) -> None:
        while not self._stopping.is_set():
            opened_s: float | None = None
            try:
                self._line.open()
                opened_s = self._monotonic()
                self._opened(opened_s)
                self._converse()
            except Exception as error:  # noqa: BLE001 - whatever it is, only this device fails
                held_s = self._monotonic() - opened_s if opened_s is not None else 0.0
                self._failed(error, was_open=opened_s is not None)
                # Looking for a port that is not there is no failure: a plug that comes and goes twice is not
                # made to wait for how long it was out the first time.
                missing = isinstance(error, PortMissing)
                self._stopping.wait(self._again.uncounted(_MISSING_MOST_S) if missing else self._again.after(held_s))
        self._line.close()
        self._stopped()

    def _converse(self) -> None:
        while not self._stopping.is_set():
            with self._lock:
                now = self._monotonic()
                events = self._link.tick(now)
                output = self._link.take_output()
                wait_s = self._link.due_s(now)
            self._hand_out(events)
            if len(output):
                self._line.write(output)
                self._hand_out(self._wrote(len(output)))
                continue  # the link may have more to say, and it knows best when
            data = self._line.read(min(wait_s, _READ_MOST_S))
            if len(data):
                self._hand_out(self._got(data))
            self._say_once_that_it_works()
            self._say_once_that_it_is_noisy()

    def _wrote(self, count: int) -> list[Event]:
        with self._lock:
            self._reported_s = now = self._monotonic()
            self._counters[f"{self._unit}_out"] += count
            self._noise.wrote(count)
            self._load.carried(count, now)
            return self._link.written(now)

    def _got(self, data: Datum) -> list[Event]:
        with self._lock:
            self._reported_s = now = self._monotonic()
            self._counters[f"{self._unit}_in"] += len(data)
            self._load.carried(len(data), now)
            before = meaningless(self._link.counters)
            events = self._link.receive(data, now)
            self._noise.heard(meaningless(self._link.counters) - before, now)
            return events

    def _hand_out(self, events: list[Event]) -> None:
        for event in events:
            try:
                self._on_event(event)
            except Exception:  # the listener's bug must not take the device down
                self._count("faults")
                _LOGGER.exception("%s: the listener failed on an event", self.id)

    def _opened(self, now: float) -> None:
        with self._lock:
            self._counters["opened"] += 1
            self._is_now("ready", now)

    def _say_once_that_it_works(self) -> None:
        """Only after a first turn went well: a line that opens and fails at once is not back."""
        if self._logged == "ready":
            return
        back = "open" if self._logged == "init" else "back"
        self._logged = "ready"
        _LOGGER.info("%s: %s is %s", self.id, self._line.name, back)

    def _say_once_that_it_is_noisy(self) -> None:
        with self._lock:
            noisy = self._noise.since_s(self._monotonic()) is not None
        if noisy != self._told_noisy:
            self._told_noisy = noisy
            if noisy:
                _LOGGER.warning("%s: %s", self.id, LINE_CONDITIONS[_NOISE].english({}))
            else:
                _LOGGER.info("%s: no noise any more", self.id)

    def _failed(self, error: Exception, *, was_open: bool) -> None:
        """Close first: an open descriptor would make the kernel give the adapter another name."""
        self._line.close()
        expected = isinstance(error, LinkDown)
        state: LifeState = "disconnected" if expected else "alert"
        detail = str(error) if isinstance(error, DeviceError) else f"{type(error).__name__}: {error}"
        with self._lock:
            now = self._monotonic()
            self._counters["downs"] += was_open
            self._counters["faults"] += not expected
            since_s = self._health.since_s if self._health.state == state else now
            self._is_now(state, since_s, detail, _condition_of(error))
        self._tell_link_lost(now)
        first, self._logged = self._logged != state, state
        if first and expected:
            _LOGGER.warning("%s: down: %s", self.id, detail)
        elif first:
            _LOGGER.error("%s: failed, this is a bug in its driver", self.id, exc_info=error)

    def _tell_link_lost(self, now: float) -> None:
        try:
            with self._lock:
                events = self._link.lost(now)
        except Exception:
            self._count("faults")
            _LOGGER.debug("%s: its link cannot even be reset", self.id, exc_info=True)
            return
        self._hand_out(events)

    def _count(self, name: str) -> None:
        with self._lock:
            self._counters[name] += 1

    def _stopped(self) -> None:
        with self._lock:
            self._is_now("stopped", self._monotonic())

    def _is_now(self, state: LifeState, since_s: float, detail: str = "", condition: Condition = ALL_WELL) -> None:
        """With the lock held."""
        self._health = replace(
            self._health, state=state, since_s=since_s, detail=detail, code=condition.code, facts=condition.facts
        )


def _condition_of(error: Exception) -> Condition:
    return Condition(error.code, error.facts) if isinstance(error, LinkDown) else Condition("failed")
