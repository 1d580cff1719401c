"""Phones that hand in papers for a kiosk: a secret in a QR code, good once, becomes a token that can do nothing else.

It can do that only when the kiosk's person has said that both show the same number. Whoever loses it scans again. It
dies with the kiosk's session, which ends it, and when the review gets another secret.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal

import msgspec

from hall_daemon.adapters.dossiers.values import Page
from hall_daemon.adapters.http.codes import SECRET_S, Codes, Offer

TOKEN_S = 1800.0
State = Literal["none", "waiting", "claimed", "confirmed"]


@dataclass(frozen=True, slots=True)
class DropBox:
    """What a phone may add pages to. It counts its own pages of a paper from 1 and knows of no other: `places` says
    where each lies, by paper and its own number: number and version there. `retakes`: pages in whose place the offerer
    lets its first picture of a paper come; a picture that is on its way while they change goes behind."""

    review: str
    papers: tuple[str, ...]
    kiosk: str
    retakes: dict[str, int] = field(default_factory=dict, compare=False, repr=False)
    places: dict[tuple[str, int], tuple[int, int]] = field(default_factory=dict, compare=False, repr=False)

    def pages(self, rows: Iterable[Page]) -> tuple[Page, ...]:
        """Its own of these, as it counts them: what somebody else has put in their place since is not its own."""
        there = {(row.paper, row.number, row.version): row for row in rows}
        return tuple(
            msgspec.structs.replace(row, number=own)
            for (paper, own), place in sorted(self.places.items()) if (row := there.get((paper, *place)))
        )

    def number(self, paper: str, own: int, rows: Iterable[Page]) -> int:
        """Where that page of its own lies, 0 where there is none."""
        mine = any((row.paper, row.number) == (paper, own) for row in self.pages(rows))
        return self.places[paper, own][0] if mine else 0

    def next(self, paper: str, rows: Iterable[Page]) -> int:
        """Where one page more of its own goes."""
        behind = max((row.number for row in rows if row.paper == paper), default=0) + 1
        return min(self.retakes.get(paper, behind), behind)

    def took(self, own: int, row: Page) -> None:
        self.retakes.pop(row.paper, None)
        self.places[row.paper, own] = row.number, row.version


@dataclass(frozen=True, slots=True, kw_only=True)
class _Handover(Offer):
    box: DropBox
    confirmed: bool = False

    @property
    def state(self) -> State:
        return "confirmed" if self.confirmed else "claimed" if self.token else "waiting"


class Handovers(Codes[_Handover]):
    def __init__(
        self, random_bytes: Callable[[int], bytes] = os.urandom, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(SECRET_S, random_bytes, monotonic)

    def offer(self, box: DropBox) -> str:
        """A new secret."""
        return self._offer(partial(_Handover, review=box.review, box=box))

    def keep(self, box: DropBox) -> bool:
        """The code of that kiosk, or whoever came with it, goes on: with the papers of `box`, and its pages to come in
        whose place. False where there is none that is good."""
        with self._lock:
            found = next((each for each in self._live() if each.review == box.review), None)
            if found is None or found.box.kiosk != box.kiosk:
                return False
            now = found.box.retakes
            for paper in now.keys() - box.retakes.keys():
                now.pop(paper, None)
            now.update(box.retakes)
            self._by_review[box.review] = replace(found, box=replace(found.box, papers=box.papers))
        return True

    def claim(self, secret: str) -> tuple[DropBox, str, str] | None:
        """Box, token and the number to compare; None for a secret that is none, was used, or is too old."""
        claimed = self._claim(secret)
        if claimed is None:
            return None
        found, token = claimed
        return found.box, token, found.number

    def confirm(self, review: str) -> bool:
        """Both numbers are the same: from now on the phone hands in. False where nobody has come."""
        with self._lock:
            found = next((each for each in self._live() if each.review == review and each.token), None)
            if found is not None and not found.confirmed:
                until_s = self._monotonic() + TOKEN_S
                self._by_review[review] = replace(found, confirmed=True, until_s=until_s)
        return found is not None

    def box_of(self, token: str) -> DropBox | None:
        """Of a phone that may hand in."""
        return found.box if (found := self.of_token(token)) and found.confirmed else None

    def has(self, box: DropBox) -> bool:
        """Whether that very one has not ended."""
        return (found := self.of_review(box.review)) is not None and found.box.places is box.places

    def waits(self, token: str) -> bool:
        """A phone has come, and nobody has said yet that it is the right one."""
        return (found := self.of_token(token)) is not None and not found.confirmed

    def state(self, review: str) -> tuple[State, str]:
        """How far it is, and the number."""
        found = self.of_review(review)
        return (found.state, found.number) if found is not None else ("none", "")

    def end_of(self, kiosk: str) -> None:
        """The session at that kiosk is over."""
        with self._lock:
            for review in [each.review for each in self._live() if each.box.kiosk == kiosk]:
                del self._by_review[review]
