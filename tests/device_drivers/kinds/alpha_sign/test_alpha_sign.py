"""Alpha signs: commands both ways, the sum, and a line of signs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_drivers.codecs.codec import FrameStream
from device_drivers.errors import BadField, BadFrame
from device_drivers.kinds.alpha_sign.codec import ALPHA_SIGN, LONGEST, Frame, decode_frame, encode_frame
from device_drivers.kinds.alpha_sign.link import AlphaEncoder, AlphaScreen
from device_drivers.ports import ScreenText
from tests.bench_watch import wait_for

commands = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=30).map(str.encode)
frames = st.builds(Frame, command=commands, addr=st.integers(0, 255).map("{:02X}".format), checksum=st.booleans())


@given(frames, st.binary(max_size=5))
def test_a_frame_comes_back(frame: Frame, rest: bytes) -> None:
    data = encode_frame(frame)
    assert decode_frame(data + rest) == (frame, len(data))
    assert decode_frame(bytes(3) + data + rest) == (frame, len(data) + 3), "more 00 than five do no harm"


@pytest.mark.parametrize("fields", [
    {"label": "1", "string": "A023"}, {"reset": True}, {"tone": "1"}, {"sequence": "UAB"}, {"label": "0", "text": ""},
    {"label": "A", "text": "A023"}, {"command": "F!"}, {"label": "A", "position": "26", "mode": "a", "text": "04"},
])
def test_commands_both_ways(fields: dict[str, object]) -> None:
    said = ALPHA_SIGN.decode(ALPHA_SIGN.encode(fields)).fields
    assert said == {"type": "Z", "addr": "00"} | fields


@pytest.mark.parametrize("fields", [
    {"text": "x", "addr": "1"}, {"text": "x", "type": "ZZ"}, {"files": [{"label": "A"}]}, {"text": "x", "label": ""},
    {"text": "x" * 400}, {"text": "x", "position": "xx"}, {"files": []}, {"text": "x", "checksum": 1}, {},
])
def test_what_makes_no_frame_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(BadField):
        ALPHA_SIGN.encode(fields)


def test_a_wrong_sum_is_said() -> None:
    data = encode_frame(Frame(command=b"A0x", checksum=True))
    with pytest.raises(BadFrame, match="expected as 00EE"):
        ALPHA_SIGN.decode(data.replace(b"00EE", b"00EF"))
    assert FrameStream(decode_frame, LONGEST).feed(b"\x01\x04" + data) == [Frame(command=b"A0x", checksum=True)]


@pytest.mark.parametrize("fields", [
    {"strings": [{"label": "0", "string": "A023"}]},
    {"commands": [{"label": "A", "position": "22", "mode": "a", "text": "x"}, {"reset": True}], "checksum": True},
])
def test_several_commands_in_one_frame(fields: dict[str, object]) -> None:
    data = ALPHA_SIGN.encode(fields)
    assert fields.items() <= ALPHA_SIGN.decode(data).fields.items()
    assert ALPHA_SIGN.encode(ALPHA_SIGN.decode(data).fields) == data
    for end in range(len(data)):
        with pytest.raises(BadFrame):
            ALPHA_SIGN.decode(data[:end])


@pytest.mark.parametrize("fields", [
    {"strings": []}, {"strings": [{"label": "0"}]}, {"commands": [{"text": "x", "checksum": True}]},
    {"strings": [{"string": "x"}] * 17},
])
def test_several_that_are_none_are_refused(fields: dict[str, object]) -> None:
    with pytest.raises(BadField):
        ALPHA_SIGN.encode(fields)


def test_a_text_is_its_number() -> None:
    encoder = AlphaEncoder([AlphaScreen(id="a", address=1, text="NOW {number}", idle="HALLO", color="red")])
    said = [ALPHA_SIGN.decode(encoder.encode("a", ScreenText(text))).fields for text in ("请A023号到3号窗口", "暂停")]
    assert [one["text"] for one in said] == ["\x1c1NOW A023", "\x1c1HALLO"]
    assert {one["label"] for one in said} == {"0"}


def test_a_line_of_signs(on_bench: Callable[..., tuple[Any, Any]]) -> None:
    screens = [{"id": "a", "address": 1}, {"id": "b", "address": 2, "idle": "--"}]
    driver, bench = on_bench("alpha-sign", {"screens": screens, "gap_ms": 1})
    driver.show("a", ScreenText("请A023号办理", lit=True))
    driver.show("b", ScreenText("等候叫号"))

    def texts(seen: Any) -> list[str | None]:
        return [screen["text"] for screen in seen.shown("alpha-sign")["screens"]]

    assert wait_for(bench, lambda seen: texts(seen) == ["A023", "--"])
