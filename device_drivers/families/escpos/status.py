"""What a ticket printer says of itself: the answer bytes of DLE EOT n and of GS r 1, both ways.

One byte each. Pure; it does not know who asked or when, only what a byte means as the answer to a
request. A printer that does not answer is not described here: that is *unknown*, never paper out.

    DLE EOT n   0 x x 1 x x 1 0    (b & 0x93) == 0x12   answered at once, also when offline
    GS r 1      0 0 0 0 o o n n    the pairs agree      answered when the buffer reaches it
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from device_drivers.errors import BadField

# n -> name -> bits that are all set when it is so (hardware.md §1.1, masks as in python-escpos; the
# sensors of n = 4 report in pairs of bits, and one bit of a pair alone is not a report)
REAL_TIME_FLAGS: Final[dict[int, dict[str, int]]] = {
    1: {"drawer_pin_high": 0x04, "offline": 0x08, "waiting_recovery": 0x20, "feed_button": 0x40},
    2: {"cover_open": 0x04, "fed_by_button": 0x08, "stopped_for_paper": 0x20, "error": 0x40},
    3: {"mechanical": 0x04, "cutter": 0x08, "unrecoverable": 0x20, "auto_recoverable": 0x40},
    4: {"near_end": 0x0C, "out": 0x60},
}
BUFFERED_FLAGS: Final[dict[str, int]] = {"near_end": 0x03, "out": 0x0C}

_REAL_TIME_FIXED: Final = 0x12
_REAL_TIME_MASK: Final = 0x93
# Each sensor reports in a pair of bits; bits 4 and 7 are fixed, 5 and 6 reserved: all of them 0.
_BUFFERED_ANSWERS: Final = frozenset((0x00, 0x03, 0x0C, 0x0F))
_PAPER_ANSWERS: Final = frozenset((0x12, 0x1E, 0x72, 0x7E))


def is_real_time_answer(byte: int) -> bool:
    """The fixed bits of a DLE EOT answer. 00, FF, XON and XOFF are none."""
    return byte & _REAL_TIME_MASK == _REAL_TIME_FIXED


def is_buffered_answer(byte: int) -> bool:
    """One of the four answers to GS r 1. No byte is an answer of both kinds."""
    return byte in _BUFFERED_ANSWERS


def is_paper_answer(byte: int) -> bool:
    """One of the four answers to DLE EOT 4; other bytes with the right fixed bits answer another n."""
    return byte in _PAPER_ANSWERS


def decode_real_time(n: int, byte: int) -> dict[str, bool] | None:
    """The flags of the answer to DLE EOT `n` (1..4), or None when `byte` is not such an answer.

    For n = 1 `online` stands beside the flags, the opposite of `offline`.
    """
    if not is_real_time_answer(byte):
        return None
    flags = _flags(REAL_TIME_FLAGS[n], byte)
    return {"online": not flags["offline"], **flags} if n == 1 else flags


def decode_buffered(byte: int) -> dict[str, bool] | None:
    """`near_end` and `out` of the answer to GS r 1, or None when `byte` is not such an answer."""
    return _flags(BUFFERED_FLAGS, byte) if is_buffered_answer(byte) else None


def encode_real_time(n: int, flags: Mapping[str, bool]) -> int:
    """The byte a printer answers to DLE EOT `n`. Flags that are not named are off."""
    table = REAL_TIME_FLAGS.get(n)
    if table is None:
        raise BadField(f"request: DLE EOT {n} does not exist; n is 1 to 4")
    return _REAL_TIME_FIXED | _bits(table, flags)


def encode_buffered(flags: Mapping[str, bool]) -> int:
    """The byte a printer answers to GS r 1."""
    return _bits(BUFFERED_FLAGS, flags)


def _flags(table: Mapping[str, int], byte: int) -> dict[str, bool]:
    return {name: byte & mask == mask for name, mask in table.items()}


def _bits(table: Mapping[str, int], flags: Mapping[str, bool]) -> int:
    unknown = sorted(set(flags) - set(table))
    if unknown:
        raise BadField(f"{unknown[0]}: not reported by this request; it reports {', '.join(table)}")
    return sum(mask for name, mask in table.items() if flags.get(name))
