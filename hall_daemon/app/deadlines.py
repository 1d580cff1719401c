"""What the hall must do by itself: turn the day, give up on a no-show. Pure; the core loop sends what is due."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hall_daemon.domain import commands as c
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment, Plan
from hall_daemon.domain.ticket_rules import call_ends

HALF_DAY_S = 43_200
HOUR_MS = 3_600_000


def local_day(wall: int, timezone: str) -> tuple[str, int]:
    """The local date at `wall` ms, and the wall ms from which the minutes of that day count.

    That is 12 h before its noon: its midnight, except when the clocks change that night. Then it is an hour beside
    it, so that 08:30 is half past eight on the wall on that day too.
    """
    zone = ZoneInfo(timezone)
    local = datetime.fromtimestamp(wall / 1000, zone)
    noon = datetime(local.year, local.month, local.day, 12, tzinfo=zone)
    return local.date().isoformat(), int((noon.timestamp() - HALF_DAY_S) * 1000)


def day_bounds(day: str, timezone: str) -> tuple[int, int]:
    """Both midnights of a local date (ISO), in wall ms. Raises ValueError for what is no date."""
    begins, zone = date.fromisoformat(day), ZoneInfo(timezone)
    if begins.isoformat() != day or not 1970 < begins.year < 9999:
        raise ValueError(day)
    both = (datetime.combine(each, time(), zone) for each in (begins, begins + timedelta(days=1)))
    first, second = (int(each.timestamp() * 1000) for each in both)
    return first, second


def due(plan: Plan, hall: Hall, now: Moment) -> list[c.Command]:
    """Commands whose time has come. Sending one twice does no harm."""
    commands: list[c.Command] = []
    into_the_day = now.wall - hall.midnight_wall
    # Far from both midnights nobody needs the calendar, which is asked at every step of the core.
    if not HOUR_MS <= into_the_day < 23 * HOUR_MS:
        day, midnight = local_day(now.wall, plan.timezone)
        if day > hall.day:
            commands.append(c.OpenDay(day, midnight))
    if plan.policy.no_show_s:
        for state in hall.windows.values():
            ticket = hall.tickets.get(state.ticket)
            if ticket is not None and 0 < call_ends(plan.policy, ticket) <= now.tick:
                commands.append(c.Miss(state.id, ticket.id))
    return commands
