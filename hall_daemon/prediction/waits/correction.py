"""What roll-outs keep getting wrong here, learnt from what came of them: a factor on the whole distribution of a wait.

A roll-out may leave something out: windows that open later than planned, a skill nobody wrote down, a clerk who is
never there. What was said of a ticket when it was drawn is compared with its call. On an exact roll-out every
correction is a loss, so each is kept at nothing until days agree on it: tickets of one day stand in the same lines
and count as one witness, and a mean that lies within twice its error is none. Pure; one thread.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Sequence
from typing import NamedTuple

# Waits are compared in logarithms, a minute added: nobody minds half a minute instead of a quarter.
ADDED_MS = 60_000.0
DAYS_KEPT = 40
DAY_KEPT = 0.9  # of the weight of a day, a day later
LEAST_DAYS = 3
LEAST_TICKETS = 5
# How many squared errors of its mean a correction must exceed before it begins.
FIRMNESS = 4.0
# The variance (of the logarithm) that one ticket's wait has beside what the roll-out knows.
UNKNOWN = 0.05
MOST = math.log(3.0)
TICKETS_A_DAY = 20_000


class Case(NamedTuple):
    """What is known of a ticket when it is drawn; `load` is people in line per window in the whole hall."""

    service: str
    ahead: int
    hour: float
    load: float


class Guess(NamedTuple):
    """What the roll-out said: mean and variance of the logarithm of the wait."""

    case: Case
    centre: float
    variance: float


def guess(case: Case, waits_ms: Sequence[float]) -> Guess | None:
    """None where there is nothing to learn: nobody in line, or no case with a call."""
    if not waits_ms or case.ahead <= 0:
        return None
    logs = [math.log(wait + ADDED_MS) for wait in waits_ms]
    centre = sum(logs) / len(logs)
    return Guess(case, centre, sum((log - centre) ** 2 for log in logs) / len(logs))


# From coarse to fine, each on what those before it left: the name of the term, and how much of it a case has.
_TERMS: tuple[Callable[[Case], tuple[str, float]], ...] = (
    lambda case: ("all", 1.0),
    lambda case: (f"service {case.service}", 1.0),
    lambda case: ("ahead", math.log1p(case.ahead) - 1.5),
    lambda case: (f"hours {int(case.hour // 3)}", 1.0),
    lambda case: ("load", math.log1p(case.load) - 0.7),
)


class _Term:
    """A coefficient from days, each a pair (sum of amount x off, sum of amount squared)."""

    __slots__ = ("_days", "value")

    def __init__(self) -> None:
        self._days: deque[tuple[int, float, float]] = deque(maxlen=DAYS_KEPT)
        self.value = 0.0

    def add(self, day: int, off: float, amount: float) -> None:
        self._days.append((day, off, amount))

    def settle(self, today: int) -> None:
        days = [(DAY_KEPT ** (today - day), off, amount) for day, off, amount in self._days]
        weight = sum(kept * amount for kept, _, amount in days)
        self.value = 0.0
        if len(days) < LEAST_DAYS or weight <= 0.0:
            return
        mean = sum(kept * off for kept, off, _ in days) / weight
        apart = sum((kept * (off - mean * amount)) ** 2 for kept, off, amount in days)
        error = apart / weight**2 * len(days) / (len(days) - 1)
        if mean * mean > FIRMNESS * error:
            self.value = mean * (1.0 - FIRMNESS * error / (mean * mean))


class Correction:
    """`see` what came of each guess, `new_day` in between, `factor` of a case."""

    def __init__(self) -> None:
        self._terms: dict[str, _Term] = {}
        self._today: list[tuple[Case, float, float]] = []
        self._day = 0

    def factor(self, case: Case) -> float:
        if case.ahead <= 0:
            return 1.0
        off = 0.0
        for term in _TERMS:
            name, amount = term(case)
            if name in self._terms:
                off += self._terms[name].value * amount
        return math.exp(max(-MOST, min(MOST, off)))

    def see(self, said: Guess, waited_ms: float) -> None:
        """`said` before any correction."""
        if len(self._today) < TICKETS_A_DAY:
            off = math.log(max(0.0, waited_ms) + ADDED_MS) - said.centre
            self._today.append((said.case, off, 1.0 / (said.variance + UNKNOWN)))

    def new_day(self) -> None:
        """Learn from the day that is over; of a few tickets nothing."""
        if len(self._today) >= LEAST_TICKETS:
            self._day += 1
            left = [off for _, off, _ in self._today]
            for term in _TERMS:
                self._learn(term, left)
        self._today = []

    def _learn(self, term: Callable[[Case], tuple[str, float]], left: list[float]) -> None:
        named = [term(case) for case, _, _ in self._today]
        sums: dict[str, tuple[float, float]] = {}
        for (name, amount), off, (_, _, weight) in zip(named, left, self._today, strict=True):
            total, squares = sums.get(name, (0.0, 0.0))
            sums[name] = (total + weight * amount * off, squares + weight * amount * amount)
        for name, (total, squares) in sums.items():
            one = self._terms.setdefault(name, _Term())
            one.add(self._day, total, squares)
            one.settle(self._day)
        for n, (name, amount) in enumerate(named):
            left[n] -= self._terms[name].value * amount
