"""The frame of Onbon BX font cards, around whatever it carries: addresses, escapes, sums. Pure.

    A5 x8  <escaped: header 14 | data | check u16LE>  5A

    header:  dst u16LE | src u16LE | 00 00 00 | barcode 00 | check mode | display 00 | device FE | version 02 |
             len u16LE

`check` covers header and data before escaping: mode 0 is a CRC-16 (polynomial A001 reflected, from 0), mode 1 the
sum of the bytes, mode 2 none at all. A5, A6, 5A and 5B are escaped everywhere between head and end, in the check
too; `len` counts bytes before that.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Literal

from device_drivers.codecs.codec import BrokenFrame
from device_drivers.errors import BadField

HEAD, END = 0xA5, 0x5A
HEADS = 8
HOST = 0x8000
CARD = 0x0001
ANY_DEVICE, VERSION = 0xFE, 0x02
DATA_LIMIT = 1024

Check = Literal["crc16", "sum", "none"]
MODES: tuple[Check, ...] = ("crc16", "sum", "none")

_HEADER = struct.Struct("<HH3sBBBBBH")
_CHECK_BYTES = 2
_ESCAPES = {0xA5: b"\xa6\x02", 0xA6: b"\xa6\x01", 0x5A: b"\x5b\x02", 0x5B: b"\x5b\x01"}
_MEANT = {escaped: plain for plain, escaped in _ESCAPES.items()}
_INTRODUCE = frozenset({0xA6, 0x5B})
# Every byte escaped, and a few more heads than anybody sends.
_INSIDE = 2 * (_HEADER.size + DATA_LIMIT + _CHECK_BYTES)
LONGEST = 2 * HEADS + _INSIDE + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    data: bytes
    dst: int = CARD
    src: int = HOST
    check: Check = "crc16"
    barcode: int = 0
    display: int = 0
    device: int = ANY_DEVICE
    version: int = VERSION


def encode_frame(frame: Frame) -> bytes:
    """Raises BadField."""
    if len(frame.data) > DATA_LIMIT:
        raise BadField(f"data: {len(frame.data)} bytes, at most {DATA_LIMIT}")
    try:
        header = _HEADER.pack(
            frame.dst, frame.src, bytes(3), frame.barcode, MODES.index(frame.check), frame.display, frame.device,
            frame.version, len(frame.data),
        )
    except struct.error:
        raise BadField("dst and src: expected 0..65535; barcode, display, device and version: bytes 0..255") from None
    inside = header + frame.data
    return bytes([HEAD] * HEADS) + escaped(inside + checked(inside, frame.check)) + bytes([END])


def decode_frame(buffer: bytes, *, check: Check | None = None) -> tuple[Frame, int] | None:
    """(frame, bytes used) from the front of `buffer`, None for half a frame; raises BrokenFrame. `check`: the only mode
    that is taken; None takes both that prove something."""
    if not buffer:
        return None
    if buffer[0] != HEAD:
        raise BrokenFrame(f"starts with {buffer[0]:02X}, expected A5", _next_head(buffer, 1))
    start = len(buffer) - len(buffer.lstrip(b"\xa5"))
    if start > 2 * HEADS:
        raise BrokenFrame(f"{start} bytes of A5 in a row", start - HEADS)
    end = buffer.find(END, start, start + _INSIDE + 1)
    again = buffer.find(HEAD, start, None if end < 0 else end)
    if again >= 0:
        raise BrokenFrame("a new frame begins before the 5A of this one", again)
    if end < 0:
        if len(buffer) > start + _INSIDE:
            raise BrokenFrame(f"no 5A within {_INSIDE} bytes", len(buffer))
        return None
    after = end + 1
    inside = unescaped(buffer[start:end], after)
    if len(inside) < _HEADER.size + _CHECK_BYTES:
        raise BrokenFrame(f"{len(inside)} bytes between head and end, at least {_HEADER.size + _CHECK_BYTES}", after)
    body, found = inside[:-_CHECK_BYTES], inside[-_CHECK_BYTES:]
    dst, src, reserved, barcode, mode, display, device, version, length = _HEADER.unpack_from(body)
    if length != len(body) - _HEADER.size:
        raise BrokenFrame(f"the length says {length}, there are {len(body) - _HEADER.size} bytes of data", after)
    if any(reserved) or mode >= len(MODES) or length > DATA_LIMIT:
        raise BrokenFrame("the header is none of this protocol", after)
    if MODES[mode] != check and (check is not None or MODES[mode] == "none"):
        raise BrokenFrame(f"check mode {mode} ({MODES[mode]}) is not taken here", after)
    right = checked(body, MODES[mode])
    if found != right and MODES[mode] != "none":
        raise BrokenFrame(f"the check is {found.hex(' ').upper()}, expected {right.hex(' ').upper()}", after)
    frame = Frame(
        data=body[_HEADER.size :], dst=dst, src=src, check=MODES[mode], barcode=barcode, display=display,
        device=device, version=version,
    )
    return frame, after


def checked(data: bytes, mode: Check) -> bytes:
    if mode == "none":
        return bytes(_CHECK_BYTES)
    return (crc16(data) if mode == "crc16" else sum(data) & 0xFFFF).to_bytes(2, "little")


def crc16(data: bytes) -> int:
    """CRC-16/ARC. Modbus has the same polynomial and begins with FFFF."""
    crc = 0
    for byte in data:
        crc = (crc >> 8) ^ _CRC_TABLE[(crc ^ byte) & 0xFF]
    return crc


def _crc_of(byte: int) -> int:
    for _ in range(8):
        byte = (byte >> 1) ^ (0xA001 if byte & 1 else 0)
    return byte


_CRC_TABLE = tuple(_crc_of(byte) for byte in range(256))


def escaped(data: bytes) -> bytes:
    return b"".join(_ESCAPES.get(byte, bytes([byte])) for byte in data)


def unescaped(data: bytes, after: int) -> bytes:
    """Raises BrokenFrame, which skips to `after`, for an escape that means nothing."""
    plain = bytearray()
    at = 0
    while at < len(data):
        if data[at] not in _INTRODUCE:
            plain.append(data[at])
            at += 1
            continue
        meant = _MEANT.get(data[at : at + 2])
        if meant is None:
            raise BrokenFrame(f"the escape {data[at : at + 2].hex(' ').upper()} means nothing", after)
        plain.append(meant)
        at += 2
    return bytes(plain)


def _next_head(buffer: bytes, start: int) -> int:
    at = buffer.find(HEAD, start)
    return at if at > 0 else len(buffer)
