"""A hall of which only queues are known: who came, who was called, nothing of windows. Ours says what came of it when
the queue of the service last looked like this. Pure.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

from hall_daemon.evaluation.baselines import GUESSED_MIN, Service
from hall_daemon.evaluation.story import DAY_S, Fact
from hall_daemon.prediction.analogues import Analogues
from hall_daemon.prediction.outlook import Effort

# People in line, the gap between calls lately, how long the head has waited, how long the last one had, how long
# ago that call was, the time of day in units of three hours. The first and third say most.
WEIGHTS = (4.0, 1.0, 2.0, 0.5, 0.5, 0.5)
HOURS_PER_UNIT = 3.0
RECENT_GAPS = 8
# The usual gap counts as so many recent ones.
USUAL_WORTH = 4
LONG_AGO_MIN = 60.0
LEAST_MIN = 0.1


class _Moment(NamedTuple):
    minute: float
    looks: tuple[float, ...]
    base: float


@dataclass(slots=True)
class _Queue:
    service: Service = field(default_factory=Service)
    gaps: deque[float] = field(default_factory=lambda: deque(maxlen=RECENT_GAPS))
    analogues: Analogues = field(default_factory=lambda: Analogues(WEIGHTS))


class UnknownHall:
    """`see` every fact in order; `sample_min` just after somebody came."""

    def __init__(self) -> None:
        self._queues: dict[str, _Queue] = {}
        self._people: dict[int, tuple[str, _Moment]] = {}

    def see(self, fact: Fact) -> None:
        queue = self._queues.setdefault(fact.service, _Queue())
        minute = fact.second / 60.0
        if fact.what == "came":
            if queue.service.day != fact.day.toordinal():
                queue.gaps.clear()
            self._people[fact.ticket] = (fact.service, _look(queue, fact, minute))
        elif fact.what == "called":
            last, came = queue.service.last_call, queue.service.line.get(fact.ticket, minute)
            if last is not None and came <= last:
                queue.gaps.append(minute - last)
            _, then = self._people.pop(fact.ticket)
            queue.analogues.remember(then.looks, then.base, minute - then.minute)
        elif fact.what == "left":
            self._people.pop(fact.ticket, None)
        queue.service.see(fact)

    def sample_min(self, ticket: int, effort: Effort | None = None) -> list[float]:
        """Possible waits of somebody in line, in minutes, ascending."""
        service, now = self._people[ticket]
        return self._queues[service].analogues.like(now.looks, now.base) or [now.base]


def _look(queue: _Queue, fact: Fact, minute: float) -> _Moment:
    """The queue as somebody finds it who comes at `minute`."""
    service, line = queue.service, queue.service.line
    usual = service.gap.or_else(GUESSED_MIN)
    gap = (sum(queue.gaps) + USUAL_WORTH * usual) / (len(queue.gaps) + USUAL_WORTH)
    today = service.day == fact.day.toordinal()
    head = minute - next(iter(line.values())) if line else 0.0
    last_wait = service.last_wait if today and service.last_wait is not None else service.mean_wait.or_else(0.0)
    since = minute - service.last_call if today and service.last_call is not None else LONG_AGO_MIN
    per_gap = 1.0 / (usual + LEAST_MIN)
    return _Moment(
        minute,
        (
            math.log1p(len(line)),
            math.log(gap + LEAST_MIN),
            math.log1p(head * per_gap),
            math.log1p(last_wait * per_gap),
            math.log1p(since * per_gap),
            fact.second % DAY_S / 3600.0 / HOURS_PER_UNIT,
        ),
        max(LEAST_MIN, (len(line) + 1) * gap),
    )
