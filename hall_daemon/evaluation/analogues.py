"""What came of it when a queue last looked like this: the waits of the most similar moments. Pure; one thread.

For halls whose windows nobody knows, where a roll-out would have to guess them. A moment is a row of numbers and a
`base`, the wait that a simple formula gives; the wait of a similar moment is scaled half-way (in logarithms) to the
present base, because neither the bare wait nor its ratio to the formula carries over best. Memory is bounded.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Sequence

KEPT = 1_500
NEAREST = 60
FEWEST = 20
# Of a short memory no more than a share is called similar.
SHARE = 1 / 6
HALF_WAY = 0.5


class Analogues:
    """Of one kind of queue. `weights` say how much a difference in each number counts."""

    def __init__(self, weights: Sequence[float]) -> None:
        self._scale = tuple(weight**0.5 for weight in weights)
        self._moments = deque[tuple[tuple[float, ...], float, float]](maxlen=KEPT)

    def remember(self, features: Sequence[float], base: float, waited: float) -> None:
        """`base` is above 0. Raises ValueError otherwise."""
        if base <= 0.0:
            raise ValueError(f"base is {base}, expected more than 0")
        self._moments.append((self._scaled(features), base, waited))

    def like(self, features: Sequence[float], base: float) -> list[float]:
        """Equally likely waits, ascending; empty before FEWEST moments were seen."""
        if len(self._moments) < FEWEST:
            return []
        here = self._scaled(features)
        n = max(FEWEST, min(NEAREST, int(len(self._moments) * SHARE)))
        near = heapq.nsmallest(
            n,
            (
                (sum([(a - b) * (a - b) for a, b in zip(here, then, strict=True)]), its_base, waited)
                for then, its_base, waited in self._moments
            ),
        )
        return sorted(waited * (base / its_base) ** HALF_WAY for _, its_base, waited in near)

    def _scaled(self, features: Sequence[float]) -> tuple[float, ...]:
        return tuple(scale * number for scale, number in zip(self._scale, features, strict=True))
