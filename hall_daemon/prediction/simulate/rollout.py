"""The present hall rolled forward by events until everybody in line was called: one possible rest of the day.

A window that becomes free calls whom `FastDispatch` (that is, `choose`) says; how long it is taken, who does not
answer, who gives up and who comes meanwhile is drawn from the distributions. Randomness is passed in; pure; one thread.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from random import Random
from statistics import NormalDist
from typing import NamedTuple

from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Plan
from hall_daemon.domain.ticket import Ticket
from hall_daemon.prediction.learn.arrival_rates import Stream, rate_pieces
from hall_daemon.prediction.learn.distributions import Distribution, Distributions, Late
from hall_daemon.prediction.simulate.fast_dispatch import NOBODY, SERIAL_BITS, FastDispatch, Floor, rank

# A roll-out that does not end by itself (people of a better skill come faster than they are served) ends here.
STEPS_EACH = 20
STEPS_LEAST = 5_000
# The first so many windows that may be late are so evenly in all runs together; the others by chance. Each has a prime
# base of its own, 2 is the hall's pace.
LATE_BASES = (3, 5, 7, 11)

_WAKE = -1
_NORMAL = NormalDist()


class Shift(NamedTuple):
    """When somebody is planned at a window, in ticks; `late` None: somebody is there from its beginning on."""

    begin: int
    end: int
    late: Late | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What is given: `spans` are the times (begin, end in ticks) at which windows call; `strangers` the tickets that
    stand for somebody who comes now, one of each kind; `queues` which of these somebody who comes to a queue may be,
    with the share of each; `streams` who comes later; `shifts` when somebody is planned at a window (a window without
    any is there all day); `free_since` since when a window has nobody; `issuing_until` after what tick nobody comes
    any more. A run ends with the calls of `asked`, when anybody is asked for, else with the last call."""

    plan: Plan
    hall: Hall
    tick: int
    spans: tuple[tuple[int, int], ...]
    distributions: Distributions
    windows: tuple[str, ...]
    strangers: Sequence[Ticket] = ()
    queues: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    streams: tuple[Stream, ...] = ()
    shifts: Mapping[str, tuple[Shift, ...]] = field(default_factory=dict)
    free_since: Mapping[str, int] = field(default_factory=dict)
    asked: frozenset[str] = frozenset()
    issuing_until: float = math.inf


class _Desk(NamedTuple):
    """A window at the beginning: `state` is free, busy, paused or away, `since` the tick it has been that."""

    state: str
    distribution: Distribution
    service: int = 0
    since: int = 0
    no_show: float = 0.0
    following: tuple[int, ...] = ()
    class_: int = 0
    rank: int = 0


