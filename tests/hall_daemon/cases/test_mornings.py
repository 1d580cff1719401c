"""What a morning brings: limits, alarms before and after, two hundred at once, and a clock that was wrong."""

from __future__ import annotations

from datetime import date

import pytest

from hall_daemon.adapters.dossiers.service import overdue
from hall_daemon.cases import commands as k
from hall_daemon.cases import events as ke
from hall_daemon.cases import turn_rules
from hall_daemon.cases.book import Sight
from hall_daemon.cases.docket import Review
from hall_daemon.cases.turn_rules import MOST_AT_ONCE, MOST_LOOKED, due
from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.plan import Moment
from hall_daemon.domain.refusal import Events
from tests.hall_daemon.cases.books import DAY_MS, PlayedBook, defect, statutes


def states(played: PlayedBook) -> dict[str, int]:
    found: dict[str, int] = {}
    for review in played.book.docket.reviews.values():
        found[review.state] = found.get(review.state, 0) + 1
    return found


def test_a_draft_lies_for_days_what_was_told_for_working_days() -> None:
    played = PlayedBook().open()
    played.draft()
    played.told(defect("licence"))
    played.morning(3)
    assert states(played) == {"draft": 1, "mend": 1}
    played.morning()
    assert states(played) == {"lapsed": 1, "mend": 1}
    played.morning(10)  # 2026-12-07 is the tenth working day
    assert states(played) == {"lapsed": 1, "mend": 1}
    played.morning()
    assert states(played) == {"lapsed": 2}


def test_an_answer_that_is_owed_is_an_alarm_before_and_after_each_once() -> None:
    played = PlayedBook().open()
    review = played.sent()
    played.morning()
    assert played.review(review).alarms == ("answer_soon",)
    played.turn()
    played.morning(3)
    assert played.review(review).alarms == ("answer_soon", "answer_over")
    assert played.review(review).state == "sent", "an answer that is owed never lapses"
    assert overdue(played.book.docket) == 1, "health says so"
    played.looked(review)
    played.do(k.PassReview(review, 0, "bo"))
    assert overdue(played.book.docket) == 0


def test_what_is_over_is_put_away_with_its_dossier() -> None:
    played = PlayedBook(statutes=statutes(keep_days=2)).open()
    review, begun = played.sent(), played.draft()
    played.do(k.WithdrawReview(review))
    played.do(k.WithdrawReview(begun))
    assert begun in played.book.docket.reviews, "who took it back sees so"
    played.morning(2)
    assert list(played.book.docket.reviews) == [review], "what was never sent goes the next day"
    played.morning()
    assert review not in played.book.docket.reviews
    assert any(isinstance(event, ke.ReviewPutAway) for _, event in played.log)
    assert played.book.docket.open == 0


def test_a_thousand_that_lapse_come_in_pieces() -> None:
    played = PlayedBook().open()
    drafts = sorted(played.draft() for _ in range(2 * MOST_AT_ONCE + 1))
    played.morning(3)
    midnight = played.book.hall.midnight_wall + DAY_MS
    played.now = Moment(played.now.tick + DAY_MS, midnight + 60_000)
    played.do(c.OpenDay("2026-11-27", midnight))
    hall, docket, rules = played.book.hall, played.book.docket, played.statutes
    assert due(rules, docket, hall, played.now) == [], "not yet: the morning begins ten minutes after midnight"
    played.now = Moment(played.now.tick + 600_000, midnight + 660_000)
    pieces = []
    while commands := due(rules, docket, hall, played.now):
        pieces.append(played.do(commands[0]))
    assert [len(piece) for piece in pieces] == [MOST_AT_ONCE + 1, MOST_AT_ONCE + 1, 2]
    lapsed = [event.review for piece in pieces for event in piece if isinstance(event, ke.ReviewLapsed)]
    assert lapsed == drafts
    assert [piece[-1] for piece in pieces] == [
        ke.DocketTurned("2026-11-27", drafts[MOST_AT_ONCE - 1]),
        ke.DocketTurned("2026-11-27", drafts[2 * MOST_AT_ONCE - 1]), ke.DocketTurned("2026-11-27"),
    ]
    assert played.replayed() == played.book


def test_a_morning_looks_at_a_bounded_number_of_reviews_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    played = PlayedBook(statutes=statutes(draft_days=30)).open()
    for _ in range(2 * MOST_LOOKED + 1):
        played.draft()
    looked: list[str] = []

    def morning(sight: Sight, review: Review, today: date) -> Events:
        looked.append(review.id)
        return ()

    monkeypatch.setattr(turn_rules, "_morning", morning)
    played.now = Moment(played.now.tick + DAY_MS, played.now.wall + DAY_MS)
    played.do(c.OpenDay("2026-11-24", played.book.hall.midnight_wall + DAY_MS))
    counts = []
    while played.book.docket.turned < "2026-11-24":
        before = len(looked)
        played.do(k.TurnDocket("2026-11-24"))
        counts.append(len(looked) - before)
    assert counts == [MOST_LOOKED, MOST_LOOKED, 1]
    assert looked == sorted(played.book.docket.reviews), "each once"


def test_an_alarm_that_a_wrong_clock_raised_is_taken_back_and_raised_again_when_it_is_true() -> None:
    played = PlayedBook().open()
    review = played.sent()
    right = played.now
    ahead = 30 * DAY_MS
    played.now = Moment(right.tick + 3_600_000, right.wall + ahead)
    played.do(c.OpenDay("2026-12-23", played.book.hall.midnight_wall + ahead))
    played.turn()
    assert overdue(played.book.docket) == 1
    played.now = Moment(right.tick + 7_200_000, right.wall + 7_200_000)
    played.do(c.ReopenDay())
    assert overdue(played.book.docket) == 0
    played.turn()
    assert played.review(review).alarms == ()
    played.morning(2)
    assert overdue(played.book.docket) == 1
    assert played.replayed() == played.book


def test_a_hall_without_reviews_writes_nothing() -> None:
    played = PlayedBook().open()
    assert due(played.statutes, played.book.docket, played.book.hall, played.now) == []


def test_what_a_wrong_clock_let_lapse_holds_again() -> None:
    played = PlayedBook().open("1", "9")
    review = played.passed()
    issued, _ = played.do(played.taken(review))
    assert isinstance(issued, e.TicketIssued)
    was = played.review(review)
    ahead = 30 * DAY_MS
    right = played.now
    played.now = Moment(right.tick + 3_600_000, right.wall + ahead)
    played.do(c.OpenDay("2026-12-23", played.book.hall.midnight_wall + ahead))
    played.turn()
    assert played.review(review).state == "lapsed"
    played.now = Moment(right.tick + 7_200_000, right.wall + 7_200_000)
    played.do(c.ReopenDay())
    assert played.review(review)._replace(version=0, moved_wall=0) == was._replace(version=0, moved_wall=0)
    assert played.ticket(issued.ticket).review == review
    played.turn()
    assert played.review(review).state == "passed"
    assert played.replayed() == played.book


def test_a_result_that_lapses_unprepares_its_ticket() -> None:
    played = PlayedBook(statutes=statutes(ready_days=1)).open("1", "9")
    review = played.passed()
    played.morning(1)
    issued, _ = played.do(played.taken(review))
    assert isinstance(issued, e.TicketIssued)
    # Two days on, and the hall never closed: a day that was not turned in between.
    played.book.hall.day = "2026-11-25"
    played.turn()
    assert played.ticket(issued.ticket).services == ("food",)
    assert played.review(review).state == "lapsed"
