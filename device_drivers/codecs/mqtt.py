"""Packets of MQTT 3.1.1, both ends: what a device and its broker say to each other. Pure."""

from __future__ import annotations

import struct
from typing import NamedTuple

from device_drivers.codecs.codec import BrokenFrame
from device_drivers.codecs.message import Message
from device_drivers.errors import BadFrame

CONNECT, CONNACK, PUBLISH, PUBACK = 1, 2, 3, 4
SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK, PINGREQ, PINGRESP, DISCONNECT = 8, 9, 10, 11, 12, 13, 14
# The flags that each packet must have; of PUBLISH they mean something.
_FLAGS = {
    CONNECT: 0, CONNACK: 0, PUBACK: 0, SUBSCRIBE: 2, SUBACK: 0, UNSUBSCRIBE: 2, UNSUBACK: 0, PINGREQ: 0, PINGRESP: 0,
    DISCONNECT: 0,
}
BODY_LIMIT = 65_536
LONGEST = 4 + BODY_LIMIT
LEVEL = 4
_PROTOCOL = b"\x00\x04MQTT" + bytes([LEVEL])
_RETAIN, _QOS_1, _DUP = 0x01, 0x02, 0x08


class Packet(NamedTuple):
    kind: int
    body: bytes = b""
    flags: int = 0


class Published(NamedTuple):
    """`id` 0: nobody waits for an answer."""

    message: Message
    id: int


class Hello(NamedTuple):
    """How somebody comes in: `level` 4 is MQTT 3.1.1, `will` the topic of its last will."""

    level: int
    client_id: str
    keepalive_s: int
    username: str
    will: str


def encode_packet(packet: Packet) -> bytes:
    length, left = b"", len(packet.body)
    while True:
        left, digit = left >> 7, left & 0x7F
        length += bytes([digit | (0x80 if left else 0)])
        if not left:
            return bytes([packet.kind << 4 | packet.flags]) + length + packet.body


def cut_packet(buffer: bytes) -> tuple[Packet, int] | None:
    """(packet, bytes used) from the front of `buffer`, None for half a packet; raises BrokenFrame."""
    if not buffer:
        return None
    kind, flags = buffer[0] >> 4, buffer[0] & 0x0F
    if kind != PUBLISH and _FLAGS.get(kind) != flags:
        raise BrokenFrame(f"{buffer[0]:02X} begins no packet of MQTT", 1)
    length = 0
    for at in range(4):
        if len(buffer) < at + 2:
            return None
        length |= (buffer[at + 1] & 0x7F) << 7 * at
        if not buffer[at + 1] & 0x80:
            break
    else:
        raise BrokenFrame("the length has no end", 1)
    if length > BODY_LIMIT:
        raise BrokenFrame(f"{length} bytes, at most {BODY_LIMIT}", 1)
    used = at + 2 + length
    return None if len(buffer) < used else (Packet(kind, buffer[at + 2 : used], flags), used)


def connect(
    client_id: str, *, keepalive_s: int, username: str = "", password: str = "", will: Message | None = None
) -> Packet:
    flags, rest = 0x02, _text(client_id)  # a session of its own each time
    if will is not None:
        flags |= 0x04 | 0x08 | (0x20 if will.retain else 0)
        rest += _text(will.topic) + _sized(will.payload)
    if username:
        flags |= 0x80 | (0x40 if password else 0)
        rest += _text(username) + (_text(password) if password else b"")
    return Packet(CONNECT, _PROTOCOL + bytes([flags]) + struct.pack(">H", keepalive_s) + rest)


def publish(message: Message, id: int) -> Packet:
    """`id` 0: nobody is asked whether it came."""
    flags = (_RETAIN if message.retain else 0) | (_QOS_1 if id else 0)
    return Packet(PUBLISH, _text(message.topic) + (struct.pack(">H", id) if id else b"") + message.payload, flags)


def subscribe(id: int, topics: tuple[str, ...]) -> Packet:
    return Packet(SUBSCRIBE, struct.pack(">H", id) + b"".join(_text(topic) + b"\x01" for topic in topics), 2)


def acknowledged(kind: int, id: int, more: bytes = b"") -> Packet:
    return Packet(kind, struct.pack(">H", id) + more)


def read_id(packet: Packet) -> int:
    """Of an acknowledgement, or of a wish to hear topics. Raises BadFrame."""
    if len(packet.body) < 2:
        raise BadFrame("the packet has no number")
    return int.from_bytes(packet.body[:2], "big")


def read_hello(packet: Packet) -> Hello:
    """What is in a CONNECT, but for the password. Raises BadFrame."""
    body = packet.body
    name, at = _read_text(body, 0)
    if name not in ("MQTT", "MQIsdp") or len(body) < at + 4:
        raise BadFrame("a CONNECT that cannot be read")
    level, flags, keepalive_s = body[at], body[at + 1], int.from_bytes(body[at + 2 : at + 4], "big")
    if level > LEVEL:  # version 5 has properties here; what follows does not matter any more
        return Hello(level=level, client_id="", keepalive_s=keepalive_s, username="", will="")
    client_id, at = _read_text(body, at + 4)
    will = username = ""
    if flags & 0x04:
        will, at = _read_text(body, at)
        at += 2 + int.from_bytes(body[at : at + 2], "big")
    if flags & 0x80:
        username, at = _read_text(body, at)
    return Hello(level=level, client_id=client_id, keepalive_s=keepalive_s, username=username, will=will)


def read_published(packet: Packet) -> Published:
    """Raises BadFrame."""
    body, qos = packet.body, packet.flags >> 1 & 3
    size = int.from_bytes(body[:2], "big")
    begin = 2 + size + (2 if qos else 0)
    if len(body) < begin or not size or qos > 1:
        raise BadFrame("a published message that cannot be read")
    try:
        topic = body[2 : 2 + size].decode()
    except UnicodeDecodeError:
        raise BadFrame("the topic is not text") from None
    id_ = int.from_bytes(body[2 + size : begin], "big") if qos else 0
    return Published(Message(topic, body[begin:], bool(packet.flags & _RETAIN)), id_)


def read_topics(packet: Packet) -> tuple[str, ...]:
    """What somebody wants to hear. Raises BadFrame."""
    topics, at = [], 2
    while at < len(packet.body):
        size = int.from_bytes(packet.body[at : at + 2], "big")
        topics.append(packet.body[at + 2 : at + 2 + size].decode("utf-8", "replace"))
        at += 3 + size
    if at != len(packet.body) or not topics:
        raise BadFrame("topics that cannot be read")
    return tuple(topics)


def matches(pattern: str, topic: str) -> bool:
    """Whether who listens to `pattern` hears `topic`."""
    wanted, there = pattern.split("/"), topic.split("/")
    for at, level in enumerate(wanted):
        if level == "#":
            return True
        if at >= len(there) or level not in ("+", there[at]):
            return False
    return len(wanted) == len(there)


def _text(text: str) -> bytes:
    return _sized(text.encode())


def _sized(data: bytes) -> bytes:
    return struct.pack(">H", len(data)) + data


def _read_text(body: bytes, at: int) -> tuple[str, int]:
    """(text, where it ends). Raises BadFrame."""
    end = at + 2 + int.from_bytes(body[at : at + 2], "big")
    if len(body) < max(at + 2, end):
        raise BadFrame("a text that is cut off")
    return body[at + 2 : end].decode("utf-8", "replace"), end
