"""Frames of Onbon BX font cards as fields, for `hall frame`, and the frames that are known from elsewhere. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from device_drivers.codecs.codec import BrokenFrame, Codec, Decoded, Example, number, only, text, whole_frame
from device_drivers.codecs.text import encode_text
from device_drivers.errors import BadField
from device_drivers.kinds.onbon_bx.commands import (
    ACK,
    ALL,
    ANSWER,
    NAK,
    REALTIME,
    Area,
    Command,
    Voice,
    cut_command,
    decode_command,
    encode_command,
)
from device_drivers.kinds.onbon_bx.frame import CARD, HOST, LONGEST, MODES, Frame, decode_frame, encode_frame
from device_drivers.kinds.onbon_bx.settings import read_setting, write_setting

AREA_LIMIT = 32
_PING = (0xA2, 0x00)

_AREA_NUMBERS = {
    "area_id": 0xFF, "x": 0xFFFF, "y": 0xFFFF, "width_units8": 0xFFFF, "height": 0xFFFF, "line_gap": 0xFF,
    "run_mode": 0xFF, "timeout": 0xFFFF, "align": 0xFF, "single_line": 0xFF, "wrap": 0xFF, "mode": 0xFF, "exit": 0xFF,
    "speed": 0xFF, "stay": 0xFF,
}
# Other names of fields, from the sheets of other programs.
_ALSO = {
    "addr": "dst", "check_mode": "check", "effect": "mode", "time": "clock", "datetime": "clock", "level": "brightness",
    "process_mode": "reserved", "delete_count": "delete", "device_type": "device",
}
_SIZE = ("width_units8", "width", "height")
# The captured frames that say only what changes: how large and how it stands is that of the sign they were captured at.
_CAPTURED = {
    "y": 24, "width_units8": 64, "height": 12, "line_gap": 10, "run_mode": 1, "timeout": 2, "speed": 23, "stay": 2,
}
_VOICE = ("speaker", "volume", "speed", "text")
# Of the header, what every frame here has alike: shown where it is otherwise.
_HEADER = ("barcode", "display", "device", "version")
_FRAME = ("dst", "src", "check", *_HEADER)
_AREA_KNOWN = (*_AREA_NUMBERS, "width", "voice", "text")
_KNOWN = (
    *_FRAME, "group", "cmd", "response", "reserved", "delete", *_AREA_KNOWN, "areas", "data", "clock", "brightness",
)


def _hex_byte(fields: Mapping[str, object], name: str, default: int) -> int:
    """A byte as the sheet writes it ("A3"), or a number."""
    value = fields.get(name, default)
    if isinstance(value, str) and len(value) == 2:
        try:
            return int(value, 16)
        except ValueError:
            pass
    if type(value) is not int or not 0 <= value <= 0xFF:
        raise BadField(f'{name}: expected two hex digits as "A3" or a number 0..255, got {value!r}')
    return value


def _some_hex(fields: Mapping[str, object], name: str) -> bytes:
    value = fields.get(name, "")
    try:
        if isinstance(value, str):
            return bytes.fromhex(value)
    except ValueError:
        pass
    raise BadField(f"{name}: expected hex bytes, got {value!r}")


def _from_fields(fields: Mapping[str, object]) -> bytes:
    only(fields, _KNOWN)
    check = fields.get("check", "crc16")
    if type(check) is int and 0 <= check < len(MODES):  # as it stands on the wire
        check = MODES[check]
    if check not in MODES:
        raise BadField(f"check: expected one of {', '.join(MODES)} or 0 to {len(MODES) - 1}, got {check!r}")
    several = fields.get("areas", [])
    if not isinstance(several, list) or not all(isinstance(one, dict) for one in several):
        raise BadField("areas: expected a list of objects, each an area")
    for one in several:
        only(one, _AREA_KNOWN)
    areas = (*([_area_of(fields)] if "text" in fields else []), *map(_area_of, several))
    if len(areas) > AREA_LIMIT:
        raise BadField(f"areas: {len(areas)}, at most {AREA_LIMIT}")
    has_area, setting = bool(areas), write_setting(fields)
    usually, rest = setting or (REALTIME if has_area or "delete" in fields else _PING, _rest(fields))
    command = Command(
        group=_hex_byte(fields, "group", usually[0]), cmd=_hex_byte(fields, "cmd", usually[1]),
        response=number(fields, "response", 0, 255, ANSWER), delete=_deleted(fields), areas=areas, rest=rest,
    )
    data = encode_command(command)
    # The length of the rest stands there; but who shows areas and says whether it wants an answer leaves it out.
    usual = 0 if has_area and "response" in fields else len(data) - 5
    reserved = number(fields, "reserved", 0, 0xFFFF, usual)
    data = data[:3] + reserved.to_bytes(2, "little") + data[5:]
    return encode_frame(
        Frame(
            data=data, dst=number(fields, "dst", 0, 0xFFFF, CARD), src=number(fields, "src", 0, 0xFFFF, HOST),
            check=MODES[MODES.index(check)],
            **{name: number(fields, name, 0, 0xFF, getattr(_PLAIN, name)) for name in _HEADER},
        )
    )


def _rest(fields: Mapping[str, object]) -> bytes:
    """`data` without the length that stands before it on the wire, where somebody copied that too."""
    rest = _some_hex(fields, "data")
    copied = "reserved" not in fields and len(rest) > 2 and int.from_bytes(rest[:2], "little") == len(rest) - 2
    return rest[2:] if copied else rest


def _deleted(fields: Mapping[str, object]) -> tuple[int, ...]:
    value = fields.get("delete", [])
    if value in ("all", ALL):
        return (ALL,)
    if value == 0:
        return ()
    if not isinstance(value, list) or not all(type(one) is int and 0 <= one < ALL for one in value) or len(value) > 64:
        raise BadField(f'delete: expected "all" or a list of at most 64 area ids 0..254, got {value!r}')
    return tuple(value)


def _area_of(fields: Mapping[str, object]) -> Area:
    where: Mapping[str, int] = {} if any(name in fields for name in _SIZE) else _CAPTURED
    values: dict[str, Any] = {
        name: number(fields, name, 0, most, where.get(name, getattr(_NORMAL, name)))
        for name, most in _AREA_NUMBERS.items()
    }
    if "width" in fields:
        pixels = number(fields, "width", 1, 0x7FFF)
        values["width_units8"] = pixels // 8 if pixels % 8 == 0 else 0x8000 | pixels
    voice = fields.get("voice", 0)
    if isinstance(voice, dict):
        only(voice, _VOICE)
        values["voice"] = Voice(
            words=encode_text(text(voice, "text"), "gbk").data,
            **{name: number(voice, name, 0, 255, getattr(_SAID, name)) for name in _VOICE[:-1]},
        )
    elif voice not in (0, None):
        raise BadField(f"voice: expected 0, or an object with text, volume, speed and speaker, got {voice!r}")
    return Area(text=encode_text(text(fields, "text"), "gbk").data, **values)


_NORMAL, _SAID, _PLAIN = Area(text=b""), Voice(words=b""), Frame(data=b"")


def _to_fields(frame: Frame, command: Command) -> dict[str, object]:
    fields: dict[str, object] = {
        "dst": frame.dst, "src": frame.src, "check": frame.check,
        "group": f"{command.group:02X}", "cmd": f"{command.cmd:02X}", "response": command.response,
        "reserved": command.reserved,
    }
    fields |= {name: value for name in _HEADER if (value := getattr(frame, name)) != getattr(_PLAIN, name)}
    what = (command.group, command.cmd)
    if what in (ACK, NAK):
        fields["ack"] = what == ACK
    if command.rest:
        fields["data"] = command.rest.hex(" ").upper()
        fields |= read_setting(what, command.rest)
    if command.delete:
        fields["delete"] = "all" if command.delete == (ALL,) else list(command.delete)
    shown = [_area_fields(area) for area in command.areas]
    return fields | (shown[0] if len(shown) == 1 else {"areas": shown} if shown else {})


def _area_fields(area: Area) -> dict[str, object]:
    fields: dict[str, object] = {name: getattr(area, name) for name in _AREA_NUMBERS}
    if (voice := area.voice) is not None:
        fields["voice"] = {name: getattr(voice, name) for name in _VOICE[:-1]} | {"text": _read(voice.words)}
    return fields | {"text": _read(area.text)}


def _read(data: bytes) -> str:
    return data.decode("gbk", "replace")


def _encode(fields: Mapping[str, object]) -> bytes:
    return _from_fields({_ALSO.get(name, name): value for name, value in fields.items() if name != "ack"})


def _decode(data: bytes) -> Decoded:
    frame, used = whole_frame(_cut_any, data, "the 5A at its end is missing")
    fields = _to_fields(frame, decode_command(frame.data))
    odd = "�" in str(fields.get("text", "")) + str(fields.get("areas", ""))
    said = {"text: not all of it is GBK": odd, "check: it has none, and proves nothing": frame.check == "none"}
    return Decoded(fields, used, tuple(warning for warning, is_so in said.items() if is_so))


def _cut_any(buffer: bytes) -> tuple[Frame, int] | None:
    """As frames are written by hand: one without any check is read too."""
    try:
        return decode_frame(buffer)
    except BrokenFrame as broken:
        try:
            return decode_frame(buffer, check="none")
        except BrokenFrame:
            raise broken from None


_ONE_LINE = {
    "area_id": 0, "x": 0, "y": 0, "width_units8": 8, "height": 16, "single_line": 1, "wrap": 1, "mode": 1, "speed": 0,
    "stay": 5, "run_mode": 0, "timeout": 0, "response": 1,
}

ONBON_BX = Codec(
    name="onbon-bx",
    summary="LED screen, Onbon BX font card",
    directions="host->screen and screen->host",
    encode=_encode,
    decode=_decode,
    cut=cut_command,
    longest=LONGEST,
    aliases=("onbon_bx_font",),
    sum_bits=16,
    examples=(
        Example(
            "A5 A5 A5 A5 A5 A5 A5 A5 01 00 00 80 00 00 00 00 00 00 FE 02 05 00 A2 00 01 00 00 68 F8 5A",
            "a C library, a microcontroller's program and a Python driver: ping",
            {"group": "A2", "cmd": "00", "response": 1},
        ),
        Example(
            "A5 A5 A5 A5 A5 A5 A5 A5 01 00 00 80 00 00 00 00 00 00 FE 02 32 00 A3 06 01 2D 00 00 01 29 00 00 00 00 00 "
            "00 18 00 20 00 00 00 00 02 00 00 00 00 02 02 03 00 04 05 0E 00 00 00 30 31 32 33 34 35 51 52 53 54 54 56 "
            "27 42 A8 7D 5A",
            "the same C library: one area of text",
            {
                "area_id": 0, "x": 0, "y": 0, "width_units8": 24, "height": 32, "run_mode": 0, "timeout": 2,
                "single_line": 2, "wrap": 2, "mode": 3, "speed": 4, "stay": 5, "text": "012345QRSTTV'B",
            },
        ),
        Example(
            "A5 A5 A5 A5 A5 A5 A5 A5 01 00 00 80 00 00 00 00 00 00 FE 02 33 00 A3 06 02 00 00 00 01 2A 00 00 00 00 18 "
            "00 40 00 0C 00 01 0A 01 02 00 00 00 00 01 01 01 00 17 02 0F 00 00 00 5C 46 4F 30 30 30 48 55 4D 3A 36 36 "
            "25 52 48 36 7A 5A",
            "captured on the wire of a sign with a sensor",
            {"area_id": 1, "response": 2, "text": "\\FO000HUM:66%RH"},
        ),
        Example(
            "A5 A5 A5 A5 A5 A5 A5 A5 01 00 00 80 00 00 00 00 00 00 FE 02 35 00 A3 06 02 00 00 00 01 2C 00 00 00 00 0C "
            "00 40 00 0C 00 01 0A 01 02 00 00 00 00 01 01 01 00 17 02 11 00 00 00 5C 46 4F 30 30 30 54 45 4D 50 45 52 "
            "3A 32 31 A1 E6 82 DA 5A",
            "captured beside it",
            {"area_id": 1, "y": 12, "response": 2, "text": "\\FO000TEMPER:21℃"},
        ),
        Example(
            "A5 A5 A5 A5 A5 A5 A5 A5 01 00 00 80 00 00 00 00 00 00 FE 02 05 00 A1 02 01 00 00 2D 40 5A",
            "the microcontroller's program: how a card is",
            {"group": "A1", "cmd": "02", "response": 1},
        ),
        Example(
            "A5 A5 A5 A5 A5 A5 A5 A5 01 00 00 80 00 00 00 00 00 00 FE 02 0D 00 A2 03 01 08 00 13 20 01 25 11 17 26 05 "
            "B0 3F 5A",
            "the same program: a card's clock",
            {"clock": "2013-01-25T11:17:26", "response": 1},
        ),
        Example(
            "A5 A5 A5 A5 A5 A5 A5 A5 01 00 00 80 00 00 00 00 00 00 FE 02 07 00 A3 06 01 02 00 FF 00 67 CC 5A",
            "the same program: all areas go",
            {"delete": "all", "response": 1},
        ),
        Example(
            "A5 A5 A5 A5 A5 A5 A5 A5 00 80 01 00 00 00 00 00 00 00 FE 02 05 00 A0 00 00 00 00 64 DC 5A",
            "the microcontroller's program: a card takes it",
            expect={"ack": True},
        ),
        Example(
            "A5 A5 A5 A5 A5 A5 A5 A5 01 00 00 80 00 00 00 00 00 00 FE 02 28 00 A3 06 01 00 00 00 01 1F 00 00 00 00 00 "
            "00 08 00 10 00 00 00 00 00 00 00 00 00 01 01 01 00 00 05 04 00 00 00 5B 02 30 30 31 D0 98 5A",
            "the escape rules of the first two",
            {**_ONE_LINE, "text": "Z001"},
        ),
        Example(
            "A5 A5 A5 A5 A5 A5 A5 A5 01 00 00 80 00 00 00 00 00 00 FE 02 28 00 A3 06 01 00 00 00 01 1F 00 00 00 00 00 "
            "00 08 00 10 00 00 00 00 00 00 00 00 00 01 01 01 00 00 05 04 00 00 00 41 33 30 37 A6 01 7E 5A",
            "the same rules: a check that has to be escaped",
            {**_ONE_LINE, "text": "A307"},
        ),
    ),
)
