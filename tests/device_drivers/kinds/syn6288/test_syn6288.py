"""SYN6288: frames in four encodings, and a module that speaks, is stuck, refuses and is silent."""

from __future__ import annotations

import queue
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_drivers.errors import BadField, BadFrame, Misuse
from device_drivers.kinds.syn6288.codec import SYN6288, Frame, decode_frame, encode_frame
from device_drivers.kinds.syn6288.link import ANSWER_S, SynLink, SynOptions
from device_drivers.links.speech import QUEUE_LIMIT, SpeechQueue
from device_drivers.ports import Announcement, SpeakOutcome

frames = st.one_of(
    st.builds(Frame, st.just(1), st.sampled_from([0, 1, 2, 3, 0x79]), st.binary(max_size=200)),
    st.sampled_from([2, 3, 4, 0x21, 0x88]).map(Frame),
)


@given(frames, st.binary(max_size=5))
def test_a_frame_comes_back(frame: Frame, rest: bytes) -> None:
    data = encode_frame(frame)
    assert decode_frame(data + rest) == (frame, len(data))


@pytest.mark.parametrize("param", [0, 1, 2, 3, 0x79])
def test_the_encodings(param: int) -> None:
    data = SYN6288.encode({"cmd": 1, "param": param, "text": "請到三號"})
    assert SYN6288.decode(data).fields == {"cmd": 1, "param": param, "text": "請到三號"}


@pytest.mark.parametrize("fields", [
    {"cmd": 2, "text": "x"}, {"cmd": 9}, {"cmd": 2, "param": 1}, {"cmd": 1, "param": 4, "text": "x"},
    {"cmd": 1, "text": "长" * 101}, {"cmd": 1, "param": 2, "text": "𠮷"},
])
def test_what_makes_no_frame(fields: dict[str, object]) -> None:
    with pytest.raises(BadField):
        SYN6288.encode(fields)


def test_a_wrong_sum_is_said() -> None:
    with pytest.raises(BadFrame, match="the sum is FC, expected FD"):
        SYN6288.decode(bytes.fromhex("FD 00 02 02 FC"))


def call(id_: str, text: str = "请A零二三号到三号窗口", stale_s: float = 1e9, times: int = 1) -> Announcement:
    return Announcement(id=id_, text=text, zone="hall", stale_s=stale_s, times=times)


def test_the_queue_says_what_is_newest_and_drops_what_is_late() -> None:
    said: list[SpeakOutcome] = []
    waiting = SpeechQueue()
    for id_ in ("a", "b", "a"):
        waiting.say(call(id_), said.append)
    waiting.say(call("late", stale_s=1.0), said.append)
    assert waiting.next(5.0) == call("a")
    waiting.say(call("a"), said.append)
    waiting.finish("said")
    assert waiting.withdraw("b") is False
    assert waiting.next(5.0) is None
    for n in range(QUEUE_LIMIT + 1):
        waiting.say(call(str(n)), said.append)
    for on_done, outcome in waiting.spoken():
        on_done(outcome)
    assert [(one.id, one.result, one.detail.partition(":")[0]) for one in said] == [
        ("a", "dropped", "called again before it was said"), ("a", "dropped", "being said already"), ("a", "said", ""),
        ("b", "dropped", "withdrawn"), ("late", "dropped", "stale"),
        ("0", "dropped", f"{QUEUE_LIMIT} newer announcements are waiting"),
    ]


def test_brackets_give_no_orders_and_what_is_missing_is_left_out() -> None:
    link = SynLink(SynOptions())
    link.say(call("a", "[v0]请𠮷号\x07"), lambda outcome: None)
    link.tick(0.0)
    assert link.take_output() == bytes.fromhex("FD 00 02 21 DE")
    link.receive(b"\x4f", 0.1)
    link.tick(0.1)
    assert SYN6288.decode(link.take_output()).fields["text"] == "[v10][t4]v0请号"


def test_without_an_answer_a_call_is_silent() -> None:
    link, said = SynLink(SynOptions()), []
    link.receive(b"\x4f", 0.0)
    link.say(call("a"), said.append)
    link.tick(0.0)
    assert link.take_output()
    for on_done, outcome in link.tick(ANSWER_S):
        on_done(outcome)
    assert [(one.result, one.detail) for one in said] == [("silent", "the module does not answer")]
    assert link.condition.code == "module_silent"


Stand = Callable[..., tuple[Any, Any]]


def outcomes(driver: Any, *calls: Announcement) -> queue.SimpleQueue[SpeakOutcome]:
    said: queue.SimpleQueue[SpeakOutcome] = queue.SimpleQueue()
    for each in calls:
        driver.say(each, said.put)
    return said


def spoken(bench: Any) -> list[str]:
    (zone,) = bench.shown("syn6288")["zones"]
    return [one["text"] for one in zone["said"]]


def test_a_module_says_one_after_the_other(on_bench: Stand, wait_until: Any) -> None:
    driver, bench = on_bench("syn6288", {})
    said = outcomes(driver, call("a", "一号", times=2), call("b", "二号"))
    assert [said.get(timeout=10).result for _ in range(2)] == ["said", "said"]
    assert spoken(bench) == ["一号", "一号", "二号"]
    with pytest.raises(Misuse, match="no zone 'attic'"):
        driver.say(Announcement(id="x", text="x", zone="attic", stale_s=0.0), said.put)
    bench.fault("syn6288", "refuse")
    assert outcomes(driver, call("c")).get(timeout=10).result == "silent"
    bench.clear_faults("syn6288")
    bench.fault("syn6288", "stuck")
    said = outcomes(driver, call("d", "四号"))
    wait_until(lambda: spoken(bench)[-1] == "四号")
    driver.withdraw("d")
    assert said.get(timeout=10) == SpeakOutcome("d", "dropped", "withdrawn")
    bench.fault("syn6288", "silence")
    outcomes(driver, call("e"))
    wait_until(lambda: driver.health().code == "module_silent")
    bench.clear_faults("syn6288")
    wait_until(lambda: driver.health().state == "ready")
    assert outcomes(driver, call("f", "六号")).get(timeout=10).result == "said"
