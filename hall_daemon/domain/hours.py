"""When numbers are given: opening hours, lunch, the stop before the end, daily caps. Pure arithmetic."""

from __future__ import annotations

from datetime import date, timedelta

from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import MINUTE_MS, Moment, Plan, Service

Session = tuple[int, int]
# A hall that does not open for so many days has no next day.
DAYS_AHEAD = 366


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


def next_day(plan: Plan, hall: Hall) -> str | None:
    """When the hall opens on a later day, as 2026-11-30T08:30, or None when it does not within a year."""
    if not hall.day:
        return None
    today = date.fromisoformat(hall.day)
    for ahead in range(1, DAYS_AHEAD + 1):
        day = (today + timedelta(days=ahead)).isoformat()
        if sessions := plan.sessions(day):
            return f"{day}T{clock_text(sessions[0][0])}"
    return None


def closed_all_day(plan: Plan, hall: Hall) -> bool:
    """Whether today is a day on which the hall does not open at all."""
    return not plan.sessions(hall.day)


def clock_text(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def issue_refusal(plan: Plan, hall: Hall, service: Service, now: Moment) -> tuple[str, dict[str, str | int]] | None:
    """Why no number is given for `service` now, as (code, facts), or None when one is."""
    minute = minute_of_day(hall, now)
    for begins, closes in plan.sessions(hall.day):
        if begins <= minute < closes:
            break
    else:
        opens = next_opening(plan, hall, now)
        if opens:
            return "hall_closed", {"opens": opens}
        later = next_day(plan, hall) if closed_all_day(plan, hall) else None
        return ("hall_closed_all_day", {"next": later.replace("T", " ")}) if later else ("hall_closed_today", {})
    stop = plan.hours.stop_issuing_min if service.stop_issuing_min is None else service.stop_issuing_min
    if minute >= closes - stop:
        opens = next_opening(plan, hall, now)
        facts: dict[str, str | int] = {"closes": clock_text(closes)}
        if opens:
            facts["opens"] = opens
        return "issuing_stopped", facts
    if service.daily_cap is not None and hall.issued.get(service.id, 0) >= service.daily_cap:
        return "service_full", {"service": service.id, "cap": service.daily_cap}
    if plan.daily_cap is not None and hall.tally.get("issued", 0) >= plan.daily_cap:
        return "day_full", {"cap": plan.daily_cap}
    return None
