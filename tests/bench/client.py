"""A lean HTTP client: keep-alive connections, each a closed loop, on one asyncio loop. Runs in its own process.

Who presses, and who holds a phone, has a machine of its own in a hall. Here they share this one: a process of the
bench that is not the hall leaves the hall's CPU alone, and what is being timed comes before what is not.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import multiprocessing
import os
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import uvloop

from tests.bench.daemon import Daemon

Ask = tuple[str, bytes]
Script = Callable[[int], "Talk"]


@dataclass(slots=True)
class Result:
    """What one process saw: seconds it took, latencies in seconds, bodies of 2xx answers, other statuses."""

    wall_s: float = 0.0
    latencies: list[float] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)


class Talk:
    """One connection's side of the conversation: yields (path, body), is sent (status, body)."""

    def __init__(self, steps: Iterator[Any]) -> None:
        self.steps = steps


class _Connection(asyncio.Protocol):
    def __init__(self, steps: Any, result: Result, head: str, done: asyncio.Future[None], pace_s: float) -> None:
        self._pace_s = pace_s
        self._steps = steps
        self._result = result
        self._head = head
        self._done = done
        self._buffer = b""
        self._sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport
        self._ask(next(self._steps))

    def _ask(self, ask: Ask) -> None:
        path, body = ask
        head = (
            f"POST {path} HTTP/1.1\r\n{self._head}Content-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        self._sent = time.perf_counter()
        self._transport.write(head.encode() + body)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        if len(rest) < length:
            return
        self._result.latencies.append(time.perf_counter() - self._sent)
        status, body = int(head[9:12]), rest[:length]
        self._buffer = rest[length:]
        if status < 300:
            self._result.bodies.append(body)
        else:
            code = json.loads(body)["code"]
            self._result.refused[code] = self._result.refused.get(code, 0) + 1
        try:
            ask = self._steps.send((status, body))
        except StopIteration:
            self._transport.close()
            return
        if self._pace_s:
            wait_s = self._pace_s * random.uniform(0.5, 1.5)
            asyncio.get_running_loop().call_later(wait_s, self._ask, ask)
        else:
            self._ask(ask)

    def connection_lost(self, error: Exception | None) -> None:
        if not self._done.done():
            self._done.set_result(None) if error is None else self._done.set_exception(error)


async def _run(hall: Daemon, talks: list[Any], pace_s: float) -> Result:
    loop = asyncio.get_running_loop()
    result = Result()
    head = "".join(f"{name}: {text}\r\n" for name, text in {"Host": hall.address[0], **hall.proof}.items())
    begun = time.perf_counter()
    waiting = []
    for steps in talks:
        done: asyncio.Future[None] = loop.create_future()
        await loop.create_connection(lambda s=steps, d=done: _Connection(s, result, head, d, pace_s), *hall.address)
        waiting.append(done)
    await asyncio.gather(*waiting)
    result.wall_s = time.perf_counter() - begun
    return result


def stand_aside(policy: int) -> None:
    """The calling process leaves the last CPU, the hall's, alone. SCHED_FIFO for what is timed, where we may;
    SCHED_IDLE for those who only make the hall busy."""
    cpus = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cpus - {max(cpus)} or cpus)
    with contextlib.suppress(PermissionError):
        os.sched_setscheduler(0, policy, os.sched_param(1 if policy == os.SCHED_FIFO else 0))


def _child(pipe: Any, hall: Daemon, make: Callable[[], list[Any]], pace_s: float) -> None:
    if pace_s:
        stand_aside(os.SCHED_FIFO)
    pipe.send(uvloop.run(_run(hall, make(), pace_s)))
    pipe.close()


def drive(hall: Daemon, make: Callable[[], list[Any]], timeout_s: float = 300.0, *, pace_s: float = 0.0) -> Result:
    """Run the talks that `make` builds in a process of its own and return what it saw. Each asks as soon as it was
    answered, or about so long after that."""
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    child = context.Process(target=_child, args=(there, hall, make, pace_s))
    child.start()
    there.close()
    try:
        if not here.poll(timeout_s):
            raise TimeoutError(f"the clients did not finish within {timeout_s} s")
        result: Result = here.recv()
    finally:
        if child.is_alive():
            child.join(5)
        if child.is_alive():
            child.kill()
            child.join(5)
    return result


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
