"""How soon the kiosk answers a finger and starts, and that a thousand visits leave nothing in memory.

No panel and no compositor: a window of 1080 × 1920 that is painted into memory, before a small hall that answers at
once. A cold start is the program from its first instruction until a number can be drawn there.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from tests.bench.client import percentile
from tests.bench.table import Figure
from tests.drills.soak import slope
from tests.kiosk_ui.tiny_hall import tiny_hall

VISITS = 1000
STARTS = 9
TOUCH_MS, PAGE_MS, START_S = 100, 300, 1.5
# What allocators and caches of fonts and pictures gain at first is over after a third.
GAINED_MB = 4
_OFFSCREEN = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}


def run(folder: Path, visits: int = VISITS, starts: int = STARTS) -> list[Figure]:
    with tiny_hall() as hall:
        started = sorted(_start(hall.url) for _ in range(starts))
        said = subprocess.run(
            [sys.executable, "-m", "tests.bench.kiosk_visits", hall.url, str(visits)], env=_OFFSCREEN, check=True,
            stdout=subprocess.PIPE, text=True,
        ).stdout
    found = json.loads(said)
    later = found["memory"][len(found["memory"]) // 3 :]
    gained = slope([at for at, _ in later], [mb for _, mb in later]) * (later[-1][0] - later[0][0])
    return [
        _p99("kiosk: touch to first paint, p99", found["touches"], TOUCH_MS),
        _p99("kiosk: page change, p99", found["pages"], PAGE_MS),
        _p99("kiosk: every page of its gallery, plain and in elder mode, p99", found["every"], PAGE_MS),
        Figure(f"kiosk: start until a number can be drawn, median of {starts}", started[len(started) // 2], "s", "",
               None, f"<= {START_S}", f"slowest {started[-1]:.2f} s"),
        Figure(f"kiosk: memory gained over the last two thirds of {visits:,} visits", gained, "MB", "", None,
               f"<= {GAINED_MB}", f"{later[-1][1]:.0f} MB at the end"),
    ]


def _p99(what: str, took_ms: list[float], limit_ms: int) -> Figure:
    return Figure(what, percentile(took_ms, 0.99), "ms", "", None, f"<= {limit_ms}",
                  f"p50 {percentile(took_ms, 0.5):.1f} ms, {len(took_ms):,} of them")


def _start(url: str) -> float:
    """Seconds until the program says that it is ready."""
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "kiosk_ui", "--url", url], env=_OFFSCREEN, text=True, stderr=subprocess.PIPE
    ) as kiosk:
        try:
            assert kiosk.stderr is not None
            assert any("ready for people" in line for line in kiosk.stderr), "it ended before it was ready"
            return time.perf_counter() - began
        finally:
            kiosk.terminate()
