"""Codes by which a review goes on elsewhere, and how far each has come: offered, come with, confirmed, moved.

What a kiosk is lent is kept for as long as it may ask again; a phone's token becomes the review's secret itself.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from hall_daemon.adapters.http.codes import SECRET_S, Codes, Offer

# How long a code is good, and again how long each step after it may take.
GOOD_S = SECRET_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Move(Offer):
    """`given` is the review's secret for a kiosk; there from the moment that both sides have agreed until `until_s`."""

    kiosk: str
    to_kiosk: bool = False
    confirmed: bool = False
    moved: bool = False
    given: str = ""

    @property
    def state(self) -> str:
        if self.moved:
            return "moved"
        return "confirmed" if self.confirmed else "claimed" if self.token else "waiting"


class Moves(Codes[Move]):
    def __init__(
        self, random_bytes: Callable[[int], bytes] = os.urandom, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(GOOD_S, random_bytes, monotonic)

    def offer(self, review: str, kiosk: str) -> str:
        """A new secret."""
        return self._offer(partial(Move, review=review, kiosk=kiosk))

    def claim(self, secret: str, *, to_kiosk: bool) -> tuple[Move, str] | None:
        return self._claim(secret, to_kiosk=to_kiosk)

    def change(self, move: Move, **changes: object) -> None:
        with self._lock:
            if self._by_review.get(move.review) == move:
                self._put(replace(move, **changes))  # type: ignore[arg-type]
