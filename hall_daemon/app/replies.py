"""Replies to those who drew a number or pressed a key, and the event stream. Pure; from events alone.

A stream never holds a token or a subject; a public one no ticket id, no class, no staff and not who did it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields

from hall_daemon.app.record import Recorded
from hall_daemon.app.view_context import ViewContext, iso, number_of, reason_text
from hall_daemon.domain import events as e
from hall_daemon.wire import messages as m


def issued_view(ctx: ViewContext, recorded: Recorded) -> m.Issued:
    """The answer to a number drawn, from the event alone, so that a repeated key gives the same body; only
    `wait` is what the ticket is told at this moment."""
    event = recorded.event
    assert isinstance(event, e.TicketIssued)
    return m.Issued(
        ticket=event.ticket,
        number=event.number,
        token=event.token,
        day=event.day,
        queue=event.queue,
        services=event.services,
        ahead=event.ahead,
        wait=ctx.waits.ticket(event.ticket, event),
        issued_at=iso(recorded.wall),
        url=ctx.ticket_url.format(token=event.token),
    )


def done_view(ctx: ViewContext, seq: int, batch: Sequence[Recorded]) -> m.Done:
    """The answer to a press: what it did, about the last ticket and window its events name."""
    ticket = window = None
    reason: e.Reason | None = None
    for recorded in batch:
        named = e.public_about(recorded.event)
        ticket, window = named.ticket or ticket, named.window or window
        if isinstance(recorded.event, e.TicketCalled):
            reason = recorded.event.reason
    return m.Done(
        window=window,
        ticket=ticket,
        number=number_of(ticket) if ticket else None,
        events=tuple(type(recorded.event).__name__ for recorded in batch),
        seq=batch[-1].seq if batch else seq,
        reason=reason_text(ctx.plan, reason) if reason else None,
    )


_SECRET = frozenset({"token", "subject", "before"})
# A class, its ground and the reason of a call say something about a person: not for everybody.
_PUBLIC = frozenset({"window", "queue", "service", "services", "next_service", "day", "count", "press"})


_STAFF = frozenset({"staff", "taken_from"})


def stream_event(recorded: Recorded, number: Callable[[str], str] = str, *, public: bool = False) -> m.StreamEvent:
    """One event for the event stream, its ticket's number added; `number` gives the work number for the id of a member
    of staff. Public ones hold what screens show anyway, confidential ones nothing."""
    event = recorded.event
    told = not e.confidential(event)
    body = {
        f.name.rstrip("_"): _plain(getattr(event, f.name))
        for f in fields(event)
        if told and (f.name in _PUBLIC if public else f.name not in _SECRET)
    }
    for name in body.keys() & _STAFF:
        body[name] = number(str(body[name]))
    kind, colon, who = recorded.by.partition(":")
    by = f"staff:{number(who)}" if kind == "staff" and colon else recorded.by
    named = e.public_about(event)
    if named.ticket and not (public and isinstance(event, e.TicketPrioritised)):
        body["number"] = number_of(named.ticket)
    return m.StreamEvent(
        seq=recorded.seq,
        at=iso(recorded.wall),
        day=recorded.day,
        kind=type(event).__name__,
        by="" if public or not told else by,
        body=body,
    )


def _plain(value: object) -> object:
    return {"code": value.code, "facts": value.facts} if isinstance(value, e.Reason) else value
