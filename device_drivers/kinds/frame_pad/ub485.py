"""QSystem's ub485 pads and boards, for people with a bus in front of them. Pure.

    01 addr key 07              pad -> host    31 call, 32 start, 33 redirect, 34 finish
    01 addr led 07              host -> pad    30 off, 31 red, 32 green, 33-36 blinking, 37-3D with a beep
    01 addr blink text3 07      host -> pad    20 steady, 21 always, 22 and more: so many times; three characters

No checksum, and the same four bytes mean a key one way and a lamp the other. Source: QSystem, ButtonDevice.java and
ActionTransmit.java (public).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from device_drivers.codecs.codec import BrokenFrame, Codec, Decoded, Example, number, only, text, whole_frame
from device_drivers.errors import BadField

HEAD, END = 0x01, 0x07
SHORT, LONG = 4, 7
KEYS: Final = {0x31: "call", 0x32: "start", 0x33: "redirect", 0x34: "finish"}
LEDS: Final = dict(zip(
    range(0x30, 0x3E),
    (
        "off", "red", "green", "red_blink_200", "green_blink_200", "red_blink_500", "green_blink_500",
        "red_beep", "green_beep", "red_blink_200_beep", "green_blink_200_beep", "red_blink_500_beep",
        "green_blink_500_beep", "beep",
    ),
    strict=True,
))
_BLINKS = {"no": 0x20, "always": 0x21}
_ENCODING = "cp1251"


def cut_ub485(buffer: bytes) -> tuple[bytes, int] | None:
    """(what is between head and end, bytes used), None for half a frame; raises BrokenFrame. A text frame has a blink
    in its third byte, a short one never."""
    if buffer and buffer[0] != HEAD:
        at = buffer.find(bytes([HEAD]), 1)
        raise BrokenFrame(f"starts with {buffer[0]:02X}, expected 01", at if at > 0 else len(buffer))
    if len(buffer) < 3:
        return None
    size = LONG if 0x20 <= buffer[2] < 0x30 else SHORT
    if len(buffer) < size:
        return None
    if buffer[size - 1] != END:
        raise BrokenFrame(f"byte {size - 1} is {buffer[size - 1]:02X}, expected 07", 1)
    return buffer[1 : size - 1], size


def _encode(fields: Mapping[str, object]) -> bytes:
    only(fields, ("addr", "key", "action", "led", "blink", "text"))
    addr = number(fields, "addr", 0, 255)
    if "text" in fields:
        shown = text(fields, "text")[:3].ljust(3).encode(_ENCODING, "replace")
        return bytes([HEAD, addr, _blink(fields.get("blink", "no")), *shown, END])
    if "key" in fields:
        return bytes([HEAD, addr, 0x30 + number(fields, "key", 1, 4), END])
    if "led" in fields:
        led = next((code for code, name in LEDS.items() if name == fields["led"]), None)
        if led is None:
            raise BadField(f"led: expected one of {', '.join(LEDS.values())}; got {fields['led']!r}")
        return bytes([HEAD, addr, led, END])
    key = next((code for code, name in KEYS.items() if name == fields.get("action")), None)
    if key is None:
        raise BadField(f"expected key 1..4, action ({', '.join(KEYS.values())}), led, or text")
    return bytes([HEAD, addr, key, END])


def _blink(said: object) -> int:
    if isinstance(said, str) and said in _BLINKS:
        return _BLINKS[said]
    if type(said) is int and 2 <= said <= 15:
        return 0x20 + said
    raise BadField(f'blink: expected "no", "always" or 2..15 times, got {said!r}')


def _decode(data: bytes) -> Decoded:
    found, used = whole_frame(cut_ub485, data, "more must follow")
    fields: dict[str, object] = {"addr": found[0]}
    if len(found) > 2:
        blink = {code: name for name, code in _BLINKS.items()}.get(found[1], found[1] - 0x20)
        words = found[2:].decode(_ENCODING, "replace")
        odd = ("text: not all of it is Windows-1251",) if "\ufffd" in words else ()
        return Decoded(fields | {"blink": blink, "text": words}, used, odd)
    code = found[1]
    if code in KEYS:
        fields |= {"key": code - 0x30, "action": KEYS[code]}
    if code in LEDS:
        fields |= {"led": LEDS[code]}
    if len(fields) == 1:
        return Decoded({**fields, "code": code}, used, (f"code: no known meaning of {code:02X}",))
    return Decoded(fields, used)


_QSYSTEM = "QSystem, ButtonDevice.java and qub.adr"

UB485 = Codec(
    name="frame-pad-ub485",
    summary="QSystem ub485 pad: keys, lamps, three characters",
    directions="pad->host: key; host->pad: led, or blink and text",
    encode=_encode,
    decode=_decode,
    cut=cut_ub485,
    longest=LONG,
    aliases=("qsystem_ub485",),
    examples=(
        Example(
            "01 20 31 07", f"{_QSYSTEM}: key 1", {"addr": 32, "key": 1}, {"addr": 32, "key": 1, "action": "call"}
        ),
        Example("01 20 32 07", f"{_QSYSTEM}: green lamp", {"addr": 32, "led": "green"}),
        Example("01 21 21 41 30 32 07", f"{_QSYSTEM}: A02", {"addr": 33, "blink": "always", "text": "A02"}),
    ),
)
