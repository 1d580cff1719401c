"""Drivers that are stopped after each test, and the clock and dice they are given."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from device_drivers.drivers.base import LineDriver


@pytest.fixture
def world() -> dict[str, Any]:
    """What every driver takes; the dice are seeded."""
    return {"monotonic": time.monotonic, "rng": random.Random(7)}


@pytest.fixture
def started() -> Iterator[Callable[[LineDriver[Any]], LineDriver[Any]]]:
    drivers: list[LineDriver[Any]] = []

    def start(driver: LineDriver[Any]) -> LineDriver[Any]:
        driver.start()
        drivers.append(driver)
        return driver

    yield start
    for driver in drivers:
        driver.stop()
        assert driver.health().state == "stopped"
