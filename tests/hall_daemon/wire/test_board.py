from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall_daemon.wire import messages as m
from hall_daemon.wire import topics
from hall_daemon.wire.board import MOST, PublicBoard
from hall_daemon.wire.figures import ForecastState, People, QueueDayView, QueueForecast
from hall_daemon.words.text import text

AT: Any = {"epoch": 2, "seq": 5, "as_of": "2026-11-23T01:00:00.000Z", "ttl_s": 30}
NAME = text("甲", "A")
WAIT = m.Wait(unknown="no_window_open")
TOKEN = "a-token-of-some-length"


def hall(order: tuple[str, ...] = ("b", "a"), **more: Any) -> m.HallState:
    fields = {
        **AT, "id": "h", "name": NAME, "day": "2026-11-23", "open": True, "opens": None, "closes": "12:00",
        "waiting": 0, "serving": 0, "windows_open": 0, "pick_reasons": {}, "pause_reasons": {}, "priority_reasons": {},
        "tally": {}, "order": m.Order(order, (), ()), **more,
    }
    return m.HallState(**fields)


def queue(id: str, **more: Any) -> m.QueueState:
    fields = {**AT, "id": id, "name": NAME, "prefix": "A", "waiting": 0, "serving": 0, "windows_open": 0, "wait": WAIT}
    return m.QueueState(**{**fields, "calling": (), "issued": 0, **more})


def page(state: Any = "waiting", **more: Any) -> m.TicketPage:
    fields = {
        **AT, "number": "A001", "day": "2026-11-23", "state": state, "queue": "a", "services": ("s",),
        "service_name": NAME, "class_": "ordinary", "ahead": 0, "wait": WAIT, "window": None, "window_label": None,
        "calls": 0, "misses": 0, "issued_at": AT["as_of"], "called_at": None, "reason": None, "slip": "none",
        "slip_detail": "", "can": (), **more,
    }
    return m.TicketPage(**fields)


@pytest.fixture
def board() -> PublicBoard:
    board = PublicBoard("h")
    for id_ in ("a", "b", "c"):
        board.fold(topics.queue_state("h", id_), queue(id_))
    board.fold(topics.hall_state("h"), hall())
    return board


def test_nothing_is_said_before_the_hall_was_heard_of() -> None:
    board = PublicBoard("h")
    assert (board.hall(), board.queues(), board.feed(), board.forecast(), board.ticket(TOKEN)) == (None,) * 5
    assert board.accuracy().data.spans == ()
    assert (board.as_of, board.age_s(0)) == ("", None)


def test_queues_stand_in_the_order_of_the_hall_and_only_its_own(board: PublicBoard) -> None:
    view, queues = board.hall(), board.queues()
    assert view is not None
    assert queues is not None
    assert [each.id for each in view.queues] == [each.id for each in queues.queues] == ["b", "a"]
    assert (view.devices, view.printers, view.closes) == ((), (), "12:00")


def test_what_was_taken_away_is_gone(board: PublicBoard) -> None:
    topic = topics.queue_state("h", "b")
    assert board.hear(topic, b"")
    assert topic not in board.known
    assert [each.id for each in board.queues().queues] == ["a"]  # type: ignore[union-attr]
    assert not board.hear(topic, b""), "there was nothing any more"


def test_an_older_state_changes_nothing_and_a_new_start_counts_from_anew(board: PublicBoard) -> None:
    topic = topics.queue_state("h", "a")
    assert not board.fold(topic, queue("a", seq=4, waiting=9))
    assert not board.fold(topic, queue("a", epoch=1, seq=99, waiting=9))
    assert board.fold(topic, queue("a", epoch=3, seq=1, waiting=1))
    assert board.hall().queues[1].waiting == 1  # type: ignore[union-attr]
    assert (board.epoch, board.seq, board.ignored) == (3, 1, 2)


def test_a_page_is_found_by_its_token_only(board: PublicBoard) -> None:
    topic = topics.ticket_page("h", TOKEN)
    assert TOKEN not in topic
    assert len(topic.rsplit("/", 1)[1]) == 40
    assert board.hear(topic, msgspec.json.encode(page()))
    found = board.ticket(TOKEN)
    assert found is not None
    assert (found.number, found.ticket, found.ahead) == ("A001", "", 0)
    assert board.ticket("another-token-of-somebody") is None
    assert board.seq == 5


def test_a_page_that_is_over_is_as_new_as_the_hall_and_one_that_waits_as_old_as_it_is(board: PublicBoard) -> None:
    later = {"seq": 9, "as_of": "2026-11-23T03:00:00.000Z"}
    board.fold(topics.hall_state("h"), hall(**later))
    for state, as_of in (("waiting", AT["as_of"]), ("served", later["as_of"])):
        board.fold(topics.ticket_page("h", TOKEN), page(state))
        assert board.ticket(TOKEN).as_of == as_of  # type: ignore[union-attr]
    assert board.age_s(1_795_402_800) == 0


def test_half_hours_of_queues_are_shown_with_the_forecast_they_were_made_with(board: PublicBoard) -> None:
    day = QueueDayView(People(1, 2, 3), (), ())
    made = ForecastState(**AT, id="h", name=NAME, made_at="t1", seen=3, days=(), review=None)
    board.fold(topics.forecast("h"), made)
    for id_, made_at in (("a", "t1"), ("b", "t0")):
        state = QueueForecast(**AT, id=id_, name=NAME, made_at=made_at, days={"2026-11-23": day})
        assert board.fold(topics.queue_forecast("h", id_), state)
    feed = board.forecast()
    assert feed is not None
    assert list(feed.data.queues) == ["a"]
    assert (feed.data.made_at, feed.data.seen, feed.data.unknown) == ("t1", 3, None)


def test_status_says_whether_the_hall_is_there(board: PublicBoard) -> None:
    for word, online in ((b"online", True), (b"offline", False), (b"online", True), (b"\xff", False)):
        board.hear(topics.status("h"), word)
        assert board.online is online


@given(st.text(max_size=60) | st.sampled_from(["state", "queues/a/state", "tickets/x", "x"]), st.binary(max_size=80))
def test_whatever_somebody_sends_the_board_stands(path: str, payload: bytes) -> None:
    board = PublicBoard("h")
    board.fold(topics.hall_state("h"), hall())
    before = board.content()
    for topic in (path, f"hall/v1/h/{path}", f"hall/v1/other/{path}"):
        if payload and board.hear(topic, payload) and topic != topics.status("h"):
            raise AssertionError(f"took {payload!r} at {topic}")
    assert board.content() == before


def test_a_message_of_another_version_or_kind_is_ignored(board: PublicBoard) -> None:
    before = board.content()
    assert not board.fold(topics.queue_state("h", "a"), queue("a", version=2, seq=9))
    assert not board.fold(topics.queue_state("h", "a"), page())
    assert board.content() == before


def test_a_flood_of_topics_does_not_fill_it() -> None:
    board, state = PublicBoard("h"), page()
    for n in range(MOST):
        assert board.fold(f"hall/v1/h/tickets/{n}", state)
    assert not board.fold("hall/v1/h/tickets/more", state)
    assert board.fold("hall/v1/h/tickets/7", page(seq=6)), "what it has still moves"
