"""How long things take, as distributions that can be drawn from. Pure values; knows no hall and no journal.

A distribution is a table of equally likely durations in ms, ascending, and `spread`: how far its level may be wrong (a
standard deviation of the logarithm). Every roll-out draws the error of the level once for everybody, so that few
observations give a wide range also to the person with fifty others ahead, where chance alone would average out.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from statistics import NormalDist
from typing import NamedTuple

from hall_daemon.prediction.learn.clerk_speed import AS_USUAL, Speed

TABLE = 256
# What lasts longer than anything seen goes on for this share of what it has lasted, on average.
BEYOND = 0.5

_NORMAL = NormalDist()


class Distribution(NamedTuple):
    """`table` is never empty. A single entry is a fixed duration."""

    table: tuple[float, ...]
    spread: float = 0.0

    def mean_ms(self) -> float:
        return sum(self.table) / len(self.table)

    def lasting(self, elapsed_ms: float) -> float:
        """The share of cases that last longer than `elapsed_ms`."""
        return 1.0 - bisect_right(self.table, elapsed_ms) / len(self.table)

    def left_ms(self, elapsed_ms: float, factor: float, chance: float) -> float:
        """How much longer it takes, having lasted `elapsed_ms`; `chance` is uniform in [0, 1)."""
        # Who has just begun may still be done at once.
        at = bisect_left(self.table, elapsed_ms / factor)
        left = len(self.table) - at
        if left:
            return self.table[at + int(chance * left)] * factor - elapsed_ms
        return -math.log1p(-chance) * BEYOND * elapsed_ms


AT_ONCE = Distribution((0.0,))


class Late(NamedTuple):
    """How late a window opens in its shift: equally likely times in ms, ascending; infinite is that nobody comes.
    `beyond` is a second such table that counts `worth` times as much, for a window that is late already: there
    seldom anything was seen."""

    table: tuple[float, ...]
    beyond: tuple[float, ...]
    worth: float

    def left_ms(self, elapsed_ms: float, chance: float) -> float:
        """How much longer until it opens, `elapsed_ms` after the beginning of its shift; `chance` is uniform in
        [0, 1). Infinite: not in this shift."""
        table, beyond = self.table, self.beyond
        if elapsed_ms <= 0.0:
            return table[int(chance * len(table))]
        seen, passed = bisect_left(table, elapsed_ms), bisect_left(beyond, elapsed_ms)
        share = (len(table) - seen) / len(table)
        other = self.worth * (len(beyond) - passed) / len(beyond)
        at = chance * (share + other)
        if at < share:
            return table[min(len(table) - 1, seen + int(at * len(table)))] - elapsed_ms
        return beyond[min(len(beyond) - 1, passed + int((at - share) / self.worth * len(beyond)))] - elapsed_ms


class Lates(NamedTuple):
    """Of a window's first shift of the day, of its later ones, and of the next later one as the day has been so far:
    who was missing in the morning may be so after lunch."""

    first: Late
    later: Late
    next: Late


def log_normal(median_ms: float, sigma: float, size: int = TABLE) -> list[float]:
    """`size` equally likely values of a log-normal distribution, ascending."""
    return [median_ms * math.exp(sigma * score) for score in _normal_scores(size)]


@lru_cache(maxsize=64)  # every question is answered from some of these, most of TABLE values
def _normal_scores(size: int) -> tuple[float, ...]:
    return tuple([_NORMAL.inv_cdf((k + 0.5) / size) for k in range(size)])


def thinned(ordered: Sequence[float], size: int) -> list[float]:
    """`size` values that stand for `ordered`, at equally spaced ranks."""
    return [ordered[int((k + 0.5) / size * len(ordered))] for k in range(size)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Distributions:
    """Everything roll-outs draw from. `cycle` is by service, from the call to the end of the service; `no_show` the
    share of calls that nobody answers and `stay` how long such a call holds the window; `gap` what a clerk lets
    pass before calling somebody who waits; `pause` by reason; `leave_per_ms` the rate at which people give up;
    `pace` how far the whole hall may be quicker or slower than its distributions (a spread, as in
    Distribution) around `centre`;
    `speeds` by window, of the clerk who is there; `late` by window, in time where nothing stands."""

    cycle: Mapping[str, Distribution]
    other: Distribution
    stay: Distribution = AT_ONCE
    gap: Distribution = AT_ONCE
    other_pause: Distribution = AT_ONCE
    no_show: Mapping[str, float] = field(default_factory=dict)
    pause: Mapping[str, Distribution] = field(default_factory=dict)
    leave_per_ms: float = 0.0
    pace: float = 0.0
    centre: float = 0.0
    speeds: Mapping[str, Speed] = field(default_factory=dict)
    anybody: Speed = AS_USUAL
    late: Mapping[str, Lates] = field(default_factory=dict)

    def of(self, service: str) -> Distribution:
        return self.cycle.get(service, self.other)
