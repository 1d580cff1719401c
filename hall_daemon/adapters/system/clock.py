"""The hall's clock: ticks that never run backwards and the wall's time, from a monotonic and a wall source.

After a restart ticks go on from the journal's last one plus the time the wall says has passed. With a `speed`
other than 1 both run that much faster from `begins_wall` on: a day can be replayed in a minute.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from hall_daemon.domain.plan import Moment

STEP_MS = 2000
LONGEST_PAUSE_MS = 7 * 86_400_000


class HallClock:
    """Thread-safe to read. `step()` hands out jumps of the wall clock once each: the core's thread asks."""

    def __init__(
        self,
        *,
        after: Moment | None = None,
        speed: float = 1.0,
        begins_wall: int | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._monotonic = monotonic
        self._wall = wall
        self._speed = speed
        self._real = speed == 1.0 and begins_wall is None
        self._mono0 = monotonic()
        self._wall0 = begins_wall if begins_wall is not None else int(wall() * 1000)
        if after is None:
            self._tick0 = self._wall0
        else:
            away = min(max(0, self._wall0 - after.wall), LONGEST_PAUSE_MS)
            self._tick0 = after.tick + away
        # A wall that stands before the last event was turned back while nobody looked.
        self._offset = max(0, after.wall - self._wall0) if after is not None else 0

    def now(self) -> Moment:
        elapsed = int((self._monotonic() - self._mono0) * 1000 * self._speed)
        wall = int(self._wall() * 1000) if self._real else self._wall0 + elapsed
        return Moment(self._tick0 + elapsed, wall)

    def step(self) -> int:
        """How far the wall jumped against the monotonic clock since last asked, in ms; 0 for mere drift, also
        for drift that adds up. The core asks several times a second."""
        if not self._real:
            return 0
        elapsed = int((self._monotonic() - self._mono0) * 1000)
        offset = int(self._wall() * 1000) - self._wall0 - elapsed
        by, self._offset = offset - self._offset, offset
        return by if abs(by) >= STEP_MS else 0
