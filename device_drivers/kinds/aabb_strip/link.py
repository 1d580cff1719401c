"""The conversation with AA-BB strips on one bus: which screen is told what, and when. No I/O.

Strips never answer. "Reported" therefore means that the line took the bytes, not that a lamp is lit;
a slow refresh repairs boards that lost power or a frame. Bytes that come in are our own echo (half
duplex) or noise, and are dropped.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NoReturn

from device_drivers.codecs.text import cells_of, encode_text, strip_controls
from device_drivers.errors import BadField, Misuse
from device_drivers.kinds.aabb_strip.codec import ALL_SCREENS, TEXT_LIMIT, StripFrame, encode_strip
from device_drivers.links.pace import Pace
from device_drivers.ports import ScreenState, ScreenText

# A calm text that waited this long goes as if it were a call, so that a busy hour starves nobody.
CALM_LIMIT_S = 3.0
# Two bytes a character at most, so this many always fit into a frame.
CHARACTER_LIMIT = TEXT_LIMIT // 2


@dataclass(frozen=True, slots=True)
class StripStyle:
    """Property bytes as a board wants them. `wide_…` serve a text that is wider than the panel."""

    play: int = 1
    speed: int = 0
    stay: int = 99
    color: int = 2
    lit_color: int = 0
    valid: int = 99
    wide_play: int = 8
    wide_speed: int = 2

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if not 0 <= (value := getattr(self, name)) <= 0xFF:
                raise BadField(f"{name}: expected 0..255, got {value}")


@dataclass(frozen=True, slots=True)
class StripScreen:
    """`address` 255 speaks to every board of the bus. `cells` is the width of the panel (a Hanzi is two),
    None where the board sees to it. `sum_with_end` is the bank variant of the checksum.
    """

    id: str
    address: int
    cells: int | None = None
    sum_with_end: bool = False
    style: StripStyle = StripStyle()

    def __post_init__(self) -> None:
        if not 0 <= self.address <= ALL_SCREENS:
            raise BadField(f"address: expected 0..255, got {self.address}")
        if self.cells is not None and self.cells < 1:
            raise BadField(f"cells: expected at least 1, got {self.cells}")


@dataclass(slots=True)
class _Slot:
    screen: StripScreen
    desired: ScreenText | None = None
    frame: bytes = b""  # of `desired`
    since_s: float = 0.0  # when `desired` began to differ from what was sent
    reported: ScreenText | None = None
    reported_s: float | None = None
    sent: bytes = b""  # the last frame the line took

    @property
    def is_due(self) -> bool:
        return self.desired is not None and self.frame != self.sent


class StripLink:
    """`gap_s` is the silence between frames, `byte_s` the time of a byte on the wire (0: unknown)."""

    def __init__(
        self,
        screens: Iterable[StripScreen],
        *,
        gap_s: float = 0.1,
        byte_s: float = 0.0,
        refresh_s: float = 120.0,
    ) -> None:
        self._slots = {screen.id: _Slot(screen) for screen in screens}
        self._pace = Pace(gap_s, byte_s)
        self._refresh_s = refresh_s
        self._output = b""
        self._under_way: tuple[_Slot, ScreenText, bytes] | None = None
        self.counters = {
            "frames": 0,
            "refreshes": 0,
            "characters_replaced": 0,
            "texts_cut": 0,
            "bytes_dropped": 0,
        }

    def show(self, screen: str, text: ScreenText, now: float) -> None:
        """The newest text wins; what is on its way or on the screen already is not sent again."""
        slot = self._slots.get(screen)
        if slot is None:
            raise Misuse(f"no screen {screen!r} here, there are {', '.join(self._slots)}")
        was_due = slot.is_due
        if text != slot.desired:
            slot.desired, slot.frame = text, self._encode(slot.screen, text)
        if not was_due:
            slot.since_s = now
        under_way = self._under_way is not None and self._under_way[0] is slot
        if not slot.is_due and not under_way:
            slot.reported = text

    def screens(self) -> tuple[ScreenState, ...]:
        return tuple(
            ScreenState(slot.screen.id, slot.desired, slot.reported, slot.reported_s)
            for slot in self._slots.values()
        )

    def receive(self, data: bytes, now: float) -> list[NoReturn]:
        self.counters["bytes_dropped"] += len(data)
        return []

    def tick(self, now: float) -> list[NoReturn]:
        if self._under_way is None and self._pace.wait_s(now) == 0:
            slot = self._next(now)
            if slot is not None and slot.desired is not None:
                self.counters["refreshes"] += not slot.is_due
                self._under_way = (slot, slot.desired, slot.frame)
                self._output = slot.frame
        return []

    def take_output(self) -> bytes:
        output, self._output = self._output, b""
        return output

    def written(self, now: float) -> list[NoReturn]:
        if self._under_way is not None:
            slot, text, frame = self._under_way
            slot.sent, slot.reported_s = frame, now
            # Newer words may have come meanwhile that look the same on the wire.
            slot.reported = text if slot.is_due else slot.desired
            self.counters["frames"] += 1
            self._pace.sent(len(slot.sent), now)
            self._under_way = None
        return []

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

    def _next(self, now: float) -> _Slot | None:
        """A lit call first, then whoever waits longest; a refresh only when nothing is new."""
        due = [slot for slot in self._slots.values() if slot.is_due]
        if due:
            return min(due, key=lambda slot: (not _is_urgent(slot, now), slot.since_s))
        stale = [slot for slot in self._slots.values() if self._due_in_s(slot, now) <= 0]
        return min(stale, key=lambda slot: slot.reported_s or 0.0, default=None)

    def _due_in_s(self, slot: _Slot, now: float) -> float:
        if slot.is_due:
            return 0.0
        if slot.reported is None or slot.reported_s is None or not self._refresh_s:
            return math.inf
        return max(0.0, slot.reported_s + self._refresh_s - now)

    def _encode(self, screen: StripScreen, text: ScreenText) -> bytes:
        words = strip_controls(text.text)
        if len(words) > CHARACTER_LIMIT:
            words = words[:CHARACTER_LIMIT]
            self.counters["texts_cut"] += 1
        encoded = encode_text(words, "gbk")
        self.counters["characters_replaced"] += len(encoded.replaced)
        style = screen.style
        is_wide = screen.cells is not None and cells_of(words) > screen.cells
        frame = StripFrame(
            addr=screen.address,
            text=encoded.data,
            play=style.wide_play if is_wide else style.play,
            speed=style.wide_speed if is_wide else style.speed,
            stay=style.stay,
            color=style.lit_color if text.lit else style.color,
            valid=style.valid,
        )
        return encode_strip(frame, sum_with_end=screen.sum_with_end)


def _is_urgent(slot: _Slot, now: float) -> bool:
    lit = slot.desired is not None and slot.desired.lit
    return lit or now - slot.since_s >= CALM_LIMIT_S
