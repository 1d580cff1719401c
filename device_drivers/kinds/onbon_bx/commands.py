"""What frames of Onbon BX font cards say: a group, a command, and areas of text that stand at once. Pure.

    group cmd respond(1 yes, 2 no) reserved u16LE …
    A3 06:  … | delete 00 (FF all, or n and n ids) | areas | per area: len u16LE, then
        type 00 | x u16 | y u16 | w u16 | h u16 | id | line gap | run mode | timeout u16 s | voice 0 | extra 0 |
        align | lines 1 one 2 several | wrap 1 no 2 yes | effect | exit 00 | speed | stay x0.5 s | len u32LE | text
    voice 1:  … voice 1 | speaker | volume | speed | len u32LE | words | extra 0 | …

x and w count 8 pixels unless bit 15 is set: then single ones. Text is GBK with inline codes (\\C1 red). See
docs/devices/onbon-bx.md.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from device_drivers.codecs.codec import BrokenFrame
from device_drivers.errors import BadField, BadFrame
from device_drivers.kinds.onbon_bx.frame import Frame, decode_frame

TEXT_LIMIT = 400
ALL = 0xFF
ACK, NAK = (0xA0, 0x00), (0xA0, 0x01)
REALTIME = (0xA3, 0x06)
ANSWER, NO_ANSWER = 1, 2

_AREA = struct.Struct("<BHHHHBBBHB")
_REST = struct.Struct("<BBBBBBBBI")


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Words that a card with a voice says. `speaker`: low half who, high half how often; volume and speed 0..10."""

    words: bytes
    speaker: int = 0
    volume: int = 5
    speed: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """`text` and the words of `voice` are already encoded. `x` and `width` as on the wire."""

    text: bytes
    area_id: int = 0
    x: int = 0
    y: int = 0
    width_units8: int = 8
    height: int = 16
    line_gap: int = 0
    run_mode: int = 0
    timeout: int = 0
    align: int = 0
    single_line: int = 1
    wrap: int = 1
    mode: int = 1
    exit: int = 0
    speed: int = 0
    stay: int = 5
    voice: Voice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """`delete`: ids of areas that go before, (ALL,) for every one; `rest`: what another command carries."""

    group: int
    cmd: int
    response: int = ANSWER
    reserved: int = 0
    delete: tuple[int, ...] = ()
    areas: tuple[Area, ...] = ()
    rest: bytes = b""


def encode_area(area: Area) -> bytes:
    """Raises BadField."""
    if len(area.text) > TEXT_LIMIT or (area.voice is not None and len(area.voice.words) > TEXT_LIMIT):
        raise BadField(f"text: {len(area.text)} bytes encoded, at most {TEXT_LIMIT}, and as many of voice")
    try:
        body = _AREA.pack(
            0, area.x, area.y, area.width_units8, area.height, area.area_id, area.line_gap, area.run_mode,
            area.timeout, area.voice is not None,
        )
        if (voice := area.voice) is not None:
            body += struct.pack("<BBBI", voice.speaker, voice.volume, voice.speed, len(voice.words)) + voice.words
        body += _REST.pack(
            0, area.align, area.single_line, area.wrap, area.mode, area.exit, area.speed, area.stay, len(area.text)
        )
    except struct.error as error:
        raise BadField(f"a field of the area does not fit: {error}") from None
    return body + area.text


def encode_command(command: Command) -> bytes:
    """Raises BadField."""
    data = struct.pack("<BBBH", command.group, command.cmd, command.response, command.reserved)
    if (command.group, command.cmd) != REALTIME:
        return data + command.rest
    ids = () if command.delete == (ALL,) else command.delete
    data += bytes([ALL]) if command.delete == (ALL,) else bytes([len(ids), *ids])
    data += bytes([len(command.areas)])
    for area in command.areas:
        body = encode_area(area)
        data += struct.pack("<H", len(body)) + body
    return data


def decode_command(data: bytes) -> Command:
    """Raises BadFrame."""
    if len(data) < 5:
        raise BadFrame(f"{len(data)} bytes of data are no command, at least 5")
    group, cmd, response, reserved = struct.unpack_from("<BBBH", data)
    if (group, cmd) != REALTIME:
        return Command(group=group, cmd=cmd, response=response, reserved=reserved, rest=data[5:])
    reader = _Reader(data, 5)
    count = reader.byte()
    delete = (ALL,) if count == ALL else tuple(reader.take(count))
    areas = tuple(_decode_area(reader.take(reader.u16())) for _ in range(reader.byte()))
    reader.end()
    return Command(group=group, cmd=cmd, response=response, reserved=reserved, delete=delete, areas=areas)


def _decode_area(data: bytes) -> Area:
    if len(data) < _AREA.size:
        raise BadFrame("the area ends early")
    kind, x, y, width, height, area_id, line_gap, run_mode, timeout, voiced = _AREA.unpack_from(data)
    if kind != 0 or voiced > 1:
        raise BadFrame(f"an area of type {kind} with voice {voiced}; expected 0, and 0 or 1")
    reader = _Reader(data, _AREA.size)
    voice = None
    if voiced:
        speaker, volume, speed, count = struct.unpack("<BBBI", reader.take(7))
        voice = Voice(words=reader.take(count), speaker=speaker, volume=volume, speed=speed)
    rest = _REST.unpack(reader.take(_REST.size))
    if rest[0] != 0:
        raise BadFrame(f"{rest[0]} bytes of extra settings, expected none")
    words = reader.take(rest[-1])
    reader.end()
    return Area(
        text=words, area_id=area_id, x=x, y=y, width_units8=width, height=height, line_gap=line_gap,
        run_mode=run_mode, timeout=timeout, voice=voice, align=rest[1], single_line=rest[2], wrap=rest[3],
        mode=rest[4], exit=rest[5], speed=rest[6], stay=rest[7],
    )


class _Reader:
    """Takes from the front and says BadFrame when there is too little, or too much."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data = data
        self._at = at

    def take(self, count: int) -> bytes:
        if count > len(self._data) - self._at:
            raise BadFrame("the data end early")
        self._at += count
        return self._data[self._at - count : self._at]

    def byte(self) -> int:
        return self.take(1)[0]

    def u16(self) -> int:
        return int.from_bytes(self.take(2), "little")

    def end(self) -> None:
        if self._at != len(self._data):
            raise BadFrame(f"{len(self._data) - self._at} bytes too many")


def cut_command(buffer: bytes) -> tuple[tuple[Frame, Command], int] | None:
    """A frame whose data are a command, for a FrameStream."""
    found = decode_frame(buffer)
    if found is None:
        return None
    frame, used = found
    try:
        return (frame, decode_command(frame.data)), used
    except BadFrame as error:
        raise BrokenFrame(str(error), used) from None
