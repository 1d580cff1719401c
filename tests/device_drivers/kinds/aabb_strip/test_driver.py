"""Strips at work over a cable of memory and over a real pseudo terminal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from device_drivers.base.screens import ScreenBus, nothing_to_tell
from device_drivers.codecs.codec import FrameStream
from device_drivers.errors import Misuse
from device_drivers.kinds.aabb_strip.codec import LONGEST, StripFrame, decode_strip
from device_drivers.kinds.aabb_strip.link import StripEncoder, StripScreen
from device_drivers.lines.serial_port import SerialLine, SerialOptions
from device_drivers.links.screens import ScreensLink
from device_drivers.ports import ByteLine, ScreenText
from tests.device_drivers.memory_line import memory_pair

SCREENS = [StripScreen("strip-1", 1), StripScreen("strip-2", 2)]
CALL = ScreenText("请A023号到2号窗口", lit=True)
CALM = ScreenText("1号窗口")


def bus_of(line: ByteLine, world: dict[str, Any], **timing: float) -> ScreenBus:
    link = ScreensLink([screen.id for screen in SCREENS], StripEncoder(SCREENS), **timing)
    return ScreenBus("strips", "aabb-strip", line, link, on_event=nothing_to_tell, **world)


class Boards:
    """Reads the wire as boards do and keeps what each shows."""

    def __init__(self, read: Callable[[], bytes]) -> None:
        self._read = read
        self._stream: FrameStream[StripFrame] = FrameStream(decode_strip, LONGEST)
        self.shown: dict[int, str] = {}
        self.frames = 0

    def show(self, addr: int, text: str) -> bool:
        for frame in self._stream.feed(self._read()):
            self.shown[frame.addr] = frame.text.decode("gbk")
            self.frames += 1
        return self.shown.get(addr) == text


def test_every_screen_gets_its_newest_text(world: Any, started: Any, wait_until: Any) -> None:
    host, device = memory_pair("line-strips")
    device.open()
    bus = started(bus_of(host, world, gap_s=0.001))
    boards = Boards(lambda: device.read(0.01))
    bus.show("strip-1", CALM)
    for number in range(50):
        bus.show("strip-2", ScreenText(f"A{number:03}", lit=True))
    bus.show("strip-2", CALL)
    wait_until(lambda: boards.show(2, CALL.text) and boards.show(1, CALM.text))
    wait_until(lambda: all(state.desired == state.reported for state in bus.screens()))
    assert boards.frames <= 52
    assert bus.health().kind == "aabb-strip"
    assert bus.health().counters["frames"] == boards.frames


def test_texts_shown_before_the_start_go_out_when_the_line_opens(
    world: Any, started: Any, wait_until: Any
) -> None:
    host, device = memory_pair("line-strips")
    device.open()
    bus = bus_of(host, world)
    bus.show("strip-1", CALL)
    assert [state.reported for state in bus.screens()] == [None, None]
    started(bus)
    boards = Boards(lambda: device.read(0.01))
    wait_until(lambda: boards.show(1, CALL.text))


def test_an_unknown_screen_is_refused_to_the_caller(world: Any) -> None:
    host, _device = memory_pair("line-strips")
    with pytest.raises(Misuse, match="strip-9"):
        bus_of(host, world).show("strip-9", CALM)


def test_a_pulled_adapter_comes_back_with_the_whole_state(
    port: Any, world: Any, started: Any, wait_until: Any
) -> None:
    bus = started(bus_of(SerialLine("line-strips", SerialOptions(port=str(port.path))), world, gap_s=0.0))
    bus.show("strip-1", CALM)
    bus.show("strip-2", CALM)
    boards = Boards(lambda: port.heard(1))
    wait_until(lambda: boards.show(1, CALM.text))
    wait_until(lambda: boards.show(2, CALM.text))
    port.unplug()
    wait_until(lambda: bus.health().state == "disconnected")
    assert [state.reported for state in bus.screens()] == [None, None]
    bus.show("strip-2", CALL)
    port.replug()
    boards = Boards(lambda: port.heard(1))
    wait_until(lambda: boards.show(2, CALL.text))
    wait_until(lambda: boards.show(1, CALM.text))
    wait_until(lambda: all(state.desired == state.reported for state in bus.screens()))
    assert boards.frames == 2
