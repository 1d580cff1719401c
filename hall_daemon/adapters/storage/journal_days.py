"""Where the events of a business day lie in the journal, also when a wrong clock's turns were taken back. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from hall_daemon.app.record import Recorded
from hall_daemon.domain.events import DayOpened, DayReopened, Event


def span(turns: Iterable[Recorded], day: str) -> tuple[int, int | None]:
    """The first event of `day`, 0 for a day that never was, and the last one that may be about it, None for the
    newest. `turns`: every DayOpened and DayReopened, in order. A person is not served across two roll-overs: the day
    ends with the second one after the last turn into it or out of it."""
    begins, upto, openings = 0, None, 0
    for row in turns:
        if day in _days_of(row.event):
            begins, upto, openings = begins or row.seq, None, 0
        elif isinstance(row.event, DayOpened):
            openings += 1
            if openings == 2:
                # In the transaction that opens the next one, before its DayOpened.
                upto = row.seq - 1
    return begins, upto


def _days_of(event: Event) -> tuple[str, ...]:
    """The days that a turn is about."""
    if isinstance(event, DayReopened):
        return event.day, event.instead_of
    return (event.day,) if isinstance(event, DayOpened) else ()