class RollOuts:
    """`run()` once for each possible rest of the day; `waits[id]`, of strangers too, and `newcomers[queue]` collect
    the ms until the call, `steps` the calls. Who is not called in a run adds nothing to its list; `runs` counts
    them."""

    def __init__(self, scene: Scene, random: Random) -> None:
        self.runs = self.steps = 0
        self._scene = scene
        self._random = random
        self._floor = floor = Floor(
            plan=scene.plan, hall=scene.hall, tick=scene.tick, windows=scene.windows, strangers=scene.strangers,
            coming=[(stream.service, stream.class_) for stream in scene.streams],
        )
        index = {ticket_id: i for i, ticket_id in enumerate(floor.ids)}
        self._strangers = frozenset(index[ticket.id] for ticket in scene.strangers)
        self.newcomers: dict[str, list[float]] = {queue: [] for queue in scene.queues}
        self._groups = [
            (waits, [index[id_] for id_ in shares], list(shares.values()))
            for waits, shares in zip(self.newcomers.values(), scene.queues.values(), strict=True)
        ]
        reachable = {service for skill in floor.skill for service in skill}
        asked = [index[id_] for id_ in scene.asked or floor.ids]
        self._asked = frozenset(i for i in asked if floor.tickets[i].service in reachable)
        self._samples: list[list[float]] = [[] for _ in floor.ids]
        self.waits = dict(zip(floor.ids, self._samples, strict=True))
        distributions = scene.distributions
        self._gaps = distributions.gap.table
        self._distributions = [distributions.of(service) for service in floor.services]
        self._no_show = [distributions.no_show.get(service, 0.0) for service in floor.services]
        self._desks = [self._desk(window) for window in scene.windows]
        self._streams = [(floor.services[s.service], floor.classes[s.class_]) for s in scene.streams]
        self._pieces = rate_pieces(scene.streams, scene.tick, scene.issuing_until)
        speeds = [distributions.speeds.get(window, distributions.anybody) for window in scene.windows]
        self._speeds = [(speed.level, speed.follows, speed.spread) for speed in speeds]
        self._wakes = sorted({ticket.not_before for ticket in floor.tickets if ticket.not_before > scene.tick})
        self._following = {i: following for i, following in enumerate(floor.following) if following}
        self._planned_shifts = [scene.shifts.get(window, ()) for window in scene.windows]
        self._most_steps = STEPS_LEAST + STEPS_EACH * len(floor.ids)

    def _desk(self, window: str) -> _Desk:
        scene, floor = self._scene, self._floor
        state = scene.hall.window(window)
        if state.ticket:
            ticket = scene.hall.tickets[state.ticket]
            share = scene.distributions.no_show.get(ticket.service, 0.0) if ticket.state == "called" else 0.0
            return _Desk(
                state="busy" if state.status == "open" else "busy, then paused",
                distribution=scene.distributions.of(ticket.service),
                service=floor.services[ticket.service],
                since=ticket.called_tick,
                no_show=share,
                following=tuple(floor.services[service] for service in ticket.services[1:]),
                class_=floor.classes[ticket.class_],
                rank=rank(ticket.place),
            )
        if state.status == "open":
            # With nobody in line a window that calls nobody says nothing about its clerk.
            skill = floor.skill[scene.windows.index(window)]
            stood = min((t.rank >> SERIAL_BITS for t in floor.tickets if t.service in skill), default=scene.tick)
            free = max(scene.free_since.get(window, scene.tick), stood)
            return _Desk("free", scene.distributions.gap, since=min(free, scene.tick))
        if state.status == "closed":
            return _Desk("away", scene.distributions.gap)
        return _Desk(
            "paused", scene.distributions.pause.get(state.reason, scene.distributions.other_pause), since=state.since
        )

    def run(self) -> None:
        """Roll once. Runs with numbers 0, 1, 2, … cover the hall's unknown pace evenly."""
        distributions, gauss = self._scene.distributions, self._random.gauss
        pace = distributions.centre + distributions.pace * _NORMAL.inv_cdf(_spread_evenly(self.runs))
        self._clerks = [
            math.exp(level + follows * pace + (spread * gauss(0.0, 1.0) if spread else 0.0))
            for level, follows, spread in self._speeds
        ]
        self._factors = [
            math.exp(distribution.spread * gauss(0.0, 1.0)) if distribution.spread else 1.0
            for distribution in self._distributions
        ]
        self._piece = 0
        self._dispatch = FastDispatch(self._floor)
        self._left = len(self._asked)
        self._idle: list[int] = []
        self._entered: dict[int, float] = {}
        self._more = self._following.copy()
        self._going_on: dict[int, tuple[tuple[int, ...], int, int]] = {}
        # Who comes to a queue is one of its kinds; what is said of a queue is what this one finds.
        self._stands_for: dict[int, list[float]] = {}
        for waits, members, shares in self._groups:
            (chosen,) = self._random.choices(members, shares)
            self._stands_for[chosen] = waits
        self._bases = iter(LATE_BASES)
        self._shifts = [self._lived(shifts) for shifts in self._planned_shifts]
        self._heap = [(self._free_at(w, desk), w) for w, desk in enumerate(self._desks)]
        self._heap += [(float(tick), _WAKE) for tick in self._wakes]
        heapify(self._heap)
        self._roll()
        self.runs += 1

    def _lived(self, shifts: Sequence[Shift]) -> list[tuple[float, float]] | None:
        """When somebody is there, this time; None: nothing is planned. Who does not come stays away for the day."""
        if not shifts:
            return None
        lived, now = [], self._scene.tick
        for begin, end, late in shifts:
            comes = float(begin)
            if late is not None and (now > begin or late.table[-1] > 0.0):
                base = next(self._bases, 0)
                chance = _spread_evenly(self.runs, base) if base else self._random.random()
                comes = max(begin, now) + late.left_ms(now - begin, chance)
            if comes >= end:
                break
            lived.append((comes, float(end)))
        return lived

    def _free_at(self, w: int, desk: _Desk) -> float:
        now, chance, distributions = self._scene.tick, self._random.random, self._scene.distributions
        if desk.state == "away":
            return float(now)  # its shift says when it comes
        elapsed = max(0.0, now - desk.since)
        if desk.state == "free":
            return now + desk.distribution.left_ms(elapsed, 1.0, chance())
        if desk.state == "paused":
            if (shifts := self._shifts[w]) and now < shifts[0][0]:
                return shifts[0][0]
            return now + desk.distribution.left_ms(elapsed, 1.0, chance())
        if desk.no_show:
            absent = desk.no_show * distributions.stay.lasting(elapsed)
            here = (1.0 - desk.no_show) * desk.distribution.lasting(elapsed)
            if absent > chance() * (absent + here):
                return now + distributions.stay.left_ms(elapsed, 1.0, chance())
        if desk.following:
            self._going_on[w] = (desk.following, desk.class_, desk.rank)
        done = now + desk.distribution.left_ms(elapsed, self._factors[desk.service] * self._clerks[w], chance())
        if desk.state == "busy":
            return done + self._gap()
        return max(done, now + distributions.other_pause.left_ms(0.0, 1.0, chance()))

    def _gap(self) -> float:
        return self._gaps[int(self._random.random() * len(self._gaps))]

    def _roll(self) -> None:
        heap, spans = self._heap, iter(self._scene.spans)
        begin, end = next(spans, (0, 0))
        comes_at = self._next_arrival(float(self._scene.tick))
        first_step = self.steps
        while self._left > 0 and self.steps - first_step < self._most_steps:
            at = min(comes_at, heap[0][0]) if heap else comes_at
            while at >= end:
                begin, end = next(spans, (0, 0))
                if not end:
                    return
            if at == comes_at:
                if at >= begin:
                    self._arrive(at)
                comes_at = self._next_arrival(max(at, begin))
                continue
            _, w = heappop(heap)
            if at < begin:
                heappush(heap, (float(begin), w))
            elif w == _WAKE:
                self._rouse(at)
            elif (later := self._planned(w, at)) > at:
                if later < math.inf:
                    heappush(heap, (later, w))
                if w in self._going_on:
                    self._go_on(w, at)
            else:
                if w in self._going_on:
                    self._go_on(w, at)
                self._call(w, at)

    def _planned(self, w: int, at: float) -> float:
        """When somebody sits at `w` from `at` on: at once, at the next shift, or never again."""
        shifts = self._shifts[w]
        if shifts is None:
            return at
        return next((max(at, begin) for begin, end in shifts if at < end), math.inf)

    def _call(self, w: int, at: float) -> bool:
        """Window `w` is free and calls; False when nobody may be called, then it stays idle."""
        dispatch, random, known = self._dispatch, self._random.random, len(self._samples)
        while (i := dispatch.next(w, at)) != NOBODY:
            self.steps += 1
            if i < known:
                self._left -= i in self._asked
                self._samples[i].append(at - self._scene.tick)
                if i in self._strangers:
                    if i in self._stands_for:
                        self._stands_for[i].append(at - self._scene.tick)
                    dispatch.pass_over(i)
                    continue
            if self._gave_up(i, at):
                dispatch.pass_over(i)
                continue
            dispatch.take(w, i)
            service = dispatch.service[i]
            if random() < self._no_show[service]:
                table, factor = self._scene.distributions.stay.table, 1.0
            else:
                table, factor = self._distributions[service].table, self._factors[service] * self._clerks[w]
                if i in self._more:
                    self._going_on[w] = (self._more[i], dispatch.class_[i], dispatch.ranks[i])
            taken = table[int(random() * len(table))] * factor
            heappush(self._heap, (at + taken + self._gap(), w))
            return True
        self._idle.append(w)
        return False

    def _gave_up(self, i: int, at: float) -> bool:
        leave = self._scene.distributions.leave_per_ms
        waited = at - self._entered.get(i, self._scene.tick)
        return leave > 0.0 and self._random.random() < -math.expm1(-leave * waited)

    def _go_on(self, w: int, at: float) -> None:
        """The person at `w` has another matter: back into line with the old place."""
        following, class_, place_rank = self._going_on.pop(w)
        i = self._dispatch.stand(following[0], class_, place_rank)
        self._entered[i] = at
        if len(following) > 1:
            self._more[i] = following[1:]
        self._rouse(at)

    def _arrive(self, at: float) -> None:
        _, rate, cumulated = self._pieces[self._piece]
        which = bisect_right(cumulated, self._random.random() * rate, hi=len(self._streams) - 1)
        service, class_ = self._streams[which]
        self._entered[self._dispatch.enter(service, class_, int(at))] = at
        self.steps += 1
        self._rouse(at)

    def _rouse(self, at: float) -> None:
        """Somebody new may be called: idle windows look, the one that is idle longest first."""
        idle, self._idle = self._idle, []
        for w in idle:
            if (later := self._planned(w, at)) <= at:
                self._call(w, at)
            elif later < math.inf:
                heappush(self._heap, (later, w))

    def _next_arrival(self, after: float) -> float:
        """Chance in units of people: how many would have come is used up piece by piece."""
        if self._piece >= len(self._pieces):
            return math.inf
        people = self._random.expovariate(1.0)
        while self._piece < len(self._pieces):
            until, rate, _ = self._pieces[self._piece]
            if rate and after + people / rate < until:
                return after + people / rate
            people -= rate * max(0.0, until - after) if rate else 0.0
            after = max(after, until)
            self._piece += 1
        return math.inf


def _spread_evenly(n: int, base: int = 2) -> float:
    """The n-th number of a sequence that fills (0, 1) evenly however long it gets (van der Corput)."""
    number, share = 0.0, 1.0 / base
    n += 1
    while n:
        n, digit = divmod(n, base)
        number += share * digit
        share /= base
    return number
