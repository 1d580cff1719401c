"""From the configuration's words to a driver; every refusal names device, key and what was expected."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from typing import Any

import pytest

from device_drivers.kinds.aabb_strip.driver import StripBus
from device_drivers.kinds.ff68_pad.driver import PadBus
from device_drivers.lines import build_line, byte_seconds
from device_drivers.lines.serial_port import SerialLine
from device_drivers.lines.tcp import TcpLine
from device_drivers.ports import PadPress
from device_drivers.registry import DEVICE_KINDS, BadOption, DeviceSpec, Environment, LineSpec, build_device

SERIAL = LineSpec("serial", {"port": "/dev/serial/by-id/usb-1"})
ENV = Environment(time.monotonic, random.Random(1))


def spec(kind: str, line: LineSpec | None = SERIAL, **options: object) -> DeviceSpec:
    return DeviceSpec("dev-1", kind, line, options)


def test_a_strip_bus_is_built_closed_and_ready_to_start() -> None:
    screens = [
        {"id": "strip-1", "address": 1, "cells": 16},
        {"id": "strip-2", "address": 2, "style": {"color": 1}},
    ]
    bus = build_device(spec("aabb-strip", screens=screens, gap_ms=50, refresh_s=30), ENV)
    assert isinstance(bus, StripBus)
    assert bus.id == "dev-1"
    assert [state.screen for state in bus.screens()] == ["strip-1", "strip-2"]
    assert bus.health().state == "init"


def test_pads_are_built_with_the_hall_s_listener() -> None:
    presses: list[PadPress] = []
    env = Environment(time.monotonic, random.Random(1), presses.append)
    pads = build_device(spec("ff68-pad", pads=[{"id": "pad-1", "address": 1}]), env)
    assert isinstance(pads, PadBus)
    pads._on_event(PadPress("pad-1", "call"))
    assert presses == [PadPress("pad-1", "call")]


def test_the_kinds_of_the_first_hall_are_there() -> None:
    assert set(DEVICE_KINDS) == {"aabb-strip", "ff68-pad", "escpos-printer", "speaker"}


def test_lines() -> None:
    serial = build_line(spec("x", LineSpec("serial", {"port": "/dev/ttyS9", "baud": 19200, "parity": "E"})))
    assert isinstance(serial, SerialLine)
    assert (serial.name, serial.port, serial.baud) == ("line-dev-1", "/dev/ttyS9", 19200)
    tcp = build_line(spec("x", LineSpec("tcp", {"host": "printer"})))
    assert isinstance(tcp, TcpLine)
    assert (tcp.host, tcp.port) == ("printer", 9100)
    assert byte_seconds(spec("x", SERIAL)) == pytest.approx(10 / 9600)
    options = {"port": "/dev/ttyS9", "baud": 9600, "parity": "E", "stopbits": 2}
    assert byte_seconds(spec("x", LineSpec("serial", options))) == pytest.approx(12 / 9600)
    assert byte_seconds(spec("x", LineSpec("tcp", {"host": "printer"}))) == 0.0


STRIP: dict[str, Any] = {"id": "strip-1", "address": 1}
PAD: dict[str, Any] = {"id": "pad-1", "address": 1}


@pytest.mark.parametrize(
    ("kind", "line", "options", "key", "expected"),
    [
        ("lamp", SERIAL, {}, "kind", "expected one of 'aabb-strip', 'ff68-pad'"),
        ("aabb-strip", None, {"screens": [STRIP]}, "line", "is missing, expected a table with kind ="),
        ("aabb-strip", LineSpec("usb"), {"screens": [STRIP]}, "line.kind", "expected 'serial' or 'tcp'"),
        ("aabb-strip", LineSpec("serial"), {"screens": [STRIP]}, "line.port", "is missing, expected text"),
        (
            "aabb-strip",
            LineSpec("serial", {"port": "/dev/x", "baud": "9600"}),
            {"screens": [STRIP]},
            "line.baud",
            "expected a whole number, got '9600'",
        ),
        (
            "aabb-strip",
            LineSpec("serial", {"port": "/dev/x", "parity": "X"}),
            {"screens": [STRIP]},
            "line.parity",
            "expected one of 'N', 'E', 'O'",
        ),
        (
            "aabb-strip",
            LineSpec("serial", {"port": "/dev/x", "stopbits": True}),
            {"screens": [STRIP]},
            "line.stopbits",
            "expected one of 1, 2",
        ),
        (
            "aabb-strip",
            LineSpec("tcp", {"host": "x", "port": 70_000}),
            {"screens": [STRIP]},
            "line.port",
            "expected a whole number, 1..65535, got 70000",
        ),
        ("aabb-strip", SERIAL, {}, "screens", "is missing, expected a list"),
        ("aabb-strip", SERIAL, {"screens": []}, "screens", "length 1..64, got []"),
        ("aabb-strip", SERIAL, {"screens": "strip-1"}, "screens", "expected a list"),
        ("aabb-strip", SERIAL, {"screens": [STRIP], "gap": 1}, "gap", "unknown key, expected one of screens"),
        ("aabb-strip", SERIAL, {"screens": [STRIP], "gap_ms": 0.1}, "gap_ms", "expected a whole number"),
        ("aabb-strip", SERIAL, {"screens": [STRIP, STRIP]}, "screens[1].id", "'strip-1' is taken"),
        (
            "aabb-strip",
            SERIAL,
            {"screens": [STRIP, {"id": "strip-2", "address": 1}]},
            "screens[1].address",
            "1 is taken",
        ),
        (
            "aabb-strip",
            SERIAL,
            {"screens": [{**STRIP, "address": 256}]},
            "screens[0].address",
            "expected 0..255",
        ),
        ("aabb-strip", SERIAL, {"screens": [{**STRIP, "cell": 1}]}, "screens[0].cell", "unknown key"),
        (
            "aabb-strip",
            SERIAL,
            {"screens": [{**STRIP, "style": {"color": 256}}]},
            "screens[0].style.color",
            "expected 0..255, got 256",
        ),
        ("ff68-pad", SERIAL, {"pads": [PAD], "dedupe_ms": -1}, "dedupe_ms", "0..10000, got -1"),
        (
            "ff68-pad",
            SERIAL,
            {"pads": [{**PAD, "address": None}]},
            "pads[0].address",
            "expected a whole number",
        ),
        ("ff68-pad", SERIAL, {"pads": [PAD], "half_duplex": "no"}, "half_duplex", "expected true or false"),
    ],
)
def test_a_refusal_says_where_and_what(
    kind: str, line: LineSpec | None, options: Mapping[str, object], key: str, expected: str
) -> None:
    with pytest.raises(BadOption) as refused:
        build_device(DeviceSpec("dev-1", kind, line, options), ENV)
    assert (refused.value.device, refused.value.key) == ("dev-1", key)
    assert expected in refused.value.expected
    assert str(refused.value).startswith(f"device 'dev-1': {key}: ")
