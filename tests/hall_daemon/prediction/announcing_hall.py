"""A small hall whose waits are announced, as the daemon and its child announce them: for tests of the announcer."""

from __future__ import annotations

from collections.abc import Sequence

from hall_daemon.app.announced_waits import AnnouncedWaits, promised
from hall_daemon.app.record import Recorded
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment, Plan
from hall_daemon.prediction.waits.announcer import Announcer
from hall_daemon.prediction.waits.hysteresis import Shown
from hall_daemon.prediction.waits.predictor import Predictor
from hall_daemon.prediction.waits.wait_estimate import Effort, kind_of
from tests.hall_daemon.app.small_hall import SmallHall

QUICK = Effort(steps=600, least=12, most=30)


class AnnouncingHall(SmallHall):
    """`notes` is everything that was shown to a ticket, in order, the draw first."""

    def __init__(self, plan: Plan | None = None, effort: Effort = QUICK) -> None:
        super().__init__(plan)
        self.notes: list[tuple[str, Shown]] = []
        self.announced = AnnouncedWaits(lambda ticket, shown: self.notes.append((ticket, shown)))
        self.announcer = Announcer(self.plan, Predictor(self.plan, effort))
        self.answered = 0
        self._see(self.hall, self.rows, self.now())
        self.subscribers.append(self._see)

    def _see(self, hall: Hall, batch: Sequence[Recorded], now: Moment) -> None:
        for row in batch:
            self.announcer.see(row.event, row.seq, row.tick)

    def announce(self) -> dict[str, Shown]:
        """A question and its answer; returns what is shown to everybody who waits."""
        self.announcer.announce(self.hall, self.now(), self.seq, self.announced.news())
        self.announced.take(self.announcer.tickets)
        self.answered = self.seq
        return self.announcer.tickets

    def draw(self, *services: str, class_: str = "ordinary") -> str:
        """A number, whose holder is told what newcomers of the kind are."""
        ticket = self.issue(*services, class_=class_)
        now, drawn = self.now(), self.hall.tickets[ticket]
        kind = kind_of(drawn.service, drawn.class_)
        shown = self.announcer.newcomers.get(kind) or self.announcer.queues.get(drawn.queue)
        said = shown and promised(shown, drawn, now, self.answered)
        self.announced.at_draw(ticket, said or Shown("predictor_away", now.tick))
        return ticket

    def shown(self, ticket: str) -> list[Shown]:
        return [shown for known, shown in self.notes if known == ticket]
