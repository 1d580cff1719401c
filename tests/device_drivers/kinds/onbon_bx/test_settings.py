"""A card's clock and brightness as fields, and the header of other programs."""

from __future__ import annotations

from typing import Any

import pytest

from device_drivers.errors import BadField
from device_drivers.kinds.onbon_bx.codec import ONBON_BX

# The arrays of a public program of a microcontroller.
LIGHT = bytes.fromhex("A5 A5 A5 A5 A5 A5 A5 A5 01 00 00 80 00 00 00 00 00 00 FE 02 07 00 A3 02 01 02 00 01 0C 26 2D 5A")


@pytest.mark.parametrize("said", [
    {"brightness": 12}, {"group": "A3", "cmd": "02", "data": "01 0C"},
    {"group": "A3", "cmd": "02", "data": "02 00 01 0C"}, {"group": "A3", "cmd": "02", "response": 1, "level": 12},
])
def test_brightness(said: dict[str, Any]) -> None:
    assert ONBON_BX.encode(said) == LIGHT
    assert ONBON_BX.decode(LIGHT).fields["brightness"] == 12


@pytest.mark.parametrize("at", ["2026-11-29T23:59:59", "2099-01-01T00:00:00"])
def test_the_clock_comes_back(at: str) -> None:
    data = ONBON_BX.encode({"clock": at})
    fields = ONBON_BX.decode(data).fields
    assert (fields["clock"], fields["reserved"]) == (at, 8)
    assert ONBON_BX.encode(fields) == data


@pytest.mark.parametrize("rest", ["26 20 13 28 09 30 00 06", "2A 20 11 28 09 30 00 06", "26 20 11 28"])
def test_what_is_no_time_is_bytes(rest: str) -> None:
    fields = ONBON_BX.decode(ONBON_BX.encode({"group": "A2", "cmd": "03", "data": rest})).fields
    assert (fields["data"], "clock" in fields) == (rest, False)


@pytest.mark.parametrize("fields", [{"clock": "noon"}, {"clock": 1}, {"brightness": 256}, {"brightness": True}])
def test_what_is_neither_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(BadField):
        ONBON_BX.encode(fields)


def test_the_header_of_another_program() -> None:
    area = {"text": "Z", "width": 16, "height": 16}
    data = ONBON_BX.encode({**area, "device": 0x61, "src": 0x8001, "process_mode": 1, "delete_count": 255})
    said = ONBON_BX.decode(data).fields
    assert {"device": 0x61, "src": 0x8001, "reserved": 1, "delete": "all", "text": "Z"}.items() <= said.items()
    assert ONBON_BX.encode(said) == data
