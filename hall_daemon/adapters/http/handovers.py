"""Phones that hand in papers for a kiosk: a secret in a QR code, good once, becomes a token that can do nothing else.

Whoever loses it scans again. The claim dies with the kiosk's session, which ends it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from hall_daemon.adapters.http.codes import Codes, Offer

TOKEN_S = 1800.0


class DropBox(NamedTuple):
    """What a phone may add pages to."""

    review: str
    papers: tuple[str, ...]
    kiosk: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Handover(Offer):
    box: DropBox


class Handovers(Codes[_Handover]):
    def __init__(
        self, random_bytes: Callable[[int], bytes] = os.urandom, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(TOKEN_S, random_bytes, monotonic)

    def offer(self, box: DropBox) -> str:
        """A new secret."""
        return self._offer(partial(_Handover, review=box.review, box=box))

    def claim(self, secret: str) -> tuple[DropBox, str, str] | None:
        """Box, token and the number to compare; None for a secret that is none, was used, or is too old."""
        claimed = self._claim(secret)
        if claimed is None:
            return None
        found, token = claimed
        return found.box, token, found.number

    def box_of(self, token: str) -> DropBox | None:
        return found.box if (found := self.of_token(token)) else None

    def number_of(self, token: str) -> str:
        return found.number if (found := self.of_token(token)) else ""

    def state(self, review: str) -> tuple[str, str]:
        """`none`, `waiting` or `claimed`, and the number."""
        found = self.of_review(review)
        if found is None:
            return "none", ""
        return ("claimed", found.number) if found.token else ("waiting", "")
