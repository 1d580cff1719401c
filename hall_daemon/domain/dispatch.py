"""Who is next: `choose(hall, window, now, policy) -> (ticket, reason)`, pure and deterministic.

The live hall, the roll-outs, the replay, the explanation and what a clerk sees next (`order`) all call this one
function. In order:

1. somebody who was told to come back to this very clerk;
2. the skill levels of the window: `first` before `yes`, `idle` only when nothing else waits;
3. inside a level, the longest wait over the limit goes next, at most one call in `longest_wait_every`;
4. otherwise classes share the calls by weight (smooth weighted round robin, credit kept by window), so that
   none starves, and inside a class the earliest place goes.

Not eligible: a slot that has not begun, a re-call lock that has not run out, somebody who asked to be called later, a
returner before whom N ordinary calls are still due (unless nobody else waits).
"""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

from hall_daemon.domain.events import Reason
from hall_daemon.domain.hall import Hall, Line, WindowState
from hall_daemon.domain.plan import Moment, Plan, Policy, Rivals, Skill, Window
from hall_daemon.domain.ticket import Place, Ticket

LEVELS: tuple[Skill, ...] = ("first", "yes", "idle")

# Why a ticket is next. What people read of it: `reasons` in the files of words.
REASONS = ("arrival", "class_mix", "longest_wait", "same_clerk", "returner", "returner_idle", "picked")

_NO_LINES: dict[str, Line] = {}


class Choice(NamedTuple):
    """`credit` is what the window's class credit becomes when this choice is called."""

    ticket: Ticket
    reason: Reason
    credit: dict[str, int]


class Blocked(NamedTuple):
    """Why a waiting ticket cannot be called yet: slot, lock, postponed or returner, and how much is left
    (calls for returner, else ms)."""

    code: str
    left: int


def blocked(hall: Hall, ticket: Ticket, now: Moment) -> Blocked | None:
    """What keeps `ticket` from being called now, or None."""
    if ticket.not_before > now.tick:
        own = ticket.not_before == ticket.postponed_until
        return Blocked("postponed" if own else "lock" if ticket.misses else "slot", ticket.not_before - now.tick)
    due = ticket.after_calls - hall.calls.get(ticket.services[0], 0)
    if ticket.after_calls and due > 0:
        return Blocked("returner", due)
    return None


def _head(hall: Hall, line: Line, now: Moment) -> tuple[Ticket | None, Ticket | None]:
    """The first eligible ticket of a line, and the first one that only waits for other calls."""
    waiting_for_calls: Ticket | None = None
    for _, ticket_id in line:
        ticket = hall.tickets[ticket_id]
        if not ticket.not_before and not ticket.after_calls:
            return ticket, waiting_for_calls
        stop = blocked(hall, ticket, now)
        if stop is None:
            return ticket, waiting_for_calls
        if stop.code == "returner" and waiting_for_calls is None:
            waiting_for_calls = ticket
    return None, waiting_for_calls


def choose(hall: Hall, window: Window, now: Moment, policy: Policy) -> Choice | None:
    """The next ticket for `window`, or None when nobody may be called. Reads, never changes, the hall."""
    state = hall.window(window.id)
    for _, ticket_id in hall.reserved.get(window.id, ()):
        ticket = hall.tickets[ticket_id]
        if ticket.not_before <= now.tick:
            return Choice(ticket, Reason("same_clerk"), state.credit)
    heads: dict[Skill, dict[str, Ticket]] = {level: {} for level in LEVELS}
    fallback: Ticket | None = None
    for service in window.services:
        level_heads = heads[window.skills[service]]
        for class_, line in hall.lines.get(service, {}).items():
            head, returner = _head(hall, line, now)
            if head is not None and (class_ not in level_heads or head.place < level_heads[class_].place):
                level_heads[class_] = head
            if returner is not None and (fallback is None or returner.place < fallback.place):
                fallback = returner
    overdue = _overdue([*heads["first"].values(), *heads["yes"].values()], state, now, policy)
    if overdue is not None:
        return overdue
    for level in LEVELS:
        if heads[level]:
            return _mix(heads[level], state, now, policy)
    if fallback is not None:
        return Choice(fallback, Reason("returner_idle"), state.credit)
    return None


