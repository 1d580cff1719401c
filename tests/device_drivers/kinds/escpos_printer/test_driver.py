"""The printer driver over a cable of memory, with a tiny printer on a thread of its own at the other end."""

from __future__ import annotations

import logging
import queue
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from device_drivers.errors import LinkDown, Misuse
from device_drivers.families.escpos.job import PrinterTiming
from device_drivers.families.escpos.profile import PROFILES, PrinterProfile
from device_drivers.kinds.escpos_printer.driver import EscposPrinter
from device_drivers.kinds.escpos_printer.options import PrinterOptions
from device_drivers.options import BadOption, DeviceSpec, Environment, LineSpec
from device_drivers.ports import PrinterStatus, PrintOutcome, Slip, Text
from device_drivers.registry import build_device
from tests.device_drivers.families.escpos.tiny_printer import TinyPrinter
from tests.device_drivers.memory_line import MemoryLine, memory_pair

WaitUntil = Callable[[Callable[[], object]], None]

SLIP = Slip((Text("A023", size=3), Text("请到3号窗口")))
QUICK = PrinterTiming(answer_timeout_s=0.2, confirm_timeout_s=0.4, settle_s=0.0, poll_s=0.05, watch_s=0.05)
_BOUND_S = 10.0


class PrinterOnACable:
    """Runs a TinyPrinter at the device's end until the cable is closed."""

    def __init__(self, line: MemoryLine, printer: TinyPrinter) -> None:
        self.line = line
        self.printer = printer
        self.working = True
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="tiny-printer", daemon=True)

    def start(self) -> None:
        self.line.open()
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self.line.cancel_read()
        self._thread.join(_BOUND_S)
        assert not self._thread.is_alive()
        self.line.close()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                answers = self.printer.receive(self.line.read(0.05))
                self.line.write(answers + (self.printer.work() if self.working else b""))
            except LinkDown:
                self._stopping.wait(0.01)


class Hall:
    """Driver and printer joined; `outcomes` is what the driver told."""

    def __init__(self, profile: PrinterProfile, timing: PrinterTiming) -> None:
        self.cable, device = memory_pair("line-printer-1")
        self.printer = TinyPrinter()
        self.device = PrinterOnACable(device, self.printer)
        self.outcomes: queue.SimpleQueue[PrintOutcome] = queue.SimpleQueue()
        self.driver = EscposPrinter(
            "printer-1", self.cable, profile, timing, monotonic=time.monotonic, rng=random.Random(1), queue_limit=2
        )

    def print(self, job: str) -> None:
        self.driver.print(job, SLIP, self.outcomes.put)

    def outcome(self) -> PrintOutcome:
        return self.outcomes.get(timeout=_BOUND_S)


@contextmanager
def running(hall: Hall) -> Iterator[Hall]:
    hall.device.start()
    hall.driver.start()
    yield hall
    hall.driver.stop()
    hall.device.stop()


@pytest.fixture
def hall() -> Iterator[Hall]:
    with running(Hall(PROFILES["80mm"], QUICK)) as hall:
        yield hall


@pytest.fixture
def mute() -> Iterator[Hall]:
    """With a printer that never answers, from the first look on."""
    hall = Hall(PROFILES["80mm"], QUICK)
    hall.printer.real_time = hall.printer.buffered = False
    with running(hall):
        yield hall


def test_a_slip_comes_out(hall: Hall, wait_until: WaitUntil) -> None:
    hall.print("j1")
    hall.print("j2")
    assert [hall.outcome(), hall.outcome()] == [PrintOutcome("j1", "printed"), PrintOutcome("j2", "printed")]
    assert hall.printer.slips == ["A023\n请到3号窗口"] * 2
    wait_until(lambda: hall.driver.status() == PrinterStatus(online=True, paper="ok"))
    health = hall.driver.health()
    assert (health.kind, health.state, health.counters["printed"]) == ("escpos-printer", "ready", 2)


def test_paper_out_is_told_once_each_way(hall: Hall, wait_until: WaitUntil, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "device_drivers.kinds.escpos_printer.driver")
    wait_until(lambda: hall.driver.status().online)
    hall.printer.out = True
    hall.print("j1")
    assert hall.outcome() == PrintOutcome("j1", "failed", "paper_out")
    asked = len(hall.printer.requests)
    wait_until(lambda: len(hall.printer.requests) > asked + 6)
    health = hall.driver.health()
    assert (health.state, health.code, health.detail) == ("alert", "paper_out", "paper out: put in a new roll")
    hall.printer.out = False
    wait_until(lambda: hall.driver.health().state == "ready")
    wait_until(lambda: len(caplog.messages) == 2)
    assert caplog.messages == ["printer-1: paper out: put in a new roll", "printer-1: ready again"]
    assert hall.printer.slips == []


