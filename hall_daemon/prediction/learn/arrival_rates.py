"""Who comes for what, and how many at which time, as roll-outs draw from it. Pure values."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple


class Stream(NamedTuple):
    """People who come for a service in a class, `per_ms` of them on average, and from each tick of `later` on as
    many as stand there."""

    service: str
    class_: str
    per_ms: float
    later: tuple[tuple[float, float], ...] = ()


class RatePiece(NamedTuple):
    """A piece of time, until tick `until`, in which rates do not change: of all, and added up stream by stream."""

    until: float
    per_ms: float
    added: list[float]


def rate_pieces(streams: Sequence[Stream], tick: float, until: float) -> list[RatePiece]:
    """From `tick` on; nobody comes after `until`."""
    changes = sorted({at for stream in streams for at, _ in stream.later if tick < at < until})
    found = []
    for begin, end in pairwise([tick, *changes, until]) if streams else ():
        rates = [next((rate for at, rate in reversed(s.later) if at <= begin), s.per_ms) for s in streams]
        found.append(RatePiece(end, sum(rates), list(accumulate(rates))))
    return found
