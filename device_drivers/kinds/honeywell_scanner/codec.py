"""Honeywell scanners: the serial trigger, and codes that end with a carriage return. Pure.

    16 54 0D   scan         16 55 0D   stop         text … 0D   a code
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from device_drivers.codecs.codec import BrokenFrame, Codec, Decoded, Example, hex_text, only, whole_frame
from device_drivers.errors import BadField
from device_drivers.families.readers.scanned import LONGEST_CODE, CodeLine, cut_line, decode_code, encode_code

SYN: Final = 0x16
ON, OFF = b"\x16T\r", b"\x16U\r"
LONGEST = LONGEST_CODE + 4
_TRIGGERS: Final = {"on": ON, "off": OFF}


class Trigger(NamedTuple):
    state: str


def cut_honeywell(buffer: bytes) -> tuple[Trigger | CodeLine, int] | None:
    """(trigger or code, bytes used) from the front of `buffer`, None for a half one; raises BrokenFrame."""
    if buffer[:1] != ON[:1]:
        return cut_line(buffer, (ON[:2], OFF[:2]))
    if len(buffer) < len(ON):
        return None
    for state, frame in _TRIGGERS.items():
        if buffer.startswith(frame):
            return Trigger(state), len(frame)
    raise BrokenFrame(f"SYN and {hex_text(buffer[1:3])}, expected 54 0D or 55 0D", 1)


def cut_for_link(buffer: bytes) -> tuple[CodeLine | None, int] | None:
    """A code, or None for a trigger of our own that came back."""
    found = cut_honeywell(buffer)
    return found and (found[0] if isinstance(found[0], CodeLine) else None, found[1])


def _encode(fields: Mapping[str, object]) -> bytes:
    """A code, or the trigger: nothing said means on."""
    only(fields, ("trigger", "on", "code", "encoding"))
    if "code" in fields:
        return encode_code(fields)
    state = fields.get("trigger", "off" if fields.get("on") is False else "on")
    if not isinstance(state, str) or state not in _TRIGGERS:
        raise BadField(f'trigger: expected "on" or "off", got {state!r}')
    return _TRIGGERS[state]


def _decode(data: bytes) -> Decoded:
    found, used = whole_frame(cut_honeywell, data, "its carriage return is missing")
    if isinstance(found, Trigger):
        return Decoded({"trigger": found.state}, used)
    return decode_code(found, data[:used])


HONEYWELL_SCANNER = Codec(
    name="honeywell-scanner",
    summary="Honeywell scanner: serial trigger, codes",
    directions="host->scanner: trigger; scanner->host: codes that end with CR",
    encode=_encode,
    decode=_decode,
    cut=cut_honeywell,
    longest=LONGEST,
    aliases=("honeywell_scanner",),
    examples=(
        Example("16 54 0D", "the maker's manuals: scan", {"trigger": "on"}),
        Example("16 55 0D", "the maker's manuals: stop", {"trigger": "off"}),
    ),
)
