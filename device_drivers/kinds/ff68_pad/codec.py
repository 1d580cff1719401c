"""The "FF 68" protocol of caller pads (呼叫器) and evaluators (评价器). Pure.

    FF 68  L  L  68  addr  func  data…  SUM  16
           └──┴ length of addr + func + data, twice
                     └── SUM = sum of these, mod 256 ──┘

    pad -> host    func any but 11   [digit…] key        keys below; the host echoes the frame
    evaluator      func 11           value 0..3          the host answers func 01, same value
    host -> pad    func 02           six digits          waiting count, ticket; 0A is a blank digit
                   func 03                               beep
                   func 01           0B                  start an evaluation

The length tells where a frame ends, so every byte inside may be FF, 68 or 16. 9600 8N1. Source: shared
hardware notes §3 (one public program). That program shows the count as three digits with zeros and never
checks SUM; the func of a key frame is not stated anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from device_drivers.codecs.codec import BrokenFrame, Codec, Decoded, Example, hex_text, number, only, text, whole_frame
from device_drivers.errors import BadField

HEAD = b"\xff\x68"
SECOND_HEAD = 0x68
END = 0x16

FUNC_HOST = 0x01  # acknowledges an evaluator, starts an evaluation; taken for key frames too
FUNC_DISPLAY = 0x02
FUNC_BEEP = 0x03
FUNC_EVALUATOR = 0x11

BLANK = 0x0A
KEY_CONFIRM = 0x0F

# Key code -> what the pad has printed on it.
KEYS: dict[int, str] = {
    0x0B: "evaluate",
    0x0C: "call",
    0x0D: "recall",
    0x0E: "cancel",
    KEY_CONFIRM: "confirm",
    0x11: "one_metre",  # 一米线: calls the next person to the line
    0x12: "pause",
    0x13: "transfer",
}
# A single digit followed by confirm means something of its own.
CONFIRMED: dict[int, str] = {6: "give_up", 0: "hold", 3: "call_back"}

RATINGS = range(4)

# Data bytes. The longest known frame carries six; the bound keeps a mangled length from deafening us.
DATA_LIMIT = 62
_HEADER = 5
_TRAILER = 2
LONGEST = _HEADER + 2 + DATA_LIMIT + _TRAILER

_HALF = 3  # digits of the count, digits of the ticket


@dataclass(frozen=True, slots=True)
class PadFrame:
    addr: int
    func: int
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class KeyPress:
    """`key` is the code on the wire, `action` its meaning, `digits` what was typed before it."""

    key: int
    action: str
    digits: tuple[int, ...] = ()


def encode_pad(frame: PadFrame) -> bytes:
    """Raises BadField."""
    if len(frame.data) > DATA_LIMIT:
        raise BadField(f"data: {len(frame.data)} bytes, at most {DATA_LIMIT}")
    try:
        body = bytes([frame.addr, frame.func]) + frame.data
    except ValueError:
        raise BadField("addr and func: expected bytes 0..255") from None
    return HEAD + bytes([len(body), len(body), SECOND_HEAD]) + body + bytes([sum(body) & 0xFF, END])


def decode_pad(buffer: bytes) -> tuple[PadFrame, int] | None:
    """(frame, bytes used) from the front of `buffer`, None for half a frame; raises BrokenFrame."""
    start = buffer[:2]
    if not HEAD.startswith(start):
        raise BrokenFrame(f"starts with {hex_text(start)}, expected FF 68", _next_head(buffer))
    if len(buffer) < 3:
        return None
    length = buffer[2]
    if not 2 <= length <= 2 + DATA_LIMIT:
        raise BrokenFrame(f"length {length}, expected 2..{2 + DATA_LIMIT}", _next_head(buffer))
    if len(buffer) > 3 and buffer[3] != length:
        raise BrokenFrame(f"lengths {length} and {buffer[3]} disagree", _next_head(buffer))
    if len(buffer) > 4 and buffer[4] != SECOND_HEAD:
        raise BrokenFrame(f"byte 4 is {buffer[4]:02X}, expected 68", _next_head(buffer))
    used = _HEADER + length + _TRAILER
    if len(buffer) < used:
        return None
    body, total, end = buffer[_HEADER : used - _TRAILER], buffer[used - 2], buffer[used - 1]
    if total != sum(body) & 0xFF:
        raise BrokenFrame(f"the sum is {total:02X}, expected {sum(body) & 0xFF:02X}", _next_head(buffer))
    if end != END:
        raise BrokenFrame(f"ends with {end:02X}, expected 16", _next_head(buffer))
    return PadFrame(body[0], body[1], body[2:]), used


def _next_head(buffer: bytes) -> int:
    at = buffer.find(HEAD[0], 1)
    return at if at > 0 else len(buffer)


def key_press(frame: PadFrame) -> KeyPress | None:
    """The key a frame reports, or None when it carries something else."""
    *typed, last = frame.data or b"\x00"
    if frame.func == FUNC_EVALUATOR or last not in KEYS or any(digit > 9 for digit in typed):
        return None
    return KeyPress(last, action_of(last, tuple(typed)), tuple(typed))


def action_of(key: int, digits: tuple[int, ...]) -> str:
    """What `key` means after `digits` were typed; `key` is one of KEYS."""
    if key == KEY_CONFIRM and len(digits) == 1:
        return CONFIRMED.get(digits[0], KEYS[key])
    return KEYS[key]


def typed_digit(frame: PadFrame) -> int | None:
    """The digit of a frame that reports one (a pad that sends each touch), or None."""
    is_digit = frame.func != FUNC_EVALUATOR and len(frame.data) == 1 and frame.data[0] <= 9
    return frame.data[0] if is_digit else None


def number_of(digits: tuple[int, ...]) -> int | None:
    return int("".join(map(str, digits))) if digits else None


def acknowledgement(frame: PadFrame) -> PadFrame:
    """What the host says to a frame of a pad (the same) or an evaluator (func 01)."""
    return PadFrame(frame.addr, FUNC_HOST, frame.data) if frame.func == FUNC_EVALUATOR else frame


def display_frame(addr: int, waiting: int | None, ticket: str | None) -> PadFrame:
    """Count left, ticket right. A ticket of four to six digits takes the whole display: no count then."""
    right = ticket or ""
    if not set(right) <= set("0123456789") or len(right) > 2 * _HALF:
        raise BadField(f"ticket: expected up to {2 * _HALF} digits, got {ticket!r}")
    if waiting is not None and not 0 <= waiting < 10**_HALF:
        raise BadField(f"waiting: expected 0..{10**_HALF - 1}, got {waiting}")
    if waiting is not None and len(right) > _HALF:
        raise BadField(f"waiting: no room for it beside the {len(right)} digits of the ticket, leave it out")
    left = "" if waiting is None else f"{waiting:0{_HALF}}"
    shown = left + right.rjust(2 * _HALF - len(left))
    return PadFrame(addr, FUNC_DISPLAY, bytes(BLANK if digit == " " else int(digit) for digit in shown))


_DISPLAY_FIELDS = ("waiting", "ticket")
_FIELDS = ("addr", "func", *_DISPLAY_FIELDS, "value", "key", "action", "digits", "data")
_BY_ACTION = {action: (key, ()) for key, action in KEYS.items()} | {
    action: (KEY_CONFIRM, (digit,)) for digit, action in CONFIRMED.items()
}


def _encode(fields: Mapping[str, object]) -> bytes:
    """`func` decides; a key (by code or action) may stand beside any func but 11, default 01."""
    only(fields, _FIELDS)
    addr = number(fields, "addr", 0, 255)
    is_key = "key" in fields or "action" in fields
    func = number(fields, "func", 0, 255, FUNC_HOST if is_key else None)
    if "data" in fields:
        return encode_pad(PadFrame(addr, func, _hex(fields)))
    if is_key:
        return encode_pad(PadFrame(addr, func, _key_data(fields, func)))
    if func == FUNC_DISPLAY:
        return encode_pad(display_frame(addr, _count(fields), _ticket(fields)))
    if func == FUNC_BEEP:
        return encode_pad(PadFrame(addr, func))
    return encode_pad(PadFrame(addr, func, bytes([number(fields, "value", 0, 255)])))


def _hex(fields: Mapping[str, object]) -> bytes:
    try:
        return bytes.fromhex(text(fields, "data"))
    except ValueError:
        raise BadField(f"data: expected hex bytes such as '06 0F', got {fields['data']!r}") from None


def _key_data(fields: Mapping[str, object], func: int) -> bytes:
    if func == FUNC_EVALUATOR:
        raise BadField("func: 17 (11 hex) is an evaluator's and carries no key, expected another")
    key, digits = _key_of(fields)
    if "digits" in fields:
        typed = text(fields, "digits")
        if not set(typed) <= set("0123456789"):
            raise BadField(f"digits: expected text of digits, got {typed!r}")
        digits = tuple(map(int, typed))
    return bytes([*digits, key])


def _key_of(fields: Mapping[str, object]) -> tuple[int, tuple[int, ...]]:
    if "key" in fields:
        key = number(fields, "key", 0, 255)
        if key not in KEYS:
            known = ", ".join(f"{code} {action}" for code, action in KEYS.items())
            raise BadField(f"key: expected one of {known}; got {key}")
        return key, ()
    action = text(fields, "action")
    if action not in _BY_ACTION:
        raise BadField(f"action: expected one of {', '.join(_BY_ACTION)}; got {action!r}")
    return _BY_ACTION[action]


def _count(fields: Mapping[str, object]) -> int | None:
    return None if fields.get("waiting") is None else number(fields, "waiting", 0, 10**_HALF - 1)


def _ticket(fields: Mapping[str, object]) -> str | None:
    return None if fields.get("ticket") is None else text(fields, "ticket")


def _decode(data: bytes) -> Decoded:
    frame, used = whole_frame(decode_pad, data, "more must follow")
    fields: dict[str, object] = {"addr": frame.addr, "func": frame.func}
    warnings: tuple[str, ...] = ()
    press = key_press(frame)
    if frame.func == FUNC_DISPLAY and len(frame.data) == 2 * _HALF and max(frame.data) <= BLANK:
        fields |= _shown(frame.data)
    elif press is not None:
        fields |= {"key": press.key, "action": press.action}
        if press.digits:
            fields |= {"digits": "".join(map(str, press.digits))}
    elif frame.func in (FUNC_EVALUATOR, FUNC_HOST) and len(frame.data) == 1:
        fields["value"] = frame.data[0]
        if frame.func == FUNC_EVALUATOR and frame.data[0] not in RATINGS:
            warnings = (f"value: an evaluator says 0..{RATINGS[-1]}, this is {frame.data[0]}",)
    elif frame.data:
        fields["data"] = hex_text(frame.data)
        warnings = ("data: no known meaning",)
    return Decoded(fields, used, warnings)


def _shown(digits: bytes) -> dict[str, object]:
    """Read a display as a person would: a full left half is a count, else all of it is the ticket."""
    words = [
        "".join(" " if digit == BLANK else str(digit) for digit in half) for half in (digits[:3], digits[3:])
    ]
    if words[0].isdecimal():
        return {"waiting": int(words[0]), "ticket": words[1].strip() or None}
    return {"waiting": None, "ticket": "".join(words).strip() or None}


_PROGRAM = "the public program of a queue system of several windows"

KEYPAD_FF68 = Codec(
    name="ff68-pad",
    summary="caller pad and evaluator, FF 68 frame",
    directions="pad->host: keys, ratings; host->pad: display (func 2), beep (func 3), acknowledgement (func 1)",
    encode=_encode,
    decode=_decode,
    cut=decode_pad,
    longest=LONGEST,
    aliases=("keypad_ff68",),
    sum_bits=8,
    examples=(
        Example(
            "FF 68 08 08 68 01 02 0A 0A 0A 00 02 03 26 16",
            f"{_PROGRAM}: a ticket on a pad, no count",
            {"addr": 1, "func": 2, "waiting": None, "ticket": "023"},
        ),
        Example("FF 68 02 02 68 05 03 08 16", f"{_PROGRAM}: beep", {"addr": 5, "func": 3}),
        Example("FF 68 03 03 68 03 11 00 14 16", f"{_PROGRAM}: a rating", expect={"addr": 3, "func": 17, "value": 0}),
        Example(
            "FF 68 03 03 68 03 01 00 04 16", f"{_PROGRAM}: its answer", {"addr": 3, "func": 1, "value": 0}
        ),
        Example(
            "FF 68 03 03 68 01 01 0C 0E 16",
            f"{_PROGRAM}: the key call",
            expect={"addr": 1, "key": 12, "action": "call"},
        ),
    ),
)
