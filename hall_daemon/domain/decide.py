"""A command becomes events, or a refusal. Pure: reads the hall, changes nothing.

`decide(plan, hall, command, now)` looks the rule up in RULES. Everything the plan has a say in (numbers, limits,
places) is written into the events, so that `evolve` needs no plan. A refusal is a value the caller reads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from typing import Any

from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.dispatch import ahead, choose
from hall_daemon.domain.hall import Hall, WindowState
from hall_daemon.domain.hours import issue_refusal
from hall_daemon.domain.plan import Moment, Plan, Window
from hall_daemon.domain.ticket import AT_WINDOW, FINAL, LIFE, Place, Step, Ticket, id_of
from hall_daemon.domain.value import value

MAX_SERVICES = 8
# Re-prints of one number that came out, or may yet; a slip that failed is not one.
MAX_REPRINTS = 5


@value
class Refused:
    """The command was understood and not done. `code` is one of REFUSALS; `facts` fill in its words."""

    code: str
    facts: dict[str, str | int] = field(default_factory=dict)


Events = tuple[e.Event, ...]
Decision = Events | Refused


def decide(plan: Plan, hall: Hall, command: c.Command, now: Moment) -> Decision:
    """The events `command` causes, possibly none (nothing to do), or why it is refused."""
    return RULES[type(command)](plan, hall, command, now)


# -- tickets -------------------------------------------------------------------------------------


def _issue(plan: Plan, hall: Hall, command: c.IssueTicket, now: Moment) -> Decision:
    services = command.services
    if not services or len(services) > MAX_SERVICES or len(set(services)) != len(services):
        return Refused("bad_services", {"max": MAX_SERVICES})
    for service_id in services:
        if service_id not in plan.services:
            return Refused("unknown_service", {"service": service_id, "known": ", ".join(plan.services)})
    if not hall.day_open:
        return Refused("day_closed")
    for service_id in services:
        refusal = issue_refusal(plan, hall, plan.services[service_id], now)
        if refusal is not None:
            return Refused(*refusal)
    class_, since, not_before = "ordinary", now.tick, 0
    if command.class_ == "priority":
        if command.class_reason not in plan.priority_reasons:
            return Refused("priority_reason_needed", {"known": ", ".join(plan.priority_reasons)})
        class_ = "priority"
    elif command.class_ == "appointment":
        if command.slot is None:
            return Refused("slot_needed")
        begins, ends = command.slot
        if now.wall <= ends + plan.policy.appointment_late_s * 1000:
            # Somebody early waits from the slot, somebody late from the check-in.
            class_ = "appointment"
            since = now.tick + max(0, begins - now.wall)
            not_before = max(0, since - plan.policy.appointment_early_s * 1000)
            if not_before <= now.tick:
                not_before = 0
    elif command.class_ != "ordinary":
        return Refused("unknown_class", {"class": command.class_})
    queue = plan.queues[plan.services[services[0]].queue]
    count = hall.counts.get(queue.id, queue.first - 1) + 1
    number = queue.number(count)
    place = Place(since, hall.serial + 1)
    promised = ahead(hall, plan.rivals(services[0], hall.open_windows), class_, place, plan.policy)
    return (
        e.TicketIssued(
            id_of(hall.day, number), number, hall.day, queue.id, count, services, command.token,
            place.serial, since, promised, class_,
            command.class_reason if class_ == "priority" else "",
            not_before, command.printer, command.subject, command.channel,
        ),
    )  # fmt: skip


def _return(plan: Plan, hall: Hall, command: c.Return, now: Moment) -> Decision:
    ticket = _ticket(hall, command.ticket, "returned")
    if isinstance(ticket, Refused):
        return ticket
    limit = plan.policy.return_limit_s
    if limit and now.tick - ticket.ended_tick > limit * 1000:
        return Refused("return_too_late", {"number": ticket.number, "limit_min": limit // 60})
    after_calls = hall.calls.get(ticket.service, 0) + plan.policy.return_after_calls
    return (e.TicketReturned(ticket.id, after_calls, ticket.not_before),)


def _transfer(plan: Plan, hall: Hall, command: c.Transfer, now: Moment) -> Decision:
    ticket = _ticket(hall, command.ticket, "transferred")
    if isinstance(ticket, Refused):
        return ticket
    service_id = command.service or ticket.service
    if service_id not in plan.services:
        return Refused("unknown_service", {"service": service_id, "known": ", ".join(plan.services)})
    only = command.to_window or ((ticket.window or "") if command.keep == "clerk" else "")
    if only:
        target = plan.windows.get(only)
        if target is None:
            return Refused("unknown_window", {"window": only, "known": ", ".join(plan.windows)})
        if hall.window(only).status == "closed":
            return Refused("window_closed", {"window": target.label})
    elif command.keep == "clerk":
        return Refused("no_first_clerk", {"number": ticket.number})
    place = Place(now.tick, hall.serial + 1) if command.keep == "end" else ticket.place
    services = (service_id, *(s for s in ticket.services[1:] if s != service_id))
    queue = plan.services[service_id].queue
    return (
        e.TicketTransferred(
            ticket.id, ticket.window or "", services, queue, place.since, place.serial, only
        ),
    )  # fmt: skip


def _cancel(plan: Plan, hall: Hall, command: c.Cancel, now: Moment) -> Decision:
    ticket = _ticket(hall, command.ticket, "cancelled")
    if isinstance(ticket, Refused):
        return ticket
    return (e.TicketCancelled(ticket.id),)


def _name_holder(plan: Plan, hall: Hall, command: c.NameHolder, now: Moment) -> Decision:
    ticket = hall.tickets.get(command.ticket)
    if ticket is None:
        return Refused("unknown_ticket", {"ticket": command.ticket})
    if ticket.state in FINAL:
        return Refused("ticket_over", {"number": ticket.number, "state": ticket.state})
    return (e.HolderNamed(ticket.id, command.subject, ticket.subject),)


# -- calls ---------------------------------------------------------------------------------------


def _call_next(plan: Plan, hall: Hall, command: c.CallNext, now: Moment) -> Decision:
    window = _open_window(plan, hall, command.window)
    if isinstance(window, Refused):
        return window
    cleared = _clear_for_call(plan, hall, window, now)
    if isinstance(cleared, Refused):
        return cleared
    choice = choose(hall, window, now, plan.policy)
    if choice is None:
        # The one before is finished all the same: the clerk pressed because that person is done.
        return cleared or Refused("nobody_waits", {"window": window.label})
    credit = choice.credit if choice.credit != hall.window(window.id).credit else {}
    return (*cleared, e.TicketCalled(window.id, choice.ticket.id, choice.reason, credit, bool(cleared)))


def _call_ticket(plan: Plan, hall: Hall, command: c.CallTicket, now: Moment) -> Decision:
    window = _open_window(plan, hall, command.window)
    if isinstance(window, Refused):
        return window
    ticket = _ticket(hall, command.ticket, "called")
    if isinstance(ticket, Refused):
        return ticket
    if command.reason not in plan.pick_reasons:
        return Refused("pick_reason_needed", {"known": ", ".join(plan.pick_reasons)})
    if window.skills.get(ticket.service, "never") == "never":
        return Refused("not_skilled", {"window": window.label, "service": ticket.service})
    if ticket.only_window and ticket.only_window != window.id:
        return Refused("reserved", {"number": ticket.number, "window": ticket.only_window})
    cleared = _clear_for_call(plan, hall, window, now)
    if isinstance(cleared, Refused):
        return cleared
    reason = e.Reason("picked", {"why": command.reason})
    return (*cleared, e.TicketCalled(window.id, ticket.id, reason, {}, bool(cleared)))


def _clear_for_call(plan: Plan, hall: Hall, window: Window, now: Moment) -> Decision:
    """What must be finished at the window before it calls again, or why it may not call."""
    state = hall.window(window.id)
    if not state.ticket:
        return ()
    current = hall.tickets[state.ticket]
    if current.state == "called":
        left_ms = current.called_tick + plan.policy.recall_lock_s * 1000 - now.tick
        if left_ms > 0:
            return Refused("called_just_now", {"number": current.number, "retry_after_ms": left_ms})
    if not plan.policy.call_next_finishes:
        return Refused("window_busy", {"window": window.label, "number": current.number})
    return _finish_events(plan, hall, state)


def _recall(plan: Plan, hall: Hall, command: c.Recall, now: Moment) -> Decision:
    ticket = _at_window(plan, hall, command.window, "recalled")
    if isinstance(ticket, Refused):
        return ticket
    return (e.TicketRecalled(command.window, ticket.id, ticket.calls + 1),)


def _start(plan: Plan, hall: Hall, command: c.Start, now: Moment) -> Decision:
    ticket = _at_window(plan, hall, command.window, "started")
    if isinstance(ticket, Refused):
        return ticket
    return (e.ServiceStarted(command.window, ticket.id),)


def _finish(plan: Plan, hall: Hall, command: c.Finish, now: Moment) -> Decision:
    ticket = _at_window(plan, hall, command.window, "finished")
    if isinstance(ticket, Refused):
        return ticket
    return _finish_events(plan, hall, hall.window(command.window))


def _finish_events(plan: Plan, hall: Hall, state: WindowState) -> Events:
    ticket = hall.tickets[state.ticket]
    if len(ticket.services) == 1 or not hall.day_open or ticket.day != hall.day:
        return (e.ServiceFinished(state.id, ticket.id, ticket.service),)
    following = ticket.services[1]
    queue = plan.services[following].queue if following in plan.services else ticket.queue
    return (e.ServiceAdvanced(state.id, ticket.id, ticket.service, following, queue),)


def _miss(plan: Plan, hall: Hall, command: c.Miss, now: Moment) -> Decision:
    ticket = _at_window(plan, hall, command.window, "missed")
    if isinstance(ticket, Refused):
        return () if command.call else ticket
    if command.call and command.call != ticket.id:
        return ()
    missed = e.TicketMissed(command.window, ticket.id, ticket.misses + 1, now.tick + plan.policy.missed_lock_s * 1000)
    if ticket.misses + 1 >= plan.policy.misses_before_void:
        return (missed, e.TicketVoided(command.window, ticket.id))
    return (missed,)


def _hold(plan: Plan, hall: Hall, command: c.Hold, now: Moment) -> Decision:
    ticket = _at_window(plan, hall, command.window, "held")
    if isinstance(ticket, Refused):
        return ticket
    return (e.TicketHeld(command.window, ticket.id),)


def _resume(plan: Plan, hall: Hall, command: c.Resume, now: Moment) -> Decision:
    window = _open_window(plan, hall, command.window)
    if isinstance(window, Refused):
        return window
    state = hall.window(window.id)
    if state.ticket:
        number = hall.tickets[state.ticket].number
        return Refused("window_busy", {"window": window.label, "number": number})
    ticket_id = command.ticket or (state.held[-1] if state.held else "")
    if ticket_id not in state.held:
        return Refused("nothing_held", {"window": window.label})
    return (e.TicketResumed(window.id, ticket_id),)


def _undo(plan: Plan, hall: Hall, command: c.Undo, now: Moment) -> Decision:
    window = _window(plan, command.window)
    if isinstance(window, Refused):
        return window
    press = hall.presses.get(window.id)
    if press is None:
        return Refused("nothing_to_undo", {"window": window.label})
    if now.tick - press.tick > plan.policy.undo_s * 1000:
        return Refused("undo_too_late", {"window": window.label, "limit_s": plan.policy.undo_s})
    if any(hall.tickets.get(ticket.id) != ticket for ticket in press.after):
        return Refused("undo_overtaken", {"window": window.label})
    return (e.PressUndone(window.id, tuple(ticket.id for ticket in press.before), press.name),)


# -- windows -------------------------------------------------------------------------------------


def _open(plan: Plan, hall: Hall, command: c.OpenWindow, now: Moment) -> Decision:
    window = _window(plan, command.window)
    if isinstance(window, Refused):
        return window
    state = hall.window(window.id)
    for other in hall.windows.values():
        if other.id != window.id and other.status != "closed" and other.staff == command.staff:
            return Refused("staff_elsewhere", {"window": other.id})
    if state.status == "open" and state.staff == command.staff:
        return ()
    if state.status != "closed" and state.staff != command.staff and state.ticket:
        number = hall.tickets[state.ticket].number
        return Refused("window_busy", {"window": window.label, "number": number})
    return (e.WindowOpened(window.id, command.staff),)


def _pause(plan: Plan, hall: Hall, command: c.PauseWindow, now: Moment) -> Decision:
    window = _open_window(plan, hall, command.window)
    if isinstance(window, Refused):
        return window
    if command.reason not in plan.pause_reasons:
        return Refused("pause_reason_needed", {"known": ", ".join(plan.pause_reasons)})
    return (e.WindowPaused(window.id, command.reason),)


def _close(plan: Plan, hall: Hall, command: c.CloseWindow, now: Moment) -> Decision:
    window = _window(plan, command.window)
    if isinstance(window, Refused):
        return window
    state = hall.window(window.id)
    if state.status == "closed":
        return ()
    if state.ticket:
        number = hall.tickets[state.ticket].number
        return Refused("window_busy", {"window": window.label, "number": number})
    if state.held:
        number = hall.tickets[state.held[-1]].number
        return Refused("window_holds", {"window": window.label, "number": number})
    return (e.WindowClosed(window.id),)


# -- paper, voice, day ---------------------------------------------------------------------------


def _request_slip(plan: Plan, hall: Hall, command: c.RequestSlip, now: Moment) -> Decision:
    ticket = hall.tickets.get(command.ticket)
    if ticket is None:
        return Refused("unknown_ticket", {"ticket": command.ticket})
    if ticket.state in FINAL:
        return Refused("ticket_over", {"number": ticket.number, "state": ticket.state})
    before = hall.slips.get(ticket.id)
    if before is not None and before.reprints >= MAX_REPRINTS and not command.lost:
        return Refused("slips_used_up", {"number": ticket.number, "max": MAX_REPRINTS})
    return (e.SlipRequested(ticket.id, command.printer, before.copy + 1 if before else 1),)


def _report_slip(plan: Plan, hall: Hall, command: c.ReportSlip, now: Moment) -> Decision:
    slip = hall.slips.get(command.ticket)
    if slip is None or (slip.state, slip.detail) == (command.result, command.detail):
        return ()
    return (e.SlipReported(command.ticket, command.result, command.detail),)


def _report_announced(plan: Plan, hall: Hall, command: c.ReportAnnounced, now: Moment) -> Decision:
    if command.ticket not in hall.tickets:
        return ()
    return (e.CallAnnounced(command.ticket, command.window, command.call, command.visible, command.audible),)


def _open_day(plan: Plan, hall: Hall, command: c.OpenDay, now: Moment) -> Decision:
    if command.day <= hall.day:
        # The business day never runs backwards, whatever the clock did.
        return ()
    return (*_day_end(hall), e.DayOpened(command.day, command.midnight_wall))


def _close_day(plan: Plan, hall: Hall, command: c.CloseDay, now: Moment) -> Decision:
    if command.day != hall.day:
        return ()
    return _day_end(hall)


def _day_end(hall: Hall) -> Events:
    """One idempotent transaction: whoever is not at a desk expires; a late finish lands on its own day."""
    if not hall.day_open:
        return ()
    expired = (e.TicketExpired(t.id) for t in hall.tickets.values() if (t.state, "expired") in LIFE)
    return (*expired, e.DayClosed(hall.day))


def _clock_step(plan: Plan, hall: Hall, command: c.NoteClockStep, now: Moment) -> Decision:
    return (e.ClockStepped(command.by_ms),)


# -- look-ups ------------------------------------------------------------------------------------


def _window(plan: Plan, window_id: str) -> Window | Refused:
    window = plan.windows.get(window_id)
    return window or Refused("unknown_window", {"window": window_id, "known": ", ".join(plan.windows)})


def _open_window(plan: Plan, hall: Hall, window_id: str) -> Window | Refused:
    window = _window(plan, window_id)
    if isinstance(window, Refused):
        return window
    status = hall.window(window_id).status
    return window if status == "open" else Refused(f"window_{status}", {"window": window.label})


def _ticket(hall: Hall, ticket_id: str, step: Step) -> Ticket | Refused:
    ticket = hall.tickets.get(ticket_id)
    if ticket is None:
        return Refused("unknown_ticket", {"ticket": ticket_id})
    if (ticket.state, step) not in LIFE:
        code = "ticket_over" if ticket.state in FINAL else "not_now"
        return Refused(code, {"number": ticket.number, "state": ticket.state, "step": step})
    return ticket


def _at_window(plan: Plan, hall: Hall, window_id: str, step: Step) -> Ticket | Refused:
    window = _window(plan, window_id)
    if isinstance(window, Refused):
        return window
    state = hall.window(window_id)
    if not state.ticket:
        return Refused("nobody_at_window", {"window": window.label})
    ticket = _ticket(hall, state.ticket, step)
    if isinstance(ticket, Ticket) and ticket.state not in AT_WINDOW:
        return Refused("nobody_at_window", {"window": window.label})
    return ticket


Rule = Callable[[Plan, Hall, Any, Moment], Decision]

RULES: dict[type, Rule] = {
    c.IssueTicket: _issue,
    c.Return: _return,
    c.Transfer: _transfer,
    c.Cancel: _cancel,
    c.NameHolder: _name_holder,
    c.CallNext: _call_next,
    c.CallTicket: _call_ticket,
    c.Recall: _recall,
    c.Start: _start,
    c.Finish: _finish,
    c.Miss: _miss,
    c.Hold: _hold,
    c.Resume: _resume,
    c.Undo: _undo,
    c.OpenWindow: _open,
    c.PauseWindow: _pause,
    c.CloseWindow: _close,
    c.RequestSlip: _request_slip,
    c.ReportSlip: _report_slip,
    c.ReportAnnounced: _report_announced,
    c.OpenDay: _open_day,
    c.CloseDay: _close_day,
    c.NoteClockStep: _clock_step,
}
