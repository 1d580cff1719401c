"""A command of either kind becomes events, or a refusal. Pure: reads hall and docket, changes neither.

One decision may hold events of both books: a review that passes and the ticket that it prepares stand in one
transaction, and so does a number that waits again with what its review has become. What the statutes have a say in is
written into the events, so that `evolve` needs none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from hall_daemon.cases import commands as c
from hall_daemon.cases import desk_rules, line_rules, ticket_rules, turn_rules, writing_rules
from hall_daemon.cases.book import Book, Sight
from hall_daemon.cases.statutes import Statutes
from hall_daemon.domain import commands as hall_commands
from hall_daemon.domain import decide as of_hall
from hall_daemon.domain.plan import Moment, Plan
from hall_daemon.domain.refusal import Decision, Declined, Refused

Command = hall_commands.Command | c.CaseCommand
Rule = Callable[[Sight, Any, Moment], Decision]


def decide(plan: Plan, statutes: Statutes, book: Book, command: Command, now: Moment) -> Decision:
    """The events that `command` causes, possibly none, or why it is refused."""
    rule, sight = RULES.get(type(command)), Sight(plan, statutes, book.hall, book.docket)
    if rule is None:
        decision = of_hall.decide(plan, book.hall, cast(hall_commands.Command, command), now)
        decision = line_rules.follow_reviews(sight, decision, now)
        if isinstance(decision, Refused):
            return decision
        return (*decision, *ticket_rules.left_open(book.docket, decision))
    try:
        return rule(sight, command, now)
    except Declined as no:
        return no.refused


RULES: dict[type, Rule] = {
    c.OpenReview: writing_rules.open_,
    c.KeepAnswers: writing_rules.keep_answers,
    c.KeepPage: writing_rules.keep_page,
    c.DropPage: writing_rules.drop_page,
    c.SendReview: writing_rules.send,
    c.WithdrawReview: writing_rules.withdraw,
    c.RekeyReview: writing_rules.rekey,
    c.BindTicket: ticket_rules.bind,
    c.TakeTicket: ticket_rules.take,
    c.LookAt: desk_rules.look,
    c.PassReview: desk_rules.pass_,
    c.TellDefects: desk_rules.tell,
    c.RefuseReview: desk_rules.refuse,
    c.SeeAlarm: desk_rules.see_alarm,
    c.SettlePromise: ticket_rules.settle,
    c.TurnDocket: turn_rules.turn,
}
