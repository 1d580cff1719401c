"""How long matters take, by day, week or month; the best of the same period; and what stands out, with its evidence.

Windows are named, persons never are. Figures are made of every case; the regression (`robust`) says what would be
usual for a matter at that window, that time and that load, and a group stands out by how far the middle of its cases
lies from that, in sigmas that allow for how much such groups differ anyway. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NamedTuple

from hall_daemon.prediction.learn.day_summary import Case, DayTable
from hall_daemon.prediction.learn.robust_regression import Fit, Seen, fit, median, spread, theil_sen

By = Literal["day", "week", "month"]
BYS: tuple[By, ...] = ("day", "week", "month")

# A group of fewer cases is neither the best nor an outlier.
LEAST_CASES = 5
# A trend is not seen in fewer days.
LEAST_DAYS = 5
# So many sigmas stand out; of those the farthest are listed.
STANDS_OUT = 3.5
MOST_OUTLIERS = 50
# Nobody has to act on a difference of less than so much (in logarithms).
LEAST_DIFFERENCE = math.log(1.15)
# That groups differ by chance of the day or the hand is excused as far as it is usual here, at most by so much a sigma.
MOST_EXCUSED = math.log(1.1)
# The median of n cases trembles by so many times sigma / sqrt(n).
MEDIAN_NOISE = 1.2533
DAYS_A_MONTH = 30.0
# Nothing that a person does takes less than this; it keeps logarithms in bounds.
LEAST_TOOK_MS = 1000


class Figures(NamedTuple):
    """Of `n` cases, in seconds; percentiles by nearest rank. None when there is no case."""

    n: int
    mean_s: float | None
    p10_s: float | None
    p50_s: float | None
    p90_s: float | None


class Period(NamedTuple):
    """A matter in a day, week or month that begins on `begins`. `best_window` had the lowest median of those that
    did the matter at least LEAST_CASES times in it; "" when none did."""

    service: str
    begins: str
    figures: Figures
    best_window: str
    best_s: float | None


class Matter(NamedTuple):
    """A service in the whole span. `best` is the period of the lowest median; `trend` the share by which the middle
    of a day changes in 30 days (Theil-Sen over days), None where too few days were seen."""

    service: str
    figures: Figures
    best: str
    best_s: float | None
    trend: float | None


class Outlier(NamedTuple):
    """`kind` says what stands out: a service on a `day`, or at a `window`; the other one is "". `usual_s` is what the
    regression expects of these very cases, `sigmas` how far their middle is off."""

    kind: Literal["day", "window"]
    service: str
    day: str
    window: str
    n: int
    median_s: float
    usual_s: float
    sigmas: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Efficiency:
    """`trend` and `load` are shares: by how much everything changes in 30 days, and when twice as many wait."""

    begins: str
    ends: str
    by: By
    days: int
    n: int
    unmeasured: int
    matters: tuple[Matter, ...]
    periods: tuple[Period, ...]
    outliers: tuple[Outlier, ...]
    trend: float
    load: float
    sigma: float


def figures(took_ms: Iterable[int]) -> Figures:
    ordered = sorted(took_ms)
    n = len(ordered)
    if not n:
        return Figures(0, None, None, None, None)
    low, middle, high = (ordered[max(0, math.ceil(n * share) - 1)] / 1000 for share in (0.1, 0.5, 0.9))
    return Figures(n, round(sum(ordered) / n / 1000, 1), low, middle, high)


def begins_of(day: str, by: By) -> str:
    """The first day of the period that `day` is in; a week begins on Monday."""
    if by == "day":
        return day
    if by == "month":
        return f"{day[:7]}-01"
    when = date.fromisoformat(day)
    return (when - timedelta(days=when.weekday())).isoformat()


def efficiency(tables: Sequence[DayTable], by: By, begins: str, ends: str, service: str = "") -> Efficiency:
    """The report of `tables` (one for each day of `begins` to `ends` that was, in order), of one service or of all."""
    cases = [(table.day, case) for table in tables for case in table.cases if service in ("", case.service)]
    grouped: dict[str, dict[str, list[Case]]] = {}
    for day, case in cases:
        grouped.setdefault(case.service, {}).setdefault(begins_of(day, by), []).append(case)
    periods = tuple(
        _period(matter, when, its) for matter, spans in sorted(grouped.items()) for when, its in sorted(spans.items())
    )
    matters = tuple(_matter(matter, cases, periods) for matter in sorted(grouped))
    seen = _seen(cases)
    usual = fit(seen)
    return Efficiency(
        begins=begins,
        ends=ends,
        by=by,
        days=sum(bool(table.people or table.cases) for table in tables),
        n=len(cases),
        unmeasured=sum(table.unmeasured for table in tables),
        matters=matters,
        periods=periods,
        outliers=outliers(cases, seen, usual),
        trend=math.expm1(usual.trend),
        load=math.expm1(usual.crowd),
        sigma=usual.sigma,
    )


def _period(service: str, begins: str, cases: Sequence[Case]) -> Period:
    at: dict[str, list[int]] = {}
    for case in cases:
        at.setdefault(case.window, []).append(case.took_ms)
    best = min(
        ((figures(took).p50_s or 0.0, window) for window, took in at.items() if len(took) >= LEAST_CASES),
        default=(None, ""),
    )
    return Period(service, begins, figures(case.took_ms for case in cases), best[1], best[0])


def _matter(service: str, cases: Sequence[tuple[str, Case]], periods: Sequence[Period]) -> Matter:
    days: dict[str, list[int]] = {}
    for day, case in cases:
        if case.service == service:
            days.setdefault(day, []).append(case.took_ms)
    enough = [p for p in periods if p.service == service and p.figures.n >= LEAST_CASES and p.figures.p50_s is not None]
    best = min(enough, key=lambda p: (p.figures.p50_s or 0.0, p.begins), default=None)
    points = [
        (date.fromisoformat(day).toordinal() / DAYS_A_MONTH, math.log(max(LEAST_TOOK_MS, median(took))))
        for day, took in sorted(days.items())
        if len(took) >= LEAST_CASES
    ]
    line = theil_sen(points) if len(points) >= LEAST_DAYS else None
    return Matter(
        service,
        figures(took for its in days.values() for took in its),
        best.begins if best else "",
        best.figures.p50_s if best else None,
        math.expm1(line[0]) if line else None,
    )


def _seen(cases: Sequence[tuple[str, Case]]) -> list[Seen]:
    if not cases:
        return []
    first = date.fromisoformat(cases[0][0]).toordinal()
    months = {day: (date.fromisoformat(day).toordinal() - first) / DAYS_A_MONTH for day in {day for day, _ in cases}}
    return [
        Seen(
            case.service, case.window, months[day], math.log2(1.0 + case.load),
            math.log(max(LEAST_TOOK_MS, case.took_ms) / 1000.0),
        )
        for day, case in cases
    ]


def outliers(cases: Sequence[tuple[str, Case]], seen: Sequence[Seen], usual: Fit) -> tuple[Outlier, ...]:
    """What stands out, the farthest first. A day is compared with the regression; a window with the other windows
    that do the same matter, at that time and that load: of a matter's only window nothing can be said."""
    left = [one.log - usual.usual(one) for one in seen]
    by_day: dict[Key, list[int]] = {}
    by_matter: dict[str, dict[str, list[int]]] = {}
    for at, (day, case) in enumerate(cases):
        by_day.setdefault((case.service, day), []).append(at)
        by_matter.setdefault(case.service, {}).setdefault(case.window, []).append(at)
    days = [_Group(key, its, median([left[at] for at in its]), 0.0) for key, its in by_day.items() if _enough(its)]
    windows = []
    for service, at_window in by_matter.items():
        bare = {
            window: [left[at] + usual.places.get(window, 0.0) for at in its] for window, its in at_window.items()
        }
        for window, its in at_window.items():
            others = [off for other, offs in bare.items() if other != window for off in offs]
            if _enough(its) and _enough(others):
                off = median(bare[window]) - median(others)
                windows.append(_Group((service, window), its, off, 1.0 / len(others)))
    found = [Outlier("day", group.key[0], group.key[1], "", *facts) for group, facts in _off(days, seen, usual.sigma)]
    found += [
        Outlier("window", group.key[0], "", group.key[1], *facts) for group, facts in _off(windows, seen, usual.sigma)
    ]
    found.sort(key=lambda outlier: -abs(outlier.sigmas))
    return tuple(found[:MOST_OUTLIERS])


