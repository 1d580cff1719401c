"""What became of paper and voice: slips asked for and reported, calls announced. Rules that `decide` has in its
table."""

from __future__ import annotations

from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.hall import Hall, Slip
from hall_daemon.domain.plan import Moment, Plan
from hall_daemon.domain.refusal import Decision, Refused, unended

# Re-prints of one number that came out, or may yet; a slip that failed is not one.
MAX_REPRINTS = 5
# So often more the hall replaces by itself what a crash took: a hall that dies at every slip must not empty the roll.
MAX_REPLACED = 3


def request_slip(plan: Plan, hall: Hall, command: c.RequestSlip, now: Moment) -> Decision:
    ticket = unended(hall, command.ticket)
    before = hall.slips.get(ticket.id)
    if before is not None and not (may_replace(before) if command.lost else before.reprints < MAX_REPRINTS):
        return Refused("slips_used_up", {"number": ticket.number, "max": MAX_REPRINTS})
    return (e.SlipRequested(ticket.id, command.printer, before.copy + 1 if before else 1),)


def may_replace(slip: Slip) -> bool:
    """Whether the hall may print by itself what a crash took."""
    return slip.reprints < MAX_REPRINTS + MAX_REPLACED


def report_slip(plan: Plan, hall: Hall, command: c.ReportSlip, now: Moment) -> Decision:
    slip = hall.slips.get(command.ticket)
    if slip is None or (slip.state, slip.detail) == (command.result, command.detail):
        return ()
    return (e.SlipReported(command.ticket, command.result, command.detail),)


def report_announced(plan: Plan, hall: Hall, command: c.ReportAnnounced, now: Moment) -> Decision:
    if command.ticket not in hall.tickets:
        return ()
    return (e.CallAnnounced(command.ticket, command.window, command.call, command.visible, command.audible),)
