"""How quick each clerk is, and the hall today: from service times seen, shrunk to "as usual". Pure; one thread.

The logarithm of a service time is its service's level, plus the hall's pace of the day, plus the clerk's own, plus
the clerk's of this day, plus chance. How much each of these differs is measured from day to day (in a hall where
clerks are alike nothing is corrected); what today shows is weighed against it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

# What is believed before days were seen, as variances of logarithms; as much again is how unsure that is.
HALL_VARIES = 0.03**2
CLERKS_VARY = 0.04**2
CLERKS_DAYS_VARY = 0.04**2
# What is measured of variances is forgotten so slowly, per clerk's day; of a clerk's own pace, per day.
KEPT_OF_MEASURES = 0.998
KEPT_OF_CLERK = 0.95
# A single case counts at most so many standard deviations.
FARTHEST = 3.0
CLERKS_MOST = 2_000


class Speed(NamedTuple):
    """Of the logarithm of a clerk's service times: where the hall's pace is `h`, it is normal around `level` +
    `follows` x h with `spread`."""

    level: float = 0.0
    follows: float = 1.0
    spread: float = 0.0


AS_USUAL = Speed()


class SpeedsToday(NamedTuple):
    """The hall's today, normal; and each clerk's."""

    centre: float
    spread: float
    clerks: Mapping[str, Speed]
    anybody: Speed


class _Seen(NamedTuple):
    """Cases weighed by their precision: mean = `total` / `weight`, variance of the mean 1 / `weight`."""

    weight: float = 0.0
    total: float = 0.0


class _Variance:
    """A (co)variance from products, each weighed by its precision, leaning on what was believed."""

    def __init__(self, believed: float) -> None:
        self._weight = 1.0 / (believed * believed)
        self._sum = believed * self._weight

    def add(self, product: float, weight: float) -> None:
        self._sum = self._sum * KEPT_OF_MEASURES + product * weight
        self._weight = self._weight * KEPT_OF_MEASURES + weight

    @property
    def value(self) -> float:
        return max(0.0, self._sum / self._weight)


class ClerkSpeeds:
    """`add` each service time; `today()` is what is believed now."""

    def __init__(self) -> None:
        self._today: dict[str, _Seen] = {}
        self._own: dict[str, _Seen] = {}
        self._of_hall = _Variance(HALL_VARIES)
        self._of_clerks = _Variance(CLERKS_VARY)
        self._of_days = _Variance(CLERKS_DAYS_VARY)

    def add(self, clerk: str, off: float, width: float) -> None:
        """`off`: the logarithm of a time less its service's level, whose usual width is `width`."""
        if not clerk:
            return
        weight = 1.0 / (width * width)
        off = max(-FARTHEST * width, min(FARTHEST * width, off))
        seen = self._today.get(clerk, _Seen())
        self._today[clerk] = _Seen(seen.weight + weight, seen.total + weight * off)

    def new_day(self) -> None:
        means = {clerk: (seen.total / seen.weight, 1.0 / seen.weight) for clerk, seen in self._today.items()}
        self._measure(means)
        hall, _ = self._hall(self._today)
        own = {clerk: _Seen(s.weight * KEPT_OF_CLERK, s.total * KEPT_OF_CLERK) for clerk, s in self._own.items()}
        for clerk, (mean, variance) in means.items():
            # A day counts less than its cases: the clerk's day has a pace of its own.
            weight = 1.0 / (variance + self._of_days.value)
            seen = own.pop(clerk, _Seen())
            own[clerk] = _Seen(seen.weight + weight, seen.total + weight * (mean - hall))
        while len(own) > CLERKS_MOST:
            del own[next(iter(own))]
        self._own = own
        self._today = {}

    def _measure(self, means: Mapping[str, tuple[float, float]]) -> None:
        """Products of what differs in everything but one cause: two clerks of a day share the hall's pace, two days
        of a clerk the clerk's. Each counts by how little chance is in it."""
        if len(means) < 2:
            return
        usual = self._of_hall.value + self._of_clerks.value + self._of_days.value
        weights = {clerk: 1.0 / (usual + variance) for clerk, (_, variance) in means.items()}
        weight_of_all = sum(weights.values())
        total = sum(weights[clerk] * mean for clerk, (mean, _) in means.items())
        squares = sum((weights[clerk] * mean) ** 2 for clerk, (mean, _) in means.items())
        pairs = weight_of_all**2 - sum(weight * weight for weight in weights.values())
        self._of_hall.add((total * total - squares) / pairs, pairs / 2.0)
        for clerk, (mean, variance) in means.items():
            weight = weights[clerk]
            others = weight_of_all - weight
            off = mean - (total - weight * mean) / others
            own = self._own.get(clerk)
            if own is not None:
                self._of_clerks.add(off * own.total / own.weight, weight / (1.0 / own.weight + usual))
            chance = variance + 1.0 / others
            self._of_days.add(off * off - chance - self._of_clerks.value, weight * weight / 2.0)

    def _hall(self, today: Mapping[str, _Seen]) -> tuple[float, float]:
        """Mean and variance of the hall's pace."""
        weight, total = 1.0 / max(1e-6, self._of_hall.value), 0.0
        for clerk, seen in today.items():
            level, variance = self._prior(clerk)
            its = 1.0 / (variance + 1.0 / seen.weight)
            weight += its
            total += its * (seen.total / seen.weight - level)
        return total / weight, 1.0 / weight

    def _prior(self, clerk: str) -> tuple[float, float]:
        """A clerk's pace beside the hall's, before today was seen."""
        precision = 1.0 / max(1e-6, self._of_clerks.value)
        own = self._own.get(clerk, _Seen())
        return own.total / (own.weight + precision), 1.0 / (own.weight + precision) + self._of_days.value

    def today(self) -> SpeedsToday:
        centre, variance = self._hall(self._today)
        speeds = {}
        for clerk in {*self._own, *self._today}:
            level, own = self._prior(clerk)
            seen = self._today.get(clerk, _Seen())
            spread2 = 1.0 / (1.0 / own + seen.weight)
            speeds[clerk] = Speed(
                spread2 * (level / own + seen.total), 1.0 - spread2 * seen.weight, math.sqrt(spread2)
            )
        unknown = math.sqrt(self._of_clerks.value + self._of_days.value)
        return SpeedsToday(centre, math.sqrt(variance), speeds, Speed(spread=unknown))
