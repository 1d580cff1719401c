"""What a person types at `hall frame` and gets wrong: every refusal names the field and what was expected."""

from __future__ import annotations

from typing import Any

import pytest

from device_drivers.errors import BadField, BadFrame
from device_drivers.kinds.aabb_strip.codec import StripFrame, encode_strip
from device_drivers.kinds.ff68_pad.codec import PadFrame, display_frame, encode_pad
from device_drivers.registry import PROTOCOLS

STRIP = {"addr": 1, "play": 1, "speed": 0, "stay": 99, "color": 0, "valid": 99, "text": "A"}
SHOWN = {"addr": 1, "func": 2, "waiting": 3, "ticket": "023"}


@pytest.mark.parametrize(
    ("protocol", "fields", "message"),
    [
        ("aabb-strip", {**STRIP, "colour": 1}, "colour: no such field, expected addr, play"),
        ("aabb-strip", {k: v for k, v in STRIP.items() if k != "addr"}, "addr: is missing.*0..255"),
        ("aabb-strip", {k: v for k, v in STRIP.items() if k != "text"}, "text: is missing"),
        ("aabb-strip", {**STRIP, "addr": 256}, "addr: expected a whole number 0..255, got 256"),
        ("aabb-strip", {**STRIP, "addr": "1"}, "addr: expected a whole number"),
        ("aabb-strip", {**STRIP, "addr": True}, "addr: expected a whole number"),
        ("aabb-strip", {**STRIP, "speed": None}, "speed: expected a whole number"),
        ("aabb-strip", {**STRIP, "text": 23}, "text: expected text, got 23"),
        ("aabb-strip", {**STRIP, "text": "号" * 256 + "A"}, "text: 513 bytes encoded, at most 512"),
        ("aabb-strip", {**STRIP, "cmd": 85}, "cmd: expected 84 or '54'"),
        ("aabb-strip", {**STRIP, "cmd": [84]}, "cmd: expected 84 or '54'"),
        ("aabb-strip", {**STRIP, "cmd": "44"}, "valid: a frame that stores has none"),
        ("aabb-strip", {**STRIP, "cmd": 84, "valid": None}, "valid: is missing"),
        ("escpos-printer", {"text": "A\ud800"}, "text: half a character at 1"),
        ("ff68-pad", {"func": 3}, "addr: is missing"),
        ("ff68-pad", {"addr": 1}, "func: is missing"),
        ("ff68-pad", {"addr": 1, "func": 17}, "value: is missing"),
        ("ff68-pad", {"addr": 1, "func": 1, "value": -1}, "value: expected a whole number 0..255"),
        ("ff68-pad", {**SHOWN, "ticket": "A23"}, "ticket: expected up to 6 digits"),
        ("ff68-pad", {**SHOWN, "ticket": 23}, "ticket: expected text, got 23"),
        ("ff68-pad", {**SHOWN, "waiting": 1000}, "waiting: expected a whole number 0..999"),
        ("ff68-pad", {**SHOWN, "ticket": "1023"}, "waiting: no room"),
        ("ff68-pad", {"addr": 1, "func": 2, "ticket": "1234567"}, "ticket: expected up to 6 digits"),
        ("ff68-pad", {"addr": 1, "key": 16}, "key: expected one of 11 evaluate"),
        ("ff68-pad", {"addr": 1, "action": "dance"}, "action: expected one of evaluate"),
        ("ff68-pad", {"addr": 1, "key": 12, "func": 17}, "func: 17"),
        ("ff68-pad", {"addr": 1, "key": 12, "digits": "2x"}, "digits: expected text of digits"),
        ("ff68-pad", {"addr": 1, "func": 9, "data": "0G"}, "data: expected hex bytes"),
        ("ff68-pad", {"addr": 1, "func": 9, "data": "00" * 63}, "data: 63 bytes, at most 62"),
    ],
)
def test_a_refusal_names_the_field(protocol: str, fields: dict[str, Any], message: str) -> None:
    with pytest.raises(BadField, match=message):
        PROTOCOLS[protocol].encode(fields)


