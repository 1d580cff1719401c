"""CPU affinity: threads that hand work to each other all day stay on one CPU.

Under the GIL only one of them computes at a time, so a second CPU gives them nothing, and every hand-over across CPUs
wakes the other one and moves what both touch. What runs beside them in its own process has the others for itself.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Collection


def share_one_cpu(names: Collection[str]) -> None:
    """Keep the running threads of these names on the last CPU that this process may use. Threads they start stay
    there too; so must child processes not be theirs to start. With one CPU there is nothing to do."""
    allowed = os.sched_getaffinity(0)
    if len(allowed) == 1:
        return
    for thread in threading.enumerate():
        if thread.name in names and thread.native_id is not None:
            try:
                os.sched_setaffinity(thread.native_id, {max(allowed)})
            except OSError:  # it ended meanwhile, or we may not: the hall runs on several CPUs as well
                pass
