"""How a rule says no, and the look-ups that many rules begin with: each gives what was asked for, or declines."""

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


class Declined(Exception):
    """A rule goes no further; `refused` is its decision. Never leaves `decide`."""

    def __init__(self, code: str, facts: dict[str, str | int]) -> None:
        self.refused = Refused(code, facts)


def window_of(plan: Plan, window_id: str) -> Window:
    window = plan.windows.get(window_id)
    if window is None:
        raise Declined("unknown_window", {"window": window_id, "known": ", ".join(plan.windows)})
    return window


def open_window(plan: Plan, hall: Hall, window_id: str) -> Window:
    window, status = window_of(plan, window_id), hall.window(window_id).status
    if status != "open":
        raise Declined(f"window_{status}", {"window": window.label})
    return window


def known_ticket(hall: Hall, ticket_id: str) -> Ticket:
    ticket = hall.tickets.get(ticket_id)
    if ticket is None:
        raise Declined("unknown_ticket", {"ticket": ticket_id})
    return ticket


def ticket_of(hall: Hall, ticket_id: str, step: Step) -> Ticket:
    ticket = known_ticket(hall, ticket_id)
    if (ticket.state, step) not in LIFE:
        code = "ticket_over" if ticket.state in FINAL else "not_now"
        raise Declined(code, {"number": ticket.number, "state": ticket.state, "step": step})
    return ticket


def unended(hall: Hall, ticket_id: str) -> Ticket:
    """A ticket that is not over, whatever it does."""
    ticket = known_ticket(hall, ticket_id)
    if ticket.state in FINAL:
        raise Declined("ticket_over", {"number": ticket.number, "state": ticket.state})
    return ticket


def at_window(plan: Plan, hall: Hall, window_id: str, step: Step) -> Ticket:
    window = window_of(plan, window_id)
    at_desk = hall.window(window_id).ticket
    if not at_desk:
        raise Declined("nobody_at_window", {"window": window.label})
    ticket = ticket_of(hall, at_desk, step)
    if ticket.state not in AT_WINDOW:
        raise Declined("nobody_at_window", {"window": window.label})
    return ticket


def cannot_go_to(plan: Plan, hall: Hall, window_id: str, service: str) -> Refused | None:
    """Why nobody can be sent to a window of the plan for `service`, or None."""
    window = window_of(plan, window_id)
    if not window.takes(service):
        return Refused("not_skilled", {"window": window.label, "service": service})
    if hall.window(window_id).status == "closed":
        return Refused("window_closed", {"window": window.label})
    return None
