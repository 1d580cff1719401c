"""One port for several devices: one frame after the other, what comes in for all, and one cable for all."""

from __future__ import annotations

import queue
import random
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from device_drivers.errors import LinkDown
from device_drivers.events import KeyPressed
from device_drivers.kinds.ff68_pad.codec import PadFrame, encode_pad
from device_drivers.lines.shared import SharedBus, SharedLine
from device_drivers.options import DeviceSpec, Environment, LineSpec
from device_drivers.ports import ScreenText
from device_drivers.registry import build_device
from tests.device_drivers.conftest import PullablePort
from tests.device_drivers.memory_line import MemoryLine, memory_pair

TURN_S = 0.02


@pytest.fixture
def bus() -> tuple[SharedLine, SharedLine, MemoryLine]:
    """Two places on a bus, and the far end of its wire."""
    near, far = memory_pair("bus")
    far.open()
    shared = SharedBus(near, turn_s=TURN_S, byte_s=0.001, echo=True)
    return SharedLine("a", shared), SharedLine("b", shared), far


Bus = tuple[SharedLine, SharedLine, MemoryLine]


def test_everybody_hears_what_comes_and_nobody_our_own_bytes(bus: Bus) -> None:
    a, b, far = bus
    a.open()
    b.open()
    far.write(b"hello")
    assert (a.read(5.0), b.read(5.0)) == (b"hello", b"hello")
    a.write(b"1234")
    assert far.read(5.0) == b"1234"
    far.write(b"1234answer")
    assert (a.read(5.0), b.read(5.0)) == (b"answer", b"answer")
    a.close()
    b.cancel_read()
    assert b.read(5.0) == b""
    b.close()
    with pytest.raises(LinkDown, match="is not open"):
        a.write(b"x")


def test_frames_go_one_after_the_other_with_silence_between(bus: Bus) -> None:
    a, b, far = bus
    a.open()
    b.open()
    began = time.monotonic()
    threads = [threading.Thread(target=line.write, args=(bytes(10),)) for line in (a, b) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5.0)
    # The last one has waited for five frames of ten milliseconds and their silences.
    assert time.monotonic() - began >= 5 * (0.01 + TURN_S)
    heard = b""
    while len(heard) < 60:
        heard += far.read(5.0)
    a.close()
    b.close()


def test_when_the_cable_goes_it_goes_for_all_and_comes_back_for_all(bus: Bus) -> None:
    a, b, far = bus
    a.open()
    b.open()
    far.unplug()
    for line in (a, b):
        with pytest.raises(LinkDown):
            line.read(5.0)
    a.close()
    with pytest.raises(LinkDown):
        a.open()
    b.close()
    far.replug()
    far.open()
    a.open()
    b.open()
    far.write(b"again")
    assert (a.read(5.0), b.read(5.0)) == (b"again", b"again")
    a.close()
    b.close()


def test_strips_and_pads_on_one_port(port: PullablePort, started: Any, wait_until: Callable[..., None]) -> None:
    pressed: queue.SimpleQueue[Any] = queue.SimpleQueue()
    line = LineSpec("serial", {"port": str(port.path), "shared": True, "turn_ms": 5})
    env = Environment(time.monotonic, random.Random(1), pressed.put)
    strips: Any = build_device(
        DeviceSpec("strips", "aabb-strip", line, {"screens": [{"id": "s", "address": 1}], "gap_ms": 1}), env
    )
    pads: Any = build_device(DeviceSpec("pads", "ff68-pad", line, {"pads": [{"id": "p", "address": 2}]}), env)
    started(strips)
    started(pads)
    strips.show("s", ScreenText("A"))
    pads.display("p", waiting=3, ticket="023")
    assert len(port.heard(13 + 15)) == 28, "both were told, neither over the other"
    press = encode_pad(PadFrame(2, 1, b"\x0c"))
    port.say(press)
    assert pressed.get(timeout=5) == KeyPressed("p", "call")
    assert port.heard(len(press)) == press, "the pad is answered"
    port.unplug()
    wait_until(lambda: strips.health().state == pads.health().state == "disconnected")
    port.replug()
    wait_until(lambda: strips.health().state == pads.health().state == "ready")
    assert len(port.heard(13 + 15)) == 28, "both are told again"