@pytest.mark.parametrize(
    ("protocol", "data", "message"),
    [
        ("aabb-strip", "", "0 bytes are not a whole frame"),
        ("aabb-strip", "00 AA", "starts with 00, expected AA"),
        ("aabb-strip", "AA 01 BC", "byte 2 is BC, expected BB"),
        ("aabb-strip", "AA 01 BB 52", "byte 3 is 52, expected 51"),
        ("aabb-strip", "AA 01 BB 51 55", "byte 4 is 55, expected 54"),
        (
            "aabb-strip",
            "AA 01 BB 51 54 43 01 00 01 00 01 41 FF",
            "sum is 43, expected 44: .* aabb-strip-sumff",
        ),
        ("aabb-strip-sumff", "AA 01 BB 51 54 44 01 00 01 00 01 41 FF", "expected 43: .* variant aabb-strip"),
        ("aabb-strip", "AA 01 BB 51 54 40 01 00 01 00 01 41 FF", "sum is 40, expected 44$"),
        ("ff68-pad", "", "0 bytes are not a whole frame"),
        ("ff68-pad", "FF 69", "starts with FF 69, expected FF 68"),
        ("ff68-pad", "FF 68 01", "length 1, expected 2"),
        ("ff68-pad", "FF 68 41", "length 65, expected 2..64"),
        ("ff68-pad", "FF 68 03 02", "lengths 3 and 2 disagree"),
        ("ff68-pad", "FF 68 03 03 69", "byte 4 is 69"),
        ("ff68-pad", "FF 68 02 02 68 05 03 09 16", "sum is 09, expected 08"),
        ("ff68-pad", "FF 68 02 02 68 05 03 08 17", "ends with 17, expected 16"),
    ],
)
def test_a_bad_frame_says_what_is_wrong(protocol: str, data: str, message: str) -> None:
    with pytest.raises(BadFrame, match=message):
        PROTOCOLS[protocol].decode(bytes.fromhex(data))


def test_fields_of_a_key_by_its_name() -> None:
    encode = PROTOCOLS["ff68-pad"].encode
    assert encode({"addr": 1, "action": "call"}) == encode({"addr": 1, "func": 1, "key": 12})
    assert encode({"addr": 1, "action": "give_up"}) == encode({"addr": 1, "key": 15, "digits": "6"})
    assert encode({"addr": 1, "func": 9, "data": "06 0F"}) == encode_pad(PadFrame(1, 9, b"\x06\x0f"))


def test_odd_content_is_shown_with_a_warning() -> None:
    strip = PROTOCOLS["aabb-strip"].decode(encode_strip(StripFrame(addr=1, text=b"A\x80B")))
    assert strip.fields["text"] == "A�B"
    assert strip.warnings == ("text: not all of it is GBK",)
    pad = PROTOCOLS["ff68-pad"].decode(encode_pad(PadFrame(1, 17, b"\x09")))
    assert pad.fields["value"] == 9
    assert pad.warnings == ("value: an evaluator says 0..3, this is 9",)
    unknown = PROTOCOLS["ff68-pad"].decode(encode_pad(PadFrame(1, 9, b"\x77\x78")))
    assert unknown.fields == {"addr": 1, "func": 9, "data": "77 78"}
    assert unknown.warnings == ("data: no known meaning",)


def test_values_that_no_byte_holds_are_refused() -> None:
    with pytest.raises(BadField, match="addr, play"):
        encode_strip(StripFrame(addr=256, text=b""))
    with pytest.raises(BadField, match="cmd"):
        encode_strip(StripFrame(addr=1, text=b"", cmd=1))
    with pytest.raises(BadField, match="byte FF"):
        encode_strip(StripFrame(addr=1, text=b"\xff"))
    with pytest.raises(BadField, match="addr and func"):
        encode_pad(PadFrame(1, 256))
    with pytest.raises(BadField, match="waiting"):
        display_frame(1, 1000, None)
