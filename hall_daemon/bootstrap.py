"""The composition root: the one place where a hall is put together, as a tuple of parts.

Each is built when those stand that it needs. They are started in their order and stopped in the opposite one, also when
a later part cannot be built or started: whoever is fed stands before, and ends after, whoever feeds it. On the way of a
press nothing of this file is met. Signals are the caller's.
"""

from __future__ import annotations

import contextlib
import os
import random
import socket
import threading
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from device_drivers.options import Environment
from device_drivers.ports import Driver
from device_drivers.registry import build_device
from hall_daemon import __version__
from hall_daemon.adapters.accounts.service import AccountService, provider_of
from hall_daemon.adapters.devices.boards import LedBoards
from hall_daemon.adapters.devices.bridge import DeviceBridge, Tell
from hall_daemon.adapters.dossiers.service import DossierService
from hall_daemon.adapters.http.accounts import accept_path
from hall_daemon.adapters.http.dependencies import Dependencies
from hall_daemon.adapters.http.draw_limits import Drawn, DrawRules
from hall_daemon.adapters.http.gate import StaffGate
from hall_daemon.adapters.http.matters_room import MattersRoom
from hall_daemon.adapters.http.servers import both_servers
from hall_daemon.adapters.mqtt.broker import Broker
from hall_daemon.adapters.mqtt.broker_files import BrokerSettings
from hall_daemon.adapters.mqtt.publisher import MqttPublisher
from hall_daemon.adapters.mqtt.session import BrokerAddress
from hall_daemon.adapters.platform.part import platform_part
from hall_daemon.adapters.questions.desk import QuestionDesk
from hall_daemon.adapters.reports.service import ReportService, ReportTiming
from hall_daemon.adapters.storage.bookmarks import Bookmark
from hall_daemon.adapters.storage.data_folder import JOURNAL, PROMISES, SNAPSHOTS
from hall_daemon.adapters.storage.disk_guard import StorageGuard
from hall_daemon.adapters.storage.journal import Journal
from hall_daemon.adapters.storage.lock import FolderLock
from hall_daemon.adapters.storage.outbox import Outbox
from hall_daemon.adapters.storage.past import book_of, case_rows_of, history_of
from hall_daemon.adapters.storage.reserve import Reserve
from hall_daemon.adapters.storage.snapshots import SnapshotKeeper, restore_book
from hall_daemon.adapters.storage.vault import open_vault
from hall_daemon.adapters.storage.vault_keeper import VaultKeeper, named_today
from hall_daemon.adapters.storage.witnesses import BOOKMARK, Tip, refuse_a_lost_tail
from hall_daemon.adapters.system.believed_wall import BelievedWall, date_check
from hall_daemon.adapters.system.certificate import Certificates
from hall_daemon.adapters.system.clock import HallClock
from hall_daemon.adapters.system.cpu import SharedCpu
from hall_daemon.adapters.system.journal_proof import JournalProof
from hall_daemon.adapters.system.machine import Machine, Pace
from hall_daemon.adapters.system.parts import Part, Parts, checked, trouble
from hall_daemon.adapters.system.process import tune
from hall_daemon.adapters.system.turns import Turns
from hall_daemon.adapters.waits.ledger_writer import PromiseKeeper
from hall_daemon.adapters.waits.service import WaitService
from hall_daemon.app.announced_waits import AnnouncedWaits
from hall_daemon.app.core import Core
from hall_daemon.app.follower import Follower
from hall_daemon.app.last_calls import LastCalls
from hall_daemon.app.left_windows import pause_left
from hall_daemon.app.promises import AccuracyOf, promise_samples
from hall_daemon.app.readings import KioskReadings, places_of
from hall_daemon.app.view_context import ViewContext
from hall_daemon.config import Settings
from hall_daemon.domain.events import of_hall

PAGES = Path(__file__).parent / "pages"
FAR_BEHIND = 10_000  # events
CORE_TURNS_S = 2.0
# The one thread that computes for long without the GIL, for it tries passwords; it stays where child processes are.
BESIDE = ("http-login_0",)


