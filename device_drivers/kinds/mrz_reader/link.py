"""What a reader of machine-readable zones says: two or three lines, one after the other. No I/O."""

from __future__ import annotations

import math
from collections import deque

from device_drivers.codecs.codec import FrameStream
from device_drivers.events import DeviceEvent, Read, Unreadable
from device_drivers.families.readers.options import ReaderOptions
from device_drivers.families.readers.scanned import LONGEST_CODE, cut_line
from device_drivers.families.readers.zone import (
    LONGEST_LINE,
    SHORTEST_LINE,
    Zone,
    is_zone_text,
    person_of,
    read_zone,
)

# The lines of one document come within this; a line that broke off is given up.
TOGETHER_S = 1.0
BROKEN_OFF_S = 0.25
SAME_S = 2.0


class MrzOptions(ReaderOptions, frozen=True, kw_only=True):
    """Nothing but its kiosk."""


class MrzLink:
    """`families.readers.driver.ReaderLink`."""

    def __init__(self, reader: str) -> None:
        self._reader = reader
        self._stream = FrameStream(cut_line, LONGEST_CODE)
        self._lines: deque[str] = deque(maxlen=3)
        self._heard_s = -math.inf
        self._last: tuple[int, float] | None = None
        self._counters = dict.fromkeys(("documents", "unreadable", "repeats", "other_lines"), 0)

    @property
    def counters(self) -> dict[str, int]:
        return {**self._counters, "bytes_skipped": self._stream.skipped}

    @property
    def trouble(self) -> str:
        return ""

    def want(self, until_s: float) -> None:
        """It reads whatever is swiped; who wants it is the hall's to know."""

    def receive(self, data: bytes, now: float) -> list[DeviceEvent]:
        if now - self._heard_s >= TOGETHER_S:
            self._lines.clear()
        self.tick(now)
        self._heard_s = now
        return [event for frame in self._stream.feed(data) for event in self._line(frame.data, now)]

    def tick(self, now: float) -> list[DeviceEvent]:
        if self._stream.pending > 1 and now - self._heard_s >= BROKEN_OFF_S:
            self._stream.give_up()
            self._lines.clear()
        return []

    def take_output(self) -> bytes:
        return b""

    def written(self, now: float) -> list[DeviceEvent]:
        return []

    def due_s(self, now: float) -> float:
        return max(0.0, self._heard_s + BROKEN_OFF_S - now) if self._stream.pending > 1 else math.inf

    def lost(self, now: float) -> list[DeviceEvent]:
        self._stream.clear()
        self._lines.clear()
        return []

    def _line(self, data: bytes, now: float) -> list[DeviceEvent]:
        line = data.strip(b" \x02\x03").decode("ascii", "replace")
        if not is_zone_text(line) or not SHORTEST_LINE <= len(line) <= LONGEST_LINE:
            self._counters["other_lines"] += 1
            self._lines.clear()
            return []
        self._lines.append(line)
        zone = read_zone(list(self._lines)[-2:]) or read_zone(list(self._lines))
        return [] if zone is None else self._whole(zone, now)

    def _whole(self, zone: Zone, now: float) -> list[DeviceEvent]:
        self._lines.clear()
        person = person_of(zone)
        if person is None:
            self._counters["unreadable"] += 1
            return [Read(self._reader, Unreadable("card"))]
        seen, this = self._last, hash(person.number)
        self._last = (this, now)
        if seen is not None and seen[0] == this and now - seen[1] < SAME_S:
            self._counters["repeats"] += 1
            return []
        self._counters["documents"] += 1
        return [Read(self._reader, person)]
