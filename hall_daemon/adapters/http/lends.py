"""Secrets of reviews lent to a kiosk for one person's session: good at that kiosk alone, and in memory.

Whoever lays their own card on a kiosk's reader has no secret of their review at hand; for a while this one stands in
its place. Of secrets only hashes are kept. Any thread.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from hall_daemon.adapters.http.codes import TOKEN_BYTES, digest, secret_of

# As long as a person stands at a kiosk; its session's end ends it sooner.
GOOD_S = 1800.0
MOST = 500


class _Lent(NamedTuple):
    review: str
    kiosk: str
    until_s: float


class Lends:
    """`monotonic` counts seconds."""

    def __init__(self, random_bytes: Callable[[int], bytes], monotonic: Callable[[], float]) -> None:
        self._random_bytes = random_bytes
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._lent: OrderedDict[str, _Lent] = OrderedDict()

    def lend(self, review: str, kiosk: str) -> str:
        """A secret of `review` for `kiosk`, an actor's id."""
        secret = secret_of(self._random_bytes(TOKEN_BYTES))
        with self._lock:
            self._lent[digest(secret)] = _Lent(review, kiosk, self._monotonic() + GOOD_S)
            if len(self._lent) > MOST:
                self._lent.popitem(last=False)
        return secret

    def opens(self, secret: str, review: str, kiosk: str) -> bool:
        with self._lock:
            lent = self._lent.get(digest(secret))
        return lent is not None and lent[:2] == (review, kiosk) and lent.until_s > self._monotonic()

    def end(self, *, review: str = "", kiosk: str = "") -> None:
        """What was lent of a review is worthless, or what a kiosk was lent."""
        with self._lock:
            for secret, lent in tuple(self._lent.items()):
                if review == lent.review or kiosk == lent.kiosk or lent.until_s <= self._monotonic():
                    del self._lent[secret]
