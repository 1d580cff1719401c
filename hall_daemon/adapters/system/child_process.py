"""Programs of ours beside the hall: started alike, dead when the hall is; device_drivers.base.child ends them.

Who starts one does so from a thread that stays: the kernel ends a child when the *thread* that started it ends. It runs
where our main thread may, not where the thread that starts it must (cpu.SharedCpu).
"""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from device_drivers.base import child

_ROOT = str(Path(__file__).resolve().parents[3])
# The kernel's wish, then a look whether we lived to see it: a hall may be killed while its child is just being born.
_TIED = ("sh", "-c", '[ "$PPID" = "$0" ] && exec "$@"')


def module(name: str, nice: int) -> tuple[str, ...]:
    """The command that runs a module of ours. Other work of the hall comes first, from the first import on."""
    return ("nice", "-n", str(nice), sys.executable, "-P", "-m", name)


def start(command: Sequence[str], *, ended_by: str = "KILL", **more: Any) -> child.Child:
    """Start a program that can import what we can and that the kernel ends (with SIG`ended_by`) when we are gone,
    however we went; `more` as for Popen. Raises OSError."""
    if shutil.which(command[0]) is None:  # said by us, for the shell between would only say 127
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), command[0])
    more = {"env": {**os.environ, "PYTHONPATH": _ROOT}, "stdout": subprocess.PIPE, **more}
    tied: Sequence[str] = ("setpriv", "--pdeathsig", ended_by, *_TIED, str(os.getpid()), *command)
    cpus = os.sched_getaffinity(os.getpid())
    if cpus != os.sched_getaffinity(0):  # where no thread may be bound to a CPU, no child need be unbound
        tied = ("taskset", "-c", ",".join(map(str, cpus)), *tied)
    return child.start(tied, **more)
