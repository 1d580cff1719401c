"""What somebody finds who comes: a row of numbers on the line, the pace of calls, the day and the rest of the hall.

For a hall of which only queues are known. Times are put as multiples of the usual gap between two calls, so that
services of any pace have something to learn from each other; a few stand in minutes as well. Pure; one thread.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict, deque
from typing import NamedTuple

from hall_daemon.evaluation.baselines import GUESSED_MIN, Service
from hall_daemon.evaluation.story import DAY_S, Fact

NAN = math.nan
RECENT_GAPS = 8
# The usual gap counts as so many recent ones, the mean of all hours as so many calls of one half hour.
USUAL_WORTH = 4
ALL_HOURS_WORTH = 10
# A wait against what a formula said is a ratio; this keeps those of no wait at all finite.
LEAST_MIN = 0.1
RATIO_MIN = 0.5
# Where no end of a service is recorded nobody is taken to be served for longer.
SERVED_MIN = 240.0

# Of moments that are alike: people in line, the gap lately, how long the head has waited, how long the last one had,
# how long ago that call was, the time of day in units of three hours. The first and third say most.
ALIKE_WEIGHTS = (4.0, 1.0, 2.0, 0.5, 0.5, 0.5)
HOURS_PER_UNIT = 3.0
LONG_AGO_MIN = 60.0


class Moment(NamedTuple):
    """`alike`: the few numbers, all known, by which moments of one service are compared. `base_min`:
    (people + 1) x the gap lately; `usual_min`: (people + 1) x the usual gap."""

    row: tuple[float, ...]
    alike: tuple[float, ...]
    ahead: int
    base_min: float
    usual_min: float


class Fading:
    """A mean in which each value counts less with every later one: `keeps` of its weight is left."""

    def __init__(self, keeps: float) -> None:
        self._keeps, self.total, self.weight = keeps, 0.0, 0.0

    def add(self, value: float) -> None:
        self.total = self.total * self._keeps + value
        self.weight = self.weight * self._keeps + 1.0

    def mean(self) -> float:
        return self.total / self.weight if self.weight else NAN


class _Today:
    """Of one service, or of the whole hall; gone overnight."""

    def __init__(self, first: float) -> None:
        self.first = first
        self.came: list[float] = []
        self.calls: list[float] = []
        self.left: list[float] = []
        self.done: list[float] = []
        self.gaps: list[float] = []
        # Gaps of today and what they usually are at their hours.
        self.took, self.usual = Fading(0.97), Fading(0.97)
        self.waits = Fading(0.7)
        self.ratios = (Fading(0.87), Fading(0.955))


class _Queue:
    """One service."""

    def __init__(self) -> None:
        self.service = Service()
        self.day = -1
        self.today = _Today(0.0)
        self.gaps_at: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0])
        self.waits_at: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0])
        # By weekday: the minute of the last call; of waits against (people + 1) x the usual gap, call by call
        # and, over days, the lately ones more.
        self.last_calls: dict[int, float] = {}
        self.against = (Fading(0.98), Fading(0.9))
        self.priority: set[int] = set()

    def serving(self, minute: float) -> list[float]:
        """How long who is served has been at the window; nobody where ends are not recorded."""
        if not self.service.service_time.n:
            return []
        return [now for since, _ in self.service.serving.values() if (now := minute - since) < SERVED_MIN]

    def usual(self) -> float:
        return self.service.gap.or_else(GUESSED_MIN)

    def usual_at(self, half_hour: int) -> float:
        total, n = self.gaps_at[half_hour]
        return (total + ALL_HOURS_WORTH * self.usual()) / (n + ALL_HOURS_WORTH)


class Features:
    """One hall. `see` every fact in order; it gives the moment when somebody came, and None otherwise."""

    def __init__(self) -> None:
        self._queues: dict[str, _Queue] = {}
        self._day = -1
        self._today = _Today(0.0)
        self._ratios = Fading(0.93)
        self._people: dict[int, tuple[Moment, int, float]] = {}

    def see(self, fact: Fact) -> Moment | None:
        queue = self._queues.get(fact.service) or self._queues.setdefault(fact.service, _Queue())
        minute, day = fact.second / 60.0, fact.day.toordinal()
        if day > self._day:
            self._day, self._today, self._ratios = day, _Today(minute), Fading(0.93)
        if day > queue.day:
            self._turn(queue, fact, minute)
        moment = None
        if fact.what == "came":
            moment = self._look(queue, fact, minute)
            self._people[fact.ticket] = moment, _half_hour(fact), minute
            queue.today.came.append(minute)
            self._today.came.append(minute)
            if fact.priority:
                queue.priority.add(fact.ticket)
        elif fact.what == "called":
            self._called(queue, fact, minute)
        elif fact.what == "left":
            queue.today.left.append(minute)
        else:
            queue.today.done.append(minute)
        if fact.what in ("called", "left"):
            queue.priority.discard(fact.ticket)
            self._people.pop(fact.ticket, None)
        queue.service.see(fact)
        return moment

    def _turn(self, queue: _Queue, fact: Fact, minute: float) -> None:
        if queue.today.calls:
            last, weekday = queue.today.calls[-1] - queue.day * DAY_S / 60.0, (queue.day - 1) % 7
            queue.last_calls[weekday] = (queue.last_calls.get(weekday, last) + last) / 2.0
        queue.day, queue.today = fact.day.toordinal(), _Today(minute)
        over_days = queue.against[1]
        over_days.total, over_days.weight = over_days.total * 0.7, over_days.weight * 0.7

    def _called(self, queue: _Queue, fact: Fact, minute: float) -> None:
        service, today, now = queue.service, queue.today, _half_hour(fact)
        came = service.line.get(fact.ticket, minute)
        if service.last_call is not None and service.day == queue.day and came <= service.last_call:
            gap = minute - service.last_call
            today.gaps.append(gap)
            today.took.add(gap)
            today.usual.add(queue.usual_at(now))
            _add(queue.gaps_at[now], gap)
        today.calls.append(minute)
        self._today.calls.append(minute)
        if fact.ticket not in self._people:
            return
        moment, then, since = self._people[fact.ticket]
        waited = minute - since
        _add(queue.waits_at[then], waited)
        today.waits.add(waited)
        if moment.ahead:
            ratio = math.log((waited + RATIO_MIN) / (moment.base_min + RATIO_MIN))
            for mean in (*today.ratios, self._ratios):
                mean.add(ratio)
            usual = (moment.ahead + 1) * queue.usual()
            for mean in queue.against:
                mean.add(math.log((waited + RATIO_MIN) / (usual + RATIO_MIN)))

    def _look(self, queue: _Queue, fact: Fact, minute: float) -> Moment:
        service, today, now = queue.service, queue.today, _half_hour(fact)
        line = list(service.line.values())
        n, usual = len(line), queue.usual()
        lately = today.gaps[-RECENT_GAPS:]
        gap = (sum(lately) + USUAL_WORTH * usual) / (len(lately) + USUAL_WORTH)
        base = max(LEAST_MIN, (n + 1) * gap)
        head, middle = (minute - line[0], minute - line[n // 2]) if line else (0.0, 0.0)
        current = service.day == queue.day
        last_wait = service.last_wait if current and service.last_wait is not None else NAN
        mean_today = _mean(service.waits_today) if current else NAN
        mean, here = service.mean_wait.or_else(5.0), queue.waits_at[now]
        mean_here = (here[0] + ALL_HOURS_WORTH * mean) / (here[1] + ALL_HOURS_WORTH)
        serving = queue.serving(minute)
        served = service.service_time.or_else(NAN)
        took, usually = today.took, today.usual
        ends = queue.last_calls.get(fact.day.weekday(), NAN)
        unit = usual + 0.05
        people = math.log1p(n)
        row = (
            # The line.
            people, float(n), _log((head / unit), 1.0) - people, math.log1p(head), _log(middle / unit, 1.0) - people,
            _log((line[-1] - line[0]) / (n - 1) / unit if n > 1 else NAN),
            _log(n - _within(today.came, minute, 15) + _within(today.calls, minute, 15), 1.0) - people,
            float(fact.priority), float(len(queue.priority)), float(_within(today.left, minute, 30)),
            # The pace of calls.
            _log(usual), math.log1p(base), _log(queue.usual_at(now)) - _log(usual),
            _against_usual(today.gaps[-8:], usual, 2), _against_usual(today.gaps[-3:], usual, 1),
            _log(today.gaps[-1] / unit) if today.gaps else NAN,
            _log((minute - today.calls[-1]) / unit) if today.calls else NAN,
            math.log((took.total + 3 * usual + 0.01) / (usually.total + 3 * usual + 0.01)),
            _log(_within(today.calls, minute, 15) * unit / 15), _log(_within(today.calls, minute, 60) * unit / 60),
            # Waits.
            _log(last_wait / unit, 1.0), _log(last_wait, 1.0), _log(mean_today / unit, 1.0), _log(mean_today, 1.0),
            _log(today.waits.mean() / unit, 1.0), _log(today.waits.mean(), 1.0),
            _log(mean / unit, 1.0), _log(mean_here) - _log(mean),
            today.ratios[0].mean(), today.ratios[1].mean(), queue.against[0].mean(), queue.against[1].mean(),
            self._ratios.mean(),
            # Who comes.
            _log(_within(today.came, minute, 15) * unit / 15), _log(_within(today.came, minute, 60) * unit / 60),
            _log((minute - today.came[-1]) / unit) if today.came else NAN, math.log1p(len(today.came)),
            # Who is served, where that is recorded.
            float(len(serving)), _mean(serving), float(service.windows(minute)) if serving else 1.0, served,
            _mean(service.recent) / served if served > 0 else NAN, float(_within(today.done, minute, 15)),
            # The hall.
            *self._hall(minute, n),
            # The day.
            fact.second % DAY_S / 3600.0, float(fact.day.weekday()), minute - self._today.first,
            ends - fact.second % DAY_S / 60.0, minute % 5.0,
        )
        since = minute - today.calls[-1] if today.calls else LONG_AGO_MIN
        alike = (
            people, _log(gap), math.log1p(head / unit),
            math.log1p((service.mean_wait.or_else(0.0) if math.isnan(last_wait) else last_wait) / unit),
            math.log1p(since / unit), fact.second % DAY_S / 3600.0 / HOURS_PER_UNIT,
        )
        return Moment(row, alike, n, base, max(LEAST_MIN, (n + 1) * usual))

    def _hall(self, minute: float, line: int) -> tuple[float, ...]:
        today = self._today
        waiting = sum(len(queue.service.line) for queue in self._queues.values()) - line
        served = sum(len(queue.serving(minute)) for queue in self._queues.values())
        return (
            math.log1p(waiting), float(served), math.log1p(_within(today.calls, minute, 15)),
            math.log1p(_within(today.came, minute, 15)), minute - today.calls[-1] if today.calls else NAN,
        )


def _half_hour(fact: Fact) -> int:
    return int(fact.second % DAY_S / 1800.0)


def _add(mean: list[float], value: float) -> None:
    mean[0] += value
    mean[1] += 1.0


def _within(times: list[float], minute: float, last: float) -> int:
    return len(times) - bisect_left(times, minute - last)


def _log(value: float, more: float = LEAST_MIN) -> float:
    return math.log(max(0.0, value) + more) if value == value else NAN


def _mean(values: list[float] | deque[float]) -> float:
    return sum(values) / len(values) if values else NAN


def _against_usual(gaps: list[float], usual: float, worth: int) -> float:
    """Of the last gaps, in logarithms, the usual one counted in `worth` times."""
    return math.log((sum(gaps) + worth * usual + 0.01) / ((len(gaps) + worth) * usual + 0.01))
