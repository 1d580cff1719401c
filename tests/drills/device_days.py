"""A simulated day with every kind of device on its wire, while faults come and go: then every view is right (I5).

The real bridge and the real drivers at the simulators' ptys; a hall in memory, whose day passes as fast as its people
act. A second bench with the same devices and no fault shows what ought to stand there. Whoever pressed, drew or was
called meanwhile stands in the hall's events; nothing is done by a key that nobody pressed.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any

from device_drivers.errors import BadField
from device_drivers.options import DeviceSpec, Environment, LineSpec, read_options
from device_drivers.ports import Driver
from device_drivers.registry import KINDS, build_device
from device_drivers.simulation.faults import WIRE
from device_drivers.simulators.bench import Bench, UnknownDevice
from device_drivers.simulators.bench_file import parse_bench
from hall_daemon.adapters.devices.bridge import DeviceBridge, Tell
from hall_daemon.app.readings import KioskReadings
from hall_daemon.app.record import Accepted, Answer, Request
from hall_daemon.app.view_context import NoWaits
from hall_daemon.config.settings import Bindings, MachineBinding, none_of_any_role
from hall_daemon.config.wording import Wording
from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.decide import Refused
from hall_daemon.domain.plan import ALWAYS, Plan, Policy
from tests.device_drivers.test_kinds import spec_of
from tests.drills.harness import Counted, Drill, Run
from tests.hall_daemon.app.small_hall import SmallHall, small_plan

ROOMS = 12
ACTS_EACH, FAULT_SHARE = 40, 0.5
PACE_S, FAULT_S = 0.01, (0.05, 0.6)
RIGHT_WITHIN_S = 30.0
REFRESH_S = 1.0
# Cured at the end of a day; what has no cure ends by itself.
CURES = {"unplug": "plug", "paper_out": "paper_ok", "paper_near_end": "paper_ok", "cover_open": "cover_closed",
    "offline": "online"}
BAUD = 57600
# Of the pages' options: what lies on a hall's own machine, and a strip unlike its neighbours, which no simulator has.
_ELSEWHERE = ("broker", "sum_with_end")


def specs() -> dict[str, DeviceSpec]:
    """A device of every kind that has a wire, as its page shows it; refreshed often, because the day is short."""
    found = {}
    for kind in KINDS.values():
        spec = spec_of(kind.name)
        if kind.simulate is None or spec.line is None:
            continue
        options = {name: value for name, value in spec.options.items() if name not in _ELSEWHERE}
        for key in filter(None, kind.parts.values()):  # pages call their parts alike
            options[key] = [
                {name: value for name, value in part.items() if name not in _ELSEWHERE}
                | {"id": f"{kind.name}-{part['id']}"}
                for part in options[key]
            ]
        quick = {"refresh_s": REFRESH_S} if "refresh_s" in kind.options.__struct_fields__ else {}
        found[kind.name] = replace(spec, id=kind.name, options={**options, **quick})
    return found


def named_apart(spec: DeviceSpec, role: str) -> tuple[str, ...]:
    kind = KINDS[spec.kind]
    return kind.part_ids(spec.id, read_options(kind.options, spec.options, spec.id)).get(role, ())  # type: ignore[call-overload, no-any-return]


def bindings(devices: Mapping[str, DeviceSpec], plan: Plan) -> Bindings:
    """Every screen and pad at a window, all windows in turn."""
    parts, windows = dict(none_of_any_role()), dict(none_of_any_role())
    for role in parts:
        parts[role] = {part: spec.id for spec in devices.values() for part in named_apart(spec, role)}
    for role in ("screens", "pads"):
        windows[role] = dict(zip(parts[role], cycle(plan.windows), strict=False))
    machines = {part: MachineBinding(dict.fromkeys(found, "id-card")) for part, found in buttons(devices).items()}
    return Bindings(parts, windows, dict.fromkeys(parts["readers"], "kiosk-1"), machines)


def buttons(devices: Mapping[str, DeviceSpec]) -> dict[str, dict[str, str]]:
    """Of each ticket machine: button -> what its simulator calls it."""
    found = {}
    for spec in devices.values():
        kind = KINDS[spec.kind]
        if "machines" in kind.parts:
            options, key = read_options(kind.options, spec.options, spec.id), kind.parts["machines"]
            parts = getattr(options, key) if key else (options,)
            found |= {part.id if key else spec.id: part.buttons for part in parts}
    return found


@dataclass
class Side:
    """One bench with its drivers and their bridge. `submit` takes what its devices ask for."""

    bench: Bench
    bridge: DeviceBridge

    def shows(self) -> dict[tuple[str, str], object]:
        """(device, part) -> what people see of it, of every screen and pad."""
        found: dict[tuple[str, str], object] = {}
        for id_ in self.bench.devices:
            state = self.bench.shown(id_)
            for screen in state.get("screens", ()):
                found[id_, screen["id"]] = screen.get("text")
            for pad in state["pads"] if "pads" in KINDS[id_].parts else ():
                found[id_, pad["id"]] = pad.get("waiting"), pad.get("ticket")
        return found


    def untold(self) -> list[str]:
        """Devices whose screens have not taken all yet."""
        found = []
        for id_, driver in self.bridge.devices.items():
            states = driver.screens() if "screens" in KINDS[driver.health().kind].parts else ()  # type: ignore[attr-defined]
            if any(state.desired != state.reported for state in states):
                found.append(id_)
        return found


@dataclass
class Day:
    chance: Random
    folder: Path
    right_within_s: float = RIGHT_WITHIN_S
    counted: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        plan = small_plan(windows=ROOMS)
        self.specs = specs()
        zones = [zone for spec in self.specs.values() for zone in named_apart(spec, "zones")]
        windows = {
            id_: replace(window, zone=zone)
            for (id_, window), zone in zip(plan.windows.items(), cycle(zones), strict=False)
        }
        self.plan = replace(
            plan, windows=windows, hours=ALWAYS, policy=Policy(recall_lock_s=0, missed_lock_s=0),
            services={id_: replace(service, daily_cap=None) for id_, service in plan.services.items()},
        )
        self.hall = SmallHall(self.plan)
        self.bindings = bindings(self.specs, self.plan)
        self.asked: queue.SimpleQueue[tuple[Request, Callable[[Answer], None]]] = queue.SimpleQueue()
        self.buttons = buttons(self.specs)
        self.faulty: set[str] = set()

    def live(self, acts: int) -> Counted:
        with ExitStack() as parts:
            tried, calm = (parts.enter_context(self._side(name, submit)) for name, submit in (
                ("tried", lambda request, done: self.asked.put((request, done))), ("calm", lambda request, done: None),
            ))
            for window in self.plan.windows:
                self.hall.do(c.OpenWindow(window, f"clerk-{window}"))
            for _ in range(acts):
                self._act(tried)
                self._break(tried)
                self._answer()
                threading.Event().wait(PACE_S)
            for id_ in sorted(self.faulty):
                self._heal(tried, id_)
            self._come_right(tried, calm)
            self._look(tried)
        return self.counted

    @contextmanager
    def _side(self, name: str, submit: Callable[[Request, Callable[[Answer], None]], None]) -> Iterator[Side]:
        entries = [self._entry(spec) for spec in self.specs.values()]
        with Bench(parse_bench({"devices": entries}), self.folder / name) as bench:

            def build(tell: Tell) -> dict[str, Driver]:
                env = Environment(time.monotonic, Random(self.chance.random()), tell)
                lines = {id_: LineSpec("serial", {"port": str(bench.link(id_)), "baud": BAUD}) for id_ in self.specs}
                return {id_: build_device(replace(spec, line=lines[id_]), env) for id_, spec in self.specs.items()}

            bridge = DeviceBridge(
                self.plan, Wording(), self.bindings, build, submit=submit, read=self.hall.read, waits=NoWaits(),
                ticket_url="http://hall.test/t/{token}", monotonic=time.monotonic,
                readings=KioskReadings(self.bindings.kiosks, time.monotonic, self.hall.now().wall),
            )
            self.hall.subscribers.append(bridge)
            bridge.start(self.hall.hall, self.hall.now())
            try:
                yield Side(bench, bridge)
            finally:
                bridge.stop(10)

    @staticmethod
    def _entry(spec: DeviceSpec) -> dict[str, Any]:
        kind = KINDS[spec.kind]
        assert kind.simulate is not None, "chosen so"
        options = read_options(kind.options, spec.options, spec.id)
        return {"id": spec.id, "kind": kind.name, **kind.simulate.stand_in(options, lambda part: "")}

    # -- what people do ----------------------------------------------------------------------------

    def _act(self, side: Side) -> None:
        """One thing that somebody does; what the rules refuse is refused."""
        hall, chance = self.hall, self.chance
        hall.later(chance.expovariate(1 / 20))
        if chance.random() < 0.25:
            self._press(side)
            return
        window = chance.choice(list(self.plan.windows))
        printer = chance.choice(("", *self.bindings.devices["printers"]))
        token = f"token-of-the-day-{chance.getrandbits(64):016x}"
        commands: dict[c.Command, int] = {
            c.IssueTicket(services=("id-card",), token=token, printer=printer): 5, c.CallNext(window): 5,
            c.Recall(window): 1, c.Start(window): 2, c.Finish(window): 3, c.Miss(window): 1, c.Undo(window): 1,
            c.PauseWindow(window, "lunch"): 1, c.OpenWindow(window, f"clerk-{window}"): 2,
        }
        (command,) = chance.choices(list(commands), list(commands.values()))
        self.counted["refused" if isinstance(hall.try_(command), Refused) else "done"] += 1

    def _press(self, side: Side) -> None:
        """A key of a pad, or of a machine; or something laid before a reader."""
        role = self.chance.choice(("pads", "pads", "machines", "readers"))
        part, device = self.chance.choice(list(self.bindings.devices[role].items()))
        try:
            if role == "readers":
                side.bench.present(device, "A012")
            else:
                key = "call" if role == "pads" else self.chance.choice(list(self.buttons[part].values()))
                side.bench.press(device, part, key)
        except (UnknownDevice, BadField):
            return  # it has no such key or sample, or no digits for it
        self.counted[role] += 1

    def _answer(self) -> None:
        """What devices asked for, in order, as the core would."""
        while not self.asked.empty():
            request, done = self.asked.get()
            answer = self.hall.try_(request.command)
            done(answer if isinstance(answer, Refused) else Accepted(answer))

    # -- what breaks -------------------------------------------------------------------------------

    def _break(self, side: Side) -> None:
        if self.chance.random() > FAULT_SHARE:
            return
        id_ = self.chance.choice(list(self.specs))
        simulate = KINDS[self.specs[id_].kind].simulate
        assert simulate is not None, "chosen so"
        fault = self.chance.choice((*WIRE, *simulate.faults)).name
        side.bench.fault(id_, fault, None if fault in CURES.values() else self.chance.uniform(*FAULT_S))
        self.faulty.add(id_)
        self.counted["faults"] += 1

    def _heal(self, side: Side, id_: str) -> None:
        simulate = KINDS[self.specs[id_].kind].simulate
        assert simulate is not None, "chosen so"
        side.bench.clear_faults(id_)
        for fault in (*WIRE, *simulate.faults):
            if fault.name in CURES.values():
                side.bench.fault(id_, fault.name)

    # -- what must be so ---------------------------------------------------------------------------

    def _come_right(self, tried: Side, calm: Side) -> None:
        """Every screen and pad shows what its twin shows that had no fault."""
        began = time.monotonic()
        wrong: dict[tuple[str, str], tuple[object, object]] = {("", ""): ("", "")}
        while wrong:
            self._answer()
            ought = calm.shows()
            wrong = {key: (seen, ought[key]) for key, seen in tried.shows().items() if seen != ought[key]}
            for name, side in (("tried", tried), ("calm", calm)):
                wrong |= {(id_, name): ("not", "told") for id_ in side.untold()}
            assert not wrong or time.monotonic() < began + self.right_within_s, f"not right again: {wrong}"
            threading.Event().wait(PACE_S)
        self.counted["views"] = len(tried.shows())

    def _look(self, side: Side) -> None:
        for id_, driver in side.bridge.devices.items():
            health = driver.health()
            assert health.counters.get("faults", 0) == 0, f"{id_} raised: {health}"
        self.counted["calls"] = sum(isinstance(row.event, e.TicketCalled) for row in self.hall.rows)
        issued = [row.event.number for row in self.hall.rows if isinstance(row.event, e.TicketIssued)]
        assert len(issued) == len(set(issued)), "I2"


def attack(run: Run, acts: int | None = None) -> Counted:
    """Days until the time is over; a day has so many acts, or as many as there are devices and a few."""
    counted: Counter[str] = Counter()
    days = 0
    while not days or not run.over:
        folder = run.folder / f"d{days}"
        folder.mkdir()
        day = Day(run.random("day", days), folder).live(acts or ACTS_EACH * len(specs()))
        counted.update({what: int(much) for what, much in day.items()})
        days += 1
    return {"days": days, "kinds": len(specs()), **counted}


DRILL = Drill(
    name="devices",
    does="days with every kind of device while faults come and go: every view right afterwards",
    faults=("F8", "F9", "F11"),
    share=3,
    attack=attack,
)
