"""What a hall takes of the machine that it runs on: clocks, passed in, so that a test or a rehearsal has its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from hall_daemon.adapters.system import believed_wall


@dataclass(frozen=True, slots=True)
class Pace:
    """How the hall's clock runs: `speed` times as fast, from `begins_wall` (ms since 1970 UTC; None is now), by the
    seconds that `monotonic` counts."""

    speed: float = 1.0
    begins_wall: int | None = None
    monotonic: Callable[[], float] = time.monotonic


@dataclass(frozen=True, slots=True)
class Machine:
    """The clocks of the machine that the hall runs on, in seconds, and whether its time is synchronised; `boot` names
    the time since it was switched on, in which `uptime` counts on."""

    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    uptime: Callable[[], float] = believed_wall.uptime
    synchronised: Callable[[], bool] = believed_wall.synchronised
    boot: Callable[[], str] = believed_wall.this_boot
