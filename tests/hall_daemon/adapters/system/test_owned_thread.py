"""A thread that owns something: it ends when told to; ended before, it is an alarm and begun again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from hall_daemon.adapters.system.life import Life
from hall_daemon.adapters.system.owned_thread import OwnedThread

WaitUntil = Callable[[Callable[[], object]], None]


@pytest.mark.parametrize("returns", [True, False])
def test_one_that_ends_is_an_alarm_until_it_works_again(wait_until: WaitUntil, returns: bool) -> None:
    life = Life("part", "part", time.monotonic)
    began: list[int] = []
    well = threading.Event()

    def work() -> None:
        began.append(threading.get_native_id())
        if well.is_set():
            life.note("ready")
            thread.wait(60)
        elif not returns:
            raise LookupError("what it owned is gone")

    thread = OwnedThread("part", work, life)
    thread.start()
    try:
        wait_until(lambda: life.state == "alert")
        assert life.health().detail.startswith("the thread ended (")
        assert ("what it owned is gone" in life.detail) != returns
        well.set()
        wait_until(lambda: life.state == "ready")
        assert len(set(began)) == 1, "the kernel ends a child with the thread that started it"
        assert len(began) >= 2
    finally:
        assert thread.stop(5)
    assert life.state == "ready", "whoever is told to stop is no alarm"


def test_what_it_waits_for_is_ended_by_a_stop(wait_until: WaitUntil) -> None:
    rung = threading.Event()
    thread = OwnedThread("part", lambda: rung.wait(60) and None, Life("part", "part", time.monotonic), rouse=rung.set)
    assert thread.stop(5), "one that never began has ended"
    rung.clear()
    thread = OwnedThread("part", lambda: rung.wait(60) and None, Life("part", "part", time.monotonic), rouse=rung.set)
    thread.start()
    assert thread.stop(5)


def test_one_that_does_not_end_in_time_is_said(caplog: pytest.LogCaptureFixture) -> None:
    go_on = threading.Event()
    thread = OwnedThread("deaf", lambda: go_on.wait(60) and None, Life("deaf", "deaf", time.monotonic))
    thread.start()
    assert not thread.stop(0.05)
    assert "deaf: the thread did not end within 0.05 s" in caplog.messages
    go_on.set()
    assert thread.stop(5)


def test_since_when_it_is_so() -> None:
    now_s = 10.0
    life = Life("part", "kind", lambda: now_s)
    life.note("ready", "a")
    now_s = 30.0
    life.note("ready", "b")
    assert (life.ready_s, life.health().since_s, life.detail) == (20.0, 10.0, "b")
    life.note("disconnected", "c")
    assert (life.ready_s, life.health().since_s, life.state) == (0.0, 30.0, "disconnected")
