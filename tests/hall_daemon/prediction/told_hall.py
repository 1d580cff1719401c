"""A small hall whose people are told their waits, as the daemon and its forecaster tell them: for tests of telling."""

from __future__ import annotations

from collections.abc import Sequence

from hall_daemon.app.announced_waits import Told, promised
from hall_daemon.app.record import Recorded
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment, Plan
from hall_daemon.prediction.waits.announcer import Telling
from hall_daemon.prediction.waits.hysteresis import Shown
from hall_daemon.prediction.waits.predictor import Predictor
from hall_daemon.prediction.waits.wait_estimate import Effort, kind_of
from tests.hall_daemon.app.small_hall import SmallHall

QUICK = Effort(steps=600, least=12, most=30)


class ToldHall(SmallHall):
    """`notes` is everything that was shown to a ticket, in order, the draw first."""

    def __init__(self, plan: Plan | None = None, effort: Effort = QUICK) -> None:
        super().__init__(plan)
        self.notes: list[tuple[str, Shown]] = []
        self.told = Told(lambda ticket, shown: self.notes.append((ticket, shown)))
        self.telling = Telling(self.plan, Predictor(self.plan, effort))
        self.answered = 0
        self._see(self.hall, self.rows, self.now())
        self.subscribers.append(self._see)

    def _see(self, hall: Hall, batch: Sequence[Recorded], now: Moment) -> None:
        for row in batch:
            self.telling.see(row.event, row.seq, row.tick)

    def tell(self) -> dict[str, Shown]:
        """A question and its answer; returns what is shown to everybody who waits."""
        self.telling.tell(self.hall, self.now(), self.seq, self.told.news())
        self.told.take(self.telling.tickets)
        self.answered = self.seq
        return self.telling.tickets

    def draw(self, *services: str, class_: str = "ordinary") -> str:
        """A number, whose holder is told what newcomers of the kind are."""
        ticket = self.issue(*services, class_=class_)
        now, drawn = self.now(), self.hall.tickets[ticket]
        kind = kind_of(drawn.service, drawn.class_)
        shown = self.telling.newcomers.get(kind) or self.telling.queues.get(drawn.queue)
        said = shown and promised(shown, drawn, now, self.answered)
        self.told.at_draw(ticket, said or Shown("predictor_away", now.tick))
        return ticket

    def shown(self, ticket: str) -> list[Shown]:
        return [shown for known, shown in self.notes if known == ticket]
