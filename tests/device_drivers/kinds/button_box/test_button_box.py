"""Boxes of buttons: one number a finger, noise, answers, and a box on a real line."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from msgspec import convert

from device_drivers.events import TicketAsked
from device_drivers.kinds.button_box.link import BoxLink, BoxOptions
from device_drivers.options import BadOption
from device_drivers.ports import Given
from tests.mutations import mutate

OPTIONS: dict[str, Any] = {
    "frame": "A0 key xor", "buttons": {"01": "idcard", "0b": "tax"}, "given": "A1 ticket:4 xor", "refused": "A1 FF xor",
}
PRESS, TAX = bytes.fromhex("A0 01 A1"), bytes.fromhex("A0 0B AB")


def link(**more: Any) -> BoxLink:
    return BoxLink("box", convert({**OPTIONS, **more}, BoxOptions))


def test_one_number_a_finger() -> None:
    box = link()
    assert box.receive(PRESS * 5, 10.0) == [TicketAsked("box", "01")]
    assert box.receive(TAX, 11.0) == []
    assert box.receive(TAX, 11.6) == [TicketAsked("box", "0b")]
    assert box.receive(bytes.fromhex("A0 07 A7"), 20.0) == []
    assert (box.counters["held"], box.counters["unused_frames"]) == (5, 1)


def test_behind_noise_a_press_counts_when_it_comes_again() -> None:
    box = link()
    assert box.receive(b"\x00\xff" + PRESS, 10.0) == []
    assert box.receive(PRESS, 10.5) == [TicketAsked("box", "01")]


def test_what_the_box_is_told() -> None:
    box = link()
    box.answer("box", Given(ask="", number="A1023", ahead=3))
    box.answer("box", Given(ask="", refused="day_closed"))
    assert box.take_output() == b"A1023".replace(b"A1023", b"\xa11023") + bytes([0xA1 ^ 0x31 ^ 0x30 ^ 0x32 ^ 0x33]) + (
        bytes.fromhex("A1 FF 5E")
    )
    assert box.take_output() == b""


@pytest.mark.parametrize(("more", "key"), [({"frame": "A0"}, "frame"), ({"given": "hello"}, "given")])
def test_a_drawing_that_is_none_is_refused(more: dict[str, Any], key: str) -> None:
    with pytest.raises(BadOption) as refused:
        link(**more)
    assert refused.value.key == key


def test_of_damaged_presses_hardly_one_draws_a_number(dice: Random) -> None:
    box, damaged, drawn = link(), 0, 0
    for n in range(5000):
        data = mutate(dice.choice((PRESS, TAX)), dice)
        if PRESS in data or TAX in data:
            continue
        damaged += 1
        drawn += len(box.receive(data, 5.0 * n)) + len(box.tick(5.0 * n + 1))
    assert damaged > 3000
    assert drawn / damaged < 0.002


def test_a_box_on_a_real_line(on_bench: Any, wait_until: Any) -> None:
    told: list[TicketAsked] = []
    driver, bench = on_bench("button-box", OPTIONS, told.append)
    wait_until(lambda: driver.health().state == "ready")
    bench.fault("button-box", "bounce")
    bench.press("button-box", "button-box", "tax")
    wait_until(lambda: driver.health().counters["held"] == 4)
    assert told == [TicketAsked("button-box", "0b")]
    driver.answer("button-box", Given(ask="", number="A023"))
    wait_until(lambda: bench.shown("button-box")["counters"]["acks"] == 1)
