"""What a scanner types: characters in quick succession, then Enter. No I/O."""

from __future__ import annotations

import math

from device_drivers.codecs.codec import FrameStream
from device_drivers.events import Code, DeviceEvent, Read
from device_drivers.families.hid.events import DOWN, KEY, LENGTH, UP, InputEvent, cut_event
from device_drivers.families.hid.keys import ENTERS, LEFT_SHIFT, RIGHT_SHIFT, typed
from device_drivers.families.readers.options import ReaderOptions
from device_drivers.families.readers.scanned import LONGEST_CODE

# Scanners type a character every few milliseconds; what comes slower is a person, or another code.
SLOWEST_S = 0.5
SAME_S = 1.5


class HidScannerOptions(ReaderOptions, frozen=True, kw_only=True):
    """Nothing but its kiosk."""


class HidScanLink:
    """`families.readers.driver.ReaderLink`."""

    def __init__(self, reader: str) -> None:
        self._reader = reader
        self._stream = FrameStream(cut_event, LENGTH)
        self._typed: list[str] = []
        self._typed_s = -math.inf
        self._shift = 0
        self._last: tuple[int, float] | None = None
        self._counters = dict.fromkeys(("codes", "repeats", "keys"), 0)

    @property
    def counters(self) -> dict[str, int]:
        return {**self._counters, "bytes_skipped": self._stream.skipped}

    @property
    def trouble(self) -> str:
        return ""

    def want(self, until_s: float) -> None:
        """It scans by itself; who wants it is the hall's to know."""

    def receive(self, data: bytes, now: float) -> list[DeviceEvent]:
        return [event for frame in self._stream.feed(data) for event in self._heard(frame, now)]

    def tick(self, now: float) -> list[DeviceEvent]:
        return []

    def take_output(self) -> bytes:
        return b""

    def written(self, now: float) -> list[DeviceEvent]:
        return []

    def due_s(self, now: float) -> float:
        return math.inf

    def lost(self, now: float) -> list[DeviceEvent]:
        self._stream.clear()
        self._typed.clear()
        self._shift = 0
        return []

    def _heard(self, event: InputEvent, now: float) -> list[DeviceEvent]:
        if event.type != KEY:
            return []
        if event.code in (LEFT_SHIFT, RIGHT_SHIFT):
            self._shift = max(0, self._shift + (1 if event.value == DOWN else -1 if event.value == UP else 0))
            return []
        if event.value != DOWN:
            return []
        self._counters["keys"] += 1
        if now - self._typed_s > SLOWEST_S:
            self._typed.clear()
        self._typed_s = now
        if event.code in ENTERS:
            return self._ended(now)
        self._typed.append(typed(event.code, shift=self._shift > 0))
        del self._typed[:-LONGEST_CODE]
        return []

    def _ended(self, now: float) -> list[DeviceEvent]:
        said = "".join(self._typed)
        self._typed.clear()
        seen, this = self._last, hash(said)
        if not said.strip():
            return []
        self._last = (this, now)
        if seen is not None and seen[0] == this and now - seen[1] < SAME_S:
            self._counters["repeats"] += 1
            return []
        self._counters["codes"] += 1
        return [Read(self._reader, Code(said))]
