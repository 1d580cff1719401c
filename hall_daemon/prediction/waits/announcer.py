"""What is announced: the wait estimate under hysteresis, each range that goes back with its causes. Pure; one thread
owns it.

The wait service's process drives it: `see` every event in order, `announce` when asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from hall_daemon.domain import events as e
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment, Plan
from hall_daemon.prediction.waits.causes import Cause, Changes, Present, Since
from hall_daemon.prediction.waits.hysteresis import Promise, Shown, alike, with_hysteresis
from hall_daemon.prediction.waits.predictor import Predictor
from hall_daemon.prediction.waits.wait_estimate import Range, Waits, service_of


class Announcer:
    """`tickets` and `queues` are what is shown since the last `announce`; of who is called by now, what was before.
    `newcomers` is what is announced to somebody who comes now, by `kind_of`, where it is not what the queue is."""

    def __init__(self, plan: Plan, predictor: Predictor) -> None:
        self.tickets: dict[str, Shown] = {}
        self.queues: dict[str, Shown] = {}
        self.newcomers: dict[str, Shown] = {}
        self._plan = plan
        self._predictor = predictor
        self._changes = Changes(plan)
        # How many stood in each queue's line when its figure was last changed.
        self._lines: dict[str, int] = {}

    def see(self, event: e.Event, seq: int, tick: int, wall: int | None = None) -> None:
        self._predictor.see(event, tick, wall)
        self._changes.see(event, seq, tick)

    def announce(
        self,
        hall: Hall,
        now: Moment,
        seq: int,
        announced: Mapping[str, Shown],
        queues: Mapping[str, Shown] = MappingProxyType({}),
    ) -> Waits:
        """Look at `hall`, which is as event `seq` left it, and move what is shown. `announced` and `queues` are what
        tickets and queues were shown by others: at the draw, or before a restart."""
        waits = self._predictor.estimate_waits(hall, now)
        present = Present(hall, now, self._predictor.times.distributions())
        lines = {queue: sum(map(hall.waiting, services)) for queue, services in self._plan.queue_services.items()}

        def why_ticket(key: str, said: Promise, fresh: Range) -> tuple[Cause, ...]:
            return self._changes.of_ticket(present, Since(said.seq, said.tick), hall.tickets[key], fresh.p50_s)

        def why_queue(key: str, said: Promise, fresh: Range) -> tuple[Cause, ...]:
            more = lines[key] - self._lines.get(key, lines[key])
            return self._changes.of_queue(present, Since(said.seq, said.tick), key, fresh.p50_s, more)

        before = {**queues, **self.queues}
        promised = {**self.tickets, **announced}
        shown = with_hysteresis(promised, waits.tickets, now.tick, promise=True, seq=seq, why=why_ticket)
        # A call may be taken back: then the promise it kept goes on, and what comes later says why.
        called = {id_: promised[id_] for id_ in promised.keys() - shown.keys() if _is_called(hall, id_)}
        self.tickets = {**shown, **called}
        self.queues = with_hysteresis(before, waits.queues, now.tick, promise=False, seq=seq, why=why_queue)
        others = {
            kind: said
            for kind, said in waits.newcomers.items()
            if not alike(self.queues[self._plan.services[service_of(kind)].queue].said, said)
        }
        self.newcomers = with_hysteresis(self.newcomers, others, now.tick, promise=False, seq=seq)
        self._lines |= {queue: lines[queue] for queue, shown in self.queues.items() if shown != before.get(queue)}
        return waits


def _is_called(hall: Hall, ticket_id: str) -> bool:
    ticket = hall.tickets.get(ticket_id)
    return ticket is not None and ticket.state == "called"
