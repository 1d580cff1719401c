"""What may wait for a disk waits beside the loop, and only so many wait."""

from __future__ import annotations

import asyncio
import threading

import pytest

from hall_daemon.web.blocking import Reading
from hall_daemon.web.endpoint import Fault

MOST = 2


def test_more_than_so_many_are_refused_and_later_ones_are_taken() -> None:
    gate = threading.Event()

    async def crowd() -> list[object]:
        reading = Reading("reading", MOST)
        reading.bind(asyncio.get_running_loop())
        try:
            taken = [asyncio.create_task(reading.aside(gate.wait, 10)) for _ in range(MOST)]
            await asyncio.sleep(0)  # both have begun to wait
            with pytest.raises(Fault, match="busy"):
                await reading.aside(int)
            gate.set()
            return [*await asyncio.gather(*taken), await reading.aside(int)]
        finally:
            gate.set()
            reading.bind(None)

    assert asyncio.run(crowd()) == [True] * MOST + [0]


def test_its_threads_begin_as_they_are_told() -> None:
    begun: list[str] = []

    async def asked() -> str:
        reading = Reading("reading", MOST, begins=lambda: begun.append(threading.current_thread().name))
        reading.bind(asyncio.get_running_loop())
        try:
            return await reading.aside(lambda: threading.current_thread().name)
        finally:
            reading.bind(None)

    assert [asyncio.run(asked())] == begun == ["reading_0"]


def test_all_its_threads_are_there_from_the_start() -> None:
    def mine() -> list[str]:
        return sorted(thread.name for thread in threading.enumerate() if thread.name.startswith("many"))

    async def before_and_after() -> tuple[list[str], list[str]]:
        reading = Reading("many", threads=3)
        reading.bind(asyncio.get_running_loop())
        try:
            before = mine()
            await asyncio.gather(*(reading.aside(int) for _ in range(9)))
            return before, mine()
        finally:
            reading.bind(None)

    names = ["many_0", "many_1", "many_2"]
    assert asyncio.run(before_and_after()) == (names, names)
    assert mine() == []
