"""How many come, by half hour, on a day that is not yet: learnt from past days, corrected through the day. Pure.

A past day is its usual shape times how busy it was. How busy a day is lies in its weekday, in whether a month ends or
a holiday ended before it, and in what the configuration knows of single dates; each is drawn towards "like any day"
where few such days were seen. Half hours count only on days on which the hall was open in them, so a make-up Saturday
or a short day borrows the shape of the others. Recent weeks count more.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice, takewhile
from operator import mul
from typing import NamedTuple

from hall_daemon.domain.plan import Plan, Sessions
from hall_daemon.prediction.learn.day_summary import SLOT_MIN, SLOTS, DayTable

# A day counts half as much as one that is so many days (of those seen) younger.
HALF_LIFE = 25.0
# "Like any day" counts as much as so many days of a trait, and of a weekday's level at most.
TRAIT_WORTH = 1.0
MOST_WORTH = 20.0
# Days of one weekday differ by this variance of the logarithm, believed like so many days.
WITHIN, WITHIN_WORTH = 0.02, 4.0
LEAST_BUSY = 0.02
# The mix of services of a half hour is drawn to that of the day like so many people.
MIX_WORTH = 20.0
# Variance of a whole day's level and of a half hour's around it, as shares squared: believed like so many days.
DAY_VARIANCE, DAY_VARIANCE_WORTH = 0.015, 5.0
LEAST_DAY_VARIANCE, MOST_VARIANCE = 0.002, 1.0
# What came so far today speaks for the rest of the day with this share of its weight: waves also come early or late.
TODAY_WEIGHT = 0.5
# So many closed days in a row are a holiday; the first day after it is another day than others.
HOLIDAY_DAYS = 3

Kind = tuple[str, str]
Rates = dict[Kind, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Habits:
    """What the configuration says about days: no forecast from fewer than `least_days` past days; the last
    `month_end_days` open days of a month are their own kind; `factors` multiply what single dates bring."""

    least_days: int = 5
    month_end_days: int = 2
    factors: Mapping[str, float] = field(default_factory=dict)


class Count(NamedTuple):
    """How many, in 80 of 100 cases between p10 and p90."""

    p10: int
    p50: int
    p90: int


@dataclass(frozen=True, slots=True)
class DayExpected:
    """`rates` are the people expected in each half hour by (service, class); `day_variance` and `slot_variance` how
    far the day's level and a half hour around it may be off, squared, as shares. `seen` past days it rests on."""

    day: str
    rates: Rates
    day_variance: float
    slot_variance: float
    seen: int

    def per_slot(self) -> tuple[float, ...]:
        return tuple(map(sum, zip(*self.rates.values(), strict=True))) if self.rates else (0.0,) * SLOTS

    def of_services(self, services: Sequence[str]) -> tuple[float, ...]:
        chosen = [rates for (service, _), rates in self.rates.items() if service in services]
        return tuple(map(sum, zip(*chosen, strict=True))) if chosen else (0.0,) * SLOTS

    def slot_count(self, rate: float) -> Count:
        return spread_count(rate, self.day_variance + self.slot_variance)

    def total_count(self, rates: Sequence[float]) -> Count:
        total = sum(rates)
        if total <= 0.0:
            return Count(0, 0, 0)
        within = self.slot_variance * sum(rate * rate for rate in rates) / (total * total)
        return spread_count(total, self.day_variance + within)


# -- days -----------------------------------------------------------------------------------------


def open_shares(plan: Plan, day: str) -> tuple[float, ...]:
    """Of each half hour the share in which numbers are given on `day`."""
    return _open_shares(plan.sessions(day), plan.hours.stop_issuing_min)


@lru_cache(maxsize=64)  # a hall has few kinds of days
def _open_shares(sessions: Sessions, stop: int) -> tuple[float, ...]:
    shares = [0.0] * SLOTS
    for begins, ends in sessions:
        for slot in range(SLOTS):
            low, high = max(begins, slot * SLOT_MIN), min(ends - stop, (slot + 1) * SLOT_MIN)
            shares[slot] += max(0, high - low) / SLOT_MIN
    return tuple(shares)


