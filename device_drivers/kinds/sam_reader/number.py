"""The number of a citizen (GB 11643) for people with one in front of them: what it says, whether its check fits.
Pure."""

from __future__ import annotations

from collections.abc import Mapping

from device_drivers.codecs.codec import Codec, Decoded, Example, only, text
from device_drivers.errors import BadField, BadFrame
from device_drivers.families.readers.identity import check_character, iso_date, sex_of, valid_number

_LENGTH = 18


def _encode(fields: Mapping[str, object]) -> bytes:
    """A number, or its first 17 digits, which get their check character."""
    only(fields, ("number", "valid", "birth", "sex"))
    number = text(fields, "number").upper()
    if len(number) == _LENGTH - 1 and number.isascii() and number.isdigit():
        number += check_character(number)
    if not valid_number(number):
        raise BadField("number: expected 17 digits, or 18 characters with a check that fits")
    return number.encode("ascii")


def _decode(data: bytes) -> Decoded:
    number = data.decode("utf-8", "replace").strip().upper()
    if len(number) != _LENGTH:
        raise BadFrame(f"{len(number)} characters, a number has {_LENGTH}")
    if not (number[:17].isascii() and number[:17].isdigit()):
        raise BadFrame("the first 17 characters are not all digits")
    fields: dict[str, object] = {
        "number": number, "valid": valid_number(number), "birth": iso_date(number[6:14]), "sex": sex_of(number)
    }
    right = check_character(number[:17])
    warnings = () if number[17] == right else (f"number: its check character is {number[17]}, expected {right}",)
    return Decoded(fields, len(data), warnings)


CITIZEN_NUMBER = Codec(
    name="sam-reader-number",
    summary="citizen number with its check character (GB 11643)",
    directions="as it stands on a card",
    encode=_encode,
    decode=_decode,
    aliases=("gb11643",),
    is_text=True,
    examples=(
        Example(
            "31 31 30 31 30 35 31 39 34 39 31 32 33 31 30 30 32 58",
            "GB 11643-1999, its worked example",
            {"number": "11010519491231002X"},
            {"valid": True, "birth": "1949-12-31", "sex": "F"},
        ),
        Example(
            "34 34 30 35 32 34 31 38 38 30 30 31 30 31 30 30 31 34",
            "GB 11643-1999, its second example",
            {"number": "440524188001010014"},
            {"valid": True, "birth": "1880-01-01", "sex": "M"},
        ),
    ),
)