class Application:
    """A running hall. `start` raises what a part raises, with everything already started stopped again."""

    def __init__(self, settings: Settings, pace: Pace | None = None, machine: Machine | None = None) -> None:
        self.settings = settings
        self.ended = threading.Event()
        self.failure: BaseException | None = None
        self.parts = Parts()
        self.broker: Broker | None = None
        self.mqtt: MqttPublisher | None = None
        self._pace = pace or Pace()
        self._machine = machine or Machine()
        self._turns = Turns(lambda: self.core.beats, self._machine.monotonic)

    def start(self) -> None:
        """Returns when numbers can be drawn. Raises FolderBusy, JournalError, CannotListen, BrokerFailed, OSError…"""
        tune()
        self.parts.start(self._build())
        self._keep_notes()

    def stop(self) -> None:
        self.parts.stop()

    def beat(self) -> bool:
        """Once a second, by whoever runs us: small housekeeping. False when the core's loop did not turn since."""
        self._guard.look()
        self._fill_reserve()
        self._keep_notes()
        self._look_at_persons()
        self.accounts.look()
        self.dossiers.look()
        pause_left(self.settings.plan, self.accounts.left(), self.follower, self.core)
        if self.broker is not None:
            self.broker.look()
        self._certificates.look()
        return self._turns.turned()

    def _build(self) -> Iterator[Part]:
        yield from self._storage()
        yield from self._who()
        yield from self._hall()
        yield from self._outside()

    def _storage(self) -> Iterator[Part]:
        """What lies on the disk, and whom it belongs to."""
        folder, pace, machine = self.settings.data_dir, self._pace, self._machine
        self._reserve = Reserve(folder)
        self._reserve.ease_start()
        lock = FolderLock(folder)
        yield Part("lock", stop=lock.release)
        self._cpu = SharedCpu()
        yield Part("cpu", stop=self._cpu.end)
        self.vault, self._vault_keys = open_vault(folder, self.settings.data.vault_cipher)
        yield Part("vault", stop=self.vault.close)
        self._journal = journal = Journal(folder / JOURNAL, self._reserve.release)
        yield Part("journal", stop=journal.close)
        refuse_a_lost_tail(folder, folder / SNAPSHOTS, journal.seq)
        self._tip = Tip(folder)
        self.epoch = journal.begin_epoch()
        self._reader = journal.reader()
        yield Part("journal reader", stop=self._reader.close)
        self._guard = StorageGuard(folder, self.settings.data.min_free_mb, machine.monotonic)
        self._guard.look()
        yield Part("storage", self._fill_reserve, health=self._storage_health)
        last = journal.last.moment if journal.last else None
        zone = self.settings.plan.timezone
        date = self._date = BelievedWall(
            zone, folder / "clock", last.wall if last else None,
            uptime=machine.uptime, wall=machine.wall, synchronised=machine.synchronised, boot=machine.boot,
        )
        yield Part("clock", health=self._clock_health)
        self.clock = HallClock(
            after=last, speed=pace.speed, begins_wall=pace.begins_wall, monotonic=pace.monotonic, wall=date
        )

    def _who(self) -> Iterator[Part]:
        """Who is known to the hall, and what they may."""
        accounts = self.accounts = AccountService(
            self.settings.data_dir, self.settings.access, lambda: self.clock.now().wall, self._machine.monotonic,
        )
        yield Part("accounts", accounts.start, accounts.stop, accounts.health)
        accounts.note_start(self.settings.path)

    def _hall(self) -> Iterator[Part]:
        """The truth, its replica, and those who keep what it says. The replica's subscribers are called in the order in
        which they are subscribed."""
        settings, folder, journal, reader = self.settings, self.settings.data_dir, self._journal, self._reader
        book, seq = restore_book(folder / SNAPSHOTS, reader)
        replica, self._seq = book.copy(), seq
        self._matters = MattersRoom(settings)
        today = list(reader.since(book.hall.day))
        follower = self.follower = Follower(replica.hall, seq, reader, self.clock, replica.docket)
        self.core = Core(
            settings.plan, book.hall, journal, self.clock, docket=book.docket, statutes=self._matters.statutes,
            keys=journal.keys(), on_batch=follower.hand_over, on_fatal=self._on_fatal, admit=self._guard.admit,
            restore=partial(book_of, folder), monotonic=self._machine.monotonic,
        )
        self._matters.follow(lambda shelf, statutes: self.core.stand_on(statutes))
        named, key = partial(follower.read, named_today), self._vault_keys
        persons = self._persons = VaultKeeper(self.vault, named, key, self._machine.monotonic)
        yield Part("persons", self._look_at_persons, health=lambda: {"vault": trouble("persons", persons.trouble)})
        kept = self.promises = PromiseKeeper(
            folder / PROMISES, settings.plan.timezone, seq, follower.events_after, self.clock,
            today=today, monotonic=self._machine.monotonic,
        )
        yield Part("promises", kept.start, kept.stop, lambda: {"promises": trouble("not written down", kept.trouble)})
        hashes = journal.reader()
        yield Part("hashes", stop=hashes.close)
        snapshots = SnapshotKeeper(folder / SNAPSHOTS, hashes, seq, settings.data.snapshot_every, replica.docket)
        yield Part("snapshots", stop=lambda: follower.read(lambda replica: snapshots.save(replica, follower.seq)))
        self._calls, self._drawn = LastCalls(today), Drawn.of(book.hall.day, today)
        for subscriber in (self._calls, snapshots):
            follower.subscribe(subscriber)
        yield Part("follower", follower.start, follower.stop, self._follower_health)
        papers = self.dossiers = DossierService(self.settings, self.clock, self._machine.monotonic, self._guard)
        papers.follow(follower, replica.docket)
        yield Part("dossiers", papers.look, papers.close, papers.health)
        yield from self._matters.parts(follower, self._machine.monotonic)
        proof = JournalProof(folder)
        follower.subscribe(proof)
        yield Part("journal proof", proof.start, proof.stop, proof.health)
        yield Part("core", self.core.start, self.core.stop, self._core_health)

    def _outside(self) -> Iterator[Part]:
        """Waits and forecasts, devices, messages, pages: whoever reads the replica and sends commands."""
        settings, folder, follower = self.settings, self.settings.data_dir, self.follower
        monotonic = self._machine.monotonic
        announced = AnnouncedWaits(self.promises.on_announced)
        announced.restore(self.promises.still_open())
        waits = self.waits = WaitService(settings.plan, folder, self.clock, monotonic=monotonic, announced=announced)
        reports = self.reports = ReportService(
            settings.plan, folder, self.clock, settings.forecast,
            timing=ReportTiming(every_s=settings.forecast.refresh_s), monotonic=monotonic,
        )
        url = f"{settings.public.base}/t/{{token}}"
        readings = self._readings = KioskReadings(places_of(settings.bindings), monotonic, self.clock.now().wall)
        bridge = self.bridge = DeviceBridge(
            settings.plan, settings.wording, settings.bindings, self._devices,
            submit=self.core.submit, read=follower.read, waits=waits, ticket_url=url, readings=readings,
            monotonic=monotonic, attended=self.accounts.attended,
        )
        printers = tuple(settings.bindings.devices["printers"])
        self.views = ViewContext(
            plan=settings.plan, epoch=self.epoch, waits=waits, devices=bridge.views, printers=printers, ticket_url=url,
            reasons=self._calls.reason, announced=self._calls.announced, recent=self._calls.recent,
            screen=settings.screen, floor=settings.floor, forecast=reports.forecast,
            accuracy=AccuracyOf(settings.plan, lambda: (self.promises.spans, self.promises.as_of)),
            staff_number=self.accounts.access.number_of,
        )
        boards = LedBoards(settings, bridge.devices, self.views, follower.read, self.clock.now)
        for subscriber in (waits, reports, bridge, boards):
            follower.subscribe(subscriber)
        yield from self._mqtt()
        yield Part("devices", partial(self._start_devices, bridge), bridge.stop, bridge.checks)
        yield Part("boards", boards.start, boards.stop, boards.checks)
        yield Part("waits", partial(waits.start, self._seq), waits.stop, partial(checked, waits.health))
        yield Part("reports", reports.start, reports.stop, partial(checked, reports.health))
        yield from platform_part(settings, self._matters, follower, self.dossiers, self.clock, self._seq, monotonic)
        yield from self._listeners()
        yield Part("shared cpu", partial(self._cpu.gather, BESIDE))

    def _mqtt(self) -> Iterator[Part]:
        mqtt, folder = self.settings.mqtt, self.settings.data_dir
        if mqtt.mode == "off":
            return
        if mqtt.mode == "supervised":
            machines = self.accounts.machines
            broker = self.broker = Broker(BrokerSettings.of(mqtt, folder / "broker", self.settings.plan.id, machines))
            yield Part("broker", broker.start, broker.stop, partial(checked, broker.health))
            address = broker.address
        else:
            address = BrokerAddress.of(mqtt)
        events = Outbox[int](self._seq, Bookmark(folder / BOOKMARK), of_hall)
        publisher = self.mqtt = MqttPublisher(
            self.views, self.follower, self.clock, address, events=events, monotonic=self._machine.monotonic,
            on_mute=self.broker.end_mute if self.broker else None, home_assistant=mqtt.home_assistant,
        )
        self.follower.subscribe(publisher)
        yield Part("mqtt", publisher.start, publisher.stop, partial(checked, publisher.health))

    def _listeners(self) -> Iterator[Part]:
        settings, http, public, promises = self.settings, self.settings.http, self.settings.public, self.promises
        past = history_of(settings.plan, settings.data_dir)
        questions = QuestionDesk(self._matters.shelf.guides, settings.data_dir, self.clock, self._machine.monotonic)
        self._matters.follow(lambda shelf, statutes: questions.take(shelf.guides))
        yield Part("questions", questions.start, questions.stop, questions.health)
        deps = Dependencies(
            plan=settings.plan, core=self.core, follower=self.follower, views=self.views, clock=self.clock,
            random_bytes=os.urandom, monotonic=self._machine.monotonic, version=__version__, health=self.parts.health,
            desks=settings.bindings.desks, review_rows=case_rows_of(settings.data_dir),
            history=past.of_ticket, explain=past.why, persons=self.vault, figures=self.reports.ask, date=self._date,
            printers=frozenset(settings.bindings.devices["printers"]), kiosks=settings.kiosks, pages=PAGES,
            gate=StaffGate(self.accounts.access), hosts=(*http.hosts, socket.gethostname()),
            notice=settings.access.notice, drawn=self._drawn, readings=self._readings,
            draws=DrawRules.of(settings.access, several=len(settings.kiosks) > 1),
            shelf=lambda: self._matters.shelf, cabinet=self._matters.cabinet, questions=questions,
            reviews=self._matters.reviews(lambda: self.dossiers.store, self.accounts.access.number_of),
            print_slip=self.bridge.print_slip,
            access=self.accounts.access, roster=self.accounts.roster,
            oidc=provider_of(settings.oidc, lambda: self.clock.now().wall, self._machine.monotonic),
            extra_metrics=lambda: tuple(promise_samples(promises.spans)), shown=self.bridge.shown,
        )
        pairs = {name: (part.cert_file, part.key_file) for name, part in (("http", http), ("public", public))}
        tls = self._certificates = Certificates(pairs)
        staff, phones = self._staff, self._phones = both_servers(
            deps, (http.host, http.port), (public.host, public.port), trusted_proxies=public.trusted_proxies,
            staff_tls=tls.context("http"), public_tls=tls.context("public"), on_failure=self._on_fatal,
        )
        yield Part("http", staff.start, staff.stop, tls.health)
        yield Part("http-public", phones.start, phones.stop)

    def first_invitation(self) -> str:
        """Where the first administrator sets a password, as long as nobody has one; "" later."""
        code = self.accounts.first_code()
        return self.staff_url + accept_path(code) if code else ""

    @property
    def staff_url(self) -> str:
        """Once it listens."""
        return self._staff.url

    @property
    def public_url(self) -> str:
        return self._phones.url

    def _devices(self, tell: Tell) -> dict[str, Driver]:
        env = Environment(self._machine.monotonic, random.Random(), tell)  # noqa: S311 (jitter)
        return {spec.id: build_device(spec, env) for spec in self.settings.devices}

    def _start_devices(self, bridge: DeviceBridge) -> None:
        self.follower.read(lambda replica: bridge.start(replica, self.clock.now()))

    def _fill_reserve(self) -> None:
        if not self._guard.low:
            self._reserve.fill(self._guard.min_free)

    def _keep_notes(self) -> None:
        """How far the clock and the journal are. Where that cannot be kept the next start knows less."""
        with contextlib.suppress(OSError):
            self._date.save()
        with contextlib.suppress(OSError):
            self.follower.read(lambda hall: self._tip.save(hall, self.follower.seq))

    def _look_at_persons(self) -> None:
        self._persons.look(self.follower.read(lambda hall: hall.day), self.clock.now().wall)

    def _core_health(self) -> Mapping[str, str]:
        if self.failure is not None:
            return {"core": f"failing: {self.failure}"}
        if (silent_s := self._turns.silent_s()) > CORE_TURNS_S:
            return {"core": f"failing: no answer for {silent_s:.0f} s; the disk may not take what is written"}
        return {"core": "ok"}

    def _storage_health(self) -> Mapping[str, str]:
        held = "failing: it cannot be written; nothing is taken until it can, then the hall goes on"
        low = "degraded: nearly full, no numbers are given"
        return {"disk": held if self.core.held else "ok", "storage": low if self._guard.low else "ok"}

    def _clock_health(self) -> Mapping[str, str]:
        day, wall = self.follower.read(lambda hall: hall.day), self.clock.now().wall
        return {"clock": date_check(self._date.doubt(), day, wall, self.settings.plan.timezone)}

    def _follower_health(self) -> Mapping[str, str]:
        lag = self.core.seq - self.follower.seq
        return {"follower": "ok" if lag < FAR_BEHIND else f"degraded: {lag} events behind"}

    def _on_fatal(self, error: BaseException) -> None:
        """The journal cannot be written, or a listener died: better to stop and start again than to pretend."""
        self.failure = error
        self.ended.set()
