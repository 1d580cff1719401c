"""An event becomes the new hall. The only code that changes a Hall; replaying a journal is calling this.

`evolve(hall, event, now)` changes `hall` in place and returns it. It needs no plan and refuses nothing: an event
that the table of life does not allow raises IllegalStep, which means a broken journal or a broken rule.
"""

from __future__ import annotations

from typing import Any

from hall_daemon.domain import events as e
from hall_daemon.domain.evolve_day import EVOLVE_DAY, Evolver
from hall_daemon.domain.hall import Hall, Press, Slip, WindowState
from hall_daemon.domain.plan import Moment
from hall_daemon.domain.ticket import Place, Step, Ticket, after


def evolve(hall: Hall, event: e.Event, now: Moment) -> Hall:
    """Apply one event that happened at `now`; one of another book changes nothing. Raises IllegalStep."""
    if not isinstance(event, e.Beside):
        EVOLVE[type(event)](hall, event, now)
    return hall


def _move(hall: Hall, ticket_id: str, step: Step, **changes: Any) -> tuple[Ticket, Ticket]:
    """Take one step in a ticket's life; returns it before and after."""
    before = hall.tickets[ticket_id]
    return _moved(hall, before, before._replace(state=after(before, step), **changes), step)


def _moved(hall: Hall, before: Ticket, moved: Ticket, step: Step) -> tuple[Ticket, Ticket]:
    hall.put(moved)
    hall.tally[step] = hall.tally.get(step, 0) + 1
    return before, moved


def _press(
    hall: Hall, name: str, window: WindowState, now: Moment, change: tuple[Ticket, Ticket], continues: bool = False
) -> None:
    """Remember what undo would put back. `continues` adds to the press that is already there."""
    old = hall.presses.get(window.id)
    if continues and old is not None:
        kept = {ticket.id: ticket for ticket in old.after}
        kept[change[1].id] = change[1]
        before = old.before
        if all(ticket.id != change[0].id for ticket in before):
            before = (*before, change[0])
        hall.presses[window.id] = old._replace(name=name, before=before, after=tuple(kept.values()))
    else:
        hall.presses[window.id] = Press(name, now.tick, window, (change[0],), (change[1],))


def _vacate(hall: Hall, ticket: Ticket) -> None:
    """Take the ticket off the window it stands at or is held by."""
    if not ticket.window:
        return
    state = hall.window(ticket.window)
    if state.ticket == ticket.id:
        hall.windows[state.id] = state._replace(ticket="")
    elif ticket.id in state.held:
        hall.windows[state.id] = state._replace(held=tuple(t for t in state.held if t != ticket.id))


def _leave_served(hall: Hall, ticket: Ticket, now: Moment) -> None:
    """The matter is done: off the window, which remembers whom it served last."""
    _vacate(hall, ticket)
    if ticket.window:
        state = hall.window(ticket.window)
        hall.windows[state.id] = state._replace(last=ticket.id, last_tick=now.tick)


# -- tickets -------------------------------------------------------------------------------------


def _issued(hall: Hall, event: e.TicketIssued, now: Moment) -> None:
    hall.counts[event.queue] = event.count
    hall.serial = event.serial
    for service in event.services:
        hall.issued[service] = hall.issued.get(service, 0) + 1
    hall.tally["issued"] = hall.tally.get("issued", 0) + 1
    hall.put(
        Ticket(  # in the order of its fields
            event.ticket,
            event.number,
            event.day,
            event.queue,
            event.services,
            event.class_,
            "waiting",
            Place(event.since, event.serial),
            event.token,
            now.tick,
            now.wall,
            event.not_before,
            0,
            None,
            None,
            0,
            0,
            0,
            0,
            0,
            event.class_reason,
            event.subject,
            event.channel,
            review=event.review,
        )
    )
    if event.printer:
        hall.slips[event.ticket] = Slip(event.ticket, event.printer, "pending")


def _called(hall: Hall, event: e.TicketCalled, now: Moment) -> None:
    state = hall.window(event.window)
    change = _move(
        hall, event.ticket, "called", window=event.window, called_tick=now.tick, started_tick=0,
        calls=1, after_calls=0, not_before=0, only_window=None, coming=False,
    )
    _press(hall, "call", state, now, change, event.continues)
    hall.windows[state.id] = state.after_call(event.ticket, event.reason.code, event.credit)
    service = change[1].services[0]
    hall.calls[service] = hall.calls.get(service, 0) + 1


