"""Durable tickets per second: the core in process, and over HTTP, against bare durable commits."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hall_daemon.adapters.clock import HallClock
from hall_daemon.adapters.journal import Journal
from hall_daemon.app.core import Core
from hall_daemon.app.record import Accepted, Answer, Request
from hall_daemon.bootstrap import tune
from hall_daemon.config import load
from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.hall import Hall
from tests.bench.bare import commits_per_second
from tests.bench.client import drive, percentile
from tests.bench.daemon import Daemon, write_config
from tests.bench.table import Figure

CALLERS = 64


class _Caller:
    """Draws a number, waits until it is durable, draws the next: a closed loop that lives in its answers."""

    def __init__(self, core: Core, until: float, numbers: list[str], ended: threading.Semaphore) -> None:
        self._core = core
        self._until = until
        self._numbers = numbers
        self._ended = ended

    def draw(self) -> None:
        self._core.submit(Request(c.IssueTicket(("one",), secrets.token_urlsafe(18)), "bench"), self._answered)

    def _answered(self, answer: Answer) -> None:
        assert isinstance(answer, Accepted), answer
        event = answer.events[0].event
        assert isinstance(event, e.TicketIssued)
        self._numbers.append(event.number)
        if time.perf_counter() < self._until:
            self.draw()
        else:
            self._ended.release()


def in_process(folder: Path, seconds: float = 3.0) -> Figure:
    config = folder / "core.toml"
    write_config(config)
    tune()
    bare = commits_per_second(folder)
    journal = Journal(folder / "core.db")
    core = Core(load(config).plan, Hall(), journal, HallClock())
    core.start()
    numbers: list[str] = []
    ended = threading.Semaphore(0)
    begun = time.perf_counter()
    for _ in range(CALLERS):
        _Caller(core, begun + seconds, numbers, ended).draw()
    for _ in range(CALLERS):
        assert ended.acquire(timeout=seconds + 30)
    rate = len(numbers) / (time.perf_counter() - begun)
    core.stop()
    reader = journal.reader()
    assert reader.verify() is None, "the chain is broken"
    reader.close()
    journal.close()
    assert len(set(numbers)) == len(numbers), "a number was given twice"
    bare = (bare + commits_per_second(folder)) / 2
    return Figure(
        f"durable tickets, core in process, {CALLERS} callers", rate, "/s", f"{bare:,.0f} bare commits/s",
        rate / bare, ">= 5",
    )  # fmt: skip


def draws(count: int) -> Iterator[Any]:
    body = b'{"service":"one"}'
    for _ in range(count):
        yield "/api/v1/tickets", body


def over_http(folder: Path, clients: int, total: int, limit: float) -> Figure:
    data = folder / f"http-{clients}"
    config = folder / f"http-{clients}.toml"
    write_config(config)
    bare = commits_per_second(folder)
    with Daemon(config, data) as hall:
        drive(hall.address, lambda: [draws(50) for _ in range(clients)])
        result = drive(hall.address, lambda: [draws(total // clients) for _ in range(clients)])
    bare = (bare + commits_per_second(folder)) / 2
    numbers = [json.loads(body)["number"] for body in result.bodies]
    assert len(numbers) == total // clients * clients, result.refused
    assert len(set(numbers)) == len(numbers), "a number was given twice"
    rate = len(numbers) / result.wall_s
    p99 = percentile(result.latencies, 0.99) * 1000
    return Figure(
        f"durable tickets over HTTP, {clients} client{'s' if clients > 1 else ''}", rate, "/s",
        f"{bare:,.0f} bare commits/s", rate / bare, f">= {limit}", f"p99 {p99:.1f} ms",
    )  # fmt: skip


def run(folder: Path) -> list[Figure]:
    return [
        in_process(folder),
        over_http(folder, 1, 4000, 0.15),
        over_http(folder, 32, 24_000, 0.4),
    ]
