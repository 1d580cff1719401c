"""Whose turn it is to be asked, of pads that speak only when they are asked. Pure: the clock's reading is handed in."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

# A pad that used to answer and has not so often in a row is away: it is asked again so seldom.
MISSES, AWAY_S = 3, 2.0

Pad = TypeVar("Pad", bound=Hashable)


@dataclass(slots=True)
class _Asked:
    at_s: float = -math.inf
    missed: int = 0
    idles: bool = False  # it answers also when nothing was pressed, so that its silence means something


class Polling(Generic[Pad]):
    """One pad after the other, each `every_s`; who was asked has `answer_s` for its answer, and nobody else speaks."""

    def __init__(self, pads: Sequence[Pad], *, every_s: float, answer_s: float) -> None:
        self._pads = {pad: _Asked() for pad in pads}
        self._order = list(pads)
        self._every_s = every_s
        self._answer_s = answer_s
        self._next_s = -math.inf
        self._under_way: Pad | None = None
        self._until_s = math.inf
        self.counters = {"polls": 0, "unanswered": 0}

    @property
    def waits(self) -> bool:
        """Whether somebody is being asked."""
        return self._under_way is not None

    @property
    def away(self) -> int:
        return sum(self._is_away(asked) for asked in self._pads.values())

    def due_s(self, now: float) -> float:
        return max(0.0, (self._until_s if self.waits else self._next_s) - now)

    def turn(self, now: float) -> Pad | None:
        """Whom to ask now; None for nobody."""
        if self.waits or now < self._next_s:
            return None
        self._next_s = now + self._every_s
        for pad in self._order:
            asked = self._pads[pad]
            if not self._is_away(asked) or now - asked.at_s >= AWAY_S:
                self._order.remove(pad)
                self._order.append(pad)
                asked.at_s = now
                self._under_way, self._until_s = pad, math.inf
                self.counters["polls"] += 1
                return pad
        return None

    def sent(self, wire_s: float, now: float) -> None:
        """The question has left; `wire_s`: for it and its answer."""
        if self.waits:
            self._until_s = now + wire_s + self._answer_s

    def answered(self, pad: Pad, *, idle: bool) -> bool:
        """Whether `pad` was asked. `idle`: nothing was pressed."""
        asked = self._pads[pad]
        asked.missed = 0
        if self._under_way != pad:
            return False
        asked.idles |= idle
        self._under_way, self._until_s = None, math.inf
        return True

    def tick(self, now: float) -> None:
        if self._under_way is not None and now >= self._until_s:
            self._pads[self._under_way].missed += 1
            self.counters["unanswered"] += 1
            self.stop()

    def stop(self) -> None:
        self._under_way, self._until_s = None, math.inf

    def _is_away(self, asked: _Asked) -> bool:
        return asked.idles and asked.missed >= MISSES
