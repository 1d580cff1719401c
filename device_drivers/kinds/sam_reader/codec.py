"""Frames of SAM_V readers of ID cards (二代证阅读器, GA 450 module): both directions. Pure.

    AA AA AA 96 69  lenH lenL  CMD PARA data…      XOR      host -> reader
    AA AA AA 96 69  lenH lenL  SW1 SW2 SW3 data…   XOR      reader -> host
                    │          └─ XOR of the length and of all behind it ─┘
                    └ counts everything behind itself, XOR too

A command never begins with 00, an answer always. What the data of a read answer say is in `text`. Sources: the
protocol of the module, as several makers publish it; see docs/devices/sam-reader.md.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from functools import reduce
from operator import xor
from typing import Final, NamedTuple

from device_drivers.codecs.codec import BrokenFrame, Codec, Decoded, Example, hex_text, only, text, whole_frame
from device_drivers.errors import BadField
from device_drivers.kinds.sam_reader.text import (
    FIELD_NAMES,
    CardData,
    card_data,
    fields_of,
    lay_out,
)

HEAD: Final = bytes.fromhex("AA AA AA 96 69")
_LENGTH = 2
# CMD, PARA, XOR; and the read answer with photo and fingerprints.
SHORTEST, LONGEST_BODY = 3, 2314
LONGEST = len(HEAD) + _LENGTH + LONGEST_BODY

FIND, SELECT, READ = b"\x20\x01", b"\x20\x02", b"\x30\x01"
STATUS = b"\x11\xff"

# SW3 of an answer.
OK, FOUND, NO_CARD = 0x90, 0x9F, 0x80
MEANINGS: Final[dict[int, str]] = {
    OK: "ok",
    FOUND: "found",
    NO_CARD: "no card",
    0x81: "select failed",
    0x41: "read failed",
    0x31: "authentication of the card failed",
    0x32: "authentication of the module failed",
    0x10: "wrong checksum",
    0x11: "wrong length",
    0x21: "unknown command",
    0x60: "self-test failed",
    0x66: "not authorised",
    0x91: "no such content",
}


class SamFrame(NamedTuple):
    """`body`: what is between the length and the XOR."""

    body: bytes

    @property
    def is_answer(self) -> bool:
        return self.body[0] == 0

    @property
    def sw3(self) -> int:
        return self.body[2]

    @property
    def data(self) -> bytes:
        return self.body[3 if self.is_answer else 2 :]


def command(cmd: bytes, data: bytes = b"") -> bytes:
    return encode_sam(SamFrame(cmd + data))


def answer(sw3: int, data: bytes = b"") -> SamFrame:
    return SamFrame(bytes([0, 0, sw3]) + data)


def encode_sam(frame: SamFrame) -> bytes:
    """Raises BadField."""
    length = len(frame.body) + 1
    if not SHORTEST <= length <= LONGEST_BODY:
        raise BadField(f"data: the frame has {length} bytes behind its length, expected {SHORTEST}..{LONGEST_BODY}")
    counted = length.to_bytes(_LENGTH, "big") + frame.body
    return HEAD + counted + bytes([reduce(xor, counted)])


def cut_sam(buffer: bytes) -> tuple[SamFrame, int] | None:
    """(frame, bytes used) from the front of `buffer`, None for half a frame; raises BrokenFrame."""
    start = buffer[: len(HEAD)]
    if not HEAD.startswith(start):
        raise BrokenFrame(f"starts with {hex_text(start)}, expected {hex_text(HEAD)}", _next_head(buffer))
    begins = len(HEAD) + _LENGTH
    if len(buffer) < begins:
        return None
    length = int.from_bytes(buffer[len(HEAD) : begins], "big")
    if not SHORTEST <= length <= LONGEST_BODY:
        raise BrokenFrame(f"length {length}, expected {SHORTEST}..{LONGEST_BODY}", _next_head(buffer))
    used = begins + length
    if len(buffer) > begins and buffer[begins] == 0 and length == SHORTEST:
        raise BrokenFrame("an answer has SW1, SW2 and SW3", _next_head(buffer))
    if len(buffer) < used:
        return None
    right = reduce(xor, buffer[len(HEAD) : used - 1])
    if buffer[used - 1] != right:
        raise BrokenFrame(f"the XOR is {buffer[used - 1]:02X}, expected {right:02X}", _next_head(buffer))
    return SamFrame(buffer[begins : used - 1]), used


def _next_head(buffer: bytes) -> int:
    at = buffer.find(HEAD[0], 1)
    return at if at > 0 else len(buffer)


_FIELDS = ("cmd", "para", "sw", "found", "meaning", "data", *FIELD_NAMES, "photo_bytes", "fingerprint_bytes")


def _encode(fields: Mapping[str, object]) -> bytes:
    only(fields, _FIELDS)
    if "sw" not in fields:
        return encode_sam(SamFrame(_hex(fields, "cmd", 1) + _hex(fields, "para", 1) + _rest(fields)))
    sw = _hex(fields, "sw", 3)
    if sw[0]:
        raise BadField("sw: an answer begins with 00")
    return encode_sam(SamFrame(sw + (lay_out(fields) if "photo_bytes" in fields else _rest(fields))))


def _hex(fields: Mapping[str, object], name: str, length: int) -> bytes:
    try:
        found = bytes.fromhex(text(fields, name))
    except ValueError:
        raise BadField(f"{name}: expected hex bytes, got {fields[name]!r}") from None
    if len(found) != length:
        raise BadField(f"{name}: expected {length} bytes in hex, got {len(found)}")
    return found


def _rest(fields: Mapping[str, object]) -> bytes:
    if "data" not in fields:
        return b""
    try:
        return bytes.fromhex(text(fields, "data"))
    except ValueError:
        raise BadField("data: expected hex bytes") from None


def _decode(data: bytes) -> Decoded:
    frame, used = whole_frame(cut_sam, data, "more must follow")
    if not frame.is_answer:
        return Decoded(_with_data({"cmd": f"{frame.body[0]:02X}", "para": f"{frame.body[1]:02X}"}, frame.data), used)
    fields: dict[str, object] = {"sw": frame.body[:3].hex().upper()}
    if frame.sw3 in (FOUND, NO_CARD):
        fields["found"] = frame.sw3 == FOUND
    card = card_data(frame.data) if frame.sw3 == OK else None
    if card is None:
        meaning = MEANINGS.get(frame.sw3)
        warnings = () if meaning else (f"sw: no known meaning of {frame.sw3:02X}",)
        return Decoded(_with_data(fields | ({"meaning": meaning} if meaning else {}), frame.data), used, warnings)
    fields |= _card_fields(card)
    return Decoded(fields, used, _not_shown(fields, data[:used]))


def _with_data(fields: dict[str, object], data: bytes) -> dict[str, object]:
    return fields | {"data": hex_text(data)} if data else fields


def _card_fields(card: CardData) -> dict[str, object]:
    """Photo and fingerprints are counted and not shown."""
    prints = {} if card.fingerprint is None else {"fingerprint_bytes": card.fingerprint}
    return {**fields_of(card.text), "photo_bytes": card.photo, **prints}


def _not_shown(fields: Mapping[str, object], data: bytes) -> tuple[str, ...]:
    """A photo, and what no card says: characters that are none, a layout that is not known."""
    with contextlib.suppress(BadField):
        if _encode(fields) == data:
            return ()
    return ("photo, fingerprints and what is no text are not shown",)


_MODULE = "the protocol of the SAM_V module, as makers publish it"

SAM_READER = Codec(
    name="sam-reader",
    summary="ID-card reader, SAM_V frames",
    directions="host->reader: commands; reader->host: answers",
    encode=_encode,
    decode=_decode,
    cut=cut_sam,
    longest=LONGEST,
    aliases=("sam_id",),
    sum_bits=8,
    examples=(
        Example("AA AA AA 96 69 00 03 20 01 22", f"{_MODULE}: find a card", {"cmd": "20", "para": "01"}),
        Example("AA AA AA 96 69 00 03 20 02 21", f"{_MODULE}: select it", {"cmd": "20", "para": "02"}),
        Example("AA AA AA 96 69 00 03 30 01 32", f"{_MODULE}: read text and photo", {"cmd": "30", "para": "01"}),
        Example(
            "AA AA AA 96 69 00 08 00 00 9F 00 00 00 00 97", f"{_MODULE}: found", expect={"sw": "00009F", "found": True}
        ),
        Example("AA AA AA 96 69 00 04 00 00 80 84", f"{_MODULE}: no card", expect={"sw": "000080", "found": False}),
        Example(
            "AA AA AA 96 69 00 0C 00 00 90 00 00 00 00 00 00 00 00 9C", f"{_MODULE}: selected", expect={"sw": "000090"}
        ),
    ),
)
