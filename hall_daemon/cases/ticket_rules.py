"""How a review and a number come together. Rules that `decide` has in its table."""

from __future__ import annotations

import dataclasses
from datetime import date

from hall_daemon.cases import commands as c
from hall_daemon.cases import events as e
from hall_daemon.cases.book import Sight
from hall_daemon.cases.docket import UNSIGNED, Docket, Review
from hall_daemon.cases.refusals import due_day, known
from hall_daemon.domain.events import ServiceAdvanced, ServiceFinished, TicketIssued
from hall_daemon.domain.plan import Moment
from hall_daemon.domain.refusal import Decision, Declined, Events, Refused, unended
from hall_daemon.domain.ticket import FINAL
from hall_daemon.domain.ticket_rules import issue, prepare

SERVED = (ServiceFinished, ServiceAdvanced)


def bind(sight: Sight, command: c.BindTicket, now: Moment) -> Decision:
    """A passed review prepares the ticket at once, any other when it passes."""
    review = known(sight.docket, command.review)
    ticket = unended(sight.hall, command.ticket)
    if review.closed:
        return Refused("review_over", {"review": review.id, "state": review.state})
    passed = review.state == "passed"
    if review.ticket == ticket.id:
        # Whoever was called before it passed, and waits again.
        return prepare(sight.plan, sight.hall, ticket.id, review.service, review.id) if passed else ()
    _still_good(sight, review)
    if not review.service or review.service not in ticket.services:
        return Refused("ticket_for_another", {"number": ticket.number, "service": review.service})
    other = sight.docket.of_ticket(ticket.id)
    if ticket.review or (other is not None and not other.closed):
        return Refused("ticket_prepared", {"number": ticket.number})
    bound = e.TicketBound(review.id, ticket.id, sight.plan.prepared(review.service))
    if not passed:
        return (bound,)
    return (bound, *prepare(sight.plan, sight.hall, ticket.id, review.service, review.id))


def take(sight: Sight, command: c.TakeTicket, now: Moment) -> Decision:
    """Draw the number of the prepared service in the place of the plain one."""
    review = known(sight.docket, command.review)
    mine = command.token == review.token if command.token else command.person == review.person != ""
    if not mine or (command.person and review.person and command.person != review.person):
        return Refused("review_not_yours", {"review": review.id})
    if review.state == "lapsed":
        return Refused("review_lapsed", {"review": review.id})
    if review.state != "passed":
        return Refused("review_not_passed", {"review": review.id, "state": review.state})
    _still_good(sight, review)
    services = command.draw.services
    if not review.service or review.service not in services:
        return Refused("ticket_for_another", {"number": "", "service": review.service})
    ready = sight.plan.prepared(review.service)
    services = tuple(ready if service == review.service else service for service in services)
    draw = dataclasses.replace(command.draw, services=services, review=review.id)
    decision = issue(sight.plan, sight.hall, draw, now)
    if isinstance(decision, Refused):
        return decision
    (issued,) = decision
    assert isinstance(issued, TicketIssued)
    return (issued, e.TicketBound(review.id, issued.ticket, ready))


def settle(sight: Sight, command: c.SettlePromise, now: Moment) -> Decision:
    """Whoever came with it signs what they promise, or need not, or does not. What is said later counts."""
    review = known(sight.docket, command.review)
    if review.closed or review.state == "draft":
        return Refused("review_over", {"review": review.id, "state": review.state})
    if not review.promised:
        return Refused("nothing_promised", {"review": review.id})
    if review.settled == command.how:
        return ()
    return (e.PromiseSettled(review.id, command.staff, command.window, command.how),)


def left_open(docket: Docket, events: Events) -> Events:
    """A visit that ends as served while nobody said what became of what is promised is an alarm: a press of a pad, or
    of whoever passes over the page's question, goes on all the same."""
    ended = ((docket.of_ticket(event.ticket), event.service) for event in events if isinstance(event, SERVED))
    return tuple(
        e.AlarmRaised(review.id, UNSIGNED) for review, service in ended
        if review is not None and service in (review.service, review.ready) and review.promise_open
        and review.state == "passed" and UNSIGNED not in review.alarms
    )


def _still_good(sight: Sight, review: Review) -> None:
    """Declines a passed review whose time is over, or that somebody came with already."""
    until = due_day(sight.statutes, review) if review.state == "passed" else None
    if until is not None and date.fromisoformat(sight.day) > until:
        raise Declined("review_lapsed", {"review": review.id})
    if review.used:
        raise Declined("review_used", {"review": review.id})
    ticket = sight.hall.tickets.get(review.ticket)
    if ticket is not None and ticket.state not in FINAL:
        raise Declined("review_in_use", {"review": review.id, "number": ticket.number})
