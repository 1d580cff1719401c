"""Presses go first: who computes aside waits while one is under way, and never for ever."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from hall_daemon.web.blocking import Reading
from hall_daemon.web.endpoint import Call, Operation, Reply, get, post
from hall_daemon.web.precedence import LOOK_S, MOST_S, Precedence


class Slept:
    """What a thread slept, and what it saw on waking."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def row(handle: object, method: str = "POST") -> Operation:
    make = post if method == "POST" else get
    return make("one", "anybody", "/one", "One", handle, None)  # type: ignore[arg-type]


def test_nobody_waits_while_nobody_presses() -> None:
    slept = Slept()
    precedence = Precedence(slept)
    begun = time.monotonic()
    for _ in range(100):
        precedence.give_way()
    assert slept.seconds == [LOOK_S] * 100
    assert time.monotonic() - begun < 100 * MOST_S


def test_a_press_that_is_under_way_is_waited_for_until_it_is_answered() -> None:
    precedence = Precedence()
    order: list[str] = []

    async def pressed(call: Call) -> Reply:
        aside = threading.Thread(target=lambda: (precedence.give_way(), order.append("aside")))
        aside.start()
        await asyncio.sleep(MOST_S / 4)
        order.append("pressed")
        return Reply(200, b"")

    async def answer() -> None:
        (first,) = precedence.first((row(pressed),))
        await first.handle(None)  # type: ignore[arg-type]
        order.append("answered")
        while len(order) < 3:
            await asyncio.sleep(0.001)

    asyncio.run(asyncio.wait_for(answer(), 10))
    assert order == ["pressed", "answered", "aside"]


def test_presses_without_end_hold_up_nobody_for_ever() -> None:
    precedence = Precedence()
    passed = threading.Event()

    async def pressed(call: Call) -> None:
        aside = threading.Thread(target=lambda: (precedence.give_way(), passed.set()))
        aside.start()
        while not passed.is_set():
            await asyncio.sleep(0.001)

    (first,) = precedence.first((row(pressed),))
    asyncio.run(asyncio.wait_for(first.handle(None), 10))  # type: ignore[arg-type]
    assert passed.is_set()


def test_a_press_that_fails_is_over_too() -> None:
    precedence = Precedence()
    waited: list[float] = []

    async def broken(call: Call) -> None:
        raise ValueError("a bug")

    async def look(call: Call) -> None:
        waited.append(asyncio.get_running_loop().time())

    async def press() -> None:
        (first,), (later,) = precedence.first((row(broken),)), precedence.behind((row(look),))
        with pytest.raises(ValueError, match="a bug"):
            await first.handle(None)  # type: ignore[arg-type]
        await asyncio.sleep(0)  # what comes after an answer
        waited.append(asyncio.get_running_loop().time())
        await later.handle(None)  # type: ignore[arg-type]

    asyncio.run(press())
    begun, looked = waited
    assert looked - begun < MOST_S


def test_a_row_behind_begins_when_the_press_is_answered() -> None:
    precedence = Precedence()
    order: list[str] = []

    async def pressed(call: Call) -> None:
        await asyncio.sleep(MOST_S / 4)
        order.append("pressed")

    async def behind(call: Call) -> None:
        order.append("behind")

    async def both() -> None:
        (first,), (second,) = precedence.first((row(pressed),)), precedence.behind((row(behind),))
        one = asyncio.ensure_future(first.handle(None))  # type: ignore[arg-type]
        await asyncio.sleep(0)
        await asyncio.gather(one, second.handle(None))  # type: ignore[arg-type]

    asyncio.run(both())
    assert order == ["pressed", "behind"]


def test_what_only_reads_is_no_press() -> None:
    async def look(call: Call) -> None:
        raise AssertionError("not asked")

    rows = (row(look, "GET"),)
    assert Precedence().first(rows) == rows


def test_what_a_reading_thread_does_stands_behind_presses() -> None:
    slept = Slept()

    async def ask() -> str:
        reading = Reading("aside", behind=Precedence(slept))
        reading.bind(asyncio.get_running_loop())
        try:
            return await reading.aside(lambda: (reading.give_way(), "done")[1])
        finally:
            reading.bind(None)

    assert asyncio.run(ask()) == "done"
    assert slept.seconds == [LOOK_S] * 3  # before it, in the middle, and before the loop goes on with it
