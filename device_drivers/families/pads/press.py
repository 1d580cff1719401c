"""Keys of a pad by name, and what was typed before one. Pure."""

from __future__ import annotations

from typing import Final, get_args

from device_drivers.errors import BadField
from device_drivers.events import KeyPressed, PadKey, Rated

PAD_KEYS: Final[tuple[PadKey, ...]] = get_args(PadKey)
# Five levels as people say them, 非常满意 first; a rating is told as evaluators send it, best first from 0.
RATES: Final[dict[str, int]] = {f"rate-{level}": 5 - level for level in range(5, 0, -1)}
DIGITS: Final = "0123456789"
NAMES: Final = (*PAD_KEYS, *RATES, *DIGITS)
# Digits that were typed and then forgotten, and how many count.
TYPED_S = 10.0
TYPED_LIMIT = 6

PadEvent = KeyPressed | Rated


def check_key(name: str) -> str:
    """Raises BadField for what no pad has."""
    if name not in NAMES:
        raise BadField(f"expected a key of {', '.join(PAD_KEYS)}, a digit, or rate-5 to rate-1; got {name!r}")
    return name


class Typed:
    """What one pad was typed so far: digits wait for the key behind them."""

    def __init__(self, pad: str) -> None:
        self._pad = pad
        self._digits = ""
        self._at_s = 0.0

    def press(self, name: str, now: float) -> PadEvent | None:
        """What the key `name` of NAMES says; None for a digit."""
        digits = self._digits if now - self._at_s < TYPED_S else ""
        if name in DIGITS:
            self._digits, self._at_s = (digits + name)[-TYPED_LIMIT:], now
            return None
        self._digits = ""
        if name in RATES:
            return Rated(self._pad, RATES[name])
        key = next(key for key in PAD_KEYS if key == name)
        return KeyPressed(self._pad, key, int(digits) if digits else None)
