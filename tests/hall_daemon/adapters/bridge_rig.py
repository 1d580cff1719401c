"""A hall with devices for the bridge's tests: real core, follower, strip and pad drivers over cables of memory; a
printer and a speaker that do what the test says."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from device_drivers.base.screens import ScreenBus, nothing_to_tell
from device_drivers.errors import BadFrame, DeviceError
from device_drivers.kinds.aabb_strip.link import StripEncoder, StripScreen
from device_drivers.kinds.ff68_pad.driver import PadBus
from device_drivers.kinds.ff68_pad.link import PadLink, PadPlace
from device_drivers.links.screens import ScreensLink
from device_drivers.ports import (
    Announcement,
    Driver,
    Health,
    LifeState,
    PaperState,
    PrinterStatus,
    PrintOutcome,
    PrintResult,
    Slip,
    SpeakOutcome,
    SpeakResult,
    Text,
)
from device_drivers.registry import PROTOCOLS
from hall_daemon.adapters.devices.bridge import DeviceBridge, Tell
from hall_daemon.app.core import Core
from hall_daemon.app.follower import Follower
from hall_daemon.app.readings import KioskReadings
from hall_daemon.app.record import Accepted, Answer, Recorded, Request
from hall_daemon.app.view_context import NoWaits
from hall_daemon.config.settings import Bindings
from hall_daemon.config.wording import SlipWords, VoiceWords, Wording
from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment, Policy
from tests.device_drivers.memory_line import MemoryLine, memory_pair
from tests.hall_daemon.app.in_memory import HandClock, MemoryStore
from tests.hall_daemon.domain.halls import DAY, plan

PATIENCE_S = 10.0
TICKETS = [f"{DAY}-A00{n}" for n in range(1, 6)]


def wait_until(condition: Callable[[], object]) -> None:
    give_up_at = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < give_up_at, "the condition never came true"
        threading.Event().wait(0.002)


class FarEnd:
    """The device's end of a cable: every frame that came, and bytes to send."""

    def __init__(self, line: MemoryLine, protocol: str) -> None:
        self.line = line
        self.frames: list[dict[str, object]] = []
        self._decode = PROTOCOLS[protocol].decode
        self._buffer = b""
        line.open()

    def look(self) -> list[dict[str, object]]:
        self._buffer += self.line.read(0.002)
        while self._buffer:
            try:
                decoded = self._decode(self._buffer)
            except BadFrame:
                break
            self.frames.append(decoded.fields)
            self._buffer = self._buffer[decoded.used :]
        return self.frames

    def wait_for(self, what: Callable[[dict[str, object]], object]) -> None:
        wait_until(lambda: any(what(frame) for frame in self.look()))


class ObedientDriver:
    """Raises what it is told to; lives."""

    def __init__(self, id: str) -> None:
        self.id = id
        self.life: list[str] = []
        self.raises: Exception | None = None
        self.state: LifeState = "ready"

    def start(self) -> None:
        self.life.append("started")

    def stop(self, timeout_s: float = 3.0) -> None:
        self.life.append("stopped")

    def health(self) -> Health:
        return Health(device=self.id, kind="obedient", state=self.state, reported_s=0.0)


class ObedientPrinter(ObedientDriver):
    def __init__(self, id: str) -> None:
        super().__init__(id)
        self.jobs: list[tuple[str, list[str], Callable[[PrintOutcome], None]]] = []
        self.told_broken = 0

    def print(self, job: str, slip: Slip, on_done: Callable[[PrintOutcome], None]) -> None:
        if self.raises is not None:
            raise self.raises
        self.jobs.append((job, [item.text for item in slip.items if isinstance(item, Text)], on_done))

    def broke_off(self) -> None:
        self.told_broken += 1

    def status(self) -> PrinterStatus:
        paper: PaperState = "ok"
        return PrinterStatus(online=True, paper=paper)

    def finish(self, at: int, result: PrintResult, detail: str = "") -> None:
        job, _, on_done = self.jobs[at]
        on_done(PrintOutcome(job, result, detail))


class ObedientSpeaker(ObedientDriver):
    def __init__(self, id: str) -> None:
        super().__init__(id)
        self.said: list[Announcement] = []
        self.withdrawn: list[str] = []
        self._on_done: dict[str, Callable[[SpeakOutcome], None]] = {}

    def say(self, announcement: Announcement, on_done: Callable[[SpeakOutcome], None]) -> None:
        if self.raises is not None:
            raise self.raises
        self.said.append(announcement)
        self._on_done[announcement.id] = on_done

    def withdraw(self, id: str) -> None:
        self.withdrawn.append(id)
        self.finish(id, "dropped")

    def finish(self, id: str, result: SpeakResult = "said") -> None:
        on_done = self._on_done.pop(id, None)
        if on_done is not None:
            on_done(SpeakOutcome(id, result))


