"""Halls of which only queues are known: who came, who was called, nothing of windows. Pure; one thread.

All halls of a trace together, a day at a time: each is answered from what was found when they came and from what the
days before taught. Before enough was learnt ours says what came of it when the queue of the service last looked so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from hall_daemon.evaluation.analogues import Analogues
from hall_daemon.evaluation.features import ALIKE_WEIGHTS, Features, Moment
from hall_daemon.evaluation.story import Fact

if TYPE_CHECKING:
    from hall_daemon.evaluation.learned import Asked

Key = tuple[str, int]
"""Hall and ticket."""
Day = Sequence[tuple[str, Fact]]


class Found(NamedTuple):
    """What somebody found who came at `minute`; `service` counts the services of all halls."""

    minute: float
    service: int
    moment: Moment


class Finder:
    """Of each day what everybody found."""

    def __init__(self) -> None:
        self._features: dict[str, Features] = {}
        self._services: dict[tuple[str, str], int] = {}

    def day(self, facts: Day) -> dict[Key, Found]:
        found = {}
        for hall, fact in facts:
            features = self._features.get(hall) or self._features.setdefault(hall, Features())
            moment = features.see(fact)
            if moment is not None:
                service = self._services.setdefault((hall, fact.service), len(self._services))
                found[hall, fact.ticket] = Found(fact.second / 60.0, service, moment)
        return found


class UnknownHalls:
    """`live` through the days of a trace in order."""

    def __init__(self) -> None:
        # Brings a large library along: loaded here, where it is about to be used.
        from hall_daemon.evaluation.learned import Asked, Learned

        self._learned, self._asked = Learned(), Asked
        self._analogues: dict[int, Analogues] = {}
        self._waiting: dict[Key, Found] = {}
        self._logs: dict[Key, Sequence[float]] = {}

    def live(self, facts: Day, found: dict[Key, Found]) -> dict[Key, list[float]]:
        """To everybody who came on this day: possible waits in minutes, ascending."""
        self._learned.overnight()
        answers = {}
        for key, answer in zip(found, self._learned.answer([self._ask(each) for each in found.values()]), strict=True):
            if answer is not None:
                answers[key], self._logs[key] = answer.sample, answer.logs
        samples: dict[Key, list[float]] = {}
        for hall, fact in facts:
            key = hall, fact.ticket
            if fact.what == "came":
                self._waiting[key] = here = found[key]
                alike = self._analogues.get(here.service) or Analogues(ALIKE_WEIGHTS)
                self._analogues[here.service] = alike
                samples[key] = (
                    answers.get(key)
                    or alike.like(here.moment.alike, here.moment.base_min)
                    or [here.moment.base_min]
                )
            elif fact.what in ("called", "left") and key in self._waiting:
                here, logs = self._waiting.pop(key), self._logs.pop(key, None)
                if fact.what == "called":
                    waited = fact.second / 60.0 - here.minute
                    self._analogues[here.service].remember(here.moment.alike, here.moment.base_min, waited)
                    self._learned.called(self._ask(here), waited, logs)
        return samples

    def _ask(self, found: Found) -> Asked:
        moment = found.moment
        return self._asked(moment.row, found.service, moment.ahead, moment.base_min, moment.usual_min)