Key = tuple[str, str]
Facts = tuple[int, float, float, float]


class _Group(NamedTuple):
    """Cases (by their place in the list) whose middle is `off` what is usual; `beside` is one by how many cases that
    itself rests on."""

    key: Key
    its: Sequence[int]
    off: float
    beside: float


def _enough(cases: Sequence[object]) -> bool:
    return len(cases) >= LEAST_CASES


def _off(groups: Sequence[_Group], seen: Sequence[Seen], sigma: float) -> list[tuple[_Group, Facts]]:
    """The groups that stand out, as (n, median, usual, sigmas)."""
    noise = [(MEDIAN_NOISE * sigma) ** 2 * (1.0 / len(group.its) + group.beside) for group in groups]
    beyond = spread([group.off for group in groups]) ** 2 - (median(noise) if noise else 0.0)
    excused = min(max(0.0, beyond), MOST_EXCUSED**2)
    found: list[tuple[_Group, Facts]] = []
    for group, trembles in zip(groups, noise, strict=True):
        sigmas = group.off / math.sqrt(excused + trembles)
        if abs(sigmas) >= STANDS_OUT and abs(group.off) >= LEAST_DIFFERENCE:
            middle = median([seen[at].log for at in group.its])
            told = round(math.exp(middle), 1), round(math.exp(middle - group.off), 1)
            found.append((group, (len(group.its), *told, round(sigmas, 1))))
    return found
