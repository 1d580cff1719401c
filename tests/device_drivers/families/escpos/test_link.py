"""The printer's link against a tiny printer, two machines back to back; the clock is a number."""

from __future__ import annotations

import math

import pytest

from device_drivers.families.escpos.commands import CLEAR_BUFFER
from device_drivers.families.escpos.encode import HEADER_END, PAPER_REQUEST, encode_slip
from device_drivers.families.escpos.inquiry import UNKNOWN
from device_drivers.families.escpos.paper import StatusRequest
from device_drivers.families.escpos.profile import StatusSupport
from device_drivers.ports import PrinterStatus, Qr, Slip
from tests.device_drivers.families.escpos.printer_cable import FULL, LONG, SLIP, TIMING, WELL, Bench, with_status
from tests.device_drivers.families.escpos.tiny_printer import TinyPrinter


def test_a_slip_is_printed_when_the_printer_says_so() -> None:
    bench = Bench()
    bench.print("j1")
    assert bench.outcomes() == [("j1", "printed", "")]
    assert bench.printer.slips == ["A023\n请到3号窗口"]
    assert bench.printer.requests == [
        StatusRequest("clear", 8),
        StatusRequest("dle_eot", 4),
        StatusRequest("dle_eot", 1),
        StatusRequest("gs_r", 1),
    ]
    assert bench.link.status == WELL


@pytest.mark.parametrize("status", ["full", "gs_r"])
def test_the_slip_of_an_earlier_life_does_not_confirm_the_next(status: StatusSupport) -> None:
    """The program died while the head was at work: the printer still has the slip and the question behind it."""
    printer = TinyPrinter()
    printer.receive(encode_slip(LONG, FULL) + PAPER_REQUEST)
    bench = Bench(with_status(status), printer)
    bench.print("j1")
    assert bench.outcomes() == [("j1", "printed", "")]
    assert bench.printer.slips == ["A023\n请到3号窗口"]


def test_it_is_not_printed_before_the_head_reached_the_end() -> None:
    bench = Bench()
    bench.working = False
    bench.print("j1")
    bench.wait(2.0)
    assert bench.outcomes() == []
    bench.work()
    assert bench.outcomes() == [("j1", "printed", "")]


@pytest.mark.parametrize(
    ("printer", "detail"),
    [
        (TinyPrinter(out=True), "paper_out"),
        (TinyPrinter(cover_open=True), "cover_open"),
        (TinyPrinter(error=True), "offline"),
    ],
)
def test_nothing_is_sent_to_a_printer_that_cannot_print(printer: TinyPrinter, detail: str) -> None:
    bench = Bench(printer=printer)
    bench.print("j1")
    assert bench.outcomes() == [("j1", "failed", detail)]
    printer.out = printer.cover_open = printer.error = False
    assert printer.work() == b""
    assert printer.slips == []
    bench.print("j2")
    assert bench.outcomes()[-1] == ("j2", "printed", "")


def test_near_end_is_state_and_prints() -> None:
    bench = Bench(printer=TinyPrinter(near_end=True))
    bench.print("j1")
    assert bench.outcomes() == [("j1", "printed", "")]
    assert bench.changes() == [PrinterStatus(online=True, paper="near_end")]


def test_paper_out_in_the_middle() -> None:
    bench = Bench(printer=TinyPrinter(stop_after=5))
    bench.print("j1", LONG)
    assert bench.outcomes() == []
    bench.wait(1.0)
    assert bench.outcomes() == [("j1", "failed", "paper_out")]
    assert bench.link.status == PrinterStatus(online=False, paper="out")
    bench.print("j2")
    assert bench.outcomes()[-1] == ("j2", "failed", "paper_out")


