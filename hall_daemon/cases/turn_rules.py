"""What a morning brings: drafts and results whose time is over, answers that are owed, dossiers to be wiped.

Some minutes after midnight, in the order of ids, MOST_LOOKED in one decision and of them MOST_AT_ONCE that change, so
that a full docket keeps no press waiting; each ends with a DocketTurned that says how far it came.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date

from hall_daemon.cases import commands as c
from hall_daemon.cases import events as e
from hall_daemon.cases.book import Sight
from hall_daemon.cases.docket import Docket, Review
from hall_daemon.cases.life import LIFE, OWED
from hall_daemon.cases.refusals import due_day
from hall_daemon.cases.statutes import Matter, Statutes
from hall_daemon.domain.events import Event
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import MINUTE_MS, Moment
from hall_daemon.domain.refusal import Decision, Events
from hall_daemon.domain.ticket import FINAL, day_of
from hall_daemon.domain.ticket_rules import unprepare

MOST_AT_ONCE = 200
MOST_LOOKED = 400
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
    today, ids = date.fromisoformat(command.day), sorted(sight.docket.reviews)
    day, upto = sight.docket.turning
    begin = bisect_right(ids, upto) if day == command.day else 0
    events: list[Event] = []
    changed = 0
    for at in range(begin, min(begin + MOST_LOOKED, len(ids))):
        found = _morning(sight, sight.docket.reviews[ids[at]], today)
        events += found
        changed += bool(found)
        if changed == MOST_AT_ONCE or at + 1 == begin + MOST_LOOKED:
            return (*events, e.DocketTurned(command.day, ids[at]))
    return (*events, e.DocketTurned(command.day))


def _morning(sight: Sight, review: Review, today: date) -> Events:
    """What `today` does to one review; nothing once it is done."""
    if review.closed or review.used:
        gone = _is_over(sight, review, today) and not _at_desk(sight, review)
        return (e.ReviewPutAway(review.id),) if gone else ()
    until = due_day(sight.statutes, review)
    assert until is not None
    if review.state in OWED:
        alarm: e.AlarmKind = "answer_over" if today > until else "answer_soon"
        return (e.AlarmRaised(review.id, alarm),) if today >= until and alarm not in review.alarms else ()
    if today <= until or (review.state, "lapsed") not in LIFE:
        return ()
    back = unprepare(sight.plan, sight.hall, review.ticket, review.service, review.id)
    return (e.ReviewLapsed(review.id, sight.day), *back)


def _is_over(sight: Sight, review: Review, today: date) -> bool:
    """The morning before has to have seen its last day as well: what goes is wiped, and a wrong clock that turned the
    day has been seen by the next one."""
    keep = _kept_days(sight.statutes.matters.get(review.matter, _ANY), review)
    ended = max(review.since, day_of(review.ticket)) if review.used else review.since
    since, before = date.fromisoformat(ended), date.fromisoformat(max(sight.docket.turned, ended))
    return (today - since).days > keep and (before - since).days >= keep


def _kept_days(matter: Matter, review: Review) -> int:
    """What was begun and taken back is nobody's any more the next day: a thousand such must fill no docket."""
    if review.state == "withdrawn" and not review.first_sent_wall:
        return 0
    return matter.visited_days if review.used else matter.keep_days


def _at_desk(sight: Sight, review: Review) -> bool:
    ticket = sight.hall.tickets.get(review.ticket)
    return ticket is not None and ticket.state not in FINAL
