"""The composition root: the one place where a hall is put together, started in order, and taken apart again.

    lock - journal - hall (replayed) - core - follower - broker, MQTT - devices - HTTP

What is started is stopped in the opposite order, also when a later part cannot start. Signals are the caller's.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import random
import resource
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from device_drivers.events import DeviceEvent
from device_drivers.options import Environment
from device_drivers.registry import build_device
from hall_daemon import __version__
from hall_daemon.adapters.devices.bridge import DeviceBridge
from hall_daemon.adapters.http.dependencies import Dependencies
from hall_daemon.adapters.http.servers import Listeners, both_servers
from hall_daemon.adapters.mqtt.broker import Broker, BrokerSettings
from hall_daemon.adapters.mqtt.publisher import MqttPublisher
from hall_daemon.adapters.mqtt.session import BrokerAddress
from hall_daemon.adapters.reports.service import ReportService, ReportTiming
from hall_daemon.adapters.reports.worker import ForecastSettings
from hall_daemon.adapters.storage.bookmarks import Bookmark
from hall_daemon.adapters.storage.disk_guard import StorageGuard
from hall_daemon.adapters.storage.journal import Journal, JournalReader
from hall_daemon.adapters.storage.lock import FolderLock
from hall_daemon.adapters.storage.reserve import Reserve
from hall_daemon.adapters.storage.snapshots import SnapshotKeeper, restore
from hall_daemon.adapters.storage.vault import Vault, load_key
from hall_daemon.adapters.storage.vault_keeper import VaultKeeper
from hall_daemon.adapters.storage.witnesses import BOOKMARK, Tip, refuse_a_lost_tail
from hall_daemon.adapters.system.believed_wall import BelievedWall, date_check
from hall_daemon.adapters.system.clock import HallClock
from hall_daemon.adapters.system.cpu import SharedCpu
from hall_daemon.adapters.waits.ledger_writer import PromiseKeeper
from hall_daemon.adapters.waits.service import WaitService
from hall_daemon.app.announced_waits import AnnouncedWaits
from hall_daemon.app.core import Core
from hall_daemon.app.follower import Follower
from hall_daemon.app.heard_calls import CallsAnnounced
from hall_daemon.app.history import History
from hall_daemon.app.promises import accuracy_feed, promise_samples
from hall_daemon.app.reasons import CallReasons
from hall_daemon.app.view_context import ViewContext
from hall_daemon.config import Settings
from hall_daemon.domain.decide import Refused
from hall_daemon.domain.hall import Hall
from hall_daemon.prediction.learn.day_profile import Habits
from hall_daemon.wire.messages import Explanation

_LOGGER = logging.getLogger(__name__)
T = TypeVar("T")

JOURNAL = "journal.db"
SNAPSHOTS = "snapshots"
PROMISES = "promises.db"
PAGES = Path(__file__).parent / "pages"
# Under the GIL a thread that computes keeps the others waiting for one interval: 5 ms by default, five hundred
# times what a press needs.
SWITCH_INTERVAL_S = 0.0001
# Tickets are long-lived and hold no cycles: looking at all of them every few hundred objects is work for nothing.
GC_THRESHOLDS = (100_000, 50, 100)
OLDEST_EVENTS = 10_000
# A login shell gives 1,024 and lets a process ask for more; both listeners together may hold more connections.
OPEN_FILES = 16_384
# The threads through which every press goes; none of them starts a child process.
WORKING_TOGETHER = ("core", "follower", "http", "http-public", "mqtt", "promises")


def tune() -> None:
    """Set the process up for one thread that must answer soon, a day's tickets that live till evening, and some
    thousand phones that each hold a stream."""
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    gc.set_threshold(*GC_THRESHOLDS)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < OPEN_FILES:
        most = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))


@dataclass(frozen=True, slots=True)
class Pace:
    """How the hall's clock runs: `speed` times as fast, from `begins_wall` (ms since 1970 UTC; None is now), by the
    seconds that `monotonic` counts."""

    speed: float = 1.0
    begins_wall: int | None = None
    monotonic: Callable[[], float] = time.monotonic


class Application:
    """A running hall. `start` raises what a part raises, with everything already started stopped again."""

    def __init__(self, settings: Settings, pace: Pace | None = None) -> None:
        self.settings = settings
        self.ended = threading.Event()
        self.failure: BaseException | None = None
        self._beats = -1
        self._bookmark_lost = False
        self._pace = pace or Pace()
        self._parts = ExitStack()

    def start(self) -> None:
        """Returns when numbers can be drawn. Raises FolderBusy, JournalError, CannotListen, BrokerFailed, OSError…"""
        tune()
        with ExitStack() as parts:
            self._start(parts)
            self._parts = parts.pop_all()

    def stop(self) -> None:
        self._parts.close()

    def beat(self) -> bool:
        """Once a second, by whoever runs us: small housekeeping. False when the core's loop did not turn since."""
        if self.mqtt is not None:
            self._save_bookmark(self.mqtt)
        self._guard.look()
        self._fill_reserve()
        self._save_date()
        self._save_tip()
        self._persons.look(self.follower.read(lambda hall: hall.day), self.clock.now().wall)
        turned = self.core.beats != self._beats
        self._beats = self.core.beats
        return turned

    def _start(self, parts: ExitStack) -> None:
        settings, plan, folder = self.settings, self.settings.plan, self.settings.data_dir
        self._reserve = Reserve(folder)
        self._reserve.ease_start()
        lock = FolderLock(folder)
        parts.callback(lock.release)
        cpu = SharedCpu()
        parts.callback(cpu.end)
        self.vault = Vault(folder / "vault.db", load_key(folder / "vault.key"))
        parts.callback(self.vault.close)

        journal = Journal(folder / JOURNAL, self._reserve.release)
        parts.callback(journal.close)
        refuse_a_lost_tail(folder, folder / SNAPSHOTS, journal.seq)
        self._tip = Tip(folder)
        self.epoch = journal.begin_epoch()
        reader = journal.reader()
        parts.callback(reader.close)
        hall, seq = restore(folder / SNAPSHOTS, reader)
        last = journal.last.moment if journal.last else None
        pace = self._pace
        self._date = BelievedWall(plan.timezone, folder / "clock", last.wall if last else None)
        self.clock = HallClock(
            after=last, speed=pace.speed, begins_wall=pace.begins_wall, monotonic=pace.monotonic, wall=self._date
        )
        guard = self._guard = StorageGuard(folder, settings.data.min_free_mb, time.monotonic)
        guard.look()

        self.follower = Follower(hall.copy(), seq, reader, self.clock)
        self.core = Core(
            plan, hall, journal, self.clock,
            keys=journal.keys(), on_batch=self.follower.hand_over, on_fatal=self._on_fatal, admit=guard.admit,
        )  # fmt: skip
        reasons = CallReasons(reader.of_day(hall.day) if hall.day else ())
        hashes = journal.reader()
        parts.callback(hashes.close)
        snapshots = SnapshotKeeper(folder / SNAPSHOTS, hashes, seq, settings.data.snapshot_every)
        announced = CallsAnnounced(reader.of_day(hall.day) if hall.day else ())
        self._persons = VaultKeeper(self.vault, lambda: self.follower.read(_subjects), time.monotonic)
        for subscriber in (reasons, announced, snapshots):
            self.follower.subscribe(subscriber)

        self.promises = PromiseKeeper(
            folder / PROMISES, plan.timezone, seq, self.follower.events_after, self.clock,
            today=reader.of_day(hall.day) if hall.day else (),
        )  # fmt: skip
        announced_waits = AnnouncedWaits(self.promises.on_announced)
        announced_waits.restore(self.promises.still_open())
        parts.callback(self.promises.stop)
        self.waits = WaitService(plan, folder / JOURNAL, folder / SNAPSHOTS, self.clock, announced=announced_waits)
        self.follower.subscribe(self.waits)
        parts.callback(self.waits.stop)
        self.reports = self._report_service()
        self.follower.subscribe(self.reports)
        parts.callback(self.reports.stop)
        self.views = ViewContext(
            plan, self.epoch, self.waits,
            devices=lambda: self.bridge.views(), printers=tuple(settings.bindings.devices["printers"]),
            ticket_url=f"{settings.public.base}/t/{{token}}", reasons=reasons.of, announced=announced.of,
            forecast=self.reports.forecast,
        )  # fmt: skip
        self.bridge = self._bridge()
        self.follower.subscribe(self.bridge)
        self.broker, self.mqtt = self._mqtt(parts, seq)
        listeners = self._listeners(guard)

        self._persons.look(hall.day, self.clock.now().wall)
        self._fill_reserve()
        # Everybody has subscribed: now things move.
        self.promises.start()
        self.follower.start()
        parts.callback(self._save_snapshot, snapshots)
        parts.callback(self.follower.stop)
        self.core.start()
        parts.callback(self.core.stop)
        if self.mqtt is not None:
            self.mqtt.start()
            parts.callback(self._stop_mqtt, self.mqtt)
        parts.callback(self.bridge.stop)
        self.follower.read(lambda replica: self.bridge.start(replica, self.clock.now()))
        self.waits.start(seq)
        self.reports.start()
        for server in listeners:
            server.start()
            parts.callback(server.stop)
        cpu.give_to(WORKING_TOGETHER)
        self.staff_url, self.public_url = listeners.staff.url, listeners.public.url

    # -- parts ----------------------------------------------------------------------------------------

    def _report_service(self) -> ReportService:
        settings, folder = self.settings, self.settings.data_dir
        said = settings.forecast
        habits = Habits(said.least_days, said.month_end_days, said.days)
        return ReportService(
            settings.plan, folder / JOURNAL, folder / SNAPSHOTS, self.clock,
            ForecastSettings(said.horizon_days, said.history_days, habits), timing=ReportTiming(every_s=said.refresh_s),
        )  # fmt: skip

    def _bridge(self) -> DeviceBridge:
        env = Environment(time.monotonic, random.Random(), lambda event: self._on_device(event))  # noqa: S311 (jitter)
        devices = {spec.id: build_device(spec, env) for spec in self.settings.devices}
        return DeviceBridge(
            self.settings.plan, self.settings.wording, self.settings.bindings, devices,
            submit=self.core.submit,
            read=self.follower.read,
            wait_of=lambda ticket: self.waits.ticket(ticket.id, ticket),
            ticket_url=lambda token: f"{self.settings.public.base}/t/{token}",
            monotonic=time.monotonic,
        )  # fmt: skip

    def _on_device(self, event: DeviceEvent) -> None:
        self.bridge.on_event(event)

    def _mqtt(self, parts: ExitStack, seq: int) -> tuple[Broker | None, MqttPublisher | None]:
        mqtt, folder = self.settings.mqtt, self.settings.data_dir
        if mqtt.mode == "off":
            return None, None
        broker = None
        if mqtt.mode == "supervised":
            reader = (mqtt.username, Path(mqtt.password_file)) if mqtt.username and mqtt.password_file else None
            broker = Broker(BrokerSettings(folder / "broker", mqtt.host, mqtt.port, reader=reader))
            broker.start()
            parts.callback(broker.stop)
            address = broker.address
        else:
            address = BrokerAddress(
                mqtt.host, mqtt.port, mqtt.username,
                Path(mqtt.password_file) if mqtt.password_file else None,
                Path(mqtt.ca_file) if mqtt.ca_file else None,
            )  # fmt: skip
        self._bookmark = Bookmark(folder / BOOKMARK)
        read_upto = self._bookmark.load()
        if read_upto is not None:
            read_upto = max(min(read_upto, seq), seq - OLDEST_EVENTS)
        publisher = MqttPublisher(self.views, self.follower, self.clock, address, events_after=read_upto)
        self.follower.subscribe(publisher)
        # Stopped in its turn when it runs; this is for a start that ends before.
        parts.callback(publisher.stop)
        return broker, publisher

    def _listeners(self, guard: StorageGuard) -> Listeners:
        http, public = self.settings.http, self.settings.public
        deps = Dependencies(
            self.settings.plan, self.core, self.follower, self.views, self.clock,
            random_bytes=os.urandom,
            monotonic=time.monotonic,
            version=__version__,
            health=lambda: self.health(guard),
            history=lambda ticket: self._ask_the_past(lambda past: past.of_ticket(ticket)),
            explain=lambda ticket, before: self._why(ticket, before),
            printers=frozenset(self.settings.bindings.devices["printers"]),
            pages=PAGES,
            persons=self.vault,
            figures=self.reports.ask,
            date=self._date,
            accuracy=lambda: accuracy_feed(self.settings.plan, self.promises.spans, self.promises.as_of),
            extra_metrics=lambda: tuple(promise_samples(self.promises.spans)),
        )  # fmt: skip
        return both_servers(
            deps, (http.host, http.port), (public.host, public.port),
            trusted_proxies=public.trusted_proxies, on_failure=self._on_fatal,
        )  # fmt: skip

    # -- questions ------------------------------------------------------------------------------------

    def _why(self, ticket: str, before: str) -> Explanation | Refused:
        return self._ask_the_past(lambda past: past.why(ticket, before))

    def _ask_the_past(self, ask: Callable[[History], T]) -> T:
        """On a connection of its own: questions come from HTTP's reading threads."""
        folder = self.settings.data_dir
        reader = JournalReader(folder / JOURNAL)
        try:
            return ask(
                History(self.settings.plan, reader.of_day, lambda seq: restore(folder / SNAPSHOTS, reader, seq)[0])
            )
        finally:
            reader.close()

    def health(self, guard: StorageGuard) -> Mapping[str, str]:
        """Each part with `ok`, or `degraded: why`, or `failing: why`."""
        checks = {"core": "ok" if self.failure is None else f"failing: {self.failure}"}
        lag = self.core.seq - self.follower.seq
        checks["follower"] = "ok" if lag < OLDEST_EVENTS else f"degraded: {lag} events behind"
        checks["storage"] = "degraded: nearly full, no numbers are given" if guard.low else "ok"
        checks["clock"] = date_check(self._date.doubt(), self.settings.plan.timezone)
        for part in (self.broker, self.mqtt, self.waits, self.reports):
            if part is not None:
                health = part.health()
                checks[health.device] = _check(health.state, health.detail)
        for name, trouble in (
            ("promises", self.promises.trouble and f"not written down: {self.promises.trouble}"),
            ("vault", self._persons.trouble and f"persons whose time is over stay: {self._persons.trouble}"),
        ):
            checks[name] = f"degraded: {trouble}" if trouble else "ok"
        for view in self.bridge.views():
            checks[f"device:{view.id}"] = _check(view.state, view.detail)
        return checks

    # -- life -----------------------------------------------------------------------------------------

    def _on_fatal(self, error: BaseException) -> None:
        """The journal cannot be written, or a listener died: better to stop and start again than to pretend."""
        self.failure = error
        self.ended.set()

    def _stop_mqtt(self, publisher: MqttPublisher) -> None:
        publisher.stop()
        self._save_bookmark(publisher)

    def _save_bookmark(self, publisher: MqttPublisher) -> None:
        """A full disk costs repeats after the next start, nothing else."""
        try:
            self._bookmark.save(publisher.events_seq)
        except OSError as error:
            if not self._bookmark_lost:
                _LOGGER.warning("bookmark of MQTT not written: %s", error)
            self._bookmark_lost = True
        else:
            self._bookmark_lost = False

    def _fill_reserve(self) -> None:
        if not self._guard.low:
            self._reserve.fill(self._guard.min_free)

    def _save_date(self) -> None:
        """Where it cannot be kept, the next start does not know how long it was away."""
        with contextlib.suppress(OSError):
            self._date.save()

    def _save_tip(self) -> None:
        """Where it cannot be kept, one witness less knows how far the journal went."""
        with contextlib.suppress(OSError):
            self.follower.read(lambda hall: self._tip.save(hall, self.follower.seq))

    def _save_snapshot(self, snapshots: SnapshotKeeper) -> None:
        self.follower.read(lambda hall: snapshots.save(hall, self.follower.seq))


def _subjects(hall: Hall) -> frozenset[str]:
    return frozenset(ticket.subject for ticket in hall.tickets.values() if ticket.subject)


def _check(state: str, detail: str) -> str:
    return "ok" if state in ("ready", "init") else f"degraded: {state} {detail}".strip()
