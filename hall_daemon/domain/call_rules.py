"""What a clerk does with whoever is called: from the call to the end, and taking it back. Rules that `decide` has in
its table."""

from __future__ import annotations

from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.dispatch import choose, order
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment, Plan, Window
from hall_daemon.domain.refusal import (
    Decision,
    Declined,
    Events,
    Refused,
    at_window,
    cannot_go_to,
    open_window,
    ticket_of,
    window_of,
)
from hall_daemon.domain.ticket import Ticket

# A hall hears no more recalls than this, and a journal keeps each.
RECALL_EVERY_MS = 2000


def call_next(plan: Plan, hall: Hall, command: c.CallNext, now: Moment) -> Decision:
    window = open_window(plan, hall, command.window)
    cleared = _clear_for_call(plan, hall, window, now)
    back = goes_on(hall, cleared)
    if back is None:
        choice = choose(hall, window, now, plan.policy)
    else:
        choice = next(iter(order(hall, window, now, plan.policy, 1, back)), None)
    if choice is None:
        # The one before is finished all the same: the clerk pressed because that person is done.
        return cleared or Refused("nobody_waits", {"window": window.label})
    credit = choice.credit if choice.credit != hall.window(window.id).credit else {}
    return (*cleared, e.TicketCalled(window.id, choice.ticket.id, choice.reason, credit, bool(cleared)))


def call_ticket(plan: Plan, hall: Hall, command: c.CallTicket, now: Moment) -> Decision:
    window = open_window(plan, hall, command.window)
    ticket = ticket_of(hall, command.ticket, "called")
    if command.reason not in plan.pick_reasons:
        return Refused("pick_reason_needed", {"known": ", ".join(plan.pick_reasons)})
    if not window.takes(ticket.service):
        return Refused("not_skilled", {"window": window.label, "service": ticket.service})
    if ticket.only_window and ticket.only_window != window.id:
        return Refused("reserved", {"number": ticket.number, "window": ticket.only_window})
    cleared = _clear_for_call(plan, hall, window, now)
    reason = e.Reason("picked", {"why": command.reason})
    return (*cleared, e.TicketCalled(window.id, ticket.id, reason, {}, bool(cleared)))


def goes_on(hall: Hall, events: Events) -> Ticket | None:
    """Whom `events` put back into line for their next matter, as they will wait there, or None."""
    for event in events:
        if isinstance(event, e.ServiceAdvanced):
            return hall.tickets[event.ticket].with_next_matter(event.queue, event.only_window)
    return None


def _clear_for_call(plan: Plan, hall: Hall, window: Window, now: Moment) -> Events:
    """What must be finished at the window before it calls again; declines when it may not call."""
    state = hall.window(window.id)
    if not state.ticket:
        return ()
    current = hall.tickets[state.ticket]
    if current.state == "called":
        left_ms = current.called_tick + plan.policy.recall_lock_s * 1000 - now.tick
        if left_ms > 0:
            raise Declined("called_just_now", {"number": current.number, "retry_after_ms": left_ms})
    if not plan.policy.call_next_finishes:
        raise Declined("window_busy", {"window": window.label, "number": current.number})
    return _finish_events(plan, hall, window.id, current)


def recall(plan: Plan, hall: Hall, command: c.Recall, now: Moment) -> Decision:
    ticket = at_window(plan, hall, command.window, "recalled")
    left_ms = ticket.called_tick + RECALL_EVERY_MS - now.tick
    if ticket.calls > 1 and left_ms > 0:
        return Refused("recalled_just_now", {"number": ticket.number, "retry_after_ms": left_ms})
    return (e.TicketRecalled(command.window, ticket.id, ticket.calls + 1),)


def start(plan: Plan, hall: Hall, command: c.Start, now: Moment) -> Decision:
    ticket = at_window(plan, hall, command.window, "started")
    return (e.ServiceStarted(command.window, ticket.id),)


