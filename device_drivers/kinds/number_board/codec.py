"""The four bytes of number boards (数字屏): an address, a number, their sum. Pure.

    addr  hi lo  SUM      SUM = addr + hi + lo, mod 256

No head and no end: a receiver that lost its place finds it again by the sum alone. See docs/devices/number-board.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from device_drivers.codecs.codec import BrokenFrame, Codec, Decoded, Example, number, only, whole_frame
from device_drivers.errors import BadField

LENGTH = 4
LARGEST = 0xFFFF


class BoardFrame(NamedTuple):
    addr: int
    value: int


def encode_board(frame: BoardFrame) -> bytes:
    """Raises BadField."""
    try:
        body = bytes([frame.addr]) + frame.value.to_bytes(2, "big")
    except (ValueError, OverflowError):
        raise BadField(f"addr and value: expected 0..255 and 0..{LARGEST}, got {frame}") from None
    return body + bytes([sum(body) & 0xFF])


def decode_board(buffer: bytes) -> tuple[BoardFrame, int] | None:
    """(frame, bytes used) from the front of `buffer`, None for half a frame; raises BrokenFrame."""
    if len(buffer) < LENGTH:
        return None
    right = sum(buffer[:3]) & 0xFF
    if buffer[3] != right:
        raise BrokenFrame(f"the sum is {buffer[3]:02X}, expected {right:02X}", 1)
    return BoardFrame(buffer[0], int.from_bytes(buffer[1:3], "big")), LENGTH


def _encode(fields: Mapping[str, object]) -> bytes:
    only(fields, BoardFrame._fields)
    return encode_board(BoardFrame(number(fields, "addr", 0, 0xFF), number(fields, "value", 0, LARGEST)))


def _decode(data: bytes) -> Decoded:
    frame, used = whole_frame(decode_board, data, f"it has {LENGTH}")
    return Decoded(dict(frame._asdict()), used)


NUMBER_BOARD = Codec(
    name="number-board",
    summary="number board, address and number with their sum",
    directions="host->board; boards never answer",
    encode=_encode,
    decode=_decode,
    cut=decode_board,
    longest=LENGTH,
    aliases=("number_board_sum4",),
    sum_bits=8,
    examples=(Example("05 03 E7 EF", "a vendor's page: board 5 shows 999", {"addr": 5, "value": 999}),),
)
