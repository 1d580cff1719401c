"""The drivers of this project at one end of the line, the bench at the other."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from device_drivers.events import KeyPressed
from device_drivers.options import DeviceSpec, Environment, LineSpec
from device_drivers.ports import Pads, Printer, PrintOutcome, Screens, ScreenText, Slip, Text
from device_drivers.registry import build_device
from device_drivers.simulators.bench import Bench
from tests.bench_watch import wait_for

SCREENS = [{"id": "strip-1", "address": 1, "cells": 16}, {"id": "strip-2", "address": 2, "cells": 16}]
PADS = [{"id": "pad-1", "address": 1}, {"id": "pad-2", "address": 2}]


@contextmanager
def driver(
    bench: Bench, id: str, options: dict[str, object], on_press: Callable[[KeyPressed], None] = print
) -> Iterator[Any]:
    kind = bench.shown(id)["kind"]
    line = LineSpec("serial", {"port": str(bench.link(id))})
    spec = DeviceSpec(id, kind, line, options)
    running = build_device(spec, Environment(time.monotonic, random.Random(1), on_press))
    running.start()
    try:
        yield running
    finally:
        running.stop()


def texts(bench: Bench) -> list[str | None]:
    return [screen["text"] for screen in bench.shown("strips")["screens"]]


def test_strips_show_and_show_again_after_the_plug_was_out(bench: Bench) -> None:
    with driver(bench, "strips", {"screens": SCREENS}) as running:
        screens = cast(Screens, running)
        screens.show("strip-1", ScreenText("A012 请到1号窗口", lit=True))
        screens.show("strip-2", ScreenText("暂停服务"))
        assert wait_for(bench, lambda bench: texts(bench) == ["A012 请到1号窗口", "暂停服务"])
        bench.fault("strips", "unplug")
        screens.show("strip-1", ScreenText("A013"))
        bench.fault("strips", "plug")
        assert texts(bench) == [None, None]
        assert wait_for(bench, lambda bench: texts(bench) == ["A013", "暂停服务"], 10)


def test_a_press_arrives_once_and_is_acknowledged(bench: Bench) -> None:
    presses: list[KeyPressed] = []
    with driver(bench, "pads", {"pads": PADS}, presses.append) as running:
        assert wait_for(bench, lambda bench: bench.shown("pads")["opened"])
        bench.press("pads", "pad-2", "call")
        assert wait_for(bench, lambda bench: bench.shown("pads")["counters"]["acks"] == 1)
        cast(Pads, running).display("pad-2", waiting=4, ticket="007")
        assert wait_for(bench, lambda bench: bench.shown("pads")["pads"][1]["display"] == "004007")
    assert presses == [KeyPressed("pad-2", "call")]


def test_garbage_on_the_line_presses_nothing(bench: Bench) -> None:
    presses: list[KeyPressed] = []
    with driver(bench, "pads", {"pads": PADS}, presses.append):
        assert wait_for(bench, lambda bench: bench.shown("pads")["opened"])
        bench.fault("pads", "garbage")
        assert wait_for(bench, lambda bench: bench.shown("pads")["counters"]["bytes_out"] > 40)
        bench.clear_faults("pads")
        bench.press("pads", "pad-1", "recall")
        assert wait_for(bench, lambda bench: bench.shown("pads")["counters"]["acks"] == 1)
    assert set(presses) == {KeyPressed("pad-1", "recall")}


def test_a_slip_is_printed_and_paper_out_is_told_before_paper_is_offered(bench: Bench) -> None:
    outcomes: list[PrintOutcome] = []
    told = threading.Semaphore(0)

    def on_done(outcome: PrintOutcome) -> None:
        outcomes.append(outcome)
        told.release()

    with driver(bench, "printer-1", {"profile": "58mm", "cutter": "partial"}) as running:
        printer = cast(Printer, running)
        printer.print("job-1", Slip((Text("A012", size=4),)), on_done)
        assert told.acquire(timeout=15)
        bench.fault("printer-1", "paper_out")
        printer.print("job-2", Slip((Text("A013", size=4),)), on_done)
        assert told.acquire(timeout=15)
    assert outcomes == [PrintOutcome("job-1", "printed"), PrintOutcome("job-2", "failed", "paper_out")]
    assert len(bench.shown("printer-1")["slips"]) == 1
