"""What the hall looks like from outside: a Hall and its Plan become the pages' messages of hall_daemon.wire.

Pure functions, any thread that may read the hall. They know no socket and no clock; `now` is an argument. A
public view (`public=True`) holds no staff, no held tickets, no ticket id and no token. Replies and the event
stream (`answers`) and the context (`view_context`) can be had from here too; what MQTT says is in `published`, who
stands in line for whom in `lines`.
"""

from __future__ import annotations

from typing import NamedTuple

from hall_daemon.app.replies import done_view as done_view
from hall_daemon.app.replies import issued_view as issued_view
from hall_daemon.app.replies import stream_event as stream_event
from hall_daemon.app.view_context import NoWaits as NoWaits
from hall_daemon.app.view_context import ViewContext as ViewContext
from hall_daemon.app.view_context import Waits as Waits
from hall_daemon.app.view_context import iso, iso_of_tick, text, texts
from hall_daemon.app.view_context import reason_text as reason_text
from hall_daemon.domain import commands as c
from hall_daemon.domain.decide import Refused, decide
from hall_daemon.domain.dispatch import ahead_of, waiting_for
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.hours import clock_text, issue_refusal, next_day, next_opening, session_at
from hall_daemon.domain.plan import Moment, Service
from hall_daemon.domain.ticket import AT_WINDOW, Ticket
from hall_daemon.domain.ticket_rules import return_until
from hall_daemon.wire import messages as m


class Figures(NamedTuple):
    waiting: int
    serving: int
    windows_open: int
    calling: tuple[str, ...]


def queue_figures(ctx: ViewContext, hall: Hall) -> dict[str, Figures]:
    """Every queue's figures in one pass. Waiting includes those who go back to one clerk."""
    waiting = {
        queue_id: sum(map(hall.waiting, services)) for queue_id, services in ctx.plan.queue_services.items()
    }
    for line in hall.reserved.values():
        for _, ticket_id in line:
            queue_id = hall.tickets[ticket_id].queue
            if queue_id in waiting:
                waiting[queue_id] += 1
    at_windows: dict[str, list[Ticket]] = {queue_id: [] for queue_id in ctx.plan.queues}
    for state in hall.windows.values():
        ticket = hall.tickets.get(state.ticket)
        if ticket is not None and ticket.state in AT_WINDOW and ticket.queue in at_windows:
            at_windows[ticket.queue].append(ticket)
    figures = {}
    for queue_id, tickets in at_windows.items():
        tickets.sort(key=lambda ticket: (ticket.called_tick, ticket.place.serial), reverse=True)
        figures[queue_id] = Figures(
            waiting[queue_id],
            len(tickets),
            sum(hall.window(window_id).status == "open" for window_id in ctx.queue_windows[queue_id]),
            tuple(ticket.number for ticket in tickets),
        )
    return figures


class Opening(NamedTuple):
    """`closes` is the end of the session that runs, `opens` today's next beginning; local HH:MM. `reopens` is the first
    beginning of a later day, as 2026-11-30T08:30."""

    open: bool
    opens: str | None
    closes: str | None
    reopens: str | None


def opening_now(ctx: ViewContext, hall: Hall, now: Moment) -> Opening:
    if not hall.day_open:
        return Opening(False, None, None, next_day(ctx.plan, hall))
    session = session_at(ctx.plan, hall, now)
    closes = clock_text(session[1]) if session else None
    return Opening(session is not None, next_opening(ctx.plan, hall, now), closes, next_day(ctx.plan, hall))


def _closed_because(ctx: ViewContext, hall: Hall, service: Service, now: Moment) -> str | None:
    if not hall.day_open:
        return "day_closed"
    refusal = issue_refusal(ctx.plan, hall, service, now)
    return refusal[0] if refusal else None


def queue_view(ctx: ViewContext, hall: Hall, queue_id: str, now: Moment) -> m.QueueView:
    """One queue as everybody may see it. KeyError when the plan has no such queue."""
    return _queue_view(ctx, hall, queue_id, queue_figures(ctx, hall)[queue_id], now)


def _queue_view(ctx: ViewContext, hall: Hall, queue_id: str, figures: Figures, now: Moment) -> m.QueueView:
    queue = ctx.plan.queues[queue_id]
    return m.QueueView(
        id=queue.id,
        name=text(queue.name),
        prefix=queue.prefix,
        waiting=figures.waiting,
        serving=figures.serving,
        windows_open=figures.windows_open,
        wait=ctx.waits.queue(queue.id),
        calling=figures.calling,
        issued=hall.counts.get(queue.id, queue.first - 1) - (queue.first - 1),
        as_of=iso(now.wall),
        ttl_s=ctx.ttl_s,
    )


def service_view(ctx: ViewContext, hall: Hall, service_id: str, now: Moment) -> m.ServiceView:
    """One matter: who waits for it, and whether numbers are given now. KeyError when unknown."""
    service = ctx.plan.services[service_id]
    reserved = sum(
        hall.tickets[ticket_id].service == service_id for line in hall.reserved.values() for _, ticket_id in line
    )
    because = _closed_because(ctx, hall, service, now)
    return m.ServiceView(
        id=service.id,
        name=text(service.name),
        queue=service.queue,
        expected_s=service.expected_s,
        waiting=hall.waiting(service.id) + reserved,
        windows_open=sum(
            hall.window(window.id).status == "open"
            for window in ctx.plan.windows.values()
            if window.takes(service.id)
        ),
        issued=hall.issued.get(service.id, 0),
        daily_cap=service.daily_cap,
        open=because is None,
        closed_because=because,
        wait=ctx.waits.service(service.id),
    )


