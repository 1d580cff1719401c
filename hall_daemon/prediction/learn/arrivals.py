"""Who comes, and how many: rates for roll-outs through the rest of the day, and the mix of services of each queue.

The first day is estimated from the present rate. Later days have a profile, how many came at each time of the day,
which today's own level scales: a hall fills before its peak and empties after it. Pure; one thread.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate

from hall_daemon.prediction.learn.arrival_rates import Stream

# The present rate forgets by half in so long; today's level in so long.
HALF_LIFE_MS = 2_700_000.0
LEVEL_HALF_LIFE_MS = 10_800_000.0
# The mix of services keeps so much of itself from one day to the next, the profile so much.
MIX_KEPT = 0.7
PROFILE_KEPT = 0.97
# A rate is not estimated from less time than this.
LEAST_MS = 1_200_000.0
NEGLIGIBLE = 0.05
SLOT_MS = 900_000
SLOTS = 96
# A time of day is known from so many arrivals around it, of everybody; the share of a kind in it from so many.
ENOUGH = 60.0
WORTH_OF_SHARE = 40.0
# "A day as usual" counts as much as so many arrivals (days differ by a fifth); of one kind likewise, beside all.
WORTH_OF_USUAL = 25.0
WORTH_OF_ALL = 40.0

Kind = tuple[str, str]


class Arrivals:
    """`mix` weighs the services."""

    def __init__(self) -> None:
        self.mix: dict[str, float] = {}
        self._counts: dict[Kind, float] = {}
        self._faded = 0
        self._began = 0
        self._midnight: int | None = None
        self._today: dict[Kind, list[int]] = {}
        self._past: dict[Kind, list[float]] = {}
        self._days = 0.0
        self._profile: dict[Kind, list[float]] = {}
        self._usual: list[float] = []

    def see(self, service: str, class_: str, tick: int, wall: int | None = None) -> None:
        """Without the wall clock nothing is learnt about times of the day."""
        self._fade(tick)
        if not self._counts:
            self._began = tick
        kind = (service, class_)
        self._counts[kind] = self._counts.get(kind, 0.0) + 1.0
        self.mix[service] = self.mix.get(service, 0.0) + 1.0
        if wall is not None and self._midnight is not None:
            slot = min(SLOTS - 1, max(0, (wall - self._midnight) // SLOT_MS))
            self._today.setdefault(kind, [0] * SLOTS)[slot] += 1

    def new_day(self, midnight_wall: int | None = None) -> None:
        """A day without anybody was no day of business and says nothing."""
        self._counts.clear()
        self.mix = {service: n * MIX_KEPT for service, n in self.mix.items() if n > NEGLIGIBLE}
        if self._today:
            kept = {kind: [n * PROFILE_KEPT for n in slots] for kind, slots in self._past.items()}
            for kind, slots in self._today.items():
                kept[kind] = [a + b for a, b in zip(kept.get(kind, [0.0] * SLOTS), slots, strict=True)]
            self._past = {kind: slots for kind, slots in kept.items() if sum(slots) > NEGLIGIBLE}
            self._days = self._days * PROFILE_KEPT + 1.0
            self._profile = _profile(self._past, self._days)
            self._usual = [sum(slots) for slots in zip(*self._profile.values(), strict=True)]
        self._today = {}
        self._midnight = midnight_wall

    def streams(self, tick: int, services: Iterable[str], wall: int | None = None) -> tuple[Stream, ...]:
        """The rates of the kinds that come for one of `services`, from `tick` on."""
        known = set(services)
        if wall is None or self._midnight is None or not self._profile:
            return self._present(tick, known)
        since_midnight = min(SLOTS * SLOT_MS - 1, max(0, wall - self._midnight))
        now, level = since_midnight // SLOT_MS, self._level(since_midnight)
        # A kind that first came today is estimated from its present rate.
        streams = [one for one in self._present(tick, known) if (one.service, one.class_) not in self._profile]
        for kind, usual in self._profile.items():
            if kind[0] in known:
                factor = level(kind) / SLOT_MS
                later = tuple(
                    (float(tick - since_midnight + slot * SLOT_MS), usual[slot] * factor)
                    for slot in range(now + 1, SLOTS)
                    if usual[slot] != usual[slot - 1]
                )
                streams.append(Stream(*kind, usual[now] * factor, later))
        return tuple(streams)

    def _level(self, since_midnight: int) -> Callable[[Kind], float]:
        """How many times as many come today as usual, of each kind."""
        now = since_midnight // SLOT_MS
        weights = [0.5 ** ((since_midnight - (slot + 0.5) * SLOT_MS) / LEVEL_HALF_LIFE_MS) for slot in range(now)]
        weights.append(1.0)
        part = (since_midnight - now * SLOT_MS) / SLOT_MS

        def seen(slots: Sequence[float]) -> float:
            return sum(map(float.__mul__, weights, map(float, slots)))

        def expected(slots: Sequence[float]) -> float:
            return seen(slots) - slots[now] * (1.0 - part)

        came = sum(seen(slots) for slots in self._today.values())
        whole = (came + WORTH_OF_USUAL) / (expected(self._usual) + WORTH_OF_USUAL)

        def level(kind: Kind) -> float:
            own = seen(self._today[kind]) if kind in self._today else 0.0
            return whole * (own + WORTH_OF_ALL) / (expected(self._profile[kind]) * whole + WORTH_OF_ALL)

        return level

    def _present(self, tick: int, known: set[str]) -> tuple[Stream, ...]:
        self._fade(tick)
        seen_for = max(LEAST_MS, tick - self._began)
        weight_ms = HALF_LIFE_MS / math.log(2.0) * (1.0 - 0.5 ** (seen_for / HALF_LIFE_MS))
        return tuple(
            Stream(service, class_, count / weight_ms)
            for (service, class_), count in self._counts.items()
            if count > NEGLIGIBLE and service in known
        )

    def _fade(self, tick: int) -> None:
        passed = max(0, tick - self._faded)
        if passed > HALF_LIFE_MS / 50:
            kept = 0.5 ** (passed / HALF_LIFE_MS)
            self._counts = {kind: count * kept for kind, count in self._counts.items()}
            self._faded = tick


def _profile(past: dict[Kind, list[float]], days: float) -> dict[Kind, list[float]]:
    """How many of each kind come in each slot of a usual day. Where few came, from a wider stretch; the share of a
    kind leans on its share in the whole day."""
    total = [sum(slots) for slots in zip(*past.values(), strict=True)]
    everybody = sum(total)
    sums = [0.0, *accumulate(total)]
    open_ = [slot for slot in range(SLOTS) if total[slot] > 0.0]
    first, last = open_[0], open_[-1]
    profile = {kind: [0.0] * SLOTS for kind in past}
    kinds = {kind: (sum(slots) / everybody, [0.0, *accumulate(slots)]) for kind, slots in past.items()}
    for slot in range(first, last + 1):
        low, high = slot, slot + 1
        while sums[high] - sums[low] < ENOUGH and (low > first or high <= last):
            low, high = max(first, low - 1), min(last + 1, high + 1)
        around = sums[high] - sums[low]
        for kind, (share, own) in kinds.items():
            here = (own[high] - own[low] + WORTH_OF_SHARE * share) / (around + WORTH_OF_SHARE)
            profile[kind][slot] = around / (high - low) / days * here
    return profile
