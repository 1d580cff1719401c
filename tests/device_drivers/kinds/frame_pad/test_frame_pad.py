"""Pads by description: layouts, presets, the conversation, damage with and without a checksum, and pads on a line."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import convert

from device_drivers.errors import BadField
from device_drivers.events import KeyPressed, Rated
from device_drivers.families.pads.layout import Said, crc16, cut, encode, read_layout
from device_drivers.kinds.ff68_pad.codec import KEYPAD_FF68
from device_drivers.kinds.frame_pad.link import CONFIRM_S, NOISY_S, FramePadLink
from device_drivers.kinds.frame_pad.options import FramePadOptions, speech_of
from device_drivers.kinds.frame_pad.polling import Polling
from device_drivers.kinds.frame_pad.ub485 import UB485
from device_drivers.options import BadOption
from tests.mutations import mutate

PADS = [{"id": "pad-1", "address": 1}, {"id": "pad-2", "address": 2}]
OWN: dict[str, Any] = {
    "frame": "5A addr key xor", "counted_from": 1, "ack": "A5 addr 00 xor", "display": "A6 addr ticket:4 xor",
    "keys": {"01": "call", "02": "recall", "05": "5", "11": "rate-5", "15": "rate-1", "20": "transfer"},
}


def link(**more: Any) -> FramePadLink:
    options = convert({"pads": PADS, **more}, FramePadOptions)
    return FramePadLink(speech_of("pads", options), options, 0.0)


def heard(link: FramePadLink, hex_: str, now: float = 100.0) -> list[object]:
    return list(link.receive(bytes.fromhex(hex_), now))


def says(link: FramePadLink, now: float) -> str:
    link.tick(now)
    said = link.take_output()
    if said:
        link.written(now)
    return said.hex(" ").upper()


def test_checksums_are_those_that_are_published() -> None:
    assert encode(read_layout("11 06 00 01 00 03 crc"), Said()).hex(" ").upper() == "11 06 00 01 00 03 9A 9B"
    gm65 = read_layout("7E 00 08 01 00 D9 50 CRC", counted_from=2, crc="xmodem")
    assert encode(gm65, Said()).hex(" ").upper() == "7E 00 08 01 00 D9 50 81 D3"
    assert (crc16(b"123456789", "modbus"), crc16(b"123456789", "xmodem")) == (0x4B37, 0x31C3)


@given(st.integers(0, 255), st.integers(0, 255), st.sampled_from(["sum", "xor", "crc", "CRC"]), st.binary(max_size=3))
def test_a_frame_comes_back(addr: int, key: int, checksum: str, rest: bytes) -> None:
    layout = read_layout(f"FF any addr key {checksum} 16", counted_from=1)
    data = encode(layout, Said(addr, key))
    assert cut(layout, data + rest) == (Said(addr, key), len(data))
    assert cut(layout, data[:-1]) is None


@pytest.mark.parametrize(
    ("options", "key", "why"),
    [
        ({}, "frame", "or a preset"),
        ({"frame": "01 addr 07"}, "frame", "with key"),
        ({"frame": "01 key blah"}, "frame", "'blah'"),
        ({"frame": "addr key sum xor"}, "frame", "one checksum"),
        ({"frame": "addr key sum", "counted_from": 2}, "frame", "behind the checksum"),
        ({"frame": "addr key " + "00 " * 70}, "frame", "1 to 64"),
        ({"preset": "ub485", "keys": {"31": "sing"}}, "keys.31", "expected a key of"),
        ({"preset": "ub485", "rating": "01 key"}, "rating", "with rate"),
    ],
)
def test_a_drawing_that_is_none_is_refused_by_its_word(options: dict[str, Any], key: str, why: str) -> None:
    with pytest.raises(BadOption) as refused:
        link(**options)
    assert refused.value.key == key
    assert why in refused.value.expected


def test_a_pad_from_its_sheet() -> None:
    pads = link(**OWN)
    assert heard(pads, "5A 01 05 04 5A 01 20 21") == [KeyPressed("pad-1", "transfer", 5)]
    assert says(pads, 100.0) == "A5 01 00 01"
    assert says(pads, 100.2) == "A5 01 00 01"
    assert heard(pads, "5A 02 11 13", 101.0) == [Rated("pad-2", 0)]
    assert heard(pads, "5A 02 15 17", 102.0) == [Rated("pad-2", 4)]
    assert heard(pads, "5A 03 01 02", 103.0) == []
    assert heard(pads, "5A 01 77 76", 103.0) == []
    assert (pads.counters["unknown_pads"], pads.counters["unused_frames"]) == (1, 1)
    pads.display("pad-2", 7, "A1023")
    assert says(pads, 104.0).startswith("A5")
    while (said := says(pads, 105.0 + pads.counters["displays"])) and said.startswith("A5"):
        pads.tick(106.0)
    pads.display("pad-2", 7, "A1024")


def test_presets() -> None:
    ub485 = link(preset="ub485", address_offset=31)
    assert heard(ub485, "01 20 31 07") == [KeyPressed("pad-1", "call")]
    ub485.display("pad-2", None, "A1023")
    assert says(ub485, 101.0) == "01 21 20 30 32 33 07"
    ff68 = link(preset="ff68")
    assert heard(ff68, "FF 68 03 03 68 02 01 0C 0F 16") == [KeyPressed("pad-2", "call")]
    assert says(ff68, 100.0) == "FF 68 03 03 68 02 01 0C 0F 16"
    assert heard(ff68, "FF 68 03 03 68 02 11 03 16 16", 101.0) == [Rated("pad-2", 3)]
    ff68.display("pad-1", 7, "A023")
    frames = [bytes.fromhex(said) for n in range(3) if (said := says(ff68, 102.0 + n))]
    shown = KEYPAD_FF68.decode(frames[-1]).fields
    assert (shown["addr"], shown["func"], str(shown["ticket"]).split()) == (1, 2, ["7023"])


def test_a_pad_that_repeats_itself_presses_once() -> None:
    pads = link(**OWN)
    assert heard(pads, "5A 01 01 00", 100.0) == [KeyPressed("pad-1", "call")]
    assert heard(pads, "5A 01 01 00", 100.3) == heard(pads, "5A 01 01 00", 100.7) == []
    assert heard(pads, "5A 01 01 00", 101.5) == [KeyPressed("pad-1", "call")]
    assert pads.counters["repeats"] == 2


def test_our_own_bytes_that_come_back_press_nothing() -> None:
    pads = link(preset="ub485", pads=[{"id": "pad-1", "address": 32}], beep="01 addr 31 07")
    pads.beep("pad-1")
    assert says(pads, 100.0) == "01 20 31 07"
    assert heard(pads, "01 20", 100.01) == []
    assert heard(pads, "31 07", 100.02) == []
    assert pads.counters["echoes"] == 1
    assert heard(pads, "01 20 31 07", 100.5) == [KeyPressed("pad-1", "call")]


def test_behind_noise_a_press_counts_when_it_comes_again() -> None:
    pads = link(preset="ub485", pads=[{"id": "pad-1", "address": 32}])
    assert heard(pads, "55 AA 01 20 31 07", 100.0) == []
    assert heard(pads, "01 20 31 07", 100.0 + CONFIRM_S - 0.1) == [KeyPressed("pad-1", "call")]
    assert heard(pads, "01 20 32 07", 100.0 + NOISY_S + 1) == [KeyPressed("pad-1", "start")]


def false_presses(rng: Random, presses: int, **drawn: Any) -> tuple[int, int]:
    """(presses that arrived damaged, presses taken that nobody made) of one clerk a second."""
    options = convert({"pads": [{"id": f"p{n}", "address": 32 + n} for n in range(8)], **drawn}, FramePadOptions)
    speech = speech_of("pads", options)
    pads = FramePadLink(speech, options, 0.0)
    damaged = taken = 0
    for n in range(presses):
        frame = encode(speech.frame, Said(32 + rng.randrange(8), rng.choice(list(speech.keys))))
        data = mutate(frame, rng)
        if frame in data:
            continue
        damaged += 1
        taken += len(pads.receive(data, float(n))) + len(pads.tick(n + 0.9))
        if pads.take_output():
            pads.written(n + 0.95)
    return damaged, taken


KEYS = {"31": "call", "32": "recall", "33": "miss", "34": "finish"}


@pytest.mark.parametrize(
    ("drawn", "most"),
    [
        ({"preset": "ub485"}, 0.05),
        ({"frame": "FF addr key sum 16", "counted_from": 1, "keys": KEYS}, 0.002),
        ({"frame": "FF addr key crc", "keys": KEYS}, 0.0),
    ],
)
def test_of_damaged_presses_few_are_taken(drawn: dict[str, Any], most: float, dice: Random) -> None:
    damaged, taken = false_presses(dice, 6000, **drawn)
    assert damaged > 4000
    assert taken <= most * damaged


def test_ub485_for_people() -> None:
    assert UB485.encode({"addr": 32, "action": "finish"}).hex(" ").upper() == "01 20 34 07"
    assert UB485.encode({"addr": 7, "led": "beep"}) == bytes((1, 7, 0x3D, 7))
    assert UB485.decode(bytes.fromhex("01 07 07 07")).warnings
    for wrong in ({}, {"led": "pink"}, {"text": "A", "blink": 1}, {"key": 5}):
        with pytest.raises(BadField):
            UB485.encode({"addr": 1, **wrong})


POLLED = {**OWN, "poll": "A7 addr", "half_duplex": False}


def test_pads_are_asked_one_after_the_other_and_told_first() -> None:
    pads = link(**POLLED)
    assert says(pads, 1.0) == "A7 01"
    pads.display("pad-2", None, "23")
    assert says(pads, 1.02) == "", "nobody else speaks while pad 1 may answer"
    assert heard(pads, "5A 01 00 01", 1.03) == [], "nothing is pressed there"
    assert says(pads, 1.08).startswith("A6 02"), "a display goes before the next question"
    assert says(pads, 1.14) == "A7 02"
    assert heard(pads, "5A 02 01 03", 1.15) == [KeyPressed("pad-2", "call")]
    assert says(pads, 1.25) == "A5 02 00 02", "its answer"
    assert says(pads, 1.32) == "A7 01"
    assert heard(pads, "5A 01 01 00", 1.33) == [KeyPressed("pad-1", "call")]
    counters = pads.counters
    assert (counters["polls"], counters["unanswered"], counters["unused_frames"]) == (3, 0, 0)


def test_a_pad_that_used_to_answer_and_is_silent_keeps_the_others_no_longer_waiting() -> None:
    polling = Polling(["a", "b"], every_s=0.1, answer_s=0.05)
    asked, now = [], 0.0
    for _ in range(30):
        pad = polling.turn(now)
        assert pad is not None
        asked.append(pad)
        polling.sent(0.01, now)
        if pad == "b" or len(asked) < 3:
            polling.answered(pad, idle=True)
        polling.tick(now + 0.2)
        now += 0.2
    assert polling.away == 1
    assert asked.count("a") <= 8, "three times, then every 2 s"
    polling.answered("a", idle=True)
    assert polling.away == 0


def test_polled_pads_on_a_real_line(on_bench: Any, wait_until: Any) -> None:
    told: list[object] = []
    driver, bench = on_bench("frame-pad", {"pads": PADS, **POLLED, "poll_ms": 20}, told.append)
    wait_until(lambda: driver.health().state == "ready")
    bench.press("frame-pad", "pad-2", "transfer", "5")
    driver.display("pad-1", waiting=3, ticket="A023")
    wait_until(lambda: told == [KeyPressed("pad-2", "transfer", 5)])
    wait_until(lambda: bench.shown("frame-pad")["pads"][0]["display"].strip() == "A023")
    wait_until(lambda: bench.shown("frame-pad")["pads"][1]["acks"] == 2)


def test_pads_on_a_real_line(on_bench: Any, wait_until: Any) -> None:
    told: list[object] = []
    driver, bench = on_bench("frame-pad", {"pads": PADS, **OWN}, told.append)
    wait_until(lambda: driver.health().state == "ready")
    driver.display("pad-1", waiting=3, ticket="A023")
    wait_until(lambda: bench.shown("frame-pad")["pads"][0]["display"].strip() == "A023")
    bench.fault("frame-pad", "bounce")
    bench.press("frame-pad", "pad-2", "call")
    wait_until(lambda: driver.health().counters["repeats"] == 2)
    wait_until(lambda: bench.shown("frame-pad")["pads"][1]["acks"])
    assert told == [KeyPressed("pad-2", "call")]
