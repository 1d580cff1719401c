"""Our threads share one CPU; our children leave it alone."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from hall_daemon.adapters.system import child_process
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


def test_all_threads_but_the_main_one_and_those_named_have_the_last_cpu() -> None:
    allowed = os.sched_getaffinity(0)
    last, others = {max(allowed)}, allowed - {max(allowed)} or allowed
    with thread("before") as before:
        cpu = SharedCpu()
        try:
            with thread("one") as one, thread("beside") as beside:
                cpu.gather(("beside", "not there"))
                assert os.sched_getaffinity(one) == os.sched_getaffinity(before) == last
                assert os.sched_getaffinity(beside) == os.sched_getaffinity(0) == others
        finally:
            cpu.end()
        assert os.sched_getaffinity(before) == allowed
    assert os.sched_getaffinity(0) == allowed


def test_a_child_leaves_that_cpu_alone_whoever_starts_it() -> None:
    allowed = os.sched_getaffinity(0)
    found: list[set[int]] = []

    def start() -> None:
        with child_process.start(["sh", "-c", "taskset -p $$"], stdin=subprocess.DEVNULL) as child:
            assert child.stdout is not None
            found.append(int(child.stdout.read().rpartition(b" ")[2], 16))

    cpu = SharedCpu()
    try:
        starter = threading.Thread(target=lambda: (begun.wait(10), start()))
        begun = threading.Event()
        starter.start()
        cpu.gather()
        begun.set()
        starter.join()
    finally:
        cpu.end()
    assert found == [sum(1 << each for each in allowed - {max(allowed)} or allowed)]
