"""From the configuration's words to a driver; every refusal names device, key and what was expected."""

from __future__ import annotations

import random
import time
import typing
from collections.abc import Mapping
from typing import Any

import pytest
import serial

from device_drivers.base.screens import ScreenBus
from device_drivers.events import KeyPressed
from device_drivers.kinds.ff68_pad.driver import PadBus
from device_drivers.lines.options import build_line, byte_seconds
from device_drivers.lines.serial_port import Baud, SerialLine
from device_drivers.lines.tcp import TcpLine
from device_drivers.options import BadOption, DeviceSpec, Environment, LineSpec
from device_drivers.registry import KINDS, build_device

SERIAL = LineSpec("serial", {"port": "/dev/serial/by-id/usb-1"})
ENV = Environment(time.monotonic, random.Random(1))


def spec(kind: str, line: LineSpec | None = SERIAL, **options: object) -> DeviceSpec:
    return DeviceSpec("dev-1", kind, line, options)


def test_rates_are_those_of_serial_ports() -> None:
    assert list(typing.get_args(Baud)) == [rate for rate in serial.Serial.BAUDRATES if rate >= 300]


def test_a_strip_bus_is_built_closed_and_ready_to_start() -> None:
    screens = [
        {"id": "strip-1", "address": 1, "cells": 16},
        {"id": "strip-2", "address": 2, "style": {"color": 1}},
    ]
    bus = build_device(spec("aabb-strip", screens=screens, gap_ms=50, refresh_s=30), ENV)
    assert isinstance(bus, ScreenBus)
    assert bus.id == "dev-1"
    assert [state.screen for state in bus.screens()] == ["strip-1", "strip-2"]
    assert bus.health().state == "init"


def test_pads_are_built_with_the_hall_s_listener() -> None:
    presses: list[KeyPressed] = []
    env = Environment(time.monotonic, random.Random(1), presses.append)
    pads = build_device(spec("ff68-pad", pads=[{"id": "pad-1", "address": 1}]), env)
    assert isinstance(pads, PadBus)
    pads._on_event(KeyPressed("pad-1", "call"))
    assert presses == [KeyPressed("pad-1", "call")]


def test_the_kinds_of_the_first_hall_are_there() -> None:
    assert set(KINDS) >= {"aabb-strip", "ff68-pad", "escpos-printer", "speaker"}


def test_lines() -> None:
    serial = build_line(spec("x", LineSpec("serial", {"port": "/dev/ttyS9", "baud": 19200, "parity": "E"})))
    assert isinstance(serial, SerialLine)
    assert (serial.name, serial.port, serial.options.baud) == ("line-dev-1", "/dev/ttyS9", 19200)
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
        ("lamp", SERIAL, {}, "kind", "expected one of 'aabb-strip', "),
        ("aabb-strip", None, {"screens": [STRIP]}, "line", "is missing, expected a table with kind ="),
        ("aabb-strip", LineSpec("usb"), {"screens": [STRIP]}, "line.kind", "expected 'serial' or 'tcp'"),
        ("aabb-strip", LineSpec("serial"), {"screens": [STRIP]}, "line.port", "is missing"),
        (
            "aabb-strip",
            LineSpec("serial", {"port": "/dev/x", "baud": "9600"}),
            {"screens": [STRIP]},
            "line.baud",
            "Expected `int`, got `str`",
        ),
        (
            "aabb-strip",
            LineSpec("serial", {"port": "/dev/x", "parity": "X"}),
            {"screens": [STRIP]},
            "line.parity",
            "Invalid enum value 'X'",
        ),
        (
            "aabb-strip",
            LineSpec("serial", {"port": "/dev/x", "stopbits": True}),
            {"screens": [STRIP]},
            "line.stopbits",
            "Expected `int`, got `bool`",
        ),
        (
            "aabb-strip",
            LineSpec("tcp", {"host": "x", "port": 70_000}),
            {"screens": [STRIP]},
            "line.port",
            "Expected `int` <= 65535",
        ),
        ("aabb-strip", SERIAL, {}, "screens", "is missing"),
        ("aabb-strip", SERIAL, {"screens": []}, "screens", "Expected `array` of length >= 1"),
        ("aabb-strip", SERIAL, {"screens": "strip-1"}, "screens", "Expected `array`, got `str`"),
        ("aabb-strip", SERIAL, {"screens": [STRIP], "gap": 1}, "gap", "unknown key"),
        ("aabb-strip", SERIAL, {"screens": [STRIP], "gap_ms": 0.1}, "gap_ms", "Expected `int`"),
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
            "Expected `int` <= 255",
        ),
        ("aabb-strip", SERIAL, {"screens": [{**STRIP, "cell": 1}]}, "screens[0].cell", "unknown key"),
        (
            "aabb-strip",
            SERIAL,
            {"screens": [{**STRIP, "style": {"color": 256}}]},
            "screens[0].style.color",
            "Expected `int` <= 255",
        ),
        ("ff68-pad", SERIAL, {"pads": [PAD], "dedupe_ms": -1}, "dedupe_ms", "Expected `int` >= 0"),
        (
            "ff68-pad",
            SERIAL,
            {"pads": [{**PAD, "address": None}]},
            "pads[0].address",
            "Expected `int`",
        ),
        ("ff68-pad", SERIAL, {"pads": [PAD], "half_duplex": "no"}, "half_duplex", "Expected `bool`, got `str`"),
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
