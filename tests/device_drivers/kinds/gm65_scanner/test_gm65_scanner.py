"""GM65 modules: commands with and without CRC, codes between answers, damage, and a whole module on a real line."""

from __future__ import annotations

import random
import time
from pathlib import Path
from random import Random
from typing import Any, cast

import pytest

from device_drivers.codecs.codec import BrokenFrame, FrameStream
from device_drivers.errors import BadField
from device_drivers.events import Code, DeviceEvent, Read
from device_drivers.families.readers.scan_link import ALIVE_EVERY_S, SILENT_AFTER, ScanLink
from device_drivers.families.readers.scanned import CodeLine
from device_drivers.kinds.gm65_scanner.codec import (
    GM65_SCANNER,
    LONGEST,
    ZoneAnswer,
    ZoneCommand,
    crc,
    cut_gm65,
    encode_answer,
    encode_command,
)
from device_drivers.kinds.gm65_scanner.kind import GM65
from device_drivers.options import DeviceSpec, Environment, LineSpec
from device_drivers.ports import Reader
from device_drivers.registry import build_device
from device_drivers.simulators.bench import Bench
from device_drivers.simulators.bench_file import parse_bench
from tests.mutations import mutate

TRIGGER = bytes.fromhex("7E 00 08 01 00 02 01 AB CD")
HEARTBEAT = bytes.fromhex("7E 00 0A 01 00 00 00 30 1A")
DONE = bytes.fromhex("02 00 00 01 00 33 31")


def test_what_the_link_sends_is_what_is_published() -> None:
    assert GM65.on == TRIGGER
    assert GM65.alive == HEARTBEAT


@pytest.mark.parametrize(
    ("fields", "hex_"),
    [
        ({"type": 8, "addr": 2, "data": "01", "crc": True}, "7E 00 08 01 00 02 01 02 DA"),
        ({"type": 8, "addr": 0xD9, "data": "50", "crc": False}, "7E 00 08 01 00 D9 50 AB CD"),
        ({"ok": True, "data": "00"}, "02 00 00 01 00 33 31"),
        ({"code": "A023"}, "41 30 32 33 0D"),
    ],
)
def test_fields_to_bytes_and_back(fields: dict[str, object], hex_: str) -> None:
    data = bytes.fromhex(hex_)
    assert GM65_SCANNER.encode(fields) == data
    assert fields.items() <= GM65_SCANNER.decode(data).fields.items()


@pytest.mark.parametrize(
    "fields", [{}, {"type": 8}, {"code": "a\rb"}, {"code": ""}, {"type": 8, "addr": 2, "data": ""}]
)
def test_what_is_no_frame_cannot_be_built(fields: dict[str, object]) -> None:
    with pytest.raises(BadField):
        GM65_SCANNER.encode(fields)


def test_an_answer_before_its_code_on_one_line() -> None:
    stream = FrameStream(cut_gm65, LONGEST)
    found = [frame for byte in DONE + b"~A023\r\n" + DONE + b"B1\r" for frame in stream.feed(bytes([byte]))]
    assert found == [ZoneAnswer(0, b"\0"), CodeLine(b"~A023"), ZoneAnswer(0, b"\0"), CodeLine(b"B1")]


def test_mutated_commands_with_a_crc_are_never_another_command(dice: Random) -> None:
    for _ in range(5000):
        good = encode_command(ZoneCommand(8, dice.randrange(65536), dice.randbytes(dice.randrange(1, 5))))
        data = mutate(good, dice)
        try:
            found = cut_gm65(data)
        except BrokenFrame:
            continue
        if found is not None and isinstance(found[0], ZoneCommand) and found[0].crc:
            assert crc(data[2 : found[1] - 2]) == data[found[1] - 2 : found[1]]
            assert data[: found[1]] == good


