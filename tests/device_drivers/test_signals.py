"""A program told to stop: also in the one moment in which a signal handler can do nothing."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator

import pytest

from device_drivers.signals import on_stop_signal

PATIENCE_S = 10.0


@pytest.fixture(autouse=True)
def handlers_as_they_were() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_acts_once_on_a_thread_of_its_own(number: signal.Signals) -> None:
    acted: list[str] = []
    ended = threading.Event()

    def act() -> None:
        acted.append(threading.current_thread().name)
        ended.set()

    on_stop_signal(act)
    assert not ended.is_set()
    for _ in range(3):
        signal.raise_signal(number)
    assert ended.wait(PATIENCE_S)
    assert acted == ["signals"]


def test_a_signal_inside_the_lock_that_is_wanted_waits_for_nobody() -> None:
    """What stops a program takes locks: an Event's, for one. The main thread may be inside when the signal comes."""
    lock = threading.Lock()
    got_it: list[bool] = []
    ended = threading.Event()

    def act() -> None:
        got_it.append(lock.acquire(timeout=PATIENCE_S))
        ended.set()

    on_stop_signal(act)
    with lock:
        signal.raise_signal(signal.SIGTERM)
        assert not ended.is_set()
    assert ended.wait(PATIENCE_S)
    assert got_it == [True]
