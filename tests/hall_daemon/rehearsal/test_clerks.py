"""Who calls next among the clerks, who stands in which line, and what the event stream is read as."""

from __future__ import annotations

import math

from hall_daemon.rehearsal.clerks import Clerk, takes, who_calls
from hall_daemon.rehearsal.day import Shift
from hall_daemon.rehearsal.hall_client import HallEvent, parse_stream
from hall_daemon.rehearsal.line import Lines


def clerk(window: str, *services: str, since_s: float = 0.0, ends_s: float = math.inf) -> Clerk:
    return Clerk(
        window=window,
        pad=f"pad-{window}",
        services=frozenset(services),
        shift=Shift(0.0, ends_s),
        state="free",
        since_s=since_s,
    )


def calls(clerks: list[Clerk], waiting: dict[str, int], now_s: float = 100.0) -> list[str]:
    return [one.window for one in who_calls(clerks, lambda service: waiting.get(service, 0), now_s, now_s)]


def test_the_longest_free_clerk_calls_and_nobody_calls_for_nobody() -> None:
    clerks = [clerk("1", "a", since_s=50), clerk("2", "a", since_s=10), clerk("3", "b", since_s=1)]

    assert calls(clerks, {"a": 1}) == ["2"]
    assert calls(clerks, {"a": 2}) == ["2", "1"]
    assert calls(clerks, {"b": 5}) == ["3"]
    assert calls(clerks, {}) == []


def test_a_call_that_is_under_way_counts() -> None:
    clerks = [clerk("1", "a"), clerk("2", "a")]
    clerks[0].awaits = "call"

    assert calls(clerks, {"a": 1}) == []
    assert calls(clerks, {"a": 2}) == ["2"]


def test_busy_and_refused_clerks_wait() -> None:
    busy, refused = clerk("1", "a"), clerk("2", "a")
    busy.become("busy", 0.0, "A001")
    refused.quiet_until_s = 200.0

    assert calls([busy, refused], {"a": 3}, now_s=100.0) == []
    assert calls([busy, refused], {"a": 3}, now_s=200.0) == ["2"]


def test_after_the_shift_only_what_nobody_else_will_do() -> None:
    late, other = clerk("1", "a", "b", ends_s=50.0), clerk("2", "b")

    assert takes(late, [late, other], 40.0) == {"a", "b"}
    assert takes(late, [late, other], 60.0) == {"a"}


def event(kind: str, **body: object) -> HallEvent:
    return HallEvent(1, kind, 0.0, body)


def test_lines_follow_the_events() -> None:
    lines = Lines()
    lines.follow(event("TicketIssued", ticket="t", services=["a", "b"]))
    assert (lines.waiting("a"), lines.waits("t")) == (1, True)
    lines.follow(event("TicketCalled", ticket="t", window="1"))
    assert (lines.waiting("a"), lines.waits("t"), lines.service("t")) == (0, False, "a")
    lines.follow(event("ServiceAdvanced", ticket="t", next_service="b"))
    assert (lines.waiting("a"), lines.waiting("b")) == (0, 1)
    lines.follow(event("TicketCalled", ticket="t", window="1"))
    lines.follow(event("TicketMissed", ticket="t", window="1"))
    lines.follow(event("TicketReturned", ticket="t"))
    assert lines.waiting("b") == 1
    lines.follow(event("TicketTransferred", ticket="t", services=["c"]))
    assert (lines.waiting("b"), lines.waiting("c")) == (0, 1)
    lines.follow(event("TicketCancelled", ticket="t"))
    lines.forget("t")
    assert (lines.waiting("c"), lines.service("t")) == (0, "")


def test_the_event_stream_without_its_heartbeats() -> None:
    said = (
        b"retry: 2000\n", b"id: 4\n", b"\n", b": beat\n", b"event: beat\n", b'data: {"seq":4,"as_of":"x"}\n', b"\n",
        b"id: 5\n", b"event: DayOpened\n",
        b'data: {"seq":5,"at":"2020-01-20T00:00:01.500Z","kind":"DayOpened","body":{"day":"2020-01-20"}}\n', b"\n",
        b'data: {"seq":6,"kind":"half',
    )

    events = list(parse_stream(said))

    assert events == [HallEvent(5, "DayOpened", 1_579_478_401.5, {"day": "2020-01-20"})]
