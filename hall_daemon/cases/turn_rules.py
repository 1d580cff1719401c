"""What a morning brings: drafts and results whose time is over, answers that are owed, dossiers to be wiped.

Some minutes after midnight, in the order of ids, MOST_AT_ONCE in one decision, so that a thousand that lapse keep no
press waiting; DocketTurned is the last of the day.
"""

from __future__ import annotations

from datetime import date
from itertools import islice

from hall_daemon.cases import commands as c
from hall_daemon.cases import events as e
from hall_daemon.cases.book import Sight
from hall_daemon.cases.docket import Docket, Review
from hall_daemon.cases.life import LIFE, OWED
from hall_daemon.cases.refusals import due_day
from hall_daemon.cases.statutes import Matter, Statutes
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import MINUTE_MS, Moment
from hall_daemon.domain.refusal import Decision, Events
from hall_daemon.domain.ticket import FINAL
from hall_daemon.domain.ticket_rules import unprepare

MOST_AT_ONCE = 200
_ANY = Matter(id="", form="", edition=0)


def due(statutes: Statutes, docket: Docket, hall: Hall, now: Moment) -> list[c.CaseCommand]:
    """What the docket has to do by itself now. Asked at every step of the core."""
    if docket.turned >= hall.day or not docket.reviews:
        return []
    if now.wall - hall.midnight_wall < statutes.turn_min * MINUTE_MS:
        return []
    return [c.TurnDocket(hall.day)]


def turn(sight: Sight, command: c.TurnDocket, now: Moment) -> Decision:
    if command.day != sight.day or sight.docket.turned >= command.day:
        return ()
    today = date.fromisoformat(command.day)
    steps = (_morning(sight, sight.docket.reviews[id_], today) for id_ in sorted(sight.docket.reviews))
    found = list(islice(filter(None, steps), MOST_AT_ONCE))
    events = tuple(event for each in found for event in each)
    return events if len(found) == MOST_AT_ONCE else (*events, e.DocketTurned(command.day))


def _morning(sight: Sight, review: Review, today: date) -> Events:
    """What `today` does to one review; nothing once it is done."""
    if review.closed or review.used:
        keep = _kept_days(sight.statutes.matters.get(review.matter, _ANY), review)
        gone = (today - date.fromisoformat(review.since)).days
        return (e.ReviewPutAway(review.id),) if gone > keep and not _at_desk(sight, review) else ()
    until = due_day(sight.statutes, review)
    assert until is not None
    if review.state in OWED:
        alarm: e.AlarmKind = "answer_over" if today > until else "answer_soon"
        return (e.AlarmRaised(review.id, alarm),) if today >= until and alarm not in review.alarms else ()
    if today <= until or (review.state, "lapsed") not in LIFE:
        return ()
    back = unprepare(sight.plan, sight.hall, review.ticket, review.service, review.id)
    return (e.ReviewLapsed(review.id, sight.day), *back)


def _kept_days(matter: Matter, review: Review) -> int:
    """What was begun and taken back is nobody's any more the next day: a thousand such must fill no docket."""
    if review.state == "withdrawn" and not review.first_sent_wall:
        return 0
    return matter.visited_days if review.used else matter.keep_days


def _at_desk(sight: Sight, review: Review) -> bool:
    ticket = sight.hall.tickets.get(review.ticket)
    return ticket is not None and ticket.state not in FINAL
