"""Packets of Huidu cards, SDK 2 over TCP 10001, and the search by UDP. Pure.

    len u16LE (all of it) | cmd u16LE | …      2001 version asked: version u32LE          2002 version answered
    2003 XML asked: total u32LE, offset u32LE, part of the XML     2004 XML answered: the same
    005F alive? 0060 alive · 2000 error: code u16LE      total counts BYTES of the whole XML, parts of 8000 at most
    UDP:  version u32LE | 1001 u16LE    answered by version | 1002 | id of the card

See docs/devices/huidu.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from device_drivers.codecs.codec import BrokenFrame, Codec, Decoded, Example, number, only, text, whole_frame
from device_drivers.errors import BadField, BadFrame

ALIVE_ASK, ALIVE_ANSWER = 0x005F, 0x0060
ERROR, VERSION_ASK, VERSION_ANSWER, XML_ASK, XML_ANSWER = 0x2000, 0x2001, 0x2002, 0x2003, 0x2004
SEARCH_ASK, SEARCH_ANSWER = 0x1001, 0x1002
VERSION = 0x01000005
PART = 8000
XML_LIMIT = 64_000
LONGEST = 12 + PART
# How long a packet of each command is; None for a part of XML.
_LENGTHS: dict[int, int | None] = {
    ALIVE_ASK: 4, ALIVE_ANSWER: 4, ERROR: 6, VERSION_ASK: 8, VERSION_ANSWER: 8, XML_ASK: None, XML_ANSWER: None,
}
_VERSIONS, _XML = (VERSION_ASK, VERSION_ANSWER), (XML_ASK, XML_ANSWER)
_SEARCH = 6


class Packet(NamedTuple):
    """`value`: a version or the code of an error; `total`, `offset` and `part`: of XML."""

    cmd: int
    value: int = 0
    total: int = 0
    offset: int = 0
    part: bytes = b""


def encode_packet(packet: Packet) -> bytes:
    """Raises BadField."""
    if packet.cmd not in _LENGTHS:
        raise BadField(f"cmd: expected one of {', '.join(map(str, _LENGTHS))}, got {packet.cmd}")
    if len(packet.part) > PART:
        raise BadField(f"xml: {len(packet.part)} bytes in one packet, at most {PART}")
    try:
        if packet.cmd in _XML:
            body = packet.total.to_bytes(4, "little") + packet.offset.to_bytes(4, "little") + packet.part
        else:
            body = packet.value.to_bytes((_LENGTHS[packet.cmd] or 4) - 4, "little")
    except OverflowError:
        raise BadField("version, code, total and offset: expected what fits") from None
    return (4 + len(body)).to_bytes(2, "little") + packet.cmd.to_bytes(2, "little") + body


def xml_packets(xml: bytes, cmd: int = XML_ASK) -> list[Packet]:
    return [
        Packet(cmd, total=len(xml), offset=at, part=xml[at : at + PART]) for at in range(0, max(1, len(xml)), PART)
    ]


def decode_packet(buffer: bytes) -> tuple[Packet, int] | None:
    """(packet, bytes used) from the front of `buffer`, None for half a packet; raises BrokenFrame."""
    if len(buffer) < 4:
        return None
    length, cmd = int.from_bytes(buffer[:2], "little"), int.from_bytes(buffer[2:4], "little")
    if cmd not in _LENGTHS:
        raise BrokenFrame(f"command {cmd:04X} is none of these", 1)
    right = _LENGTHS[cmd]
    if length != right if right is not None else not 12 <= length <= LONGEST:
        raise BrokenFrame(f"command {cmd:04X} with the length {length}", 1)
    if len(buffer) < length:
        return None
    body = buffer[4:length]
    if right is not None:
        return Packet(cmd, int.from_bytes(body, "little")), length
    total, offset = int.from_bytes(body[:4], "little"), int.from_bytes(body[4:8], "little")
    if total > XML_LIMIT or offset + len(body) - 8 > total:
        raise BrokenFrame(f"a part of XML at {offset} of {total}", 1)
    return Packet(cmd, total=total, offset=offset, part=body[8:]), length


class Gathered:
    """Parts of XML until it is whole."""

    def __init__(self) -> None:
        self._parts = b""

    def add(self, packet: Packet) -> bytes | None:
        """The whole XML with its last part; what is out of order begins anew."""
        if packet.offset != len(self._parts):
            self._parts = b""
            if packet.offset:
                return None
        self._parts += packet.part
        if len(self._parts) < packet.total:
            return None
        whole, self._parts = self._parts, b""
        return whole

    def clear(self) -> None:
        self._parts = b""


_ATTRIBUTE = {name: re.compile(rf'<{tag}\b[^>]*\b{name}="([^"]*)"') for name, tag in (
    ("guid", "sdk"), ("method", "(?:in|out)"), ("result", "out"))}


def attribute(xml: bytes, name: str) -> str:
    """guid of the session, method or result of a command; "" when it has none."""
    found = _ATTRIBUTE[name].search(xml.decode("utf-8", "replace"))
    return found[1] if found else ""


# -- fields, for `hall frame` ---------------------------------------------------------------------------


def _encode(fields: Mapping[str, object]) -> bytes:
    """With `xml` and no offset: all its packets."""
    only(fields, ("cmd", "version", "code", "xml", "total", "offset"))
    cmd = number(fields, "cmd", 0, 0xFFFF)
    if cmd in _XML:
        xml = text(fields, "xml").encode("utf-8", "replace")
        if len(xml) > XML_LIMIT:
            raise BadField(f"xml: {len(xml)} bytes, at most {XML_LIMIT}")
        if "offset" not in fields and "total" not in fields:
            return b"".join(encode_packet(packet) for packet in xml_packets(xml, cmd))
        offset = number(fields, "offset", 0, XML_LIMIT, 0)
        total = number(fields, "total", 0, XML_LIMIT, offset + len(xml))
        return encode_packet(Packet(cmd, total=total, offset=offset, part=xml))
    name = "code" if cmd == ERROR else "version"
    value = number(fields, name, 0, 0xFFFFFFFF, VERSION) if cmd in (ERROR, *_VERSIONS) else 0
    return encode_packet(Packet(cmd, value))


def _decode(data: bytes) -> Decoded:
    packet, used = whole_frame(decode_packet, data, "the rest has not come")
    fields: dict[str, object] = {"cmd": packet.cmd}
    if packet.cmd in _VERSIONS:
        fields["version"] = packet.value
    elif packet.cmd == ERROR:
        fields["code"] = packet.value
    elif packet.cmd in _XML:
        words = packet.part.decode("utf-8", "replace")
        fields |= {"total": packet.total, "offset": packet.offset, "xml": words}
        return Decoded(fields, used, ("xml: not all of it is UTF-8",) if "�" in words else ())
    return Decoded(fields, used)


def _encode_search(fields: Mapping[str, object]) -> bytes:
    only(fields, ("version", "cmd", "id"))
    version, cmd = number(fields, "version", 0, 0xFFFFFFFF, VERSION), number(fields, "cmd", 0, 0xFFFF, SEARCH_ASK)
    if cmd not in (SEARCH_ASK, SEARCH_ANSWER):
        raise BadField(f"cmd: expected {SEARCH_ASK} (asked) or {SEARCH_ANSWER} (answered), got {cmd}")
    name = text(fields, "id").encode("ascii", "replace") if "id" in fields else b""
    return version.to_bytes(4, "little") + cmd.to_bytes(2, "little") + name


def _decode_search(data: bytes) -> Decoded:
    if len(data) < _SEARCH:
        raise BadFrame(f"{len(data)} bytes, a search has {_SEARCH}")
    version, cmd = int.from_bytes(data[:4], "little"), int.from_bytes(data[4:6], "little")
    fields: dict[str, object] = {"version": version, "cmd": cmd}
    if cmd == SEARCH_ASK:
        return Decoded(fields, _SEARCH)
    if cmd != SEARCH_ANSWER:
        raise BadFrame(f"command {cmd:04X}, expected 1001 or 1002")
    name = data[_SEARCH:].split(b"\0")[0]
    return Decoded(fields | {"id": name.decode("ascii", "replace")}, _SEARCH + len(name))


HUIDU = Codec(
    name="huidu",
    summary="full-colour LED card of Huidu, SDK 2 by TCP",
    directions="host->card and card->host",
    encode=_encode,
    decode=_decode,
    cut=decode_packet,
    longest=LONGEST,
    aliases=("huidu_sdk2",),
    examples=(
        Example(
            "08 00 01 20 05 00 00 01", "the vendor's program in C#: which version?", {"cmd": 8193, "version": 16777221}
        ),
        Example("04 00 5F 00", "the same program: alive?", {"cmd": 95}),
    ),
)
HUIDU_SEARCH = Codec(
    name="huidu-search",
    summary="search for cards of Huidu, UDP",
    directions="host->all and card->host",
    encode=_encode_search,
    decode=_decode_search,
    aliases=("huidu_search",),
    examples=(
        Example(
            "05 00 00 01 01 10", "a controller in Go and the vendor's constants", {}, {"version": 16777221, "cmd": 4097}
        ),
    ),
)