def _recalled(hall: Hall, event: e.TicketRecalled, now: Moment) -> None:
    change = _move(hall, event.ticket, "recalled", calls=event.count, called_tick=now.tick)
    _press(hall, "recall", hall.window(event.window), now, change)


def _started(hall: Hall, event: e.ServiceStarted, now: Moment) -> None:
    change = _move(hall, event.ticket, "started", started_tick=now.tick)
    _press(hall, "start", hall.window(event.window), now, change)


def _finished(hall: Hall, event: e.ServiceFinished, now: Moment) -> None:
    state = hall.window(event.window)
    change = _move(hall, event.ticket, "finished", ended_tick=now.tick)
    _leave_served(hall, change[0], now)
    _press(hall, "finish", state, now, change)


def _advanced(hall: Hall, event: e.ServiceAdvanced, now: Moment) -> None:
    state = hall.window(event.window)
    ticket = hall.tickets[event.ticket]
    change = _moved(hall, ticket, ticket.with_next_matter(event.queue, event.only_window), "advanced")
    _leave_served(hall, change[0], now)
    _press(hall, "finish", state, now, change)


def _missed(hall: Hall, event: e.TicketMissed, now: Moment) -> None:
    state = hall.window(event.window)
    change = _move(hall, event.ticket, "missed", misses=event.misses, not_before=event.not_before, ended_tick=now.tick)
    _vacate(hall, change[0])
    _press(hall, "miss", state, now, change)


def _voided(hall: Hall, event: e.TicketVoided, now: Moment) -> None:
    change = _move(hall, event.ticket, "voided", ended_tick=now.tick)
    _press(hall, "miss", hall.window(event.window), now, change, continues=True)


def _returned(hall: Hall, event: e.TicketReturned, now: Moment) -> None:
    _move(hall, event.ticket, "returned", after_calls=event.after_calls, not_before=event.not_before, window=None)


def _postponed(hall: Hall, event: e.TicketPostponed, now: Moment) -> None:
    place = hall.tickets[event.ticket].place._replace(since=event.since)
    _move(
        hall, event.ticket, "postponed", place=place, not_before=event.not_before, postponed=event.count,
        postponed_until=event.until,
    )


def _coming(hall: Hall, event: e.HolderComing, now: Moment) -> None:
    _move(hall, event.ticket, "coming", coming=True)


def _held(hall: Hall, event: e.TicketHeld, now: Moment) -> None:
    state = hall.window(event.window)
    change = _move(hall, event.ticket, "held")
    hall.windows[state.id] = state._replace(ticket="", held=(*state.held, event.ticket))
    _press(hall, "hold", state, now, change)


def _resumed(hall: Hall, event: e.TicketResumed, now: Moment) -> None:
    state = hall.window(event.window)
    change = _move(hall, event.ticket, "resumed")
    held = tuple(ticket_id for ticket_id in state.held if ticket_id != event.ticket)
    hall.windows[state.id] = state._replace(ticket=event.ticket, held=held)
    _press(hall, "resume", state, now, change)


def _transferred(hall: Hall, event: e.TicketTransferred, now: Moment) -> None:
    state = hall.window(event.window) if event.window else None
    hall.serial = max(hall.serial, event.serial)
    change = _move(
        hall, event.ticket, "transferred", services=event.services, queue=event.queue,
        place=Place(event.since, event.serial), only_window=event.only_window or None, window=None,
        back_to=event.back_to,
    )
    _vacate(hall, change[0])
    if state is not None:
        _press(hall, "transfer", state, now, change)


def _prioritised(hall: Hall, event: e.TicketPrioritised, now: Moment) -> None:
    _move(hall, event.ticket, "prioritised", class_="priority", class_reason=event.reason)


def _prepared(hall: Hall, event: e.TicketPrepared | e.TicketUnprepared, now: Moment) -> None:
    step: Step = "prepared" if isinstance(event, e.TicketPrepared) else "unprepared"
    before = hall.tickets[event.ticket]
    becomes = dict(zip(before.services, event.services, strict=True))
    _move(
        hall, event.ticket, step, services=event.services, queue=event.queue, class_=event.class_,
        after_calls=event.after_calls, review=event.review if step == "prepared" else "",
        back_to={becomes[service]: window for service, window in before.back_to.items()},
    )


def _cancelled(hall: Hall, event: e.TicketCancelled, now: Moment) -> None:
    before, _ = _move(hall, event.ticket, "cancelled", ended_tick=now.tick)
    _vacate(hall, before)


