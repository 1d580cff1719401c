"""A thread that computes for long and that nobody waits for within milliseconds steps back behind all that wake."""

from __future__ import annotations

import contextlib
import ctypes
import os
import struct
import threading
from collections.abc import Mapping
from typing import Final

# sched_setattr(2), which the C library does not have.
_SET_ATTR: Final[Mapping[str, int]] = {"x86_64": 314, "aarch64": 274}
_SLICE_NS = 100_000_000  # the longest there is
_OTHER = 0


def step_back(nice: int = 0) -> None:
    """The calling thread, and what it starts: at least so much niceness, and from Linux 6.12 on the longest slice. A
    thread that wakes and has a shorter one does not wait for the kernel's next tick (4 ms); the kernel's own, which end
    a press's wait for the disk, are among those. Its share of a busy CPU stays that of its niceness."""
    thread = threading.get_native_id()
    nice = max(nice, os.getpriority(os.PRIO_PROCESS, thread))
    os.setpriority(os.PRIO_PROCESS, thread, nice)
    attributes = struct.pack("=IIQiIQQQ", 48, _OTHER, 0, nice, 0, _SLICE_NS, 0, 0)
    with contextlib.suppress(OSError, KeyError, AttributeError):
        ctypes.CDLL(None, use_errno=True).syscall(_SET_ATTR[os.uname().machine], thread, attributes, 0)
