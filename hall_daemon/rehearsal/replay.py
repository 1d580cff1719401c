"""A day through a live hall: the daemon as a process, its hardware on ptys in this one, a crowd at its doors.

When everybody went home the clerks close their windows, what is shown is held against the journal, the daemon is
stopped in good order, and the books are read. Main thread; raises what a part raises, with everything stopped.
"""

from __future__ import annotations

import logging
import math
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from queue import SimpleQueue

from device_drivers.simulators.bench import Bench
from hall_daemon.adapters.mqtt.listener import MqttListener, retained
from hall_daemon.adapters.mqtt.session import BrokerAddress, BrokerAway
from hall_daemon.adapters.system.replay_clock import TimeKeeper
from hall_daemon.domain.plan import Moment
from hall_daemon.rehearsal.clerks import Clerk
from hall_daemon.rehearsal.compare import Books, Difference, books, truth, wrong_screens, wrong_topics
from hall_daemon.rehearsal.credentials import crowd_credential, mqtt_address
from hall_daemon.rehearsal.crowd import Crowd
from hall_daemon.rehearsal.day import Day
from hall_daemon.rehearsal.hall_client import BenchPads, Errands, EventFeed, HallUnreachable, Http, Inbox
from hall_daemon.rehearsal.launch import Company, StartFailed, free_ports
from hall_daemon.rehearsal.people import CrowdStuck
from hall_daemon.rehearsal.simulated_hall import PRINTER, Ports, SimulatedHall, build

_LOGGER = logging.getLogger(__name__)

