"""Modbus LED boards: frames of another program, what of a text is shown, and a bus whose boards answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_drivers.codecs.codec import BrokenFrame
from device_drivers.errors import BadField
from device_drivers.kinds.modbus_led.codec import MODBUS_LED, cut_frame, write_one, write_several
from device_drivers.kinds.modbus_led.link import ModbusAnswers, ModbusEncoder, ModbusOptions, ModbusScreen
from device_drivers.links.answered_screens import AnsweredScreensLink
from device_drivers.ports import ScreenText
from tests.bench_watch import wait_for

# Examples of the Modbus specification, requests and answers.
SPECIFIED = {
    "11 03 00 6B 00 03 76 87": {"unit": 17, "register": 107, "count": 3},
    "11 03 06 AE 41 56 52 43 40 49 AD": {"unit": 17, "values": [0xAE41, 0x5652, 0x4340]},
    "11 10 00 01 00 02 04 00 0A 01 02 C6 F0": {"unit": 17, "register": 1, "values": [10, 258]},
    "11 10 00 01 00 02 12 98": {"unit": 17, "function": 16, "register": 1, "count": 2},
    "0A 81 02 B0 53": None,
}


@pytest.mark.parametrize("hex_", [hex_ for hex_, fields in SPECIFIED.items() if fields])
def test_the_examples_of_the_specification(hex_: str) -> None:
    fields = SPECIFIED[hex_]
    assert fields is not None
    assert MODBUS_LED.encode(fields) == bytes.fromhex(hex_)
    decoded = MODBUS_LED.decode(bytes.fromhex(hex_))
    assert fields.items() <= decoded.fields.items()
    assert decoded.used == len(bytes.fromhex(hex_))


def test_a_function_that_no_board_has_is_refused() -> None:
    with pytest.raises(BrokenFrame, match="function 81"):
        cut_frame(bytes.fromhex("0A 81 02 B0 53"))


def test_negative_numbers_and_odd_words() -> None:
    assert MODBUS_LED.encode({"unit": 1, "register": 0, "value": -1})[4:6] == b"\xff\xff"
    assert MODBUS_LED.decode(MODBUS_LED.encode({"unit": 1, "register": 112, "text": "A23"})).fields["text"] == " A23"
    with pytest.raises(BadField, match="printable ASCII"):
        MODBUS_LED.encode({"unit": 1, "register": 112, "text": "请"})


def encoder(**screen: Any) -> ModbusEncoder:
    return ModbusEncoder(ModbusOptions(screens=(ModbusScreen(id="a", address=1, **screen),)))


@pytest.mark.parametrize(("text", "shown"), [
    ("请A023号到3号窗口", "A023"), ("正在办理23", "  23"), ("等候叫号", "----"), ("AB1002", "1002"), ("", "----"),
])
def test_the_number_of_a_text_with_its_letters(text: str, shown: str) -> None:
    sent = MODBUS_LED.decode(encoder(idle="----").encode("a", ScreenText(text)))
    assert (sent.fields["register"], sent.fields["text"]) == (0x70, shown)


@pytest.mark.parametrize(("text", "value"), [("请A023号", 23), ("B120045", 45), ("等候叫号", 0)])
def test_or_its_digits_alone(text: str, value: int) -> None:
    sent = MODBUS_LED.decode(encoder(shows="number", digits=3).encode("a", ScreenText(text)))
    assert (sent.fields["register"], sent.fields["value"]) == (0, value)


@given(st.binary(max_size=40))
def test_nothing_but_the_right_answer_is_one(noise: bytes) -> None:
    answers, asked = ModbusAnswers(), write_several(1, 0x70, (0x4130, 0x3233))
    at = 0
    while at < len(noise):
        try:
            found = answers.cut(noise[at:])
        except BrokenFrame as broken:
            at += broken.skip
            continue
        if found is None:
            return
        at += found[1]
        assert answers.verdict(asked, found[0]) is not True or found[0].unit == 1


def test_whose_answer_it_is() -> None:
    def verdict(sent: bytes, hex_: str) -> bool | None:
        found = ModbusAnswers().cut(bytes.fromhex(hex_))
        assert found is not None
        return ModbusAnswers().verdict(sent, found[0])

    asked = write_several(1, 0x70, (0x4130, 0x3233))
    assert verdict(asked, MODBUS_LED.encode({"unit": 1, "function": 16, "register": 112, "count": 2}).hex()) is True
    assert verdict(asked, MODBUS_LED.encode({"unit": 1, "function": 16, "register": 112, "count": 1}).hex()) is None
    assert verdict(asked, MODBUS_LED.encode({"unit": 2, "function": 16, "register": 112, "count": 2}).hex()) is None
    assert verdict(asked, MODBUS_LED.encode({"unit": 1, "function": 0x90, "error": 2}).hex()) is False
    assert verdict(write_one(1, 0, 23), write_one(1, 0, 23).hex()) is True
    assert verdict(write_one(1, 0, 23), write_one(1, 0, 24).hex()) is None


def test_what_a_pad_said_before_on_the_same_wires_is_no_beginning_of_the_answer() -> None:
    link = AnsweredScreensLink(["a"], encoder(), ModbusAnswers(), gap_s=0)
    link.receive(bytes.fromhex("FF 68 03 03 68 01 01 0C 0E 16"), 0.9)  # its middle looks like a long answer
    link.show("a", ScreenText("A023"), 1.0)
    link.tick(1.0)
    assert link.take_output()
    link.written(1.0)
    link.receive(MODBUS_LED.encode({"unit": 1, "function": 16, "register": 112, "count": 2}), 1.1)
    [state] = link.screens()
    assert state.reported == ScreenText("A023")


def texts(bench: Any) -> list[str | None]:
    return [screen["text"] for screen in bench.shown("modbus-led")["screens"]]


@pytest.mark.parametrize("echo", [False, True])
def test_a_bus_of_boards(echo: bool, on_bench: Callable[..., tuple[Any, Any]], wait_until: Any) -> None:
    screens = [{"id": "a", "address": 1}, {"id": "b", "address": 2, "shows": "number", "digits": 3}]
    driver, bench = on_bench("modbus-led", {"screens": screens, "echo": echo, "answer_ms": 100})
    if echo:
        bench.fault("modbus-led", "echo")
    driver.show("a", ScreenText("请A023号办理", lit=True))
    driver.show("b", ScreenText("请A024号办理", lit=True))
    assert wait_for(bench, lambda seen: texts(seen) == ["A023", " 24"])
    wait_until(lambda: all(state.desired == state.reported for state in driver.screens()))
    counters = driver.health().counters
    assert (counters["unanswered"], counters["echoes"] > 0) == (0, echo)
    bench.fault("modbus-led", "refuse")
    driver.show("a", ScreenText("请A025号办理", lit=True))
    wait_until(lambda: driver.health().code == "some_screens_silent")
    assert driver.health().state == "ready", "the other board works"
