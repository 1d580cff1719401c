"""How a visit was, as its holder says it."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from hall_daemon.wire.bodies import Body

# A closed list: what is written freely may name somebody.
RatingReason = Literal["waited_long", "told_twice", "unclear", "manner", "place"]
# Whether the holder may rate the visit, or has: "" where it is not done yet, or whoever asks has no token of it.
RatingState = Literal["", "open", "rated"]


class RatingBody(Body, frozen=True):
    """`level` is 1 (very dissatisfied) to 5 (very satisfied); `reasons` are for 1 and 2 only."""

    level: Annotated[int, Meta(ge=1, le=5)]
    reasons: Annotated[tuple[RatingReason, ...], Meta(max_length=5)] = ()
