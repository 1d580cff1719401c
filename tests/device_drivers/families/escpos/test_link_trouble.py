"""The printer's link when the line goes, the wire is noisy or slow, and that every job ends once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device_drivers.families.escpos.commands import CLEAR_BUFFER
from device_drivers.families.escpos.encode import HEADER_END, PAPER_REQUEST
from device_drivers.families.escpos.inquiry import UNKNOWN
from device_drivers.families.escpos.link import EscposLink
from device_drivers.families.escpos.profile import StatusSupport
from device_drivers.ports import PrintOutcome
from tests.device_drivers.families.escpos.printer_cable import FULL, LONG, SLIP, TIMING, Bench, with_status
from tests.device_drivers.families.escpos.tiny_printer import TinyPrinter


def test_the_line_goes_in_the_middle() -> None:
    bench = Bench()
    bench.link.submit("sent", LONG)
    bench.link.submit("waiting", SLIP)
    bench.events += bench.link.tick(bench.now)
    bench.say(bench.printer.receive(bench.link.take_output()))
    bench.say(bench.printer.receive(bench.link.take_output()))
    assert bench.link.take_output()  # a first part of the slip
    bench.events += bench.link.lost(bench.now)
    assert bench.outcomes() == [("sent", "unknown", "line_down"), ("waiting", "failed", "line_down")]
    assert bench.link.status == UNKNOWN
    assert bench.link.submit("later", SLIP) == PrintOutcome("later", "failed", "line_down")
    bench.printer = TinyPrinter()
    bench.print("again")
    assert bench.link.submit("back", SLIP) is None
    bench.wait(1.0)
    assert bench.outcomes()[-1] == ("back", "printed", "")


def test_the_line_goes_before_anything_was_sent() -> None:
    bench = Bench()
    bench.link.submit("j1", SLIP)
    bench.events += bench.link.tick(bench.now)
    assert bench.link.take_output() == HEADER_END + CLEAR_BUFFER + b"\x10\x04\x04"
    bench.events += bench.link.lost(bench.now)
    assert bench.outcomes() == [("j1", "failed", "line_down")]


def test_a_slow_wire_has_its_time() -> None:
    link = EscposLink(FULL, replace(TIMING, byte_s=0.01))
    link.submit("j1", LONG)
    now, sent = 0.0, 0
    events = link.tick(now)
    for answer in (b"\x12", b"\x12"):
        assert link.take_output()
        events += link.receive(answer, now)
    while chunk := link.take_output():
        sent += len(chunk)
        events += link.written(now)
        tail = chunk
    assert tail.endswith(PAPER_REQUEST)
    now = sent * 0.01  # a question would stand behind the slip until now
    assert link.due_s(0.0) == pytest.approx(now + TIMING.watch_s)
    now += TIMING.confirm_timeout_s - 0.01
    events += link.tick(now)
    assert not [event for event in events if isinstance(event, PrintOutcome)]
    events += link.receive(b"\x00", now)
    assert PrintOutcome("j1", "printed") in events


def test_noise_confirms_nothing() -> None:
    bench = Bench()
    bench.working = False
    bench.print("j1")
    bench.say(b"\x00\xa5")  # a burst: its 00 is no answer
    bench.wait(0.2)
    assert bench.outcomes() == []
    bench.work()
    assert bench.outcomes() == [("j1", "unknown", "noise")]
    bench.working = True
    bench.print("j2")
    assert bench.outcomes()[-1] == ("j2", "printed", "")


def test_flow_control_bytes_are_no_noise() -> None:
    bench = Bench()
    bench.working = False
    bench.print("j1")
    bench.say(b"\x13")
    bench.say(b"\x11\x00")
    assert bench.outcomes() == [("j1", "printed", "")]


def test_one_bit_of_a_pair_is_no_paper_status() -> None:
    bench = Bench(printer=TinyPrinter(nonsense=0x32))
    bench.exchange()
    bench.wait(TIMING.answer_timeout_s)
    assert bench.link.status == UNKNOWN


def test_a_printer_that_was_off_owes_nothing() -> None:
    bench = Bench(printer=TinyPrinter(real_time=False, buffered=False))
    bench.print("off")
    bench.wait(10.0)
    bench.printer = TinyPrinter()
    bench.print("on")
    bench.wait(1.0)
    assert bench.outcomes() == [("off", "unknown", "no_answer"), ("on", "printed", "")]
    assert not bench.link.silent


jobs = st.lists(st.tuples(st.booleans(), st.binary(max_size=6), st.floats(0, 8)), min_size=1, max_size=12)


@settings(deadline=None)
@given(jobs, st.sampled_from(["full", "dle_eot", "gs_r", "none"]), st.booleans())
def test_every_job_ends_exactly_once(
    steps: list[tuple[bool, bytes, float]], status: StatusSupport, answers: bool
) -> None:
    """Whatever the printer says, whatever comes in between, and whenever the line goes."""
    bench = Bench(with_status(status), TinyPrinter(real_time=answers, buffered=answers))
    for n, (cut, noise, seconds) in enumerate(steps):
        bench.print(f"j{n}")
        bench.say(noise)
        bench.wait(seconds)
        if cut:
            bench.events += bench.link.lost(bench.now)
    bench.events += bench.link.lost(bench.now)
    assert sorted(job for job, _, _ in bench.outcomes()) == sorted(f"j{n}" for n in range(len(steps)))
    if answers:
        assert all(result != "failed" or detail for _, result, detail in bench.outcomes())
