"""How far predictions were off: errors, CRPS, and how often ranges held. Pure; minutes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from hall_daemon.prediction.waits.wait_estimate import quantile

# A second is as exact as anybody plans.
MOMENT_MIN = 1 / 60


class Said(NamedTuple):
    """A wait in minutes: a single figure, and for who says more an ascending sample and two ranges."""

    point: float
    sample: Sequence[float] = ()
    range80: tuple[float, float] | None = None
    range90: tuple[float, float] | None = None


class Figures(NamedTuple):
    """One row of the table. `over80` is the share that waited longer than the 80 % range said: where the range
    begins at 0 nobody can wait less, so it holds more often than in 80 of 100 cases, and this says whether its end is
    right. `None`: this predictor gives no range."""

    predictor: str
    scope: str
    n: int
    mae_min: float
    rmse_min: float
    p90_min: float
    crps_min: float
    cover80: float | None
    width80_min: float | None
    cover90: float | None
    width90_min: float | None
    over80: float | None
    over90: float | None


def crps(sample: Sequence[float], waited: float) -> float:
    """Of an ascending sample as a distribution; a single figure gives its error."""
    n = len(sample)
    # E|X - y| - E|X - X'| / 2, the second from order statistics.
    off = sum(abs(x - waited) for x in sample) / n
    apart = sum((2 * i - n + 1) * x for i, x in enumerate(sample)) / (n * n)
    return off - apart


class _Range:
    def __init__(self) -> None:
        self.n = self.held = self.over = 0
        self.width = 0.0

    def add(self, said: tuple[float, float], waited: float) -> None:
        self.n += 1
        over = waited > said[1] + MOMENT_MIN
        self.over += over
        self.held += not over and said[0] - MOMENT_MIN <= waited
        self.width += said[1] - said[0]

    def figures(self) -> tuple[float, float, float] | tuple[None, None, None]:
        """The share that held, the mean width, the share that waited longer."""
        return (self.held / self.n, self.width / self.n, self.over / self.n) if self.n else (None, None, None)


@dataclass(slots=True)
class Tally:
    """Of one predictor in one scope."""

    errors: list[float] = field(default_factory=list)
    crps: float = 0.0
    ranges: tuple[_Range, _Range] = field(default_factory=lambda: (_Range(), _Range()))

    def add(self, said: Said, waited: float) -> None:
        self.errors.append(abs(said.point - waited))
        self.crps += crps(said.sample or (said.point,), waited)
        for at, range_ in zip(self.ranges, (said.range80, said.range90), strict=True):
            if range_ is not None:
                at.add(range_, waited)

    def figures(self, predictor: str, scope: str) -> Figures:
        """Raises ValueError when nobody was asked."""
        n = len(self.errors)
        if not n:
            raise ValueError("nobody was asked")
        ordered = sorted(self.errors)
        (cover80, width80, over80), (cover90, width90, over90) = (each.figures() for each in self.ranges)
        return Figures(
            predictor=predictor,
            scope=scope,
            n=n,
            mae_min=sum(ordered) / n,
            rmse_min=math.sqrt(sum(error * error for error in ordered) / n),
            p90_min=quantile(ordered, n, 0.9),
            crps_min=self.crps / n,
            cover80=cover80,
            width80_min=width80,
            cover90=cover90,
            width90_min=width90,
            over80=over80,
            over90=over90,
        )
