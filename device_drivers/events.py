"""What a device may say to the hall. What it is like (paper out, unplugged) is state, read with its health."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PadKey = Literal[
    "call", "recall", "start", "finish", "miss", "pause", "transfer", "confirm", "cancel", "hold",
    "resume", "evaluate",
]


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """A key pressed on pad `pad`. `value` is the number typed before the key, or None."""

    pad: str
    key: PadKey
    value: int | None = None


@dataclass(frozen=True, slots=True)
class Rated:
    """Somebody rated the service at the evaluator that belongs to `pad`, 0..3 as it was sent."""

    pad: str
    value: int


DeviceEvent = KeyPressed | Rated
