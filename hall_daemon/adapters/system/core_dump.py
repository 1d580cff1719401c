"""A process that holds persons and the vault's key leaves no image of its memory behind when it crashes.

A limit of 0 stops the kernel from writing a core file; programs that cores are piped to do not heed it, so the process
is marked as one that is not dumped at all. What a crash or a hang needs is the stack of every thread, on stderr.
"""

from __future__ import annotations

import ctypes
import faulthandler
import os
import resource

_PR_SET_DUMPABLE = 4  # <sys/prctl.h>


def stacks_instead_of_core() -> None:
    """Raises OSError where the kernel refuses. A debugger of the same user cannot attach afterwards."""
    faulthandler.enable()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