def hall_view(ctx: ViewContext, hall: Hall, seq: int, now: Moment, *, public: bool) -> m.HallView:
    """The whole hall. Public: windows without staff, no devices."""
    plan = ctx.plan
    figures = queue_figures(ctx, hall)
    opening = opening_now(ctx, hall, now)
    return m.HallView(
        version=m.VERSION,
        id=plan.id,
        name=text(plan.name),
        day=hall.day,
        open=opening.open,
        opens=opening.opens,
        closes=opening.closes,
        reopens=opening.reopens,
        epoch=ctx.epoch,
        seq=seq,
        as_of=iso(now.wall),
        ttl_s=ctx.ttl_s,
        queues=tuple(_queue_view(ctx, hall, id_, figures[id_], now) for id_ in plan.queues),
        services=tuple(service_view(ctx, hall, id_, now) for id_ in plan.services),
        windows=tuple(window_view(ctx, hall, id_, now, public) for id_ in plan.windows),
        devices=() if public else ctx.devices(),
        pick_reasons=texts(plan.pick_reasons),
        pause_reasons=texts(plan.pause_reasons),
        priority_reasons=texts(plan.priority_reasons),
        tally=dict(hall.tally),
        printers=() if public else ctx.printers,
    )


# -- windows and tickets -------------------------------------------------------------------------


def window_view(
    ctx: ViewContext, hall: Hall, window_id: str, now: Moment, public: bool = False
) -> m.WindowView:
    """One counter. `waiting` is everybody it may call; `held` are ticket ids; `can_undo` the press that undo
    would take back now. KeyError when the plan has no such window."""
    window = ctx.plan.windows[window_id]
    state = hall.window(window_id)
    ticket = hall.tickets.get(state.ticket)
    return m.WindowView(
        id=window.id,
        label=window.label,
        zone=window.zone,
        status=state.status,
        reason=state.reason,
        staff="" if public else state.staff,
        ticket=ticket.id if ticket and not public else None,
        number=ticket.number if ticket else None,
        service=ticket.service if ticket else None,
        state=ticket.state if ticket else None,
        calls=ticket.calls if ticket else 0,
        called_at=iso_of_tick(ticket.called_tick, now) if ticket else None,
        started_at=iso_of_tick(ticket.started_tick, now) if ticket else None,
        held=() if public else state.held,
        waiting=waiting_for(hall, window),
        can_undo=None if public else _can_undo(ctx, hall, window_id, now),
        services=window.services,
        announced=None if public else _announced(ctx, ticket),
    )


def _announced(ctx: ViewContext, ticket: Ticket | None) -> m.Announced | None:
    report = ctx.announced(ticket.id, ticket.calls) if ticket is not None and ticket.state == "called" else None
    return m.Announced(report.visible, report.audible) if report is not None else None


def _can_undo(ctx: ViewContext, hall: Hall, window_id: str, now: Moment) -> str | None:
    decision = decide(ctx.plan, hall, c.Undo(window_id), now)
    return None if isinstance(decision, Refused) else hall.presses[window_id].name


def ticket_view(
    ctx: ViewContext, hall: Hall, ticket_id: str, seq: int, now: Moment, *, public: bool
) -> m.TicketView | None:
    """One ticket, or None when the hall does not know it (any more). Public: for its holder, without its id."""
    ticket = hall.tickets.get(ticket_id)
    if ticket is None:
        return None
    service = ctx.plan.services.get(ticket.service)
    window = ctx.plan.windows.get(ticket.window or "")
    slip = hall.slips.get(ticket.id)
    reason = ctx.reasons(ticket.id) if ticket.state in AT_WINDOW else None
    waits = ticket.state == "waiting"
    back_until = return_until(ctx.plan.policy, ticket) if ticket.state == "missed" else 0
    may: dict[str, c.Command] = {"cancel": c.Cancel(ticket.id), "return": c.Return(ticket.id)}
    if slip is not None and slip.state in ("failed", "unknown") and not public:
        may["slip"] = c.RequestSlip(ticket.id, slip.printer)
    return m.TicketView(
        version=m.VERSION,
        ticket="" if public else ticket.id,
        number=ticket.number,
        day=ticket.day,
        state=ticket.state,
        queue=ticket.queue,
        services=ticket.services,
        service_name=text(service.name) if service else m.Text(ticket.service, ticket.service),
        class_=ticket.class_,
        ahead=ahead_of(ctx.plan, hall, ticket),
        wait=ctx.waits.ticket(ticket.id, ticket) if waits else m.Wait(unknown="not_waiting"),
        window=ticket.window,
        window_label=window.label if window else None,
        calls=ticket.calls,
        misses=ticket.misses,
        issued_at=iso(ticket.drawn_wall),
        called_at=iso_of_tick(ticket.called_tick, now),
        reason=reason_text(ctx.plan, reason) if reason else None,
        slip=slip.state if slip else "none",
        slip_detail=slip.detail if slip else "",
        can=tuple(
            name for name, command in may.items() if not isinstance(decide(ctx.plan, hall, command, now), Refused)
        ),
        seq=seq,
        as_of=iso(now.wall),
        ttl_s=ctx.ttl_s,
        return_until=iso_of_tick(back_until, now),
    )
