"""How a rule says no, and the look-ups that many rules begin with: each gives what was asked for, or a refusal."""

from __future__ import annotations

from dataclasses import field

from hall_daemon.domain import events as e
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Plan, Window
from hall_daemon.domain.ticket import AT_WINDOW, FINAL, LIFE, Step, Ticket
from hall_daemon.domain.value import value


@value
class Refused:
    """The command was understood and not done. `code` is one of REFUSALS; `facts` fill in its words."""

    code: str
    facts: dict[str, str | int] = field(default_factory=dict)


Events = tuple[e.Event, ...]
Decision = Events | Refused


def window_of(plan: Plan, window_id: str) -> Window | Refused:
    window = plan.windows.get(window_id)
    return window or Refused("unknown_window", {"window": window_id, "known": ", ".join(plan.windows)})


def open_window(plan: Plan, hall: Hall, window_id: str) -> Window | Refused:
    window = window_of(plan, window_id)
    if isinstance(window, Refused):
        return window
    status = hall.window(window_id).status
    return window if status == "open" else Refused(f"window_{status}", {"window": window.label})


def ticket_of(hall: Hall, ticket_id: str, step: Step) -> Ticket | Refused:
    ticket = hall.tickets.get(ticket_id)
    if ticket is None:
        return Refused("unknown_ticket", {"ticket": ticket_id})
    if (ticket.state, step) not in LIFE:
        code = "ticket_over" if ticket.state in FINAL else "not_now"
        return Refused(code, {"number": ticket.number, "state": ticket.state, "step": step})
    return ticket


def at_window(plan: Plan, hall: Hall, window_id: str, step: Step) -> Ticket | Refused:
    window = window_of(plan, window_id)
    if isinstance(window, Refused):
        return window
    state = hall.window(window_id)
    if not state.ticket:
        return Refused("nobody_at_window", {"window": window.label})
    ticket = ticket_of(hall, state.ticket, step)
    if isinstance(ticket, Ticket) and ticket.state not in AT_WINDOW:
        return Refused("nobody_at_window", {"window": window.label})
    return ticket


def cannot_go_to(plan: Plan, hall: Hall, window_id: str, service: str) -> Refused | None:
    """Why nobody can be sent to a window for `service`, or None."""
    window = window_of(plan, window_id)
    if isinstance(window, Refused):
        return window
    if not window.takes(service):
        return Refused("not_skilled", {"window": window.label, "service": service})
    if hall.window(window_id).status == "closed":
        return Refused("window_closed", {"window": window.label})
    return None
