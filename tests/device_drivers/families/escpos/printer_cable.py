"""Host and tiny printer on a cable without delay, for the tests of the printer's link."""

from __future__ import annotations

from dataclasses import replace

import pytest

from device_drivers.families.escpos.job import PrinterTiming
from device_drivers.families.escpos.link import EscposLink, PrinterEvent, StatusChanged
from device_drivers.families.escpos.profile import PROFILES, PrinterProfile, StatusSupport
from device_drivers.ports import PrinterStatus, PrintOutcome, Slip, Text
from tests.device_drivers.families.escpos.tiny_printer import TinyPrinter

FULL = PROFILES["80mm"]
TIMING = PrinterTiming()
SLIP = Slip((Text("A023", size=3), Text("请到3号窗口")))
LONG = Slip(tuple(Text(f"第{n}行") for n in range(60)))
WELL = PrinterStatus(online=True, paper="ok")


class Bench:
    """Host and printer on a cable without delay. After `carries` bytes it carries nothing more."""

    def __init__(self, profile: PrinterProfile = FULL, printer: TinyPrinter | None = None) -> None:
        self.link = EscposLink(profile, TIMING, queue_limit=3)
        self.printer = printer or TinyPrinter()
        self.now = 100.0
        self.events: list[PrinterEvent] = []
        self.working = True
        self.carries: int | None = None

    def exchange(self) -> None:
        """Until both have nothing to say."""
        self.events += self.link.tick(self.now)
        while output := self.link.take_output():
            answers = self.printer.receive(output[: self.carries])
            if self.carries is not None and self.carries < len(output):
                self.printer.work()
                self.carries = 0
                return
            self.carries = None if self.carries is None else self.carries - len(output)
            self.events += self.link.written(self.now)
            self.say(answers + (self.printer.work() if self.working else b""))
            self.events += self.link.tick(self.now)

    def say(self, data: bytes) -> None:
        if data:
            self.events += self.link.receive(data, self.now)

    def work(self) -> None:
        self.say(self.printer.work())
        self.exchange()

    def wait(self, seconds: float) -> None:
        """Time passes, in the steps that the link asks for."""
        end = self.now + seconds
        self.exchange()
        for _ in range(10_000):
            step = self.link.due_s(self.now)
            if self.now + step > end:
                break
            self.now += step
            self.exchange()
        else:
            pytest.fail("the link asks to be woken without end")
        self.now = end
        self.exchange()

    def print(self, job: str, slip: Slip = SLIP) -> None:
        refused = self.link.submit(job, slip)
        self.events += [refused] if refused else []
        self.exchange()

    def outcomes(self) -> list[tuple[str, str, str]]:
        return [(e.job, e.result, e.detail) for e in self.events if isinstance(e, PrintOutcome)]

    def changes(self) -> list[PrinterStatus]:
        return [event.after for event in self.events if isinstance(event, StatusChanged)]


def with_status(status: StatusSupport) -> PrinterProfile:
    return replace(FULL, status=status)
