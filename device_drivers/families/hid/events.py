"""What an input device says: struct input_event of linux/input.h, 24 bytes on machines of 64 bits. Pure.

    sec  usec  type  code  value         native byte order; type 1 is a key, value 1 down, 0 up, 2 repeated

There is neither checksum nor head: the bytes come from this machine's own kernel, whole.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Final, NamedTuple

from device_drivers.codecs.codec import BrokenFrame, Codec, Decoded, Example, number, only, whole_frame
from device_drivers.families.hid.keys import NAMES

_EVENT = struct.Struct("@llHHi")
LENGTH: Final = _EVENT.size
KEY = 1
DOWN, UP = 1, 0
# Of linux/input-event-codes.h.
_TYPES: Final = frozenset((0, 1, 2, 3, 4, 5, 0x11, 0x12, 0x14, 0x15, 0x16, 0x17))
_MICROSECONDS = 1_000_000


class InputEvent(NamedTuple):
    type: int
    code: int
    value: int
    sec: int = 0
    usec: int = 0


def encode_event(event: InputEvent) -> bytes:
    return _EVENT.pack(event.sec, event.usec, event.type, event.code, event.value)


def cut_event(buffer: bytes) -> tuple[InputEvent, int] | None:
    """(event, bytes used) from the front of `buffer`, None for half an event; raises BrokenFrame."""
    if len(buffer) < LENGTH:
        return None
    sec, usec, type_, code, value = _EVENT.unpack_from(buffer)
    if type_ not in _TYPES or not 0 <= usec < _MICROSECONDS:
        raise BrokenFrame("no struct input_event", 1)
    return InputEvent(type_, code, value, sec, usec), LENGTH


def keys(*codes: int) -> bytes:
    """Keys pressed and released, as a keyboard says them."""
    found = [event for code in codes for event in (InputEvent(KEY, code, DOWN), InputEvent(KEY, code, UP))]
    return b"".join(encode_event(each) + encode_event(InputEvent(0, 0, 0)) for each in found)


def _encode(fields: Mapping[str, object]) -> bytes:
    only(fields, (*InputEvent._fields, "key"))
    return encode_event(InputEvent(
        number(fields, "type", 0, 0x1F), number(fields, "code", 0, 0xFFFF),
        number(fields, "value", -(2**31), 2**31 - 1), number(fields, "sec", -(2**63), 2**63 - 1, 0),
        number(fields, "usec", 0, _MICROSECONDS - 1, 0),
    ))


def _decode(data: bytes) -> Decoded:
    event, used = whole_frame(cut_event, data, f"it has {LENGTH}")
    fields: dict[str, object] = dict(event._asdict())
    return Decoded(fields | ({"key": NAMES[event.code]} if event.type == KEY and event.code in NAMES else {}), used)


def event_codec(name: str, summary: str) -> Codec:
    """The same for each kind that the kernel offers so."""
    enter = InputEvent(KEY, 28, DOWN)
    return Codec(
        name=name,
        summary=summary,
        directions="device->host",
        encode=_encode,
        decode=_decode,
        examples=(
            Example(
                encode_event(enter).hex(" ").upper(), "linux/input.h: Enter goes down",
                {"type": KEY, "code": 28, "value": DOWN}, {"key": "enter"},
            ),
        ),
    )
