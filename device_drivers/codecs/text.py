"""Text as a device can show it: its encoding, its width in cells, nothing that could steer it. Pure.

Chinese boards and printers show a Hanzi two cells wide. Boards know GBK, printers GB18030; what an
encoding cannot say is shown as 〓 and reported, because `?` looks as if somebody had asked something.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

DeviceEncoding = Literal["gbk", "gb18030"]

GETA = "〓"  # U+3013, A1FE in GBK: the typesetter's mark for a missing character

# Control, format, line and paragraph separators: nothing to show, and some steer the device.
_UNSHOWABLE = frozenset({"Cc", "Cf", "Zl", "Zp"})

_TICKET = re.compile("[A-Z]{0,3}[0-9]+")

_WIDE = frozenset("WFA")  # ambiguous ones ("·", "—", "①") are wide in every GBK font


@dataclass(frozen=True, slots=True)
class DeviceText:
    """`data` is what goes on the wire; `replaced` the characters that became 〓, in order."""

    data: bytes
    replaced: tuple[str, ...] = ()


def encode_text(text: str, encoding: DeviceEncoding) -> DeviceText:
    """Never raises. Four-byte GB18030 characters print as rubbish on common boards: 〓 as well."""
    parts: list[bytes] = []
    replaced: list[str] = []
    for character in strip_controls(text):
        data = _encode_one(character, encoding)
        if data is None:
            replaced.append(character)
        parts.append(_GETA_BYTES if data is None else data)
    return DeviceText(b"".join(parts), tuple(replaced))


def strip_controls(text: str) -> str:
    return "".join(character for character in text if unicodedata.category(character) not in _UNSHOWABLE)


def cells_of(text: str) -> int:
    """Width of shown text: two cells for a wide character, none for a combining mark, one otherwise."""
    return sum(_cell_count(character) for character in text)


def fit(text: str, width: int) -> str:
    """The longest start of `text` that fits into `width` cells. A Hanzi is not cut in half."""
    used = 0
    for at, character in enumerate(text):
        used += _cell_count(character)
        if used > width:
            return text[:at]
    return text


def ticket_number(text: str) -> str:
    """The first number in a text with its letters (请A023号 gives A023), "" when there is none: for devices without
    Hanzi."""
    found = _TICKET.search(text)
    return found[0] if found else ""


_GETA_BYTES = GETA.encode("gbk")


def _encode_one(character: str, encoding: DeviceEncoding) -> bytes | None:
    try:
        data = character.encode(encoding)
    except UnicodeEncodeError:
        return None
    return data if len(data) <= 2 else None


def _cell_count(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in _WIDE else 1
