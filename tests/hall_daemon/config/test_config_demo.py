"""The shipped hall on simulated devices, and halls that the program writes itself."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path

import pytest

from device_drivers.options import DeviceSpec, LineSpec
from device_drivers.simulators.bench_file import parse_bench
from hall_daemon.config import Settings, bench, load, render, render_hall, simulated
from hall_daemon.domain.plan import ALWAYS, ClassRule, Hours, Plan, Policy, Queue, Service, Window
from hall_daemon.words.text import text
from tests.conftest import ROOT

PORTS = {"http": 1111, "public": 2222, "mqtt": 3333}
LINES = ("strips", "pads", "printer-1", "cards-1", "codes-1")


@pytest.fixture
def shipped() -> Settings:
    return load(ROOT / "config" / "hall.toml")


def test_simulated_lines_data_and_ports(shipped: Settings, tmp_path: Path) -> None:
    demo = simulated(shipped, tmp_path, PORTS)
    assert demo.data_dir == tmp_path
    assert (demo.http.port, demo.public.port, demo.mqtt.port) == (1111, 2222, 3333)
    ports = {spec.id: spec.line.options["port"] for spec in demo.devices if spec.line is not None}
    assert ports == {name: str(tmp_path / "devices" / name) for name in LINES}
    assert [spec.options for spec in demo.devices] == [spec.options for spec in shipped.devices]
    assert demo.plan.windows.keys() == shipped.plan.windows.keys()


def test_simulated_hall_open_at_any_hour(shipped: Settings, tmp_path: Path) -> None:
    demo = simulated(shipped, tmp_path, PORTS)
    assert demo.plan.hours == ALWAYS
    # A hurried crowd fills a day like a week, and is there at night and on Sundays.
    assert demo.plan.daily_cap is None
    assert {(one.daily_cap, one.stop_issuing_min) for one in demo.plan.services.values()} == {(None, None)}
    assert {window.shifts for window in demo.plan.windows.values()} == {()}
    assert demo.plan.services.keys() == shipped.plan.services.keys()
    assert [window.skills for window in demo.plan.windows.values()] == [
        window.skills for window in shipped.plan.windows.values()
    ]


def test_a_network_printer_is_simulated_on_a_pty(shipped: Settings, tmp_path: Path) -> None:
    printer = DeviceSpec("p", "escpos-printer", LineSpec("tcp", {"host": "10.0.0.1", "port": 9100}), {})
    (spec,) = simulated(dataclasses.replace(shipped, devices=(printer,)), tmp_path, PORTS).devices
    assert spec.line is not None
    assert (spec.line.kind, spec.line.options["port"]) == ("serial", str(tmp_path / "devices" / "p"))


def test_an_external_broker_is_not_touched_by_a_demo(shipped: Settings, tmp_path: Path) -> None:
    text = render(shipped).replace('mode = "supervised"', 'mode = "external"').replace('ca_file = ""', 'ca_file = "ca"')
    external = load_text(tmp_path, text)
    assert (external.mqtt.mode, external.mqtt.ca_file) == ("external", str(tmp_path / "ca"))
    demo = simulated(external, tmp_path, PORTS)
    assert (demo.mqtt.mode, demo.mqtt.host, demo.mqtt.ca_file) == ("supervised", "127.0.0.1", "")


def load_text(folder: Path, text: str) -> Settings:
    path = folder / "hall.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def test_the_bench_is_one_that_the_simulators_take(shipped: Settings) -> None:
    spec = parse_bench({"devices": bench(shipped)})
    assert [(device.id, device.kind) for device in spec.devices] == [
        ("strips", "aabb-strip"),
        ("pads", "ff68-pad"),
        ("printer-1", "escpos-printer"),
        ("cards-1", "sam-reader"),
        ("codes-1", "gm65-scanner"),
    ]
    assert spec.devices[0].screens[1].label == "2号窗口"  # type: ignore[union-attr]
    assert spec.devices[2].columns == 32  # type: ignore[union-attr]


def test_settings_written_and_read_are_the_same(shipped: Settings, tmp_path: Path) -> None:
    demo = simulated(shipped, tmp_path / "var", PORTS)
    again = load_text(tmp_path, render(demo))
    assert dataclasses.replace(again, path=demo.path) == demo


def big_plan() -> Plan:
    """As `hall replay` makes them: dozens of services and windows, odd names, every key away from its default."""
    services = {
        f"s{n}": Service(
            id=f"s{n}",
            name=text(f'事项"{n}"\\', f"Matter\t{n}"),
            queue=f"q{n % 5}",
            expected_s=60 + n,
            daily_cap=n + 1,
            stop_issuing_min=n % 30,
        )
        for n in range(40)
    }
    ids = list(services)
    windows = {
        str(n): Window(
            str(n),
            f"{n}",
            {ids[n]: "first", ids[(n + 1) % 40]: "yes", ids[(n + 2) % 40]: "idle", ids[(n + 3) % 40]: "never"},
            "hall" if n % 2 else "upstairs",
        )
        for n in range(40)
    }
    return Plan(
        id="warsaw_a",
        name=text("华沙", "Warsaw"),
        timezone="Europe/Warsaw",
        queues={f"q{n}": Queue(f"q{n}", text("队", "Row"), "ABCDE"[n], 4, 100) for n in range(5)},
        services=services,
        windows=windows,
        hours=Hours((((480, 1440),),) * 5 + ((),) * 2, {date(2024, 5, 1): (), date(2024, 5, 4): ((0, 1),)}, 5),
        policy=Policy(classes=(ClassRule("ordinary", text("普通", "Ordinary"), 3),), no_show_s=90, undo_s=0),
        daily_cap=5000,
        priority_reasons={"a": text("甲", "A")},
        pick_reasons={"b": text("乙", "B")},
        pause_reasons={"c": text("丙", "C")},
    )


@pytest.mark.parametrize("plan", [big_plan(), dataclasses.replace(big_plan(), hours=ALWAYS, daily_cap=None)])
def test_a_generated_hall_loads_to_an_equal_plan(plan: Plan, tmp_path: Path) -> None:
    strips = DeviceSpec(
        "strips",
        "aabb-strip",
        LineSpec("serial", {"port": "/dev/pts/x", "baud": 9600}),
        {"screens": [{"id": f"strip-{n}", "address": n, "cells": 8} for n in range(40)]},
    )
    text = render_hall(
        plan,
        devices=[strips],
        parts={"screens": {f"strip-{n}": str(n) for n in range(40)}},
        sections={"http": {"port": 9000}, "kiosks": {"k": {"language": "en"}}},
    )
    settings = load_text(tmp_path, text)
    assert settings.plan == plan
    assert list(settings.plan.services) == list(plan.services)
    assert settings.devices == (strips,)
    assert settings.bindings.windows["screens"] == {f"strip-{n}": str(n) for n in range(40)}
    assert settings.kiosks["k"].language == "en"
    assert settings.http.port == 9000
