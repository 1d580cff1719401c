"""A line that carries messages has its place beside byte lines: the same driver, back-off and health."""

from __future__ import annotations

import math
import queue
from typing import Any

from device_drivers.base.line_driver import LineDriver
from device_drivers.errors import LinkDown

Messages = tuple[tuple[str, str], ...]  # (topic, payload)


class Topics:
    """`ports.Line` of messages: what MQTT or the keys of a HID device would be."""

    name = "line-topics"

    def __init__(self) -> None:
        self.inbox: queue.SimpleQueue[Messages] = queue.SimpleQueue()
        self.outbox: queue.SimpleQueue[Messages] = queue.SimpleQueue()
        self.opened = 0

    def open(self) -> None:
        self.opened += 1
        if self.opened == 1:
            raise LinkDown("line-topics: no broker", "host_refuses", where="broker:1883")

    def read(self, timeout_s: float) -> Messages:
        try:
            return self.inbox.get(timeout=timeout_s)
        except queue.Empty:
            return ()

    def write(self, data: Messages) -> None:
        self.outbox.put(data)

    def cancel_read(self) -> None:
        self.inbox.put(())

    def close(self) -> None:
        """There is nothing to close."""


class Greeter:
    """`links.Link`: answers each button with a text."""

    def __init__(self) -> None:
        self.counters: dict[str, int] = {}
        self._output: Messages = ()

    def receive(self, data: Messages, now: float) -> list[str]:
        self._output += tuple((topic.replace("button", "text"), f"heard {payload}") for topic, payload in data)
        return [payload for _, payload in data]

    def tick(self, now: float) -> list[str]:
        return []

    def take_output(self) -> Messages:
        output, self._output = self._output, ()
        return output

    def written(self, now: float) -> list[str]:
        return []

    def due_s(self, now: float) -> float:
        return math.inf

    def lost(self, now: float) -> list[str]:
        self._output = ()
        return []


def test_messages_go_both_ways_and_a_lost_broker_is_a_condition(world: Any, started: Any, wait_until: Any) -> None:
    line, heard = Topics(), queue.SimpleQueue[str]()
    driver: LineDriver[Messages, str] = LineDriver(
        "button-1", "mqtt-button", line, Greeter(), on_event=heard.put, unit="messages", **world
    )
    started(driver)
    wait_until(lambda: driver.health().state != "init")
    seen = driver.health()
    assert (seen.state, seen.code) in (("disconnected", "host_refuses"), ("ready", ""))
    wait_until(lambda: driver.health().state == "ready")
    line.inbox.put((("hall/button/1", "single"), ("hall/button/2", "double")))
    assert [heard.get(timeout=5), heard.get(timeout=5)] == ["single", "double"]
    assert line.outbox.get(timeout=5) == (("hall/text/1", "heard single"), ("hall/text/2", "heard double"))
    wait_until(lambda: driver.health().counters["messages_out"] == 2)
    counters = driver.health().counters
    assert (counters["messages_in"], counters["opened"], "bytes_in" in counters) == (2, 1, False)
