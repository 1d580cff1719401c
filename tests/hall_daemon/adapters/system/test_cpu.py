"""Threads that hand work to each other share one CPU; what runs beside them leaves it alone."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from hall_daemon.adapters.system.cpu import SharedCpu


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


def test_the_named_threads_have_the_last_cpu_for_themselves() -> None:
    allowed = os.sched_getaffinity(0)
    last, others = {max(allowed)}, allowed - {max(allowed)} or allowed
    with thread("before") as before:
        cpu = SharedCpu()
        try:
            with thread("one") as one, thread("two") as two, thread("beside") as beside:
                cpu.give_to(("one", "two", "not there"))
                assert os.sched_getaffinity(one) == os.sched_getaffinity(two) == last
                assert os.sched_getaffinity(beside) == others
                assert os.sched_getaffinity(before) == allowed
                with subprocess.Popen(["sleep", "30"]) as child:
                    try:
                        assert os.sched_getaffinity(child.pid) == others
                    finally:
                        child.kill()
        finally:
            cpu.end()
    assert os.sched_getaffinity(0) == allowed