def _expired(hall: Hall, event: e.TicketExpired, now: Moment) -> None:
    before, _ = _move(hall, event.ticket, "expired", ended_tick=now.tick)
    _vacate(hall, before)
    hall.expired[before.id] = before


def _holder_named(hall: Hall, event: e.HolderNamed, now: Moment) -> None:
    hall.put(hall.tickets[event.ticket]._replace(subject=event.subject))


def _undone(hall: Hall, event: e.PressUndone, now: Moment) -> None:
    press = hall.presses.pop(event.window)
    for ticket in press.before:
        hall.put(ticket)
    old = press.window
    # Who was put aside here and has left since stays away.
    held = tuple(ticket_id for ticket_id in old.held if hall.tickets[ticket_id].state == "held")
    hall.windows[old.id] = hall.window(old.id)._replace(
        ticket=old.ticket, held=held, credit=old.credit, calls_since_guard=old.calls_since_guard,
        last=old.last, last_tick=old.last_tick,
    )
    hall.tally["undone"] = hall.tally.get("undone", 0) + 1


# -- windows, paper, day -------------------------------------------------------------------------


def _opened(hall: Hall, event: e.WindowOpened, now: Moment) -> None:
    state = hall.window(event.window)
    hall.windows[state.id] = state._replace(status="open", staff=event.staff, reason="", since=now.tick)
    if event.taken_from:
        # Nobody takes back what another clerk pressed.
        hall.presses.pop(state.id, None)


def _paused(hall: Hall, event: e.WindowPaused, now: Moment) -> None:
    state = hall.window(event.window)
    hall.windows[state.id] = state._replace(status="paused", reason=event.reason, since=now.tick)


def _closed(hall: Hall, event: e.WindowClosed, now: Moment) -> None:
    before = hall.window(event.window)
    hall.windows[event.window] = WindowState(
        event.window, since=now.tick, last=before.last, last_tick=before.last_tick
    )
    hall.presses.pop(event.window, None)
    # Who was to come back to this clerk may now be called by anybody skilled.
    for _, ticket_id in tuple(hall.reserved.get(event.window, ())):
        hall.put(hall.tickets[ticket_id]._replace(only_window=None))


def _rated(hall: Hall, event: e.ServiceRated, now: Moment) -> None:
    hall.ratings[event.ticket] = event.level


def _slip_requested(hall: Hall, event: e.SlipRequested, now: Moment) -> None:
    before = hall.slips.get(event.ticket)
    reprints = before.reprints + 1 if before else 1
    hall.slips[event.ticket] = Slip(event.ticket, event.printer, "pending", event.copy, reprints=reprints)


def _slip_reported(hall: Hall, event: e.SlipReported, now: Moment) -> None:
    slip = hall.slips.get(event.ticket)
    if slip is not None:
        reprints = max(0, slip.reprints - 1) if event.result == "failed" else slip.reprints
        hall.slips[event.ticket] = slip._replace(state=event.result, detail=event.detail, reprints=reprints)


def _announced(hall: Hall, event: e.CallAnnounced, now: Moment) -> None:
    hall.tally["announced"] = hall.tally.get("announced", 0) + 1


EVOLVE: dict[type, Evolver] = {
    **EVOLVE_DAY,
    e.TicketIssued: _issued,
    e.TicketCalled: _called,
    e.TicketRecalled: _recalled,
    e.ServiceStarted: _started,
    e.ServiceFinished: _finished,
    e.ServiceAdvanced: _advanced,
    e.TicketMissed: _missed,
    e.TicketVoided: _voided,
    e.TicketReturned: _returned,
    e.TicketPostponed: _postponed,
    e.HolderComing: _coming,
    e.TicketHeld: _held,
    e.TicketResumed: _resumed,
    e.TicketTransferred: _transferred,
    e.TicketPrioritised: _prioritised,
    e.TicketPrepared: _prepared,
    e.TicketUnprepared: _prepared,
    e.TicketCancelled: _cancelled,
    e.TicketExpired: _expired,
    e.HolderNamed: _holder_named,
    e.PressUndone: _undone,
    e.WindowOpened: _opened,
    e.WindowPaused: _paused,
    e.WindowClosed: _closed,
    e.ServiceRated: _rated,
    e.SlipRequested: _slip_requested,
    e.SlipReported: _slip_reported,
    e.CallAnnounced: _announced,
}
