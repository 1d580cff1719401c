"""Why was this ticket called, and why before that one? Answered from the journal, in words an applicant may read.

The hall is put back to the moment before the call and the rules are asked again, so that the answer is the
rules' own and not a guess about them.
"""

from __future__ import annotations

from collections.abc import Callable

from hall_daemon.app.record import Recorded
from hall_daemon.app.view_context import reason_text
from hall_daemon.domain import events as e
from hall_daemon.domain.decide import Refused
from hall_daemon.domain.dispatch import blocked
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment, Name, Plan
from hall_daemon.domain.ticket import Ticket
from hall_daemon.wire.messages import Explanation, Text
from hall_daemon.wire.texts import state_name, window_name

HallBefore = Callable[[int], Hall]
RANKED = frozenset({"arrival", "class_mix", "returner"})

WORDS: dict[str, tuple[str, str]] = {
    "not_called": ("{number} 号尚未被叫到。", "{number} has not been called yet."),
    "called": (
        "{number} 号由{at_zh}叫到：{reason_zh}。",
        "{number} was called by {at_en}: {reason_en}.",
    ),
    "not_drawn": ("当时 {other} 号尚未取号。", "{other} had not been drawn then."),
    "not_waiting": ("当时 {other} 号{state_zh}，不在等候。", "{other} was not waiting then: it was {state_en}."),
    "other_service": (
        "{at_zh}不办理 {other} 号的事项。",
        "{at_en} does not do what {other} came for.",
    ),
    "other_clerk": (
        "{other} 号等候{clerk_zh}继续办理。",
        "{other} was waiting to go back to {clerk_en}.",
    ),
    "slot": ("{other} 号的预约时段还未开始。", "The slot of {other} had not begun."),
    "lock": ("{other} 号刚过号，暂不重叫。", "{other} had just been missed and was not to be called again at once."),
    "returner": (
        "{other} 号过号后返回，还须等 {left} 个号。",
        "{other} came back after a missed call; {left} calls were still due before it.",
    ),
    "class": (
        "{other} 号为{other_class_zh}，{number} 号为{class_zh}，两类按比例轮流。",
        "{other} is {other_class_en}, {number} is {class_en}; the classes take turns by share.",
    ),
    "skill": (
        "{at_zh}先办理 {number} 号的事项，后办理 {other} 号的事项。",
        "{at_en} takes what {number} came for before what {other} came for.",
    ),
    "later": ("{other} 号取号更晚。", "{other} was drawn later."),
    "reason": (
        "{other} 号当时也在等候；叫号依据见上。",
        "{other} was waiting too; the ground of the call is given above.",
    ),
}  # fmt: skip


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
    facts: dict[str, str | int] = {"number": issued.number, "other": before}
    call = _last_call(day, ticket_id)
    if call is None:
        return _answer(ticket_id, issued.number, before, ["not_called"], facts)
    event = call.event
    assert isinstance(event, e.TicketCalled)
    window = plan.windows.get(event.window)
    reason = reason_text(plan, event.reason)
    label = window.label if window else event.window
    facts |= {"window": label, "code": event.reason.code, "seq": call.seq, **_both("at", window_name(label))}
    facts |= {"reason_zh": reason.zh, "reason_en": reason.en}
    codes = ["called"]
    if other is not None:
        hall = hall_before(call.seq)
        code, more = _against(plan, hall, event, hall.tickets[ticket_id], other, call.moment)
        codes.append(code)
        facts |= more
    return _answer(ticket_id, issued.number, before, codes, facts)


def _against(
    plan: Plan, hall: Hall, call: e.TicketCalled, called: Ticket, other: e.TicketIssued, now: Moment
) -> tuple[str, dict[str, str | int]]:
    """What kept the other one behind, as the code of its words and their facts."""
    window_id = call.window
    ticket = hall.tickets.get(other.ticket)
    if ticket is None:
        return "not_drawn", {}
    if ticket.state != "waiting":
        return "not_waiting", {"state": ticket.state, **_both("state", state_name(ticket.state))}
    if ticket.only_window and ticket.only_window != window_id:
        clerk = plan.windows.get(ticket.only_window)
        label = clerk.label if clerk else ticket.only_window
        return "other_clerk", {"clerk": label, **_both("clerk", window_name(label))}
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
        mine, theirs = (names.get(class_, Name(class_, class_)) for class_ in (called.class_, ticket.class_))
        return "class", {
            "class_zh": mine.zh, "class_en": mine.en, "other_class_zh": theirs.zh, "other_class_en": theirs.en,
        }  # fmt: skip
    return ("later" if ticket.place > called.place else "reason"), {}


def _both(name: str, said: Text) -> dict[str, str | int]:
    return {f"{name}_zh": said.zh, f"{name}_en": said.en}


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


def _answer(ticket_id: str, number: str, before: str, codes: list[str], facts: dict[str, str | int]) -> Explanation:
    zh = "".join(WORDS[code][0] for code in codes).format_map(facts)
    en = " ".join(WORDS[code][1] for code in codes).format_map(facts)
    return Explanation(ticket_id, number, before or None, Text(zh, en), {**facts, "why": codes[-1]})
