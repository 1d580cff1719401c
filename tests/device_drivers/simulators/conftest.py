"""A bench of every kind of device on real ptys, and the daemon's end of its lines."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from device_drivers.lines.serial_port import SerialLine, SerialOptions
from device_drivers.simulators.bench import Bench
from device_drivers.simulators.bench_file import BenchSpec, parse_bench
from tests.bench_watch import wait_for

BENCH = {
    "title": "测试 Test",
    "seed": 7,
    "links": [{"label": "窗口工作台 Staff", "href": "http://127.0.0.1:8080/staff"}],
    "devices": [
        {
            "id": "strips",
            "kind": "aabb-strip",
            "checksum": "text",
            "screens": [
                {"id": "strip-1", "address": 1, "cells": 16, "label": "1号窗口"},
                {"id": "strip-2", "address": 2, "cells": 16, "label": "2号窗口"},
            ],
        },
        {
            "id": "pads",
            "kind": "ff68-pad",
            "pads": [
                {"id": "pad-1", "address": 1, "label": "1号窗口"},
                {"id": "pad-2", "address": 2, "label": "2号窗口"},
            ],
        },
        {"id": "printer-1", "kind": "escpos-printer", "columns": 32},
        {"id": "speaker", "kind": "voice"},
    ],
}


class Host:
    """The daemon's end of one line; reading is bounded."""

    def __init__(self, bench: Bench, device: str) -> None:
        self._bench = bench
        self._device = device
        self._line = SerialLine(f"line-{device}", SerialOptions(port=str(bench.link(device))))

    def open(self) -> None:
        self._line.open()
        assert wait_for(self._bench, lambda bench: bench.shown(self._device)["opened"])

    def close(self) -> None:
        self._line.close()

    def write(self, data: bytes) -> None:
        self._line.write(data)

    def read(self, count: int, timeout_s: float = 5.0) -> bytes:
        """At least `count` bytes, or what came within the time."""
        return self.read_until(lambda got: len(got) >= count, timeout_s)

    def read_until(self, enough: Callable[[bytes], bool], timeout_s: float = 5.0) -> bytes:
        got = b""
        give_up_at = time.monotonic() + timeout_s
        while not enough(got) and time.monotonic() < give_up_at:
            got += self._line.read(0.05)
        return got


@pytest.fixture
def spec() -> BenchSpec:
    return parse_bench(BENCH)


@pytest.fixture
def bench(spec: BenchSpec, tmp_path: Path) -> Iterator[Bench]:
    with Bench(spec, tmp_path / "lines") as running:
        yield running


@pytest.fixture
def open_line() -> Iterator[Callable[[Bench, str], Host]]:
    """`open_line(bench, "strips")` opens that line as a daemon does."""
    opened: list[Host] = []

    def open_one(bench: Bench, device: str) -> Host:
        end = Host(bench, device)
        end.open()
        opened.append(end)
        return end

    yield open_one
    for end in opened:
        end.close()


@pytest.fixture
def host(bench: Bench, open_line: Callable[[Bench, str], Host]) -> Callable[[str], Host]:
    """The same, on the bench of this test."""
    return lambda device: open_line(bench, device)
