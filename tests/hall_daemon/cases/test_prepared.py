"""A passed review and its number: another line with the place kept, once, for the person it belongs to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from hall_daemon.cases import commands as k
from hall_daemon.cases.evolve import evolve
from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.plan import PlanError, Service
from hall_daemon.words.text import same
from tests.hall_daemon.cases.books import PlayedBook, defect, plan, statutes


@pytest.fixture
def played() -> PlayedBook:
    return PlayedBook().open("1", "9")


def test_a_review_that_is_over_takes_no_number_back(played: PlayedBook) -> None:
    ticket = played.draw("food")
    first = played.told(defect("licence"))
    played.do(k.BindTicket(first, ticket))
    played.do(k.WithdrawReview(first))
    second = played.sent("bea")
    played.do(k.BindTicket(second, ticket))
    docket = played.book.docket
    docket.put(docket.reviews[first]._replace(alarms=()))
    found = docket.of_ticket(ticket)
    assert found is not None
    assert found.id == second


def test_a_pass_prepares_the_ticket_that_is_bound_in_the_same_decision(played: PlayedBook) -> None:
    before, ticket = played.draw(), played.draw()
    review = played.looked()
    played.do(k.BindTicket(review, ticket))
    was = played.ticket(ticket)
    _passed, prepared = played.do(k.PassReview(review, 0, "bo"))
    assert prepared == e.TicketPrepared(
        ticket=ticket, review=review, services=("food-ready",), queue="F", class_="ready"
    )
    now = played.ticket(ticket)
    assert (now.number, now.place, now.review, now.state) == (was.number, was.place, review, "waiting")
    assert played.called("9") == ticket, "its window comes before the line"
    assert played.called("1") == before
    assert played.replayed() == played.book


def test_withdrawn_it_waits_where_it_did(played: PlayedBook) -> None:
    ticket = played.draw("card", "food")
    review = played.looked()
    played.do(k.BindTicket(review, ticket))
    was = played.ticket(ticket)
    played.do(k.PassReview(review, 0, "bo"))
    assert played.ticket(ticket).services == ("card", "food-ready")
    played.do(k.WithdrawReview(review))
    assert played.ticket(ticket) == was


def test_called_in_the_batch_in_which_it_passes_nothing_changes(played: PlayedBook) -> None:
    ticket, review = played.draw(), played.looked()
    played.do(k.BindTicket(review, ticket))
    assert played.called("1") == ticket
    assert len(played.do(k.PassReview(review, 0, "bo"))) == 1
    assert played.ticket(ticket).service == "food"
    # Nobody came: who waits again is prepared, and showing the code again changes nothing.
    played.do(c.Miss("1"))
    assert _prepared(played.do(c.Return(ticket))) == ticket
    assert played.do(k.BindTicket(review, ticket)) == ()
    assert played.called("9") == ticket, "a returner alone is called at once"


def _prepared(events: tuple[e.Event, ...]) -> str:
    return next((event.ticket for event in events if isinstance(event, e.TicketPrepared)), "")


def test_a_pass_during_a_call_holds_once_the_number_waits_again(played: PlayedBook) -> None:
    """Sent on by the clerk, taken back by the clerk, or done with another matter first."""
    def called_and_passed(*services: str) -> tuple[str, str]:
        ticket, review = played.draw(*services), played.looked()
        played.do(k.BindTicket(review, ticket))
        assert played.called("1") == ticket
        played.do(k.PassReview(review, 0, "bo"))
        assert not played.ticket(ticket).review
        return ticket, review

    ticket, _ = called_and_passed("food")
    assert _prepared(played.do(c.Transfer(ticket, keep="end"))) == ticket
    assert played.called("9") == ticket
    played.do(c.Finish("9"))

    ticket, _ = called_and_passed("food")
    assert _prepared(played.do(c.Undo("1"))) == ticket
    assert played.called("9") == ticket
    played.do(c.Finish("9"))

    ticket, review = called_and_passed("licence", "food")
    assert _prepared(played.do(c.Finish("1"))) == ticket
    assert (played.ticket(ticket).services, played.review(review).used) == (("food-ready",), False)
    played.do(c.Undo("1"))
    assert (played.ticket(ticket).services, played.ticket(ticket).review) == (("licence", "food"), "")
    played.do(c.Finish("1"))
    assert played.called("9") == ticket
    played.do(c.Finish("9"))
    assert played.review(review).used
    assert played.replayed() == played.book


def test_a_review_that_ended_during_a_call_prepares_nobody_who_waits_again(played: PlayedBook) -> None:
    ticket, review = played.draw(), played.looked()
    played.do(k.BindTicket(review, ticket))
    played.do(k.PassReview(review, 0, "bo"))
    assert played.called("9") == ticket
    played.do(c.Miss("9"))
    played.do(k.WithdrawReview(review))
    assert played.ticket(ticket).service == "food-ready"
    played.do(c.Return(ticket))
    waits = played.ticket(ticket)
    assert (waits.services, waits.class_, waits.review) == (("food",), "ordinary", "")
    assert played.replayed() == played.book


def test_who_is_sent_to_a_window_waits_for_what_it_takes(played: PlayedBook) -> None:
    ticket, review = played.draw(), played.looked()
    played.do(k.BindTicket(review, ticket))
    assert played.called("1") == ticket
    played.do(k.PassReview(review, 0, "bo"))
    assert not _prepared(played.do(c.Transfer(ticket, keep="clerk"))), "window 1 does not take who is prepared"
    assert played.called("1") == ticket
    assert _prepared(played.do(c.Transfer(ticket, to_window="9"))) == ticket
    assert played.called("9") == ticket


def test_a_number_is_drawn_with_a_review(played: PlayedBook) -> None:
    review = played.passed()
    issued, _bound = played.do(played.taken(review))
    assert isinstance(issued, e.TicketIssued)
    assert (issued.number, issued.services, issued.class_, issued.review) == ("F001", ("food-ready",), "ready", review)
    assert played.refused(played.taken(review)) == "review_in_use"
    assert played.refused(c.IssueTicket(services=("food-ready",), token="x")) == "review_needed"


def test_a_number_that_was_given_up_or_undone_frees_the_review(played: PlayedBook) -> None:
    review = played.passed()
    issued, _ = played.do(played.taken(review))
    assert isinstance(issued, e.TicketIssued)
    played.do(c.Cancel(issued.ticket))
    played.do(played.taken(review))
    played.called("9")
    played.do(c.Finish("9"))
    assert played.refused(played.taken(review)) == "review_used"
    assert played.refused(k.WithdrawReview(review)) == "review_used"
    played.do(c.Undo("9"))
    assert not played.review(review).used


def test_a_call_of_the_next_matter_that_is_undone_elsewhere_leaves_it_used(played: PlayedBook) -> None:
    review = played.passed()
    taken = played.taken(review)
    played.do(replace(taken, draw=replace(taken.draw, services=("food", "card"))))
    ticket = played.called("9")
    played.do(c.Finish("9"))
    assert played.review(review).used
    played.do(c.OpenWindow("2", "staff-2"))
    assert played.called("2") == ticket
    played.do(c.Undo("2"))
    assert played.review(review).used


def _two_matters(played: PlayedBook) -> tuple[str, str]:
    """A review, and whoever came with it, who has another matter at the same window."""
    skills = {**played.plan.windows["9"].skills, "card": "yes"}
    played.plan = replace(played.plan, windows={
        **played.plan.windows, "9": replace(played.plan.windows["9"], skills=skills),
    })
    review = played.passed()
    taken = played.taken(review)
    played.do(replace(taken, draw=replace(taken.draw, services=("food", "card"))))
    return review, played.called("9")


@pytest.mark.parametrize("presses", [
    (c.CallNext("9"),), (c.CallNext("9"), c.Start("9")), (c.CallNext("9"), c.Finish("9")),
    (c.CallNext("9"), c.Miss("9")),
])
def test_a_later_press_at_that_window_that_is_undone_leaves_it_used(
    played: PlayedBook, presses: tuple[Any, ...]
) -> None:
    review, _ = _two_matters(played)
    played.do(c.Finish("9"))
    for press in presses:
        played.do(press)
    played.do(c.Undo("9"))
    assert (played.review(review).used, played.review(review).used_at) == (True, "9")
    assert played.replayed() == played.book


def test_the_press_that_ended_its_visit_is_undone_with_the_call_that_it_made(played: PlayedBook) -> None:
    """One touch ends a matter and calls whoever is next, who is the same."""
    review, ticket = _two_matters(played)
    played.do(c.Start("9"))
    played.do(c.CallNext("9"))
    assert played.review(review).used
    assert played.ticket(ticket).services == ("card",)
    assert played.book.hall.window("9").ticket == ticket
    played.do(c.Undo("9"))
    assert not played.review(review).used
    assert played.ticket(ticket).services == ("food-ready", "card")
    assert played.replayed() == played.book


def test_an_undo_of_an_older_journal_takes_back_the_visit_of_its_window(played: PlayedBook) -> None:
    review, ticket = _two_matters(played)
    played.do(c.Finish("9"))
    evolve(played.book, e.PressUndone("9", (ticket,), "finish"), played.now)
    assert not played.review(review).used


def test_whose_it_is(played: PlayedBook) -> None:
    review = played.passed("ann")
    assert played.refused(played.taken(review, person="bo")) == "review_not_yours"
    assert played.refused(played.taken(review, token="guessed")) == "review_not_yours"
    token = played.review(review).token
    assert played.refused(played.taken(review, token=token, person="bo")) == "review_not_yours"
    nobodys = played.passed("")
    assert played.refused(played.taken(nobodys, person="")) == "review_not_yours"
    played.do(played.taken(review, person="ann"))


def test_what_has_not_passed_or_no_longer_holds(played: PlayedBook) -> None:
    sent, passed = played.sent(), played.passed("cy")
    assert played.refused(played.taken(sent)) == "review_not_passed"
    assert played.refused(played.taken("YS-1", token="x")) == "unknown_review"
    other = k.TakeTicket(review=passed, draw=c.IssueTicket(services=("card",), token="x"), person="cy")
    assert played.refused(other) == "ticket_for_another"
    played.morning(22)  # 15 working days, and one
    assert played.refused(played.taken(passed)) == "review_lapsed"


def test_one_ticket_one_review(played: PlayedBook) -> None:
    ticket, card = played.draw(), played.draw("card")
    first, second = played.sent("ann"), played.sent("bo")
    played.do(k.BindTicket(first, ticket))
    assert played.refused(k.BindTicket(second, ticket)) == "ticket_prepared"
    assert played.refused(k.BindTicket(second, card)) == "ticket_for_another"
    assert played.refused(k.BindTicket(first, played.draw())) == "review_in_use"


def test_a_hall_without_a_prepared_service_keeps_its_line() -> None:
    made = plan()
    services = {**made.services, "food": Service(id="food", name=same("food"), queue="A")}
    del services["food-ready"]
    windows = {id_: each for id_, each in made.windows.items() if id_ != "9"}
    from dataclasses import replace

    played = PlayedBook(plan=replace(made, services=services, windows=windows)).open("1")
    issued, _ = played.do(played.taken(played.passed()))
    assert isinstance(issued, e.TicketIssued)
    assert (issued.services, issued.class_) == (("food",), "ordinary")


@pytest.mark.parametrize(
    ("services", "why"),
    [
        ({"food": {"when_ready": "nothing"}}, "no service 'nothing'"),
        ({"food": {"when_ready": "food"}}, "is a plain service"),
        ({"food": {"when_ready": "card"}, "card": {"when_ready": "permit"}}, "is a plain service"),
        ({"food": {"when_ready": "card"}, "permit": {"when_ready": "card"}}, "is a plain service"),
        ({"food": {"ticket_class": "royal"}}, "no class 'royal'"),
    ],
)
def test_a_plan_whose_prepared_services_go_in_a_circle(services: dict[str, dict[str, str]], why: str) -> None:
    made = plan()
    changed = {
        **dict(made.services.items()),
        **{id_: Service(id=id_, name=same(id_), queue="A", **keys) for id_, keys in services.items()},
    }
    from dataclasses import replace

    with pytest.raises(PlanError, match=why):
        replace(made, services=changed)


def test_a_review_is_over_for_its_matter_only(played: PlayedBook) -> None:
    """Of several matters on one number another one done does not use it up."""
    review = played.looked()
    ticket = played.draw("licence", "food")
    played.do(k.BindTicket(review, ticket))
    played.do(k.PassReview(review, 0, "bo"))
    assert played.called("1") == ticket
    played.do(c.Finish("1"))
    assert not played.review(review).used
    assert played.called("9") == ticket
    played.do(c.Finish("9"))
    assert played.review(review).used


def test_statutes_without_a_service_take_no_ticket() -> None:
    played = PlayedBook(statutes=statutes(service="")).open("1")
    assert played.refused(played.taken(played.passed())) == "ticket_for_another"
