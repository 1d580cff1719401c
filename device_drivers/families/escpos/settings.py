"""Commands of ESC/POS that print nothing by themselves, and barcodes, as fields: for a person with a hex dump. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from device_drivers.codecs.codec import number, text
from device_drivers.errors import BadField
from device_drivers.families.escpos import encode as escpos
from device_drivers.families.escpos.commands import LEADS, command_length

_BITS: Final[dict[object, int]] = {False: 0, True: 1}


class _Setting(NamedTuple):
    """`values`: what a person says -> its byte."""

    head: bytes
    values: Mapping[object, int]


SETTINGS: Final = {
    "align": _Setting(b"\x1ba", {"left": 0, "center": 1, "right": 2}),
    "bold": _Setting(b"\x1bE", _BITS),
    "underline": _Setting(b"\x1b-", {0: 0, 1: 1, 2: 2}),
    "hanzi_underline": _Setting(b"\x1c-", {0: 0, 1: 1, 2: 2}),
    "code_table": _Setting(b"\x1bt", {n: n for n in range(256)}),
}
SWITCHES: Final = {"hanzi": {True: escpos.HANZI_ON, False: escpos.HANZI_OFF}, "init": {True: escpos.INIT}}
SIZES: Final = ("width", "height")


def encode_settings(fields: Mapping[str, object]) -> bytes:
    """Each that is named, in the order in which it is named. Raises BadField."""
    return b"".join(_setting(fields, name) for name in fields if name != "height" or "width" not in fields)


def _setting(fields: Mapping[str, object], name: str) -> bytes:
    value = fields[name]
    if name in SIZES:
        return escpos.character_size(*(number(fields, each, 1, 8, 1) for each in SIZES))
    if name in SWITCHES:
        if isinstance(value, bool) and value in SWITCHES[name]:
            return SWITCHES[name][value]
        raise BadField(f"{name}: expected {' or '.join(map(str, SWITCHES[name])).lower()}, got {value!r}")
    head, values = SETTINGS[name]
    if not isinstance(value, str | int) or value not in values:
        known = ", ".join(map(str, values)).lower() if len(values) < 8 else f"0 to {len(values) - 1}"
        raise BadField(f"{name}: expected one of {known}, got {value!r}")
    return head + bytes([values[value]])


def read_settings(data: bytes) -> dict[str, object]:
    """The fields of bytes that are such commands and nothing else, {} for all others."""
    found: dict[str, object] = {}
    at = 0
    while at < len(data):
        length = command_length(data, at) if data[at] in LEADS else 0
        said = _read(data[at : at + length]) if length > 0 else {}
        if not said:
            return {}
        found |= said
        at += length
    return found


def _read(command: bytes) -> dict[str, object]:
    if command[:2] == b"\x1d!" and not command[2] & 0x88:
        return {"width": (command[2] >> 4) + 1, "height": (command[2] & 7) + 1}
    for name, switch in SWITCHES.items():
        for on, bytes_ in switch.items():
            if command == bytes_:
                return {name: on}
    for name, (head, values) in SETTINGS.items():
        if command[:2] == head:
            # Digits count as their numbers: ESC a 1 and ESC a '1' are one.
            byte = command[2] - 0x30 if command[2] >= 0x30 and name != "code_table" else command[2]
            meant = [value for value, known in values.items() if known == byte]
            return {name: meant[0]} if meant else {}
    return {}


# -- barcodes ----------------------------------------------------------------------------------------

# Symbology -> m of GS k with a NUL at the end, and with a length.
BARCODES: Final[dict[str, tuple[int | None, int]]] = {
    "UPC-A": (0, 65), "UPC-E": (1, 66), "EAN13": (2, 67), "EAN8": (3, 68), "CODE39": (4, 69), "ITF": (5, 70),
    "CODABAR": (6, 71), "CODE93": (None, 72), "CODE128": (None, 73),
}
NAMES: Final = {m: name for name, both in BARCODES.items() for m in both if m is not None}
_POSITIONS: Final = {"off": 0, "above": 1, "below": 2, "both": 3}
BARCODE_FIELDS: Final = ("barcode", "data", "function", "align", "height", "width", "font", "position")
# Other names of fields, from the calls of other programs.
BARCODE_ALSO: Final = {
    "type": "barcode", "symbology": "barcode", "bc": "barcode", "code": "data", "pos": "position", "hri": "position",
}


def encode_barcode(fields: Mapping[str, object]) -> bytes:
    """What is said of its looks, then the code. `function` B sends its length, A a NUL behind it, which is what the
    older symbologies get where nothing is said. Raises BadField."""
    name = text(fields, "barcode").upper().replace("EAN-", "EAN").replace("_", "-")
    if name not in BARCODES:
        raise BadField(f"barcode: {fields['barcode']!r} is none of {', '.join(BARCODES)}")
    short, long = BARCODES[name]
    function = str(fields.get("function", "A" if short is not None else "B")).upper()
    if function not in ("A", "B") or (function == "A" and short is None):
        raise BadField("function: expected A or B; CODE93 and CODE128 have B only")
    data = text(fields, "data")
    if name == "CODE128" and not data.startswith("{"):
        data = "{B" + data
    if not data.isascii() or not data.isprintable() or not 1 <= len(data) <= 255:
        raise BadField("data: expected 1 to 255 printable characters of ASCII")
    looks = b"".join(_look(fields, look) for look in BARCODE_FIELDS[3:] if look in fields)
    if function == "A":
        assert short is not None, "looked at above"
        return looks + bytes([0x1D, 0x6B, short]) + data.encode() + b"\0"
    return looks + bytes([0x1D, 0x6B, long, len(data)]) + data.encode()


def _look(fields: Mapping[str, object], look: str) -> bytes:
    if look == "align":
        return _setting(fields, "align")
    if look == "height":
        return b"\x1dh" + bytes([number(fields, "height", 1, 255)])
    if look == "width":
        return b"\x1dw" + bytes([number(fields, "width", 1, 6)])
    known: Mapping[str, int] = {"A": 0, "B": 1} if look == "font" else _POSITIONS
    said = text(fields, look)
    value = known.get(said.upper() if look == "font" else said.lower())
    if value is None:
        raise BadField(f"{look}: expected one of {', '.join(known)}, got {said!r}")
    return (b"\x1df" if look == "font" else b"\x1dH") + bytes([value])
