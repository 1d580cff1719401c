"""Ticket machines behind a broker: asked, told, told again, and what is nobody's asking."""

from __future__ import annotations

import json
from typing import Any

import pytest

from device_drivers.codecs.message import Message, message_of
from device_drivers.errors import BadField
from device_drivers.events import TicketAsked
from device_drivers.kinds.mqtt_machine.codec import MQTT_MACHINE, read_ask
from device_drivers.kinds.mqtt_machine.link import A_SECOND, Machine, MqttMachineLink
from device_drivers.ports import Given

MACHINE = Machine(id="m1", topic="machines/1", buttons={"1": "idcard"})


def ask(id_: object, button: object = "1", retain: bool = False) -> Message:
    return message_of("machines/1/ask", {"id": id_, "button": button}, retain)


def test_asked_and_told() -> None:
    link = MqttMachineLink((MACHINE,))
    assert link.receive((ask("a-1"),), 1.0) == [TicketAsked("m1", "1", "a-1")]
    link.answer("m1", Given(ask="a-1", number="A023", ahead=4))
    link.answer("m1", Given(ask="a-2", refused="day_closed"))
    said = [(message.topic, json.loads(message.payload)) for message in link.take_output()]
    assert said == [
        ("machines/1/number", {"id": "a-1", "number": "A023", "ahead": 4}),
        ("machines/1/number", {"id": "a-2", "refused": "day_closed"}),
    ]


def test_what_a_broker_kept_and_what_comes_too_often_is_not_asked() -> None:
    link = MqttMachineLink((MACHINE,))
    assert link.receive((ask("a", retain=True),), 1.0) == []
    asked = link.receive(tuple(ask(f"a-{n}") for n in range(A_SECOND + 3)), 2.0)
    assert len(asked) == A_SECOND
    assert len(link.receive((ask("b"),), 3.5)) == 1
    assert (link.counters["retained"], link.counters["too_often"]) == (1, 3)


@pytest.mark.parametrize("payload", [
    b"", b"[]", b"{}", b'{"id": "a"}', b'{"id": 7, "button": "1"}', b'{"id": "a b", "button": "1"}', b"\xff",
    b"[" * 3000,
    b'{"id": "a", "button": "1", "name": "Zhang"}', b'{"id": "' + b"a" * 41 + b'", "button": "1"}',
])
def test_what_is_no_asking(payload: bytes) -> None:
    assert read_ask(payload) is None
    assert MqttMachineLink((MACHINE,)).receive((Message("machines/1/ask", payload),), 1.0) == []


def test_fields_without_a_word_are_refused() -> None:
    with pytest.raises(BadField, match="word"):
        MQTT_MACHINE.encode({"topic": "x", "button": "1"})


def test_a_machine_that_does_not_hear_asks_again_on_a_real_line(on_bench: Any, wait_until: Any) -> None:
    told: list[TicketAsked] = []
    machines = [{"id": "m1", "topic": "machines/1", "buttons": {"1": "idcard", "2": "tax"}}]
    driver, bench = on_bench("mqtt-machine", {"machines": machines}, told.append)
    wait_until(lambda: bench.shown("mqtt-machine")["counters"]["bytes_in"] > 40)
    bench.fault("mqtt-machine", "deaf")
    bench.press("mqtt-machine", "m1", "2")
    wait_until(lambda: told)
    driver.answer("m1", Given(ask=told[0].ask, number="B001"))
    wait_until(lambda: len(told) == 2)
    assert told[0] == told[1] == TicketAsked("m1", "2", "sim-1")
