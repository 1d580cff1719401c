"""A regression that garbage does not move: how long matters take, by kind, place, time and load. Pure Python.

    log(time) = kind + place + trend * months + load * log2(1 + people waiting)

Fitted by weighted least squares again and again, with weights that go to nothing for what lies far off (Tukey's
bisquare), from a beginning made of medians. A place is drawn towards nought like a guess that a few cases outvote, so
that the only window of a matter does not share the blame. A year of 300,000 cases is thinned to MOST of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

MOST = 60_000
# Tukey's constant: 85 % as good as least squares where nothing is wrong, and a fifth of garbage hardly moves it.
CUT = 3.44
# A median of absolute deviations, so many times, is the standard deviation of a normal distribution.
AS_SIGMA = 1.4826
LEAST_SIGMA = 0.02
ROUNDS = 30
CLOSE_ENOUGH = 1e-4
# What is believed beforehand, as so many cases: no place differs, nothing changes in a month or with the load.
PLACES_WORTH = 5.0
SLOPES_WORTH = 5.0


class Seen(NamedTuple):
    """One case: `log` of its duration, `months` since some day, `crowd` = log2(1 + people waiting)."""

    kind: str
    place: str
    months: float
    crowd: float
    log: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """`kinds` are logarithms at month 0 with nobody waiting, `places` and the slopes are added; `sigma` is how far a
    single case usually lies off. `n` is how many cases it rests on."""

    kinds: dict[str, float] = field(default_factory=dict)
    places: dict[str, float] = field(default_factory=dict)
    trend: float = 0.0
    crowd: float = 0.0
    sigma: float = LEAST_SIGMA
    n: int = 0

    def usual(self, case: Seen) -> float:
        """The logarithm that is usual for a case."""
        return (
            self.kinds.get(case.kind, 0.0) + self.places.get(case.place, 0.0)
            + self.trend * case.months + self.crowd * case.crowd
        )


def median(values: Sequence[float]) -> float:
    """Raises ValueError for nothing."""
    if not values:
        raise ValueError("there is no median of nothing")
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2.0


def spread(values: Sequence[float]) -> float:
    """A standard deviation that a minority of garbage cannot blow up; 0 for fewer than two."""
    if len(values) < 2:
        return 0.0
    middle = median(values)
    return AS_SIGMA * median([abs(value - middle) for value in values])


def theil_sen(points: Sequence[tuple[float, float]]) -> tuple[float, float] | None:
    """Slope and height at 0 of the line through (x, y): medians of all slopes and of what is left. None when all
    stand at one x."""
    slopes = [
        (other[1] - one[1]) / (other[0] - one[0])
        for at, one in enumerate(points)
        for other in points[at + 1 :]
        if other[0] != one[0]
    ]
    if not slopes:
        return None
    slope = median(slopes)
    return slope, median([y - slope * x for x, y in points])


def fit(cases: Sequence[Seen]) -> Fit:
    """An empty Fit for no cases."""
    if not cases:
        return Fit()
    every = max(1, -(-len(cases) // MOST))
    used = cases[::every]
    now = _from_medians(used)
    for _ in range(ROUNDS):
        before, now = now, _refitted(used, now)
        if _moved(before, now) < CLOSE_ENOUGH:
            break
    return now


def _from_medians(cases: Sequence[Seen]) -> Fit:
    by_kind: dict[str, list[float]] = {}
    for case in cases:
        by_kind.setdefault(case.kind, []).append(case.log)
    kinds = {kind: median(logs) for kind, logs in by_kind.items()}
    off = [case.log - kinds[case.kind] for case in cases]
    places = dict.fromkeys(sorted({case.place for case in cases}), 0.0)
    return Fit(kinds=kinds, places=places, sigma=max(LEAST_SIGMA, spread(off)), n=len(cases))


def _refitted(cases: Sequence[Seen], old: Fit) -> Fit:
    kinds, places = sorted(old.kinds), sorted(old.places)
    row_of = {("kind", kind): at for at, kind in enumerate(kinds)}
    row_of |= {("place", place): len(kinds) + at for at, place in enumerate(places)}
    months, crowd = len(row_of), len(row_of) + 1
    size = len(row_of) + 2
    matrix = [[0.0] * size for _ in range(size)]
    right = [0.0] * size
    off = []
    reach = CUT * old.sigma
    sums: dict[tuple[str, str], list[float]] = {}
    for case in cases:
        left = case.log - old.usual(case)
        off.append(left)
        far = left / reach
        if -1.0 < far < 1.0:
            keep = 1.0 - far * far
            weight = keep * keep
            x, z, y = case.months, case.crowd, case.log
            cell = sums.get((case.kind, case.place))
            if cell is None:
                cell = sums[case.kind, case.place] = [0.0] * 9
            for at, value in enumerate((1.0, x, z, y, x * x, x * z, z * z, x * y, z * y)):
                cell[at] += weight * value
    for (kind, place), (w, wx, wz, wy, wxx, wxz, wzz, wxy, wzy) in sums.items():
        a, b = row_of["kind", kind], row_of["place", place]
        for i, j, value in (
            (a, a, w), (b, b, w), (a, b, w), (a, months, wx), (a, crowd, wz), (b, months, wx), (b, crowd, wz),
            (months, months, wxx), (months, crowd, wxz), (crowd, crowd, wzz),
        ):
            matrix[i][j] += value
            if i != j:
                matrix[j][i] += value
        for i, value in ((a, wy), (b, wy), (months, wxy), (crowd, wzy)):
            right[i] += value
    for i in range(size):
        # A kind of which nothing is left in sight stays where it was.
        believed = PLACES_WORTH if i >= len(kinds) else 1e-6
        matrix[i][i] += SLOPES_WORTH if i >= months else believed
        if i < len(kinds):
            right[i] += believed * old.kinds[kinds[i]]
    found = _solved(matrix, right)
    return Fit(
        kinds=dict(zip(kinds, found, strict=False)),
        places=dict(zip(places, found[len(kinds) :], strict=False)),
        trend=found[months],
        crowd=found[crowd],
        sigma=max(LEAST_SIGMA, AS_SIGMA * median([abs(left) for left in off])),
        n=len(cases),
    )


def _solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """x of matrix @ x = right, for a matrix that is symmetric and positive (Gauss, without looking for pivots)."""
    size = len(right)
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for i in range(size):
        top = rows[i]
        for j in range(i + 1, size):
            factor = rows[j][i] / top[i]
            if factor:
                rows[j] = [value - factor * above for value, above in zip(rows[j], top, strict=True)]
    found = [0.0] * size
    for i in reversed(range(size)):
        known = sum(rows[i][j] * found[j] for j in range(i + 1, size))
        found[i] = (rows[i][size] - known) / rows[i][i]
    return found


def _moved(before: Fit, after: Fit) -> float:
    moves = [after.kinds[kind] - level for kind, level in before.kinds.items()]
    moves += [after.places[place] - level for place, level in before.places.items()]
    moves += [after.trend - before.trend, after.crowd - before.crowd, after.sigma - before.sigma]
    return max(map(abs, moves))
