"""How somebody gets a number, comes back, is sent on, put first or given up. Rules that `decide` has in its table."""

from __future__ import annotations

from typing import TypedDict

from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.dispatch import ahead
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.hours import issue_refusal, session_at
from hall_daemon.domain.plan import Moment, Plan, Policy
from hall_daemon.domain.refusal import Decision, Events, Refused, cannot_go_to, ticket_of, unended
from hall_daemon.domain.ticket import LIFE, Place, Ticket, id_of

MAX_SERVICES = 8


def issue(plan: Plan, hall: Hall, command: c.IssueTicket, now: Moment) -> Decision:
    services = command.services
    if not services or len(services) > MAX_SERVICES or len(set(services)) != len(services):
        return Refused("bad_services", {"max": MAX_SERVICES})
    for service_id in services:
        if service_id not in plan.services:
            return Refused("unknown_service", {"service": service_id, "known": ", ".join(plan.services)})
        if service_id in plan.plain and not command.review:
            return Refused("review_needed", {"service": service_id, "plain": plan.plain[service_id]})
    if not hall.day_open:
        return Refused("day_closed")
    for service_id in services:
        refusal = issue_refusal(plan, hall, plan.services[service_id], now)
        if refusal is not None:
            return Refused(*refusal)
    class_, since, not_before = plan.class_of(services[0]), now.tick, 0
    if command.class_ == "priority":
        if command.class_reason not in plan.priority_reasons:
            return Refused("priority_reason_needed", {"known": ", ".join(plan.priority_reasons)})
        class_ = "priority"
    elif command.class_ == "appointment":
        if command.slot is None:
            return Refused("slot_needed")
        begins, ends = command.slot
        if now.wall <= ends + plan.policy.appointment_late_s * 1000:
            # Somebody early waits from the slot, somebody late from the check-in.
            class_ = "appointment"
            since = now.tick + max(0, begins - now.wall)
            not_before = max(0, since - plan.policy.appointment_early_s * 1000)
            if not_before <= now.tick:
                not_before = 0
    elif command.class_ != "ordinary":
        return Refused("unknown_class", {"class": command.class_})
    queue = plan.queues[plan.services[services[0]].queue]
    count = hall.counts.get(queue.id, queue.first - 1) + 1
    number = queue.number(count)
    place = Place(since, hall.serial + 1)
    promised = ahead(hall, plan.rivals(services[0], hall.open_windows), class_, place, plan.policy)
    return (
        e.TicketIssued(  # in the order of its fields
            id_of(hall.day, number),
            number,
            hall.day,
            queue.id,
            count,
            services,
            command.token,
            place.serial,
            since,
            promised,
            class_,
            command.class_reason if class_ == "priority" else "",
            not_before,
            command.printer,
            command.subject,
            command.channel,
            command.review,
        ),
    )


def return_until(policy: Policy, ticket: Ticket) -> int:
    """The tick until which a missed number may come back; 0: as long as the day lasts."""
    return ticket.ended_tick + policy.return_limit_s * 1000 if policy.return_limit_s else 0


