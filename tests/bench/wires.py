"""Forty strips and forty pads on two simulated buses of 9600 baud, and how many frames a second each format decodes.

A call is timed from `show` to the moment when the simulated strip has the last byte of its text, by the strip's clock;
on the wire is what the frame takes at 9600 baud, with the silence behind the frame before it. A press is timed from the
key to the event. The plug of the strips is pulled and put back while pads are pressed.
"""

from __future__ import annotations

import gc
import queue
import random
import time
from pathlib import Path
from typing import Any

from device_drivers.codecs.codec import FrameStream
from device_drivers.options import DeviceSpec, Environment, LineSpec
from device_drivers.ports import ScreenText
from device_drivers.registry import PROTOCOLS, build_device
from device_drivers.simulators.bench import Bench
from device_drivers.simulators.bench_file import parse_bench
from tests.bench.client import percentile
from tests.bench.table import Figure
from tests.bench_watch import wait_for

# A line that goes more often within ten seconds each is left alone for longer: see device_drivers/base/backoff.py.
PARTS, CALLS, PRESSES, REPLUGS = 40, 200, 200, 3
BAUD, GAP_MS = 9600, 10
BYTE_S = 10 / BAUD
DECODE_S = 0.5
FRAME_BYTES = 13  # of a strip frame around its text
WIRE_RATIO, PRESS_MS, REPLUG_S = 1.5, 150, 3


def run(folder: Path) -> list[Figure]:
    return [*decoded(), *buses(folder)]


def decoded() -> list[Figure]:
    figures = []
    for name, codec in PROTOCOLS.items():
        if codec.cut is None:
            continue
        wire = b"".join(bytes.fromhex(example.hex) for example in codec.examples) * 10
        stream: FrameStream[Any] = FrameStream(codec.cut, codec.longest)
        frames, began = 0, time.perf_counter()
        while (took_s := time.perf_counter() - began) < DECODE_S:
            frames += len(stream.feed(wire))
        figures.append(Figure(f"{name}: frames decoded", frames / took_s, "1/s", "9600 baud carries about 40"))
    return figures


def buses(folder: Path) -> list[Figure]:
    ids = range(1, PARTS + 1)
    screens = [{"id": f"s{n}", "address": n, "cells": 16} for n in ids]
    pads = [{"id": f"p{n}", "address": n} for n in ids]
    entries = [
        {"id": "strips", "kind": "aabb-strip", "screens": screens}, {"id": "pads", "kind": "ff68-pad", "pads": pads}
    ]
    # What a benchmark's own process has loaded is walked no more: it took 15 to 80 ms of somebody's call.
    gc.collect()
    gc.freeze()
    heard: queue.SimpleQueue[float] = queue.SimpleQueue()
    env = Environment(time.monotonic, random.Random(1), lambda event: heard.put(time.monotonic()))
    with Bench(parse_bench({"devices": entries, "pace_baud": BAUD}), folder / "lines") as bench:

        def driver(id_: str, kind: str, options: dict[str, Any]) -> Any:
            line = LineSpec("serial", {"port": str(bench.link(id_)), "baud": BAUD})
            made: Any = build_device(DeviceSpec(id_, kind, line, options), env)
            made.start()
            return made

        strips = driver("strips", "aabb-strip", {"screens": screens, "gap_ms": GAP_MS, "refresh_s": 0})
        keys = driver("pads", "ff68-pad", {"pads": pads, "dedupe_ms": 0, "half_duplex": False})
        try:
            return [*_calls(bench, strips), *_presses(bench, heard), *_replugs(bench, strips, heard)]
        finally:
            strips.stop()
            keys.stop()


def _shows(bench: Bench, strip: int, text: str) -> bool:
    return bool(_strip(bench, strip)["text"] == text)


def _strip(bench: Bench, strip: int) -> dict[str, Any]:
    shown: dict[str, Any] = bench.shown("strips")["screens"][strip - 1]
    return shown


def _calls(bench: Bench, strips: Any) -> list[Figure]:
    rng, ratios = random.Random(2), []
    for n in range(CALLS):
        strip, text = rng.randrange(1, PARTS + 1), f"请A{n:03}号办理"
        wire_s = (FRAME_BYTES + len(text.encode("gbk"))) * BYTE_S + GAP_MS / 1000
        began = time.monotonic()
        strips.show(f"s{strip}", ScreenText(text, lit=True))
        assert wait_for(bench, lambda seen, at=strip, told=text: _shows(seen, at, told))  # type: ignore[misc]
        # When the strip had it, not when whoever looks at forty of them has seen that.
        ratios.append((_strip(bench, strip)["at_s"] - began) / wire_s)
    p50, p99 = percentile(ratios, 0.5), percentile(ratios, 0.99)
    what = f"call -> one of {PARTS} strips, p99 of the wire's time"
    # Where the machine is busy the simulated wire begins late, as no UART does.
    return [Figure(what, p99, "x", "1", None, f"<= {WIRE_RATIO}", f"p50 {p50:.2f}")]


def _press(bench: Bench, heard: queue.SimpleQueue[float], n: int) -> float:
    while not heard.empty():  # a pad that was acknowledged late has said it twice
        heard.get()
    began = time.monotonic()
    bench.press("pads", f"p{n % PARTS + 1}", "call")
    return heard.get(timeout=5) - began


def _presses(bench: Bench, heard: queue.SimpleQueue[float]) -> list[Figure]:
    took = [_press(bench, heard, n) for n in range(PRESSES)]
    p99 = percentile(took, 0.99) * 1000
    what = f"press of one of {PARTS} pads -> heard, p99"
    return [Figure(what, p99, "ms", "10 ms on the wire", None, f"<= {PRESS_MS}")]


def _replugs(bench: Bench, strips: Any, heard: queue.SimpleQueue[float]) -> list[Figure]:
    """Until the first strip is right again; all forty take what the wire takes for forty frames."""
    back, presses = [], []
    for n in range(REPLUGS):
        bench.fault("strips", "unplug")
        strips.show("s1", ScreenText(f"请B{n:03}号办理", lit=True))
        presses += [_press(bench, heard, at) for at in range(10)]
        began = time.monotonic()
        bench.fault("strips", "plug")
        assert wait_for(bench, lambda seen, told=f"请B{n:03}号办理": _shows(seen, 1, told))  # type: ignore[misc]
        back.append(time.monotonic() - began)
        presses += [_press(bench, heard, at) for at in range(10)]
    return [
        Figure("replug -> the call stands again, slowest", max(back), "s", "", None, f"<= {REPLUG_S}"),
        Figure("presses meanwhile, p99", percentile(presses, 0.99) * 1000, "ms", "", None, f"<= {PRESS_MS}"),
    ]
