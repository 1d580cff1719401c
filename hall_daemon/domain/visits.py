"""What becomes of people: recorded events to the changes of their visits. The one fold that statistics, waits, the
ledger and devices read, so that a turn, a wait and an undone press mean the same to all of them.

`Visits.see` gives the changes of an event at once; a press that is undone later gives `TakenBack`. Whoever cannot take
anything back reads `stood` instead: the same changes, each once, as soon as nobody can undo them any more (the next
press at that window, or something that happened to the ticket since). Begin anywhere: what began before is left out.
Pure; one thread; bounded by the people in the hall.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from hall_daemon.domain import events as e
from hall_daemon.domain import visit as v


class _Desk(NamedTuple):
    """A window: whom it has, or had, called when and with how many waiting; since when it is free."""

    ticket: str = ""
    service: str = ""
    called: int = 0
    free: int = 0
    clerk: str = ""
    load: int = 0


class _Press(NamedTuple):
    """The last press at a window: the desk and the visits before it (None: was not known), and what it changed."""

    desk: _Desk
    before: dict[str, v.Visit | None]
    changes: list[v.Change]


class Visits:
    def __init__(self) -> None:
        self._visits: dict[str, v.Visit] = {}
        self._line: dict[str, int] = {}
        self._desks: dict[str, _Desk] = {}
        self._paused: dict[str, tuple[int, str]] = {}
        self._clerks: dict[str, str] = {}
        self._presses: dict[str, _Press] = {}
        # Whose newest press, and where: nobody undoes a press once something else happened to its ticket.
        self._pressed: dict[str, str] = {}
        self._stood: list[v.Change] = []

    def see(self, event: e.Event, tick: int) -> tuple[v.Seen, ...]:
        """The next event of the journal."""
        rule = _RULES.get(type(event))
        return () if rule is None else rule(self, event, tick)

    def stood(self) -> list[v.Change]:
        """What can no more be taken back since this was last asked, in the order in which it became certain."""
        stood, self._stood = self._stood, []
        return stood

    def settle(self) -> None:
        """Nothing more will be undone: a day, or all that is recorded, is over."""
        for window in tuple(self._presses):
            self._settle(window)

    def free_since(self) -> dict[str, int]:
        """Windows without anybody, and since which tick."""
        return {window: desk.free for window, desk in self._desks.items() if desk.free}

    def clerks(self) -> Mapping[str, str]:
        """Who is at each window, or was last."""
        return self._clerks

    # -- presses ----------------------------------------------------------------------------------

    def _press(self, window: str, ticket: str) -> _Press:
        """A new press: the one before it at this window, or about this ticket, stands for good."""
        self._settle(window)
        elsewhere = self._pressed.get(ticket)
        if elsewhere is not None:
            self._settle(elsewhere)
        press = self._presses[window] = _Press(self._desks.get(window, _FREE), {}, [])
        self._keep(press, window, ticket)
        return press

    def _keep(self, press: _Press, window: str, ticket: str) -> None:
        """Remember what an undo of `press` puts back of `ticket`."""
        press.before.setdefault(ticket, self._visits.get(ticket))
        self._pressed[ticket] = window

    def _settle(self, window: str) -> None:
        press = self._presses.pop(window, None)
        if press is not None:
            self._stood += press.changes
            for ticket in press.before:
                self._pressed.pop(ticket, None)

    def _now(self, ticket: str, change: v.Change) -> tuple[v.Seen, ...]:
        """A change that no press made: it stands at once, and with it the last press about the ticket."""
        window = self._pressed.get(ticket)
        if window is not None:
            self._settle(window)
        self._stood.append(change)
        return (change,)

    def _put(self, visit: v.Visit | None, ticket: str) -> None:
        """Note what a visit is now; the lines follow."""
        before = self._visits.pop(ticket, None)
        if before is not None and before.waits:
            self._line[before.queue] -= 1
        if visit is not None:
            self._visits[ticket] = visit
            if visit.waits:
                self._line[visit.queue] = self._line.get(visit.queue, 0) + 1

    def _known(self, ticket: str) -> v.Visit:
        """The visit, or one of which nothing is known because it began before."""
        return self._visits.get(ticket) or v.Visit(ticket, "", "", "", 0, 0, first=False, waits=False)

    def _called(self, event: e.TicketCalled, tick: int) -> tuple[v.Seen, ...]:
        press = self._presses.get(event.window) if event.continues else None
        if press is None:
            press = self._press(event.window, event.ticket)
        else:
            self._keep(press, event.window, event.ticket)
        before, visit = self._desks.get(event.window, _FREE), self._known(event.ticket)
        waited = gap = None
        unsure = False
        if visit.ready:
            waited = tick - visit.ready
            if event.continues and visit.ready > before.called:
                # One press for done and next: with nobody in line it came when somebody did, not when it was done.
                unsure = True
                press.changes[:] = (
                    change._replace(called=0) if isinstance(change, v.Ended) else change for change in press.changes
                )
            elif before.free and visit.ready <= before.free:
                gap = tick - before.free
        first, known = visit.first, event.ticket in self._visits
        visit = visit._replace(ready=0, first=False, waits=False)
        if known:
            self._put(visit, event.ticket)
        load = self._line.get(visit.queue, 0)
        self._desks[event.window] = _Desk(
            event.ticket, visit.service, tick, 0, self._clerks.get(event.window, ""), load
        )
        return self._pressed_one(press, v.Called(visit, tick, event.window, waited, first, gap, load, unsure))

    def _pressed_one(self, press: _Press, change: v.Change) -> tuple[v.Seen, ...]:
        press.changes.append(change)
        return (change,)

    def _recalled(self, event: e.TicketRecalled, tick: int) -> tuple[v.Seen, ...]:
        press = self._press(event.window, event.ticket)
        return self._pressed_one(press, v.Recalled(self._known(event.ticket), tick, event.window, event.count))

    def _started(self, event: e.ServiceStarted, tick: int) -> tuple[v.Seen, ...]:
        press = self._press(event.window, event.ticket)
        return self._pressed_one(press, v.Started(self._known(event.ticket), tick, event.window))

    def _end(
        self, press: _Press, window: str, how: v.How, visit: v.Visit, service: str, tick: int
    ) -> tuple[v.Seen, ...]:
        """The turn at `window` ends; what it took is known where its call was seen and nothing came between."""
        desk = self._desks.get(window, _FREE)
        mine = desk.ticket == visit.ticket
        # A matter that another clerk took over is nobody's measure.
        clerk = desk.clerk if desk.clerk == self._clerks.get(window) else ""
        called = desk.called if mine and how != "held" else 0
        self._desks[window] = desk._replace(ticket="", free=tick, called=0 if how == "held" else desk.called)
        return self._pressed_one(press, v.Ended(visit, tick, window, how, service, called, clerk, desk.load))

    def _finished(self, event: e.ServiceFinished, tick: int) -> tuple[v.Seen, ...]:
        press, visit = self._press(event.window, event.ticket), self._known(event.ticket)
        self._put(None, event.ticket)
        return self._end(press, event.window, "served", visit, event.service, tick)

    def _advanced(self, event: e.ServiceAdvanced, tick: int) -> tuple[v.Seen, ...]:
        press = self._press(event.window, event.ticket)
        visit = self._goes_on(event.ticket, event.next_service, event.queue, tick)
        return self._end(press, event.window, "advanced", visit, event.service, tick)

    def _goes_on(self, ticket: str, service: str, queue: str, tick: int) -> v.Visit:
        """Into line again, for another matter or window: not the wait of somebody who comes."""
        known = ticket in self._visits
        visit = self._known(ticket)._replace(service=service, queue=queue, ready=tick, first=False, waits=True)
        if known:
            self._put(visit, ticket)
        return visit

    def _put_off(self, event: e.TicketMissed | e.TicketHeld, tick: int) -> tuple[v.Seen, ...]:
        press, visit = self._press(event.window, event.ticket), self._known(event.ticket)
        how: v.How = "missed" if isinstance(event, e.TicketMissed) else "held"
        return self._end(press, event.window, how, visit, self._in_hand(event.window, event.ticket), tick)

    def _in_hand(self, window: str, ticket: str) -> str:
        desk = self._desks.get(window, _FREE)
        return desk.service if desk.ticket == ticket else ""

    def _resumed(self, event: e.TicketResumed, tick: int) -> tuple[v.Seen, ...]:
        """How long a matter takes that was put aside is not known."""
        press, visit = self._press(event.window, event.ticket), self._known(event.ticket)
        desk = self._desks.get(event.window, _FREE)
        self._desks[event.window] = desk._replace(ticket=event.ticket, service="", called=0, free=0)
        return self._pressed_one(press, v.Resumed(visit, tick, event.window))

    def _transferred(self, event: e.TicketTransferred, tick: int) -> tuple[v.Seen, ...]:
        before = self._known(event.ticket)
        if not event.window:
            visit = self._goes_on(event.ticket, event.services[0], event.queue, tick)
            return self._now(event.ticket, v.Moved(visit, tick, before))
        press, service = self._press(event.window, event.ticket), self._in_hand(event.window, event.ticket)
        visit = self._goes_on(event.ticket, event.services[0], event.queue, tick)
        return self._end(press, event.window, "transferred", visit, service, tick)

    def _voided(self, event: e.TicketVoided, tick: int) -> tuple[v.Seen, ...]:
        press = self._presses.get(event.window) or self._press(event.window, event.ticket)
        self._keep(press, event.window, event.ticket)
        visit = self._known(event.ticket)
        self._put(None, event.ticket)
        return self._pressed_one(press, v.Gone(visit, tick, "void", None))

    def _undone(self, event: e.PressUndone, tick: int) -> tuple[v.Seen, ...]:
        press = self._presses.pop(event.window, None)
        if press is None:
            return (v.TakenBack(event.window, event.press, event.tickets, ()),)
        self._desks[event.window] = press.desk
        for ticket, visit in press.before.items():
            self._pressed.pop(ticket, None)
            self._put(visit, ticket)
        return (v.TakenBack(event.window, event.press, event.tickets, tuple(press.changes)),)

    # -- people, windows, days --------------------------------------------------------------------

    def _issued(self, event: e.TicketIssued, tick: int) -> tuple[v.Seen, ...]:
        ready = max(tick, event.not_before)
        visit = v.Visit(event.ticket, event.services[0], event.queue, event.class_, tick, ready)
        self._put(visit, event.ticket)
        return self._now(event.ticket, v.Came(visit, tick))

    def _returned(self, event: e.TicketReturned, tick: int) -> tuple[v.Seen, ...]:
        """A returner lets others go first: from here on nothing is learnt from the time in line."""
        visit = self._known(event.ticket)._replace(ready=0, first=False, waits=True)
        if event.ticket in self._visits:
            self._put(visit, event.ticket)
        return self._now(event.ticket, v.Returned(visit, tick))

    def _postponed(self, event: e.TicketPostponed, tick: int) -> tuple[v.Seen, ...]:
        """By their own choice: nothing is learnt from the time in line."""
        visit = self._known(event.ticket)._replace(ready=0)
        if event.ticket in self._visits:
            self._put(visit, event.ticket)
        return self._now(event.ticket, v.Postponed(visit, tick))

    def _reopened(self, event: e.TicketReopened, tick: int) -> tuple[v.Seen, ...]:
        """Back in line after a turn of the day that was none: nothing is learnt from the time in between."""
        visit = v.Visit(event.ticket, event.service, event.queue, event.class_, tick, 0, first=False, waits=True)
        self._put(visit, event.ticket)
        return self._now(event.ticket, v.Returned(visit, tick))

    def _prioritised(self, event: e.TicketPrioritised, tick: int) -> tuple[v.Seen, ...]:
        before = self._known(event.ticket)
        visit = before._replace(class_="priority")
        if event.ticket in self._visits:
            self._put(visit, event.ticket)
        return self._now(event.ticket, v.Moved(visit, tick, before))

    def _prepared(self, event: e.TicketPrepared | e.TicketUnprepared, tick: int) -> tuple[v.Seen, ...]:
        """With its place into another line: nothing is learnt from the time in this one."""
        before = self._known(event.ticket)
        visit = self._goes_on(event.ticket, event.services[0], event.queue, tick)._replace(class_=event.class_)
        if event.ticket in self._visits:
            self._put(visit, event.ticket)
        return self._now(event.ticket, v.Moved(visit, tick, before))

    def _left(self, event: e.TicketCancelled | e.TicketExpired, tick: int) -> tuple[v.Seen, ...]:
        visit = self._known(event.ticket)
        self._put(None, event.ticket)
        for window, desk in self._desks.items():
            if desk.ticket == event.ticket:
                self._desks[window] = desk._replace(ticket="", called=0, free=tick)
        waited = max(0, tick - visit.ready) if visit.ready else None
        how: v.Left = "cancelled" if isinstance(event, e.TicketCancelled) else "expired"
        return self._now(event.ticket, v.Gone(visit, tick, how, waited))

    def _opened(self, event: e.WindowOpened, tick: int) -> tuple[v.Seen, ...]:
        self._clerks[event.window] = event.staff
        self._desks[event.window] = self._desks.get(event.window, _FREE)._replace(free=0)
        since, reason = self._paused.pop(event.window, (0, ""))
        if not since:
            return ()
        pause = v.Paused(event.window, reason, tick - since)
        self._stood.append(pause)
        return (pause,)

    def _pause(self, event: e.WindowPaused, tick: int) -> tuple[v.Seen, ...]:
        self._paused[event.window] = tick, event.reason
        self._desks[event.window] = self._desks.get(event.window, _FREE)._replace(free=0)
        return ()

    def _closed(self, event: e.WindowClosed, tick: int) -> tuple[v.Seen, ...]:
        self._settle(event.window)
        self._desks.pop(event.window, None)
        self._paused.pop(event.window, None)
        return ()

    def _day_opened(self, event: e.DayOpened, tick: int) -> tuple[v.Seen, ...]:
        self.settle()
        at_desks = {desk.ticket for desk in self._desks.values()}
        for ticket in [ticket for ticket in self._visits if ticket not in at_desks]:
            self._put(None, ticket)
        return ()


_FREE = _Desk()

_RULES: dict[type, Callable[[Visits, Any, int], tuple[v.Seen, ...]]] = {
    e.TicketIssued: Visits._issued,
    e.TicketCalled: Visits._called,
    e.TicketRecalled: Visits._recalled,
    e.ServiceStarted: Visits._started,
    e.ServiceFinished: Visits._finished,
    e.ServiceAdvanced: Visits._advanced,
    e.TicketMissed: Visits._put_off,
    e.TicketVoided: Visits._voided,
    e.TicketReturned: Visits._returned,
    e.TicketPostponed: Visits._postponed,
    e.TicketReopened: Visits._reopened,
    e.TicketHeld: Visits._put_off,
    e.TicketResumed: Visits._resumed,
    e.TicketTransferred: Visits._transferred,
    e.TicketPrioritised: Visits._prioritised,
    e.TicketPrepared: Visits._prepared,
    e.TicketUnprepared: Visits._prepared,
    e.TicketCancelled: Visits._left,
    e.TicketExpired: Visits._left,
    e.PressUndone: Visits._undone,
    e.WindowOpened: Visits._opened,
    e.WindowPaused: Visits._pause,
    e.WindowClosed: Visits._closed,
    e.DayOpened: Visits._day_opened,
}