READY_S = 20.0
STOP_S = 3.0
QUIET_S = 5.0  # for screens and topics to come to rest
LOOK_S = 0.05
# A slip takes its printer about so long; more people than that go without paper.
SLIP_REAL_S = 0.4
TRIES = 3  # a port may be taken between our look and the daemon's


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What came of it. `problems` are what must not be; a replay is good when there is none."""

    day: Day
    books: Books
    screens: int
    screens_wrong: list[Difference]
    topics_wrong: list[Difference]
    mqtt_messages: int
    presses: int
    beeped: int
    refused: dict[str, int]
    frames: dict[str, int]
    slips: int
    speed_asked: float
    speed_reached: float
    latest_s: float
    day_s: float
    wall_s: float
    exit_code: int
    folder: Path
    stopped: bool
    notes: list[str] = field(default_factory=list)

    @property
    def problems(self) -> list[str]:
        found = [
            (len(self.books.lost), "numbers lost"),
            (len(self.books.duplicates), "numbers given twice"),
            (len(self.screens_wrong), "screens wrong"),
            (len(self.topics_wrong), "retained states wrong"),
            (0 if self.books.journal_ok else 1, "broken chain in the journal"),
            (0 if self.exit_code == 0 else 1, f"daemon ended with {self.exit_code}"),
        ]
        return [f"{count} {what}" for count, what in found if count]


def replay(
    day: Day,
    folder: Path,
    *,
    speed: float,
    limit: int | None = None,
    stopping: threading.Event | None = None,
    tell: Callable[[str], None] = lambda words: None,
) -> Outcome:
    """Play `day` in `folder`, which must be empty or new. Raises StartFailed, CrowdStuck, HallUnreachable, BrokerAway,
    JournalError and OSError."""
    for attempt in range(TRIES):
        simulated = build(day.plan, folder, Ports(*free_ports(3)), speed, day.name)
        try:
            return _Replay(
                day=day,
                simulated=simulated,
                speed=speed,
                limit=limit,
                stopping=stopping or threading.Event(),
                tell=tell,
            ).run()
        except StartFailed as failed:
            if (
                failed.code not in (4, 5)
                or attempt + 1 == TRIES
                or (simulated.settings.data_dir / "journal.db").exists()
            ):
                raise
    raise AssertionError("unreachable")


@dataclass(slots=True, kw_only=True)
class _Replay:
    day: Day
    simulated: SimulatedHall
    speed: float
    limit: int | None
    stopping: threading.Event
    tell: Callable[[str], None]
    credential: str = ""

    def run(self) -> Outcome:
        simulated, day = self.simulated, self.day
        began_s = time.monotonic()
        self.credential = crowd_credential(simulated.settings.data_dir)
        keeper = TimeKeeper(simulated.folder / "time", day.midnight + day.begins_s, self.speed)
        try:
            with (
                Bench(simulated.bench, simulated.folder / "devices") as bench,
                Company(simulated.folder / "log") as company,
            ):
                command = (sys.executable, "-m", "hall_daemon.cli", "run", "--config", str(simulated.config))
                hall = company.start(
                    "hall", (*command, "--time-file", str(simulated.folder / "time")), ready_within_s=READY_S
                )
                ready = hall.ready
                self.tell(f"hall {day.plan.id} runs in {simulated.folder}: {ready['http']}, phones {ready['public']}")
                address = mqtt_address(ready["mqtt"]["host"], ready["mqtt"]["port"], self.credential, simulated.folder)
                listener = MqttListener(address, f"hall/v1/{day.plan.id}/#")
                try:
                    listener.start()
                    played_s = time.monotonic()
                    crowd = self._play(bench, keeper, ready, company)
                    played_s = time.monotonic() - played_s
                    day_s = keeper.seconds() - day.midnight - day.begins_s
                    keeper.allow(math.inf)
                    self._close_windows(ready["http"])
                    screens, topics = self._come_to_rest(bench, address, keeper)
                    messages = listener.messages
                except (BrokerAway, CrowdStuck, HallUnreachable):
                    company.check()  # if the hall died, that is what is to be said
                    raise
                finally:
                    listener.stop()
                state = bench.state(slips=0)
                exit_code = company.end(hall, STOP_S)
        finally:
            keeper.close()
        return Outcome(
            day=day,
            books=books(simulated.settings.data_dir, day.date.isoformat(), crowd.people.acknowledged),
            screens=len(simulated.settings.bindings.windows["screens"]),
            screens_wrong=screens,
            topics_wrong=topics,
            mqtt_messages=messages,
            presses=crowd.staff.presses,
            beeped=crowd.staff.beeped,
            refused=dict(crowd.people.refused),
            frames=_frames(state["devices"]),
            slips=sum(device["counters"].get("slips", 0) for device in state["devices"]),
            speed_asked=self.speed,
            speed_reached=day_s / played_s if played_s else 0.0,
            latest_s=crowd.agenda.latest_s,
            day_s=day_s,
            wall_s=time.monotonic() - began_s,
            exit_code=exit_code,
            folder=simulated.folder,
            stopped=self.stopping.is_set(),
        )

    def _play(self, bench: Bench, keeper: TimeKeeper, ready: dict[str, str], company: Company) -> Crowd:
        day, simulated, windows = self.day, self.simulated, self.day.plan.windows
        inbox: Inbox = SimpleQueue()
        errands = Errands(ready["http"], ready["public"], inbox, self.credential)
        feed = EventFeed(ready["http"], 0, inbox, self.credential)
        # At most one slip every SLIP_REAL_S, by the busiest ten minutes of the day.
        every = max(1, math.ceil(_busiest(day) / 600 * self.speed * SLIP_REAL_S))
        crowd = Crowd(
            day.plan,
            [
                Clerk(window=window, pad=pad, services=frozenset(windows[window].services), shift=day.shifts[window])
                for window, pad in simulated.pads.items()
            ],
            islice(iter(day.visits), self.limit),
            origin_s=day.midnight,
            clock=keeper,
            inbox=inbox,
            errands=errands,
            pads=BenchPads(bench, simulated.pad_places),
            name=f"replay-{day.plan.id}-{day.date}",
            printer=lambda n: PRINTER if n % every == 0 else "",
            stopping=self.stopping,
            check=company.check,
        )
        errands.start()
        feed.start()
        try:
            crowd.run()
        finally:
            feed.stop()
            errands.stop()
        return crowd

    def _close_windows(self, url: str) -> None:
        """The clerks go home. A window with somebody at it (we were stopped) stays as it is."""
        http = Http(url, self.credential)
        for window in self.day.plan.windows:
            http.ask("POST", f"/api/v1/windows/{window}/close", {}, f"close-{window}")
        http.close()

    def _come_to_rest(
        self, bench: Bench, address: BrokerAddress, keeper: TimeKeeper
    ) -> tuple[list[Difference], list[Difference]]:
        """What still differs from the journal when nothing moves any more."""
        settings = self.simulated.settings
        give_up_at = time.monotonic() + QUIET_S
        pause = threading.Event()
        while True:
            hall = truth(settings.data_dir)
            wall = int(keeper.seconds() * 1000)
            screens = wrong_screens(settings, hall, bench)
            topics = wrong_topics(
                settings, hall, retained(address, f"hall/v1/{settings.plan.id}/#"), Moment(wall, wall)
            )
            if not (screens or topics) or time.monotonic() > give_up_at:
                return screens, topics
            pause.wait(LOOK_S)


def _busiest(day: Day) -> int:
    """People who come in the busiest ten minutes."""
    tens: dict[int, int] = {}
    for visit in day.visits:
        tens[int(visit.at_s // 600)] = tens.get(int(visit.at_s // 600), 0) + 1
    return max(tens.values(), default=1)


def _frames(devices: list[dict[str, dict[str, int]]]) -> dict[str, int]:
    """Frames that arrived at the simulated hardware, by kind."""
    frames: dict[str, int] = {}
    for device in devices:
        kind = str(device["kind"])
        frames[kind] = frames.get(kind, 0) + device["counters"].get("frames", 0)
    return {kind: count for kind, count in frames.items() if count}
