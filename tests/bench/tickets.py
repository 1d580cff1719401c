"""Durable tickets per second: the core in process, and over HTTP, against bare durable commits."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hall_daemon.adapters.storage.journal import Journal
from hall_daemon.adapters.system.clock import HallClock
from hall_daemon.adapters.system.process import tune
from hall_daemon.app.core import Core
from hall_daemon.app.record import Accepted, Answer, Request
from hall_daemon.config import load
from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.hall import Hall
from tests.bench.bare import commits_per_second
from tests.bench.client import drive, percentile
from tests.bench.daemon import Daemon, write_config
from tests.bench.table import Figure

CALLERS = 64
TOKENS_A_SECOND = 150_000
ROUNDS = 5


class _Caller:
    """Draws a number, waits until it is durable, draws the next: a closed loop that lives in its answers."""

    def __init__(
        self, core: Core, tokens: list[str], until: float, numbers: list[str], ended: threading.Semaphore
    ) -> None:
        self._core = core
        self._tokens = tokens
        self._until = until
        self._numbers = numbers
        self._ended = ended

    def draw(self) -> None:
        self._core.submit(Request(c.IssueTicket(services=("one",), token=self._tokens.pop()), "bench"), self._answered)

    def _answered(self, answer: Answer) -> None:
        assert isinstance(answer, Accepted), answer
        event = answer.events[0].event
        assert isinstance(event, e.TicketIssued)
        self._numbers.append(event.number)
        if time.perf_counter() < self._until:
            self.draw()
        else:
            self._ended.release()


def in_process(folder: Path, seconds: float = 1.0) -> Figure:
    config = folder / "core.toml"
    write_config(config)
    tune()
    journal = Journal(folder / "core.db")
    core = Core(load(config).plan, Hall(), journal, HallClock())
    core.start()
    numbers: list[str] = []

    def one_round() -> float:
        # Tokens are the listener's work, not the core's.
        tokens = [secrets.token_urlsafe(18) for _ in range(round(TOKENS_A_SECOND * seconds))]
        before, ended = len(numbers), threading.Semaphore(0)
        begun = time.perf_counter()
        for _ in range(CALLERS):
            _Caller(core, tokens, begun + seconds, numbers, ended).draw()
        for _ in range(CALLERS):
            assert ended.acquire(timeout=seconds + 30)
        return (len(numbers) - before) / (time.perf_counter() - begun)

    rate, bare = turn_about(folder, one_round)
    core.stop()
    reader = journal.reader()
    assert reader.verify() is None, "the chain is broken"
    reader.close()
    journal.close()
    assert len(set(numbers)) == len(numbers), "a number was given twice"
    return Figure(
        f"durable tickets, core in process, {CALLERS} callers", rate, "/s", f"{bare:,.0f} bare commits/s",
        rate / bare, ">= 5",
    )


def turn_about(folder: Path, one_round: Callable[[], float]) -> tuple[float, float]:
    """Our rate and that of bare commits, measured in turns, because a machine that others use too is now quick and
    now slow: the round of the median ratio."""
    rounds = []
    for _ in range(ROUNDS):
        bare = commits_per_second(folder, 0.5)
        rate = one_round()
        rounds.append((rate, (bare + commits_per_second(folder, 0.5)) / 2))
    return sorted(rounds, key=lambda each: each[0] / each[1])[ROUNDS // 2]


def draws(count: int, service: str = "one") -> Iterator[Any]:
    body = json.dumps({"service": service}).encode()
    for _ in range(count):
        yield "/api/v1/tickets", body


def turns(count: int, service: str = "one", window: str = "1") -> Iterator[Any]:
    """As many presses: a number is drawn, and called, and the next. So nobody waits for long, as in a hall; if ten
    thousand did, what the forecast says of each would be timed."""
    yield f"/api/v1/windows/{window}/open", b'{"staff":"clerk-1"}'
    for at in range(count - 1):
        yield next(draws(1, service)) if at % 2 == 0 else (f"/api/v1/windows/{window}/call-next", b"")


def over_http(folder: Path, clients: int, total: int, limit: float) -> Figure:
    config = folder / f"http-{clients}.toml"
    write_config(config)
    latencies: list[float] = []

    def one_round() -> float:
        # A daemon of its own each time: what it still does behind the answers must not slow the yardstick.
        with Daemon(config, folder / f"http-{clients}-{len(latencies)}") as hall:
            warm = drive(hall, lambda: [draws(50) for _ in range(clients)])
            result = drive(hall, lambda: [draws(total // clients) for _ in range(clients)])
        assert len(result.bodies) == total // clients * clients, result.refused
        numbers = [json.loads(body)["number"] for body in (*warm.bodies, *result.bodies)]
        assert len(set(numbers)) == len(numbers), "a number was given twice"
        latencies.extend(result.latencies)
        return len(result.bodies) / result.wall_s

    rate, bare = turn_about(folder, one_round)
    p99 = percentile(latencies, 0.99) * 1000
    return Figure(
        f"durable tickets over HTTP, {clients} client{'s' if clients > 1 else ''}", rate, "/s",
        f"{bare:,.0f} bare commits/s", rate / bare, f">= {limit}", f"p99 {p99:.1f} ms",
    )


def run(folder: Path) -> list[Figure]:
    return [
        in_process(folder),
        over_http(folder, 1, 2000, 0.15),
        over_http(folder, 32, 9600, 0.4),
    ]
