"""Commands that print nothing, and barcodes, as `hall frame` writes and reads them."""

from __future__ import annotations

from typing import Any

import pytest

from device_drivers.errors import BadField
from device_drivers.families.escpos.frames import ESCPOS

# python-escpos, its test of a barcode: height, width, font, place of the digits, then the code.
PUBLISHED = "1D 68 40 1D 77 03 1D 66 00 1D 48 02 1D 6B 02 34 30 30 36 33 38 31 33 33 33 39 33 31 00"
EAN: dict[str, Any] = {"barcode": "EAN13", "data": "4006381333931"}
LOOKS: dict[str, Any] = {"height": 64, "width": 3, "font": "A", "position": "below"}


def test_a_barcode_as_another_program_sends_it() -> None:
    assert ESCPOS.encode(EAN | LOOKS) == bytes.fromhex(PUBLISHED)
    other_names = {"type": "EAN-13", "code": EAN["data"], "height": 64, "width": 3, "font": "a", "pos": "BELOW"}
    assert ESCPOS.encode(other_names) == bytes.fromhex(PUBLISHED)
    assert EAN.items() <= ESCPOS.decode(bytes.fromhex(PUBLISHED)).fields.items()


@pytest.mark.parametrize(("fields", "hex_"), [
    ({"barcode": "CODE128", "data": "A023"}, "1D 6B 49 06 7B 42 41 30 32 33"),
    ({"barcode": "CODE128", "data": "{CA"}, "1D 6B 49 03 7B 43 41"),
    ({"barcode": "EAN8", "data": "1234567", "function": "B"}, "1D 6B 44 07 31 32 33 34 35 36 37"),
    ({"align": "center"}, "1B 61 01"), ({"bold": True}, "1B 45 01"), ({"underline": 2}, "1B 2D 02"),
    ({"hanzi_underline": 1}, "1C 2D 01"), ({"width": 2, "height": 3}, "1D 21 12"), ({"code_table": 48}, "1B 74 30"),
    ({"hanzi": False}, "1C 2E"), ({"init": True, "hanzi": True, "align": "right"}, "1B 40 1C 26 1B 61 02"),
])
def test_it_comes_back(fields: dict[str, Any], hex_: str) -> None:
    data = bytes.fromhex(hex_)
    assert ESCPOS.encode(fields) == data
    said = ESCPOS.decode(data).fields
    assert {**fields, **({"data": said["data"]} if "data" in fields else {})}.items() <= said.items()
    assert ESCPOS.encode(said) == data


@pytest.mark.parametrize("fields", [
    {"align": "middle"}, {"align": ["left"]}, {"bold": 2}, {"width": 9}, {"init": False}, {"hanzi": 1},
    {"barcode": "QR", "data": "1"}, {"barcode": "EAN13"}, {"barcode": "EAN13", "data": "\x1b@"},
    {"barcode": "CODE128", "data": "1", "function": "A"}, {"barcode": "EAN13", "data": "1", "font": "C"},
    {"barcode": "EAN13", "data": "1", "height": 0}, {"barcode": "EAN13", "data": "1" * 256},
    {"bold": True, "text": "x"},
])
def test_what_is_wrong_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(BadField):
        ESCPOS.encode(fields)


@pytest.mark.parametrize("hex_", ["1D 21 88", "1B 45 01 41", "1B 21 08"])
def test_other_modes_are_read_over(hex_: str) -> None:
    assert not {"align", "width", "bold"} & ESCPOS.decode(bytes.fromhex(hex_)).fields.keys()
