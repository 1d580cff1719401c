"""Frames of GM65, GM67, GM805 and GM861 scanner modules, beside the codes they read. Pure.

    7E 00  type  len  addrH addrL  data…  crcH crcL     host -> scanner: 07 read, 08 write, 09 save, 0A heartbeat
    02 00  type  len  data…  crcH crcL                  scanner -> host; 03 00 answers a heartbeat
    text … 0D                                            a code

The CRC is CRC-16/XMODEM from type to data; AB CD in its place is taken unchecked in a command. `len` counts the
data. Sources: the module's manual and Tasmota's driver, see docs/devices/gm65-scanner.md.
"""

from __future__ import annotations

import binascii
from collections.abc import Mapping
from typing import Final, NamedTuple

from device_drivers.codecs.codec import (
    BrokenFrame,
    Codec,
    Decoded,
    Example,
    hex_text,
    number,
    only,
    text,
    whole_frame,
)
from device_drivers.errors import BadField
from device_drivers.families.readers.scan_link import Answered
from device_drivers.families.readers.scanned import (
    LONGEST_CODE,
    CodeLine,
    cut_line,
    decode_code,
    encode_code,
)

COMMAND, ANSWER, HEARTBEAT_ANSWER = b"\x7e\x00", b"\x02\x00", b"\x03\x00"
READ_ZONE, WRITE_ZONE, SAVE, HEARTBEAT = 0x07, 0x08, 0x09, 0x0A
UNCHECKED: Final = b"\xab\xcd"
TRIGGER_ZONE, TRIGGER = 0x0002, b"\x01"
LONGEST_DATA = 255
LONGEST = LONGEST_CODE + 4


class ZoneCommand(NamedTuple):
    """`crc` False sends AB CD in its place."""

    type: int
    addr: int
    data: bytes
    crc: bool = True


class ZoneAnswer(NamedTuple):
    """`type` 0 is done. `heartbeat`: it answers one."""

    type: int
    data: bytes
    heartbeat: bool = False


Message = ZoneCommand | ZoneAnswer | CodeLine


def crc(data: bytes) -> bytes:
    """CRC-16/XMODEM, polynomial 1021, beginning with 0."""
    return binascii.crc_hqx(data, 0).to_bytes(2, "big")


def encode_command(command: ZoneCommand) -> bytes:
    """Raises BadField."""
    if not 1 <= len(command.data) <= LONGEST_DATA:
        raise BadField(f"data: expected 1..{LONGEST_DATA} bytes, got {len(command.data)}")
    body = bytes([command.type, len(command.data)]) + command.addr.to_bytes(2, "big") + command.data
    return COMMAND + body + (crc(body) if command.crc else UNCHECKED)


def encode_answer(answer: ZoneAnswer) -> bytes:
    body = bytes([answer.type, len(answer.data)]) + answer.data
    return (HEARTBEAT_ANSWER if answer.heartbeat else ANSWER) + body + crc(body)


def cut_gm65(buffer: bytes) -> tuple[Message, int] | None:
    """(message, bytes used) from the front of `buffer`, None for a half one; raises BrokenFrame."""
    head = buffer[:2]
    if head == COMMAND:
        return _cut_command(buffer)
    if head in (ANSWER, HEARTBEAT_ANSWER):
        return _cut_answer(buffer)
    if len(buffer) == 1 and buffer in (COMMAND[:1], ANSWER[:1], HEARTBEAT_ANSWER[:1]):
        return None
    return cut_line(buffer, (COMMAND, ANSWER, HEARTBEAT_ANSWER))


def _cut_command(buffer: bytes) -> tuple[ZoneCommand, int] | None:
    if len(buffer) < 4:
        return None
    if not buffer[3]:
        raise BrokenFrame("a command without data", 1)
    ends = 6 + buffer[3]
    if len(buffer) < ends + 2:
        return None
    checked = buffer[ends : ends + 2] != UNCHECKED
    if checked:
        _check(buffer[2:ends], buffer[ends : ends + 2])
    return ZoneCommand(buffer[2], int.from_bytes(buffer[4:6], "big"), buffer[6:ends], checked), ends + 2


def _cut_answer(buffer: bytes) -> tuple[ZoneAnswer, int] | None:
    if len(buffer) < 4:
        return None
    ends = 4 + buffer[3]
    if len(buffer) < ends + 2:
        return None
    _check(buffer[2:ends], buffer[ends : ends + 2])
    return ZoneAnswer(buffer[2], buffer[4:ends], buffer[:2] == HEARTBEAT_ANSWER), ends + 2


