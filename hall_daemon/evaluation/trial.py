"""The trial: a trace lived through fact by fact, everybody of the last days asked about when they come. Pure.

What a predictor is handed: each fact when it happens, and the question. What came of an answer is told when the
call happens, never before. So an answer cannot depend on anything later; a test alters the future and compares.
Days are lived through by all halls of the trace together. Who learns overnight is handed a day at once, because
what it says follows from what each found when they came and from the days before.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby, pairwise
from typing import NamedTuple

from hall_daemon.domain.plan import Plan
from hall_daemon.evaluation import boosted
from hall_daemon.evaluation.baselines import BASELINES, NEED_SERVICE_TIMES, Service
from hall_daemon.evaluation.known_hall import KnownHall
from hall_daemon.evaluation.score import MOMENT_MIN, Figures, Said, Tally
from hall_daemon.evaluation.story import DAY_S, Fact, story
from hall_daemon.evaluation.unknown_hall import Finder, Key, UnknownHalls
from hall_daemon.prediction.waits.calibration import Calibration
from hall_daemon.prediction.waits.predictor import SEED
from hall_daemon.prediction.waits.wait_estimate import Effort, quantile
from hall_daemon.rehearsal.trace import Row

# Before the test one in so many is asked with few runs, so that ranges have been calibrated when it begins.
PRACTICE_EVERY = 4
PRACTICE = Effort(steps=10_000, least=40, most=40)
FULL = Effort(steps=400_000, least=200, most=200)
OURS = "hall"
SCOPES = ("all", "queued")
# What the 80 % range announced: that the call comes at once, that it may, that it does not.
ANNOUNCED = ("told_at_once", "told_from_0", "told_later")
MINUTE_MS = 60_000.0

Rows = dict[str, list[tuple[date, Row]]]


class Outcome(NamedTuple):
    """`parts`: ours alone, by what was announced (see `ANNOUNCED`), and of those who found a queue by people ahead.
    `said`: what ours said to each (hall, ticket) of the test, for a test that nothing leaks."""

    rows: list[Figures]
    parts: list[Figures]
    days: int
    test_days: int
    unasked: int
    said: dict[Key, Said]


class Trial:
    """One trace. `plan` when windows, skills and shifts are known."""

    def __init__(
        self,
        rows: Rows,
        plan: Plan | None,
        last: float,
        seed: int = SEED,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`last`: the share of days to test on; `seed` is of the roll-outs.
        Raises ValueError when there are fewer than two days."""
        days = sorted({day for people in rows.values() for day, _ in people})
        if len(days) < 2:
            raise ValueError("a trace of fewer than two days: nothing is left to learn from, or to test on")
        self._rows, self._plan, self._seed, self._tell = rows, plan, seed, tell
        self._days = days
        self._test_from = days[min(len(days) - 1, max(1, round(len(days) * (1.0 - last))))]
        recorded = any(row.ends_s is not None for people in rows.values() for _, row in people)
        self._baselines = {name: says for name, says in BASELINES.items() if recorded or name not in NEED_SERVICE_TIMES}
        names = (OURS, boosted.NAME, *self._baselines)
        self._tallies = {(name, scope): Tally() for name in names for scope in SCOPES}
        self._by_announced = {kind: Tally() for kind in ANNOUNCED}
        self._queued: list[tuple[int, Said, float]] = []
        self._unasked = 0
        self._said: dict[Key, Said] = {}
        self._halls: dict[str, _Hall] = {}

    def run(self) -> Outcome:
        """Raises known_hall.BadHall when the trace does not fit the plan."""
        for hall, people in sorted(self._rows.items()):
            self._tell(f"{hall}: {len(people)} tickets")
            known = None if self._plan is None else KnownHall(self._plan, FULL, self._seed)
            self._halls[hall] = _Hall(known)
        unknown, rival, finder = UnknownHalls() if self._plan is None else None, boosted.BoostedRival(), Finder()
        begins = self._test_from.toordinal() * DAY_S
        for facts in self._each_day():
            found = finder.day(facts)
            said: dict[Key, Said] = {}
            if facts[0][1].second >= begins:
                said = rival.answer(found)
            else:
                rival.see(facts, found)
            samples = None if unknown is None else unknown.live(facts, found)
            for hall, fact in facts:
                self._live(hall, fact, samples, said)
        for name, lived in self._halls.items():
            for ticket, promise in lived.promises.items():
                if promise.test and promise.said is not None:
                    self._said[name, ticket] = promise.said
        figures = [tally.figures(*key) for key, tally in self._tallies.items() if tally.errors]
        tested = sum(day >= self._test_from for day in self._days)
        told = [tally.figures(OURS, kind) for kind, tally in self._by_announced.items() if tally.errors]
        return Outcome(
            rows=figures,
            parts=told + self._thirds(),
            days=len(self._days),
            test_days=tested,
            unasked=self._unasked,
            said=self._said,
        )

    def _each_day(self) -> Iterator[list[tuple[str, Fact]]]:
        """The facts of all halls, those of one day of the calendar together."""

        def told(hall: str) -> Iterator[tuple[str, Fact]]:
            return ((hall, fact) for fact in story(self._rows[hall]))

        merged = heapq.merge(*(told(hall) for hall in sorted(self._rows)), key=lambda at: at[1].second)
        for _, facts in groupby(merged, key=lambda at: at[1].second // DAY_S):
            yield list(facts)

    def _thirds(self) -> list[Figures]:
        """By people ahead, cut where a third of those who found a queue has fewer; everybody with as many together."""
        aheads = sorted(ahead for ahead, _, _ in self._queued)
        cuts = [aheads[k * len(aheads) // 3] for k in (1, 2)] if aheads else []
        bounds = sorted({0, *cuts, *aheads[-1:]})
        figures = []
        for low, high in pairwise(bounds):
            tally = Tally()
            for ahead, said, waited in self._queued:
                if low < ahead <= high:
                    tally.add(said, waited)
            if tally.errors:
                figures.append(tally.figures(OURS, f"ahead_{low + 1}-{high}"))
        return figures

    def _live(self, name: str, fact: Fact, samples: dict[Key, list[float]] | None, rival: dict[Key, Said]) -> None:
        hall, minute = self._halls[name], fact.second / 60.0
        service = hall.services.get(fact.service) or hall.services.setdefault(fact.service, Service())
        if fact.what != "came":
            service.see(fact)
            if hall.known is not None:
                hall.known.see(fact)
            promise = hall.promises.pop(fact.ticket, None)
            if promise is not None and fact.what == "called":
                self._called(name, fact, promise, hall.ranges)
            return
        ahead, test = len(service.line), fact.day >= self._test_from
        others = {name: Said(says(service, minute)) for name, says in self._baselines.items()} if test else {}
        if test and (name, fact.ticket) in rival:
            others[boosted.NAME] = rival[name, fact.ticket]
        service.see(fact)
        if hall.known is not None:
            hall.known.see(fact)
        if samples is not None:
            sample = samples[name, fact.ticket]
        elif hall.known is not None and (test or fact.ticket % PRACTICE_EVERY == 0):
            sample = hall.known.sample_min(fact.ticket, None if test else PRACTICE)
        else:
            return
        said = _said(sample, ahead, hall.ranges)
        hall.promises[fact.ticket] = _Promise(
            sample=sample, ahead=ahead, minute=minute, others=others, test=test, said=said
        )

    def _called(self, hall: str, fact: Fact, promise: _Promise, ranges: tuple[Calibration, Calibration]) -> None:
        waited = fact.second / 60.0 - promise.minute
        if promise.said is None:
            self._unasked += promise.test
            return
        for calibration, share in zip(ranges, (0.8, 0.9), strict=True):
            low, high = _raw(promise.sample, share)
            calibration.see(low, high, promise.ahead, waited * MINUTE_MS)
        if not promise.test:
            return
        self._said[hall, fact.ticket] = promise.said
        self._by_announced[_kind(promise.said)].add(promise.said, waited)
        said = {OURS: promise.said, **promise.others}
        if promise.ahead:
            self._queued.append((promise.ahead, promise.said, waited))
        for scope in SCOPES if promise.ahead else SCOPES[:1]:
            for name, each in said.items():
                self._tallies[name, scope].add(each, waited)


@dataclass(slots=True)
class _Hall:
    known: KnownHall | None
    services: dict[str, Service] = field(default_factory=dict)
    promises: dict[int, _Promise] = field(default_factory=dict)
    ranges: tuple[Calibration, Calibration] = field(default_factory=lambda: (Calibration(0.8), Calibration(0.9)))


class _Promise(NamedTuple):
    """What was said to somebody who came at `minute`; `said` None: ours had nothing to say."""

    sample: list[float]
    ahead: int
    minute: float
    others: dict[str, Said]
    test: bool
    said: Said | None


def _kind(said: Said) -> str:
    assert said.range80 is not None
    low, high = said.range80
    return ANNOUNCED[0 if high <= MOMENT_MIN else 1 if low <= MOMENT_MIN else 2]


def _raw(sample: list[float], share: float) -> tuple[float, float]:
    """The middle `share` of a sample of minutes, in ms."""
    n, tail = len(sample), (1.0 - share) / 2.0
    return quantile(sample, n, tail) * MINUTE_MS, quantile(sample, n, 1.0 - tail) * MINUTE_MS


def _said(sample: list[float], ahead: int, ranges: tuple[Calibration, Calibration]) -> Said | None:
    if not sample:
        return None
    middle, wide = (
        tuple(bound / MINUTE_MS for bound in calibration.corrected(*_raw(sample, share), ahead))
        for calibration, share in zip(ranges, (0.8, 0.9), strict=True)
    )
    return Said(quantile(sample, len(sample), 0.5), sample, (middle[0], middle[1]), (wide[0], wide[1]))
