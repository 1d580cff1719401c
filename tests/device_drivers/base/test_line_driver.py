"""The one thread of a driver: back-off, coming back, links and listeners that raise, stopping."""

from __future__ import annotations

import logging
import math
import random
import threading
from collections.abc import Callable
from typing import Any

import pytest

from device_drivers.base.backoff import Backoff
from device_drivers.base.line_driver import LineDriver
from device_drivers.errors import LinkDown, Misuse
from device_drivers.lines.descriptor import PortMissing
from device_drivers.ports import Health
from tests.device_drivers.memory_line import MemoryLine, memory_pair

Started = Callable[[LineDriver[Any, Any]], LineDriver[Any, Any]]
WaitUntil = Callable[[Callable[[], object]], None]


class EchoLink:
    """Hands every byte on as an event and says it back; raises on an X."""

    def __init__(self) -> None:
        self.counters = {"heard": 0}
        self.output = b""
        self.lost_count = 0
        self.written_count = 0

    def receive(self, data: bytes, now: float) -> list[bytes]:
        if b"X" in data:
            raise ZeroDivisionError("a bug in the link")
        self.counters["heard"] += len(data)
        self.output += data
        return [data]

    def tick(self, now: float) -> list[bytes]:
        return []

    def take_output(self) -> bytes:
        output, self.output = self.output, b""
        return output

    def written(self, now: float) -> list[bytes]:
        self.written_count += 1
        return []

    def due_s(self, now: float) -> float:
        return math.inf

    def lost(self, now: float) -> list[bytes]:
        self.lost_count += 1
        return [b"lost"]


class Bench:
    def __init__(self, world: dict[str, Any], link: Any = None) -> None:
        self.host, self.device = memory_pair("line-test")
        self.device.open()
        self.link = link or EchoLink()
        self.events: list[bytes] = []
        self.when_lost: list[Health] = []
        self.driver: LineDriver[bytes, bytes] = LineDriver(
            "test-1", "echo", self.host, self.link, on_event=self._heard, **world
        )

    def _heard(self, event: bytes) -> None:
        self.events.append(event)
        if event == b"lost":
            self.when_lost.append(self.driver.health())

    @property
    def state(self) -> str:
        return self.driver.health().state


@pytest.fixture
def bench(world: dict[str, Any]) -> Bench:
    return Bench(world)


def test_bytes_become_events_and_output_is_written(
    bench: Bench, started: Started, wait_until: WaitUntil
) -> None:
    assert bench.state == "init"
    started(bench.driver)
    wait_until(lambda: bench.state == "ready")
    bench.device.write(b"hello")
    wait_until(lambda: bench.link.written_count == 1)
    assert bench.device.read(5.0) == b"hello"
    assert bench.events == [b"hello"]
    health = bench.driver.health()
    assert (health.device, health.kind, health.detail) == ("test-1", "echo", "")
    assert health.counters == {
        "opened": 1,
        "downs": 0,
        "faults": 0,
        "bytes_in": 5,
        "bytes_out": 5,
        "heard": 5,
    }
    assert health.reported_s is not None
    assert "line-test" in {thread.name for thread in threading.enumerate()}


def test_a_change_from_outside_is_written_without_waiting(
    bench: Bench, started: Started, wait_until: WaitUntil
) -> None:
    started(bench.driver)
    wait_until(lambda: bench.state == "ready")
    with bench.driver.changing():
        bench.link.output = b"now"
    assert bench.device.read(5.0) == b"now"


