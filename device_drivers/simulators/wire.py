"""One direction of a wire: bytes go in when they are sent and come out when a wire would have them there.

Pure: the time is an argument. Also the damage a bad wire does to bytes (seeded, so a run can be repeated).
"""

from __future__ import annotations

from collections import deque
from random import Random

# 8N1: a start bit, eight data bits, a stop bit.
_BITS_PER_BYTE = 10
# Bytes that are handed on together; at 9600 baud four take 4 ms, as the FIFO of a UART does.
_FIFO_BYTES = 4
# More than a line holds in flight: the sender is to be left waiting, as flow control would.
FULL_BYTES = 4096


class Wire:
    """Delays bytes by their time on the wire. `baud` None carries at once; `lag_s` is added to each."""

    def __init__(self, baud: int | None) -> None:
        self._byte_s = 0.0 if baud is None else _BITS_PER_BYTE / baud
        self._free_at_s = 0.0
        self._flight: deque[tuple[float, bytes]] = deque()  # (when its first byte starts, bytes)
        self._in_flight = 0

    @property
    def full(self) -> bool:
        return self._in_flight >= FULL_BYTES

    def send(self, data: bytes, now_s: float, lag_s: float = 0.0) -> None:
        if not data:
            return
        begins_s = max(now_s + lag_s, self._free_at_s)
        self._free_at_s = begins_s + len(data) * self._byte_s
        self._flight.append((begins_s, data))
        self._in_flight += len(data)

    def arrived(self, now_s: float) -> bytes:
        """The bytes whose last bit is there by now."""
        out = bytearray()
        while self._flight:
            begins_s, data = self._flight[0]
            there = self._bytes_there(begins_s, data, now_s)
            if there == 0:
                break
            out += data[:there]
            self._flight.popleft()
            if there < len(data):
                self._flight.appendleft((begins_s + there * self._byte_s, data[there:]))
                break
        self._in_flight -= len(out)
        return bytes(out)

    def due_s(self) -> float | None:
        """When to ask `arrived` next."""
        if not self._flight:
            return None
        begins_s, data = self._flight[0]
        return begins_s + min(len(data), _FIFO_BYTES) * self._byte_s

    def cut(self) -> None:
        """Whatever is in flight is lost."""
        self._flight.clear()
        self._in_flight = 0
        self._free_at_s = 0.0

    def _bytes_there(self, begins_s: float, data: bytes, now_s: float) -> int:
        if now_s < begins_s:
            return 0
        if self._byte_s == 0.0:
            return len(data)
        # The rounding error of a monotonic clock must not hold the last byte back for a round.
        return min(len(data), int((now_s - begins_s) / self._byte_s + 1e-6))


def flip_bits(data: bytes, dice: Random) -> bytes:
    """Flip one bit in about every eighth byte, and in at least one."""
    if not data:
        return data
    damaged = bytearray(data)
    for position in dice.sample(range(len(data)), max(1, len(data) // 8)):
        damaged[position] ^= 1 << dice.randrange(8)
    return bytes(damaged)


def random_bytes(dice: Random) -> bytes:
    """A burst of 1 to 16 bytes of nothing in particular."""
    return dice.randbytes(dice.randint(1, 16))
