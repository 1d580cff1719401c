"""Wireless buttons: what each kind of them says, what is no press, and a broker on a real line."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest

from device_drivers.codecs.message import Message, message_of
from device_drivers.errors import BadFrame
from device_drivers.events import KeyPressed, Rated
from device_drivers.kinds.mqtt_button.codec import SHELLY, ZIGBEE, Pressed, pressed
from device_drivers.kinds.mqtt_button.link import REMEMBERED_S, Button, ButtonLink
from tests.mutations import mutate

SHELLY1 = Button(id="s1", device="shellies/b", speaks="shelly1", double="recall", long="rate-5")
SHELLY2 = Button(id="s2", device="plus", speaks="shelly2", button=1)
ZIGBEE1 = Button(id="z", device="zigbee2mqtt/pad", speaks="zigbee", triple="pause")


def gen1(event: str, count: int, retain: bool = False) -> Message:
    return message_of("shellies/b/input_event/0", {"event": event, "event_cnt": count}, retain)


def rpc(component: str, event: str, ts: float) -> Message:
    return message_of("plus/events/rpc", {
        "method": "NotifyEvent", "params": {"events": [{"component": component, "event": event, "ts": ts}]},
    })


def action(said: object) -> Message:
    return message_of("zigbee2mqtt/pad", {"action": said, "battery": 97})


@pytest.mark.parametrize(
    ("said", "button", "push"),
    [
        ("single", 0, "short"), ("1_single", 1, "short"), ("button_2_double", 2, "double"), ("single_3", 3, "short"),
        ("left_hold", 1, "long"), ("on", 0, "short"), ("hold", 0, "long"), ("tripple", 0, "triple"),
    ],
)
def test_what_zigbee_remotes_call_it(said: str, button: int, push: str) -> None:
    assert pressed("zigbee", "zigbee2mqtt/pad", action(said)) == Pressed(button, push, "")  # type: ignore[arg-type]


@pytest.mark.parametrize("said", ["", None, 7, "release", "wakeup", "single_double", ["single"]])
def test_what_is_no_press(said: object) -> None:
    assert pressed("zigbee", "zigbee2mqtt/pad", action(said)) is None


def test_each_press_is_told_once() -> None:
    link = ButtonLink((SHELLY1, SHELLY2, ZIGBEE1))
    assert link.receive((gen1("S", 7),), 1.0) == [KeyPressed("s1", "call")]
    assert link.receive((gen1("S", 7), gen1("SS", 8)), 1.1) == [KeyPressed("s1", "recall")]
    assert link.receive((gen1("S", 7),), 30.0) == [], "delivered again after a reconnect"
    assert link.receive((gen1("L", 9),), 40.0) == [Rated("s1", 0)]
    assert link.receive((gen1("S", 7),), 41.0 + 2 * REMEMBERED_S) == [KeyPressed("s1", "call")], "it was switched off"
    assert link.receive((rpc("input:1", "single_push", 5.0), rpc("input:1", "single_push", 5.0)), 50.0) == [
        KeyPressed("s2", "call")
    ]
    assert link.receive((rpc("input:0", "single_push", 6.0), rpc("input:1", "btn_down", 7.0)), 51.0) == []
    on_both = (action("single"), message_of("zigbee2mqtt/pad/action", "single"), action(""))
    assert link.receive(on_both, 60.0) == [KeyPressed("z", "call")]
    assert link.receive((action("single"),), 61.0) == [KeyPressed("z", "call")]
    assert link.receive((action("triple"),), 61.1) == [KeyPressed("z", "pause")]


def test_what_a_broker_kept_is_no_press() -> None:
    link = ButtonLink((SHELLY1,))
    assert link.receive((gen1("S", 7, retain=True),), 1.0) == []
    assert link.counters["retained"] == 1
    kept = json.dumps({"topic": "shellies/b/input_event/0", "payload": {"event": "S"}, "retain": True}).encode()
    for written in (kept, kept.replace(b'"retain"', b'"retained"')):
        found = SHELLY.decode(written)
        assert found.warnings
        assert found.fields["press"] is None


def test_damaged_messages_raise_nothing(dice: Random) -> None:
    link = ButtonLink((SHELLY1, SHELLY2, ZIGBEE1))
    for _ in range(2000):
        good = dice.choice((gen1("S", dice.randrange(99)), rpc("input:1", "single_push", 1.0), action("single")))
        topic = mutate(good.topic.encode(), dice).decode("utf-8", "replace")
        link.receive((Message(topic, mutate(good.payload, dice)), Message(good.topic, mutate(good.payload, dice))), 1.0)
    assert len(link._marks) <= 100
    for data in (b"", b"[]", b"{}", b"\xff", b'{"topic": "x", "payload": "y"}', b"[" * 5000):
        for codec in (SHELLY, ZIGBEE):
            with pytest.raises(BadFrame):
                codec.decode(data)


def test_buttons_on_a_real_line(on_bench: Any, wait_until: Any) -> None:
    told: list[object] = []
    pads = [
        {"id": "s1", "device": "shellies/b", "speaks": "shelly1"},
        {"id": "s2", "device": "plus", "speaks": "shelly2", "button": 1},
        {"id": "z", "device": "zigbee2mqtt/pad", "speaks": "zigbee"},
    ]
    driver, bench = on_bench("mqtt-button", {"pads": pads}, told.append)
    wait_until(lambda: bench.shown("mqtt-button")["counters"]["bytes_in"] > 60)  # logged in, and listens
    bench.fault("mqtt-button", "twice")
    for pad in ("s1", "s2", "z"):
        bench.press("mqtt-button", pad, "call")
    wait_until(lambda: len(told) == 3 and driver.health().counters["repeats"] == 3)
    bench.clear_faults("mqtt-button")
    bench.fault("mqtt-button", "retained")
    bench.press("mqtt-button", "s1", "call")
    wait_until(lambda: driver.health().counters["retained"] == 1)
    assert told == [KeyPressed(pad, "call") for pad in ("s1", "s2", "z")]
