"""What one listener takes at most. Everything that comes from outside has its bound here."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple


class Limits(NamedTuple):
    """Bounds of a listener. `rate_per_s` and `burst` are requests per client address; 0 is no rate limit."""

    connections: int
    streams: int
    head_bytes: int = 16_384
    body_bytes: int = 16_384
    # From the first byte of a request (or the connection) to its last.
    request_s: float = 10.0
    keep_alive_s: int = 75
    # How long the core may take to answer; after it the outcome is not known.
    answer_s: float = 5.0
    # A stream to which nothing can be sent for this long is cut; it resumes by its last id.
    stall_s: float = 10.0
    # The comment that tells both ends that a silent stream is alive.
    beat_s: float = 10.0
    # What the kernel may keep for one stream.
    stream_buffer_bytes: int = 131_072
    rate_per_s: float = 0.0
    burst: int = 0
    # How long the refusal of a rate is held back.
    penalty_s: float = 0.2
    addresses: int = 4096


STAFF_LIMITS = Limits(connections=512, streams=128)
# A hall's own Wi-Fi and a carrier's NAT are one address for many phones, so the rate is generous.
PUBLIC_LIMITS = Limits(
    connections=1024, streams=512, body_bytes=1024, keep_alive_s=20, rate_per_s=20.0, burst=120
)  # fmt: skip


class RateLimiter:
    """A token bucket per address in a bounded table. One thread."""

    def __init__(self, rate_per_s: float, burst: int, addresses: int, monotonic: Callable[[], float]) -> None:
        self._rate = rate_per_s
        self._burst = float(burst)
        self._limit = addresses
        self._monotonic = monotonic
        # address -> (tokens left, when that was true); the longest unseen comes first and goes first.
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_s(self, address: str) -> float:
        """Take one token for `address`: 0 when there was one, else the seconds until there is."""
        now = self._monotonic()
        tokens, since = self._buckets.pop(address, (self._burst, now))
        tokens = min(self._burst, tokens + (now - since) * self._rate)
        wait = 0.0 if tokens >= 1 else (1 - tokens) / self._rate
        self._buckets[address] = (tokens - 1 if tokens >= 1 else tokens, now)
        if len(self._buckets) > self._limit:
            self._buckets.popitem(last=False)
        return wait

    def __len__(self) -> int:
        return len(self._buckets)


def address_of(client: tuple[str, int] | None) -> str:
    """The address a rate is counted for: IPv4 whole, IPv6 by its /64, which is one subscriber."""
    if client is None:
        return ""
    host = client[0]
    if ":" not in host or host.startswith("::ffff:"):
        return host
    return ":".join(host.split("%", 1)[0].split(":")[:4])
