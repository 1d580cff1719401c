"""Slips of a number: asked for again, so often, and what became of them."""

from __future__ import annotations

from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.slip_rules import MAX_REPLACED, MAX_REPRINTS
from tests.hall_daemon.domain.halls import MIDNIGHT, PlayedHall
from tests.hall_daemon.domain.test_decide import kinds


def test_a_slip_can_be_asked_for_again_and_its_outcome_is_kept_once() -> None:
    played = PlayedHall().open()
    ticket = played.draw("licence", printer="p")
    assert kinds(played.do(c.ReportSlip(ticket, "failed", "paper_out"))) == ["SlipReported"]
    assert played.do(c.ReportSlip(ticket, "failed", "paper_out")) == ()
    (again,) = played.do(c.RequestSlip(ticket, "p"))
    assert isinstance(again, e.SlipRequested)
    assert again.copy == 1
    played.do(c.Cancel(ticket))
    assert played.refused(c.RequestSlip(ticket, "p")).code == "ticket_over"


def test_one_number_cannot_be_printed_for_ever_but_a_slip_that_failed_is_none() -> None:
    played = PlayedHall().open()
    ticket = played.draw("licence", printer="p")
    for _ in range(3 * MAX_REPRINTS):
        played.do(c.RequestSlip(ticket, "p"))
        played.do(c.ReportSlip(ticket, "failed", "paper_out"))
    for _ in range(MAX_REPRINTS):
        played.do(c.RequestSlip(ticket, "p"))
        played.do(c.ReportSlip(ticket, "printed"))
    refused = played.refused(c.RequestSlip(ticket, "p"))
    assert (refused.code, refused.facts) == ("slips_used_up", {"number": "A001", "max": MAX_REPRINTS})
    assert kinds(played.do(c.RequestSlip(played.draw("licence"), "p"))) == ["SlipRequested"]


def test_slips_are_forgotten_with_their_tickets() -> None:
    played = PlayedHall().open("1")
    stays = played.draw("licence", printer="p")
    played.draw("licence", printer="p")
    played.do(c.Cancel(played.draw("licence", printer="p")))
    assert played.call("1") == "A001"
    played.do(c.Start("1"))
    played.do(c.OpenDay("2026-11-24", MIDNIGHT + 86_400_000))
    assert set(played.hall.slips) == set(played.hall.tickets) == {stays}, "who is served goes on with it"


def test_slips_that_still_print_count_and_the_hall_may_replace_a_lost_one() -> None:
    played = PlayedHall().open()
    ticket = played.draw("licence")
    for _ in range(MAX_REPRINTS):
        played.do(c.RequestSlip(ticket, "p"))
    assert played.refused(c.RequestSlip(ticket, "p")).code == "slips_used_up"
    for _ in range(MAX_REPLACED):
        assert kinds(played.do(c.RequestSlip(ticket, "p", lost=True))) == ["SlipRequested"]
    assert played.refused(c.RequestSlip(ticket, "p", lost=True)).code == "slips_used_up"
