"""Scanners that are keyboards: what is typed, by whom, and the line that grabs them."""

from __future__ import annotations

import os
import tty
from pathlib import Path
from typing import Any

import pytest

from device_drivers.errors import LinkDown
from device_drivers.events import Code, DeviceEvent, Read
from device_drivers.families.hid.events import DOWN, KEY, UP, InputEvent, cut_event, encode_event, keys
from device_drivers.families.hid.keys import CODES, LEFT_SHIFT, NAMES, strokes, typed
from device_drivers.kinds.hid_scanner.link import HidScanLink
from device_drivers.lines.descriptor import PortMissing
from device_drivers.lines.device_file import InputLine, InputOptions

ENTER = keys(28)


def typing(text: str) -> bytes:
    return b"".join(keys(code) for code, _ in strokes(text))


def test_every_character_of_a_keyboard_has_its_key() -> None:
    printable = "".join(chr(code) for code in range(0x20, 0x7F))
    assert "".join(typed(code, shift=shift) for code, shift in strokes(printable)) == printable
    assert all(NAMES[CODES[name]] == name for name in ("enter", "a", "kp_5", "f12", "page_up"))


def test_a_code_is_typed_and_ended() -> None:
    link = HidScanLink("codes")
    shift = [encode_event(InputEvent(KEY, LEFT_SHIFT, way)) for way in (DOWN, UP)]
    assert link.receive(shift[0] + typing("a") + shift[1] + typing("023"), 1.0) == []
    assert link.receive(ENTER, 1.1) == [Read("codes", Code("A023"))]
    assert link.receive(typing("023") + ENTER, 5.0) == [Read("codes", Code("023"))]
    assert link.receive(ENTER, 6.0) == []


def test_a_person_who_types_is_no_scanner() -> None:
    link = HidScanLink("codes")
    link.receive(typing("1"), 1.0)
    link.receive(typing("2"), 2.0)
    assert link.receive(ENTER, 2.1) == [Read("codes", Code("2"))]
    link.receive(typing("3"), 3.0)
    assert link.receive(ENTER, 4.0) == []


def test_a_key_held_down_is_typed_once() -> None:
    link = HidScanLink("codes")
    held = [encode_event(InputEvent(KEY, 3, way)) for way in (DOWN, 2, 2, UP)]
    assert link.receive(b"".join(held) + ENTER, 1.0) == [Read("codes", Code("2"))]


def test_events_in_any_pieces() -> None:
    link, said = HidScanLink("codes"), typing("a023") + ENTER
    told = [event for byte in said for event in link.receive(bytes([byte]), 1.0)]
    assert told == [Read("codes", Code("a023"))]
    event, used = cut_event(said) or (None, 0)
    assert (event, used) == (InputEvent(KEY, 30, DOWN), len(encode_event(InputEvent(0, 0, 0))))


def test_on_a_real_line(on_bench: Any, wait_until: Any) -> None:
    told: list[DeviceEvent] = []
    driver, bench = on_bench("hid-scanner", {"kiosk": "kiosk-1"}, told.append)
    wait_until(lambda: driver.health().state == "ready")
    bench.present("hid-scanner", "http://hall.example/t/Ab_1")
    wait_until(lambda: told)
    assert told == [Read("hid-scanner", Code("http://hall.example/t/Ab_1"))]


def test_the_line_reads_a_device_file_and_says_what_is_wrong_with_others(tmp_path: Path) -> None:
    master, slave = os.openpty()
    tty.setraw(slave)
    try:
        line = InputLine("line-codes", InputOptions(port=os.ttyname(slave), grab=False))
        line.open()
        os.write(master, ENTER)
        got = b""
        while len(got) < len(ENTER):
            got += line.read(5.0)
        assert got == ENTER
        line.close()
        with pytest.raises(LinkDown, match="does not open as such a device") as refused:
            InputLine("line-codes", InputOptions(port=os.ttyname(slave))).open()  # a terminal cannot be grabbed
        assert refused.value.code == "not_a_port"
    finally:
        os.close(master)
        os.close(slave)
    with pytest.raises(PortMissing, match="there is no"):
        InputLine("line-codes", InputOptions(port=str(tmp_path / "gone"))).open()
    (tmp_path / "file").write_text("")
    with pytest.raises(LinkDown, match="is no device"):
        InputLine("line-codes", InputOptions(port=str(tmp_path / "file"))).open()
