"""CPU affinity: our threads stay on one CPU, our child processes on the others.

Under the GIL only one thread computes at a time, so a second CPU gives threads nothing. A hand-over across CPUs wakes
the other one and moves what both touch; and a thread that has the GIL there waits behind a child that computes, until
the kernel's next tick, and all the others wait with it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Collection


class SharedCpu:
    """The last CPU that this process may use. The calling thread (the main one, where child_process.start reads it)
    leaves it alone, and so does what it starts from now on; those that `gather` finds run nowhere else, nor does what
    they start. `end`: all of them may run anywhere again. With one CPU nothing is done."""

    def __init__(self) -> None:
        self._allowed = os.sched_getaffinity(0)
        self._cpu = {max(self._allowed)}
        self._moved: list[int] = [threading.get_native_id()]
        self._keep(self._moved[0], self._allowed - self._cpu)

    def gather(self, but: Collection[str] = ()) -> None:
        """All threads that run, but the calling one and those of these names."""
        for thread in threading.enumerate():
            if thread.name not in but and thread.native_id not in (None, self._moved[0]):
                assert thread.native_id is not None
                self._moved.append(thread.native_id)
                self._keep(thread.native_id, self._cpu)

    def end(self) -> None:
        for thread_id in self._moved:
            self._keep(thread_id, self._allowed)

    def _keep(self, thread_id: int, cpus: Collection[int]) -> None:
        if len(self._allowed) == 1:
            return
        try:
            os.sched_setaffinity(thread_id, cpus)
        except OSError:  # it has ended, or we may not: the hall runs on several CPUs as well
            pass
