"""When the business day begins and ends. Rules that `decide` has in its table."""

from __future__ import annotations

from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment, Plan
from hall_daemon.domain.refusal import Decision, Events, Refused
from hall_daemon.domain.ticket import LIFE


def open_(plan: Plan, hall: Hall, command: c.OpenDay, now: Moment) -> Decision:
    if command.day <= hall.day:
        # The business day never runs backwards, whatever the clock did.
        return ()
    return (*_day_end(hall), e.DayOpened(command.day, command.midnight_wall))


def close(plan: Plan, hall: Hall, command: c.CloseDay, now: Moment) -> Decision:
    if command.day != hall.day:
        return ()
    return _day_end(hall)


def reopen(plan: Plan, hall: Hall, command: c.ReopenDay, now: Moment) -> Decision:
    """Every turn into a day that has yet to come, the newest first."""
    if hall.turned is None:
        return Refused("no_turn")
    if now.wall >= hall.midnight_wall:
        # It would turn again at once.
        return Refused("turn_holds", {"day": hall.day})
    events: list[e.Event] = []
    day, midnight_wall = hall.day, hall.midnight_wall
    for turn in (hall.turned, *hall.earlier_turns):
        if now.wall >= midnight_wall:
            break
        events += (
            e.TicketReopened(ticket.id, ticket.service, ticket.queue, ticket.class_)
            for ticket in turn.expired.values()
            if ticket.state != "missed"
        )
        events.append(e.DayReopened(turn.day, turn.midnight_wall, day))
        day, midnight_wall = turn.day, turn.midnight_wall
    return tuple(events)


def _day_end(hall: Hall) -> Events:
    """One idempotent transaction: whoever is not at a desk expires; a late finish lands on its own day."""
    if not hall.day_open:
        return ()
    expired = (e.TicketExpired(t.id) for t in hall.tickets.values() if (t.state, "expired") in LIFE)
    return (*expired, e.DayClosed(hall.day))


def clock_step(plan: Plan, hall: Hall, command: c.NoteClockStep, now: Moment) -> Decision:
    return (e.ClockStepped(command.by_ms),)
