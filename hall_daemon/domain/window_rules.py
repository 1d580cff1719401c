"""Who sits where, and how it was there: open, take over, pause, close, rate. Rules that `decide` has in its table."""

from __future__ import annotations

from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.hall import Hall, WindowState
from hall_daemon.domain.plan import Moment, Plan
from hall_daemon.domain.refusal import Decision, Refused, known_ticket, open_window, window_of

LEVELS = range(1, 6)
# With these a reason may be said; each is a code, as what is written freely may name somebody.
LOW_LEVELS = range(1, 3)
REASONS = ("waited_long", "told_twice", "unclear", "manner", "place")


def open_(plan: Plan, hall: Hall, command: c.OpenWindow, now: Moment) -> Decision:
    window = window_of(plan, command.window)
    state = hall.window(window.id)
    for other in hall.windows.values():
        if other.id != window.id and other.status != "closed" and other.staff == command.staff:
            return Refused("staff_elsewhere", {"window": other.id})
    if state.status == "open" and state.staff == command.staff:
        return ()
    if state.status == "closed" or state.staff == command.staff:
        return (e.WindowOpened(window.id, command.staff),)
    if not command.take_over:
        return Refused("window_taken", {"window": window.label, "staff": state.staff})
    return (e.WindowOpened(window.id, command.staff, state.staff, state.ticket),)


def pause(plan: Plan, hall: Hall, command: c.PauseWindow, now: Moment) -> Decision:
    window = open_window(plan, hall, command.window)
    if command.reason not in plan.pause_reasons:
        return Refused("pause_reason_needed", {"known": ", ".join(plan.pause_reasons)})
    return (e.WindowPaused(window.id, command.reason),)


def close(plan: Plan, hall: Hall, command: c.CloseWindow, now: Moment) -> Decision:
    window = window_of(plan, command.window)
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


def rate(plan: Plan, hall: Hall, command: c.Rate, now: Moment) -> Decision:
    window = window_of(plan, command.window)
    ticket_id = _rated_by(plan, hall, hall.window(window.id), now)
    if ticket_id not in hall.tickets:
        return Refused("nobody_to_rate", {"window": window.label})
    return _once(hall, e.ServiceRated(ticket_id, window.id, command.level, command.source))


def rate_visit(plan: Plan, hall: Hall, command: c.RateVisit, now: Moment) -> Decision:
    """By its holder, once it is done and until its day is over: then nobody knows the ticket any more."""
    ticket = known_ticket(hall, command.ticket)
    if ticket.state != "served":
        return Refused("not_served", {"number": ticket.number})
    reasons = tuple(dict.fromkeys(command.reasons))
    return _once(hall, e.ServiceRated(ticket.id, ticket.window or "", command.level, command.source, reasons))


def _once(hall: Hall, rated: e.ServiceRated) -> Decision:
    """The rating, if it is one, and the visit's first."""
    ticket_id = rated.ticket
    if rated.level not in LEVELS:
        return Refused("bad_rating", {"least": LEVELS[0], "most": LEVELS[-1]})
    if not set(rated.reasons) <= set(REASONS if rated.level in LOW_LEVELS else ()):
        return Refused("bad_rating_reason", {"most": LOW_LEVELS[-1]})
    if ticket_id in hall.ratings:
        return Refused("rated_already", {"number": hall.tickets[ticket_id].number})
    return (rated,)


def _rated_by(plan: Plan, hall: Hall, state: WindowState, now: Moment) -> str:
    """Whose rating it is: who is being served; else who was served last, for a while, although the next one is called
    already; else who was called and is served without a press."""
    if state.ticket and hall.tickets[state.ticket].state == "serving":
        return state.ticket
    if state.last and now.tick - state.last_tick <= plan.policy.rating_s * 1000:
        return state.last
    return state.ticket
