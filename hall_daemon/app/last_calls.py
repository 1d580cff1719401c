"""Remembers of each ticket's last call why it was made and whether anybody could notice it, for pages: that stands in
events, not in the hall.

A subscriber of the follower; read from any thread (a dict look-up). Forgets a day when the next one begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hall_daemon.app.record import Recorded
from hall_daemon.domain import events as e
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment


class LastCalls:
    def __init__(self, past: Iterable[Recorded] = ()) -> None:
        """`past`: today's events so far, after a restart."""
        self._reasons: dict[str, e.Reason] = {}
        self._reports: dict[str, e.CallAnnounced] = {}
        for row in past:
            self._note(row.event)

    def __call__(self, hall: Hall, batch: Sequence[Recorded], now: Moment) -> None:
        for row in batch:
            self._note(row.event)

    def _note(self, event: e.Event) -> None:
        if isinstance(event, e.TicketCalled):
            self._reasons[event.ticket] = event.reason
        if isinstance(event, e.CallAnnounced):
            known = self._reports.get(event.ticket)
            if known is None or known.call <= event.call:
                self._reports[event.ticket] = event
        elif isinstance(event, e.TicketCalled | e.TicketRecalled):
            # A new call; what became of the one before is no news of it.
            self._reports.pop(event.ticket, None)
        elif isinstance(event, e.DayOpened):
            self._reasons.clear()
            self._reports.clear()

    def reason(self, ticket_id: str) -> e.Reason | None:
        return self._reasons.get(ticket_id)

    def announced(self, ticket_id: str, call: int) -> e.CallAnnounced | None:
        """What became of the ticket's call number `call`, or None while that is not known."""
        report = self._reports.get(ticket_id)
        return report if report is not None and report.call == call else None
