"""Why was this ticket called, and why before that one? Answered from the journal, in words an applicant may read.

The hall is put back to the moment before the call and the rules are asked again, so that the answer is the
rules' own and not a guess about them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hall_daemon.app.record import Recorded
from hall_daemon.app.view_context import reason_text
from hall_daemon.domain import events as e
from hall_daemon.domain.decide import Refused
from hall_daemon.domain.dispatch import blocked
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment, Plan
from hall_daemon.domain.ticket import Ticket
from hall_daemon.wire.messages import Explanation
from hall_daemon.wire.texts import state_name, window_name
from hall_daemon.words.tables import tables
from hall_daemon.words.text import Fact, joined, same

HallBefore = Callable[[int], Hall]
RANKED = frozenset({"arrival", "class_mix", "returner"})

# What may be said of the call and of the other ticket; the words are under `explanation`.
CODES = (
    "not_called", "called", "not_drawn", "not_waiting", "other_service", "other_clerk", "slot", "lock", "returner",
    "postponed", "class", "skill", "later", "reason",
)


def explain(
    plan: Plan, day: list[Recorded], hall_before: HallBefore, ticket_id: str, before: str = ""
) -> Explanation | Refused:
    """Why the ticket's last call was made, and why ahead of number `before` when one is given.

    `day`: the events of its business day, oldest first. `hall_before(seq)`: the hall just before that event.
    """
    issued = _issued(day, ticket_id)
    if issued is None:
        return Refused("unknown_ticket", {"ticket": ticket_id})
    other = _issued(day, f"{issued.day}-{before}") if before else None
    if before and other is None:
        return Refused("unknown_ticket", {"ticket": before})
    facts: dict[str, Fact] = {"number": issued.number, "other": before}
    call = _last_call(day, ticket_id)
    if call is None:
        return _answer(ticket_id, issued.number, before, ["not_called"], facts)
    event = call.event
    assert isinstance(event, e.TicketCalled)
    window = plan.windows.get(event.window)
    reason = reason_text(plan, event.reason)
    label = window.label if window else event.window
    facts |= {"window": label, "code": event.reason.code, "seq": call.seq, "at": window_name(label), "reason": reason}
    codes = ["called"]
    if other is not None:
        hall = hall_before(call.seq)
        code, more = _against(plan, hall, event, hall.tickets[ticket_id], other, call.moment)
        codes.append(code)
        facts |= more
    return _answer(ticket_id, issued.number, before, codes, facts)


def _against(
    plan: Plan, hall: Hall, call: e.TicketCalled, called: Ticket, other: e.TicketIssued, now: Moment
) -> tuple[str, dict[str, Fact]]:
    """What kept the other one behind, as the code of its words and their facts."""
    window_id = call.window
    ticket = hall.tickets.get(other.ticket)
    if ticket is None:
        return "not_drawn", {}
    if ticket.state != "waiting":
        return "not_waiting", {"state": ticket.state, "state_name": state_name(ticket.state)}
    if ticket.only_window and ticket.only_window != window_id:
        clerk = plan.windows.get(ticket.only_window)
        label = clerk.label if clerk else ticket.only_window
        return "other_clerk", {"clerk": label, "clerk_name": window_name(label)}
    window = plan.windows.get(window_id)
    if window is None or not window.takes(ticket.service):
        return "other_service", {}
    skills = window.skills
    stopped = blocked(hall, ticket, now)
    if stopped is not None:
        return stopped.code, {"left": stopped.left}
    # Skill and class order the calls only where no stronger ground did: a pick, the longest wait, the same clerk.
    by_rank = call.reason.code in RANKED
    if by_rank and skills.get(called.service) != skills.get(ticket.service):
        return "skill", {}
    if by_rank and ticket.class_ != called.class_:
        names = {rule.id: rule.name for rule in plan.policy.classes}
        mine, theirs = (names.get(class_, same(class_)) for class_ in (called.class_, ticket.class_))
        return "class", {"class": mine, "other_class": theirs}
    if ticket.place < called.place:
        return "reason", {}
    # Whoever drew before and stands behind went back by their own choice.
    return ("postponed" if ticket.postponed and ticket.drawn_tick < called.drawn_tick else "later"), {}


def _issued(day: list[Recorded], ticket_id: str) -> e.TicketIssued | None:
    for row in day:
        if isinstance(row.event, e.TicketIssued) and row.event.ticket == ticket_id:
            return row.event
    return None


def _last_call(day: list[Recorded], ticket_id: str) -> Recorded | None:
    """The ticket's last call that was not undone."""
    call: Recorded | None = None
    for row in day:
        event = row.event
        if isinstance(event, e.TicketCalled) and event.ticket == ticket_id:
            call = row
        elif isinstance(event, e.PressUndone) and event.press == "call" and ticket_id in event.tickets:
            call = None
    return call


def last_called(day: list[Recorded]) -> str | None:
    """The ticket of the last call of a business day that was not undone."""
    called: list[str] = []
    for row in day:
        event = row.event
        if isinstance(event, e.TicketCalled):
            called.append(event.ticket)
        elif isinstance(event, e.PressUndone) and event.press == "call":
            called = [ticket for ticket in called if ticket not in event.tickets]
    return called[-1] if called else None


def _answer(ticket_id: str, number: str, before: str, codes: list[str], facts: dict[str, Fact]) -> Explanation:
    sentences = [tables().text(f"explanation.{code}", facts) for code in codes]
    words = joined(sentences, tables().text("list.sentences"))
    return Explanation(ticket_id, number, before or None, words, {**_flat(facts), "why": codes[-1]})


def _flat(facts: Mapping[str, Fact]) -> dict[str, str | int]:
    """Facts as programs read them: words as one fact a language, `at_zh` and `at_en`."""
    flat: dict[str, str | int] = {}
    for name, fact in facts.items():
        if isinstance(fact, dict):
            flat |= {f"{name.removesuffix('_name')}_{language}": words for language, words in fact.items()}
        else:
            flat[name] = fact
    return flat
