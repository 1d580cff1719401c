"""The conversation with ticket machines behind a broker: asked, told, told again. No I/O."""

from __future__ import annotations

import math
from collections import deque
from typing import Annotated

from msgspec import Meta

from device_drivers.codecs.message import Message, Messages
from device_drivers.events import TicketAsked
from device_drivers.families.mqtt.options import Broker, Topic
from device_drivers.kinds.mqtt_machine.codec import ASK, answer, read_ask
from device_drivers.options import Name, Table
from device_drivers.ports import Given

# Answers that wait for a broker that is away; a machine without an answer asks again.
WAITING = 64
# A machine that asks more than so often within a second is out of order: what is beyond it is not asked.
A_SECOND = 5


class Machine(Table, frozen=True, kw_only=True):
    """`topic`: what its own begin with. `buttons`: what it calls a matter, and the service."""

    id: Name
    topic: Topic
    buttons: Annotated[dict[Annotated[str, Meta(min_length=1, max_length=40)], Name], Meta(min_length=1, max_length=64)]
    printer: Annotated[str, Meta(max_length=100)] = ""


class MachineOptions(Table, frozen=True, kw_only=True):
    machines: Annotated[tuple[Machine, ...], Meta(min_length=1, max_length=64)]
    broker: Broker = Broker()


class MqttMachineLink:
    """Link[Messages, TicketAsked], and `families.machines.driver.Answers`."""

    def __init__(self, machines: tuple[Machine, ...]) -> None:
        self._by_topic = {machine.topic + ASK: machine for machine in machines}
        self._topics = {machine.id: machine.topic for machine in machines}
        self._output: deque[Message] = deque(maxlen=WAITING)
        self._asked: dict[str, deque[float]] = {machine.id: deque(maxlen=A_SECOND) for machine in machines}
        self._counters = dict.fromkeys(("asked", "given", "refused", "retained", "too_often", "unused_messages"), 0)

    @property
    def counters(self) -> dict[str, int]:
        return self._counters

    def answer(self, machine: str, given: Given) -> None:
        self._counters["given" if given.number else "refused"] += 1
        self._output.append(answer(self._topics[machine], given))

    def receive(self, data: Messages, now: float) -> list[TicketAsked]:
        asked = [self._one(message, now) for message in data]
        return [each for each in asked if each is not None]

    def tick(self, now: float) -> list[TicketAsked]:
        return []

    def take_output(self) -> Messages:
        output = tuple(self._output)
        self._output.clear()
        return output

    def written(self, now: float) -> list[TicketAsked]:
        return []

    def due_s(self, now: float) -> float:
        return 0.0 if self._output else math.inf

    def lost(self, now: float) -> list[TicketAsked]:
        return []

    def _one(self, message: Message, now: float) -> TicketAsked | None:
        """What a broker had kept was asked by somebody who has left."""
        if message.retain:
            self._counters["retained"] += 1
            return None
        machine, asked = self._by_topic.get(message.topic), read_ask(message.payload)
        if machine is None or asked is None:
            self._counters["unused_messages"] += 1
            return None
        lately = self._asked[machine.id]
        if len(lately) == A_SECOND and now - lately[0] < 1.0:
            self._counters["too_often"] += 1
            return None
        lately.append(now)
        self._counters["asked"] += 1
        return TicketAsked(machine.id, asked.button, asked.id)
