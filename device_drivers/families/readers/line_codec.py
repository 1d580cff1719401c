"""The wire format of scanners that say a code and a carriage return. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from device_drivers.codecs.codec import Codec, Decoded, Example, only, whole_frame
from device_drivers.families.readers.scanned import LONGEST_CODE, cut_line, decode_code, encode_code

LONGEST = LONGEST_CODE + 4
FIELDS = ("code", "encoding")


def _encode(fields: Mapping[str, object]) -> bytes:
    only(fields, FIELDS)
    return encode_code(fields)


def _decode(data: bytes) -> Decoded:
    line, used = whole_frame(cut_line, data, "its carriage return is missing")
    return decode_code(line, data[:used])


def line_codec(name: str, summary: str) -> Codec:
    return Codec(
        name=name,
        summary=summary,
        directions="scanner->host",
        encode=_encode,
        decode=_decode,
        cut=cut_line,
        longest=LONGEST,
        examples=(Example("41 30 32 33 0D", "what such scanners do", {"code": "A023"}),),
    )