def _check(body: bytes, sent: bytes) -> None:
    if sent != crc(body):
        raise BrokenFrame(f"the CRC is {hex_text(sent)}, expected {hex_text(crc(body))}", 1)


_FIELDS = ("type", "addr", "data", "crc", "ok", "heartbeat", "code", "encoding")


def _encode(fields: Mapping[str, object]) -> bytes:
    """A code, an answer (`ok`) or a command. The published triggers have no CRC; `crc` says it for any."""
    only(fields, _FIELDS)
    if "code" in fields:
        return encode_code(fields)
    if "ok" in fields:
        type_ = number(fields, "type", 0, 255, 0 if fields["ok"] is True else 1)
        return encode_answer(ZoneAnswer(type_, _data(fields), fields.get("heartbeat") is True))
    type_, addr, data = number(fields, "type", 0, 255), number(fields, "addr", 0, 0xFFFF), _data(fields)
    is_trigger = (type_, addr) == (WRITE_ZONE, TRIGGER_ZONE)
    checked = fields.get("crc", not is_trigger)
    if not isinstance(checked, bool):
        raise BadField(f"crc: expected true, or false for AB CD in its place, got {checked!r}")
    return encode_command(ZoneCommand(type_, addr, data, checked))


def _data(fields: Mapping[str, object]) -> bytes:
    try:
        return bytes.fromhex(text(fields, "data"))
    except ValueError:
        raise BadField(f"data: expected hex bytes, got {fields['data']!r}") from None


def _decode(data: bytes) -> Decoded:
    message, used = whole_frame(cut_gm65, data, "more must follow")
    match message:
        case CodeLine():
            return decode_code(message, data[:used])
        case ZoneAnswer():
            fields: dict[str, object] = {"ok": message.type == 0, "type": message.type, "data": hex_text(message.data)}
            return Decoded(fields | ({"heartbeat": True} if message.heartbeat else {}), used)
    sent = {"type": message.type, "addr": message.addr, "data": hex_text(message.data)}
    return Decoded({**sent, "crc": message.crc}, used)


def cut_for_link(buffer: bytes) -> tuple[CodeLine | Answered | None, int] | None:
    """As the conversation wants it: a code, an answer, or None for a command of our own that came back."""
    found = cut_gm65(buffer)
    if found is None:
        return None
    message, used = found
    match message:
        case CodeLine():
            return message, used
        case ZoneAnswer():
            return Answered(message.type == 0), used
    return None, used


_TASMOTA = "Tasmota, xsns_107_gm861.ino"

GM65_SCANNER = Codec(
    name="gm65-scanner",
    summary="GM65 and GM861 scanner module, frames and codes",
    directions="host->scanner: commands; scanner->host: answers, and codes that end with CR",
    encode=_encode,
    decode=_decode,
    cut=cut_gm65,
    longest=LONGEST,
    aliases=("gm65_scanner",),
    examples=(
        Example("7E 00 08 01 00 02 01 AB CD", f"{_TASMOTA}: scan once", {"type": 8, "addr": 2, "data": "01"}),
        Example("02 00 00 01 00 33 31", f"{_TASMOTA}: done", expect={"ok": True}),
        Example("7E 00 08 01 00 D9 50 81 D3", f"{_TASMOTA}: factory reset", {"type": 8, "addr": 217, "data": "50"}),
        Example("7E 00 07 01 00 2A 02 D8 0F", f"{_TASMOTA}: which speed?", {"type": 7, "addr": 42, "data": "02"}),
        Example("02 00 00 02 39 01 C1 4C", f"{_TASMOTA}: 9600", expect={"ok": True, "data": "39 01"}),
        Example("7E 00 08 02 00 2A 39 01 A7 EA", f"{_TASMOTA}: 9600", {"type": 8, "addr": 42, "data": "39 01"}),
        Example("7E 00 09 01 00 00 00 DE C8", f"{_TASMOTA}: keep it", {"type": 9, "addr": 0, "data": "00"}),
        Example("7E 00 0A 01 00 00 00 30 1A", f"{_TASMOTA}: alive?", {"type": 10, "addr": 0, "data": "00"}),
        Example("03 00 00 01 00 33 31", f"{_TASMOTA}: alive", expect={"ok": True, "heartbeat": True}),
    ),
)
