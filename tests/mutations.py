"""Bytes as a bad wire, a bad disk or a bad program leaves them."""

from __future__ import annotations

from random import Random

KINDS = 7


def mutate(data: bytes, rng: Random) -> bytes:
    """Some bytes, at least one, with one thing wrong: a bit or a few, some bytes, cut off, inserted, left out, merged
    with its own beginning."""
    at = rng.randrange(len(data))
    match rng.randrange(KINDS):
        case 0:
            return data[:at] + bytes([data[at] ^ (1 << rng.randrange(8))]) + data[at + 1 :]
        case 1:
            return data[:at]
        case 2:
            return data[:at] + rng.randbytes(rng.randrange(1, 5)) + data[at:]
        case 3:
            return data[:at] + data[at + rng.randrange(1, 4) :]
        case 4:
            return data[:at] + data
        case 5:
            flipped = bytearray(data)
            for _ in range(rng.randrange(2, 5)):
                flipped[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
            return bytes(flipped)
        case _:
            size = rng.randrange(1, 5)
            return data[:at] + rng.randbytes(len(data[at : at + size])) + data[at + size :]
