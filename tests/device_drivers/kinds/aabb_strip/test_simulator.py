"""Strips show what frames say, and nothing that is no frame of theirs."""

from __future__ import annotations

import pytest

from device_drivers.kinds.aabb_strip.codec import ALL_SCREENS, STORE, StripFrame, encode_strip
from device_drivers.kinds.aabb_strip.link import StripOptions, StripScreen
from device_drivers.kinds.aabb_strip.simulator import (
    KEPT_TEXTS,
    SIMULATION,
    ScreenSpec,
    SimulatedStripBus,
    StripBusSpec,
    StripChecksum,
)
from device_drivers.simulation.listener import SILENCE_S

# Published frame, sum of properties and text.
WELCOME = bytes.fromhex("AA 01 BB 51 54 72 01 00 00 02 63 41 42 BB B6 D3 AD B9 E2 C1 D9 31 32 FF")


def bus(checksum: StripChecksum = "text") -> SimulatedStripBus:
    screens = (ScreenSpec(id="strip-1", address=1), ScreenSpec(id="strip-2", address=2))
    spec = StripBusSpec(id="strips", kind="aabb-strip", checksum=checksum, screens=screens)
    return SimulatedStripBus(spec, lambda *_: None)


def texts(strips: SimulatedStripBus) -> list[str | None]:
    return [screen["text"] for screen in strips.state()["screens"]]


@pytest.mark.parametrize("size", [1, 3, 100])
def test_a_published_frame_lights_its_strip(size: int) -> None:
    strips = bus()
    for at in range(0, len(WELCOME), size):
        strips.receive(WELCOME[at : at + size], 5.0)
    screen = strips.state()["screens"][0]
    assert (screen["text"], screen["color"], screen["play"], screen["speed"], screen["stay"]) == (
        "AB欢迎光临12", 2, 1, 0, 0,
    )
    assert screen["at_s"] == 5.0
    assert texts(strips)[1] is None


def test_a_broadcast_lights_all() -> None:
    strips = bus()
    strips.receive(encode_strip(StripFrame(addr=ALL_SCREENS, text="停止服务".encode("gbk"))), 0.0)
    assert texts(strips) == ["停止服务", "停止服务"]


def test_a_stored_text_is_not_shown() -> None:
    strips = bus()
    strips.receive(encode_strip(StripFrame(addr=1, text=b"later", valid=None, cmd=STORE)), 0.0)
    assert texts(strips) == [None, None]
    assert strips.state()["screens"][0]["stored"] == "later"


def test_a_wrong_sum_is_counted_and_ignored() -> None:
    strips = bus()
    strips.receive(WELCOME[:-2] + b"3\xff" + WELCOME, 0.0)
    assert texts(strips)[0] == "AB欢迎光临12"
    counters = strips.state()["counters"]
    assert (counters["frames"], counters["bad_frames"]) == (1, 1)


def test_the_variant_whose_sum_counts_the_end() -> None:
    strips = bus("with_ff")
    strips.receive(WELCOME, 0.0)
    assert texts(strips)[0] is None
    strips.receive(encode_strip(StripFrame(addr=2, text=b"B2"), sum_with_end=True), 0.0)
    assert texts(strips)[1] == "B2"


def test_a_frame_for_nobody_is_counted() -> None:
    strips = bus()
    strips.receive(encode_strip(StripFrame(addr=9, text=b"x")), 0.0)
    assert strips.state()["counters"]["other_address"] == 1


def test_a_frame_cut_short_does_not_swallow_the_next_one() -> None:
    strips = bus()
    strips.receive(WELCOME[:10], 1.0)
    assert strips.due_s() == 1.0 + SILENCE_S
    assert not strips.tick(1.1)
    assert strips.tick(1.0 + SILENCE_S)
    strips.receive(WELCOME, 2.0)
    assert texts(strips)[0] == "AB欢迎光临12"
    assert strips.due_s() is None


def test_history_is_bounded_and_power_off_is_dark() -> None:
    strips = bus()
    for number in range(KEPT_TEXTS + 5):
        strips.receive(encode_strip(StripFrame(addr=1, text=b"A%03d" % number)), float(number))
    history = strips.state()["screens"][0]["history"]
    assert len(history) == KEPT_TEXTS
    assert history[-1]["text"] == texts(strips)[0] == "A024"
    strips.power_off()
    assert texts(strips) == [None, None]


def test_each_strip_of_a_bus_adds_up_as_its_own_board_does() -> None:
    options = StripOptions(screens=(StripScreen("a", 1), StripScreen("b", 2, sum_with_end=True)))
    assert SIMULATION.stand_in(options, str)["screens"][1]["checksum"] == "with_ff"  # type: ignore[index]
    screens = (ScreenSpec(id="a", address=1), ScreenSpec(id="b", address=2, checksum="with_ff"))
    strips = SimulatedStripBus(StripBusSpec(id="strips", kind="aabb-strip", screens=screens), lambda *_: None)
    for addr, with_end in ((1, False), (2, True), (1, True), (2, False)):
        strips.receive(encode_strip(StripFrame(addr=addr, text=b"A023"), sum_with_end=with_end), 0.0)
    assert [screen["frames"] for screen in strips.state()["screens"]] == [1, 1]
    assert strips.state()["counters"]["bad_frames"] == 2
