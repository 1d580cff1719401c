"""A broker for one device, that a maker's own device is pointed at: it answers as a broker does and remembers all that
was said. One thread, which waits in `until`; a device that connects anew takes the place of itself."""

from __future__ import annotations

import contextlib
import selectors
import socket
import ssl
import time
from collections.abc import Callable
from typing import NamedTuple

from device_drivers.codecs import mqtt
from device_drivers.codecs.codec import FrameStream
from device_drivers.codecs.message import Message
from device_drivers.codecs.mqtt import Hello, Packet
from device_drivers.errors import BadFrame

_LOOK_S = 0.05
_KEPT = 1000
_HANDSHAKE_S = 10.0
_ACCEPTED, _ANOTHER_PROTOCOL = b"\0\0", b"\0\1"


class Said(NamedTuple):
    """`sure`: it wanted to know that it came (QoS 1)."""

    at_s: float
    message: Message
    sure: bool


class OneDevice:
    """`hello` is how it came in, None while it is not here; `mistakes` are packets that are none; `refused` why there
    was no TLS with it, "" where there was."""

    def __init__(
        self, host: str, port: int, monotonic: Callable[[], float] = time.monotonic, tls: ssl.SSLContext | None = None
    ) -> None:
        """Raises OSError."""
        self._server = socket.create_server((host, port))
        self._server.setblocking(False)
        self._monotonic = monotonic
        self._tls = tls
        self._device: socket.socket | None = None
        self._stream = FrameStream(mqtt.cut_packet, mqtt.LONGEST)
        self._id = 0
        self._retained: dict[str, Message] = {}
        self.port: int = self._server.getsockname()[1]
        self.hello: Hello | None = None
        self.topics: tuple[str, ...] = ()
        self.said: list[Said] = []
        self.unacknowledged: set[int] = set()
        self.mistakes: list[str] = []
        self.refused = ""

    def close(self) -> None:
        self.cut()
        self._server.close()

    def until(self, reached: Callable[[], bool], within_s: float) -> bool:
        """Answer until that is so; False when it was not in time."""
        give_up_at = self._monotonic() + within_s
        while not reached():
            if self._monotonic() >= give_up_at:
                return False
            self._round()
        return True

    def publish(self, message: Message) -> None:
        """At QoS 1, to whoever listens; what is retained is told to who listens later."""
        if message.retain:
            self._retained[message.topic] = message
        if self.listens(message.topic):
            self._deliver(message._replace(retain=False))

    def listens(self, topic: str) -> bool:
        return any(mqtt.matches(pattern, topic) for pattern in self.topics)

    def cut(self) -> None:
        """End its connection without a word, as a network does."""
        if self._device is not None:
            self._device.close()
        self._device, self.hello, self.topics = None, None, ()
        self.unacknowledged.clear()
        self._stream.clear()

    def _round(self) -> None:
        with selectors.DefaultSelector() as ready:
            for each in (self._server, self._device):
                if each is not None:
                    ready.register(each, selectors.EVENT_READ)
            there = [key.fileobj for key, _ in ready.select(_LOOK_S)]
        if self._server in there:
            self.cut()
            self._welcome()
        elif there:
            self._read()

    def _welcome(self) -> None:
        device, _ = self._server.accept()
        if self._tls is not None:
            device.settimeout(_HANDSHAKE_S)
            try:
                device = self._tls.wrap_socket(device, server_side=True)
            except OSError as error:  # an ssl.SSLError is one
                self.refused = str(getattr(error, "reason", None) or error)
                device.close()
                return
        self.refused = ""
        device.settimeout(_LOOK_S * 20)
        self._device = device

    def _read(self) -> None:
        assert self._device is not None
        try:
            data = self._device.recv(65_536)
            while isinstance(self._device, ssl.SSLSocket) and self._device.pending():
                data += self._device.recv(65_536)
        except TimeoutError:
            return  # half a record
        except OSError:
            data = b""
        if not data:
            self.cut()
            return
        skipped = self._stream.skipped
        for packet in self._stream.feed(data):
            try:
                self._heard(packet)
            except BadFrame as error:
                self._note(str(error))
        if self._stream.skipped != skipped:
            self._note("bytes that are no packet of MQTT 3.1.1")

    def _heard(self, packet: Packet) -> None:
        if packet.kind == mqtt.CONNECT:
            self.hello = mqtt.read_hello(packet)
            self._send(Packet(mqtt.CONNACK, _ACCEPTED if self.hello.level == mqtt.LEVEL else _ANOTHER_PROTOCOL))
        elif self.hello is None:
            self._note("something was said before CONNECT")
        elif packet.kind == mqtt.PUBLISH:
            published = mqtt.read_published(packet)
            if published.id:
                self._send(mqtt.acknowledged(mqtt.PUBACK, published.id))
            if len(self.said) < _KEPT:
                self.said.append(Said(self._monotonic(), published.message, bool(published.id)))
        elif packet.kind == mqtt.PUBACK:
            self.unacknowledged.discard(mqtt.read_id(packet))
        elif packet.kind == mqtt.SUBSCRIBE:
            wanted = mqtt.read_topics(packet)
            self.topics = (*self.topics, *wanted)[:64]
            self._send(mqtt.acknowledged(mqtt.SUBACK, mqtt.read_id(packet), b"\1" * len(wanted)))
            for message in self._retained.values():
                if any(mqtt.matches(pattern, message.topic) for pattern in wanted):
                    self._deliver(message)
        elif packet.kind == mqtt.UNSUBSCRIBE:
            self._send(mqtt.acknowledged(mqtt.UNSUBACK, mqtt.read_id(packet)))
        elif packet.kind == mqtt.PINGREQ:
            self._send(Packet(mqtt.PINGRESP))

    def _deliver(self, message: Message) -> None:
        self._id = self._id % 0xFFFF + 1
        self.unacknowledged.add(self._id)
        self._send(mqtt.publish(message, self._id))

    def _send(self, packet: Packet) -> None:
        if self._device is not None:
            with contextlib.suppress(OSError):  # gone: the next reading says so
                self._device.sendall(mqtt.encode_packet(packet))

    def _note(self, mistake: str) -> None:
        if len(self.mistakes) < _KEPT:
            self.mistakes.append(mistake)
