"""What computes for long steps back, and nobody else does."""

from __future__ import annotations

import ctypes
import os
import struct
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from hall_daemon.adapters.system.stepping_back import step_back

_GET_ATTR = {"x86_64": 315, "aarch64": 275}
_EXTENDED = (6, 12)  # since then the kernel takes a slice


def niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def slice_ns() -> int:
    """Of the calling thread, as the kernel has it."""
    said = ctypes.create_string_buffer(56)
    number = _GET_ATTR[os.uname().machine]
    assert ctypes.CDLL(None).syscall(number, threading.get_native_id(), said, 56, 0) == 0
    return int(struct.unpack_from("=Q", said.raw, 24)[0])


def aside(nice: int) -> tuple[int, int]:
    with ThreadPoolExecutor(1, initializer=step_back, initargs=(nice,)) as pool:
        return pool.submit(lambda: (niceness(), slice_ns())).result()


def test_it_is_as_nice_as_it_is_told_and_never_less() -> None:
    here = niceness()
    assert aside(0)[0] == here
    assert aside(min(here + 5, 19))[0] == min(here + 5, 19)
    assert niceness() == here


@pytest.mark.skipif(
    tuple(int(part) for part in os.uname().release.split(".")[:2]) < _EXTENDED, reason="an older kernel takes no slice"
)
def test_its_slice_is_longer_than_anybody_elses() -> None:
    here = slice_ns()
    assert aside(0)[1] == 100_000_000 > here
    assert slice_ns() == here
