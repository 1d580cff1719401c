"""Codes by which a review goes on elsewhere, and how far each has come: offered, come with, confirmed, moved.

In memory: after a restart one begins again. Of codes and tokens only hashes are kept; a review's own secret for as long
as whoever takes it may ask again. Any thread.
"""

from __future__ import annotations

import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

from hall_daemon.adapters.http.handovers import TOKEN_BYTES, digest, secret_of, two_digits

# How long a code is good, and again how long each step after it may take.
GOOD_S = 120.0
MOST = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """`secret` and `token` are digests. `given` is the review's secret for who takes it; there from the moment that
    both sides have agreed until `until_s`."""

    review: str
    kiosk: str
    secret: str
    until_s: float
    token: str = ""
    number: str = ""
    to_kiosk: bool = False
    confirmed: bool = False
    moved: bool = False
    given: str = ""

    @property
    def state(self) -> str:
        if self.moved:
            return "moved"
        return "confirmed" if self.confirmed else "claimed" if self.token else "waiting"


class Moves:
    """At most one for a review. Any thread."""

    def __init__(
        self, random_bytes: Callable[[int], bytes] = os.urandom, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._random_bytes = random_bytes
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._by_review: OrderedDict[str, Move] = OrderedDict()

    def offer(self, review: str, kiosk: str) -> str:
        """A new secret; the code before it is worthless."""
        secret = secret_of(self._random_bytes(TOKEN_BYTES))
        with self._lock:
            until_s = self._monotonic() + GOOD_S
            self._by_review[review] = Move(review=review, kiosk=kiosk, secret=digest(secret), until_s=until_s)
            self._by_review.move_to_end(review)
            if len(self._by_review) > MOST:
                self._by_review.popitem(last=False)
        return secret

    def claim(self, secret: str, *, to_kiosk: bool) -> tuple[Move, str] | None:
        """What is offered and a token to ask with; None for a secret that is none, was used, or is too old."""
        said = digest(secret)
        with self._lock:
            found = next((each for each in self._live() if each.secret == said and not each.token), None)
            if found is None:
                return None
            token = secret_of(self._random_bytes(TOKEN_BYTES))
            number = two_digits(self._random_bytes(4))
            return self._put(replace(found, token=digest(token), number=number, to_kiosk=to_kiosk)), token

    def of_review(self, review: str) -> Move | None:
        with self._lock:
            return next((each for each in self._live() if each.review == review), None)

    def of_token(self, token: str) -> Move | None:
        said = digest(token)
        with self._lock:
            return next((each for each in self._live() if each.token == said), None)

    def change(self, move: Move, **changes: object) -> None:
        with self._lock:
            if self._by_review.get(move.review) == move:
                self._put(replace(move, **changes))  # type: ignore[arg-type]

    def end(self, review: str) -> None:
        with self._lock:
            self._by_review.pop(review, None)

    def _put(self, move: Move) -> Move:
        move = replace(move, until_s=self._monotonic() + GOOD_S)
        self._by_review[move.review] = move
        return move

    def _live(self) -> tuple[Move, ...]:
        now = self._monotonic()
        for review in [each.review for each in self._by_review.values() if each.until_s <= now]:
            del self._by_review[review]
        return tuple(self._by_review.values())
