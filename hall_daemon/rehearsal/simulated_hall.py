"""A plan with simulated hardware at every window, written as files: hall.toml for the daemon, a bench for the wires.

Pure but for `build`, which writes the folder. Wires are scaled with time: at 600 times the speed a bus of 9600 baud
would be a bottleneck that no hall has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from device_drivers.options import DeviceSpec, LineSpec
from device_drivers.simulators.bench_file import BenchSpec, parse_bench
from hall_daemon.config import Settings, bench, load, render_hall
from hall_daemon.domain.plan import Plan

UNITS_PER_BUS = 8
PRINTER = "printer-1"
PAD = "ff68-pad"
REAL_BAUD, FAST_BAUD = 9600, 115_200
STRIP_GAP_MS, PAD_GAP_MS, DEDUPE_MS = 100, 20, 500
SLOW_ENOUGH = 20.0  # up to this speed a clerk does not press as fast as a pad repeats itself
CELLS = 16


@dataclass(frozen=True, slots=True)
class Ports:
    http: int
    public: int
    mqtt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedHall:
    """`pad_places`: pad -> device. `pads`: window -> pad."""

    folder: Path
    config: Path
    settings: Settings
    bench: BenchSpec
    pads: dict[str, str]
    pad_places: dict[str, str]


def build(plan: Plan, folder: Path, ports: Ports, speed: float, title: str) -> SimulatedHall:
    """Write `folder`/hall.toml for `plan`. Raises OSError, and BadConfig when the plan cannot be a hall."""
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    buses = [list(plan.windows)[at : at + UNITS_PER_BUS] for at in range(0, len(plan.windows), UNITS_PER_BUS)]
    devices = hardware(buses, folder / "devices", speed)
    config = folder / "hall.toml"
    text = render_hall(
        plan,
        devices=devices,
        parts={
            "screens": {f"strip-{window}": window for window in plan.windows},
            "pads": {f"pad-{window}": window for window in plan.windows},
        },
        sections={
            "http": {"port": ports.http},
            "public": {"port": ports.public},
            "mqtt": {"port": ports.mqtt},
            "data": {"dir": str(folder / "data"), "min_free_mb": 50},
            "log": {"level": "warning"},
            # The clerks of a recorded day press their pads and log in nowhere.
            "access": {"pads_without_login": list(plan.windows)},
        },
    )
    config.write_text(text, encoding="utf-8")
    settings = load(config)
    stands_in = bench(settings)
    for device in stands_in:
        if device["kind"] == PAD and speed > SLOW_ENOUGH:
            # Two presses may be as close as repetitions there, so none is made: these lines lose nothing.
            device["resends"] = 0
    spec = parse_bench({"title": title, "devices": stands_in})
    return SimulatedHall(
        folder=folder,
        config=config,
        settings=settings,
        bench=spec,
        pads={window: pad for pad, window in settings.bindings.windows["pads"].items()},
        pad_places=dict(settings.bindings.devices["pads"]),
    )


def hardware(buses: Sequence[Sequence[str]], folder: Path, speed: float) -> list[DeviceSpec]:
    """A bus of strips and a bus of pads for each group of windows, and one printer."""
    slow = speed <= SLOW_ENOUGH
    baud = REAL_BAUD if slow else FAST_BAUD
    devices: list[DeviceSpec] = []
    for n, windows in enumerate(buses, 1):
        strips, pads = f"strips-{n}", f"pads-{n}"
        devices.append(
            DeviceSpec(
                strips,
                "aabb-strip",
                _line(folder / strips, baud),
                {
                    "screens": [
                        {"id": f"strip-{window}", "address": at, "cells": CELLS} for at, window in enumerate(windows, 1)
                    ],
                    "gap_ms": STRIP_GAP_MS if slow else max(2, round(STRIP_GAP_MS / speed)),
                },
            )
        )
        devices.append(
            DeviceSpec(
                pads,
                PAD,
                _line(folder / pads, baud),
                {
                    "pads": [{"id": f"pad-{window}", "address": at} for at, window in enumerate(windows, 1)],
                    "gap_ms": PAD_GAP_MS if slow else max(2, round(PAD_GAP_MS / speed)),
                    # At speed two confirms of one clerk come as close as a pad's repetitions do.
                    "dedupe_ms": DEDUPE_MS if slow else 0,
                    "half_duplex": False,
                },
            )
        )
    devices.append(
        DeviceSpec(
            PRINTER, "escpos-printer", _line(folder / PRINTER, FAST_BAUD), {"profile": "58mm", "cutter": "partial"}
        )
    )
    return devices


def _line(port: Path, baud: int) -> LineSpec:
    return LineSpec("serial", {"port": str(port), "baud": baud})
