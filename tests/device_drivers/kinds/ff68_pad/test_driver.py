"""Pads at work over a cable of memory and over a real pseudo terminal."""

from __future__ import annotations

from typing import Any

from device_drivers.events import KeyPressed
from device_drivers.kinds.ff68_pad.codec import FUNC_BEEP, PadFrame, display_frame, encode_pad
from device_drivers.kinds.ff68_pad.driver import NAME, PadBus
from device_drivers.kinds.ff68_pad.link import PadLink, PadPlace
from device_drivers.lines.serial_port import SerialLine, SerialOptions
from tests.device_drivers.memory_line import memory_pair

PADS = [PadPlace("pad-1", 1), PadPlace("pad-2", 22)]
CALL = encode_pad(PadFrame(1, 1, b"\x0c"))


def test_a_press_reaches_the_hall_and_is_answered(world: Any, started: Any, wait_until: Any) -> None:
    host, device = memory_pair("line-pads")
    device.open()
    presses: list[KeyPressed] = []
    bus = started(PadBus("pads", NAME, host, PadLink(PADS), on_event=presses.append, **world))
    wait_until(lambda: bus.health().state == "ready")
    for byte in CALL:
        device.write(bytes([byte]))
    assert device.read(5.0) == CALL
    assert presses == [KeyPressed("pad-1", "call")]
    assert bus.health().kind == "ff68-pad"
    assert bus.health().counters["presses"] == 1


def test_displays_and_beeps_go_out(world: Any, started: Any, wait_until: Any) -> None:
    host, device = memory_pair("line-pads")
    device.open()
    bus = PadBus("pads", NAME, host, PadLink(PADS, gap_s=0.0), on_event=lambda _: None, **world)
    bus.display("pad-1", waiting=4, ticket="A022")
    bus.display("pad-1", waiting=3, ticket="A023")
    bus.display("pad-2", waiting=3, ticket=None)
    started(bus)
    heard = bytearray()

    def all_heard() -> bool:
        heard.extend(device.read(0.01))
        return len(heard) >= 30

    wait_until(all_heard)
    bus.beep("pad-2")
    assert bytes(heard) == encode_pad(display_frame(1, 3, "023")) + encode_pad(display_frame(22, 3, None))
    assert device.read(5.0) == encode_pad(PadFrame(22, FUNC_BEEP))


def test_a_pulled_adapter_presses_nothing_and_comes_back(
    port: Any, world: Any, started: Any, wait_until: Any
) -> None:
    presses: list[KeyPressed] = []
    line = SerialLine("line-pads", SerialOptions(port=str(port.path)))
    bus = started(PadBus("pads", NAME, line, PadLink(PADS), on_event=presses.append, **world))
    bus.display("pad-1", waiting=3, ticket="A023")
    display = encode_pad(display_frame(1, 3, "023"))
    assert port.heard(len(display)) == display
    port.say(CALL[:5])
    wait_until(lambda: bus.health().counters["bytes_in"] == 5)
    port.unplug()
    wait_until(lambda: bus.health().state == "disconnected")
    port.replug()
    assert port.heard(len(display)) == display
    # Behind the rest of the frame before, a press is believed when the pad repeats it.
    port.say(CALL[5:] + encode_pad(PadFrame(22, 9, b"\x0d")) * 2)
    wait_until(lambda: presses)
    assert presses == [KeyPressed("pad-2", "recall")]