def traits(plan: Plan, day: str, habits: Habits) -> tuple[str, ...]:
    """What kind of day it is beside its weekday."""
    when = date.fromisoformat(day)
    found = []
    if habits.month_end_days and not _open_later(plan, when, habits.month_end_days):
        found.append("month_end")
    if not any(plan.hours.sessions(when - timedelta(days=back)) for back in range(1, HOLIDAY_DAYS + 1)):
        found.append("after_holiday")
    return tuple(found)


def _open_later(plan: Plan, when: date, days: int) -> bool:
    """Whether the hall is open on so many `days` of the month after this one. It looks no further than it must."""
    later = (when + timedelta(days=ahead) for ahead in range(1, 32))
    open_days = filter(plan.hours.sessions, takewhile(lambda day: day.month == when.month, later))
    return len(list(islice(open_days, days))) == days


# -- learning -------------------------------------------------------------------------------------


class _Past(NamedTuple):
    """A past day: weight, open shares, people by half hour, and what kind of day it was."""

    weight: float
    shares: tuple[float, ...]
    counts: tuple[float, ...]
    weekday: int
    traits: tuple[str, ...]
    factor: float


def day_expected(plan: Plan, past: Sequence[DayTable], day: str, habits: Habits) -> DayExpected | None:
    """Who comes on `day`, from `past` days (oldest first, none of them `day` or later); None when too few were seen
    or the hall is closed."""
    shares = open_shares(plan, day)
    seen = [table for table in past if table.people and table.day < day]
    if len(seen) < max(1, habits.least_days) or not any(shares):
        return None
    days = [_past(plan, table, 0.5 ** ((len(seen) - 1 - at) / HALF_LIFE), habits) for at, table in enumerate(seen)]
    base = _shape(days, [1.0] * len(days))
    busy = [sum(one.counts) / max(1e-9, _under(base, one.shares)) / one.factor for one in days]
    weekday = _weekday_levels(days, busy)
    effect = _trait_effects(days, busy, weekday)
    level = [weekday[one.weekday] * math.prod(effect[trait] for trait in one.traits) * one.factor for one in days]
    target = weekday[date.fromisoformat(day).weekday()] * habits.factors.get(day, 1.0)
    target *= math.prod(effect.get(trait, 1.0) for trait in traits(plan, day, habits))
    shape = _weekday_shape(days, level, date.fromisoformat(day).weekday())
    per_slot = [target * rate * share for rate, share in zip(shape, shares, strict=True)]
    day_variance, slot_variance = _variances(days, level, shape)
    return DayExpected(day, _mixed(seen, days, per_slot), day_variance, slot_variance, len(seen))


def _past(plan: Plan, table: DayTable, weight: float, habits: Habits) -> _Past:
    counts = tuple(map(float, map(sum, zip(*(came.counts for came in table.came), strict=True))))
    # Where people came the hall was open, whatever the plan says today about that day.
    shares = tuple([
        share or (1.0 if n else 0.0) for share, n in zip(open_shares(plan, table.day), counts, strict=True)
    ])
    when = date.fromisoformat(table.day)
    factor = max(0.05, habits.factors.get(table.day, 1.0))
    return _Past(
        weight=weight, shares=shares, counts=counts, weekday=when.weekday(), traits=traits(plan, table.day, habits),
        factor=factor,
    )


def _shape(days: Sequence[_Past], level: Sequence[float]) -> list[float]:
    """People of a usual day in each half hour, if it were open throughout."""
    weights = [day.weight for day in days]
    by_slot = (zip(*slots, strict=True) for slots in ([day.counts for day in days], [day.shares for day in days]))
    shape = []
    for counts, shares in zip(*by_slot, strict=True):
        came = sum(map(mul, weights, counts))
        room = sum(map(mul, map(mul, weights, shares), level))
        shape.append(came / room if room > 0.0 else 0.0)
    return shape


def _under(shape: Sequence[float], shares: Sequence[float]) -> float:
    return sum(rate * share for rate, share in zip(shape, shares, strict=True))


