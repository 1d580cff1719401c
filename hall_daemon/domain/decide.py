"""A command becomes events, or a refusal. Pure: reads the hall, changes nothing.

`decide(plan, hall, command, now)` looks the rule up in RULES. Everything the plan has a say in (numbers, limits,
places) is written into the events, so that `evolve` needs no plan. A refusal is a value the caller reads.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain import window_rules
from hall_daemon.domain.dispatch import ahead, choose, order
from hall_daemon.domain.hall import Hall, WindowState
from hall_daemon.domain.hours import issue_refusal
from hall_daemon.domain.plan import Moment, Plan, Policy, Window
from hall_daemon.domain.refusal import Decision as Decision
from hall_daemon.domain.refusal import Events, at_window, open_window, ticket_of, window_of
from hall_daemon.domain.refusal import Refused as Refused
from hall_daemon.domain.ticket import FINAL, LIFE, Place, Ticket, id_of

MAX_SERVICES = 8
# Re-prints of one number that came out, or may yet; a slip that failed is not one.
MAX_REPRINTS = 5
# A hall hears no more recalls than this, and a journal keeps each.
RECALL_EVERY_MS = 2000


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


def return_until(policy: Policy, ticket: Ticket) -> int:
    """The tick until which a missed number may come back; 0: as long as the day lasts."""
    return ticket.ended_tick + policy.return_limit_s * 1000 if policy.return_limit_s else 0


def _return(plan: Plan, hall: Hall, command: c.Return, now: Moment) -> Decision:
    ticket = ticket_of(hall, command.ticket, "returned")
    if isinstance(ticket, Refused):
        return ticket
    until = return_until(plan.policy, ticket)
    if until and now.tick > until:
        return Refused("return_too_late", {"number": ticket.number, "limit_min": plan.policy.return_limit_s // 60})
    after_calls = hall.calls.get(ticket.service, 0) + plan.policy.return_after_calls
    return (e.TicketReturned(ticket.id, after_calls, ticket.not_before),)


def _transfer(plan: Plan, hall: Hall, command: c.Transfer, now: Moment) -> Decision:
    ticket = ticket_of(hall, command.ticket, "transferred")
    if isinstance(ticket, Refused):
        return ticket
    service_id = command.service or ticket.service
    if service_id not in plan.services:
        return Refused("unknown_service", {"service": service_id, "known": ", ".join(plan.services)})
    clerk = (ticket.window or "") if command.keep == "clerk" else ""
    if command.keep == "clerk" and not clerk and not command.to_window:
        return Refused("no_first_clerk", {"number": ticket.number})
    later, back_to = ticket.services[1:], ticket.back_to
    only = command.to_window
    if clerk and service_id != ticket.service:
        # The other matter first, wherever it is done; the present one after it, and only here.
        later, back_to = (ticket.service, *later), {**back_to, ticket.service: clerk}
    elif clerk and not only:
        only = clerk
    if only:
        refusal = _cannot_go_to(plan, hall, only, service_id)
        if refusal is not None:
            return refusal
    place = Place(now.tick, hall.serial + 1) if command.keep == "end" else ticket.place
    later = tuple(service for service in later if service != service_id)
    back_to = {service: window for service, window in back_to.items() if service in later}
    queue = plan.services[service_id].queue
    return (
        e.TicketTransferred(
            ticket.id, ticket.window or "", (service_id, *later), queue, place.since, place.serial, only, back_to
        ),
    )  # fmt: skip


def _cannot_go_to(plan: Plan, hall: Hall, window_id: str, service: str) -> Refused | None:
    """Why nobody can be sent to a window for `service`, or None."""
    window = window_of(plan, window_id)
    if isinstance(window, Refused):
        return window
    if not window.takes(service):
        return Refused("not_skilled", {"window": window.label, "service": service})
    if hall.window(window_id).status == "closed":
        return Refused("window_closed", {"window": window.label})
    return None


def _prioritise(plan: Plan, hall: Hall, command: c.Prioritise, now: Moment) -> Decision:
    ticket = ticket_of(hall, command.ticket, "prioritised")
    if isinstance(ticket, Refused):
        return ticket
    if command.reason not in plan.priority_reasons:
        return Refused("priority_reason_needed", {"known": ", ".join(plan.priority_reasons)})
    if ticket.class_ == "priority":
        return ()
    return (e.TicketPrioritised(ticket.id, command.reason),)


def _cancel(plan: Plan, hall: Hall, command: c.Cancel, now: Moment) -> Decision:
    ticket = ticket_of(hall, command.ticket, "cancelled")
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
    window = open_window(plan, hall, command.window)
    if isinstance(window, Refused):
        return window
    cleared = _clear_for_call(plan, hall, window, now)
    if isinstance(cleared, Refused):
        return cleared
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


def _call_ticket(plan: Plan, hall: Hall, command: c.CallTicket, now: Moment) -> Decision:
    window = open_window(plan, hall, command.window)
    if isinstance(window, Refused):
        return window
    ticket = ticket_of(hall, command.ticket, "called")
    if isinstance(ticket, Refused):
        return ticket
    if command.reason not in plan.pick_reasons:
        return Refused("pick_reason_needed", {"known": ", ".join(plan.pick_reasons)})
    if not window.takes(ticket.service):
        return Refused("not_skilled", {"window": window.label, "service": ticket.service})
    if ticket.only_window and ticket.only_window != window.id:
        return Refused("reserved", {"number": ticket.number, "window": ticket.only_window})
    cleared = _clear_for_call(plan, hall, window, now)
    if isinstance(cleared, Refused):
        return cleared
    reason = e.Reason("picked", {"why": command.reason})
    return (*cleared, e.TicketCalled(window.id, ticket.id, reason, {}, bool(cleared)))


def goes_on(hall: Hall, events: Events) -> Ticket | None:
    """Whom `events` put back into line for their next matter, as they will wait there, or None."""
    for event in events:
        if isinstance(event, e.ServiceAdvanced):
            return hall.tickets[event.ticket].with_next_matter(event.queue, event.only_window)
    return None


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
    ticket = at_window(plan, hall, command.window, "recalled")
    if isinstance(ticket, Refused):
        return ticket
    left_ms = ticket.called_tick + RECALL_EVERY_MS - now.tick
    if ticket.calls > 1 and left_ms > 0:
        return Refused("recalled_just_now", {"number": ticket.number, "retry_after_ms": left_ms})
    return (e.TicketRecalled(command.window, ticket.id, ticket.calls + 1),)


def _start(plan: Plan, hall: Hall, command: c.Start, now: Moment) -> Decision:
    ticket = at_window(plan, hall, command.window, "started")
    if isinstance(ticket, Refused):
        return ticket
    return (e.ServiceStarted(command.window, ticket.id),)


def _finish(plan: Plan, hall: Hall, command: c.Finish, now: Moment) -> Decision:
    ticket = at_window(plan, hall, command.window, "finished")
    if isinstance(ticket, Refused):
        return ticket
    return _finish_events(plan, hall, hall.window(command.window))


def _finish_events(plan: Plan, hall: Hall, state: WindowState) -> Events:
    ticket = hall.tickets[state.ticket]
    if len(ticket.services) == 1 or not hall.day_open or ticket.day != hall.day:
        return (e.ServiceFinished(state.id, ticket.id, ticket.service),)
    following = ticket.services[1]
    queue = plan.services[following].queue if following in plan.services else ticket.queue
    back = ticket.back_to.get(following, "")
    if back and _cannot_go_to(plan, hall, back, following):
        back = ""
    return (e.ServiceAdvanced(state.id, ticket.id, ticket.service, following, queue, back),)


def _miss(plan: Plan, hall: Hall, command: c.Miss, now: Moment) -> Decision:
    ticket = at_window(plan, hall, command.window, "missed")
    if isinstance(ticket, Refused):
        return () if command.call else ticket
    if command.call and command.call != ticket.id:
        return ()
    missed = e.TicketMissed(command.window, ticket.id, ticket.misses + 1, now.tick + plan.policy.missed_lock_s * 1000)
    if ticket.misses + 1 >= plan.policy.misses_before_void:
        return (missed, e.TicketVoided(command.window, ticket.id))
    return (missed,)


def _hold(plan: Plan, hall: Hall, command: c.Hold, now: Moment) -> Decision:
    ticket = at_window(plan, hall, command.window, "held")
    if isinstance(ticket, Refused):
        return ticket
    return (e.TicketHeld(command.window, ticket.id),)


def _resume(plan: Plan, hall: Hall, command: c.Resume, now: Moment) -> Decision:
    window = open_window(plan, hall, command.window)
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
    window = window_of(plan, command.window)
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


def _reopen_day(plan: Plan, hall: Hall, command: c.ReopenDay, now: Moment) -> Decision:
    turn = hall.turned
    if turn is None:
        return Refused("no_turn")
    if now.wall >= hall.midnight_wall:
        # It would turn again at once.
        return Refused("turn_holds", {"day": hall.day})
    again = (
        e.TicketReopened(ticket.id, ticket.service, ticket.queue, ticket.class_)
        for ticket in turn.expired.values()
        if ticket.state != "missed"
    )
    return (*again, e.DayReopened(turn.day, turn.midnight_wall, hall.day))


def _clock_step(plan: Plan, hall: Hall, command: c.NoteClockStep, now: Moment) -> Decision:
    return (e.ClockStepped(command.by_ms),)


Rule = Callable[[Plan, Hall, Any, Moment], Decision]

RULES: dict[type, Rule] = {
    c.IssueTicket: _issue,
    c.Return: _return,
    c.Transfer: _transfer,
    c.Prioritise: _prioritise,
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
    c.OpenWindow: window_rules.open_,
    c.PauseWindow: window_rules.pause,
    c.CloseWindow: window_rules.close,
    c.Rate: window_rules.rate,
    c.RequestSlip: _request_slip,
    c.ReportSlip: _report_slip,
    c.ReportAnnounced: _report_announced,
    c.OpenDay: _open_day,
    c.CloseDay: _close_day,
    c.ReopenDay: _reopen_day,
    c.NoteClockStep: _clock_step,
}
