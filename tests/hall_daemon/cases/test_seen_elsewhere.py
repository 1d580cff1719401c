"""What the rest of the hall sees of reviews: a prepared number is learnt by its own service, all else passed over."""

from __future__ import annotations

from hall_daemon.app.published import hall_event
from hall_daemon.app.reactions import ticket_slip
from hall_daemon.app.record import Recorded
from hall_daemon.app.replies import stream_event
from hall_daemon.app.view_context import ViewContext
from hall_daemon.cases import commands as k
from hall_daemon.cases.events import CASE_EVENTS
from hall_daemon.config.wording import SlipWords
from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain import visit as v
from hall_daemon.domain.visits import Visits
from hall_daemon.prediction.waits.predictor import Predictor
from hall_daemon.wire.messages import Wait
from tests.hall_daemon.cases.books import PlayedBook


def prepared() -> tuple[PlayedBook, str]:
    played = PlayedBook().open("1", "9")
    ticket, review = played.draw(), played.looked()
    played.do(k.BindTicket(review, ticket))
    played.do(k.PassReview(review, 0, "bo"))
    played.called("9")
    played.do(c.Start("9"))
    played.now = played.now._replace(tick=played.now.tick + 240_000, wall=played.now.wall + 240_000)
    played.do(c.Finish("9"))
    return played, ticket


def test_a_matter_that_was_prepared_is_learnt_as_itself() -> None:
    played, ticket = prepared()
    fold, predictor = Visits(), Predictor(played.plan)
    changes: list[v.Change] = []
    for moment, event in played.log:
        fold.see(event, moment.tick)
        changes += fold.stood()
        predictor.see(event, moment.tick, moment.wall)
    fold.settle()
    changes += fold.stood()
    moved = next(change for change in changes if isinstance(change, v.Moved))
    assert (moved.before.service, moved.visit.service, moved.visit.class_) == ("food", "food-ready", "ready")
    ended = next(change for change in changes if isinstance(change, v.Ended))
    assert (ended.visit.ticket, ended.service, ended.took) == (ticket, "food-ready", 240_000)


def test_events_of_reviews_say_nothing_outside() -> None:
    played, _ = prepared()
    ctx = ViewContext(plan=played.plan, epoch=1)
    seen = 0
    for seq, (moment, event) in enumerate(played.log, 1):
        if type(event).__name__ not in CASE_EVENTS:
            continue
        seen += 1
        row = Recorded(seq, moment.tick, moment.wall, "2026-11-23", "staff:bo", event)
        assert e.about(event) == ((), "", "")
        told = stream_event(row, public=True)
        assert (told.body, told.by) == ({}, "")
        published = hall_event(ctx, row)
        assert (published.number, published.window, published.queue) == (None, None, None)
    assert seen >= 6


def test_the_slip_of_a_prepared_number_says_that_it_is_no_acceptance() -> None:
    played = PlayedBook().open("9")
    issued, _ = played.do(played.taken(played.passed()))
    assert isinstance(issued, e.TicketIssued)

    def texts(ticket: str) -> str:
        slip = ticket_slip(
            played.plan, SlipWords(), played.ticket(ticket), ahead=0, wait=Wait(unknown="predictor_away"), url="u",
            copy=0,
        )
        return " ".join(item.text for item in slip.items if hasattr(item, "text"))

    assert "预审参考，不代表受理" in texts(issued.ticket)
    assert "预审" not in texts(played.draw("licence"))
