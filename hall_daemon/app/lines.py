"""Who stands in line, for staff: the people of a queue, and those of a window in the order it would call them.

Pure functions, any thread that may read the hall; `now` is an argument.
"""

from __future__ import annotations

import msgspec

from hall_daemon.app.view_context import ViewContext
from hall_daemon.app.views import queue_view
from hall_daemon.domain import commands as c
from hall_daemon.domain.call_rules import goes_on
from hall_daemon.domain.decide import Refused, decide
from hall_daemon.domain.dispatch import ahead, blocked, order, waiting_for
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment, Rivals
from hall_daemon.domain.ticket import Ticket
from hall_daemon.wire import messages as m

# What a clerk looks at; the rest is a count.
ROWS_IN_ORDER = 50
ROWS_NOT_YET = 30
ROWS_MISSED = 50


def queue_detail(ctx: ViewContext, hall: Hall, queue_id: str, seq: int, now: Moment) -> m.QueueDetail:
    """The queue and its people. `line` is in order of call as far as policy fixes it, whoever goes back to one clerk
    first; `missed` has the latest first. KeyError when the plan has no such queue."""
    services = ctx.plan.queue_services[queue_id]
    line = [ticket for service in services for ticket in hall.in_line(service)]
    ranked = sorted(line, key=lambda t: (ahead(hall, Rivals(services), t.class_, t.place, ctx.plan.policy), t.place))
    reserved = [
        hall.tickets[ticket_id]
        for entries in hall.reserved.values()
        for _, ticket_id in entries
        if hall.tickets[ticket_id].queue == queue_id
    ]
    reserved.sort(key=lambda ticket: ticket.place)
    missed = [t for t in hall.tickets.values() if t.state == "missed" and t.queue == queue_id]
    missed.sort(key=lambda ticket: ticket.ended_tick, reverse=True)
    return m.QueueDetail(
        queue=queue_view(ctx, hall, queue_id, seq, now),
        line=tuple(_line_view(hall, ticket, now) for ticket in (*reserved, *ranked)),
        missed=tuple(_line_view(hall, ticket, now) for ticket in missed),
    )


def window_line(ctx: ViewContext, hall: Hall, window_id: str, now: Moment) -> m.WindowLine:
    """A window's people as its next calls would take them. KeyError when the plan has no such window."""
    window = ctx.plan.windows[window_id]
    done = decide(ctx.plan, hall, c.Finish(window.id), now)
    back = None if isinstance(done, Refused) else goes_on(hall, done)
    called = order(hall, window, now, ctx.plan.policy, ROWS_IN_ORDER, back)
    rows = [_line_view(hall, choice.ticket, now) for choice in called]
    if rows:
        # Whatever else may be due before: the next call takes this one.
        rows[0] = msgspec.structs.replace(rows[0], blocked=None)
    services, tick = frozenset(window.services), now.tick
    not_yet = [
        t
        for t in hall.tickets.values()
        if t.not_before > tick
        and t.state == "waiting"
        and (t.only_window == window.id if t.only_window else t.service in services)
    ]
    not_yet.sort(key=lambda ticket: (ticket.not_before, ticket.place))
    missed = [t for t in hall.tickets.values() if t.state == "missed" and t.service in services]
    missed.sort(key=lambda ticket: (ticket.ended_tick, ticket.place), reverse=True)
    return m.WindowLine(
        window=window.id,
        waiting=waiting_for(hall, window),
        line=(*rows, *(_line_view(hall, ticket, now) for ticket in not_yet[:ROWS_NOT_YET])),
        missing=len(missed),
        missed=tuple(_line_view(hall, ticket, now) for ticket in missed[:ROWS_MISSED]),
    )


def _line_view(hall: Hall, ticket: Ticket, now: Moment) -> m.LineView:
    """`ticket` may be as it will be: its state is what the hall says now."""
    stop = blocked(hall, ticket, now) if ticket.state == "waiting" else None
    return m.LineView(
        ticket=ticket.id,
        number=ticket.number,
        service=ticket.service,
        class_=ticket.class_,
        state=hall.tickets[ticket.id].state,
        waited_s=max(0, now.tick - ticket.place.since) // 1000,
        calls=ticket.calls,
        misses=ticket.misses,
        only_window=ticket.only_window,
        blocked=stop.code if stop else None,
        prepared=bool(ticket.review),
        coming=ticket.coming,
    )