def test_a_pulled_cable_is_told_once_and_so_is_its_return(
    bench: Bench, started: Started, wait_until: WaitUntil, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "device_drivers")
    started(bench.driver)
    wait_until(lambda: "test-1: line-test is open" in caplog.messages or bench.device.write(b"."))
    bench.host.unplug()
    wait_until(lambda: bench.state == "disconnected")
    since_s = bench.driver.health().since_s
    wait_until(lambda: "there is no cable" in bench.driver.health().detail)
    assert bench.driver.health().since_s == since_s
    assert (bench.driver.health().code, bench.driver.health().facts) == ("port_missing", {"port": "line-test"})
    assert not bench.host._open  # an open descriptor would give the adapter another name on return
    bench.host.replug()
    wait_until(lambda: bench.state == "ready")
    bench.device.write(b".")
    wait_until(lambda: "test-1: line-test is back" in caplog.messages)
    assert bench.link.lost_count >= 1
    assert b"lost" in bench.events
    assert [record.levelname for record in caplog.records] == ["INFO", "WARNING", "INFO"]
    assert caplog.messages[1] == "test-1: down: line-test: the cable is gone"
    assert bench.driver.health().counters["downs"] == 1


def test_a_link_that_raises_is_an_alert_and_comes_back(
    bench: Bench, started: Started, wait_until: WaitUntil, caplog: pytest.LogCaptureFixture
) -> None:
    started(bench.driver)
    wait_until(lambda: bench.state == "ready")
    bench.device.write(b"X")
    wait_until(lambda: bench.when_lost)
    assert [(health.state, health.detail) for health in bench.when_lost] == [
        ("alert", "ZeroDivisionError: a bug in the link")
    ]
    wait_until(lambda: "test-1: failed, this is a bug in its driver" in caplog.messages)
    wait_until(lambda: bench.state == "ready")
    bench.device.write(b"fine")
    wait_until(lambda: b"fine" in bench.events)
    assert bench.driver.health().counters["faults"] == 1


class HopelessLink(EchoLink):
    def tick(self, now: float) -> list[bytes]:
        raise RuntimeError("always")

    def lost(self, now: float) -> list[bytes]:
        raise RuntimeError("even here")


