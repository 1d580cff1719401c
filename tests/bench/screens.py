"""From a clerk's press to the bytes at every big screen: what the hall adds to the time that a page takes to draw them.

A daemon of its own process, screens that read the stream, calls at several windows by HTTP one after the other. The
clock starts when the press is sent and stops when the last screen has read the picture with that number.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import requests

from tests.bench.client import drive, percentile
from tests.bench.daemon import WINDOWS, Daemon, write_config
from tests.bench.table import Figure
from tests.bench.tickets import draws

CALLS = 300
SCREENS = 8
LIMIT_MS = 50
PATIENCE_S, IDLE_S = 5.0, 10.0

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
        window_figures = _window(hall.public)
        took = [_call(http, f"{hall.http}/api/v1/windows/{at % WINDOWS + 1}", screens) for at in range(CALLS)]
    shown, answered = ([both[at] for both in took] for at in (0, 1))
    p50, p99 = (percentile(shown, share) * 1000 for share in (0.5, 0.99))
    return [
        *window_figures,
        Figure(f"call to {SCREENS} big screens, over the wire, p99", p99, "ms",
               f"{percentile(answered, 0.99) * 1000:.1f} ms to the clerk", None, f"<= {LIMIT_MS}",
               f"p50 {p50:.1f} ms, {CALLS} calls"),
    ]


def _window(public: str) -> list[Figure]:
    """`hall screen` without a panel: until it hears the hall, and what it costs while nothing happens."""
    began = time.perf_counter()
    with subprocess.Popen(
        (sys.executable, "-m", "kiosk_ui.screen", "--url", public), text=True, stderr=subprocess.PIPE,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    ) as screen:
        try:
            assert screen.stderr is not None
            assert any("the hall is heard" in line for line in screen.stderr)
            heard_s = time.perf_counter() - began
            before_s = _cpu_s(screen.pid)
            time.sleep(IDLE_S)
            share = (_cpu_s(screen.pid) - before_s) / IDLE_S
            status = Path(f"/proc/{screen.pid}/status").read_text(encoding="ascii")
            kb = int(status.split("VmRSS:")[1].split()[0])
        finally:
            screen.terminate()
    return [
        Figure("window of the big screen: start until the hall is heard", heard_s, "s"),
        Figure("window of the big screen: memory", kb / 1024, "MB"),
        Figure("window of the big screen: of one core, idle", share * 100, "%"),
    ]


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _call(http: requests.Session, window: str, screens: list[Arrivals]) -> tuple[float, float]:
    """Seconds until the last screen has it, and until the clerk is answered."""
    pressed = time.perf_counter()
    answer = http.post(f"{window}/call-next", timeout=10)
    answer.raise_for_status()
    answered, number = time.perf_counter(), answer.json()["number"]
    return max(_reached(arrivals, number) for arrivals in screens) - pressed, answered - pressed


def _reached(arrivals: Arrivals, number: str) -> float:
    """When the first picture came whose newest call is `number`."""
    while True:
        at, newest = arrivals.get(timeout=PATIENCE_S)
        if newest == number:
            return at


def _screen(public: str) -> Arrivals:
    """A screen on a thread of its own, live when this returns: its arrivals and the newest call in each."""
    arrivals: Arrivals = queue.SimpleQueue()
    connection = HTTPConnection(public.removeprefix("http://"), timeout=30)
    connection.request("GET", "/api/v1/screen/stream")
    stream = connection.getresponse()

    def read() -> None:
        try:
            while line := stream.readline():
                at = time.perf_counter()
                if line.startswith(b"data: "):
                    called = json.loads(line[6:])["called"]
                    arrivals.put((at, called[0]["number"] if called else ""))
        except (OSError, HTTPException):
            return  # the hall has ended

    threading.Thread(target=read, daemon=True).start()
    arrivals.get(timeout=PATIENCE_S)
    return arrivals
