"""Programs of ours beside the hall: started alike, gone when they are left, dead when the hall is.

Who starts one does so from a thread that stays: the kernel ends a child when the *thread* that started it ends.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

Child = subprocess.Popen[bytes]

_ROOT = str(Path(__file__).resolve().parents[3])
_PR_SET_PDEATHSIG = 1  # <sys/prctl.h>
KILLED_S = 5.0


def module(name: str, nice: int) -> tuple[str, ...]:
    """The command that runs a module of ours. Other work of the hall comes first, from the first import on."""
    return ("nice", "-n", str(nice), sys.executable, "-P", "-m", name)


def start(command: Sequence[str], **more: Any) -> Child:
    """Start a program that can import what we can; `more` as for Popen. Raises OSError."""
    # A session of its own: Ctrl-C in a terminal is for the hall, which then ends it in order.
    more = {"env": {**os.environ, "PYTHONPATH": _ROOT}, "stdout": subprocess.PIPE, **more}
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


def die_with_parent() -> bool:
    """For the child: have the kernel end us when whoever started us is gone. False when that is so already."""
    parent = os.getppid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    return os.getppid() == parent  # it may have died before the kernel knew our wish
