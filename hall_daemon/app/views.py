"""What staff and kiosks see of the hall: the states that everybody may see, and what is for them alone.

Pure functions, any thread that may read the hall. They know no socket and no clock; `now` is an argument. What is
for everybody is in `states`, who stands in line for whom in `lines`, replies and the event stream in `replies`.
"""

from __future__ import annotations

from msgspec.structs import asdict, replace

from hall_daemon.app.replies import done_view as done_view
from hall_daemon.app.replies import issued_view as issued_view
from hall_daemon.app.replies import stream_event as stream_event
from hall_daemon.app.states import (
    allowed,
    hall_state,
    queue_figures,
    queue_state,
    service_state,
    stamp,
    ticket_page,
    window_state,
)
from hall_daemon.app.view_context import NoWaits as NoWaits
from hall_daemon.app.view_context import ViewContext as ViewContext
from hall_daemon.app.view_context import Waits as Waits
from hall_daemon.app.view_context import iso_of_tick
from hall_daemon.app.view_context import reason_text as reason_text
from hall_daemon.domain import commands as c
from hall_daemon.domain.decide import Refused, decide
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment
from hall_daemon.domain.ticket import Ticket
from hall_daemon.wire import messages as m
from hall_daemon.wire.ratings import RatingState


def queue_view(ctx: ViewContext, hall: Hall, queue_id: str, seq: int, now: Moment) -> m.QueueState:
    """KeyError when the plan has no such queue."""
    return queue_state(ctx, hall, queue_id, queue_figures(ctx, hall)[queue_id], stamp(ctx, seq, now))


def hall_view(ctx: ViewContext, hall: Hall, seq: int, now: Moment) -> m.HallView:
    """The whole hall."""
    plan, at, figures = ctx.plan, stamp(ctx, seq, now), queue_figures(ctx, hall)
    return m.HallView(
        **asdict(hall_state(ctx, hall, figures, now, at)),
        queues=tuple(queue_state(ctx, hall, id_, figures[id_], at) for id_ in plan.queues),
        services=tuple(service_state(ctx, hall, id_, now, at) for id_ in plan.services),
        windows=tuple(window_view(ctx, hall, id_, seq, now) for id_ in plan.windows),
        devices=ctx.devices(),
        printers=ctx.printers,
    )


def window_view(ctx: ViewContext, hall: Hall, window_id: str, seq: int, now: Moment) -> m.WindowView:
    """One counter. KeyError when the plan has no such window."""
    state = hall.window(window_id)
    ticket = hall.tickets.get(state.ticket)
    return m.WindowView(
        **asdict(window_state(ctx, hall, window_id, now, stamp(ctx, seq, now))),
        staff=ctx.staff_number(state.staff),
        ticket=ticket.id if ticket else None,
        held=state.held,
        can_undo=_can_undo(ctx, hall, window_id, now),
        announced=_announced(ctx, ticket),
        coming=ticket is not None and ticket.state == "called" and ticket.coming,
    )


def _announced(ctx: ViewContext, ticket: Ticket | None) -> m.Announced | None:
    report = ctx.announced(ticket.id, ticket.calls) if ticket is not None and ticket.state == "called" else None
    return m.Announced(report.visible, report.audible) if report is not None else None


def _can_undo(ctx: ViewContext, hall: Hall, window_id: str, now: Moment) -> str | None:
    decision = decide(ctx.plan, hall, c.Undo(window_id), now)
    return None if isinstance(decision, Refused) else hall.presses[window_id].name


def with_rating(view: m.TicketView, token: str, hall: Hall, now: Moment) -> m.TicketView:
    """The same for its holder: whether the visit may be rated, or was. A ticket's id or number is no token."""
    ticket = hall.tickets.get(hall.tokens.get(token, ""))
    if ticket is None or ticket.state != "served":
        return view
    rating: RatingState = "rated" if ticket.id in hall.ratings else "open"
    return replace(view, rating=rating, served_at=iso_of_tick(ticket.ended_tick, now))


def ticket_view(ctx: ViewContext, hall: Hall, ticket_id: str, seq: int, now: Moment) -> m.TicketView | None:
    """One ticket, or None when the hall does not know it (any more)."""
    ticket = hall.tickets.get(ticket_id)
    if ticket is None:
        return None
    page = asdict(ticket_page(ctx, hall, ticket, now, stamp(ctx, seq, now)))
    slip = hall.slips.get(ticket.id)
    again = c.RequestSlip(ticket.id, slip.printer) if slip is not None and slip.state in ("failed", "unknown") else None
    if again is not None and allowed(ctx, hall, again, now):
        page["can"] = (*page["can"], "slip")
    return m.TicketView(**page, ticket=ticket.id)
