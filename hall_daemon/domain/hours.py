"""When numbers are given: opening hours, lunch, the stop before the end, daily caps. Pure arithmetic."""

from __future__ import annotations

from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import MINUTE_MS, Moment, Plan, Service

Session = tuple[int, int]


def minute_of_day(hall: Hall, now: Moment) -> float:
    """Minutes since the local midnight of the hall's business day. A clock that stepped back before the
    day gives a negative number: the hall is then simply closed for new numbers."""
    return (now.wall - hall.midnight_wall) / MINUTE_MS


def session_at(plan: Plan, hall: Hall, now: Moment) -> Session | None:
    """The session that is running, or None between and outside them."""
    minute = minute_of_day(hall, now)
    for begins, ends in plan.sessions(hall.day):
        if begins <= minute < ends:
            return begins, ends
    return None


def next_opening(plan: Plan, hall: Hall, now: Moment) -> str | None:
    """Today's next opening as HH:MM, or None when the hall does not open again today."""
    minute = minute_of_day(hall, now)
    for begins, _ in plan.sessions(hall.day):
        if begins > minute:
            return clock_text(begins)
    return None


def clock_text(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def issue_refusal(plan: Plan, hall: Hall, service: Service, now: Moment) -> tuple[str, dict[str, str | int]] | None:
    """Why no number is given for `service` now, as (code, facts), or None when one is."""
    session = session_at(plan, hall, now)
    if session is None:
        opens = next_opening(plan, hall, now)
        return ("hall_closed", {"opens": opens}) if opens else ("hall_closed_today", {})
    stop = plan.hours.stop_issuing_min if service.stop_issuing_min is None else service.stop_issuing_min
    if minute_of_day(hall, now) >= session[1] - stop:
        opens = next_opening(plan, hall, now)
        facts: dict[str, str | int] = {"closes": clock_text(session[1])}
        if opens:
            facts["opens"] = opens
        return "issuing_stopped", facts
    if service.daily_cap is not None and hall.issued.get(service.id, 0) >= service.daily_cap:
        return "service_full", {"service": service.id, "cap": service.daily_cap}
    if plan.daily_cap is not None and hall.tally.get("issued", 0) >= plan.daily_cap:
        return "day_full", {"cap": plan.daily_cap}
    return None
