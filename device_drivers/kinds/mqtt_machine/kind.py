"""Ticket machines behind a broker (联网取号机): `ports.TicketMachine`."""

from __future__ import annotations

import json
from typing import Annotated, Any

from msgspec import Meta

from device_drivers.codecs.message import Message, message_of
from device_drivers.errors import BadField
from device_drivers.families.machines.driver import MachineLine
from device_drivers.families.mqtt.options import mqtt_link, password_needed
from device_drivers.families.mqtt.simulated import REFUSE, SimulatedBroker
from device_drivers.kind import Kind
from device_drivers.kinds.mqtt_machine.codec import ASK, MQTT_MACHINE, NUMBER
from device_drivers.kinds.mqtt_machine.link import MachineOptions, MqttMachineLink
from device_drivers.options import DeviceSpec, Environment, no_two_alike
from device_drivers.simulation.faults import Conditions, Fault
from device_drivers.simulation.model import BenchEntry, BenchTable, Id, LabelOf, Note, Simulation
from device_drivers.words import Words

DEAF = Fault("deaf", "it does not hear the first answer, and asks again with the same word", Words("漏听", "deaf"))


class MachineSpec(BenchTable, frozen=True, kw_only=True):
    id: Id
    topic: str
    buttons: tuple[str, ...]
    address: int = 0


class MachinesSpec(BenchEntry, frozen=True, kw_only=True):
    machines: Annotated[tuple[MachineSpec, ...], Meta(min_length=1, max_length=64)]


class SimulatedMachines(SimulatedBroker):
    """The machines and the broker before them."""

    def __init__(self, spec: MachinesSpec, faults: Conditions, note: Note) -> None:
        super().__init__(faults, note)
        self._machines = {machine.id: machine for machine in spec.machines}
        self._conditions = faults
        self._asked = 0
        self._answers: dict[str, list[str]] = {}
        self._last: dict[str, Message] = {}

    def press(self, pad: str, key: str, digits: str | None, now_s: float) -> bytes:
        """`key` is a button of the machine `pad`, `digits` its word for this asking where it is not a new one."""
        machine = self._machines.get(pad)
        if machine is None or key not in machine.buttons:
            raise BadField(f"key: {pad} has {', '.join(machine.buttons) if machine else 'no such machine'}")
        self._asked += 1
        self._last[pad] = message_of(machine.topic + ASK, {"id": digits or f"sim-{self._asked}", "button": key})
        self.say(self._last[pad])
        self.note("press", f"{pad} {key}")
        return b""

    def obey(self, message: Message, now_s: float) -> None:
        for machine in self._machines.values():
            if message.topic == machine.topic + NUMBER:
                said = json.loads(message.payload)
                heard = self._answers.setdefault(machine.id, [])
                heard.append(str(said.get("number") or said.get("refused")))
                del heard[:-20]
                self.note("slip", f"{machine.id} {heard[-1]}")
                if DEAF.name in self._conditions and len(heard) % 2:
                    self.say(self._last[machine.id])

    def state(self) -> dict[str, Any]:
        shown = [
            {
                "id": id_, "address": at, "label": id_, "ticket": " ".join(self._answers.get(id_, [])[-3:]) or None,
                "presses": self._asked, "acks": len(self._answers.get(id_, [])), "answers": self._answers.get(id_, []),
            }
            for at, id_ in enumerate(self._machines)
        ]
        keys = list(dict.fromkeys(key for machine in self._machines.values() for key in machine.buttons))
        return {"keys": keys, "pads": shown, "machines": shown, "counters": self.counted()}


def _stand_in(options: MachineOptions, label_of: LabelOf) -> dict[str, object]:
    return {
        "machines": [
            {"id": machine.id, "topic": machine.topic, "buttons": list(machine.buttons), "address": at}
            for at, machine in enumerate(options.machines)
        ]
    }


def build(spec: DeviceSpec, options: MachineOptions, env: Environment) -> MachineLine:
    """Raises BadOption."""
    no_two_alike(spec.id, "machines", [machine.id for machine in options.machines], "id")
    no_two_alike(spec.id, "machines", [machine.topic for machine in options.machines], "topic")
    link = MqttMachineLink(options.machines)
    topics = tuple(machine.topic + ASK for machine in options.machines)
    return MachineLine(spec, env, mqtt_link(spec, options.broker, link, topics=topics), link)


KIND = Kind(
    name="mqtt-machine",
    words=Words("联网取号机", "Ticket machines"),
    options=MachineOptions,
    parts={"machines": "machines"},
    lines=("tcp", "tls"),
    needs=password_needed,
    build=build,
    codecs=(MQTT_MACHINE,),
    simulate=Simulation(
        entry=MachinesSpec, model=SimulatedMachines, stand_in=_stand_in, view="buttons", faults=(REFUSE, DEAF)
    ),
)