def _weekday_levels(days: Sequence[_Past], busy: Sequence[float]) -> list[float]:
    """How busy each weekday is, days of a special kind left out where there are others; drawn towards the middle of
    all days by how little weekdays differ here beside how much days of one weekday do."""
    known = list(zip(days, [math.log(max(LEAST_BUSY, rel)) for rel in busy], strict=True))
    known = [one for one in known if not one[0].traits] or known
    by_weekday: dict[int, list[tuple[float, float]]] = {}
    for day, log in known:
        by_weekday.setdefault(day.weekday, []).append((day.weight, log))
    means = {weekday: _mean(own) for weekday, own in by_weekday.items()}
    usual = sum(means.values()) / len(means)
    spare = len(known) - len(means)
    within = sum((log - means[day.weekday]) ** 2 for day, log in known)
    within = (within + WITHIN * WITHIN_WORTH) / (spare + WITHIN_WORTH)
    between = sum((level - usual) ** 2 for level in means.values()) / max(1, len(means) - 1)
    each = sum(1.0 / len(own) for own in by_weekday.values()) / len(by_weekday)
    worth = min(MOST_WORTH, within / max(1e-9, between - within * each))
    levels = []
    for weekday in range(7):
        own = by_weekday.get(weekday, [])
        weight = sum(w for w, _ in own)
        log = (sum(w * log for w, log in own) + worth * usual) / (weight + worth) if weight + worth else usual
        levels.append(math.exp(log))
    return levels


def _mean(weighed: Sequence[tuple[float, float]]) -> float:
    return sum(w * value for w, value in weighed) / sum(w for w, _ in weighed)


def _trait_effects(days: Sequence[_Past], busy: Sequence[float], weekday: Sequence[float]) -> dict[str, float]:
    effects = {}
    for trait in {trait for day in days for trait in day.traits}:
        off = [
            (day.weight, math.log(max(LEAST_BUSY, rel / weekday[day.weekday])))
            for day, rel in zip(days, busy, strict=True)
            if trait in day.traits
        ]
        effects[trait] = math.exp(sum(w * log for w, log in off) / (sum(w for w, _ in off) + TRAIT_WORTH))
    return effects


def _weekday_shape(days: Sequence[_Past], level: Sequence[float], weekday: int) -> list[float]:
    """The shape of this weekday: as far as shapes of weekdays differ by more than days of one weekday do, its own;
    for the rest that of all days."""
    everybody = _shape(days, level)
    known = list(zip(days, level, strict=True))
    own: dict[int, list[float]] = {}
    between = within = squares = within_squares = each = 0.0
    for its in sorted({day.weekday for day in days}):
        same = [(day, busy) for day, busy in known if day.weekday == its]
        shape = own[its] = _shape([day for day, _ in same], [busy for _, busy in same])
        room = sum(busy for _, busy in same)
        for rate, mine in zip(everybody, shape, strict=True):
            between += room * ((mine - rate) ** 2 - rate / max(1e-9, room))
            squares += room * rate * rate
        each += room / len(same)
        if len(same) > 1:
            spare = len(same) / (len(same) - 1.0)
            for day, busy in same:
                for n, share, mine in zip(day.counts, day.shares, shape, strict=True):
                    awaited = mine * share * busy
                    within += spare * (n - awaited) ** 2 - awaited
                    within_squares += awaited * awaited
    # Shares squared. Where no weekday was seen twice, all that differs may be chance.
    noise = max(0.0, within / within_squares) if within_squares else math.inf
    differ = max(0.0, between / max(1e-9, squares) - noise * each / sum(level)) if noise < math.inf else 0.0
    if weekday not in own or not differ:
        return everybody
    seen = [busy for day, busy in known if day.weekday == weekday]
    return [
        rate + (own_rate - rate) * differ / (differ + noise / len(seen) + 1.0 / max(1e-9, rate * sum(seen)))
        for rate, own_rate in zip(everybody, own[weekday], strict=True)
    ]


