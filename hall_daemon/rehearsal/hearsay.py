"""What people of made-up days had announced to them when they drew their number: how long those of earlier days had
waited for the same matter, behind as many others. Pure.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from hall_daemon.adapters.waits.ledger import Note
from hall_daemon.app.record import Recorded
from hall_daemon.domain import events as e
from hall_daemon.prediction.waits.hysteresis import Shown
from hall_daemon.prediction.waits.wait_estimate import QUANTILES, Range, WaitEstimate, quantile

# Groups of how many were ahead, each by its least one; and of how many people a group must know to say something.
AHEAD = (0, 1, 2, 3, 4, 6, 9, 13, 20, 30)
ENOUGH = 20

Kind = tuple[str, int]


class Hearsay:
    """Days in order. What a day teaches is announced from the next one on."""

    def __init__(self) -> None:
        self._waited_s: dict[Kind, list[float]] = {}

    def announced(self, day: Sequence[Recorded]) -> list[Note]:
        """What was announced, at the draw, to everybody who came in the events of `day`."""
        notes = [
            Note(event.ticket, Shown(self._estimate(_kind(event)), row.tick, (), row.seq)) for row, event in _draws(day)
        ]
        self._learn(day)
        return notes

    def _estimate(self, kind: Kind) -> WaitEstimate:
        waited_s = sorted(self._waited_s.get(kind, ()))
        if len(waited_s) < ENOUGH:
            return "too_little_seen"
        low, middle, high = (quantile(waited_s, len(waited_s), share) for share in QUANTILES)
        return Range(int(low), round(middle), -int(-high // 1))

    def _learn(self, day: Sequence[Recorded]) -> None:
        drawn = {event.ticket: (row.tick, _kind(event)) for row, event in _draws(day)}
        for row in day:
            if isinstance(row.event, e.TicketCalled) and row.event.ticket in drawn:
                tick, kind = drawn.pop(row.event.ticket)
                self._waited_s.setdefault(kind, []).append((row.tick - tick) / 1000)


def _draws(day: Sequence[Recorded]) -> Iterator[tuple[Recorded, e.TicketIssued]]:
    return ((row, row.event) for row in day if isinstance(row.event, e.TicketIssued))


def _kind(event: e.TicketIssued) -> Kind:
    return event.services[0], bisect_right(AHEAD, event.ahead)
