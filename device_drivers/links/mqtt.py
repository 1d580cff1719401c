"""A session with an MQTT broker around a link of messages: bytes on one side, messages on the other. No I/O.

What the inner link says is published at QoS 1 and counts as written when the broker has acknowledged all of it; what
the broker delivers is handed to it. A broker that refuses, is silent or says nonsense is a line that went down.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Generic, TypeVar

from device_drivers.codecs import mqtt
from device_drivers.codecs.codec import FrameStream
from device_drivers.codecs.message import Message, Messages
from device_drivers.codecs.mqtt import Packet
from device_drivers.errors import BadFrame, LinkDown
from device_drivers.links.link import Link

KEEPALIVE_S = 20
ANSWER_S = 5.0
_IDS = 0xFFFF
_REASONS = {1: "another protocol version", 2: "this client id", 3: "is not ready", 4: "the password", 5: "the account"}

Event = TypeVar("Event")


class MqttLink(Generic[Event]):
    """`password` is asked at every log-in, and may raise LinkDown. `topics`: what it listens to. `birth` is published
    after every connection, `will` by the broker when it ends."""

    def __init__(
        self,
        inner: Link[Messages, Event],
        *,
        client_id: str,
        username: str = "",
        password: Callable[[], str] = str,
        topics: tuple[str, ...] = (),
        birth: Message | None = None,
        will: Message | None = None,
    ) -> None:
        self.inner = inner
        self._client_id, self._username, self._password, self._will = client_id, username, password, will
        self._topics = topics
        self._birth = birth
        self._stream = FrameStream(mqtt.cut_packet, mqtt.LONGEST)
        self._output: list[Packet] = []
        self._connected = False
        self._greeted = False
        self._id = 0
        self._unacknowledged: set[int] = set()
        self._batch = False  # what the inner link said last waits for its acknowledgements
        self._answer_by_s: float | None = None
        self._spoke_s = self._heard_s = 0.0
        self._published = self._delivered = 0

    @property
    def counters(self) -> dict[str, int]:
        ours = {"published": self._published, "delivered": self._delivered, "bytes_skipped": self._stream.skipped}
        return {**self.inner.counters, **ours}

    def receive(self, data: bytes, now: float) -> list[Event]:
        self._heard_s = now
        events: list[Event] = []
        skipped = self._stream.skipped
        for packet in self._stream.feed(data):
            events += self._heard(packet, now)
        if self._stream.skipped != skipped:
            raise LinkDown("the other end does not speak MQTT: check host and port", "broker_refuses")
        return events

    def tick(self, now: float) -> list[Event]:
        if not self._greeted:
            self._greeted = True
            self._say(self._hello(), now)
            self._answer_by_s, self._heard_s = now + ANSWER_S, now
        if self._answer_by_s is not None and now >= self._answer_by_s:
            raise LinkDown(f"the broker has not answered for {ANSWER_S:g} s", "broker_silent")
        if not self._connected:
            return []
        events = self.inner.tick(now)
        if not self._batch and (said := self.inner.take_output()):
            self._batch = True
            for message in said:
                self._publish(message, now)
        if now - self._spoke_s >= KEEPALIVE_S / 2:
            self._say(Packet(mqtt.PINGREQ), now)
            self._answer_by_s = self._answer_by_s or now + ANSWER_S
        return events

    def take_output(self) -> bytes:
        output, self._output = self._output, []
        return b"".join(mqtt.encode_packet(packet) for packet in output)

    def written(self, now: float) -> list[Event]:
        return []

    def due_s(self, now: float) -> float:
        if not self._greeted or self._output:
            return 0.0
        answer_s = math.inf if self._answer_by_s is None else max(0.0, self._answer_by_s - now)
        if not self._connected:
            return answer_s
        inner_s = math.inf if self._batch else self.inner.due_s(now)
        return max(0.0, min(answer_s, inner_s, self._spoke_s + KEEPALIVE_S / 2 - now))

    def lost(self, now: float) -> list[Event]:
        self._stream.clear()
        self._output, self._unacknowledged = [], set()
        self._connected = self._greeted = self._batch = False
        self._answer_by_s = None
        return self.inner.lost(now)

    def _hello(self) -> Packet:
        return mqtt.connect(
            self._client_id, keepalive_s=KEEPALIVE_S, username=self._username, password=self._password(),
            will=self._will,
        )

    def _heard(self, packet: Packet, now: float) -> list[Event]:
        try:
            match packet.kind:
                case mqtt.CONNACK:
                    self._accepted(packet, now)
                case mqtt.PUBLISH:
                    published = mqtt.read_published(packet)
                    if published.id:
                        self._say(mqtt.acknowledged(mqtt.PUBACK, published.id), now)
                    self._delivered += 1
                    return self.inner.receive((published.message,), now)
                case mqtt.PUBACK:
                    return self._acknowledged(mqtt.read_id(packet), now)
                case mqtt.SUBACK:
                    if 0x80 in packet.body[2:]:
                        raise LinkDown("the broker lets this account not listen: check its rights", "broker_refuses")
                    self._unacknowledged.discard(mqtt.read_id(packet))
        except BadFrame as error:
            raise LinkDown(f"the broker says nonsense: {error}", "broker_refuses") from error
        self._waits_no_more()
        return []

    def _accepted(self, packet: Packet, now: float) -> None:
        code = packet.body[1] if len(packet.body) == 2 else 0xFF
        if code:
            why = _REASONS.get(code, f"code {code}")
            raise LinkDown(f"the broker refuses ({why}): check username and password", "broker_refuses")
        self._connected = True
        if self._topics:
            self._say(mqtt.subscribe(self._next_id(now), self._topics), now)
        if self._birth is not None:
            self._publish(self._birth, now)

    def _acknowledged(self, id: int, now: float) -> list[Event]:
        self._unacknowledged.discard(id)
        self._waits_no_more()
        if not self._batch or self._unacknowledged:
            return []
        self._batch = False
        return self.inner.written(now)

    def _waits_no_more(self) -> None:
        if self._connected and not self._unacknowledged:
            self._answer_by_s = None

    def _publish(self, message: Message, now: float) -> None:
        self._published += 1
        self._say(mqtt.publish(message, self._next_id(now)), now)

    def _next_id(self, now: float) -> int:
        self._id = self._id % _IDS + 1
        self._unacknowledged.add(self._id)
        self._answer_by_s = now + ANSWER_S
        return self._id

    def _say(self, packet: Packet, now: float) -> None:
        self._output.append(packet)
        self._spoke_s = now
