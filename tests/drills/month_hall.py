"""A whole hall in this thread and in virtual time: the real composition root with every part that needs no thread.

`World` is what outlives a start: the machine's clocks, the broker, paper and lamps. `MonthHall` is one start of the
daemon, which `turn` drives round by round, and which may die at any commit.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from random import Random
from types import SimpleNamespace
from typing import Any, TypeVar

from device_drivers.ports import (
    Announcement,
    Driver,
    Health,
    PaperState,
    PrinterStatus,
    PrintOutcome,
    ScreenState,
    ScreenText,
    Slip,
    SpeakOutcome,
    Text,
)
from hall_daemon.adapters.devices.bridge import Tell
from hall_daemon.adapters.http.board_feed import FollowerFeed
from hall_daemon.adapters.http.commands import HallCommands
from hall_daemon.adapters.http.holders import HoldersApi
from hall_daemon.adapters.mqtt.session import Received
from hall_daemon.adapters.system.certificate import Certificates
from hall_daemon.adapters.system.machine import Machine, Pace
from hall_daemon.adapters.system.parts import Part
from hall_daemon.app.record import Accepted, Answer, Command, Recorded, Request
from hall_daemon.bootstrap import Application
from hall_daemon.config import Settings
from hall_daemon.domain import commands as c
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment
from hall_daemon.web.endpoint import Call, Fault
from hall_daemon.wire import topics
from hall_daemon.wire.persons import HolderBody

T = TypeVar("T")

# What the kernel takes back of a process that is killed; all else of it does nothing more.
HELD = ("lock", "cpu", "vault", "journal", "journal reader", "hashes", "dossiers", "waits")
ROUNDS = 400
# The devices of the hall, and what kind each says it is.
KINDS = {
    "strips": "aabb-strip", "pads": "ff68-pad", "printer-1": "escpos-printer", "printer-2": "escpos-printer",
    "voice": "speaker",
}


class Killed(BaseException):
    """kill -9. No fence of the hall catches it."""


class Clocks:
    """The machine's clocks in seconds. `true` is the time outside, `off` how far the machine's date is from it."""

    def __init__(self, true: float) -> None:
        self.true = true
        self.off = 0.0
        self.synchronised = False
        self.boots = 1
        self._switched_on = self._began = true
        self.right_since = true

    def machine(self) -> Machine:
        return Machine(
            lambda: self.true - self._began, lambda: self.true + self.off, lambda: self.true - self._switched_on + 60,
            lambda: self.synchronised, lambda: f"boot-{self.boots}",
        )

    def set(self, off: float) -> None:
        if off and not self.off:
            self.right_since = float("inf")
        elif not off and self.off:
            self.right_since = self.true
        self.off = off

    def reboot(self) -> None:
        self.boots += 1
        self._switched_on = self.true


class Device:
    """One for every role, obedient while it is not `out`."""

    def __init__(self, id: str, world: World) -> None:
        self.id = id
        self._world = world
        self._shown: dict[str, ScreenText] = {}
        self.displays: dict[str, tuple[int | None, str | None]] = {}
        self.printing: list[tuple[str, Callable[[PrintOutcome], None]]] = []
        self.speaking: dict[str, Callable[[SpeakOutcome], None]] = {}

    @property
    def out(self) -> bool:
        return self.id in self._world.out

    def start(self) -> None: ...

    def stop(self, timeout_s: float = 3.0) -> None: ...

    def health(self) -> Health:
        return Health(device=self.id, kind=KINDS[self.id], state="disconnected" if self.out else "ready")

    def show(self, screen: str, text: ScreenText) -> None:
        self._shown[screen] = text

    def screens(self) -> tuple[ScreenState, ...]:
        out = self.out
        return tuple(ScreenState(screen, text, None if out else text, None) for screen, text in self._shown.items())

    def display(self, pad: str, *, waiting: int | None, ticket: str | None) -> None:
        self.displays[pad] = waiting, ticket

    def beep(self, pad: str) -> None: ...

    def print(self, job: str, slip: Slip, on_done: Callable[[PrintOutcome], None]) -> None:
        self._world.said += [item.text for item in slip.items if isinstance(item, Text)]
        self.printing.append((job, on_done))

    def broke_off(self) -> None: ...

    def status(self) -> PrinterStatus:
        paper: PaperState = "out" if self.out else "ok"
        return PrinterStatus(online=not self.out, paper=paper)

    def say(self, announcement: Announcement, on_done: Callable[[SpeakOutcome], None]) -> None:
        self._world.said.append(announcement.text)
        self.speaking[announcement.id] = on_done

    def withdraw(self, id: str) -> None:
        if (on_done := self.speaking.pop(id, None)) is not None:
            on_done(SpeakOutcome(id, "dropped"))

    def work(self, chance: Random) -> None:
        """Some of what it was asked for is done, or will not be."""
        while self.printing and chance.random() < 0.7:
            job, printed = self.printing.pop(0)
            printed(PrintOutcome(job, "failed", "paper_out") if self.out else PrintOutcome(job, "printed"))
        for id_ in list(self.speaking):
            if chance.random() < 0.7:
                self.speaking.pop(id_)(SpeakOutcome(id_, "silent" if self.out else "said"))


class Broker:
    """Keeps what is retained and every event in the order of its arrival. `lives` counts how often it went."""

    def __init__(self) -> None:
        self.up = True
        self.lives = 0
        self.retained: dict[str, bytes] = {}
        self.events: list[bytes] = []


class Link:
    """A Session as the publisher uses it, without a socket."""

    def __init__(self, broker: Broker, hall: str) -> None:
        self.acked: list[int] = []
        self.found = [Received(topic, said, True) for topic, said in broker.retained.items()]
        self.address = "broker"
        self._broker = broker
        self.life = broker.lives
        self._events = topics.events(hall)
        self._mids = itertools.count(1)
        self._late: list[int] = []

    def publish(self, topic: str, payload: bytes, *, retain: bool) -> int:
        if topic == self._events:
            self._broker.events.append(payload)
        elif payload:
            self._broker.retained[topic] = payload
        else:
            self._broker.retained.pop(topic, None)
        self._late.append(next(self._mids))
        return self._late[-1]

    def acknowledge(self, most: int) -> None:
        self.acked += self._late[:most]
        del self._late[:most]


@dataclass
class World:
    """`out`: devices that do not work. `said`: every text that left the hall, for the look for persons."""

    clocks: Clocks
    chance: Random
    broker: Broker = field(default_factory=Broker)
    out: set[str] = field(default_factory=set)
    said: list[str] = field(default_factory=list)


class MonthHall(Application):
    """One start. Raises what a start raises."""

    def __init__(self, settings: Settings, world: World) -> None:
        machine = world.clocks.machine()
        super().__init__(settings, Pace(monotonic=machine.monotonic), machine)
        self.world = world
        self.link: Link | None = None
        self.lags = False
        # The commit after which it dies; -1 for never.
        self.dies_in, self.dies_where = -1, ""
        self._built: list[Part] = []
        try:
            for part in self._build():
                self._built.append(part)
                if part.name == "journal":
                    self._quick()
                if part.name == "follower":
                    self.follower._subscribers.insert(world.chance.randrange(3), self._maybe_die_between)
        except BaseException:
            self.die()
            raise
        for part in self._built:
            if part.name in ("storage", "persons", "dossiers"):
                part.start()
        self.dossiers.store.rows._conn.execute("PRAGMA synchronous=OFF")
        self.follower.read(lambda hall: self.bridge.begin(hall, self.clock.now()))
        commands = _Commands(self)
        self.feed = FollowerFeed(commands.deps, commands.replica)
        self.holders = HoldersApi(commands, SimpleNamespace(aside=_aside))  # type: ignore[arg-type]

    def _quick(self) -> None:
        """No power fails here: what syncing is for has its own drill."""
        self._journal._conn.execute("PRAGMA synchronous=OFF")
        self.vault._conn.execute("PRAGMA synchronous=OFF")
        append = self._journal.append

        def append_or_die(rows: Sequence[Recorded], keys: Sequence[Any] = ()) -> None:
            if rows and self.dies_in >= 0:
                self.dies_in -= 1
            dies = self.dies_in == 0 and bool(rows)
            if dies and self.dies_where == "before":
                raise Killed
            append(rows, keys)
            if dies and self.dies_where == "after":
                raise Killed

        self._journal.append = append_or_die  # type: ignore[method-assign]

    def _maybe_die_between(self, hall: Hall, batch: Sequence[Recorded], now: Moment) -> None:
        if self.dies_where == "between" and self.dies_in == 0:
            raise Killed

    def _devices(self, tell: Tell) -> dict[str, Driver]:
        self.devices = {id_: Device(id_, self.world) for id_ in KINDS}
        return dict[str, Driver](self.devices)  # type: ignore[arg-type]

    def _listeners(self) -> Any:
        self._certificates = Certificates({})
        return iter(())

    # -- its rounds --------------------------------------------------------------------------------

    def ask(self, command: Command, by: str = "staff:1", key: str = "") -> Answer:
        """Raises Killed, and JournalError when the process has to end."""
        answers: list[Answer] = []
        self.core.submit(Request(command, by, key, key), answers.append)
        self.turn()
        return answers[0]

    def turn(self) -> None:
        """The core, the follower and the devices once."""
        self.core.step()
        if not self.lags:
            self.follower.step()
        self.bridge.step()
        for device in self.devices.values():
            device.work(self.world.chance)

    def quiet(self) -> None:
        """Until nothing is under way any more."""
        self.lags = False
        for _ in range(ROUNDS):
            self.turn()
            busy = any(device.printing or device.speaking for device in self.devices.values())
            if not busy and not self.core.depth and self.follower.seq == self.core.seq:
                return
            self.world.clocks.true += 1
        raise AssertionError("the hall does not come to rest")

    def told(self, most: int = 50) -> bool:
        """One round of `mqtt`; whether the broker has everything."""
        mqtt, broker = self.mqtt, self.world.broker
        assert mqtt is not None
        rounds, now_s = mqtt._rounds, self._machine.monotonic()
        if self.link is None or self.link.life != broker.lives:
            self.link = None
            if not broker.up:
                return False
            rounds.lost()
            mqtt._note_connected()
            self.link = Link(broker, self.settings.plan.id)
            rounds.listen(self.link, self.link.found)  # type: ignore[arg-type]
        link: Any = self.link
        rounds.publish(link, now_s)
        link.acknowledge(most)
        rounds.take_acks(link, now_s)
        if self.world.chance.random() < 0.2:
            mqtt._outbox.save()
        return all(part.settled for part in (rounds._states, rounds._outbox, rounds._pages))

    # -- what HTTP needs of a replica -------------------------------------------------------------

    @property
    def seq(self) -> int:
        return self.follower.seq

    async def fresh(self) -> None: ...

    def read(self, look: Callable[[Hall, int], T]) -> T:
        return self.follower.read(lambda hall: look(hall, self.follower.seq))

    def true_at(self, now: Moment) -> Moment:
        return self.follower.true_at(now)

    def name_holder(self, ticket: str, body: HolderBody, key: str) -> bool:
        """POST …/holder; whether it was taken. Raises VaultError."""
        call = Call({"path": "", "path_params": {"ticket": ticket}, "headers": ()}, None, None)  # type: ignore[arg-type]
        call.body, call.key = body, key
        try:
            at_once(self.holders.name(call))
        except Fault:
            return False
        return True

    # -- its end -----------------------------------------------------------------------------------

    def end(self) -> None:
        """SIGTERM."""
        self.quiet()
        self.promises.step()
        for part in reversed(self._built):
            part.stop()

    def die(self) -> None:
        """Nothing is said and nothing is written any more."""
        for part in reversed(self._built):
            if part.name in HELD:
                part.stop()
        if (ledger := getattr(getattr(self, "promises", None), "_ledger", None)) is not None:
            ledger.close()
        if self.mqtt is not None:
            self.mqtt._wake.close()


class _Commands(HallCommands):
    """Of this thread, without a loop."""

    def __init__(self, app: MonthHall) -> None:
        self.deps: Any = SimpleNamespace(
            plan=app.settings.plan, persons=app.vault, views=app.views, clock=app.clock,
            monotonic=app._machine.monotonic,
        )
        self.replica: Any = app
        self._app = app

    async def apply(self, command: c.Command, call: Call) -> Accepted:
        answer = self._app.ask(command, key=call.key)
        if not isinstance(answer, Accepted):
            raise Fault(answer.code, answer.facts)
        return answer


async def _aside(work: Callable[..., T], *args: Any) -> T:
    return work(*args)


def at_once(work: Coroutine[Any, Any, T]) -> T:
    """What a coroutine gives that waits for nobody."""
    try:
        work.send(None)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    raise AssertionError("it waits")