@dataclass
class Rig:
    """`start()` brings it up; `do` asks the core and waits until the follower has seen it."""

    windows_with_strip: Sequence[str] = ("1", "2")
    languages: tuple[Any, ...] = ("zh",)
    printers: tuple[str, ...] = ("printer-1",)
    policy: Policy = field(default_factory=lambda: Policy(recall_lock_s=0, missed_lock_s=0))
    store: MemoryStore = field(default_factory=MemoryStore)
    hall: Hall = field(default_factory=Hall)
    clock: HandClock = field(default_factory=HandClock)

    def __post_init__(self) -> None:
        self.plan = plan(self.policy)
        self.now_s = 1000.0
        self.attended = {"1", "2"}
        strips, strips_far = memory_pair("line-strips")
        pads, pads_far = memory_pair("line-pads")
        self.strip_cable, self.pad_cable = strips, pads
        self.strips, self.pads = FarEnd(strips_far, "aabb-strip"), FarEnd(pads_far, "ff68-pad")
        self.printer, self.speaker = ObedientPrinter("printer-1"), ObedientSpeaker("speaker")
        world: dict[str, Any] = {"monotonic": time.monotonic, "rng": random.Random(7)}
        strip_link = ScreensLink(["s1", "s2"], StripEncoder([StripScreen("s1", 1), StripScreen("s2", 2)]), gap_s=0.0)

        def build(tell: Tell) -> dict[str, Driver]:
            pad_link = PadLink([PadPlace("p1", 1), PadPlace("p2", 2)], dedupe_s=0.0, gap_s=0.0)
            return {
                "strips": ScreenBus("strips", "aabb-strip", strips, strip_link, on_event=nothing_to_tell, **world),
                "pads": PadBus("pads", "ff68-pad", pads, pad_link, on_event=tell, **world),
                "printer-1": self.printer,
                "speaker": self.speaker,
            }

        self.follower = Follower(self.hall.copy(), self.store.seq, self.store, self.clock)
        self.core = Core(self.plan, self.hall, self.store, self.clock, on_batch=self.follower.hand_over)
        self.submitted: list[Request] = []
        self.readings = KioskReadings({"cards": "kiosk-1"}, lambda: self.now_s, 1)
        self.bridge = DeviceBridge(
            self.plan,
            Wording(voice=VoiceWords(languages=self.languages), slip=SlipWords(lines=("前面还有 {ahead} 人",))),
            Bindings(
                devices={
                    "screens": {"s1": "strips", "s2": "strips"},
                    "pads": {"p1": "pads", "p2": "pads"},
                    "printers": {printer: printer for printer in self.printers},
                    "zones": {"hall": "speaker"},
                    "readers": {},
                    "machines": {},
                },
                windows={
                    "screens": {f"s{window}": window for window in self.windows_with_strip},
                    "pads": {"p1": "1", "p2": "2"},
                },
            ),
            build,
            submit=self.submit,
            read=self.follower.read,
            waits=NoWaits(),
            ticket_url="http://hall.test/t/{token}",
            readings=self.readings,
            monotonic=lambda: self.now_s,
            attended=lambda window: window in self.attended,
        )
        self.follower.subscribe(self.bridge)
        self.told_upto = 0  # the last event that the bridge has been told, for it stands before us
        self.follower.subscribe(self._note_told)
        self._tokens = iter(range(10**6))

    def submit(self, request: Request, on_answer: Callable[[Answer], None]) -> None:
        self.submitted.append(request)
        self.core.submit(request, on_answer)

    def start(self) -> Rig:
        self.follower.start()
        self.core.start()
        assert self.follower.wait_for(1, PATIENCE_S)
        self.follower.read(lambda replica: self.bridge.start(replica, self.clock.now()))
        return self

    def stop(self) -> None:
        self.bridge.stop()
        self.core.stop()
        self.follower.stop()

    def _note_told(self, hall: Hall, batch: Sequence[Recorded], now: Moment) -> None:
        self.told_upto = batch[-1].seq

    def do(self, *commands: c.Command) -> list[Recorded]:
        """Returns what came of them, once the bridge has been told of it."""
        rows: list[Recorded] = []
        for command in commands:
            answer = self.core.ask(Request(command, "test"), PATIENCE_S)
            assert isinstance(answer, Accepted), answer
            rows += answer.events
        if rows:
            wait_until(lambda: self.told_upto >= rows[-1].seq)
        return rows

    def draw(self, printer: str = "") -> str:
        rows = self.do(c.IssueTicket(services=("licence",), token=f"token-{next(self._tokens)}", printer=printer))
        (ticket,) = (row.event.ticket for row in rows if isinstance(row.event, e.TicketIssued))
        return ticket

    def events(self, kind: type[e.Event]) -> list[Any]:
        """Of those that the bridge has been told."""
        rows = self.store.read(1, self.told_upto)
        return [row.event for row in rows if isinstance(row.event, kind)]

    def shows(self, address: int, text: str) -> None:
        """Wait until the newest frame to a strip says so."""

        def newest() -> object:
            mine = [frame for frame in self.strips.look() if frame["addr"] == address]
            return mine and mine[-1]["text"] == text

        wait_until(newest)

    def press(self, key: int, address: int = 1) -> None:
        self.pads.line.write(PROTOCOLS["ff68-pad"].encode({"addr": address, "func": 1, "key": key}))

    def beeped(self, address: int = 1) -> None:
        self.pads.wait_for(lambda frame: frame.get("func") == 3 and frame.get("addr") == address)


class Broken(DeviceError):
    """What a driver raises that always fails."""
