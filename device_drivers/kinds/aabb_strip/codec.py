"""The "AA-BB" protocol of bank window strips (条屏) and main boards (综合屏). Pure.

    AA  addr  BB 51  cmd  SUM  play speed stay colour [valid]  text…  FF
        │            │    │                            │       └ GBK, which never holds FF
        │            │    │                            └ with cmd 54 only
        │            │    └ sum of all bytes behind it, mod 256; FF itself counts in the variant `sumff`
        │            └ 54 show now, 44 store
        └ FF speaks to all screens of the bus

Only the first FF behind the properties ends a frame: address, SUM and properties may be FF themselves.
RS-485 or RS-232, usually 9600 8N1; screens never answer. Source: shared hardware notes §2.2 (published
frames of a bank queue system and its screen adapters).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from device_drivers.codecs.codec import BrokenFrame, Codec, Decoded, Example, number, only, text, whole_frame
from device_drivers.codecs.text import encode_text
from device_drivers.errors import BadField

HEAD = 0xAA
MARK = b"\xbb\x51"
END = 0xFF
ALL_SCREENS = 0xFF

SHOW = 0x54
STORE = 0x44

# Bytes of text. The sources set no limit; a window strip shows 8 to 16 Hanzi, this is a page of them.
TEXT_LIMIT = 512

_PROPERTIES = {SHOW: 5, STORE: 4}
_HEADER = 6  # up to and with SUM
LONGEST = _HEADER + max(_PROPERTIES.values()) + TEXT_LIMIT + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StripFrame:
    """`text` is already encoded, see codecs.text. `valid` belongs to SHOW; STORE has none."""

    addr: int
    text: bytes
    play: int = 1
    speed: int = 0
    stay: int = 99
    color: int = 0
    valid: int | None = 99
    cmd: int = SHOW


def encode_strip(frame: StripFrame, *, sum_with_end: bool = False) -> bytes:
    """Raises BadField."""
    if frame.cmd not in _PROPERTIES:
        raise BadField(f"cmd: expected {SHOW} (54 hex, show) or {STORE} (44 hex, store), got {frame.cmd}")
    properties = [frame.play, frame.speed, frame.stay, frame.color]
    if frame.cmd == SHOW:
        if frame.valid is None:
            raise BadField("valid: is missing, a frame that shows now needs it (0..255)")
        properties.append(frame.valid)
    elif frame.valid is not None:
        raise BadField("valid: a frame that stores has none")
    if END in frame.text:
        raise BadField("text: holds the byte FF, which ends a frame and is no GBK")
    if len(frame.text) > TEXT_LIMIT:
        raise BadField(f"text: {len(frame.text)} bytes encoded, at most {TEXT_LIMIT}")
    try:
        body = bytes(properties) + frame.text
        return bytes([HEAD, frame.addr, *MARK, frame.cmd, _sum(body, sum_with_end)]) + body + bytes([END])
    except ValueError:
        raise BadField("addr, play, speed, stay, color and valid: expected bytes 0..255") from None


def decode_strip(buffer: bytes, *, sum_with_end: bool = False) -> tuple[StripFrame, int] | None:
    """(frame, bytes used) from the front of `buffer`, None for half a frame; raises BrokenFrame."""
    if not buffer:
        return None
    if buffer[0] != HEAD:
        raise BrokenFrame(f"starts with {buffer[0]:02X}, expected AA", _next_head(buffer))
    for at, expected in ((2, MARK[0]), (3, MARK[1])):
        if len(buffer) > at and buffer[at] != expected:
            raise BrokenFrame(f"byte {at} is {buffer[at]:02X}, expected {expected:02X}", _next_head(buffer))
    if len(buffer) <= 4:
        return None
    cmd = buffer[4]
    if cmd not in _PROPERTIES:
        raise BrokenFrame(f"byte 4 is {cmd:02X}, expected 54 (show) or 44 (store)", _next_head(buffer))
    text_at = _HEADER + _PROPERTIES[cmd]
    end = buffer.find(END, text_at, text_at + TEXT_LIMIT + 1)
    if end < 0:
        if len(buffer) > text_at + TEXT_LIMIT:
            raise BrokenFrame(f"no FF within {TEXT_LIMIT} bytes of text", _next_head(buffer))
        return None
    body = buffer[_HEADER:end]
    right = _sum(body, sum_with_end)
    if buffer[5] != right:
        why = f"the sum is {buffer[5]:02X}, expected {right:02X}"
        if buffer[5] == _sum(body, not sum_with_end):
            other = "aabb-strip" if sum_with_end else "aabb-strip-sumff"
            why += f": this is a frame of the variant {other}"
        raise BrokenFrame(why, _next_head(buffer))
    play, speed, stay, color, *rest = buffer[_HEADER:text_at]
    frame = StripFrame(
        addr=buffer[1],
        text=buffer[text_at:end],
        play=play,
        speed=speed,
        stay=stay,
        color=color,
        valid=rest[0] if rest else None,
        cmd=cmd,
    )
    return frame, end + 1


def _sum(body: bytes, with_end: bool) -> int:
    return (sum(body) + (END if with_end else 0)) & 0xFF


def _next_head(buffer: bytes) -> int:
    """How far to skip from a bad start: to the next byte that can start a frame."""
    at = buffer.find(HEAD, 1)
    return at if at > 0 else len(buffer)


# `cmd` as people write it: the number, or the hex of the protocol sheet.
_COMMANDS = {SHOW: SHOW, STORE: STORE, "54": SHOW, "44": STORE}
_SHOWN = ("addr", "cmd", "play", "speed", "stay", "color", "text", "valid")
_FIELDS = ("addr", "play", "speed", "stay", "color", "valid", "text", "cmd")


def _from_fields(fields: Mapping[str, object]) -> StripFrame:
    """Without `cmd` the frame stores when there is no `valid`, as the wire has it."""
    only(fields, _FIELDS)
    valid = None if fields.get("valid") is None else number(fields, "valid", 0, 255)
    given = fields.get("cmd", STORE if valid is None else SHOW)
    cmd = _COMMANDS.get(given) if isinstance(given, int | str) else None
    if cmd is None:
        raise BadField(f"cmd: expected {SHOW} or '54' (show now), {STORE} or '44' (store), got {given!r}")
    bytes_ = {name: number(fields, name, 0, 255) for name in ("addr", "play", "speed", "stay", "color")}
    return StripFrame(text=encode_text(text(fields, "text"), "gbk").data, valid=valid, cmd=cmd, **bytes_)


def _to_fields(frame: StripFrame) -> dict[str, object]:
    fields = {**asdict(frame), "text": frame.text.decode("gbk", "replace")}
    return {name: fields[name] for name in _SHOWN if fields[name] is not None}


def _codec(name: str, summary: str, *examples: Example, sum_with_end: bool) -> Codec:
    def encode(fields: Mapping[str, object]) -> bytes:
        return encode_strip(_from_fields(fields), sum_with_end=sum_with_end)

    def cut(buffer: bytes) -> tuple[StripFrame, int] | None:
        return decode_strip(buffer, sum_with_end=sum_with_end)

    def decode(data: bytes) -> Decoded:
        frame, used = whole_frame(cut, data, "the FF at its end is missing")
        fields = _to_fields(frame)
        odd = "�" in str(fields["text"])
        return Decoded(fields, used, ("text: not all of it is GBK",) if odd else ())

    return Codec(
        name=name,
        summary=summary,
        directions="host->screen; screens never answer",
        encode=encode,
        decode=decode,
        cut=cut,
        longest=LONGEST,
        examples=examples,
        aliases=(name.replace("-", "_"),),
        sum_bits=8,
    )


_CALL = {"addr": 3, "play": 1, "speed": 0, "stay": 153, "color": 0, "valid": 99, "text": "请A023号到3号窗口"}

AABB_STRIP = _codec(
    "aabb-strip",
    "LED window strip, AA-BB frame",
    Example(
        "AA 01 BB 51 54 72 01 00 00 02 63 41 42 BB B6 D3 AD B9 E2 C1 D9 31 32 FF",
        "a comment in the public program of a bank queue system",
        {"addr": 1, "play": 1, "speed": 0, "stay": 0, "color": 2, "valid": 99, "text": "AB欢迎光临12"},
    ),
    Example(
        "AA 03 BB 51 54 25 01 00 99 00 63 C7 EB 41 30 32 33 BA C5 B5 BD 33 BA C5 B4 B0 BF DA FF",
        "the field order and sum rule of the same program",
        _CALL,
    ),
    sum_with_end=False,
)
AABB_STRIP_SUMFF = _codec(
    "aabb-strip-sumff",
    "LED window strip, AA-BB frame whose sum counts the final FF",
    Example(
        "AA 03 BB 51 54 24 01 00 99 00 63 C7 EB 41 30 32 33 BA C5 B5 BD 33 BA C5 B4 B0 BF DA FF",
        "the screen adapter of a bank that adds the end to the sum",
        _CALL,
    ),
    sum_with_end=True,
)
