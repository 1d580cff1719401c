"""Questions about the past, asked of the journal: a ticket's events, and why it was called."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from hall_daemon.app.explain import explain, last_called
from hall_daemon.app.record import Recorded
from hall_daemon.domain.decide import Refused
from hall_daemon.domain.events import about, confidential
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Plan
from hall_daemon.domain.ticket import day_of
from hall_daemon.wire.messages import Explanation

DayEvents = Callable[[str], Iterable[Recorded]]
HallAt = Callable[[int], Hall]


class History:
    """`day_events(day)` gives a day's events, oldest first (none for an unknown day); `hall_at(seq)` the hall
    after that event. Both may take a second: not for the core's or an event loop's thread."""

    def __init__(self, plan: Plan, day_events: DayEvents, hall_at: HallAt) -> None:
        self._plan = plan
        self._day_events = day_events
        self._hall_at = hall_at

    def of_ticket(self, ticket_id: str) -> list[Recorded]:
        """Every event that names the ticket, on its own day; a late finish counts to that day too. Confidential ones
        are left out."""
        return [
            row
            for row in self._day_events(day_of(ticket_id))
            if not confidential(row.event)
            and ticket_id in about(row.event).tickets
        ]

    def last_called(self, day: str) -> str | None:
        """The ticket of the day's last call that was not undone."""
        return last_called(list(self._day_events(day)))

    def why(self, ticket_id: str, before: str = "") -> Explanation | Refused:
        """Why the ticket was called, and why ahead of number `before`."""
        day = list(self._day_events(day_of(ticket_id)))
        return explain(self._plan, day, lambda seq: self._hall_at(seq - 1), ticket_id, before)
