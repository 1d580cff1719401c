"""What is published: a Hall becomes the retained states and events of MQTT, and of the public board. Pure; any thread
that may read it.

Everybody may read these: no staff, no ticket id, no token. A state is equal to the last one when it differs
in `seq` and `as_of` only.
"""

from __future__ import annotations

from hall_daemon.app.forecast_view import TTL_S, forecast_state, queue_forecasts
from hall_daemon.app.record import Recorded
from hall_daemon.app.screens import screen_state
from hall_daemon.app.states import Stamp, hall_state, queue_figures, queue_state, service_state, stamp, window_state
from hall_daemon.app.states import device_state as device_state
from hall_daemon.app.states import ticket_page as ticket_page
from hall_daemon.app.view_context import ViewContext, iso, number_of
from hall_daemon.domain import events as e
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment
from hall_daemon.wire import messages as m
from hall_daemon.wire import topics
from hall_daemon.wire.accuracy import AccuracyState


def retained_states(ctx: ViewContext, hall: Hall, seq: int, now: Moment) -> dict[str, m.Envelope]:
    """Every retained topic of the hall and what it says now: devices aside (they are not in the hall), and tickets,
    which are many and have their own pace."""
    plan, at, figures = ctx.plan, stamp(ctx, seq, now), queue_figures(ctx, hall)
    states: dict[str, m.Envelope] = {topics.hall_state(plan.id): hall_state(ctx, hall, figures, now, at)}
    for id_ in plan.queues:
        states[topics.queue_state(plan.id, id_)] = queue_state(ctx, hall, id_, figures[id_], at)
    for id_ in plan.services:
        states[topics.service_state(plan.id, id_)] = service_state(ctx, hall, id_, now, at)
    for id_ in plan.windows:
        states[topics.window_state(plan.id, id_)] = window_state(ctx, hall, id_, now, at)
    states[topics.screen(plan.id)] = screen_state(ctx, hall, now, at)
    forecast = ctx.forecast()
    if forecast is not None and forecast.made_at:
        states[topics.forecast(plan.id)] = forecast_state(forecast, at)
        for queue_id, state in queue_forecasts(forecast, at).items():
            states[topics.queue_forecast(plan.id, queue_id)] = state
    accuracy = ctx.accuracy()
    if accuracy is not None:
        counted: Stamp = {**at, "as_of": accuracy.last_updated, "ttl_s": TTL_S}
        states[topics.accuracy(plan.id)] = AccuracyState(**counted, data=accuracy.data)
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
