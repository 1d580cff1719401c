"""What others say about waits, as simple as they say it: formulas over the facts of the past. Minutes. Pure.

Each looks at one service. With nobody in line in front, formulas over people say 0.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from statistics import fmean

from hall_daemon.evaluation.story import Fact

RECENT = 30
CONSTANT_MIN = 3.0
# Before anything was seen.
GUESSED_MIN = 10.0


class Service:
    """What is known of one service of one hall."""

    def __init__(self) -> None:
        self.line: dict[int, float] = {}
        self.serving: dict[int, tuple[float, str]] = {}
        self.last_wait: float | None = None
        self.waits_today: list[float] = []
        self.mean_wait = _Mean()
        self.gap = _Mean()
        self.service_time = _Mean()
        self.recent = deque[float](maxlen=RECENT)
        self.last_call: float | None = None
        self.day = 0

    def see(self, fact: Fact) -> None:
        minute, n = fact.second / 60.0, fact.ticket
        if fact.day.toordinal() != self.day:
            self.day = fact.day.toordinal()
            self.waits_today.clear()
            self.serving.clear()  # whose end is not recorded would stay for ever
            self.last_call = self.last_wait = None
        if fact.what == "came":
            self.line[n] = minute
        elif fact.what == "left":
            self.line.pop(n, None)
        elif fact.what == "called":
            self._called(fact, minute)
        elif n in self.serving:
            took = minute - self.serving.pop(n)[0]
            self.service_time.add(took)
            self.recent.append(took)

    def _called(self, fact: Fact, minute: float) -> None:
        came = self.line.pop(fact.ticket, minute)
        if self.last_call is not None and came <= self.last_call:
            self.gap.add(minute - self.last_call)
        self.last_call = minute
        self.last_wait = minute - came
        self.waits_today.append(self.last_wait)
        self.mean_wait.add(self.last_wait)
        self.serving[fact.ticket] = (minute, fact.server)

    def windows(self, minute: float) -> int:
        """Where people of this service are served now; none counts as one."""
        at = {server or str(n) for n, (since, server) in self.serving.items() if minute - since < 240.0}
        return max(1, len(at))


class _Mean:
    def __init__(self) -> None:
        self.total, self.n = 0.0, 0

    def add(self, value: float) -> None:
        self.total += value
        self.n += 1

    def or_else(self, guess: float) -> float:
        return self.total / self.n if self.n else guess


def _mean_of_today(s: Service, minute: float) -> float:
    return fmean(s.waits_today) if s.waits_today else s.mean_wait.or_else(0.0)


def _les(s: Service, minute: float) -> float:
    return s.mean_wait.or_else(0.0) if s.last_wait is None else s.last_wait


def _hol(s: Service, minute: float) -> float:
    return minute - next(iter(s.line.values())) if s.line else 0.0


def _qlp(s: Service, minute: float) -> float:
    return (len(s.line) + 1) * s.gap.or_else(GUESSED_MIN) if s.line else 0.0


def _people_by_recent(s: Service, minute: float) -> float:
    recent = fmean(s.recent) if s.recent else GUESSED_MIN
    return len(s.line) * recent / s.windows(minute)


def _zms(s: Service, minute: float) -> float:
    slot = s.service_time.or_else(GUESSED_MIN) / s.windows(minute)
    return (len(s.line) + 1) * slot if s.line else 0.0


BASELINES: dict[str, Callable[[Service, float], float]] = {
    "constant": lambda s, minute: len(s.line) * CONSTANT_MIN,
    "mean of today": _mean_of_today,
    "LES": _les,
    "HOL": _hol,
    "QLP": _qlp,
    "people x recent / windows": _people_by_recent,
    "ZMS": _zms,
}
"""By name, from the service as it stands before somebody joins its line, at a minute."""
NEED_SERVICE_TIMES = frozenset({"people x recent / windows", "ZMS"})
