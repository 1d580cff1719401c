"""Onbon font cards: escapes, both sums, areas, and a bus whose cards answer, refuse and are silent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_drivers.codecs.codec import BrokenFrame, FrameStream
from device_drivers.codecs.text import encode_text
from device_drivers.errors import BadFrame
from device_drivers.kinds.onbon_bx.codec import ONBON_BX
from device_drivers.kinds.onbon_bx.commands import Area, Command, Voice, cut_command, encode_command
from device_drivers.kinds.onbon_bx.frame import LONGEST, MODES, Frame, crc16, decode_frame, encode_frame
from device_drivers.kinds.onbon_bx.link import BxAnswers, BxEncoder, BxOptions, BxScreen, BxVoice
from device_drivers.ports import ScreenText
from tests.bench_watch import wait_for

byte, word = st.integers(0, 255), st.integers(0, 0xFFFF)
voices = st.builds(Voice, words=st.binary(max_size=20), speaker=byte, volume=byte, speed=byte)
areas = st.builds(
    Area, text=st.text(max_size=12).map(lambda text: encode_text(text, "gbk").data), area_id=byte, x=word, y=word,
    width_units8=word, height=word, timeout=word, mode=byte, stay=byte, voice=st.none() | voices,
)
commands = st.builds(
    Command, group=st.just(0xA3), cmd=st.just(6), delete=st.lists(st.integers(0, 254), max_size=3).map(tuple),
    areas=st.lists(areas, max_size=3).map(tuple), reserved=word,
)


@given(commands, word, word, st.sampled_from(MODES[:2]), st.binary(max_size=5))
def test_a_frame_comes_back_whatever_is_in_it(command: Command, dst: int, src: int, check: Any, rest: bytes) -> None:
    frame = Frame(data=encode_command(command), dst=dst, src=src, check=check)
    data = encode_frame(frame)
    assert data.count(0x5A) == 1
    assert data.lstrip(b"\xa5").count(0xA5) == 0
    assert cut_command(data + rest) == ((frame, command), len(data))
    assert decode_frame(data[7:] + rest) == (frame, len(data) - 7), "one head is enough"


@pytest.mark.parametrize("text", ["单处应去力", "Z[ABC", "请Z023号到3号窗口", "A5A6", "昇喆堃·—〇"])
def test_hanzi_and_letters_that_look_like_the_ends_of_a_frame(text: str) -> None:
    data = ONBON_BX.encode({"area_id": 0, "width_units8": 8, "response": 1, "text": text})
    assert ONBON_BX.decode(data).fields["text"] == text


def test_the_crc_is_not_that_of_modbus() -> None:
    assert crc16(b"123456789") == 0xBB3D


def test_the_sum_covers_header_and_data() -> None:
    data = ONBON_BX.encode({"group": "A2", "cmd": "00", "response": 1, "check": "sum"})
    assert data.hex(" ").upper().endswith("01 00 00 80 00 00 00 00 01 00 FE 02 05 00 A2 00 01 00 00 2A 02 5A")
    assert ONBON_BX.encode({"group": "A2", "cmd": "00", "check_mode": 1, "addr": 1}) == data
    fields = ONBON_BX.decode(data).fields
    assert (fields["check"], ONBON_BX.encode(fields)) == ("sum", data)
    with pytest.raises(BadFrame, match="the check is 2B 02, expected 2A 02"):
        ONBON_BX.decode(data.replace(b"\x2a\x02", b"\x2b\x02"))


def test_a_frame_without_a_check_is_read_by_hand_and_by_nobody_else() -> None:
    data = ONBON_BX.encode({"group": "A0", "cmd": "00", "response": 0, "check": "none"})
    assert ONBON_BX.decode(data).warnings == ("check: it has none, and proves nothing",)
    with pytest.raises(BrokenFrame, match="check mode 2"):
        cut_command(data)
    assert FrameStream(BxAnswers("crc16").cut, LONGEST).feed(data) == []


def test_pixels_that_are_no_eights() -> None:
    data = ONBON_BX.encode({"x": 0, "width": 60, "text": "1", "response": 1})
    assert b"\x3c\x80" in data
    encoder = BxEncoder(BxOptions(screens=(BxScreen(id="a", x=8, width=60),)))
    (area,) = shown(encoder.encode("a", ScreenText("1"))).areas
    assert (area.x, area.width_units8) == (1, 0x803C)


def shown(data: bytes) -> Command:
    found = cut_command(data)
    assert found is not None
    return found[0][1]


def test_a_call_is_red_and_said_and_calm_text_is_neither() -> None:
    screen = BxScreen(id="a", lit_color="red", color="green", codes=r"\FO001", voice=BxVoice(times=2, volume=8))
    encoder = BxEncoder(BxOptions(screens=(screen,)))
    (call,) = shown(encoder.encode("a", ScreenText("请A023号", lit=True))).areas
    (calm,) = shown(encoder.encode("a", ScreenText("等候叫号"))).areas
    assert call.text == rb"\C1\FO001" + "请A023号".encode("gbk")
    assert call.voice == Voice(words="请A023号".encode("gbk"), speaker=0x20, volume=8)
    assert (calm.text, calm.voice) == (rb"\C2\FO001" + "等候叫号".encode("gbk"), None)


def test_no_text_steers_the_card() -> None:
    encoder = BxEncoder(BxOptions(screens=(BxScreen(id="a", width=32),)))
    (area,) = shown(encoder.encode("a", ScreenText("\\C3甲\x1b\n𠮷" + "长" * 300))).areas
    assert area.text.decode("gbk") == "＼C3甲〓" + "长" * 175
    assert encoder.counters == {"characters_replaced": 1, "texts_cut": 1}
    assert area.mode == 3, "wider than the area: it runs"


TWO = {"screens": [{"id": "a", "address": 1}, {"id": "b", "address": 2}], "gap_ms": 1, "answer_ms": 200}
Stand = Callable[..., tuple[Any, Any]]


def texts(bench: Any) -> list[str | None]:
    return [screen["text"] for screen in bench.shown("onbon-bx")["screens"]]


def test_a_bus_of_cards_that_answer(on_bench: Stand, wait_until: Any) -> None:
    driver, bench = on_bench("onbon-bx", TWO)
    driver.show("a", ScreenText("请Z023号办理", lit=True))
    driver.show("b", ScreenText("等候叫号"))
    assert wait_for(bench, lambda seen: texts(seen) == ["请Z023号办理", "等候叫号"])
    wait_until(lambda: all(state.desired == state.reported for state in driver.screens()))
    assert driver.health().counters["answers"] >= 2
    bench.fault("onbon-bx", "unplug")
    driver.show("a", ScreenText("请Z024号办理", lit=True))
    bench.fault("onbon-bx", "plug")
    assert wait_for(bench, lambda seen: texts(seen) == ["请Z024号办理", "等候叫号"])


@pytest.mark.parametrize("fault", ["silence", "refuse"])
def test_cards_that_do_not_take_it_are_named_until_they_do(fault: str, on_bench: Stand, wait_until: Any) -> None:
    driver, bench = on_bench("onbon-bx", TWO | {"answer_ms": 50})
    bench.fault("onbon-bx", fault)
    driver.show("a", ScreenText("请A023号办理", lit=True))
    driver.show("b", ScreenText("等候叫号"))
    wait_until(lambda: driver.health().code == "screens_silent")
    seen = driver.health()
    assert (seen.state, dict(seen.facts)) == ("alert", {"screens": "a, b"})
    assert [state.reported for state in driver.screens()] == [None, None]
    bench.clear_faults("onbon-bx")
    wait_until(lambda: driver.health().state == "ready" and not driver.health().code)
    assert texts(bench) == ["请A023号办理", "等候叫号"]