def test_near_end_is_ready_and_says_so(hall: Hall, wait_until: WaitUntil) -> None:
    hall.printer.near_end = True
    wait_until(lambda: hall.driver.status().paper == "near_end")
    assert hall.driver.health().state == "ready"
    assert "near its end" in hall.driver.health().detail


def test_a_printer_that_does_not_answer(mute: Hall, wait_until: WaitUntil) -> None:
    mute.print("j1")
    assert mute.outcome() == PrintOutcome("j1", "unknown", "no_answer")
    assert mute.printer.slips == ["A023\n请到3号窗口"]
    wait_until(lambda: mute.driver.health().state == "alert")
    assert "does not answer" in mute.driver.health().detail
    assert mute.driver.status() == PrinterStatus(online=None, paper="unknown")


def test_the_cable_is_pulled_and_put_back(hall: Hall, wait_until: WaitUntil) -> None:
    wait_until(lambda: hall.driver.status().online)
    hall.cable.unplug()
    wait_until(lambda: hall.driver.health().state == "disconnected")
    hall.print("j1")
    assert hall.outcome() == PrintOutcome("j1", "failed", "line_down")
    assert hall.driver.status().online is None
    hall.device.line.close()
    hall.cable.replug()
    hall.device.line.open()
    wait_until(lambda: hall.driver.status().online)
    hall.print("j2")
    assert hall.outcome() == PrintOutcome("j2", "printed")


def test_the_cable_is_pulled_while_it_prints(hall: Hall, wait_until: WaitUntil) -> None:
    hall.device.working = False
    hall.print("j1")
    wait_until(lambda: any(request.kind == "gs_r" for request in hall.printer.requests))
    hall.cable.unplug()
    assert hall.outcome() == PrintOutcome("j1", "unknown", "line_down")


def test_the_queue_has_a_bound_and_a_job_its_name(hall: Hall, wait_until: WaitUntil) -> None:
    hall.device.working = False
    hall.print("j1")
    wait_until(lambda: any(request.kind == "gs_r" for request in hall.printer.requests))
    hall.print("j2")
    hall.print("j3")
    with pytest.raises(Misuse, match="j2"):
        hall.print("j2")
    hall.print("j4")
    assert hall.outcome() == PrintOutcome("j4", "failed", "queue_full")


def test_stop_ends_every_job(hall: Hall, wait_until: WaitUntil) -> None:
    hall.device.working = False
    hall.print("j1")
    wait_until(lambda: any(request.kind == "gs_r" for request in hall.printer.requests))
    hall.print("j2")
    hall.driver.stop()
    assert [hall.outcome(), hall.outcome()] == [
        PrintOutcome("j1", "unknown", "line_down"),
        PrintOutcome("j2", "failed", "line_down"),
    ]
    hall.print("j3")
    assert hall.outcome() == PrintOutcome("j3", "failed", "line_down")
    assert hall.driver.health().state == "stopped"


def test_options_make_the_profile() -> None:
    assert PrinterOptions().printer_profile() == PROFILES["80mm"]
    changed = PrinterOptions(profile="58mm", cutter="full", status="none", native_qr=False)
    assert changed.printer_profile() == replace(PROFILES["58mm"], cutter="full", status="none", native_qr=False)


def spec(**options: object) -> DeviceSpec:
    return DeviceSpec("printer-1", "escpos-printer", LineSpec("serial", {"port": "/dev/null"}), options)


ENVIRONMENT = Environment(monotonic=time.monotonic, rng=random.Random(1))


def test_it_is_built_from_the_configuration() -> None:
    printer = build_device(spec(profile="58mm", columns=42, poll_s=10), ENVIRONMENT)
    assert isinstance(printer, EscposPrinter)
    assert printer.health().state == "init"


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"profile": "90mm"}, "profile"),
        ({"columns": 8}, "columns"),
        ({"native_qr": "yes"}, "native_qr"),
        ({"status": "maybe"}, "status"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_wrong_options_are_named(options: dict[str, object], key: str) -> None:
    with pytest.raises(BadOption) as refusal:
        build_device(spec(**options), ENVIRONMENT)
    assert refusal.value.key == key
