"""An MQTT client as a phone or a screen would be, that remembers what it heard. For tests."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, NamedTuple

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from hall_daemon.adapters.mqtt.session import BrokerAddress

PATIENCE_S = 10.0


class Heard(NamedTuple):
    topic: str
    payload: bytes
    retained: bool


class Listener:
    """Subscribed when entered. `until` waits for a condition over everything heard."""

    def __init__(self, address: BrokerAddress, *topics: str) -> None:
        self.heard: list[Heard] = []
        self._changed = threading.Condition()
        self._subscribed = threading.Event()
        self._topics = topics
        self.client = Client(CallbackAPIVersion.VERSION2)
        if address.username:
            assert address.password_file is not None
            self.client.username_pw_set(address.username, address.password_file.read_text().strip())
        self.client.on_connect = self._on_connect
        self.client.on_subscribe = self._on_subscribe
        self.client.on_message = self._on_message
        self.client.reconnect_delay_set(1, 1)
        self.client.connect(address.host, address.port)

    def __enter__(self) -> Listener:
        self.client.loop_start()
        assert self._subscribed.wait(PATIENCE_S), "the broker did not let the listener subscribe"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def until(self, condition: Callable[[list[Heard]], Any], what: str) -> list[Heard]:
        with self._changed:
            assert self._changed.wait_for(lambda: condition(self.heard), PATIENCE_S), (
                f"not heard: {what}; last: {self.heard[-5:]}"
            )
            return list(self.heard)

    def last(self, topic: str) -> bytes | None:
        return next((said.payload for said in reversed(self.heard) if said.topic == topic), None)

    def retained(self) -> dict[str, bytes]:
        """What a newcomer was given: the first things heard, by topic."""
        return {said.topic: said.payload for said in self.heard if said.retained}

    def publish(self, topic: str, payload: bytes, *, retain: bool = True) -> None:
        self.client.publish(topic, payload, 1, retain).wait_for_publish(PATIENCE_S)

    def _on_connect(self, client: Client, userdata: Any, flags: Any, reason: Any, properties: Any) -> None:
        if reason.is_failure:
            return
        client.subscribe([(topic, 1) for topic in self._topics])

    def _on_subscribe(self, client: Client, userdata: Any, mid: int, reasons: Any, properties: Any) -> None:
        self._subscribed.set()

    def _on_message(self, client: Client, userdata: Any, message: MQTTMessage) -> None:
        with self._changed:
            self.heard.append(Heard(message.topic, bytes(message.payload), message.retain))
            self._changed.notify_all()
