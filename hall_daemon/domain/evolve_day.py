"""How a business day turns, is taken back, ends, and what a damaged journal or a clock did to it. Part of `evolve`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hall_daemon.domain import events as e
from hall_daemon.domain.hall import Hall, Turn
from hall_daemon.domain.plan import Moment
from hall_daemon.domain.ticket import FINAL

Evolver = Callable[[Hall, Any, Moment], None]

# A date may be believed that is so many days ahead (BelievedWall), each night one turn more.
TURNS_KEPT = 31


def _day_opened(hall: Hall, event: e.DayOpened, now: Moment) -> None:
    if hall.day:
        if hall.turned is not None:
            hall.earlier_turns = (hall.turned._replace(expired={}), *hall.earlier_turns)[:TURNS_KEPT]
        hall.turned = Turn(
            day=hall.day, midnight_wall=hall.midnight_wall, counts=hall.counts, issued=hall.issued, calls=hall.calls,
            tally=hall.tally, expired=hall.expired,
        )
    hall.day, hall.midnight_wall, hall.day_open = event.day, event.midnight_wall, True
    hall.counts, hall.issued, hall.calls, hall.tally = dict(hall.given.get(event.day, {})), {}, {}, {}
    # A day that was given numbers too early comes again, whatever further turns are taken back before that.
    oldest = min((turn.day for turn in (hall.turned, *hall.earlier_turns) if turn is not None), default=event.day)
    hall.given = {day: counts for day, counts in hall.given.items() if day > oldest}
    hall.presses, hall.expired = {}, {}
    for ticket in list(hall.tickets.values()):
        if ticket.state in FINAL:
            hall.forget(ticket.id)


def _ticket_reopened(hall: Hall, event: e.TicketReopened, now: Moment) -> None:
    assert hall.turned is not None
    was = hall.turned.expired[event.ticket]
    hall.put(was._replace(state="waiting", window=None, called_tick=0, started_tick=0, calls=0))


def _day_reopened(hall: Hall, event: e.DayReopened, now: Moment) -> None:
    turn = hall.turned
    assert turn is not None
    hall.given = {**hall.given, event.instead_of: hall.counts}
    hall.day, hall.midnight_wall, hall.day_open = event.day, event.midnight_wall, True
    hall.counts, hall.issued, hall.calls = dict(turn.counts), dict(turn.issued), dict(turn.calls)
    hall.tally = dict(turn.tally)
    hall.presses, hall.expired = {}, {}
    hall.turned, hall.earlier_turns = next(iter(hall.earlier_turns), None), hall.earlier_turns[1:]
    # Who had missed a call may still come back.
    for ticket in turn.expired.values():
        if ticket.id not in hall.tickets:
            hall.put(ticket)


def _day_closed(hall: Hall, event: e.DayClosed, now: Moment) -> None:
    hall.day_open = False


def _events_lost(hall: Hall, event: e.EventsLost, now: Moment) -> None:
    if event.day > hall.day:
        hall.given = {**hall.given, event.day: _higher(hall.given.get(event.day, {}), event.counts)}
    elif event.day == hall.day:
        hall.counts = _higher(hall.counts, event.counts)


def _higher(counts: dict[str, int], known: dict[str, int]) -> dict[str, int]:
    return {**counts, **{queue: max(count, counts.get(queue, 0)) for queue, count in known.items()}}


def _clock_stepped(hall: Hall, event: e.ClockStepped, now: Moment) -> None:
    hall.tally["clock_steps"] = hall.tally.get("clock_steps", 0) + 1


EVOLVE_DAY: dict[type, Evolver] = {
    e.DayOpened: _day_opened,
    e.DayClosed: _day_closed,
    e.TicketReopened: _ticket_reopened,
    e.DayReopened: _day_reopened,
    e.EventsLost: _events_lost,
    e.ClockStepped: _clock_stepped,
}
