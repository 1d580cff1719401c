"""From a clerk's press to the bytes at every big screen: what the hall adds to the time that a page takes to draw them.

A daemon of its own process, screens that read the stream, calls at several windows by HTTP one after the other. The clock
starts when the press is sent and stops when the last screen has read the picture with that number, called that often.
"""

from __future__ import annotations

import json
import queue
import threading
import time
from pathlib import Path

import requests

from tests.bench.client import drive, percentile
from tests.bench.daemon import WINDOWS, Daemon, write_config
from tests.bench.table import Figure
from tests.bench.tickets import draws

CALLS = 300
SCREENS = 8
LIMIT_MS = 50
PATIENCE_S = 5.0

Arrivals = queue.SimpleQueue[tuple[float, str]]


def run(folder: Path) -> list[Figure]:
    config = folder / "hall.toml"
    write_config(config, mqtt="off")
    with Daemon(config, folder / "data") as hall:
        drive(hall, lambda: [draws(CALLS + 5)])
        http = hall.web()
        for window in range(1, WINDOWS + 1):
            opened = http.post(f"{hall.http}/api/v1/windows/{window}/open", json={"staff": str(window)}, timeout=10)
            opened.raise_for_status()
        screens = [_screen(hall.public) for _ in range(SCREENS)]
        took = [_call(http, f"{hall.http}/api/v1/windows/{at % WINDOWS + 1}", screens) for at in range(CALLS)]
    p50, p99 = (percentile(took, share) * 1000 for share in (0.5, 0.99))
    return [
        Figure(f"call to {SCREENS} big screens, over the wire, p99", p99, "ms", "", None, f"<= {LIMIT_MS}",
               f"p50 {p50:.1f} ms, {CALLS} calls"),
    ]


def _call(http: requests.Session, window: str, screens: list[Arrivals]) -> float:
    pressed = time.perf_counter()
    answer = http.post(f"{window}/call-next", timeout=10)
    answer.raise_for_status()
    number = answer.json()["number"]
    return max(_reached(arrivals, number) for arrivals in screens) - pressed


def _reached(arrivals: Arrivals, number: str) -> float:
    """When the first picture came whose newest call is `number`."""
    while True:
        at, newest = arrivals.get(timeout=PATIENCE_S)
        if newest == number:
            return at


def _screen(public: str) -> Arrivals:
    """A screen on a thread of its own, live when this returns: its arrivals and the newest call in each."""
    arrivals: Arrivals = queue.SimpleQueue()
    stream = requests.get(f"{public}/api/v1/screen/stream", stream=True, timeout=30)

    def read() -> None:
        try:
            for line in stream.iter_lines(chunk_size=1):
                if line.startswith(b"data: "):
                    at = time.perf_counter()
                    called = json.loads(line[6:])["called"]
                    arrivals.put((at, called[0]["number"] if called else ""))
        except requests.RequestException:
            return  # the hall has ended

    threading.Thread(target=read, daemon=True).start()
    arrivals.get(timeout=PATIENCE_S)
    return arrivals
