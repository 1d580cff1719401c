"""Frames of SYN6288 speech modules, and the single bytes they answer with. Pure.

    FD  len u16BE  cmd  [param]  [text, at most 200 bytes]  XOR of all before       len = all behind it
    41 accepted · 45 error · 4A ready · 4E busy · 4F idle

param of 01 (speak): low three bits the encoding, 0 GB2312, 1 GBK, 2 BIG5, 3 UTF-16; the rest background music. See
docs/devices/syn6288.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import xor
from typing import NamedTuple

from device_drivers.codecs.codec import BrokenFrame, Codec, Decoded, Example, number, only, text, whole_frame
from device_drivers.codecs.text import GETA, encode_text
from device_drivers.errors import BadField

HEAD = 0xFD
SPEAK, STOP, PAUSE, RESUME, QUERY, BAUD, SLEEP = 0x01, 0x02, 0x03, 0x04, 0x21, 0x31, 0x88
WITH_PARAM = frozenset({SPEAK, BAUD})
PLAIN = frozenset({STOP, PAUSE, RESUME, QUERY, SLEEP})
TEXT_LIMIT = 200
LONGEST = 3 + 2 + TEXT_LIMIT + 1
ENCODINGS = ("gbk", "gbk", "big5", "utf-16-be")  # what is GB2312 is GBK
GBK = 1
ACCEPTED, ERROR, READY, BUSY, IDLE = 0x41, 0x45, 0x4A, 0x4E, 0x4F
ANSWERS = {ACCEPTED: "accepted", ERROR: "error", READY: "ready", BUSY: "busy", IDLE: "idle"}


class Frame(NamedTuple):
    cmd: int
    param: int | None = None
    text: bytes = b""


def encode_frame(frame: Frame) -> bytes:
    """Raises BadField."""
    if len(frame.text) > TEXT_LIMIT:
        raise BadField(f"text: {len(frame.text)} bytes encoded, at most {TEXT_LIMIT}")
    if frame.cmd not in WITH_PARAM | PLAIN:
        known = ", ".join(str(cmd) for cmd in sorted(WITH_PARAM | PLAIN))
        raise BadField(f"cmd: expected one of {known}, got {frame.cmd}")
    if (frame.param is None) == (frame.cmd in WITH_PARAM) or (frame.text and frame.cmd != SPEAK):
        raise BadField(f"param and text: 1 (speak) has both, {BAUD} (baud) a param, the others neither")
    try:
        body = bytes([frame.cmd] if frame.param is None else [frame.cmd, frame.param]) + frame.text
    except ValueError:
        raise BadField("param: expected a byte 0..255") from None
    front = bytes([HEAD]) + (len(body) + 1).to_bytes(2, "big") + body
    return front + bytes([reduce(xor, front)])


def decode_frame(buffer: bytes) -> tuple[Frame, int] | None:
    """(frame, bytes used) from the front of `buffer`, None for half a frame; raises BrokenFrame."""
    if not buffer:
        return None
    if buffer[0] != HEAD:
        raise BrokenFrame(f"starts with {buffer[0]:02X}, expected FD", _next_head(buffer))
    if len(buffer) < 4:
        return None
    length, cmd = int.from_bytes(buffer[1:3], "big"), buffer[3]
    fits = 3 <= length <= 3 + TEXT_LIMIT if cmd == SPEAK else length == (3 if cmd in WITH_PARAM else 2)
    if cmd not in WITH_PARAM | PLAIN or not fits:
        raise BrokenFrame(f"command {cmd:02X} with the length {length} is none of this module's", _next_head(buffer))
    used = 3 + length
    if len(buffer) < used:
        return None
    right = reduce(xor, buffer[: used - 1])
    if buffer[used - 1] != right:
        raise BrokenFrame(f"the sum is {buffer[used - 1]:02X}, expected {right:02X}", _next_head(buffer))
    body = buffer[4 : used - 1]
    if cmd == SPEAK and body[0] & 7 >= len(ENCODINGS):
        raise BrokenFrame(f"{body[0] & 7} is no encoding", _next_head(buffer))
    return (Frame(cmd, body[0], body[1:]) if cmd in WITH_PARAM else Frame(cmd)), used


def _next_head(buffer: bytes) -> int:
    at = buffer.find(HEAD, 1)
    return at if at > 0 else len(buffer)


def speak(words: str) -> Frame:
    """GBK, without music; what it lacks is left out of what is heard."""
    return Frame(SPEAK, GBK, encode_text(words, "gbk").data.replace(GETA.encode("gbk"), b""))


def _encode(fields: Mapping[str, object]) -> bytes:
    only(fields, ("cmd", "param", "text"))
    cmd = number(fields, "cmd", 0, 255)
    param = number(fields, "param", 0, 255, GBK) if cmd in WITH_PARAM else None
    if cmd not in WITH_PARAM and "param" in fields:
        raise BadField(f"param: the command {cmd} has none")
    return encode_frame(Frame(cmd, param, _written(text(fields, "text"), param) if "text" in fields else b""))


def _written(words: str, param: int | None) -> bytes:
    encoding = (param or 0) & 7
    if encoding >= len(ENCODINGS):
        raise BadField(f"param: {encoding} is no encoding, expected 0 to {len(ENCODINGS) - 1} in its low bits")
    if ENCODINGS[encoding] == "gbk":
        return encode_text(words, "gbk").data
    try:
        return words.encode(ENCODINGS[encoding])
    except UnicodeEncodeError as error:
        raise BadField(f"text: {error}") from None


def _decode(data: bytes) -> Decoded:
    if data[:1] and data[0] in ANSWERS:
        return Decoded({"answer": ANSWERS[data[0]]}, 1)
    frame, used = whole_frame(decode_frame, data, "the rest has not come")
    fields: dict[str, object] = {"cmd": frame.cmd}
    if frame.param is None:
        return Decoded(fields, used)
    fields["param"] = frame.param
    if frame.cmd != SPEAK:
        return Decoded(fields, used)
    words = frame.text.decode(ENCODINGS[frame.param & 7], "replace")
    return Decoded(fields | {"text": words}, used, ("text: not all of it can be read",) if "�" in words else ())


SYN6288 = Codec(
    name="syn6288",
    summary="speech module SYN6288",
    directions="host->module; the module answers with single bytes",
    encode=_encode,
    decode=_decode,
    cut=decode_frame,
    longest=LONGEST,
    sum_bits=8,
    examples=(
        Example(
            "FD 00 0B 01 01 D3 EE D2 F4 CC EC CF C2 C0",
            "the documents of a gateway",
            {"cmd": 1, "param": 1, "text": "宇音天下"},
        ),
        Example("FD 00 02 02 FD", "a program in C++: stop", {"cmd": 2}),
        Example("FD 00 07 01 01 D6 B1 D0 D0 9D", "the same program", {"cmd": 1, "param": 1, "text": "直行"}),
    ),
)