def _variances(days: Sequence[_Past], level: Sequence[float], shape: Sequence[float]) -> tuple[float, float]:
    """How far days, and half hours given their day, are off beyond what chance (Poisson) explains."""
    off_days = weight = above = squares = 0.0
    for day, busy in zip(days, level, strict=True):
        total = max(1e-9, busy * _under(shape, day.shares))
        came = sum(day.counts)
        off_days += day.weight * ((came / total - 1.0) ** 2 - 1.0 / total)
        weight += day.weight
        for rate, share, n in zip(shape, day.shares, day.counts, strict=True):
            expected = rate * share * came / total * busy
            above += day.weight * ((n - expected) ** 2 - expected)
            squares += day.weight * expected * expected
    day_variance = (off_days + DAY_VARIANCE_WORTH * DAY_VARIANCE) / (weight + DAY_VARIANCE_WORTH)
    slot_variance = above / squares if squares > 0.0 else 0.0
    return min(MOST_VARIANCE, max(LEAST_DAY_VARIANCE, day_variance)), min(MOST_VARIANCE, max(0.0, slot_variance))


def _mixed(seen: Sequence[DayTable], days: Sequence[_Past], per_slot: Sequence[float]) -> Rates:
    """The people of each half hour shared out to the kinds, as they came."""
    by_kind: dict[Kind, list[float]] = {}
    for table, day in zip(seen, days, strict=True):
        for came in table.came:
            counts = by_kind.setdefault((came.service, came.class_), [0.0] * SLOTS)
            for slot, n in enumerate(came.counts):
                counts[slot] += day.weight * n
    in_slot = [sum(counts[slot] for counts in by_kind.values()) for slot in range(SLOTS)]
    everybody = sum(in_slot)
    rates: Rates = {}
    for kind, counts in sorted(by_kind.items()):
        share = sum(counts) / everybody
        rates[kind] = tuple(
            per_slot[slot] * (counts[slot] + MIX_WORTH * share) / (in_slot[slot] + MIX_WORTH) for slot in range(SLOTS)
        )
    return rates


# -- through the day ------------------------------------------------------------------------------


def rest_of_day(expected: DayExpected, came: Sequence[int], minute: float) -> DayExpected:
    """The rest of a day of which `came` people drew a number by half hour until `minute`: its level is corrected by
    how many came so far, as far as that says more than it may be chance. Past half hours are empty."""
    left = [min(1.0, max(0.0, (slot + 1) - minute / SLOT_MIN)) for slot in range(SLOTS)]
    per_slot = expected.per_slot()
    awaited = sum(rate * (1.0 - share) for rate, share in zip(per_slot, left, strict=True))
    # A gamma distribution of the level with mean 1 that has seen Poisson counts.
    firm = 1.0 / expected.day_variance
    level = (firm + TODAY_WEIGHT * sum(came)) / (firm + TODAY_WEIGHT * awaited)
    rates = {
        kind: tuple(level * rate * share for rate, share in zip(rates, left, strict=True))
        for kind, rates in expected.rates.items()
    }
    return replace(expected, rates=rates, day_variance=1.0 / (firm + TODAY_WEIGHT * sum(came)))


# -- how many -------------------------------------------------------------------------------------


def spread_count(mean: float, variance_share: float) -> Count:
    """p10, p50, p90 of a negative binomial distribution with this mean and variance mean + variance_share * mean²."""
    if mean <= 0.0:
        return Count(0, 0, 0)
    if mean > 400.0:
        sigma = math.sqrt(mean + variance_share * mean * mean)
        return Count(max(0, round(mean - 1.2816 * sigma)), round(mean), round(mean + 1.2816 * sigma))
    found, cumulated, n = [], 0.0, 0
    if variance_share < 1e-6:
        chance = math.exp(-mean)
    else:
        firm = 1.0 / variance_share
        chance = math.exp(-firm * math.log1p(mean * variance_share))
    for share in (0.1, 0.5, 0.9):
        while cumulated + chance < share:
            cumulated += chance
            if variance_share < 1e-6:
                chance *= mean / (n + 1)
            else:
                chance *= (firm + n) / (n + 1) * mean / (mean + firm)
            n += 1
        found.append(n)
    return Count(*found)