def return_(plan: Plan, hall: Hall, command: c.Return, now: Moment) -> Decision:
    ticket = ticket_of(hall, command.ticket, "returned")
    until = return_until(plan.policy, ticket)
    if until and now.tick > until:
        return Refused("return_too_late", {"number": ticket.number, "limit_min": plan.policy.return_limit_s // 60})
    after_calls = hall.calls.get(ticket.service, 0) + plan.policy.return_after_calls
    return (e.TicketReturned(ticket.id, after_calls, ticket.not_before),)


def postpone(plan: Plan, hall: Hall, command: c.Postpone, now: Moment) -> Decision:
    """As if the number had been drawn that much later: whoever drew meanwhile goes before, and time away is no wait."""
    ticket = ticket_of(hall, command.ticket, "postponed")
    left, later_ms = postpones_left(plan.policy, ticket), plan.policy.postpone_s * 1000
    if not left:
        return Refused("postponed_enough", {"number": ticket.number, "times": ticket.postponed})
    if session_at(plan, hall, Moment(now.tick + later_ms, now.wall + later_ms)) is None:
        return Refused("postpone_too_late", {"number": ticket.number, "limit_min": plan.policy.postpone_s // 60})
    until, since = now.tick + later_ms, ticket.place.since + later_ms
    return (e.TicketPostponed(ticket.id, ticket.postponed + 1, since, until, max(until, ticket.not_before)),)


def postpones_left(policy: Policy, ticket: Ticket) -> int:
    """How often its holder may still ask to be called later."""
    return max(0, policy.postpone_times - ticket.postponed) if policy.postpone_s else 0


def say_coming(plan: Plan, hall: Hall, command: c.SayComing, now: Moment) -> Decision:
    ticket = ticket_of(hall, command.ticket, "coming")
    return () if ticket.coming else (e.HolderComing(ticket.id, ticket.window or ""),)


def call_ends(policy: Policy, ticket: Ticket) -> int:
    """The tick at which a call that nobody comes to is missed by itself; 0: the clerk says so. Whoever says to be on
    the way has that time twice."""
    wait_ms = policy.no_show_s * 1000 * (2 if ticket.coming else 1)
    return ticket.called_tick + wait_ms if wait_ms and ticket.state == "called" else 0


def transfer(plan: Plan, hall: Hall, command: c.Transfer, now: Moment) -> Decision:
    ticket = ticket_of(hall, command.ticket, "transferred")
    service_id = command.service or ticket.service
    if service_id not in plan.services:
        return Refused("unknown_service", {"service": service_id, "known": ", ".join(plan.services)})
    clerk = (ticket.window or "") if command.keep == "clerk" else ""
    if command.keep == "clerk" and not clerk and not command.to_window:
        return Refused("no_first_clerk", {"number": ticket.number})
    later, back_to = ticket.services[1:], ticket.back_to
    only = command.to_window
    if clerk and service_id != ticket.service:
        # The other matter first, wherever it is done; the present one after it, and only here.
        later, back_to = (ticket.service, *later), {**back_to, ticket.service: clerk}
    elif clerk and not only:
        only = clerk
    if only and (refusal := cannot_go_to(plan, hall, only, service_id)) is not None:
        return refusal
    place = Place(now.tick, hall.serial + 1) if command.keep == "end" else ticket.place
    later = tuple(service for service in later if service != service_id)
    back_to = {service: window for service, window in back_to.items() if service in later}
    queue = plan.services[service_id].queue
    return (
        e.TicketTransferred(
            ticket=ticket.id,
            window=ticket.window or "",
            services=(service_id, *later),
            queue=queue,
            since=place.since,
            serial=place.serial,
            only_window=only,
            back_to=back_to,
        ),
    )


def prioritise(plan: Plan, hall: Hall, command: c.Prioritise, now: Moment) -> Decision:
    ticket = ticket_of(hall, command.ticket, "prioritised")
    if command.reason not in plan.priority_reasons:
        return Refused("priority_reason_needed", {"known": ", ".join(plan.priority_reasons)})
    if ticket.class_ == "priority":
        return ()
    return (e.TicketPrioritised(ticket.id, command.reason),)


def prepare(plan: Plan, hall: Hall, ticket_id: str, service: str, review: str) -> Events:
    """What a passed review does to the ticket of whoever comes for `service`; nothing once it is called, for another
    matter, or where it was sent to a window that does not take who is prepared."""
    ticket = hall.tickets.get(ticket_id)
    if ticket is None or (ticket.state, "prepared") not in LIFE or ticket.review or service not in ticket.services:
        return ()
    sent_to = plan.windows.get(ticket.only_window or "")
    if sent_to is not None and ticket.service == service and not sent_to.takes(plan.prepared(service)):
        return ()
    return (e.TicketPrepared(**_turned(plan, hall, ticket, service, plan.prepared(service)), review=review),)


def unprepare(plan: Plan, hall: Hall, ticket_id: str, service: str, review: str) -> Events:
    """Takes back what `prepare` did, or the draw with the review; nothing once it is called."""
    ticket = hall.tickets.get(ticket_id)
    if ticket is None or (ticket.state, "unprepared") not in LIFE or ticket.review != review:
        return ()
    return (e.TicketUnprepared(**_turned(plan, hall, ticket, plan.prepared(service), service), review=review),)


class _Turned(TypedDict):
    ticket: str
    services: tuple[str, ...]
    queue: str
    class_: str
    after_calls: int


def _turned(plan: Plan, hall: Hall, ticket: Ticket, was: str, becomes: str) -> _Turned:
    """The ticket with another service in the place of `was`: a class that came with the service goes with it."""
    services = tuple(becomes if service == was else service for service in ticket.services)
    first, class_ = services[0], ticket.class_
    if class_ == plan.class_of(ticket.service):
        class_ = plan.class_of(first)
    due = max(0, ticket.after_calls - hall.calls.get(ticket.service, 0))
    queue = plan.services[first].queue if first in plan.services else ticket.queue
    after_calls = hall.calls.get(first, 0) + due if due else 0
    return _Turned(ticket=ticket.id, services=services, queue=queue, class_=class_, after_calls=after_calls)


def cancel(plan: Plan, hall: Hall, command: c.Cancel, now: Moment) -> Decision:
    ticket = ticket_of(hall, command.ticket, "cancelled")
    return (e.TicketCancelled(ticket.id),)


def name_holder(plan: Plan, hall: Hall, command: c.NameHolder, now: Moment) -> Decision:
    ticket = unended(hall, command.ticket)
    return (e.HolderNamed(ticket.id, command.subject, ticket.subject),)