class Talk:
    def __init__(self, *, triggered: bool = True, ended: bool = True) -> None:
        self.now = 100.0
        self.link = ScanLink("codes", GM65, triggered=triggered, ended=ended)
        self.told: list[DeviceEvent] = []
        self.link.lost(self.now)

    def asks(self) -> bytes:
        self.told += self.link.tick(self.now)
        said = self.link.take_output()
        self.link.written(self.now)
        return said

    def hears(self, data: bytes) -> None:
        self.told += self.link.receive(data, self.now)

    def codes(self) -> list[str]:
        return [each.what.text for each in self.told if isinstance(each, Read) and isinstance(each.what, Code)]


def test_it_is_triggered_while_a_code_is_wanted() -> None:
    talk = Talk()
    assert talk.asks() == HEARTBEAT
    talk.hears(encode_answer(ZoneAnswer(0, b"\0", heartbeat=True)))
    assert talk.asks() == b""
    talk.link.want(talk.now + 9)
    assert talk.asks() == TRIGGER
    assert talk.asks() == b""
    talk.now += 4
    assert talk.asks() == TRIGGER
    talk.hears(DONE + "示例·昇".encode() + b"\r")
    assert talk.asks() == TRIGGER, "a module stops at a code"
    talk.now += 6
    assert talk.asks() == b""
    assert talk.codes() == ["示例·昇"]


def test_the_same_code_again_at_once_is_the_same() -> None:
    talk = Talk(triggered=False)
    for pause_s in (0.0, 0.5, 0.5, 2.0):
        talk.now += pause_s
        talk.hears(b"A023\r")
    assert talk.codes() == ["A023", "A023"]
    assert talk.link.counters["repeats"] == 2


def test_what_is_no_text_is_no_code() -> None:
    talk = Talk(triggered=False)
    talk.hears(b"\xff\xfe\x80\r")
    talk.hears(b"A\x00B\r")
    talk.hears(bytes.fromhex("02 00 00 01 00 33 30") + b"A023\r")
    talk.hears(b"\x1b[2JA\r")
    talk.hears("单处".encode("gb18030") + b"\r")
    talk.hears(b"01\x1d10\r")
    assert talk.codes() == ["单处", "01\x1d10"]


def test_half_a_code_is_not_believed_unless_silence_ends_it() -> None:
    for ended, codes in ((True, []), (False, ["A02"])):
        talk = Talk(triggered=False, ended=ended)
        talk.hears(b"A02")
        talk.now += 0.2
        talk.asks()
        assert talk.codes() == codes


def test_a_module_that_does_not_answer_is_silent() -> None:
    talk = Talk(triggered=False)
    for _ in range(SILENT_AFTER):
        assert talk.asks() == HEARTBEAT
        talk.now += ALIVE_EVERY_S
    talk.asks()
    assert talk.link.trouble == "silent"
    talk.hears(DONE)
    assert talk.link.trouble == ""


def test_a_whole_module_on_a_real_line(tmp_path: Path, wait_until: Any) -> None:
    told: list[DeviceEvent] = []
    spec = parse_bench({"devices": [{"id": "codes", "kind": "gm65-scanner", "pace_baud": 9600}]})
    with Bench(spec, tmp_path / "lines") as bench:
        line = LineSpec("serial", {"port": str(bench.link("codes"))})
        env = Environment(time.monotonic, random.Random(1), told.append)
        driver = build_device(DeviceSpec("codes", "gm65-scanner", line, {"kiosk": "kiosk-1"}), env)
        driver.start()
        try:
            wait_until(lambda: driver.health().state == "ready")
            bench.present("codes", "http://hall.example/t/abc")
            cast(Reader, driver).want(time.monotonic() + 30)
            wait_until(lambda: told)
            bench.fault("codes", "unplug")
            wait_until(lambda: driver.health().state == "disconnected")
            bench.fault("codes", "plug")
            bench.present("codes", "示例")
            wait_until(lambda: len(told) == 2)
        finally:
            driver.stop()
    assert told == [Read("codes", Code("http://hall.example/t/abc")), Read("codes", Code("示例"))]
