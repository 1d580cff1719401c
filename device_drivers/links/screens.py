"""The conversation with screens that never answer, on one bus: which is told what, and when. No I/O.

"Reported" means that the line took the bytes, not that a lamp is lit; a slow refresh repairs boards that lost power
or a frame. Bytes that come in are our own echo (half duplex) or noise, and are dropped. The bytes of a protocol are
its kind's: an Encoder makes them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NoReturn, Protocol

from device_drivers.errors import Misuse
from device_drivers.links.pace import Pace
from device_drivers.ports import ScreenState, ScreenText
from device_drivers.words import ALL_WELL, Condition

# A calm text that waited this long goes as if it were a call, so that a busy hour starves nobody.
CALM_LIMIT_S = 3.0

class Encoder(Protocol):
    """What a kind of screen adds to the conversation: its bytes. `counters` count what it had to leave out."""

    counters: dict[str, int]

    def encode(self, screen: str, text: ScreenText) -> bytes:
        """The frame that makes `screen` show `text`; whatever the text, there is one."""


@dataclass(slots=True, kw_only=True)
class Slot:
    """One screen: what it should show, and what it was told last."""

    screen: str
    desired: ScreenText | None = None
    frame: bytes = b""  # of `desired`
    since_s: float = 0.0  # when `desired` began to differ from what was sent
    reported: ScreenText | None = None
    reported_s: float | None = None
    sent: bytes = b""  # the last frame the line took

    @property
    def is_due(self) -> bool:
        return self.desired is not None and self.frame != self.sent


class ScreensLink:
    """`gap_s` is the silence between frames, `byte_s` the time of a byte on the wire (0: unknown)."""

    def __init__(
        self,
        screens: Iterable[str],
        encoder: Encoder,
        *,
        gap_s: float = 0.1,
        byte_s: float = 0.0,
        refresh_s: float = 120.0,
    ) -> None:
        self._slots = {screen: Slot(screen=screen) for screen in screens}
        self._encoder = encoder
        self._pace = Pace(gap_s, byte_s)
        self._refresh_s = refresh_s
        self._output = b""
        self._under_way: tuple[Slot, ScreenText, bytes] | None = None
        self._counters = {"frames": 0, "refreshes": 0, "bytes_dropped": 0}

    @property
    def counters(self) -> dict[str, int]:
        return {**self._counters, **self._encoder.counters}

    @property
    def condition(self) -> Condition:
        """What is the matter with the screens; of some that never answer nobody knows."""
        return ALL_WELL

    def show(self, screen: str, text: ScreenText, now: float) -> None:
        """The newest text wins; what is on its way or on the screen already is not sent again."""
        slot = self._slots.get(screen)
        if slot is None:
            raise Misuse(f"no screen {screen!r} here, there are {', '.join(self._slots)}")
        was_due = slot.is_due
        if text != slot.desired:
            slot.desired, slot.frame = text, self._encoder.encode(slot.screen, text)
        if not was_due:
            slot.since_s = now
        under_way = self._under_way is not None and self._under_way[0] is slot
        if not slot.is_due and not under_way:
            slot.reported = text

    def screens(self) -> tuple[ScreenState, ...]:
        return tuple(
            ScreenState(slot.screen, slot.desired, slot.reported, slot.reported_s)
            for slot in self._slots.values()
        )

    def receive(self, data: bytes, now: float) -> list[NoReturn]:
        self._counters["bytes_dropped"] += len(data)
        return []

    def tick(self, now: float) -> list[NoReturn]:
        if self._under_way is None and self._pace.wait_s(now) == 0:
            slot = self._next(now)
            if slot is not None and slot.desired is not None:
                self._counters["refreshes"] += not slot.is_due
                self._under_way = (slot, slot.desired, slot.frame)
                self._output = slot.frame
        return []

    def take_output(self) -> bytes:
        output, self._output = self._output, b""
        return output

    def written(self, now: float) -> list[NoReturn]:
        if self._under_way is not None:
            self._pace.sent(len(self._under_way[2]), now)
            self._taken(now)
        return []

    def _taken(self, now: float) -> None:
        """What is under way is on its screen, as far as anybody can know."""
        assert self._under_way is not None
        slot, text, frame = self._under_way
        slot.sent, slot.reported_s = frame, now
        # Newer words may have come meanwhile that look the same on the wire.
        slot.reported = text if slot.is_due else slot.desired
        self._counters["frames"] += 1
        self._under_way = None

    def due_s(self, now: float) -> float:
        wait_s = self._pace.wait_s(now)
        return max(
            wait_s, min((self._due_in_s(slot, now) for slot in self._slots.values()), default=math.inf)
        )

    def lost(self, now: float) -> list[NoReturn]:
        self._output, self._under_way = b"", None
        self._pace.reset()
        for slot in self._slots.values():
            slot.reported, slot.sent, slot.since_s = None, b"", now
        return []

    def _next(self, now: float) -> Slot | None:
        """A lit call first, then whoever waits longest; a refresh only when nothing is new."""
        ready = [slot for slot in self._slots.values() if self._due_in_s(slot, now) <= 0]
        due = [slot for slot in ready if slot.is_due]
        if due:
            return min(due, key=lambda slot: (self._urgency(slot, now), slot.since_s))
        return min(ready, key=lambda slot: slot.reported_s or 0.0, default=None)

    def _urgency(self, slot: Slot, now: float) -> tuple[bool, ...]:
        """Of those that have something new: the least goes first."""
        return (not _is_urgent(slot, now),)

    def _due_in_s(self, slot: Slot, now: float) -> float:
        if slot.is_due:
            return 0.0
        if slot.reported is None or slot.reported_s is None or not self._refresh_s:
            return math.inf
        return max(0.0, slot.reported_s + self._refresh_s - now)


def _is_urgent(slot: Slot, now: float) -> bool:
    lit = slot.desired is not None and slot.desired.lit
    return lit or now - slot.since_s >= CALM_LIMIT_S
