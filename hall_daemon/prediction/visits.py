"""What the hall's own events say about durations: one pass over them, in order, each as it happens.

`Visits.see(event, tick)` turns events into observations and gives them to a `Notes`. A press can be undone until the
next one at its window, so what it taught is kept back so long. Times are ms of the hall's clock, which never runs
backwards whatever the wall clock does. Pure; bounded by the people in the hall.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from hall_daemon.domain import events as e

# Longer is a window that somebody forgot to finish, or a break without a word.
LONGEST_CYCLE_MS = 4 * 3_600_000
LONGEST_GAP_MS = 1_800_000
LONGEST_PAUSE_MS = 4 * 3_600_000


class Notes(Protocol):
    """Where observations go. Durations in ms."""

    def cycle(self, service: str, clerk: str, took_ms: int) -> None:
        """A call that led to a service, from the call to its end; `clerk` "" is not known."""

    def absent(self, service: str, stay_ms: int) -> None:
        """A call that nobody answered, and how long it held the window."""

    def gap(self, took_ms: int) -> None:
        """From a window's being free to its calling somebody who waited all the time."""

    def pause(self, reason: str, took_ms: int) -> None: ...

    def waited(self, took_ms: int, gave_up: bool) -> None:
        """Time in line until the call, or until the person gave up."""


class _Person(NamedTuple):
    """`ready`: since when the person could have been called; 0 is not yet."""

    service: str
    ready: int


class _Desk(NamedTuple):
    """A window: whom it has (or had) called when, since when it is free, since when and why it is paused, and which
    clerk made the call."""

    ticket: str = ""
    service: str = ""
    called: int = 0
    free: int = 0
    paused: int = 0
    reason: str = ""
    clerk: str = ""


@dataclass(slots=True)
class _Pending:
    """The last press at a window: the desk and people before it, and what it taught."""

    desk: _Desk
    people: dict[str, _Person] = field(default_factory=dict)
    taught: list[tuple[Callable[..., None], tuple[Any, ...]]] = field(default_factory=list)


