"""Remembers of each ticket's last call why it was made and whether anybody could notice it, and of each window whom it
called and missed last, for pages and big screens: that stands in events, not in the hall.

A subscriber of the follower; read from any thread (a dict look-up). Forgets a day when the next one begins.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence

from hall_daemon.app.record import Recorded
from hall_daemon.domain import events as e
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment
from hall_daemon.wire.screens import Recent

Past = tuple[int, str, int]
# Of one window. A recall is a call too, and a clerk may press it a few times.
KEPT_CALLS, KEPT_MISSES = 12, 6


class LastCalls:
    def __init__(self, past: Iterable[Recorded] = ()) -> None:
        """`past`: today's events so far, after a restart."""
        self._reasons: dict[str, e.Reason] = {}
        self._reports: dict[str, e.CallAnnounced] = {}
        # Window -> its last calls and misses, (seq, ticket, wall), the newest at the end.
        self._called: dict[str, deque[Past]] = {}
        self._missed: dict[str, deque[Past]] = {}
        for row in past:
            self._take(row)

    def __call__(self, hall: Hall, batch: Sequence[Recorded], now: Moment) -> None:
        for row in batch:
            self._take(row)

    def recent(self) -> Recent:
        """The newest calls and misses of each window, newest first. While the follower does not write."""
        return Recent(_newest_first(self._called), _newest_first(self._missed))

    def _take(self, row: Recorded) -> None:
        event = row.event
        self._note(event)
        if isinstance(event, e.TicketCalled | e.TicketRecalled):
            _kept(self._called, event.window, KEPT_CALLS).append((row.seq, event.ticket, row.wall))
        elif isinstance(event, e.TicketMissed):
            _kept(self._missed, event.window, KEPT_MISSES).append((row.seq, event.ticket, row.wall))
        elif isinstance(event, e.DayOpened):
            self._called.clear()
            self._missed.clear()

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


def _kept(windows: dict[str, deque[Past]], window: str, most: int) -> deque[Past]:
    if window not in windows:
        windows[window] = deque(maxlen=most)
    return windows[window]


def _newest_first(windows: Mapping[str, Iterable[Past]]) -> tuple[tuple[str, str, int], ...]:
    merged = [(seq, ticket, window, wall) for window, rows in windows.items() for seq, ticket, wall in rows]
    return tuple((ticket, window, wall) for _, ticket, window, wall in sorted(merged, reverse=True))
