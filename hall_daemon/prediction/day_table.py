"""One business day in a few kilobytes: who came when, how long they waited, how long each matter took and where.

What forecasts and the efficiency report learn from, in place of the day's events. Handling is from the call to the
end of the service, as in `visits`; a press that is undone never was. No ticket, token or name of a person is in it.
Pure; bounded by the people of the day.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from hall_daemon.domain import events as e
from hall_daemon.domain.plan import DAY_MIN, MINUTE_MS

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


@dataclass(frozen=True, slots=True)
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
        return DayTable(day)
    # A clock that was set for a while does not move people into another half hour: the day's usual offset counts.
    offsets = sorted(row.wall - row.tick for row in events)
    begins = opened.midnight_wall - offsets[len(offsets) // 2]
    builder = _Builder(begins)
    for row in events:
        rule = _RULES.get(type(row.event))
        if rule is not None:
            rule(builder, row.event, row.tick)
    return builder.finished(day)


class _Person(NamedTuple):
    """`ready`: since when the person could have been called, 0 is not known; `first`: has not been called yet;
    `waits`: stands in line."""

    service: str
    queue: str
    ready: int
    slot: int
    first: bool = True
    waits: bool = True


class _Desk(NamedTuple):
    """A window: whom it called when, with so many waiting."""

    ticket: str = ""
    service: str = ""
    called: int = 0
    load: int = 0


@dataclass(slots=True)
class _Press:
    """The last press at a window: desk and people before it, and what it showed."""

    desk: _Desk
    people: dict[str, _Person] = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)
    waits: list[Waited] = field(default_factory=list)
    unmeasured: int = 0


class _Builder:
    """`begins` is the tick at which the day's first minute begins."""

    def __init__(self, begins: int) -> None:
        self._begins = begins
        self._people: dict[str, _Person] = {}
        self._line: dict[str, int] = {}
        self._desks: dict[str, _Desk] = {}
        self._presses: dict[str, _Press] = {}
        self._open: dict[str, int] = {}
        self._staffed: dict[str, list[tuple[int, int]]] = {}
        self._came: dict[tuple[str, str], list[int]] = {}
        self._cases: list[Case] = []
        self._waits: list[Waited] = []
        self._unmeasured = 0
        self._last = begins

    def finished(self, day: str) -> DayTable:
        for window in tuple(self._presses):
            self._settle(window)
        for window in tuple(self._open):
            self._shut(window, self._last)
        return DayTable(
            day,
            tuple(Came(service, class_, tuple(counts)) for (service, class_), counts in sorted(self._came.items())),
            tuple(self._waits), tuple(self._cases),
            {window: tuple(spans) for window, spans in sorted(self._staffed.items())}, self._unmeasured,
        )  # fmt: skip

    def _minute(self, tick: int) -> int:
        return min(DAY_MIN, max(0, (tick - self._begins) // MINUTE_MS))

    def _slot(self, tick: int) -> int:
        return min(SLOTS - 1, self._minute(tick) // SLOT_MIN)

    # -- people -----------------------------------------------------------------------------------

    def _put(self, ticket: str, person: _Person | None) -> None:
        """Note what a person is now; the lines follow."""
        before = self._people.pop(ticket, None)
        if before is not None and before.waits:
            self._line[before.queue] -= 1
        if person is not None:
            self._people[ticket] = person
            if person.waits:
                self._line[person.queue] = self._line.get(person.queue, 0) + 1

    def issued(self, event: e.TicketIssued, tick: int) -> None:
        self._last = tick
        slot = self._slot(tick)
        counts = self._came.setdefault((event.services[0], event.class_), [0] * SLOTS)
        counts[slot] += 1
        self._put(event.ticket, _Person(event.services[0], event.queue, max(tick, event.not_before), slot))

    def returned(self, event: e.TicketReturned, tick: int) -> None:
        """A returner lets others go first: that wait says nothing about the queue."""
        person = self._people.get(event.ticket)
        if person is not None:
            self._put(event.ticket, person._replace(ready=0, first=False, waits=True))

    def gone(self, event: e.TicketCancelled | e.TicketExpired | e.TicketVoided, tick: int) -> None:
        self._put(event.ticket, None)
        for window, desk in self._desks.items():
            if desk.ticket == event.ticket:
                self._desks[window] = _Desk()

    # -- presses ----------------------------------------------------------------------------------

    def _press(self, window: str, ticket: str) -> _Press:
        """A new press: the one before it stands for good."""
        self._settle(window)
        press = self._presses[window] = _Press(self._desks.get(window, _Desk()))
        self._keep(press, ticket)
        return press

    def _settle(self, window: str) -> None:
        press = self._presses.pop(window, None)
        if press is not None:
            self._cases += press.cases
            self._waits += press.waits
            self._unmeasured += press.unmeasured

    def _keep(self, press: _Press, ticket: str) -> None:
        person = self._people.get(ticket)
        if person is not None:
            press.people.setdefault(ticket, person)

    def called(self, event: e.TicketCalled, tick: int) -> None:
        self._last = tick
        # A window that calls and was never opened today was open when the day began.
        self._open.setdefault(event.window, self._begins)
        person = self._people.get(event.ticket)
        press = self._presses.get(event.window) if event.continues else None
        if press is None:
            press = self._press(event.window, event.ticket)
        self._keep(press, event.ticket)
        before = self._desks.get(event.window, _Desk())
        if person is not None:
            if person.ready:
                if event.continues and person.ready > before.called and press.cases:
                    # One press for done and next: with nobody in line it came when somebody did, not when it was done.
                    press.unmeasured += len(press.cases)
                    press.cases.clear()
                if person.first:
                    press.waits.append(Waited(person.queue, person.slot, max(0, tick - person.ready)))
            self._put(event.ticket, person._replace(ready=0, first=False, waits=False))
        queue = person.queue if person else ""
        self._desks[event.window] = _Desk(
            event.ticket, person.service if person else "", tick, self._line.get(queue, 0)
        )

    def ended(self, event: e.ServiceFinished | e.ServiceAdvanced, tick: int) -> None:
        self._last = tick
        press = self._press(event.window, event.ticket)
        self._measure(press, event.window, event.ticket, event.service, tick)
        if isinstance(event, e.ServiceAdvanced):
            self._goes_on(event.ticket, event.next_service, event.queue, tick)
        else:
            self._put(event.ticket, None)

    def _measure(self, press: _Press, window: str, ticket: str, service: str, tick: int) -> None:
        desk = self._desks.get(window, _Desk())
        took = tick - desk.called
        if desk.ticket == ticket and desk.called and 0 <= took <= LONGEST_CASE_MS:
            press.cases.append(Case(service, window, self._slot(desk.called), took, desk.load))
        else:
            press.unmeasured += 1
        self._desks[window] = _Desk()

    def missed(self, event: e.TicketMissed, tick: int) -> None:
        self._press(event.window, event.ticket)
        self._desks[event.window] = _Desk()

    def held(self, event: e.TicketHeld, tick: int) -> None:
        self._press(event.window, event.ticket)
        self._desks[event.window] = _Desk()

    def resumed(self, event: e.TicketResumed, tick: int) -> None:
        """How long a matter takes that was put aside is not known."""
        self._press(event.window, event.ticket)
        self._desks[event.window] = _Desk(event.ticket)

    def transferred(self, event: e.TicketTransferred, tick: int) -> None:
        if event.window:
            press = self._press(event.window, event.ticket)
            desk = self._desks.get(event.window, _Desk())
            if desk.service:
                self._measure(press, event.window, event.ticket, desk.service, tick)
        self._goes_on(event.ticket, event.services[0], event.queue, tick)

    def _goes_on(self, ticket: str, service: str, queue: str, tick: int) -> None:
        """Into line again for another matter or window: that wait is not the wait of somebody who comes."""
        person = self._people.get(ticket)
        if person is not None:
            self._put(ticket, person._replace(service=service, queue=queue, ready=tick, first=False, waits=True))

    def undone(self, event: e.PressUndone, tick: int) -> None:
        press = self._presses.pop(event.window, None)
        if press is not None:
            self._desks[event.window] = press.desk
            for ticket, person in press.people.items():
                self._put(ticket, person)

    # -- windows ----------------------------------------------------------------------------------

    def opened(self, event: e.WindowOpened, tick: int) -> None:
        self._last = tick
        self._open.setdefault(event.window, tick)

    def paused(self, event: e.WindowPaused | e.WindowClosed, tick: int) -> None:
        self._last = tick
        self._shut(event.window, tick)

    def _shut(self, window: str, tick: int) -> None:
        since = self._open.pop(window, None)
        if since is not None and self._minute(tick) > self._minute(since):
            self._staffed.setdefault(window, []).append((self._minute(since), self._minute(tick)))


_RULES: dict[type, Callable[[_Builder, Any, int], None]] = {
    e.TicketIssued: _Builder.issued,
    e.TicketReturned: _Builder.returned,
    e.TicketCalled: _Builder.called,
    e.ServiceFinished: _Builder.ended,
    e.ServiceAdvanced: _Builder.ended,
    e.TicketMissed: _Builder.missed,
    e.TicketVoided: _Builder.gone,
    e.TicketHeld: _Builder.held,
    e.TicketResumed: _Builder.resumed,
    e.TicketTransferred: _Builder.transferred,
    e.TicketCancelled: _Builder.gone,
    e.TicketExpired: _Builder.gone,
    e.PressUndone: _Builder.undone,
    e.WindowOpened: _Builder.opened,
    e.WindowPaused: _Builder.paused,
    e.WindowClosed: _Builder.paused,
}
