"""Who comes, and how many: the present rates for roll-outs, and the mix of services of each queue. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable

from hall_daemon.prediction.rollout import Stream

# A rate forgets by half in so long; the mix of services keeps so much of itself from one day to the next.
HALF_LIFE_MS = 2_700_000.0
MIX_KEPT = 0.7
# A rate is not told from less time than this.
LEAST_MS = 1_200_000.0
NEGLIGIBLE = 0.05


class Arrivals:
    """`mix` weighs the services. One thread."""

    def __init__(self) -> None:
        self.mix: dict[str, float] = {}
        self._counts: dict[tuple[str, str], float] = {}
        self._faded = 0
        self._began = 0

    def see(self, service: str, class_: str, tick: int) -> None:
        self._fade(tick)
        if not self._counts:
            self._began = tick
        kind = (service, class_)
        self._counts[kind] = self._counts.get(kind, 0.0) + 1.0
        self.mix[service] = self.mix.get(service, 0.0) + 1.0

    def new_day(self) -> None:
        self._counts.clear()
        self.mix = {service: n * MIX_KEPT for service, n in self.mix.items() if n > NEGLIGIBLE}

    def streams(self, tick: int, services: Iterable[str]) -> tuple[Stream, ...]:
        """The present rates of the kinds that came lately for one of `services`."""
        self._fade(tick)
        known = set(services)
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
