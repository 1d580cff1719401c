"""The cable of memory behaves as a wire does."""

from __future__ import annotations

import threading

import pytest

from device_drivers.errors import LinkDown
from device_drivers.lines.descriptor import PortMissing
from tests.device_drivers.memory_line import BUFFER_LIMIT, memory_pair


def test_bytes_go_both_ways_and_opening_flushes() -> None:
    host, device = memory_pair("line-test")
    host.open()
    host.write(b"nobody listens")
    device.open()
    host.write(b"one")
    host.write(b"two")
    assert device.read(0.0) == b"onetwo"
    device.write(b"stale")
    host.open()
    assert host.read(0.0) == b""


def test_a_pulled_cable_is_link_down_until_it_is_back() -> None:
    host, device = memory_pair("line-test")
    host.open()
    device.open()
    host.unplug()
    for call in (lambda: host.read(60), lambda: host.write(b"x"), lambda: device.read(60)):
        with pytest.raises(LinkDown):
            call()
    with pytest.raises(PortMissing):
        host.open()
    device.replug()
    host.open()
    host.write(b"again")
    assert device.read(0.0) == b"again"


def test_pulling_the_cable_or_a_cancel_ends_a_read() -> None:
    host, device = memory_pair("line-test")
    host.open()
    device.open()
    ends: list[str] = []

    def read() -> None:
        ends.append(repr(host.read(60)))
        try:
            host.read(60)
        except LinkDown:
            ends.append("down")

    reader = threading.Thread(target=read)
    reader.start()
    host.cancel_read()
    while not ends:
        reader.join(0.002)
    device.unplug()
    reader.join(10)
    assert ends == ["b''", "down"]


def test_an_end_that_does_not_read_is_bounded() -> None:
    host, device = memory_pair("line-test")
    host.open()
    device.open()
    host.write(bytes(BUFFER_LIMIT))
    with pytest.raises(LinkDown, match="does not read"):
        host.write(b"x")
