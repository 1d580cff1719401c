"""What a keypad at a window types: digits, then a key. No I/O. It has no face: nothing is shown, nothing beeps."""

from __future__ import annotations

import math
from typing import Annotated, Final

from msgspec import Meta

from device_drivers.codecs.codec import FrameStream
from device_drivers.families.hid.events import DOWN, KEY, LENGTH, InputEvent, cut_event
from device_drivers.families.hid.keys import DIGITS, NAMES
from device_drivers.families.pads.press import PadEvent, Typed
from device_drivers.options import Table

# What is printed on a numeric keypad, and what it says here.
USUAL: Final[dict[str, str]] = {
    "kp_enter": "call", "enter": "call", "kp_+": "recall", "kp_-": "miss", "kp_*": "pause", "kp_/": "transfer",
    "kp_.": "confirm", "backspace": "cancel",
}
# A key that bounces says so within this.
BOUNCE_S = 0.05


class HidKeypadOptions(Table, frozen=True, kw_only=True):
    """`keys`: names of keys to what they mean, beside the digits; USUAL when it is not said."""

    keys: Annotated[dict[str, Annotated[str, Meta(max_length=20)]], Meta(min_length=1, max_length=64)] | None = None


class HidPadLink:
    """`families.pads.driver.Shows` too."""

    def __init__(self, pad: str, keys: dict[str, str]) -> None:
        self._keys = keys
        self._typed = Typed(pad)
        self._stream = FrameStream(cut_event, LENGTH)
        self._last: tuple[int, float] = (0, -math.inf)
        self._counters = dict.fromkeys(("presses", "unused_keys", "bounces"), 0)

    @property
    def counters(self) -> dict[str, int]:
        return {**self._counters, "bytes_skipped": self._stream.skipped}

    def display(self, pad: str, waiting: int | None, ticket: str | None) -> None:
        """It has none."""

    def beep(self, pad: str) -> None:
        """It cannot."""

    def receive(self, data: bytes, now: float) -> list[PadEvent]:
        heard = [self._heard(frame, now) for frame in self._stream.feed(data)]
        return [event for event in heard if event is not None]

    def tick(self, now: float) -> list[PadEvent]:
        return []

    def take_output(self) -> bytes:
        return b""

    def written(self, now: float) -> list[PadEvent]:
        return []

    def due_s(self, now: float) -> float:
        return math.inf

    def lost(self, now: float) -> list[PadEvent]:
        self._stream.clear()
        return []

    def _heard(self, event: InputEvent, now: float) -> PadEvent | None:
        """A key counts when it goes down; held down it says nothing more."""
        if event.type != KEY or event.value != DOWN:
            return None
        last, self._last = self._last, (event.code, now)
        if last[0] == event.code and now - last[1] < BOUNCE_S:
            self._counters["bounces"] += 1
            return None
        name = DIGITS.get(event.code) or self._keys.get(NAMES.get(event.code, ""))
        if name is None:
            self._counters["unused_keys"] += 1
            return None
        press = self._typed.press(name, now)
        self._counters["presses"] += press is not None
        return press
