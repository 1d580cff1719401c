"""Keypads that are keyboards: keys, digits before them, bounces, and one on a real line."""

from __future__ import annotations

from typing import Any

import pytest

from device_drivers.events import KeyPressed
from device_drivers.families.hid.events import DOWN, KEY, UP, InputEvent, encode_event, keys
from device_drivers.families.hid.keys import CODES
from device_drivers.kinds.hid_keypad.link import USUAL, HidPadLink
from device_drivers.options import BadOption, DeviceSpec, Environment, LineSpec
from device_drivers.registry import build_device


def typing(*names: str) -> bytes:
    return b"".join(keys(CODES[name]) for name in names)


def test_the_usual_keys() -> None:
    pad = HidPadLink("k", USUAL)
    assert pad.receive(typing("kp_enter"), 1.0) == [KeyPressed("k", "call")]
    assert pad.receive(typing("kp_+", "kp_-"), 2.0) == [KeyPressed("k", "recall"), KeyPressed("k", "miss")]
    assert pad.receive(typing("kp_1", "kp_2", "kp_/"), 3.0) == [KeyPressed("k", "transfer", 12)]
    assert pad.receive(typing("q", "num_lock"), 4.0) == []
    assert pad.counters["unused_keys"] == 2


def test_held_down_and_bounced_it_is_one_touch() -> None:
    pad = HidPadLink("k", USUAL)
    held = b"".join(encode_event(InputEvent(KEY, CODES["enter"], way)) for way in (DOWN, 2, 2, UP))
    assert pad.receive(held, 1.0) == [KeyPressed("k", "call")]
    assert pad.receive(typing("enter"), 1.03) == []
    assert pad.receive(typing("enter"), 1.5) == [KeyPressed("k", "call")]
    assert pad.counters["bounces"] == 1


@pytest.mark.parametrize(("keys_", "key"), [({"enterr": "call"}, "keys.enterr"), ({"enter": "cal"}, "keys.enter")])
def test_a_key_that_is_none_is_refused(keys_: dict[str, str], key: str, world: Any) -> None:
    spec = DeviceSpec("k", "hid-keypad", LineSpec("evdev", {"port": "/dev/input/by-id/x"}), {"keys": keys_})
    with pytest.raises(BadOption) as refused:
        build_device(spec, Environment(world["monotonic"], world["rng"]))
    assert refused.value.key == key


def test_on_a_real_line(on_bench: Any, wait_until: Any) -> None:
    told: list[object] = []
    driver, bench = on_bench("hid-keypad", {"keys": {"f1": "call", "kp_/": "transfer"}}, told.append)
    wait_until(lambda: driver.health().state == "ready")
    bench.press("hid-keypad", "hid-keypad", "call")
    bench.press("hid-keypad", "hid-keypad", "transfer", "3")
    wait_until(lambda: len(told) == 2)
    assert told == [KeyPressed("hid-keypad", "call"), KeyPressed("hid-keypad", "transfer", 3)]
