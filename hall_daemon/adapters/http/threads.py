"""Where threads meet: commands go from the loop to the core, answers and news of the replica come back.

Foreign threads only append and wake the loop once per batch; everything else runs on the loop. There is no other
place in this adapter that another thread enters.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from hall_daemon.app.core import Core
from hall_daemon.app.follower import Follower
from hall_daemon.app.record import Answer, Busy, Recorded, Request
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment
from hall_daemon.web.endpoint import busy

_LOGGER = logging.getLogger(__name__)
T = TypeVar("T")


class Waker:
    """Runs `work` on the loop soon, once however often `wake` is called in between. Any thread."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self._loop: asyncio.AbstractEventLoop | None = None
        self._asked = False

    def bind(self, loop: asyncio.AbstractEventLoop | None) -> None:
        self._loop = loop

    def wake(self) -> None:
        loop = self._loop
        if self._asked or loop is None:
            return
        self._asked = True
        try:
            loop.call_soon_threadsafe(self._run)
        except RuntimeError:  # the loop is closed: nobody waits any more
            self._asked = False

    def _run(self) -> None:
        # Before the work: what is appended from here on asks again.
        self._asked = False
        self._work()


class CoreClient:
    """Asks the core and brings its answers back into the loop."""

    def __init__(self, core: Core, timeout_s: float) -> None:
        self._core = core
        self._timeout_s = timeout_s
        self._done: deque[tuple[asyncio.Future[Answer], Answer]] = deque()
        self._waker = Waker(self._settle)
        self._loop: asyncio.AbstractEventLoop | None = None

    def bind(self, loop: asyncio.AbstractEventLoop | None) -> None:
        self._loop = loop
        self._waker.bind(loop)

    async def ask(self, request: Request) -> Answer:
        """The core's answer. Raises Fault busy, or TimeoutError: then the outcome is not known."""
        assert self._loop is not None
        future: asyncio.Future[Answer] = self._loop.create_future()
        try:
            self._core.submit(request, partial(self._on_answer, future))
        except Busy:
            raise busy() from None
        timer = self._loop.call_later(self._timeout_s, _give_up, future)
        try:
            return await future
        finally:
            timer.cancel()

    def _on_answer(self, future: asyncio.Future[Answer], answer: Answer) -> None:
        self._done.append((future, answer))
        self._waker.wake()

    def _settle(self) -> None:
        done = self._done
        while done:
            future, answer = done.popleft()
            if not future.done():
                future.set_result(answer)


def _give_up(future: asyncio.Future[Answer]) -> None:
    if not future.done():
        future.set_exception(TimeoutError())


class Replica:
    """The follower's hall as the loop sees it, and waiting for it to reach an event."""

    def __init__(self, core: Core, follower: Follower) -> None:
        self._core = core
        self._follower = follower
        # The newest event that every view which was there before this one has been told.
        self.told = follower.seq
        self._waiting: dict[asyncio.Future[bool], int] = {}
        self._waker = Waker(self._settle)
        self._loop: asyncio.AbstractEventLoop | None = None
        follower.subscribe(self._on_batch)

    def bind(self, loop: asyncio.AbstractEventLoop | None) -> None:
        self._loop = loop
        self._waker.bind(loop)

    @property
    def seq(self) -> int:
        return self._follower.seq

    @property
    def lag(self) -> int:
        """Events committed that the replica has not seen."""
        return max(0, self._core.seq - self._follower.seq)

    def read(self, look: Callable[[Hall, int], T]) -> T:
        """`look(hall, seq)` on a consistent hall."""
        return self._follower.read(lambda hall: look(hall, self._follower.seq))

    def true_at(self, now: Moment) -> Moment:
        """`now`, or when the replica was last level with the core."""
        return self._follower.true_at(now)

    def events_after(self, seq: int, limit: int) -> list[Recorded]:
        return self._follower.events_after(seq, limit)

    async def fresh(self, timeout_s: float = 1.0) -> bool:
        """Wait until the replica has seen all that is committed now, so that everybody reads their own writes.

        False when it did not in time: what is read then says by its seq and as_of how old it is.
        """
        return await self.reach(self._core.seq, timeout_s)

    async def reach(self, seq: int, timeout_s: float) -> bool:
        """Wait until the replica has seen event `seq`; False when it did not in time."""
        if self._follower.seq >= seq:
            return True
        assert self._loop is not None
        future: asyncio.Future[bool] = self._loop.create_future()
        self._waiting[future] = seq
        if self._follower.seq >= seq:  # it got there before the follower could see that we wait
            del self._waiting[future]
            return True
        try:
            async with asyncio.timeout(timeout_s):
                return await future
        except TimeoutError:
            return False
        finally:
            self._waiting.pop(future, None)

    def _on_batch(self, hall: Hall, batch: Sequence[Recorded], now: Moment) -> None:
        self.told = batch[-1].seq
        if self._waiting:
            self._waker.wake()

    def _settle(self) -> None:
        seq = self._follower.seq
        for future, wanted in tuple(self._waiting.items()):
            if wanted <= seq and not future.done():
                future.set_result(True)
