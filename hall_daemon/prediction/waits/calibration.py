"""Ranges that keep their word: each is widened or narrowed by how far those before it were off. Pure; one thread.

Split-conformal, online: a range that was said and the wait that came give a score, how far outside (above 0) or
inside (below 0) the wait lay in units of the range's own width. The next range is moved out by the score that the
asked share of the last ones did not exceed. Kept apart for nobody ahead and for each third by people ahead, because
short waits say nothing about long ones; the share that is aimed at follows the misses, so that it holds in a hall
that drifts.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque

KEPT = 500
# Fewer scores than this move nothing.
LEAST = 40
# After each miss or hit the aim moves by so much of the difference.
FOLLOWS = 0.01
HIGHEST_AIM = 0.995
LOWEST_AIM = 0.3
# A range is never taken to be narrower than this: a certain [0, 0] that fails once would otherwise know no bound.
LEAST_WIDTH_MS = 30_000.0
# No correction moves a bound by more than so many widths.
MOST = 8.0


class Calibration:
    """Of ranges that shall hold in `share` of the cases. Times in ms."""

    def __init__(self, share: float) -> None:
        self._aheads = deque[int](maxlen=KEPT)
        self._ordered: list[int] = []
        self._groups = [_Scores(share) for _ in range(4)]

    def corrected(self, low: float, high: float, ahead: int) -> tuple[float, float]:
        """The range (raw `low` to `high`) to say to somebody with `ahead` people in front."""
        by = self._groups[self._group(ahead)].correction() * _width(low, high)
        low, high = max(0.0, low - by), high + by
        return (low, high) if low <= high else ((low + high) / 2.0,) * 2

    def see(self, low: float, high: float, ahead: int, waited: float) -> None:
        """What came of a raw range."""
        said = self.corrected(low, high, ahead)
        score = max(low - waited, waited - high) / _width(low, high)
        self._groups[self._group(ahead)].add(score, said[0] <= waited <= said[1])
        if ahead > 0:
            if len(self._aheads) == KEPT:
                del self._ordered[bisect_left(self._ordered, self._aheads[0])]
            self._aheads.append(ahead)
            insort(self._ordered, ahead)

    def _group(self, ahead: int) -> int:
        if ahead <= 0 or not self._ordered:
            return 0 if ahead <= 0 else 1
        n = len(self._ordered)
        return 1 + (ahead > self._ordered[n // 3]) + (ahead > self._ordered[2 * n // 3])


class _Scores:
    def __init__(self, share: float) -> None:
        self._share = self._aim = share
        self._last = deque[float](maxlen=KEPT)
        self._ordered: list[float] = []

    def add(self, score: float, held: bool) -> None:
        if len(self._last) == KEPT:
            del self._ordered[bisect_left(self._ordered, self._last[0])]
        self._last.append(score)
        insort(self._ordered, score)
        if len(self._last) > LEAST:
            self._aim += FOLLOWS * (self._share - held)
            self._aim = min(HIGHEST_AIM, max(LOWEST_AIM, self._aim))

    def correction(self) -> float:
        n = len(self._ordered)
        if n < LEAST:
            return 0.0
        return min(MOST, max(-0.5, self._ordered[min(n - 1, int(self._aim * (n + 1)))]))


def _width(low: float, high: float) -> float:
    return max(LEAST_WIDTH_MS, high - low)
