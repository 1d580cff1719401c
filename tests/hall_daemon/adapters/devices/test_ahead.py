"""How many people are ahead is one number: answered to a draw, on the slip, on the slip printed again, on a page."""

from __future__ import annotations

import re
from typing import Any

import pytest

from hall_daemon.app.view_context import ViewContext
from hall_daemon.app.views import ticket_view
from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from tests.hall_daemon.adapters.bridge_rig import Rig, wait_until

MINUTE_MS = 60_000


def said_on_paper(rig: Rig, job: int) -> int:
    wait_until(lambda: len(rig.printer.jobs) > job)
    (line,) = (line for line in rig.printer.jobs[job][1] if line.startswith("前面还有"))
    return int(re.findall(r"\d+", line)[0])


def on_the_page(rig: Rig, ticket: str) -> int | None:
    context = ViewContext(plan=rig.plan, epoch=1)
    view = rig.follower.read(lambda hall: ticket_view(context, hall, ticket, 1, rig.clock.now()))
    assert view is not None
    return view.ahead


@pytest.mark.parametrize("class_", ["ordinary", "priority", "appointment"])
def test_everybody_says_the_same_number(open_: Rig, class_: str) -> None:
    now = open_.clock.now()
    slot = (now.wall - MINUTE_MS, now.wall + 30 * MINUTE_MS)
    kinds: dict[str, dict[str, Any]] = {
        "ordinary": {},
        "priority": {"class_": "priority", "class_reason": "elderly"},
        "appointment": {"class_": "appointment", "slot": slot},
    }
    for n, kind in enumerate([*kinds] * 2 + ["ordinary"] * 4):
        open_.do(c.IssueTicket(services=(("licence", "permit")[n % 2],), token=f"before-{n}", **kinds[kind]))
    rows = open_.do(c.IssueTicket(services=("licence",), token="mine", printer="printer-1", **kinds[class_]))
    (drawn,) = (row.event for row in rows if isinstance(row.event, e.TicketIssued))
    open_.do(c.RequestSlip(drawn.ticket, "printer-1"))
    assert drawn.ahead > 0
    assert (said_on_paper(open_, 0), said_on_paper(open_, 1), on_the_page(open_, drawn.ticket)) == (drawn.ahead,) * 3


def test_who_goes_back_to_a_clerk_has_the_same_number_on_paper_as_on_the_page(open_: Rig) -> None:
    ticket = open_.draw("printer-1")
    open_.do(c.CallNext("1"), c.Start("1"), c.Transfer(ticket, keep="clerk"))
    open_.draw()
    open_.do(c.RequestSlip(ticket, "printer-1"))
    assert said_on_paper(open_, 1) == on_the_page(open_, ticket) == 0
