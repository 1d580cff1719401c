"""Programs beside ours: started in a session of their own, gone when they are left."""

from __future__ import annotations

import contextlib
import signal
import subprocess
from collections.abc import Sequence
from typing import Any

Child = subprocess.Popen[bytes]

KILLED_S = 5.0


def start(command: Sequence[str], **more: Any) -> Child:
    """`more` as for Popen. Raises OSError. Ctrl-C in a terminal is for us, who then end it in order."""
    return subprocess.Popen(command, start_new_session=True, **more)


def end(child: Child, *, ends_s: float = 0.0, goes_s: float = 0.0) -> str:
    """Make sure that it is gone, and say how it went: it may end by itself for `ends_s`, when it is asked to for
    `goes_s`, then it is killed."""
    for ask, patience_s in ((_nothing, ends_s), (child.terminate, goes_s), (child.kill, KILLED_S)):
        if patience_s and child.poll() is None:
            ask()
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(patience_s)
    for pipe in (child.stdin, child.stdout, child.stderr):
        if pipe is not None:
            with contextlib.suppress(OSError):  # what it was not told any more
                pipe.close()
    return how_it_ended(-signal.SIGKILL if child.returncode is None else child.returncode)


def _nothing() -> None:
    return None


def how_it_ended(code: int) -> str:
    """`exit code 1`, or `signal SIGKILL`."""
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
