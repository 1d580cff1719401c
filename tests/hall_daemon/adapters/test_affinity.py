"""Threads that hand work to each other share one CPU; what they start beside them does not."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from hall_daemon.adapters.affinity import share_one_cpu


@contextmanager
def thread(name: str) -> Iterator[int]:
    """A thread that runs; its id."""
    ended, begun = threading.Event(), threading.Event()

    def run() -> None:
        begun.set()
        ended.wait(30)

    running = threading.Thread(target=run, name=name)
    running.start()
    try:
        assert begun.wait(10)
        assert running.native_id is not None
        yield running.native_id
    finally:
        ended.set()
        running.join()


def test_the_named_threads_share_the_last_cpu_and_no_other_does() -> None:
    allowed = os.sched_getaffinity(0)
    with thread("one") as one, thread("two") as two, thread("other") as other:
        share_one_cpu(("one", "two", "not-there"))
        assert os.sched_getaffinity(one) == os.sched_getaffinity(two) == {max(allowed)}
        assert os.sched_getaffinity(other) == os.sched_getaffinity(0) == allowed


def test_a_process_started_by_another_thread_may_use_every_cpu() -> None:
    with thread("one"):
        share_one_cpu(("one",))
        with subprocess.Popen(["sleep", "30"]) as child:
            try:
                assert os.sched_getaffinity(child.pid) == os.sched_getaffinity(0)
            finally:
                child.kill()