def test_the_late_answer_of_a_stopped_slip_does_not_confirm_the_next() -> None:
    bench = Bench(printer=TinyPrinter(stop_after=5, clears=False))
    bench.print("j1", LONG)
    bench.wait(120.0)
    bench.working = False
    bench.printer.out, bench.printer.stop_after = False, None
    bench.print("j2")
    bench.wait(0.2)
    assert [job for job, _, _ in bench.outcomes()] == ["j1"]
    rest_of_j1 = bench.printer.work()
    assert len(rest_of_j1) == 2  # both answers lie in the buffer, in order
    bench.say(rest_of_j1[:1])
    assert [job for job, _, _ in bench.outcomes()] == ["j1"]
    bench.say(rest_of_j1[1:])
    assert bench.outcomes()[-1] == ("j2", "printed", "")


def test_the_rest_of_a_stopped_slip_is_forgotten() -> None:
    bench = Bench(printer=TinyPrinter(stop_after=5))
    bench.print("j1", LONG)
    bench.wait(1.0)
    bench.printer.out, bench.printer.stop_after = False, None
    bench.print("j2")
    assert bench.outcomes() == [("j1", "failed", "paper_out"), ("j2", "printed", "")]
    fragment, after = bench.printer.slips
    assert "第5行" not in fragment
    assert after == "A023\n请到3号窗口"


def test_a_count_that_noise_blew_up_swallows_one_slip_only() -> None:
    bench = Bench()
    bench.exchange()
    bench.printer.receive(b"\x1d(k\xb3\x1b")
    bench.print("j1")
    assert bench.outcomes() == []
    bench.wait(30.0)
    assert bench.outcomes() == [("j1", "unknown", "not_confirmed")]
    bench.print("j2")
    assert bench.outcomes()[-1] == ("j2", "printed", "")
    assert not bench.link.unconfirmed


def test_cover_opened_in_the_middle() -> None:
    bench = Bench()
    bench.working = False
    bench.print("j1", LONG)
    bench.printer.cover_open = True
    bench.wait(1.0)
    assert bench.outcomes() == [("j1", "failed", "cover_open")]


def test_no_answer_is_unknown_and_never_paper_out() -> None:
    bench = Bench(printer=TinyPrinter(real_time=False, buffered=False))
    bench.print("j1")
    bench.wait(10.0)
    assert bench.outcomes() == [("j1", "unknown", "no_answer")]
    assert bench.printer.slips == ["A023\n请到3号窗口"]
    assert bench.link.status == UNKNOWN
    assert bench.link.silent


@pytest.mark.parametrize("byte", [0x00, 0xFF, 0x11, 0x13])
def test_boards_that_answer_nonsense(byte: int) -> None:
    bench = Bench(printer=TinyPrinter(nonsense=byte, buffered=False))
    bench.print("j1")
    bench.wait(10.0)
    assert bench.outcomes() == [("j1", "unknown", "no_answer")]
    assert bench.link.status == UNKNOWN
    assert bench.link.counters["stray_bytes"] >= 1


def test_an_answer_without_confirmation() -> None:
    bench = Bench(printer=TinyPrinter(buffered=False))
    bench.print("j1")
    bench.wait(30.0)
    assert bench.outcomes() == [("j1", "unknown", "not_confirmed")]
    assert bench.link.status == WELL


def test_a_board_that_answers_for_paper_only() -> None:
    bench = Bench(printer=TinyPrinter(near_end=True))
    bench.link.submit("j1", SLIP)
    bench.events += bench.link.tick(bench.now)
    assert bench.link.take_output() == HEADER_END + CLEAR_BUFFER + b"\x10\x04\x04"
    bench.say(b"\x1e")
    assert bench.link.take_output() == b"\x10\x04\x01"
    bench.now += TIMING.answer_timeout_s
    bench.exchange()
    assert bench.link.status == PrinterStatus(online=None, paper="near_end")
    assert bench.outcomes() == [("j1", "printed", "")]


def test_answers_out_of_order_and_stray_ones() -> None:
    """A confirmation may come between a look's question and its answer."""
    bench = Bench()
    bench.working = False
    bench.say(b"\x12\x00\xff")  # nobody asked
    bench.print("j1")
    bench.now += TIMING.watch_s
    bench.events += bench.link.tick(bench.now)
    assert bench.link.take_output() == b"\x10\x04\x04"
    bench.say(b"\x03")
    assert bench.outcomes() == [("j1", "printed", "")]
    bench.say(b"\x1e")
    bench.exchange()
    assert bench.link.status == PrinterStatus(online=True, paper="near_end")
    assert bench.link.counters["stray_bytes"] == 3


