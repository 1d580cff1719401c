"""Honeywell scanners: the trigger, an echo of it between codes, and a scanner that is told to stop."""

from __future__ import annotations

import time
from typing import Any

import pytest

from device_drivers.codecs.codec import FrameStream
from device_drivers.errors import BadField
from device_drivers.events import Code, DeviceEvent, Read
from device_drivers.families.readers.scanned import CodeLine
from device_drivers.kinds.honeywell_scanner.codec import HONEYWELL_SCANNER, LONGEST, Trigger, cut_honeywell


def test_nothing_said_is_the_trigger() -> None:
    assert HONEYWELL_SCANNER.encode({}) == bytes.fromhex("16 54 0D")
    assert HONEYWELL_SCANNER.encode({"code": "A1"}) == b"A1\r"
    with pytest.raises(BadField, match="on"):
        HONEYWELL_SCANNER.encode({"trigger": "maybe"})


def test_codes_and_triggers_on_one_line_behind_noise() -> None:
    stream: FrameStream[Any] = FrameStream(cut_honeywell, LONGEST)
    found = stream.feed(b"\x16X\x16T\rA023\r\x00\x16U\r")
    assert found == [Trigger("on"), CodeLine(b"A023"), Trigger("off")]


def test_it_scans_while_somebody_wants_it_to(on_bench: Any, wait_until: Any) -> None:
    told: list[DeviceEvent] = []
    driver, bench = on_bench("honeywell-scanner", {"kiosk": "kiosk-1"}, told.append)
    wait_until(lambda: driver.health().state == "ready")
    bench.present("honeywell-scanner", "A023")
    assert bench.shown("honeywell-scanner")["counters"]["codes"] == 0
    driver.want(time.monotonic() + 30)
    wait_until(lambda: told)
    wait_until(lambda: bench.shown("honeywell-scanner")["lit"])
    driver.want(0.0)
    wait_until(lambda: not bench.shown("honeywell-scanner")["lit"])
    assert told == [Read("honeywell-scanner", Code("A023"))]