def finish(plan: Plan, hall: Hall, command: c.Finish, now: Moment) -> Decision:
    ticket = at_window(plan, hall, command.window, "finished")
    return _finish_events(plan, hall, command.window, ticket)


def _finish_events(plan: Plan, hall: Hall, window: str, ticket: Ticket) -> Events:
    if len(ticket.services) == 1 or not hall.day_open or ticket.day != hall.day:
        return (e.ServiceFinished(window, ticket.id, ticket.service),)
    following = ticket.services[1]
    queue = plan.services[following].queue if following in plan.services else ticket.queue
    back = ticket.back_to.get(following, "")
    if back and (back not in plan.windows or cannot_go_to(plan, hall, back, following)):
        back = ""
    return (
        e.ServiceAdvanced(
            window=window,
            ticket=ticket.id,
            service=ticket.service,
            next_service=following,
            queue=queue,
            only_window=back,
        ),
    )


def miss(plan: Plan, hall: Hall, command: c.Miss, now: Moment) -> Decision:
    state = hall.window(command.window)
    if command.call and (state.ticket != command.call or hall.tickets[command.call].state != "called"):
        return ()
    ticket = at_window(plan, hall, command.window, "missed")
    missed = e.TicketMissed(command.window, ticket.id, ticket.misses + 1, now.tick + plan.policy.missed_lock_s * 1000)
    if ticket.misses + 1 >= plan.policy.misses_before_void:
        return (missed, e.TicketVoided(command.window, ticket.id))
    return (missed,)


def hold(plan: Plan, hall: Hall, command: c.Hold, now: Moment) -> Decision:
    ticket = at_window(plan, hall, command.window, "held")
    return (e.TicketHeld(command.window, ticket.id),)


def resume(plan: Plan, hall: Hall, command: c.Resume, now: Moment) -> Decision:
    window = open_window(plan, hall, command.window)
    state = hall.window(window.id)
    if state.ticket:
        number = hall.tickets[state.ticket].number
        return Refused("window_busy", {"window": window.label, "number": number})
    ticket_id = command.ticket or (state.held[-1] if state.held else "")
    if ticket_id not in state.held:
        return Refused("nothing_held", {"window": window.label})
    return (e.TicketResumed(window.id, ticket_id),)


def _untouched(plan: Plan, hall: Hall, pressed: Ticket) -> bool:
    """Nothing happened to it since that press, but that its holder may have said to be on the way, and that it may wait
    as its review says by now: undone, it does so again."""
    ticket = hall.tickets.get(pressed.id)
    if ticket is None:
        return False
    if ticket.review != pressed.review and _plain(plan, ticket) == _plain(plan, pressed):
        ticket = ticket._replace(
            services=pressed.services, queue=pressed.queue, class_=pressed.class_, after_calls=pressed.after_calls,
            back_to=pressed.back_to, review=pressed.review,
        )
    return ticket._replace(coming=pressed.coming) == pressed


def _plain(plan: Plan, ticket: Ticket) -> tuple[str, ...]:
    """What it comes for, prepared or not."""
    return tuple(plan.plain.get(service, service) for service in ticket.services)


def undo(plan: Plan, hall: Hall, command: c.Undo, now: Moment) -> Decision:
    window = window_of(plan, command.window)
    press = hall.presses.get(window.id)
    if press is None:
        return Refused("nothing_to_undo", {"window": window.label})
    if now.tick - press.tick > plan.policy.undo_s * 1000:
        return Refused("undo_too_late", {"window": window.label, "limit_s": plan.policy.undo_s})
    if not all(_untouched(plan, hall, ticket) for ticket in press.after):
        return Refused("undo_overtaken", {"window": window.label})
    tickets, services = (tuple(ticket.id for ticket in press.before), tuple(each.services[0] for each in press.before))
    return (e.PressUndone(window.id, tickets, press.name, services),)
