"""A day that is not yet, or the rest of one, lived many times: who comes is drawn from the day's profile, who is called
is what `FastDispatch` (that is, `choose`) says, windows are staffed as planned and as they were on such days. Pure.

Unlike `rollout`, which asks about people who are here, this asks about everybody who may come, by half hour.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from random import Random

from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import MINUTE_MS, Moment, Plan
from hall_daemon.prediction.learn.day_profile import DayExpected
from hall_daemon.prediction.learn.day_summary import SLOT_MIN, SLOTS, DayTable
from hall_daemon.prediction.learn.distributions import Distributions
from hall_daemon.prediction.simulate.fast_dispatch import NOBODY, FastDispatch, Floor

# Live a day until so many people came in all, but at least and at most so many times.
PEOPLE = 25_000
LEAST_RUNS, MOST_RUNS = 12, 80
# Who has a number when the hall closes is served for so long where the hall serves out.
SERVE_OUT_MIN = 600
# A window that was open at the end of a day, give or take, is one that serves out.
END_MIN = 45
# Who is at a window outside of all plans stays for so long.
STAYS_MIN = 30

Spans = tuple[tuple[int, int], ...]
Staffing = Mapping[str, Spans]


@dataclass(frozen=True, slots=True)
class LivedDay:
    """`waits[queue][slot]` are the ms that people who came in that half hour waited, ascending, of all runs; math.inf
    for who was not called any more."""

    waits: dict[str, list[list[float]]] = field(default_factory=dict)
    runs: int = 0

    def of_all(self, slot: int) -> list[float]:
        return sorted(wait for slots in self.waits.values() for wait in slots[slot])


def staffings(plan: Plan, day: str, past: Sequence[DayTable]) -> list[Staffing]:
    """How the windows may be staffed on `day`, each as likely: as on each of the past days, inside of planned shifts
    where there are some and of the opening hours. Without a past: as planned, all windows where nothing is."""
    sessions = plan.sessions(day)
    planned = {id_: _inside(window.shifts or sessions, sessions) for id_, window in plan.windows.items()}
    seen = [table for table in past if table.staffed]
    found: list[Staffing] = []
    for table in seen:
        staffing = {}
        for id_, window in plan.windows.items():
            was = table.staffed.get(id_, ())
            if was:
                staffing[id_] = _inside(was, planned[id_]) or planned[id_]
            elif window.shifts:
                staffing[id_] = planned[id_]
        found.append(staffing)
    return found or [planned]


def _inside(spans: Sequence[tuple[int, int]], others: Sequence[tuple[int, int]]) -> Spans:
    return tuple(
        (max(begins, low), min(ends, high))
        for begins, ends in spans
        for low, high in others
        if max(begins, low) < min(ends, high)
    )


def whole_day(
    plan: Plan,
    expected: DayExpected,
    staffed: Sequence[Staffing],
    distributions: Distributions,
    random: Random,
    *,
    begins: Moment | None = None,
    hall: Hall | None = None,
    most_people: int = PEOPLE,
) -> LivedDay:
    """Live `expected.day` again and again. With `hall` and `begins` it is the rest of today, from the people who are
    there; otherwise a day that begins empty."""
    people = max(1.0, sum(expected.per_slot()))
    runs = max(LEAST_RUNS, min(MOST_RUNS, int(most_people / people)))
    is_today = hall is not None and begins is not None
    if hall is None or begins is None:
        hall, begins = Hall(day=expected.day, day_open=True), Moment(0, 0)
    scene = _Scene(
        plan=plan,
        expected=expected,
        staffed=staffed,
        distributions=distributions,
        hall=hall,
        now=begins,
        is_today=is_today,
    )
    waits = {queue: [list[float]() for _ in range(SLOTS)] for queue in plan.queues}
    for _ in range(runs):
        _Run(scene, random, waits).live()
    for slots in waits.values():
        for ordered in slots:
            ordered.sort()
    return LivedDay(waits, runs)


@dataclass(kw_only=True)
class _Scene:
    """What all runs share. Times are ticks; minutes of the day begin at tick `origin`."""

    plan: Plan
    expected: DayExpected
    staffed: Sequence[Staffing]
    distributions: Distributions
    hall: Hall
    now: Moment
    is_today: bool

    def __post_init__(self) -> None:
        plan, hall, distributions, expected = self.plan, self.hall, self.distributions, self.expected
        self.begins = self.now.tick
        self.origin = self.begins - (self.now.wall - hall.midnight_wall)
        self.windows = tuple(plan.windows)
        kinds = [kind for kind, rates in expected.rates.items() if any(rates) and kind[0] in plan.services]
        self.floor = Floor(plan=plan, hall=hall, tick=self.begins, windows=self.windows, strangers=(), coming=kinds)
        self.kinds = [(*kind, expected.rates[kind]) for kind in kinds]
        sessions = plan.sessions(expected.day)
        self.closes = max((ends for _, ends in sessions), default=0)
        self.distribution_of = [distributions.of(service) for service in self.floor.services]
        self.no_show = [distributions.no_show.get(service, 0.0) for service in self.floor.services]
        self.queue_of = [plan.services[s].queue if s in plan.services else "" for s in self.floor.services]
        self.sessions = [(max(b, 0), e - plan.hours.stop_issuing_min) for b, e in sessions]


class _Run:
    """One possible day."""

    def __init__(self, scene: _Scene, random: Random, waits: Mapping[str, list[list[float]]]) -> None:
        self._scene, self._random, self._waits = scene, random, waits
        self._dispatch = FastDispatch(scene.floor)
        distributions = scene.distributions
        pace = math.exp(random.gauss(0.0, distributions.pace))
        self._factors = [
            pace * math.exp(distribution.spread * random.gauss(0.0, 1.0)) for distribution in scene.distribution_of
        ]
        self._gap = distributions.gap.table
        self._came: dict[int, tuple[float, int]] = {}
        self._idle: list[int] = []
        staffing = random.choice(scene.staffed)
        self._spans = [self._ticks(staffing.get(window, ())) for window in scene.windows]

    def _ticks(self, spans: Spans) -> list[tuple[float, float]]:
        scene = self._scene
        found = [(float(scene.origin + b * MINUTE_MS), float(scene.origin + e * MINUTE_MS)) for b, e in spans]
        if found and scene.plan.hours.serve_out and spans[-1][1] >= scene.closes - END_MIN:
            found[-1] = (found[-1][0], found[-1][1] + SERVE_OUT_MIN * MINUTE_MS)
        return found

    def live(self) -> None:
        scene = self._scene
        arrivals = self._arrivals()
        heap = [(self._free_at(w), w) for w in range(len(scene.windows))]
        heapify(heap)
        self._heap = heap
        n = 0
        while heap or n < len(arrivals):
            if n < len(arrivals) and (not heap or arrivals[n][0] <= heap[0][0]):
                at, kind = arrivals[n]
                n += 1
                self._arrive(at, kind)
                continue
            at, w = heappop(heap)
            begins = self._there(w, at)
            if begins > at:
                if begins < math.inf:
                    heappush(heap, (begins, w))
            else:
                self._call(w, at)
        for at, i in self._came.values():
            self._note(at, i, math.inf)

    def _arrivals(self) -> list[tuple[float, int]]:
        """(tick, kind) of everybody who comes, in order."""
        scene, random = self._scene, self._random
        expected = scene.expected
        day = _level(expected.day_variance, random)
        slots = [day * _level(expected.slot_variance, random) for _ in range(SLOTS)]
        found = []
        for at, (_, _, rates) in enumerate(scene.kinds):
            for slot, rate in enumerate(rates):
                if rate > 0.0:
                    low, high = self._bounds(slot)
                    # Exponential gaps as long as the half hour's level lasts.
                    left = random.expovariate(1.0)
                    while left < rate * slots[slot]:
                        found.append((low + random.random() * (high - low), at))
                        left += random.expovariate(1.0)
        found.sort()
        return found

    def _bounds(self, slot: int) -> tuple[float, float]:
        """When in a half hour numbers are given, in ticks."""
        scene = self._scene
        low, high = slot * SLOT_MIN, (slot + 1) * SLOT_MIN
        for begins, ends in scene.sessions:
            if begins < high and ends > low:
                low, high = max(low, begins), min(high, ends)
                break
        first, last = scene.origin + low * MINUTE_MS, scene.origin + high * MINUTE_MS
        return float(max(first, min(scene.begins, last))), float(last)

    def _free_at(self, w: int) -> float:
        """When a window can call for the first time. Today what its clerk pressed is believed before what is usual."""
        scene = self._scene
        now = float(scene.begins)
        if not scene.is_today:
            return now
        state = scene.hall.window(scene.windows[w])
        spans = [(begins, ends) for begins, ends in self._spans[w] if ends > now]
        if state.status == "open" and not (spans and spans[0][0] <= now):
            spans.insert(0, (now, now + STAYS_MIN * MINUTE_MS))
        elif state.status == "closed":
            spans = [span for span in spans if span[0] > now]
        elif state.status == "paused":
            pause = scene.distributions.pause.get(state.reason, scene.distributions.other_pause)
            now += pause.left_ms(max(0.0, now - state.since), 1.0, self._random.random())
        self._spans[w] = spans
        if not state.ticket:
            return now
        ticket = scene.hall.tickets[state.ticket]
        distribution = scene.distributions.of(ticket.service)
        return now + distribution.left_ms(max(0.0, now - ticket.called_tick), 1.0, self._random.random())

    def _there(self, w: int, at: float) -> float:
        """`at` when somebody sits at `w` then; else when somebody comes, or never."""
        spans = self._spans[w]
        which = bisect_right(spans, (at, math.inf)) - 1
        if which >= 0 and at < spans[which][1]:
            return at
        return next((begins for begins, ends in spans if begins > at), math.inf)

    def _arrive(self, at: float, kind: int) -> None:
        scene = self._scene
        service, class_, _ = scene.kinds[kind]
        i = self._dispatch.enter(scene.floor.services[service], scene.floor.classes[class_], int(at))
        self._came[i] = (at, i)
        idle, self._idle = self._idle, []
        for w in idle:
            begins = self._there(w, at)
            if begins <= at:
                self._call(w, at)
            elif begins < math.inf:
                heappush(self._heap, (begins, w))

    def _call(self, w: int, at: float) -> None:
        scene, random = self._scene, self._random
        while (i := self._dispatch.next(w, at)) != NOBODY:
            came = self._came.pop(i, None)
            if came is not None:
                self._note(*came, at - came[0])
                leave = scene.distributions.leave_per_ms
                if leave and random.random() < -math.expm1(-leave * (at - came[0])):
                    self._dispatch.pass_over(i)
                    continue
            self._dispatch.take(w, i)
            service = self._dispatch.service[i]
            absent = random.random() < scene.no_show[service]
            table = scene.distributions.stay.table if absent else scene.distribution_of[service].table
            took = table[int(random.random() * len(table))] * (1.0 if absent else self._factors[service])
            gap = self._gap[int(random.random() * len(self._gap))]
            heappush(self._heap, (at + took + gap, w))
            return
        self._idle.append(w)

    def _note(self, came: float, i: int, waited: float) -> None:
        slot = min(SLOTS - 1, max(0, int((came - self._scene.origin) // (SLOT_MIN * MINUTE_MS))))
        queue = self._scene.queue_of[self._dispatch.service[i]]
        if queue in self._waits:
            self._waits[queue][slot].append(waited)


def _level(variance: float, random: Random) -> float:
    """A level with mean 1 and this variance."""
    return random.gammavariate(1.0 / variance, variance) if variance > 1e-6 else 1.0
