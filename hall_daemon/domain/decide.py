"""A command becomes events, or a refusal. Pure: reads the hall, changes nothing.

`decide(plan, hall, command, now)` looks the rule up in RULES; the rules stand in `ticket_rules`, `call_rules`,
`window_rules`, `slip_rules` and `day_rules`. Everything the plan has a say in (numbers, limits, places) is written into
the events, so that `evolve` needs no plan. A refusal is a value the caller reads.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hall_daemon.domain import call_rules, day_rules, slip_rules, ticket_rules, window_rules
from hall_daemon.domain import commands as c
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment, Plan
from hall_daemon.domain.refusal import Decision as Decision
from hall_daemon.domain.refusal import Declined
from hall_daemon.domain.refusal import Refused as Refused


def decide(plan: Plan, hall: Hall, command: c.Command, now: Moment) -> Decision:
    """The events `command` causes, possibly none (nothing to do), or why it is refused."""
    try:
        return RULES[type(command)](plan, hall, command, now)
    except Declined as no:
        return no.refused


Rule = Callable[[Plan, Hall, Any, Moment], Decision]

RULES: dict[type, Rule] = {
    c.IssueTicket: ticket_rules.issue,
    c.Return: ticket_rules.return_,
    c.Postpone: ticket_rules.postpone,
    c.SayComing: ticket_rules.say_coming,
    c.Transfer: ticket_rules.transfer,
    c.Prioritise: ticket_rules.prioritise,
    c.Cancel: ticket_rules.cancel,
    c.NameHolder: ticket_rules.name_holder,
    c.CallNext: call_rules.call_next,
    c.CallTicket: call_rules.call_ticket,
    c.Recall: call_rules.recall,
    c.Start: call_rules.start,
    c.Finish: call_rules.finish,
    c.Miss: call_rules.miss,
    c.Hold: call_rules.hold,
    c.Resume: call_rules.resume,
    c.Undo: call_rules.undo,
    c.OpenWindow: window_rules.open_,
    c.PauseWindow: window_rules.pause,
    c.CloseWindow: window_rules.close,
    c.Rate: window_rules.rate,
    c.RateVisit: window_rules.rate_visit,
    c.RequestSlip: slip_rules.request_slip,
    c.ReportSlip: slip_rules.report_slip,
    c.ReportAnnounced: slip_rules.report_announced,
    c.OpenDay: day_rules.open_,
    c.CloseDay: day_rules.close,
    c.ReopenDay: day_rules.reopen,
    c.NoteClockStep: day_rules.clock_step,
}
