"""A slip that broke off at any byte: it is marked and cut, and the next one is whole."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from functools import cache, partial

import pytest

from device_drivers.families.escpos.commands import CLEARED
from device_drivers.families.escpos.encode import PAPER_REQUEST, encode_slip
from device_drivers.families.escpos.job import PrinterTiming
from device_drivers.families.escpos.paper import Cut, PaperItem, Raster
from device_drivers.families.escpos.paper import Qr as PaperQr
from device_drivers.families.escpos.profile import PROFILES, PrinterProfile
from device_drivers.ports import Feed, Qr, Slip, Text
from tests.device_drivers.families.escpos.printer_cable import FULL, LONG, Bench, with_status
from tests.device_drivers.families.escpos.tiny_printer import TinyPrinter

MARK = "作废 VOID"
URL = "https://hall.example/t/8f3kq2"
RASTER = replace(PROFILES["58mm-old"], status="full")


def ticket(number: str) -> Slip:
    head = Text(number, size=4, align="center", bold=True)
    return Slip((head, Text("前面等候 5 人"), Feed(1), Qr(URL, 1), Text("请留意叫号")))


FIRST, NEXT = ticket("A022"), ticket("A023")


@cache
def whole(slip: Slip, profile: PrinterProfile) -> list[PaperItem]:
    """What lies on the paper when nothing goes wrong."""
    printer = TinyPrinter()
    printer.receive(encode_slip(slip, profile))
    printer.work()
    [paper] = printer.papers
    assert isinstance(paper[-1], Cut)
    assert any(isinstance(item, PaperQr | Raster) for item in paper)
    return paper


def assert_apart(printer: TinyPrinter, profile: PrinterProfile) -> None:
    *complete, _, last = printer.papers
    assert last == whole(NEXT, profile)
    assert isinstance(last[-1], Cut)
    assert [paper[:-1] for paper in complete] in ([], [whole(FIRST, profile)[:-1]])
    assert MARK in printer.slips[-2]
    assert printer.uncut == ""


def cable(profile: PrinterProfile, clears: bool) -> Bench:
    return Bench(profile, TinyPrinter(clears=clears))


CUT_ANYWHERE = [
    pytest.param(profile, clears, id=f"{name}-{'clears' if clears else 'keeps'}")
    for name, profile in (("native", FULL), ("raster", replace(RASTER, cutter="full")))
    for clears in (True, False)
]


@pytest.mark.parametrize(("profile", "clears"), CUT_ANYWHERE)
def test_the_program_died_after_any_byte(profile: PrinterProfile, clears: bool) -> None:
    job = encode_slip(FIRST, profile) + PAPER_REQUEST
    for sent in range(1, len(job) + 1):
        bench = cable(profile, clears)
        bench.printer.receive(job[:sent])
        bench.printer.work()
        bench.link.broke_off()
        bench.print("j2", NEXT)
        bench.wait(1.0)
        assert bench.outcomes() == [("j2", "printed", "")], sent
        assert_apart(bench.printer, profile)


@pytest.mark.parametrize("power", [True, False], ids=["power", "plug"])
@pytest.mark.parametrize(("profile", "clears"), CUT_ANYWHERE)
def test_the_line_was_lost_after_any_byte(profile: PrinterProfile, clears: bool, power: bool) -> None:
    size = len(encode_slip(FIRST, profile) + PAPER_REQUEST)
    warm = cable(profile, clears)
    warm.print("j0", NEXT)
    warm.printer.slips.clear()
    warm.printer.papers.clear()
    for sent in range(1, size):
        bench = deepcopy(warm)
        bench.carries = sent + len(b"\x10\x04\x04\x10\x04\x01")  # it is asked first
        bench.print("j1", FIRST)
        if power:
            bench.printer.power_off()
        bench.events += bench.link.lost(bench.now)
        bench.carries = None
        assert bench.outcomes()[-1] == ("j1", "unknown", "line_down"), sent
        bench.wait(3.0)
        assert MARK in bench.printer.slips[-1], "it is marked as soon as the printer is there again"
        bench.print("j2", NEXT)
        assert bench.outcomes()[-1] == ("j2", "printed", ""), sent
        assert_apart(bench.printer, profile)


@pytest.mark.parametrize("printed", range(1, 60, 7))
def test_paper_ran_out_in_the_middle_and_the_new_roll_begins_with_the_mark(printed: int) -> None:
    bench = Bench(printer=TinyPrinter(stop_after=printed + 1))  # a cut comes first
    bench.print("j1", LONG)
    bench.wait(1.0)
    assert bench.outcomes() == [("j1", "failed", "paper_out")]
    assert bench.printer.slips == []
    bench.printer.out, bench.printer.stop_after = False, None
    bench.wait(2.0)
    [fragment] = bench.printer.slips
    assert fragment.startswith("第0行")
    assert MARK in fragment
    bench.wait(60.0)
    assert len(bench.printer.slips) == 1, "once is enough"


def test_a_slow_printer_is_waited_for_while_it_says_that_all_is_well() -> None:
    bench = Bench()
    bench.working = False
    bench.print("j1")
    bench.wait(15.0)
    assert bench.outcomes() == []
    bench.work()
    assert bench.outcomes() == [("j1", "printed", "")]
    assert bench.printer.slips == ["A023\n请到3号窗口"]


def test_slow_has_an_end_and_what_was_printed_by_then_is_marked() -> None:
    bench = Bench()
    bench.printer.work_most = 2  # a cut comes first
    bench.print("j1")
    bench.printer.work_most = 0
    bench.wait(PrinterTiming().patience_s + 2.0)
    assert bench.outcomes() == [("j1", "unknown", "not_confirmed")]
    bench.printer.work_most = None
    bench.print("j2")
    bench.work()
    assert bench.outcomes()[-1] == ("j2", "printed", "")
    marked, last = bench.printer.slips
    assert marked.startswith("A023\n")
    assert MARK in marked
    assert last == "A023\n请到3号窗口"


def test_who_confirms_nothing_is_not_waited_for_again_and_gets_one_mark_at_most() -> None:
    bench = Bench(printer=TinyPrinter(buffered=False))
    for job in ("j1", "j2", "j3"):
        bench.print(job)
        bench.wait(60.0)
    assert [result for _, result, _ in bench.outcomes()] == ["unknown"] * 3
    assert sum(MARK in slip for slip in bench.printer.slips) == 3
    forgetful = Bench(printer=TinyPrinter(buffered=False, clears=False))
    forgetful.print("j1")
    forgetful.wait(60.0)
    forgetful.print("j2")
    forgetful.wait(6.0)
    assert [job for job, _, _ in forgetful.outcomes()] == ["j1", "j2"]
    assert forgetful.printer.slips == ["A023\n请到3号窗口"] * 2


def test_a_fresh_printer_wastes_no_mark() -> None:
    bench = Bench()
    bench.wait(10.0)
    bench.print("j1")
    bench.events += bench.link.lost(bench.now)
    bench.wait(10.0)
    bench.print("j2")
    assert bench.printer.slips == ["A023\n请到3号窗口"] * 2


@pytest.mark.parametrize("status", ["none", "dle_eot", "gs_r"])
def test_the_mark_comes_from_every_kind_of_printer(status: str) -> None:
    bench = Bench(with_status(status))  # type: ignore[arg-type]
    bench.printer.receive(encode_slip(FIRST, FULL)[:60])
    bench.printer.work()
    bench.link.broke_off()
    bench.wait(10.0)
    assert [MARK in slip for slip in bench.printer.slips] == [True]
    assert bench.outcomes() == []


@pytest.mark.parametrize("at", range(1, len(CLEARED)))
def test_the_answer_that_it_forgot_may_come_in_pieces(at: int) -> None:
    bench = Bench()
    hear = partial(bench.link.receive, now=bench.now)
    assert [*hear(CLEARED[:at]), *hear(CLEARED[at:])] == []
    assert bench.link.counters["stray_bytes"] == 0
