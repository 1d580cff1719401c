"""The forecast and one more window as messages. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from hall_daemon.app.states import Stamp
from hall_daemon.app.view_context import iso
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.hours import clock_text
from hall_daemon.domain.plan import Moment, Plan
from hall_daemon.prediction.learn.day_profile import Count
from hall_daemon.prediction.reports.forecast import DayForecast, Forecast, QueueDay
from hall_daemon.prediction.reports.what_if import Change
from hall_daemon.prediction.waits.wait_estimate import WaitEstimate
from hall_daemon.wire import figures as f
from hall_daemon.wire.messages import VERSION, Wait

# It is made anew every some minutes; a reader need not ask more often.
TTL_S = 300


def forecast_data(plan: Plan, found: Forecast, made_wall: int) -> f.ForecastData:
    review = found.review
    return f.ForecastData(
        hall=plan.id, name=plan.name, unknown=None, made_at=iso(made_wall), seen=found.seen,
        queues={id_: queue.name for id_, queue in plan.queues.items()},
        days=tuple(map(_day, found.days)),
        review=None if review is None else f.ReviewView(**{**review._asdict(), "people": _people(review.people)}),
    )


def no_forecast(plan: Plan) -> f.ForecastData:
    return f.ForecastData.nothing(plan.id, plan.name)


def forecast_feed(data: f.ForecastData, now: Moment) -> f.ForecastFeed:
    return f.ForecastFeed(VERSION, iso(now.wall), TTL_S, data)


def forecast_state(data: f.ForecastData, at: Stamp) -> f.ForecastState:
    return f.ForecastState(
        **at, id=data.hall, name=data.name, made_at=data.made_at or "", seen=data.seen,
        days=tuple(msgspec.convert(day, f.ForecastDay, from_attributes=True) for day in data.days),
        review=data.review,
    )


def queue_forecasts(data: f.ForecastData, at: Stamp) -> dict[str, f.QueueForecast]:
    """Each queue's half hours; said less often than what moves."""
    at = {**at, "ttl_s": TTL_S}
    return {
        id_: f.QueueForecast(
            **at, id=id_, name=name, made_at=data.made_at or "",
            days={day.day: day.queues[id_] for day in data.days if id_ in day.queues},
        )
        for id_, name in data.queues.items()
    }


def _day(day: DayForecast) -> f.DayView:
    return f.DayView(
        day=day.day, unknown=day.reason or None, people=_people(day.people),
        slots=tuple(
            f.SlotView(clock_text(s.begins), clock_text(s.ends), _people(s.people), s.came, _wait(s.wait))
            for s in day.slots
        ),
        quietest=day.quietest, queues={queue: _queue(its) for queue, its in day.queues.items()},
    )


def _queue(day: QueueDay) -> f.QueueDayView:
    return f.QueueDayView(
        _people(day.people),
        tuple(_people(slot.people) for slot in day.slots),
        tuple(_wait(slot.wait) for slot in day.slots),
    )


def _people(count: Count) -> f.People:
    return f.People(*count)


def _wait(estimate: WaitEstimate) -> Wait:
    if isinstance(estimate, str):
        return Wait(unknown=estimate)
    return Wait(*estimate)


def what_if_view(plan: Plan, hall: Hall, changes: Sequence[Change], now: Moment) -> f.OneMoreView:
    waiting = sum(ticket.state == "waiting" for ticket in hall.tickets.values())
    return f.OneMoreView(
        VERSION, iso(now.wall), waiting,
        tuple(
            f.WindowChange(
                window=change.window, label=plan.windows[change.window].label, status=hall.window(change.window).status,
                services=plan.windows[change.window].services,
                queues=tuple(
                    f.QueueChange(queue, _wait(before), _wait(after))
                    for queue, (before, after) in change.queues.items()
                    if before != after
                ),
                waiting=waiting, saved_s=round(change.saved_s), helped=change.helped,
            )
            for change in changes
        ),
    )


def decoded_forecast(body: bytes) -> f.ForecastData:
    """Raises msgspec.DecodeError."""
    return msgspec.json.decode(body, type=f.ForecastData)
