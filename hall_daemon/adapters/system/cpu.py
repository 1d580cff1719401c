"""CPU affinity: threads that hand work to each other all day stay on one CPU, and everything beside them on the others.

Under the GIL only one thread computes at a time, so a second CPU gives those threads nothing, and every hand-over
across CPUs wakes the other one and moves what both touch. Children that compute for seconds must not take turns with
them.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Collection


class SharedCpu:
    """The last CPU that this process may use. Threads and child processes that the calling thread starts from now on
    leave it alone, until `end`; those that it is given to run nowhere else. With one CPU nothing is done."""

    def __init__(self) -> None:
        self._allowed = os.sched_getaffinity(0)
        self._cpu = {max(self._allowed)}
        self._keep(0, self._allowed - self._cpu)

    def give_to(self, names: Collection[str]) -> None:
        """To the running threads of these names, and what they start: let them start no child process."""
        for thread in threading.enumerate():
            if thread.name in names and thread.native_id is not None:
                self._keep(thread.native_id, self._cpu)

    def end(self) -> None:
        """The calling thread may run anywhere again."""
        self._keep(0, self._allowed)

    def _keep(self, thread_id: int, cpus: Collection[int]) -> None:
        if len(self._allowed) == 1:
            return
        try:
            os.sched_setaffinity(thread_id, cpus)
        except OSError:  # it has ended, or we may not: the hall runs on several CPUs as well
            pass
