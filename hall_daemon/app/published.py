"""What is published: a Hall becomes the retained states and events of MQTT. Pure; any thread that may read it.

Everybody may read these: no staff, no ticket id, no token. A state is equal to the last one when it differs
in `seq` and `as_of` only.
"""

from __future__ import annotations

from collections.abc import Mapping

from hall_daemon.app.forecast_view import forecast_state
from hall_daemon.app.record import Recorded
from hall_daemon.app.view_context import ViewContext, iso, number_of, text
from hall_daemon.app.views import Figures, opening_now, queue_figures
from hall_daemon.domain import events as e
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment
from hall_daemon.wire import messages as m
from hall_daemon.wire import topics


def _queue_state(ctx: ViewContext, queue_id: str, figures: Figures, seq: int, now: Moment) -> m.QueueState:
    queue = ctx.plan.queues[queue_id]
    return m.QueueState(
        epoch=ctx.epoch,
        seq=seq,
        as_of=iso(now.wall),
        ttl_s=ctx.ttl_s,
        id=queue.id,
        name=text(queue.name),
        prefix=queue.prefix,
        waiting=figures.waiting,
        serving=figures.serving,
        windows_open=figures.windows_open,
        wait=ctx.waits.queue(queue.id),
        calling=figures.calling,
    )


def _window_state(ctx: ViewContext, hall: Hall, window_id: str, seq: int, now: Moment) -> m.WindowState:
    window = ctx.plan.windows[window_id]
    state = hall.window(window_id)
    ticket = hall.tickets.get(state.ticket)
    return m.WindowState(
        epoch=ctx.epoch,
        seq=seq,
        as_of=iso(now.wall),
        ttl_s=ctx.ttl_s,
        id=window.id,
        label=window.label,
        zone=window.zone,
        status=state.status,
        number=ticket.number if ticket else None,
        state=ticket.state if ticket else None,
        calls=ticket.calls if ticket else 0,
    )


def _hall_state(
    ctx: ViewContext, hall: Hall, figures: Mapping[str, Figures], seq: int, now: Moment
) -> m.HallState:
    opening = opening_now(ctx, hall, now)
    return m.HallState(
        epoch=ctx.epoch,
        seq=seq,
        as_of=iso(now.wall),
        ttl_s=ctx.ttl_s,
        id=ctx.plan.id,
        name=text(ctx.plan.name),
        day=hall.day,
        open=opening.open,
        opens=opening.opens,
        closes=opening.closes,
        reopens=opening.reopens,
        waiting=sum(queue.waiting for queue in figures.values()),
        serving=sum(queue.serving for queue in figures.values()),
        windows_open=sum(hall.window(id_).status == "open" for id_ in ctx.plan.windows),
    )


def device_state(ctx: ViewContext, device: m.DeviceView, seq: int, now: Moment) -> m.DeviceState:
    return m.DeviceState(
        epoch=ctx.epoch,
        seq=seq,
        as_of=iso(now.wall),
        ttl_s=ctx.ttl_s,
        id=device.id,
        kind=device.kind,
        state=device.state,
        detail=device.detail,
        code=device.code,
        facts=device.facts,
    )


def retained_states(ctx: ViewContext, hall: Hall, seq: int, now: Moment) -> dict[str, m.Envelope]:
    """Every retained topic of the hall and what it says now, devices aside (they are not in the hall)."""
    plan = ctx.plan
    figures = queue_figures(ctx, hall)
    states: dict[str, m.Envelope] = {topics.hall_state(plan.id): _hall_state(ctx, hall, figures, seq, now)}
    forecast = ctx.forecast()
    if forecast is not None and forecast.made_at:
        states[topics.forecast(plan.id)] = forecast_state(ctx, forecast, seq, now)
    for id_ in plan.queues:
        states[topics.queue_state(plan.id, id_)] = _queue_state(ctx, id_, figures[id_], seq, now)
    for id_ in plan.windows:
        states[topics.window_state(plan.id, id_)] = _window_state(ctx, hall, id_, seq, now)
    return states


def hall_event(ctx: ViewContext, recorded: Recorded) -> m.HallEvent:
    """An event as it is published: what happened to which number, where. Old after ttl_s, as state is. Whose class
    was changed is not for everybody."""
    named = e.public_about(recorded.event)
    known = named.ticket if not isinstance(recorded.event, e.TicketPrioritised) else None
    at = iso(recorded.wall)
    return m.HallEvent(
        epoch=ctx.epoch,
        seq=recorded.seq,
        as_of=at,
        ttl_s=ctx.ttl_s,
        kind=type(recorded.event).__name__,
        at=at,
        day=recorded.day,
        number=number_of(known) if known else None,
        window=named.window or None,
        queue=named.queue or None,
    )
