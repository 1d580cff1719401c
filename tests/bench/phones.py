"""500 phones behind one address, each asking what the page asks: itself, its files, the hall, its ticket, a stream.

All open their page within ten seconds, as after an announcement, then ask for their ticket as often as a page near its
turn does while numbers are called. Nobody may be refused; beside it the same with ten phones.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import multiprocessing
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import uvloop

from tests.bench.client import percentile
from tests.bench.daemon import Daemon, write_config
from tests.bench.table import Figure

PHONES, FEW = 500, 10
OPEN_S, LOOK_S = 10.0, 20.0
# A page near its turn asks every five seconds, give or take (NEAR_MS in phone-source.js).
NEAR_S = 5.0
CALL_S = 2.0


@dataclass(slots=True)
class Seen:
    """Statuses of all answers, seconds that a ticket's answers took, and how many states the streams brought."""

    statuses: Counter[int] = field(default_factory=Counter)
    ticket_s: list[float] = field(default_factory=list)
    states: int = 0


class Phone:
    def __init__(self, address: tuple[str, int], token: str, seen: Seen, random: Random) -> None:
        self._address = address
        self._token = token
        self._seen = seen
        self._random = random

    async def live(self, begins_s: float, ends_s: float) -> None:
        await asyncio.sleep(begins_s)
        reader, writer = await asyncio.open_connection(*self._address)
        stream = asyncio.create_task(self._stream(ends_s - begins_s))
        page = await self._get(reader, writer, f"/t/{self._token}")
        for path in re.findall(r'(?:src|href)="(/static/[^"]+)"', page.decode()):
            await self._get(reader, writer, path)
        await self._get(reader, writer, "/api/v1/hall")
        left = ends_s - begins_s
        while left > 0:
            begun = time.perf_counter()
            await self._get(reader, writer, f"/api/v1/tickets/by-token/{self._token}")
            self._seen.ticket_s.append(time.perf_counter() - begun)
            pause = NEAR_S * self._random.uniform(0.5, 1.3)
            left -= pause
            await asyncio.sleep(min(pause, max(left, 0)))
        writer.close()
        stream.cancel()
        await asyncio.wait([stream])

    async def _get(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> bytes:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {self._address[0]}\r\nAccept-Encoding: gzip\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        self._seen.statuses[int(head[9:12])] += 1
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        body = await reader.readexactly(length)
        return gzip.decompress(body) if b"content-encoding: gzip" in head.lower() else body

    async def _stream(self, for_s: float) -> None:
        reader, writer = await asyncio.open_connection(*self._address)
        writer.write(f"GET /api/v1/stream HTTP/1.1\r\nHost: {self._address[0]}\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        self._seen.statuses[int(head[9:12])] += 1
        try:
            while chunk := await reader.read(65_536):
                self._seen.states += chunk.count(b"event: hall")
        finally:
            writer.close()


async def _crowd(address: tuple[str, int], tokens: list[str]) -> Seen:
    seen, random = Seen(), Random(1)
    await asyncio.gather(
        *(
            Phone(address, token, seen, random).live(OPEN_S * at / len(tokens), OPEN_S + LOOK_S)
            for at, token in enumerate(tokens)
        )
    )
    return seen


def _child(pipe: Any, address: tuple[str, int], tokens: list[str]) -> None:
    pipe.send(uvloop.run(_crowd(address, tokens)))
    pipe.close()


def look(hall: Daemon, public: tuple[str, int], phones: int) -> Seen:
    """`phones` draw a number and look, in a process of their own, while a clerk calls."""
    http = hall.web()
    tokens = [
        http.post(f"{hall.http}/api/v1/tickets", json={"service": "one"}, timeout=10).json()["token"]
        for _ in range(phones)
    ]
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    child = context.Process(target=_child, args=(there, public, tokens))
    child.start()
    there.close()
    try:
        until = time.monotonic() + OPEN_S + LOOK_S + 60
        while not here.poll(CALL_S):
            if time.monotonic() > until:
                raise TimeoutError(f"{phones} phones did not finish in time")
            http.post(f"{hall.http}/api/v1/windows/1/call-next", timeout=10)
        seen: Seen = here.recv()
    finally:
        child.join(5)
        if child.is_alive():
            child.kill()
            child.join(5)
    return seen


def run(folder: Path) -> list[Figure]:
    config = folder / "hall.toml"
    write_config(config, mqtt="off")
    with Daemon(config, folder / "data") as hall:
        hall.web().post(f"{hall.http}/api/v1/windows/1/open", json={"staff": "1"}, timeout=10).raise_for_status()
        host, _, port = hall.public.removeprefix("http://").partition(":")
        few = look(hall, (host, int(port)), FEW)
        many = look(hall, (host, int(port)), PHONES)
    refused = sum(count for status, count in many.statuses.items() if status != 200)
    p99, few_p99 = (percentile(seen.ticket_s, 0.99) * 1000 for seen in (many, few))
    asked = sum(many.statuses.values())
    return [
        Figure(f"{PHONES} phones on one address: requests refused of {asked:,}", refused, "", "", None, "<= 0",
               json.dumps({str(status): count for status, count in sorted(many.statuses.items())})),
        Figure(f"{PHONES} phones: my ticket, p99", p99, "ms", f"{few_p99:.1f} ms for {FEW} phones", None, "",
               f"{many.states:,} states streamed"),
    ]
