"""What every link offers to the thread that drives it.

A link is a conversation without I/O: what its line carries (bytes, or messages) and clock readings go in, events
and more of the same come out. It never waits. One thread at a time calls it; the driver's lock sees to that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, TypeVar

from device_drivers.ports import Datum

Event = TypeVar("Event")


class Link(Protocol[Datum, Event]):
    """`now` is always the monotonic clock in seconds."""

    @property
    def counters(self) -> Mapping[str, int]:
        """What went by and what went wrong, for `Health.counters`."""

    def receive(self, data: Datum, now: float) -> list[Event]:
        """Take what the line delivered."""

    def tick(self, now: float) -> list[Event]:
        """Let time pass: time-outs fire, output that is due becomes ready."""

    def take_output(self) -> Datum:
        """What to write now, each once; empty when there is nothing to say."""

    def written(self, now: float) -> list[Event]:
        """The line took all that `take_output` gave last."""

    def due_s(self, now: float) -> float:
        """Seconds until `tick` has something to do; `math.inf` when only the line or a caller can wake it."""

    def lost(self, now: float) -> list[Event]:
        """The line went down. Forget half frames and what was reported: on return state is sent again."""
