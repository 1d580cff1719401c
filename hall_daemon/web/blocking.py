"""A thread for what must not run on the loop because it may wait for a disk: old events, history, explanations."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, TypeVar

from hall_daemon.web.endpoint import busy
from hall_daemon.web.precedence import Precedence

T = TypeVar("T")

# Requests that wait for the reading thread; more are refused as busy.
MAX_WAITING = 64
# A thread that has not begun by then never will, and the listener says so instead of waiting for it.
BEGINS_WITHIN_S = 30


class Reading:
    """One thread, named `NAME_0`, or so many, as long as the loop runs. Each does `begins` first. `behind`: what goes
    before each step of what computes for long."""

    def __init__(
        self, name: str = "http-read", most_waiting: int = MAX_WAITING, *, threads: int = 1,
        begins: Callable[[], object] = int, behind: Precedence | None = None,
    ) -> None:
        self._name = name
        self._begins = begins
        self._most_waiting = most_waiting
        self._threads = threads
        self._behind = behind
        self._pool: ThreadPoolExecutor | None = None
        self._waiting = 0

    def bind(self, loop: asyncio.AbstractEventLoop | None) -> None:
        if loop is not None:
            self._pool = ThreadPoolExecutor(self._threads, self._name, self._begins)
            # All threads are there from the start: a pool would else begin one in the middle of a day, for a request
            # that came a moment before the last thread was free again.
            there = Barrier(self._threads + 1, timeout=BEGINS_WITHIN_S)
            for _ in range(self._threads):
                self._pool.submit(there.wait)
            there.wait()
        elif self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    async def aside(self, work: Callable[..., T], *args: Any) -> T:
        """`work(*args)` on the reading thread. Raises Fault busy when too many wait for it."""
        if self._waiting >= self._most_waiting:
            raise busy()
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, self._done, work, args)
        finally:
            self._waiting -= 1

    def _done(self, work: Callable[..., T], args: tuple[Any, ...]) -> T:
        self.give_way()
        try:
            return work(*args)
        finally:
            self.give_way()  # what the loop does next as well

    def give_way(self) -> None:
        """On a reading thread, between two steps of what computes for long."""
        if self._behind is not None:
            self._behind.give_way()
