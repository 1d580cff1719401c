"""One business day in a few kilobytes: who came when, how long they waited, how long each matter took and where.

What forecasts and the efficiency report learn from, in place of the day's events. Handling is from the call to the
end of the service; a press that is undone never was. No ticket, token or name of a person is in it.
Pure; bounded by the people of the day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from hall_daemon.domain import events as e
from hall_daemon.domain import visit as v
from hall_daemon.domain.plan import DAY_MIN, MINUTE_MS
from hall_daemon.domain.visits import Visits

# Half an hour is what people choose by.
SLOT_MIN = 30
SLOTS = DAY_MIN // SLOT_MIN
# Longer is a window that somebody forgot to finish; it is counted, not measured.
LONGEST_CASE_MS = 4 * 3_600_000


class Case(NamedTuple):
    """A matter that was done: `slot` is the half hour of its call, `load` how many waited in its queue then."""

    service: str
    window: str
    slot: int
    took_ms: int
    load: int


class Waited(NamedTuple):
    """Somebody who was called, by the half hour in which the number was drawn."""

    queue: str
    slot: int
    waited_ms: int


class Came(NamedTuple):
    """How many drew a number, by half hour of the day."""

    service: str
    class_: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTable:
    """`staffed` are the times (minutes of the day) at which each window was open; `unmeasured` the matters whose
    time is not known: put aside in between, or a window that nobody finished."""

    day: str
    came: tuple[Came, ...] = ()
    waits: tuple[Waited, ...] = ()
    cases: tuple[Case, ...] = ()
    staffed: dict[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    unmeasured: int = 0

    @property
    def people(self) -> int:
        return sum(came.total for came in self.came)


class Stamped(NamedTuple):
    """An event and when it happened: hall ticks for durations, wall ms for the half hour."""

    tick: int
    wall: int
    event: e.Event


def day_table(day: str, events: Sequence[Stamped]) -> DayTable:
    """`events` are those of one business day, oldest first, with finishes that came after midnight."""
    opened = next((row.event for row in events if isinstance(row.event, e.DayOpened)), None)
    if opened is None:
        return DayTable(day=day)
    # A clock that was set for a while does not move people into another half hour: the day's usual offset counts.
    offsets = sorted(row.wall - row.tick for row in events)
    begins = opened.midnight_wall - offsets[len(offsets) // 2]
    visits, builder = Visits(), _Builder(begins)
    for row in events:
        visits.see(row.event, row.tick)
        builder.take(visits.stood())
        builder.staff(row.event, row.tick)
    visits.settle()
    builder.take(visits.stood())
    return builder.finished(day)


class _Builder:
    """`begins` is the tick at which the day's first minute begins."""

    def __init__(self, begins: int) -> None:
        self._begins = begins
        self._open: dict[str, int] = {}
        self._staffed: dict[str, list[tuple[int, int]]] = {}
        self._came: dict[tuple[str, str], list[int]] = {}
        self._cases: list[Case] = []
        self._waits: list[Waited] = []
        self._unmeasured = 0
        self._last = begins

    def finished(self, day: str) -> DayTable:
        for window in tuple(self._open):
            self._shut(window, self._last)
        return DayTable(
            day=day,
            came=tuple(
                Came(service, class_, tuple(counts)) for (service, class_), counts in sorted(self._came.items())
            ),
            waits=tuple(self._waits),
            cases=tuple(self._cases),
            staffed={window: tuple(spans) for window, spans in sorted(self._staffed.items())},
            unmeasured=self._unmeasured,
        )

    def _minute(self, tick: int) -> int:
        return min(DAY_MIN, max(0, (tick - self._begins) // MINUTE_MS))

    def _slot(self, tick: int) -> int:
        return min(SLOTS - 1, self._minute(tick) // SLOT_MIN)

    def take(self, changes: Iterable[v.Change]) -> None:
        """What became of people, for good."""
        for change in changes:
            if isinstance(change, v.Came):
                visit = change.visit
                self._came.setdefault((visit.service, visit.class_), [0] * SLOTS)[self._slot(change.tick)] += 1
            elif isinstance(change, v.Called):
                if change.first and change.waited is not None:
                    visit = change.visit
                    self._waits.append(Waited(visit.queue, self._slot(visit.drawn), max(0, change.waited)))
            elif isinstance(change, v.Ended) and change.service and change.how not in ("missed", "held"):
                took = change.took
                if took is not None and 0 <= took <= LONGEST_CASE_MS:
                    slot = self._slot(change.called)
                    self._cases.append(Case(change.service, change.window, slot, took, change.load))
                else:
                    self._unmeasured += 1

    def staff(self, event: e.Event, tick: int) -> None:
        """When windows are open. One that calls and was never opened today was open when the day began."""
        if isinstance(event, e.WindowOpened):
            self._open.setdefault(event.window, tick)
        elif isinstance(event, e.TicketCalled):
            self._open.setdefault(event.window, self._begins)
        elif isinstance(event, e.WindowPaused | e.WindowClosed):
            self._shut(event.window, tick)
        elif not isinstance(event, e.TicketIssued | e.ServiceFinished | e.ServiceAdvanced | e.Beside):
            return
        self._last = tick

    def _shut(self, window: str, tick: int) -> None:
        since = self._open.pop(window, None)
        if since is not None and self._minute(tick) > self._minute(since):
            self._staffed.setdefault(window, []).append((self._minute(since), self._minute(tick)))
