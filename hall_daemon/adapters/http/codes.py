"""Codes that are good once: a secret shown in a QR code becomes a token, by which whoever scanned it goes on.

In memory: after a restart one begins again. Of secrets and tokens only hashes are kept. Any thread.
"""

from __future__ import annotations

import base64
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Generic, TypeVar

TOKEN_BYTES = 18
# How long a code may be scanned.
SECRET_S = 120.0
MOST = 2000


def digest(token: str) -> str:
    """What is kept of a secret, which is random enough for a plain hash."""
    return sha256(token.encode()).hexdigest()[:40]


def secret_of(random_bytes: bytes) -> str:
    """Random bytes as they stand in an address, without padding."""
    return base64.urlsafe_b64encode(random_bytes).decode().rstrip("=")


def two_digits(random_bytes: bytes) -> str:
    """10 to 99: what people on both sides compare."""
    return str(10 + int.from_bytes(random_bytes, "big") % 90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """`secret` and `token` are digests; without a token nobody has come with it yet. `number`: what both sides
    compare."""

    review: str
    secret: str
    until_s: float
    token: str = ""
    number: str = ""


T = TypeVar("T", bound=Offer)


class Codes(Generic[T]):
    """At most one for a review: a new code makes the one before worthless, and so whoever came with it. `claimed_s`:
    how long a step after the scan may take."""

    def __init__(
        self, claimed_s: float, random_bytes: Callable[[int], bytes] = os.urandom,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._claimed_s = claimed_s
        self._random_bytes = random_bytes
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._by_review: OrderedDict[str, T] = OrderedDict()

    def _offer(self, make: Callable[..., T]) -> str:
        """A new secret; `make` is given its hash and until when it is good."""
        secret = secret_of(self._random_bytes(TOKEN_BYTES))
        with self._lock:
            offer = make(secret=digest(secret), until_s=self._monotonic() + SECRET_S)
            self._by_review[offer.review] = offer
            self._by_review.move_to_end(offer.review)
            if len(self._by_review) > MOST:
                self._by_review.popitem(last=False)
        return secret

    def _claim(self, secret: str, **changes: Any) -> tuple[T, str] | None:
        """What is offered and a token to ask with; None for a secret that is none, was used, or is too old."""
        said = digest(secret)
        with self._lock:
            found = next((each for each in self._live() if each.secret == said and not each.token), None)
            if found is None:
                return None
            token = secret_of(self._random_bytes(TOKEN_BYTES))
            number = two_digits(self._random_bytes(4))
            return self._put(replace(found, token=digest(token), number=number, **changes)), token

    def of_review(self, review: str) -> T | None:
        with self._lock:
            return next((each for each in self._live() if each.review == review), None)

    def of_token(self, token: str) -> T | None:
        said = digest(token)
        with self._lock:
            return next((each for each in self._live() if each.token == said), None)

    def end(self, review: str) -> None:
        with self._lock:
            self._by_review.pop(review, None)

    def _put(self, offer: T) -> T:
        offer = replace(offer, until_s=self._monotonic() + self._claimed_s)
        self._by_review[offer.review] = offer
        return offer

    def _live(self) -> tuple[T, ...]:
        now = self._monotonic()
        for review in [each.review for each in self._by_review.values() if each.until_s <= now]:
            del self._by_review[review]
        return tuple(self._by_review.values())
