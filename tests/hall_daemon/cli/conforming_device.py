"""Devices that a maker could have built: the project's simulators behind a real MQTT client, and what breaks them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from device_drivers.codecs.message import Message, message_of
from device_drivers.kinds.mqtt_machine.codec import NUMBER
from device_drivers.registry import KINDS
from device_drivers.simulation.faults import Conditions
from device_drivers.simulators.alone import alone

TICK_S = 0.02


class Device:
    """`hears`: what it subscribes to; `options`: the keys of its table; `breaks`: what of it is otherwise."""

    def __init__(self, kind: str, hears: tuple[str, ...], options: dict[str, Any], **breaks: Any) -> None:
        [entry] = alone(kind, options).devices
        if hasattr(entry, "character_s"):
            entry = replace(entry, character_s=0.02)  # type: ignore[call-arg]
        simulation = KINDS[kind].simulate
        assert simulation is not None
        self.conditions = Conditions(simulation.faults)
        self.model: Any = simulation.model(entry, self.conditions, lambda event, detail: None)
        self.model.say = lambda message: self.say(message)
        self.topics = hears
        self.qos, self.retain, self.manual_ack = 1, False, False
        self.client_id, self.keepalive = "maker-7", 30
        self.on_told: Callable[[MQTTMessage], None] = lambda message: None
        self._lock = threading.Lock()
        self._end = threading.Event()
        for name, value in breaks.items():
            setattr(self, name, value)
        self.client = Client(CallbackAPIVersion.VERSION2, self.client_id, manual_ack=self.manual_ack)
        self.client.reconnect_delay_set(1, 1)
        self.client.on_connect = lambda *_: self.topics and self.client.subscribe([(each, 1) for each in self.topics])
        self.client.on_message = self._told

    def start(self, port: int) -> None:
        self.client.connect("127.0.0.1", port, self.keepalive)
        self.client.loop_start()
        threading.Thread(target=self._live, daemon=True).start()

    def stop(self) -> None:
        self._end.set()
        self.client.disconnect()
        self.client.loop_stop()

    def say(self, message: Message) -> None:
        self.client.publish(message.topic, message.payload, self.qos, self.retain or message.retain)

    def press(self) -> None:
        with self._lock:
            self.model.press("machine-1", "1", None, time.monotonic())

    def _told(self, client: Client, userdata: Any, told: MQTTMessage) -> None:
        with self._lock:
            self.model.obey(Message(told.topic, bytes(told.payload), told.retain), time.monotonic())
        self.on_told(told)

    def _live(self) -> None:
        while not self._end.wait(TICK_S):
            with self._lock:
                self.model.tick(time.monotonic())


class Machine(Device):
    """Asks again until it is answered, as the contract has it; the model leaves that to whoever stands before it."""

    def __init__(self, topic: str, **breaks: Any) -> None:
        self.again_s = 2.0
        self.fresh = True
        self._open: Message | None = None
        self._due_s = 0.0
        options = {"machines": [{"id": "machine-1", "topic": topic, "buttons": {"1": "one"}}]}
        super().__init__("mqtt-machine", (topic + NUMBER,), options, **breaks)
        self.on_told = self._answered

    def say(self, message: Message) -> None:
        if not self.fresh:
            message = message_of(message.topic, {"id": "always", "button": "1"})
        self._open, self._due_s = message, time.monotonic() + self.again_s
        super().say(message)

    def _answered(self, told: MQTTMessage) -> None:
        self._open = None

    def _live(self) -> None:
        while not self._end.wait(TICK_S):
            if self._open is not None and time.monotonic() >= self._due_s:
                with self._lock:
                    self.say(self._open)
