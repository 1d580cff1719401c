from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall_daemon.adapters.mqtt.outbox import EVENTS_UNDER_WAY, Feed, Outbox
from hall_daemon.adapters.mqtt.retry import KICKS, Retry, Timing
from hall_daemon.adapters.mqtt.session import BrokerAway
from hall_daemon.app.record import Recorded
from hall_daemon.domain.events import ClockStepped
from hall_daemon.wire.messages import DeviceState, Envelope


def state(value: str = "ready", *, seq: int = 1, as_of: str = "t") -> Envelope:
    return DeviceState(epoch=1, seq=seq, as_of=as_of, ttl_s=30, id="d", kind="pad", state=value, detail="")


def topics_due(outbox: Outbox, now_s: float = 0.0) -> list[str]:
    return [topic for topic, _ in outbox.due(now_s)]


def test_a_state_is_said_once_and_again_when_it_changes() -> None:
    outbox = Outbox()
    outbox.want({"a": state(), "b": state()})
    assert topics_due(outbox) == ["a", "b"]
    outbox.sent("a", 1, 0)
    outbox.sent("b", 2, 0)
    assert outbox.acked(1)
    assert outbox.acked(2)
    outbox.want({"a": state("alert", seq=2, as_of="u"), "b": state(seq=2, as_of="u")})
    assert outbox.due(1) == [("a", state("alert", seq=2, as_of="u"))]
    assert not outbox.settled


def test_an_unchanged_state_is_said_again_before_it_is_stale() -> None:
    outbox = Outbox()
    outbox.want({"a": state()})
    outbox.sent("a", 1, 0)
    outbox.acked(1)
    assert outbox.settled
    outbox.want({"a": state(seq=9, as_of="later")})
    assert topics_due(outbox, 14.9) == []
    assert outbox.due(15) == [("a", state(seq=9, as_of="later"))]
    assert outbox.settled


def test_one_message_a_topic_is_under_way_and_the_newest_follows() -> None:
    outbox = Outbox()
    outbox.want({"a": state("init")})
    outbox.sent("a", 1, 0)
    for value in ("ready", "alert", "lost"):
        outbox.want({"a": state(value)})
        assert topics_due(outbox) == []
    assert not outbox.acked(99)
    assert outbox.acked(1)
    assert outbox.due(0) == [("a", state("lost"))]


def test_a_topic_that_is_gone_is_taken_away_and_forgotten() -> None:
    outbox = Outbox()
    outbox.want({"a": state(), "b": state()})
    outbox.sent("a", 1, 0)
    outbox.sent("b", 2, 0)
    outbox.acked(1)
    outbox.want({"b": state()})
    assert outbox.due(0) == [("a", None)]
    outbox.sent("a", 3, 0)
    outbox.acked(3)
    outbox.acked(2)
    assert outbox.settled
    assert topics_due(outbox, 100) == ["b"]


def test_an_orphan_is_cleared_and_ours_is_not() -> None:
    outbox = Outbox()
    outbox.want({"a": state()})
    outbox.sent("a", 1, 0)
    outbox.clear_orphan("a")
    outbox.clear_orphan("x")
    assert outbox.due(0) == [("x", None)]


def test_after_a_lost_connection_everything_is_said_again() -> None:
    outbox = Outbox()
    outbox.want({"a": state(), "b": state()})
    outbox.sent("a", 1, 0)
    outbox.acked(1)
    outbox.sent("b", 2, 0)
    outbox.clear_orphan("x")
    outbox.lost()
    assert topics_due(outbox) == ["a", "b"]
    assert not outbox.acked(2)
    assert not outbox.under_way


class Journal:
    def __init__(self, count: int) -> None:
        self.rows = [Recorded(n, n, n, "2026-11-23", "", ClockStepped(n)) for n in range(1, count + 1)]

    def after(self, seq: int, limit: int) -> list[Recorded]:
        return self.rows[seq : seq + limit]


def test_events_wait_in_the_journal_and_not_in_memory() -> None:
    journal, feed = Journal(EVENTS_UNDER_WAY + 50), Feed(0)
    first = feed.take(journal.after)
    assert len(first) == EVENTS_UNDER_WAY
    for row in first:
        feed.sent(row.seq, row.seq)
    assert len(feed.take(journal.after)) == 0
    assert feed.acked(1)  # room again, and more waits
    assert [row.seq for row in feed.take(journal.after)] == [EVENTS_UNDER_WAY + 1]
    assert not feed.settled


def test_events_go_on_after_the_last_that_surely_arrived() -> None:
    journal, feed = Journal(5), Feed(1)
    for mid, row in enumerate(feed.take(journal.after), 100):
        feed.sent(row.seq, mid)
    feed.acked(102)  # seq 4, out of order
    feed.acked(100)  # seq 2
    assert feed.acked_seq == 2
    feed.lost()
    assert [row.seq for row in feed.take(journal.after)] == [3, 4, 5]
    assert not feed.acked(101)


@given(st.lists(st.sampled_from(["take", "ack", "lose", "record"]), max_size=200), st.integers(0, 2**32))
def test_no_event_is_ever_left_out(steps: list[str], seed: int) -> None:
    random, journal, feed = Random(seed), Journal(3), Feed(0)
    arrived: list[int] = []
    under_way: list[tuple[int, int]] = []
    mid = 0
    for step in [*steps, "take"]:
        if step == "record":
            journal = Journal(len(journal.rows) + 1)
        elif step == "take":
            for row in feed.take(journal.after):
                mid += 1
                feed.sent(row.seq, mid)
                under_way.append((mid, row.seq))
        elif step == "lose":
            feed.lost()
            under_way.clear()
        elif under_way:
            acked, seq = under_way.pop(random.randrange(len(under_way)))
            arrived.append(seq)
            feed.acked(acked)
        assert set(range(1, feed.acked_seq + 1)) <= set(arrived)
    for acked, seq in under_way:
        arrived.append(seq)
        feed.acked(acked)
    assert feed.settled
    assert set(arrived) == set(range(1, len(journal.rows) + 1))


def test_back_off_grows_to_a_bound_and_starts_anew_after_a_good_connection() -> None:
    timing = Timing(first_retry_s=1, last_retry_s=8)
    retry = Retry(timing, Random(1))
    waits = [retry.after(BrokerAway("x"), 0) for _ in range(40)]
    for wait_s, most in zip(waits, [1, 2, 4, 8, *[8] * 36], strict=True):
        assert most / 2 <= wait_s <= most
    assert retry.after(BrokerAway("x", kicked=True), timing.quick_s) <= 1


@pytest.mark.parametrize(
    ("ends", "out"),
    [
        ([(True, 1.0)] * KICKS, True),
        ([(True, 1.0)] * (KICKS - 1), False),
        ([(True, 1.0), (True, 1.0), (False, 0.0), (True, 1.0)], False),
        ([(True, 1.0), (True, 60.0), (True, 1.0), (True, 1.0)], False),
    ],
)
def test_kicks_are_counted_in_a_row(ends: list[tuple[bool, float]], out: bool) -> None:
    retry = Retry(Timing(), Random(1))
    for kicked, lasted_s in ends:
        retry.after(BrokerAway("x", kicked=kicked), lasted_s)
    assert retry.kicked_out == out
