"""Programs of ours beside the hall: started alike, dead when the hall is; device_drivers.base.child ends them.

Who starts one does so from a thread that stays: the kernel ends a child when the *thread* that started it ends.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from device_drivers.base import child

_ROOT = str(Path(__file__).resolve().parents[3])
_PR_SET_PDEATHSIG = 1  # <sys/prctl.h>


def module(name: str, nice: int) -> tuple[str, ...]:
    """The command that runs a module of ours. Other work of the hall comes first, from the first import on."""
    return ("nice", "-n", str(nice), sys.executable, "-P", "-m", name)


def start(command: Sequence[str], **more: Any) -> child.Child:
    """Start a program that can import what we can; `more` as for Popen. Raises OSError."""
    more = {"env": {**os.environ, "PYTHONPATH": _ROOT}, "stdout": subprocess.PIPE, **more}
    return child.start(command, **more)


def die_with_parent() -> bool:
    """For the child: have the kernel end us when whoever started us is gone. False when that is so already."""
    parent = os.getppid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    return os.getppid() == parent  # it may have died before the kernel knew our wish
