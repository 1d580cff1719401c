"""Presses go first: what computes for long aside waits, between two steps, while one is under way.

The kernel would not do it. It lets a thread run on for up to four milliseconds when another one wakes, and Python's
lock knows no order: a press would wait for the whole of somebody's form, and who is in the middle of one for the next.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace

from hall_daemon.web.endpoint import Call, Handler, Operation, Reply

# Long enough for a press that has just come to be known here.
LOOK_S = 0.0003
# Nobody waits longer than so for presses that follow each other without a gap.
MOST_S = 0.02
_LOOKS = 20  # of a loop, which cannot wait as a thread can


class Precedence:
    """Presses are those of one listener, on its loop; any other thread gives way."""

    def __init__(self, sleep: Callable[[float], None] = time.sleep) -> None:
        self._sleep = sleep
        self._under_way = 0
        self._clear = threading.Event()
        self._clear.set()

    def first(self, operations: Iterable[Operation]) -> tuple[Operation, ...]:
        """The same rows. What one of them does counts as under way from its body on until it is answered."""
        return tuple(
            replace(row, handle=self._counted(row.handle)) if row.method == "POST" else row for row in operations
        )

    def _counted(self, handle: Handler) -> Handler:
        async def pressed(call: Call) -> Reply | None:
            self._under_way += 1
            self._clear.clear()
            try:
                return await handle(call)
            finally:
                asyncio.get_running_loop().call_soon(self._answered)

        return pressed

    def behind(self, operations: Iterable[Operation]) -> tuple[Operation, ...]:
        """The same rows. None of them begins while a press is under way."""
        return tuple(replace(row, handle=self._waiting(row.handle)) for row in operations)

    def _waiting(self, handle: Handler) -> Handler:
        async def later(call: Call) -> Reply | None:
            for _ in range(_LOOKS):
                if not self._under_way:
                    break
                await asyncio.sleep(MOST_S / _LOOKS)
            return await handle(call)

        return later

    def give_way(self) -> None:
        """Between two steps of work, on a thread where nobody waits for anything else."""
        self._sleep(LOOK_S)
        self._clear.wait(MOST_S)

    def _answered(self) -> None:
        self._under_way -= 1
        if not self._under_way:
            self._clear.set()
