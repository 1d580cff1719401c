from __future__ import annotations

from random import Random

import pytest

from hall_daemon.adapters.mqtt.retained import RetainedStates
from hall_daemon.adapters.mqtt.retry import KICKS, Retry, Timing
from hall_daemon.adapters.mqtt.session import BrokerAway
from hall_daemon.wire.messages import DeviceState, Envelope


def state(value: str = "ready", *, seq: int = 1, as_of: str = "t") -> Envelope:
    return DeviceState(epoch=1, seq=seq, as_of=as_of, ttl_s=30, id="d", kind="pad", state=value, detail="")


def topics_due(states: RetainedStates, now_s: float = 0.0) -> list[str]:
    return [topic for topic, _ in states.due(now_s)]


def test_a_state_is_said_once_and_again_when_it_changes() -> None:
    states = RetainedStates()
    states.want({"a": state(), "b": state()})
    assert topics_due(states) == ["a", "b"]
    states.sent("a", 1, 0)
    states.sent("b", 2, 0)
    assert states.acked(1)
    assert states.acked(2)
    states.want({"a": state("alert", seq=2, as_of="u"), "b": state(seq=2, as_of="u")})
    assert states.due(1) == [("a", state("alert", seq=2, as_of="u"))]
    assert not states.settled


def test_an_unchanged_state_is_said_again_before_it_is_stale() -> None:
    states = RetainedStates()
    states.want({"a": state()})
    states.sent("a", 1, 0)
    states.acked(1)
    assert states.settled
    states.want({"a": state(seq=9, as_of="later")})
    assert topics_due(states, 14.9) == []
    assert states.due(15) == [("a", state(seq=9, as_of="later"))]
    assert states.settled


def test_one_message_a_topic_is_under_way_and_the_newest_follows() -> None:
    states = RetainedStates()
    states.want({"a": state("init")})
    states.sent("a", 1, 0)
    for value in ("ready", "alert", "lost"):
        states.want({"a": state(value)})
        assert topics_due(states) == []
    assert not states.acked(99)
    assert states.acked(1)
    assert states.due(0) == [("a", state("lost"))]


def test_a_topic_that_is_gone_is_taken_away_and_forgotten() -> None:
    states = RetainedStates()
    states.want({"a": state(), "b": state()})
    states.sent("a", 1, 0)
    states.sent("b", 2, 0)
    states.acked(1)
    states.want({"b": state()})
    assert states.due(0) == [("a", None)]
    states.sent("a", 3, 0)
    states.acked(3)
    states.acked(2)
    assert states.settled
    assert topics_due(states, 100) == ["b"]


def test_an_orphan_is_cleared_and_ours_is_not() -> None:
    states = RetainedStates()
    states.want({"a": state()})
    states.sent("a", 1, 0)
    states.clear_orphan("a")
    states.clear_orphan("x")
    assert states.due(0) == [("x", None)]


def test_after_a_lost_connection_everything_is_said_again() -> None:
    states = RetainedStates()
    states.want({"a": state(), "b": state()})
    states.sent("a", 1, 0)
    states.acked(1)
    states.sent("b", 2, 0)
    states.clear_orphan("x")
    states.lost()
    assert topics_due(states) == ["a", "b"]
    assert not states.acked(2)
    assert not states.under_way


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