def test_a_link_that_always_raises_fails_alone(
    world: dict[str, Any], started: Started, wait_until: WaitUntil, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = Bench(world, HopelessLink()), Bench(world)
    started(bad.driver)
    started(good.driver)
    wait_until(lambda: bad.driver.health().counters["opened"] >= 3)
    good.device.write(b"fine")
    wait_until(lambda: good.events == [b"fine"])
    assert caplog.messages.count("test-1: failed, this is a bug in its driver") == 1


def test_a_listener_that_raises_does_not_stop_the_device(
    world: dict[str, Any], started: Started, wait_until: WaitUntil, caplog: pytest.LogCaptureFixture
) -> None:
    host, device = memory_pair("line-test")
    device.open()
    link = EchoLink()

    def fail(_event: bytes) -> None:
        raise KeyError("a bug in the hall")

    driver: LineDriver[bytes, bytes] = LineDriver("test-1", "echo", host, link, on_event=fail, **world)
    started(driver)
    wait_until(lambda: driver.health().state == "ready")
    device.write(b"a")
    wait_until(lambda: link.written_count == 1)
    assert driver.health().state == "ready"
    assert driver.health().counters["faults"] == 1
    assert "test-1: the listener failed on an event" in caplog.messages


class _NoPause(Backoff):
    """Pauses for next to nothing and keeps how long each pause should have been."""

    def __init__(self) -> None:
        super().__init__(0.5, 30.0, 10.0)
        self.pauses: list[float] = []

    def after(self, held_s: float = 0.0) -> float:
        self.pauses.append(super().after(held_s))
        return 0.001

    def uncounted(self, most_s: float) -> float:
        pause_s = super().uncounted(most_s)
        if most_s < 30.0:
            self.pauses.append(pause_s)
            return 0.001
        return pause_s


class Recorded(LineDriver[bytes, bytes]):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._again = _NoPause()
        self.pauses = self._again.pauses


@pytest.mark.parametrize(("lived_s", "starts_over"), [(1.0, False), (11.0, True)])
def test_only_a_connection_that_lived_starts_the_back_off_over(
    world: dict[str, Any], started: Started, wait_until: WaitUntil, lived_s: float, starts_over: bool
) -> None:
    now = [100.0]
    host, device = memory_pair("line-test")
    device.open()

    def refused() -> None:
        raise LinkDown("somebody else has it")

    there, host.open = host.open, refused  # type: ignore[method-assign]
    driver = Recorded(
        "test-1",
        "echo",
        host,
        EchoLink(),
        on_event=lambda _: None,
        monotonic=lambda: now[0],
        rng=world["rng"],
    )
    started(driver)
    wait_until(lambda: len(driver.pauses) >= 3)
    host.open = there  # type: ignore[method-assign]
    wait_until(lambda: driver.health().state == "ready")
    before = len(driver.pauses)
    now[0] += lived_s
    host.unplug()
    wait_until(lambda: len(driver.pauses) > before)
    assert driver.pauses[before] == (0.5 if starts_over else min(30.0, 0.5 * 2**before))


def test_a_port_that_was_missing_for_long_counts_as_no_failure(
    world: dict[str, Any], started: Started, wait_until: WaitUntil
) -> None:
    host, device = memory_pair("line-test")
    device.open()
    asked: list[str] = []

    def missing() -> None:
        asked.append("open")
        raise PortMissing("pulled")

    there, host.open = host.open, missing  # type: ignore[method-assign]
    driver = Recorded("test-1", "echo", host, EchoLink(), on_event=lambda _: None, **world)
    started(driver)
    wait_until(lambda: len(asked) >= 20)
    host.open = there  # type: ignore[method-assign]
    wait_until(lambda: driver.health().state == "ready")
    before = len(driver.pauses)
    host.unplug()
    wait_until(lambda: len(driver.pauses) > before)
    assert set(driver.pauses[: before + 1]) == {0.5}


def test_a_port_that_is_missing_for_long_is_still_found_soon(
    world: dict[str, Any], started: Started, wait_until: WaitUntil
) -> None:
    bench = Bench({**world, "rng": random.Random(1)})
    bench.host.unplug()
    started(bench.driver)
    wait_until(lambda: bench.state == "disconnected")
    bench.host.replug()
    wait_until(lambda: bench.state == "ready")


def test_stop_ends_a_read_and_a_pause(bench: Bench, world: dict[str, Any], wait_until: WaitUntil) -> None:
    bench.driver.start()
    wait_until(lambda: bench.state == "ready")
    bench.driver.stop()
    assert bench.state == "stopped"
    with pytest.raises(LinkDown):
        bench.host.write(b"closed")

    waiting = Bench(world)
    waiting.host.unplug()
    waiting.driver.start()
    wait_until(lambda: waiting.state == "disconnected")
    waiting.driver.stop()
    assert waiting.state == "stopped"
    assert "line-test" not in {thread.name for thread in threading.enumerate()}


def test_start_and_stop_are_called_once_each(bench: Bench) -> None:
    bench.driver.start()
    with pytest.raises(Misuse):
        bench.driver.start()
    bench.driver.stop()
    with pytest.raises(Misuse):
        bench.driver.start()


def test_a_driver_that_was_never_started_stops(bench: Bench) -> None:
    bench.driver.stop()
    assert bench.state == "stopped"


class StuckLine(MemoryLine):
    """A line whose open does not come back, as a broken kernel driver's may."""

    def __init__(self, release: threading.Event) -> None:
        host, _device = memory_pair("line-stuck")
        super().__init__(host.name, host._cable)
        self.release = release

    def open(self) -> None:
        self.release.wait(30)


def test_a_stuck_line_does_not_hold_the_one_who_stops_it(
    world: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    release = threading.Event()
    driver: LineDriver[bytes, bytes] = LineDriver(
        "test-1", "echo", StuckLine(release), EchoLink(), on_event=lambda _: None, **world
    )
    driver.start()
    driver.stop(timeout_s=0.01)
    assert caplog.messages == ["test-1: thread line-stuck did not stop in 0.01 s"]
    release.set()
