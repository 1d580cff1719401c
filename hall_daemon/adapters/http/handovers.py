"""Phones that hand in papers for a kiosk: a secret in a QR code, good once, becomes a token that can do nothing else.

In memory: whoever loses it scans again. The claim dies with the kiosk's session, which ends it. Of secrets and tokens
only hashes are kept. Any thread.
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
from typing import NamedTuple

TOKEN_BYTES = 16
SECRET_S = 120.0
TOKEN_S = 1800.0
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


class DropBox(NamedTuple):
    """What a phone may add pages to."""

    review: str
    papers: tuple[str, ...]
    kiosk: str


@dataclass(frozen=True, slots=True)
class _Handover:
    box: DropBox
    secret: str
    until_s: float
    token: str = ""
    number: str = ""


class Handovers:
    """At most one for a review: a new code makes the one before worthless, and so the phone that came with it."""

    def __init__(
        self, random_bytes: Callable[[int], bytes] = os.urandom, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._random_bytes = random_bytes
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._by_review: OrderedDict[str, _Handover] = OrderedDict()

    def offer(self, box: DropBox) -> str:
        """A new secret."""
        secret = secret_of(self._random_bytes(TOKEN_BYTES))
        with self._lock:
            self._by_review[box.review] = _Handover(box, digest(secret), self._monotonic() + SECRET_S)
            self._by_review.move_to_end(box.review)
            if len(self._by_review) > MOST:
                self._by_review.popitem(last=False)
        return secret

    def claim(self, secret: str) -> tuple[DropBox, str, str] | None:
        """Box, token and the number to compare; None for a secret that is none, was used, or is too old."""
        said = digest(secret)
        with self._lock:
            found = next((each for each in self._live() if each.secret == said and not each.token), None)
            if found is None:
                return None
            token = secret_of(self._random_bytes(TOKEN_BYTES))
            number = two_digits(self._random_bytes(4))
            self._by_review[found.box.review] = replace(
                found, token=digest(token), number=number, until_s=self._monotonic() + TOKEN_S
            )
            return found.box, token, number

    def box_of(self, token: str) -> DropBox | None:
        return found.box if (found := self._held(token)) else None

    def number_of(self, token: str) -> str:
        return found.number if (found := self._held(token)) else ""

    def state(self, review: str) -> tuple[str, str]:
        """`none`, `waiting` or `claimed`, and the number."""
        with self._lock:
            found = self._by_review.get(review)
            if found is None or found.until_s <= self._monotonic():
                return "none", ""
            return ("claimed", found.number) if found.token else ("waiting", "")

    def end(self, review: str) -> None:
        with self._lock:
            self._by_review.pop(review, None)

    def _held(self, token: str) -> _Handover | None:
        said = digest(token)
        with self._lock:
            return next((each for each in self._live() if token and each.token == said), None)

    def _live(self) -> tuple[_Handover, ...]:
        now = self._monotonic()
        return tuple(each for each in self._by_review.values() if each.until_s > now)
