"""Remembers why each ticket was called last, for pages: the reason stands in the event, not in the hall.

A subscriber of the follower; read from any thread (a dict look-up). Forgets a day when the next one begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hall_daemon.app.record import Recorded
from hall_daemon.domain import events as e
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment


class CallReasons:
    def __init__(self, past: Iterable[Recorded] = ()) -> None:
        """`past`: today's events so far, after a restart."""
        self._reasons: dict[str, e.Reason] = {}
        for row in past:
            self._note(row)

    def __call__(self, hall: Hall, batch: Sequence[Recorded], now: Moment) -> None:
        for row in batch:
            self._note(row)

    def _note(self, row: Recorded) -> None:
        if isinstance(row.event, e.TicketCalled):
            self._reasons[row.event.ticket] = row.event.reason
        elif isinstance(row.event, e.DayOpened):
            self._reasons.clear()

    def of(self, ticket_id: str) -> e.Reason | None:
        return self._reasons.get(ticket_id)