def _overdue(pool: list[Ticket], state: WindowState, now: Moment, policy: Policy) -> Choice | None:
    """The longest wait, when it is over the limit and this window did not just make such a call."""
    if len(pool) < 2 or not policy.longest_wait_s:
        return None
    if state.calls_since_guard + 1 < policy.longest_wait_every:
        return None
    oldest = min(pool, key=lambda ticket: ticket.place)
    waited_s = (now.tick - oldest.place.since) // 1000
    if waited_s < policy.longest_wait_s:
        return None
    facts: dict[str, str | int] = {"waited_min": waited_s // 60, "limit_min": policy.longest_wait_s // 60}
    return Choice(oldest, Reason("longest_wait", facts), state.credit)


def _mix(heads: dict[str, Ticket], state: WindowState, now: Moment, policy: Policy) -> Choice:
    """Pick between the heads of the classes by smooth weighted round robin."""
    if len(heads) == 1:
        (ticket,) = heads.values()
        code = "returner" if ticket.after_calls else "arrival"
        return Choice(ticket, Reason(code, {"waited_min": _waited_min(ticket, now)}), state.credit)
    order = [rule.id for rule in policy.classes]
    ranked = sorted(heads, key=lambda class_: _rank(order, class_))
    credit = {class_: state.credit.get(class_, 0) + policy.weight(class_) for class_ in ranked}
    winner = max(ranked, key=credit.__getitem__)
    credit[winner] -= sum(policy.weight(class_) for class_ in ranked)
    facts: dict[str, str | int] = {
        "waited_min": _waited_min(heads[winner], now),
        "class": winner,
        "others": ",".join(class_ for class_ in ranked if class_ != winner),
    }
    return Choice(heads[winner], Reason("class_mix", facts), {**state.credit, **credit})


def waiting_for(hall: Hall, window: Window) -> int:
    """How many people `window` could call sooner or later."""
    return sum(map(hall.waiting, window.services)) + len(hall.reserved.get(window.id, ()))


def order(
    hall: Hall, window: Window, now: Moment, policy: Policy, limit: int, also: Ticket | None = None
) -> tuple[Choice, ...]:
    """Whom `window` would call one after the other if nobody came or went and no time passed: what `choose` says again
    and again, `limit` times at most. `also` stands in line besides the hall's own. Reads, never changes, the hall."""
    rest = Hall(
        calls=dict(hall.calls),
        tickets=hall.tickets if also is None else dict(hall.tickets),
        windows={window.id: hall.window(window.id)},
        lines={s: {x: line.copy() for x, line in hall.lines.get(s, _NO_LINES).items()} for s in window.services},
        reserved={window.id: list(hall.reserved.get(window.id, ()))},
    )
    if also is not None:
        rest.put(also)
    called: list[Choice] = []
    while len(called) < limit and (choice := choose(rest, window, now, policy)) is not None:
        called.append(choice)
        rest.leave(choice.ticket)
        rest.windows[window.id] = rest.window(window.id).after_call("", choice.reason.code, choice.credit)
        service = choice.ticket.service
        rest.calls[service] = rest.calls.get(service, 0) + 1
    return tuple(called)


def _waited_min(ticket: Ticket, now: Moment) -> int:
    return (now.tick - ticket.place.since) // 60_000


def _rank(order: list[str], class_: str) -> int:
    return order.index(class_) if class_ in order else len(order)


def ahead_of(plan: Plan, hall: Hall, ticket: Ticket) -> int | None:
    """How many will be called before `ticket`, or None when it does not wait."""
    if ticket.state != "waiting":
        return None
    if ticket.only_window:
        return bisect_left(hall.reserved[ticket.only_window], (ticket.place, ticket.id))
    return ahead(hall, plan.rivals(ticket.service, hall.open_windows), ticket.class_, ticket.place, plan.policy)


def ahead(hall: Hall, rivals: Rivals, class_: str, place: Place, policy: Policy) -> int:
    """How many will be called before somebody of `class_` who stands at `place`.

    Of those the windows take alike, everybody earlier in the same class, and of the other classes what their share
    of the calls allows; of those the windows take more gladly, everybody.
    """
    own = 0
    others: dict[str, int] = {}
    for service in rivals.alike:
        for other, line in hall.lines.get(service, _NO_LINES).items():
            if not line:
                continue
            if other == class_:
                own += len(line) if line[-1][0] < place else bisect_left(line, (place, ""))
            else:
                others[other] = others.get(other, 0) + len(line)
    total = own
    for other, count in others.items():
        total += min(count, (own + 1) * policy.weight(other) // policy.weight(class_))
    return total + sum(map(hall.waiting, rivals.before))
