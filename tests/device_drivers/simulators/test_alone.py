"""One device of each kind that stands alone: `KIND --pty`."""

from __future__ import annotations

import contextlib
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from device_drivers.options import DeviceSpec, Environment, LineSpec
from device_drivers.registry import KINDS, build_device
from device_drivers.simulation.faults import WIRE
from device_drivers.simulators.alone import alone, least, paced
from device_drivers.simulators.bench import Bench
from device_drivers.simulators.bench_file import BadBench
from device_drivers.simulators.wire import Wire
from tests.device_drivers.simulators.test_process import running

SIMULATED = {name: kind.simulate for name, kind in KINDS.items() if kind.simulate is not None}
PROGRAM = [sys.executable, "-m", "device_drivers.simulators"]
# What a wire can do to anybody, and what paper and cards can do.
ASKED = {"drop", "corrupt", "slow", "echo", "reboot", "half", "wrong_baud"}
OF_KINDS = {"escpos-printer": {"paper_out", "cover_open"}, "sam-reader": {"card_pulled"}}


def test_each_kind_stands_alone_and_its_driver_finds_it(
    tmp_path: Path, wait_until: Callable[[Callable[[], object]], None]
) -> None:
    with contextlib.ExitStack() as running:
        drivers: dict[str, Any] = {}
        for name, simulation in SIMULATED.items():
            spec = alone(name)
            [entry] = spec.devices
            assert entry.pace_baud == (9600 if paced(name) else None)
            bench = running.enter_context(Bench(spec, tmp_path / name))
            line = LineSpec("serial", {"port": str(bench.link(name))})
            options = {**least(KINDS[name].options), **simulation.alone}
            driver = build_device(DeviceSpec(name, name, line, options), Environment(time.monotonic, random.Random(1)))
            driver.start()
            running.callback(driver.stop)
            drivers[name] = driver
        wait_until(lambda: {driver.health().state for driver in drivers.values()} == {"ready"})


def test_the_faults_that_were_asked_for_are_there() -> None:
    assert {fault.name for fault in WIRE} >= ASKED
    for name, faults in OF_KINDS.items():
        assert {fault.name for fault in SIMULATED[name].faults} >= faults


def test_bytes_take_the_time_that_the_rate_says() -> None:
    """Ten bits a byte: 96 bytes at 9600 baud are a tenth of a second, at 1200 eight times that."""
    for baud, takes_s in ((9600, 0.1), (1200, 0.8)):
        wire = Wire(baud)
        wire.send(bytes(96), 5.0)
        assert len(wire.arrived(5.0 + takes_s - 0.01)) < 96
        wire.send(b"", 5.0)
        assert wire.due_s() is not None
        wire.arrived(5.0 + takes_s)
        assert wire.due_s() is None


def test_a_program_of_its_own_with_faults_options_and_a_page(tmp_path: Path) -> None:
    options = '{"screens": [{"id": "left", "address": 7}]}'
    command = [*PROGRAM, "aabb-strip", "--pty", "--options", options, "--baud", "1200", "--fault", "echo@0+99"]
    with running(command) as (process, ready):
        link = Path(ready["lines"]["aabb-strip"])
        assert link.is_char_device()
        [device] = requests.get(ready["http"] + "api/devices", timeout=20).json()["devices"]
        assert (device["pace_baud"], device["faults"][0]["fault"]) == (1200, "echo")
        assert [(screen["id"], screen["address"]) for screen in device["screens"]] == [("left", 7)]
        process.terminate()
        assert process.wait(20) == 0
    assert not link.parent.parent.exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["no-such", "--pty"], "no kind 'no-such'; there are aabb-strip"),
        (["aabb-strip"], "say --pty"),
        ([], "name one KIND"),
        (["aabb-strip", "--pty", "--fault", "paper_out"], "no fault 'paper_out'; one of unplug"),
        (["aabb-strip", "--pty", "--options", "{"], "expected a JSON object"),
    ],
)
def test_what_it_cannot_do_it_says(words: list[str], message: str) -> None:
    ended = subprocess.run([*PROGRAM, *words], capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert message in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_kind_without_a_wire_and_options_that_are_none_are_refused() -> None:
    for kind in KINDS.keys() - SIMULATED.keys():
        with pytest.raises(BadBench, match=f"{kind} has no wire"):
            alone(kind)
    with pytest.raises(BadBench, match=r"screens\[0\].address: is missing"):
        alone("aabb-strip", {"screens": [{"id": "s"}]})
    with pytest.raises(BadBench, match="77 is no rate; there are 1200"):
        alone("aabb-strip", baud=77)
