"""What a number is once it waits again: while it was called, missed or served for another matter, its review may have
passed or ended. Whatever puts it back into line turns it to what its review says now, in the same decision."""

from __future__ import annotations

from hall_daemon.cases.book import Sight
from hall_daemon.cases.docket import Docket, Review
from hall_daemon.cases.evolve import live
from hall_daemon.domain import evolve as of_hall
from hall_daemon.domain.events import PressUndone, ServiceAdvanced, TicketReturned, TicketTransferred, tickets_of
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment, Plan
from hall_daemon.domain.refusal import Decision, Events, Refused
from hall_daemon.domain.ticket_rules import prepare, unprepare

_BACK_IN_LINE = (TicketReturned, ServiceAdvanced, TicketTransferred, PressUndone)


def follow_reviews(sight: Sight, decision: Decision, now: Moment) -> Decision:
    """A decision about the hall, with what it means to numbers that are bound to a review."""
    if isinstance(decision, Refused):
        return decision
    moved = (ticket for event in decision if isinstance(event, _BACK_IN_LINE) for ticket in tickets_of(event))
    bound = [review for ticket in moved if (review := sight.docket.of_ticket(ticket)) is not None]
    if not bound:
        return decision
    hall, docket = sight.hall.copy(), Docket()
    for review in bound:
        docket.put(review)
    for event in decision:
        live(docket, event, now)
        of_hall.evolve(hall, event, now)
    turned = (event for review in docket.reviews.values() for event in _turned(sight.plan, hall, review))
    return (*decision, *turned)


def _turned(plan: Plan, hall: Hall, review: Review) -> Events:
    if review.used:
        return ()
    turn = prepare if review.state == "passed" else unprepare
    return turn(plan, hall, review.ticket, review.service, review.id)