class Visits:
    """One thread. Begin anywhere: what began before is left out."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._people: dict[str, _Person] = {}
        self._desks: dict[str, _Desk] = {}
        self._pending: dict[str, _Pending] = {}
        self._clerks: dict[str, str] = {}

    def see(self, event: e.Event, tick: int) -> None:
        rule = _RULES.get(type(event))
        if rule is not None:
            rule(self, event, tick)

    def free_since(self) -> dict[str, int]:
        """Windows without anybody, and since which tick."""
        return {window: desk.free for window, desk in self._desks.items() if desk.free}

    def clerks(self) -> dict[str, str]:
        """Who is at each window, or was last."""
        return self._clerks

    # -- presses ----------------------------------------------------------------------------------

    def _press(self, window: str, ticket: str) -> _Pending:
        """A new press: the one before it stands for good."""
        self._settle(window)
        pending = self._pending[window] = _Pending(self._desks.get(window, _Desk()))
        self._remember(pending, ticket)
        return pending

    def _settle(self, window: str) -> None:
        pending = self._pending.pop(window, None)
        for teach, facts in pending.taught if pending else ():
            teach(*facts)

    def _remember(self, pending: _Pending, ticket: str) -> None:
        person = self._people.get(ticket)
        if person is not None:
            pending.people.setdefault(ticket, person)

    def _called(self, event: e.TicketCalled, tick: int) -> None:
        person = self._people.get(event.ticket)
        pending = self._pending.get(event.window) if event.continues else None
        if pending is None:
            pending = self._press(event.window, event.ticket)
        self._remember(pending, event.ticket)
        before = self._desks.get(event.window, _Desk())
        if person is not None and person.ready:
            if event.continues and person.ready > before.called:
                # One press for done and next: with nobody in line it came when somebody did, not when it was done.
                pending.taught.clear()
            elif before.free and person.ready <= before.free:
                self._teach(pending, self._notes.gap, tick - before.free, LONGEST_GAP_MS)
            pending.taught.append((self._notes.waited, (tick - person.ready, False)))
            self._people[event.ticket] = person._replace(ready=0)
        self._desks[event.window] = before._replace(
            ticket=event.ticket, service=person.service if person else "", called=tick, free=0,
            clerk=self._clerks.get(event.window, ""),
        )  # fmt: skip

    def _ended(self, event: e.ServiceFinished | e.ServiceAdvanced, tick: int) -> None:
        pending = self._press(event.window, event.ticket)
        self._leave_window(pending, event.window, event.ticket, event.service, tick)
        if isinstance(event, e.ServiceAdvanced):
            self._change(event.ticket, service=event.next_service, ready=tick)
        else:
            self._people.pop(event.ticket, None)

    def _leave_window(self, pending: _Pending, window: str, ticket: str, service: str, tick: int) -> None:
        desk = self._desks.get(window, _Desk())
        if desk.ticket == ticket and desk.called:
            # A matter that another clerk took over is nobody's measure.
            clerk = desk.clerk if desk.clerk == self._clerks.get(window) else ""
            self._teach(pending, self._notes.cycle, tick - desk.called, LONGEST_CYCLE_MS, service, clerk)
        self._desks[window] = desk._replace(ticket="", free=tick)

    def _missed(self, event: e.TicketMissed, tick: int) -> None:
        pending = self._press(event.window, event.ticket)
        desk = self._desks.get(event.window, _Desk())
        if desk.ticket == event.ticket and desk.called and desk.service:
            self._teach(pending, self._notes.absent, tick - desk.called, LONGEST_CYCLE_MS, desk.service)
        self._desks[event.window] = desk._replace(ticket="", free=tick)

    def _held(self, event: e.TicketHeld, tick: int) -> None:
        """Put aside: how long the matter takes will not be known."""
        self._press(event.window, event.ticket)
        self._desks[event.window] = self._desks.get(event.window, _Desk())._replace(ticket="", called=0, free=tick)

    def _resumed(self, event: e.TicketResumed, tick: int) -> None:
        self._press(event.window, event.ticket)
        desk = self._desks.get(event.window, _Desk())
        self._desks[event.window] = desk._replace(ticket=event.ticket, service="", called=0, free=0)

    def _transferred(self, event: e.TicketTransferred, tick: int) -> None:
        if event.window:
            pending = self._press(event.window, event.ticket)
            desk = self._desks.get(event.window, _Desk())
            if desk.service:
                self._leave_window(pending, event.window, event.ticket, desk.service, tick)
        self._change(event.ticket, service=event.services[0], ready=tick)

    def _undone(self, event: e.PressUndone, tick: int) -> None:
        pending = self._pending.pop(event.window, None)
        if pending is not None:
            self._desks[event.window] = pending.desk
            self._people.update(pending.people)

    def _teach(self, pending: _Pending, note: Callable[..., None], took: int, longest: int, *what: str) -> None:
        if 0 <= took <= longest:
            pending.taught.append((note, (*what, took)))

    # -- people, windows, days --------------------------------------------------------------------

    def _issued(self, event: e.TicketIssued, tick: int) -> None:
        self._people[event.ticket] = _Person(event.services[0], max(tick, event.not_before))

    def _returned(self, event: e.TicketReturned, tick: int) -> None:
        """A returner lets others go first: from here on nothing is learnt from the time in line."""
        self._change(event.ticket, ready=0)

    def _change(self, ticket: str, **what: Any) -> None:
        person = self._people.get(ticket)
        if person is not None:
            self._people[ticket] = person._replace(**what)

    def _gone(self, event: e.TicketCancelled | e.TicketExpired | e.TicketVoided, tick: int) -> None:
        person = self._people.pop(event.ticket, None)
        if person is not None and person.ready and isinstance(event, e.TicketCancelled):
            self._notes.waited(max(0, tick - person.ready), True)
        for window, desk in self._desks.items():
            if desk.ticket == event.ticket:
                self._desks[window] = desk._replace(ticket="", called=0, free=tick)

    def _opened(self, event: e.WindowOpened, tick: int) -> None:
        self._clerks[event.window] = event.staff
        desk = self._desks.get(event.window, _Desk())
        if desk.paused and 0 <= tick - desk.paused <= LONGEST_PAUSE_MS:
            self._notes.pause(desk.reason, tick - desk.paused)
        self._desks[event.window] = desk._replace(paused=0, reason="", free=0)

    def _paused(self, event: e.WindowPaused, tick: int) -> None:
        desk = self._desks.get(event.window, _Desk())
        self._desks[event.window] = desk._replace(paused=tick, reason=event.reason, free=0)

    def _closed(self, event: e.WindowClosed, tick: int) -> None:
        self._settle(event.window)
        self._desks.pop(event.window, None)

    def _day_opened(self, event: e.DayOpened, tick: int) -> None:
        at_desks = {desk.ticket for desk in self._desks.values()}
        self._people = {ticket: person for ticket, person in self._people.items() if ticket in at_desks}
        for window in tuple(self._pending):
            self._settle(window)


_RULES: dict[type, Callable[[Visits, Any, int], None]] = {
    e.TicketIssued: Visits._issued,
    e.TicketCalled: Visits._called,
    e.ServiceFinished: Visits._ended,
    e.ServiceAdvanced: Visits._ended,
    e.TicketMissed: Visits._missed,
    e.TicketVoided: Visits._gone,
    e.TicketReturned: Visits._returned,
    e.TicketHeld: Visits._held,
    e.TicketResumed: Visits._resumed,
    e.TicketTransferred: Visits._transferred,
    e.TicketCancelled: Visits._gone,
    e.TicketExpired: Visits._gone,
    e.PressUndone: Visits._undone,
    e.WindowOpened: Visits._opened,
    e.WindowPaused: Visits._paused,
    e.WindowClosed: Visits._closed,
    e.DayOpened: Visits._day_opened,
}
