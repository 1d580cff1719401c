"""How soon the next frame may follow on a shared wire. Pure: the clock's reading is handed in."""

from __future__ import annotations


class Pace:
    """`gap_s` of silence after the last byte of a frame has left at `byte_s` a byte.

    A write returns when the kernel has the bytes, long before they are on the wire: both count.
    """

    def __init__(self, gap_s: float, byte_s: float) -> None:
        self._gap_s = gap_s
        self._byte_s = byte_s
        self._free_at = float("-inf")

    def wait_s(self, now: float) -> float:
        return max(0.0, self._free_at - now)

    def wire_s(self, count: int) -> float:
        return count * self._byte_s

    def sent(self, count: int, now: float) -> None:
        self._free_at = now + self.wire_s(count) + self._gap_s

    def reset(self) -> None:
        self._free_at = float("-inf")
