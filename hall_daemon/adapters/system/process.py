"""The process as one thread needs it that must answer soon."""

from __future__ import annotations

import gc
import resource
import sys

# Under the GIL a thread that computes keeps the others waiting for one interval: 5 ms by default, five hundred
# times what a press needs.
SWITCH_INTERVAL_S = 0.0001
# Tickets are long-lived and hold no cycles: looking at all of them every few hundred objects is work for nothing.
GC_THRESHOLDS = (100_000, 50, 100)
# A login shell gives 1,024 and lets a process ask for more; both listeners together may hold more connections.
OPEN_FILES = 16_384


def tune() -> None:
    """Set the process up for one thread that must answer soon, a day's tickets that live till evening, and some
    thousand phones that each hold a stream."""
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    gc.set_threshold(*GC_THRESHOLDS)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < OPEN_FILES:
        most = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))