def test_a_late_answer_is_not_taken_for_the_next_one() -> None:
    bench = Bench(printer=TinyPrinter(real_time=False))
    bench.exchange()
    bench.wait(TIMING.answer_timeout_s)
    bench.say(b"\x72")  # the answer about paper, after its time
    assert bench.link.status == UNKNOWN
    assert bench.link.counters["stray_bytes"] == 1
    assert bench.link.counters["unanswered"] == 1


@pytest.mark.parametrize("status", ["full", "dle_eot", "gs_r"])
def test_status_is_looked_at_while_idle(status: StatusSupport) -> None:
    bench = Bench(with_status(status))
    bench.exchange()
    assert bench.link.status == WELL
    asked = [request for request in bench.printer.requests if request.kind != "clear"]
    bench.printer.requests.clear()
    bench.printer.near_end = True
    bench.wait(TIMING.poll_s)
    assert bench.link.status == PrinterStatus(online=True, paper="near_end")
    assert bench.printer.requests == asked
    assert bench.changes() == [WELL, bench.link.status]


def test_without_status_the_line_is_the_best_witness() -> None:
    bench = Bench(with_status("none"))
    bench.print("j1")
    assert bench.outcomes() == [("j1", "printed", "")]
    assert bench.printer.requests == []
    assert bench.link.status == UNKNOWN
    assert not bench.link.silent
    assert bench.link.due_s(bench.now) == math.inf


def test_real_time_only_asks_again_when_the_slip_must_be_out() -> None:
    bench = Bench(with_status("dle_eot"))
    bench.print("j1")
    bench.wait(TIMING.settle_s - 0.1)
    assert bench.outcomes() == []
    bench.wait(0.1)
    assert bench.outcomes() == [("j1", "printed", "")]
    bench.print("j2")
    bench.printer.out = True
    bench.wait(TIMING.settle_s)
    assert bench.outcomes()[-1] == ("j2", "failed", "paper_out")
    bench.printer.out = False
    bench.print("j3")
    bench.printer.real_time = False
    bench.wait(TIMING.settle_s + 2.0)
    assert bench.outcomes()[-1] == ("j3", "unknown", "no_answer")


def test_buffered_only() -> None:
    bench = Bench(with_status("gs_r"), TinyPrinter(real_time=False))
    bench.print("j1")
    assert bench.outcomes() == [("j1", "printed", "")]
    bench.working = False
    bench.print("j2")
    bench.wait(TIMING.answer_timeout_s)  # busy: the look before the slip is answered late
    answers = bench.printer.work()
    assert len(answers) == 2
    bench.say(answers[:1])
    assert [job for job, _, _ in bench.outcomes()] == ["j1"]
    bench.say(answers[1:])
    assert bench.outcomes()[-1] == ("j2", "printed", "")


def test_jobs_wait_in_order_and_the_queue_has_a_bound() -> None:
    bench = Bench()
    for n in range(5):
        refused = bench.link.submit(f"j{n}", SLIP)
        bench.events += [refused] if refused else []
    assert bench.outcomes() == [("j3", "failed", "queue_full"), ("j4", "failed", "queue_full")]
    bench.wait(1.0)
    assert bench.outcomes()[2:] == [("j0", "printed", ""), ("j1", "printed", ""), ("j2", "printed", "")]
    assert len(bench.printer.slips) == 3


def test_a_slip_that_cannot_be_printed_fails_alone() -> None:
    bench = Bench()
    bench.link.submit("bad", Slip((Qr(""),)))
    bench.link.submit("good", SLIP)
    bench.wait(1.0)
    (job, result, detail), good = bench.outcomes()
    assert (job, result) == ("bad", "failed")
    assert detail.startswith("bad_slip: data: ")
    assert good == ("good", "printed", "")
