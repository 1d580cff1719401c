"""The forecasting child as its owner sees it: a line out, an answer back, both within a bound; gone when left.

Used by the thread `waits` alone; a wake-up lets it stop in the middle of a wait.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Sequence

import msgspec

from device_drivers.base.child import end, how_it_ended
from hall_daemon.adapters.system import child_process
from hall_daemon.adapters.system.wake import Wake
from hall_daemon.adapters.waits.worker import Answer

# 10,000 people in line are a megabyte.
LONGEST_ANSWER = 8_000_000
_READ = 65_536


class ChildFailed(Exception):
    """The child gave no answer; the message says how."""


class ForecastChild:
    """Start it with `with`; leaving kills it. `stopping` says that nobody wants an answer any more."""

    def __init__(
        self, command: Sequence[str], wake: Wake, monotonic: Callable[[], float], stopping: Callable[[], bool]
    ) -> None:
        """Raises OSError."""
        self._wake = wake
        self._monotonic = monotonic
        self._stopping = stopping
        self._process = child_process.start(command, stdin=subprocess.PIPE)
        self.pid = self._process.pid
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in, self._out = self._process.stdin, self._process.stdout
        os.set_blocking(self._in.fileno(), False)

    def __enter__(self) -> ForecastChild:
        return self

    def __exit__(self, *exc: object) -> None:
        end(self._process)

    def tell(self, line: bytes, patience_s: float) -> None:
        """Write a line: the plan may be longer than the pipe. Raises ChildFailed."""
        give_up_at = self._monotonic() + patience_s
        while line and not self._stopping():
            try:
                line = line[os.write(self._in.fileno(), line) :]
            except BlockingIOError:
                if self._monotonic() >= give_up_at:
                    raise ChildFailed("it does not listen") from None
                self._wake.wait(0.02)
            except BrokenPipeError:
                raise ChildFailed(self._how_it_ended()) from None

    def hear(self, patience_s: float) -> Answer | None:
        """The answer, or None when we stop. Raises ChildFailed."""
        pipe, give_up_at = self._out.fileno(), self._monotonic() + patience_s
        heard: list[bytes] = []
        size = 0
        while not self._stopping():
            left_s = give_up_at - self._monotonic()
            if left_s <= 0:
                raise ChildFailed(f"it gave no answer in {patience_s:g} s")
            if pipe not in self._wake.wait(left_s, pipe):
                continue
            piece = os.read(pipe, _READ)
            size += len(piece)
            if not piece:
                raise ChildFailed(self._how_it_ended())
            if size > LONGEST_ANSWER:
                raise ChildFailed("its answer has no end")
            heard.append(piece)
            if piece.endswith(b"\n"):
                try:
                    return msgspec.json.decode(b"".join(heard), type=Answer)
                except msgspec.DecodeError as error:
                    raise ChildFailed(f"its answer is not understood ({error})") from error
        return None

    def _how_it_ended(self) -> str:
        try:
            return f"it ended ({how_it_ended(self._process.wait(1.0))})"
        except subprocess.TimeoutExpired:
            return "it closed its pipe"
