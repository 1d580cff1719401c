"""Waiting with a bound, a port whose cable can be pulled, drivers that are stopped after each test."""

from __future__ import annotations

import os
import random
import select
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from device_drivers.base.line_driver import LineDriver
from device_drivers.options import DeviceSpec, Environment, LineSpec, read_options
from device_drivers.registry import KINDS, build_device
from device_drivers.simulators.bench import Bench
from device_drivers.simulators.bench_file import parse_bench

_PATIENCE_S = 10.0


@pytest.fixture
def wait_until() -> Callable[[Callable[[], object]], None]:
    """Wait until a condition holds; it is looked at often, and a bound ends the patience."""

    def wait(condition: Callable[[], object]) -> None:
        give_up_at = time.monotonic() + _PATIENCE_S
        while not condition():
            assert time.monotonic() < give_up_at, "the condition never came true"
            time.sleep(0.002)

    return wait


class PullablePort:
    """A pseudo terminal behind a stable path, as udev's by-id names are: unplug, replug, renumber."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.master = -1
        self.replug()

    def replug(self) -> None:
        self.master, slave = os.openpty()
        self.path.symlink_to(os.ttyname(slave))
        os.close(slave)

    def unplug(self) -> None:
        self.path.unlink()
        os.close(self.master)
        self.master = -1

    def heard(self, count: int) -> bytes:
        """The next `count` bytes that the host writes, once it has the port open."""
        data = b""
        give_up_at = time.monotonic() + _PATIENCE_S
        while len(data) < count:
            assert time.monotonic() < give_up_at, f"heard only {data.hex(' ')}"
            poll = select.poll()
            poll.register(self.master, select.POLLIN)
            if not poll.poll(100):
                continue
            try:
                data += os.read(self.master, count - len(data))
            except OSError:  # nobody has the other end open yet
                time.sleep(0.002)
        return data

    def say(self, data: bytes) -> None:
        os.write(self.master, data)


@pytest.fixture
def port(tmp_path: Path) -> Iterator[PullablePort]:
    port = PullablePort(tmp_path / "usb-adapter-1")
    yield port
    if port.master >= 0:
        port.unplug()


@pytest.fixture
def world() -> dict[str, Any]:
    """What every driver takes; the dice are seeded."""
    return {"monotonic": time.monotonic, "rng": random.Random(7)}


@pytest.fixture
def started() -> Iterator[Callable[[LineDriver[Any, Any]], LineDriver[Any, Any]]]:
    drivers: list[LineDriver[Any, Any]] = []

    def start(driver: LineDriver[Any, Any]) -> LineDriver[Any, Any]:
        driver.start()
        drivers.append(driver)
        return driver

    yield start
    for driver in drivers:
        driver.stop()
        assert driver.health().state == "stopped"


@pytest.fixture
def on_bench(tmp_path: Path) -> Iterator[Callable[..., tuple[Any, Bench]]]:
    """A driver of a kind and the simulated hardware at the other end of its line: both run until the test is over."""
    benches: list[tuple[Any, Bench]] = []

    def stand(kind: str, options: dict[str, Any], told: Callable[[Any], None] = lambda _: None) -> tuple[Any, Bench]:
        found = KINDS[kind]
        assert found.simulate is not None
        entry = {"id": kind, "kind": kind}
        entry |= found.simulate.stand_in(read_options(found.options, options, kind), lambda part: "")
        bench = Bench(parse_bench({"devices": [entry]}), tmp_path / f"lines-{len(benches)}")
        bench.start()
        line = LineSpec("serial", {"port": str(bench.link(kind))})
        env = Environment(time.monotonic, random.Random(1), told)
        driver: Any = build_device(DeviceSpec(kind, kind, line, options), env)
        benches.append((driver, bench))
        driver.start()
        return driver, bench

    yield stand
    for driver, bench in benches:
        driver.stop()
        bench.stop()
        assert driver.health().state == "stopped"
