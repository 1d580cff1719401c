"""The broker at the other end of a device's line, and the device behind it: MQTT in, messages out. Pure."""

from __future__ import annotations

from abc import abstractmethod

from device_drivers.codecs import mqtt
from device_drivers.codecs.codec import FrameStream
from device_drivers.codecs.message import Message
from device_drivers.codecs.mqtt import Packet
from device_drivers.errors import BadFrame
from device_drivers.simulation.faults import Conditions, Fault
from device_drivers.simulation.model import Model, Note
from device_drivers.words import Words

_FORGOTTEN_S = 2.0
REFUSE = Fault("refuse", "the broker refuses who logs in", Words("拒绝登录", "refuse log-in"))


class SimulatedBroker(Model):
    """One client, the hall. A device that it stands in for says what it does with a message."""

    def __init__(self, faults: Conditions, note: Note) -> None:
        self._faults = faults
        self.note = note
        self._stream = FrameStream(mqtt.cut_packet, mqtt.LONGEST)
        self._output = b""
        self._topics: tuple[str, ...] = ()
        self._here = False
        self._heard_s = 0.0
        self._messages = self._bad = 0

    @abstractmethod
    def obey(self, message: Message, now_s: float) -> None:
        """Do what a message says."""

    def say(self, message: Message) -> None:
        """Publish to the hall, if it listens."""
        if self._here and any(mqtt.matches(topic, message.topic) for topic in self._topics):
            self._send(mqtt.publish(message, 1))

    def counted(self) -> dict[str, int]:
        return {"frames": self._messages, "bad_frames": self._bad, "skipped_bytes": self._stream.skipped}

    def receive(self, data: bytes, now_s: float) -> None:
        if now_s - self._heard_s > _FORGOTTEN_S:
            self._stream.clear()  # half a packet of a connection that is gone
        self._heard_s = now_s
        for packet in self._stream.feed(data):
            try:
                self._heard(packet, now_s)
            except BadFrame:
                self._bad += 1

    def take_output(self) -> bytes:
        output, self._output = self._output, b""
        return output

    def power_off(self) -> None:
        self._stream.clear()
        self._output, self._topics, self._here = b"", (), False

    def _heard(self, packet: Packet, now_s: float) -> None:
        if packet.kind == mqtt.CONNECT:
            self._here = "refuse" not in self._faults
            self._topics = ()
            self._send(Packet(mqtt.CONNACK, b"\0\0" if self._here else b"\0\5"))
        elif not self._here:
            self._bad += 1
        elif packet.kind == mqtt.PUBLISH:
            published = mqtt.read_published(packet)
            if published.id:
                self._send(mqtt.acknowledged(mqtt.PUBACK, published.id))
            self._messages += 1
            self.obey(published.message, now_s)
        elif packet.kind == mqtt.SUBSCRIBE:
            wanted = mqtt.read_topics(packet)
            self._topics = (*self._topics, *wanted)[:64]
            self._send(mqtt.acknowledged(mqtt.SUBACK, mqtt.read_id(packet), b"\1" * len(wanted)))
        elif packet.kind == mqtt.PINGREQ:
            self._send(Packet(mqtt.PINGRESP))
        elif packet.kind == mqtt.DISCONNECT:
            self._here = False

    def _send(self, packet: Packet) -> None:
        self._output += mqtt.encode_packet(packet)
