"""What is promised of papers: by its two kinds, signed at the window; no visit ends without a word about it."""

from __future__ import annotations

import pytest

from hall_daemon.cases import commands as k
from hall_daemon.cases import events as ke
from hall_daemon.cases.defects import Reply
from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from tests.hall_daemon.cases.books import PlayedBook, defect, statutes

PAPERS = {
    "papers": frozenset({"licence", "layout", "health"}), "later": frozenset({"layout", "health"}),
    "instead": frozenset({"licence", "health"}),
}


@pytest.fixture
def played() -> PlayedBook:
    return PlayedBook(statutes=statutes(**PAPERS)).open("1", "9")


def promised(played: PlayedBook, *papers: str, instead: tuple[str, ...] = ()) -> str:
    review = played.fill(played.draft(), "name")
    version = played.review(review).version
    played.do(k.SendReview(review=review, version=version, person="ann", promised=papers, instead=instead))
    return review


def came(played: PlayedBook, review: str) -> str:
    """Called to its window with the number that was drawn for it."""
    played.looked(review)
    played.do(k.PassReview(review, 0, "bo"))
    issued, _ = played.do(played.taken(review))
    assert isinstance(issued, e.TicketIssued)
    assert played.called("9") == issued.ticket
    return issued.ticket


def test_a_paper_comes_later_unless_it_is_said_or_can_only_be_promised_instead(played: PlayedBook) -> None:
    assert played.review(promised(played, "layout", "licence", "health")).instead == ("licence",)
    assert played.review(promised(played, "health", instead=("health",))).instead == ("health",)
    draft = played.fill(played.draft(), "name")
    send = k.SendReview(review=draft, version=2, person="ann", promised=("layout",), instead=("layout",))
    assert played.refused(send) == "no_promise_instead"
    assert played.replayed() == played.book


def test_an_answer_to_the_list_is_of_either_kind_too(played: PlayedBook) -> None:
    review = promised(played, "health")
    played.told(defect("health", "expired"), review=played.looked(review))
    version = played.review(review).version
    reply = (Reply(at=0, how="promise"),)
    played.do(k.SendReview(review=review, version=version, replies=reply, promised=("health",), instead=("health",)))
    assert (played.review(review).promised, played.review(review).instead) == (("health",), ("health",))


def test_what_was_promised_before_it_was_told_apart_reads_as_before(played: PlayedBook) -> None:
    review = played.fill(played.draft(), "name")
    old = ke.ReviewSent(review=review, day="2026-11-23", days=1, person="ann", promised=("layout",))
    assert old.instead == ()


def test_a_promise_is_settled_once_and_said_anew(played: PlayedBook) -> None:
    review = promised(played, "layout")
    ticket = came(played, review)
    assert played.review(review).promise_open
    (settled,) = played.do(k.SettlePromise(review, "bo", "9", "signed"))
    assert settled == ke.PromiseSettled(review, "bo", "9", "signed")
    assert played.do(k.SettlePromise(review, "bo", "9", "signed")) == ()
    played.do(k.SettlePromise(review, "bo", "9", "brought"))
    assert played.review(review).settled == "brought"
    (finished,) = played.do(c.Finish("9"))
    assert isinstance(finished, e.ServiceFinished)
    assert finished.ticket == ticket
    assert played.review(review).alarms == ()
    assert played.replayed() == played.book


def test_a_visit_that_ends_with_an_open_promise_is_an_alarm_until_something_is_said(played: PlayedBook) -> None:
    review = promised(played, "layout")
    came(played, review)
    finished, alarm = played.do(c.Finish("9"))
    assert isinstance(finished, e.ServiceFinished)
    assert alarm == ke.AlarmRaised(review, "promise_open")
    assert played.review(review).alarms == ("promise_open",)
    played.do(k.SettlePromise(review, "bo", "9", "declined"))
    assert played.review(review).alarms == ()
    assert played.replayed() == played.book


def test_a_visit_with_a_review_that_has_not_passed_promises_nothing(played: PlayedBook) -> None:
    review = promised(played, "layout")
    ticket = played.draw("food")
    played.do(k.BindTicket(review, ticket))
    window = "9" if played.called("9") == ticket else "1"
    assert len(played.do(c.Finish(window))) == 1
    assert played.review(review).alarms == ()


def test_an_open_promise_is_an_alarm_until_somebody_has_looked_into_it(played: PlayedBook) -> None:
    review = promised(played, "layout")
    came(played, review)
    played.do(c.Finish("9"))
    assert played.do(k.SeeAlarm(review, "cy")) == (ke.AlarmSeen(review, "cy", "promise_open"),)
    assert played.review(review).alarms == ()
    assert played.do(k.SeeAlarm(review, "cy")) == ()


def test_an_undone_end_takes_its_alarm_back(played: PlayedBook) -> None:
    review = promised(played, "layout")
    came(played, review)
    played.do(c.Finish("9"))
    played.do(c.Undo("9"))
    assert played.review(review).alarms == ()
    assert len(played.do(c.Finish("9"))) == 2


def test_who_promised_nothing_signs_nothing_and_what_is_sent_again_is_signed_anew(played: PlayedBook) -> None:
    review = played.sent()
    assert played.refused(k.SettlePromise(review, "bo", "1", "signed")) == "nothing_promised"
    assert played.refused(k.SettlePromise(played.draft(), "bo", "1", "signed")) == "review_over"
    review = promised(played, "layout")
    played.do(k.SettlePromise(review, "bo", "1", "signed"))
    played.told(defect("licence", "missing"), review=played.looked(review))
    played.page(review)
    version, replies = played.review(review).version, (Reply(at=0, how="replaced"),)
    played.do(k.SendReview(review=review, version=version, replies=replies, promised=("layout",)))
    assert played.review(review).promise_open
