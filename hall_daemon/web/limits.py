"""What one listener takes at most. Everything that comes from outside has its bound here."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable
from typing import NamedTuple


class Rate(NamedTuple):
    """So many a second on average, and `burst` at once. `known`: how many that ask are told apart at a time."""

    per_s: float
    burst: int
    known: int = 4096


class Limits(NamedTuple):
    """Bounds of a listener. `by_address` limits requests of one client address, `by_subject` those about one thing
    whoever asks (a ticket's page), `pages` pages and their files per address, which cost next to nothing."""

    connections: int
    streams: int
    # Of one address; 0 for no such bound.
    connections_each: int = 0
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
    by_address: Rate | None = None
    by_subject: Rate | None = None
    pages: Rate | None = None
    # How long the refusal of a rate is held back.
    penalty_s: float = 0.2


# A window's page has a handful of connections, a machine with some kiosks and tools some dozen.
STAFF_LIMITS = Limits(connections=1024, streams=128, connections_each=256)
# A TLS proxy, a hall's own Wi-Fi and a carrier's NAT are one address for many phones: what one address may ask is what
# some 1,000 phones ask (each three things when it opens, one every few seconds later). One ticket is one person's.
PUBLIC_LIMITS = Limits(
    connections=4096, streams=2048, body_bytes=1024, keep_alive_s=20,
    by_address=Rate(300.0, 4000), by_subject=Rate(2.0, 40, 16_384), pages=Rate(1000.0, 20_000),
)


# Where all places are taken, an address that has more than so large a part of them gives one up for another address.
LOUD = 4


def loudest(addresses: Iterable[str], newcomer: str, places: int) -> str:
    """Whose place a newcomer takes where all are taken; "" where nobody has too many, or nobody but itself."""
    most = Counter(addresses).most_common(1)
    address, many = most[0] if most else ("", 0)
    return address if many > max(1, places // LOUD) and address != newcomer else ""


class RateLimiter:
    """A token bucket for each key in a bounded table. One thread."""

    def __init__(self, rate: Rate, monotonic: Callable[[], float]) -> None:
        self._rate = rate
        self._monotonic = monotonic
        # key -> (tokens left, when that was true); the longest unseen comes first and goes first.
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_s(self, key: str) -> float:
        """Take one token for `key`: 0 when there was one, else the seconds until there is."""
        now, rate = self._monotonic(), self._rate
        tokens, since = self._buckets.pop(key, (float(rate.burst), now))
        tokens = min(float(rate.burst), tokens + (now - since) * rate.per_s)
        wait = 0.0 if tokens >= 1 else (1 - tokens) / rate.per_s
        self._buckets[key] = (tokens - 1 if tokens >= 1 else tokens, now)
        if len(self._buckets) > rate.known:
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
