"""What is true of the hall for everybody: a Hall and its Plan become the states of hall_daemon.wire.states.

Pure functions, any thread that may read the hall; `now` is an argument. What staff see beside it is in `views`, which
of these stand under which topic in `published`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypedDict

from hall_daemon.app.view_context import ViewContext, iso, iso_of_tick
from hall_daemon.app.view_context import reason_text as reason_text
from hall_daemon.domain import commands as c
from hall_daemon.domain.decide import Refused, decide
from hall_daemon.domain.dispatch import ahead_of, waiting_for
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.hours import clock_text, issue_refusal, next_day, next_opening, session_at
from hall_daemon.domain.plan import Moment, Service
from hall_daemon.domain.ticket import AT_WINDOW, Ticket
from hall_daemon.domain.ticket_rules import call_ends, postpones_left, return_until
from hall_daemon.wire import messages as m
from hall_daemon.words.text import same


class Stamp(TypedDict):
    """An envelope's fields."""

    epoch: int
    seq: int
    as_of: str
    ttl_s: int


def stamp(ctx: ViewContext, seq: int, now: Moment) -> Stamp:
    return {"epoch": ctx.epoch, "seq": seq, "as_of": iso(now.wall), "ttl_s": ctx.ttl_s}


# -- queues and services -------------------------------------------------------------------------


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


def queue_state(ctx: ViewContext, hall: Hall, queue_id: str, figures: Figures, at: Stamp) -> m.QueueState:
    queue = ctx.plan.queues[queue_id]
    return m.QueueState(
        **at,
        id=queue.id,
        name=queue.name,
        prefix=queue.prefix,
        waiting=figures.waiting,
        serving=figures.serving,
        windows_open=figures.windows_open,
        wait=ctx.waits.queue(queue.id),
        calling=figures.calling,
        issued=hall.counts.get(queue.id, queue.first - 1) - (queue.first - 1),
    )


def service_state(ctx: ViewContext, hall: Hall, service_id: str, now: Moment, at: Stamp) -> m.ServiceState:
    """One matter: who waits for it, and whether numbers are given now. KeyError when unknown."""
    service = ctx.plan.services[service_id]
    reserved = sum(
        hall.tickets[ticket_id].service == service_id for line in hall.reserved.values() for _, ticket_id in line
    )
    because = _closed_because(ctx, hall, service, now)
    return m.ServiceState(
        **at,
        id=service.id,
        name=service.name,
        queue=service.queue,
        expected_s=service.expected_s,
        waiting=hall.waiting(service.id) + reserved,
        windows_open=sum(hall.window(id_).status == "open" for id_ in ctx.service_windows[service.id]),
        issued=hall.issued.get(service.id, 0),
        daily_cap=service.daily_cap,
        open=because is None,
        closed_because=because,
        wait=ctx.waits.service(service.id),
    )


def _closed_because(ctx: ViewContext, hall: Hall, service: Service, now: Moment) -> str | None:
    if service.id in ctx.plan.plain:
        return "review_needed"
    if not hall.day_open:
        return "day_closed"
    refusal = issue_refusal(ctx.plan, hall, service, now)
    return refusal[0] if refusal else None


# -- windows and the hall ------------------------------------------------------------------------


def window_state(ctx: ViewContext, hall: Hall, window_id: str, now: Moment, at: Stamp) -> m.WindowState:
    """One counter. KeyError when the plan has no such window."""
    window = ctx.plan.windows[window_id]
    state = hall.window(window_id)
    ticket = hall.tickets.get(state.ticket)
    return m.WindowState(
        **at,
        id=window.id,
        label=window.label,
        zone=window.zone,
        status=state.status,
        number=ticket.number if ticket else None,
        state=ticket.state if ticket else None,
        calls=ticket.calls if ticket else 0,
        reason=state.reason,
        service=ticket.service if ticket else None,
        called_at=iso_of_tick(ticket.called_tick, now) if ticket else None,
        started_at=iso_of_tick(ticket.started_tick, now) if ticket else None,
        waiting=waiting_for(hall, window),
        services=window.services,
    )


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


def hall_state(ctx: ViewContext, hall: Hall, figures: Mapping[str, Figures], now: Moment, at: Stamp) -> m.HallState:
    plan, opening = ctx.plan, opening_now(ctx, hall, now)
    return m.HallState(
        **at,
        id=plan.id,
        name=plan.name,
        day=hall.day,
        open=opening.open,
        opens=opening.opens,
        closes=opening.closes,
        reopens=opening.reopens,
        waiting=sum(queue.waiting for queue in figures.values()),
        serving=sum(queue.serving for queue in figures.values()),
        windows_open=sum(hall.window(id_).status == "open" for id_ in plan.windows),
        pick_reasons=plan.pick_reasons,
        pause_reasons=plan.pause_reasons,
        priority_reasons=plan.priority_reasons,
        tally=dict(hall.tally),
        order=m.Order(tuple(plan.queues), tuple(plan.services), tuple(plan.windows)),
    )


# -- tickets and devices -------------------------------------------------------------------------


def ticket_page(ctx: ViewContext, hall: Hall, ticket: Ticket, now: Moment, at: Stamp) -> m.TicketPage:
    """What the holder of a ticket sees."""
    service = ctx.plan.services.get(ticket.service)
    window = ctx.plan.windows.get(ticket.window or "")
    slip = hall.slips.get(ticket.id)
    reason = ctx.reasons(ticket.id) if ticket.state in AT_WINDOW else None
    waits = ticket.state == "waiting"
    back_until = return_until(ctx.plan.policy, ticket) if ticket.state == "missed" else 0
    later = waits and now.tick < ticket.postponed_until == ticket.not_before
    may: dict[str, c.Command] = {
        "cancel": c.Cancel(ticket.id), "return": c.Return(ticket.id), "postpone": c.Postpone(ticket.id),
        "coming": c.SayComing(ticket.id),
    }
    return m.TicketPage(
        **at,
        number=ticket.number,
        day=ticket.day,
        state=ticket.state,
        queue=ticket.queue,
        services=ticket.services,
        service_name=service.name if service else same(ticket.service),
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
        can=tuple(name for name, command in may.items() if allowed(ctx, hall, command, now)),
        return_until=iso_of_tick(back_until, now),
        prepared=bool(ticket.review),
        call_ends=iso_of_tick(call_ends(ctx.plan.policy, ticket), now),
        postpone_s=ctx.plan.policy.postpone_s,
        postpones_left=postpones_left(ctx.plan.policy, ticket),
        postponed_until=iso_of_tick(ticket.postponed_until if later else 0, now),
        coming=ticket.coming and ticket.state == "called",
    )


def allowed(ctx: ViewContext, hall: Hall, command: c.Command, now: Moment) -> bool:
    """Whether something would happen."""
    decision = decide(ctx.plan, hall, command, now)
    return not isinstance(decision, Refused) and bool(decision)


def device_state(device: m.DeviceView, at: Stamp) -> m.DeviceState:
    return m.DeviceState(
        **at,
        id=device.id,
        kind=device.kind,
        state=device.state,
        detail=device.detail,
        code=device.code,
        facts=device.facts,
    )
