"""What a bench file may say, and that an error names the key."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from device_drivers.kinds.aabb_strip.simulator import ScreenSpec, StripBusSpec
from device_drivers.kinds.escpos_printer.simulator import PrinterSpec
from device_drivers.simulators.bench_file import BadBench, Link, parse_bench, read_bench

GOOD: dict[str, Any] = {
    "devices": [
        {"id": "strips", "kind": "aabb-strip", "pace_baud": 9600, "screens": [{"id": "s1", "address": 1}]},
        {"id": "pads", "kind": "ff68-pad", "pads": [{"id": "p1", "address": 1, "label": "一号"}]},
        {"id": "printer", "kind": "escpos-printer", "columns": 42, "ms_per_line": 30},
        {"id": "speaker", "kind": "voice", "anything": [1, 2]},
    ],
    "links": [{"label": "窗口工作台 Staff", "href": "http://127.0.0.1:8080/staff"}],
}


def test_a_file_becomes_values_with_defaults() -> None:
    spec = parse_bench(GOOD)
    strips, pads, printer = spec.devices
    assert strips == StripBusSpec(
        id="strips", kind="aabb-strip", pace_baud=9600, screens=(ScreenSpec(id="s1", address=1),)
    )
    assert pads.pace_baud is None
    assert printer == PrinterSpec(
        id="printer", kind="escpos-printer", pace_baud=None, columns=42, ms_per_line=30
    )
    assert spec.links == (Link(label="窗口工作台 Staff", href="http://127.0.0.1:8080/staff"),)


def test_a_device_without_a_simulator_is_named_and_left_out() -> None:
    assert parse_bench(GOOD).ignored == ("speaker",)


def test_the_pace_of_the_bench_holds_for_every_line() -> None:
    raw = copy.deepcopy(GOOD) | {"pace_baud": 19200}
    raw["devices"][0]["pace_baud"] = None
    assert [device.pace_baud for device in parse_bench(raw).devices] == [None, 19200, 19200]


def _strips(raw: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = raw["devices"][0]
    return found


MISTAKES: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (lambda raw: raw.update(devises=[]), "bench: Object contains unknown field `devises`"),
    (lambda raw: raw.pop("devices"), "bench: Object missing required field `devices`"),
    (lambda raw: raw.update(devices={}), r"bench\.devices: Expected `array`"),
    (lambda raw: raw.update(seed=-1), r"bench\.seed: Expected `int` >= 0"),
    (lambda raw: _strips(raw).update(chksum="text"), r"devices\[0\]: Object contains unknown field `chksum`"),
    (lambda raw: _strips(raw).update(checksum="xor"), r"devices\[0\]\.checksum: Invalid enum value 'xor'"),
    (lambda raw: _strips(raw).update(pace_baud=9601), r"devices\[0\]\.pace_baud: Invalid enum value 9601"),
    (lambda raw: _strips(raw).update(id="../x"), r"devices\[0\]\.id: Expected `str` matching regex"),
    (lambda raw: _strips(raw).update(screens=[]), r"devices\[0\]\.screens: Expected `array` of length >= 1"),
    (lambda raw: _strips(raw)["screens"][0].update(address=255), r"screens\[0\]\.address: Expected `int` <= 254"),
    (lambda raw: _strips(raw)["screens"][0].update(address=True), r"screens\[0\]\.address: Expected `int`, got `bool`"),
    (lambda raw: _strips(raw)["screens"].append({"id": "s2", "address": 1}), "two entries have address 1"),
    (lambda raw: _strips(raw).update(id="pads"), "devices: two entries have id 'pads'"),
    (lambda raw: raw["devices"][2].update(columns=8), r"devices\[2\]\.columns: Expected `int` >= 16"),
    (lambda raw: raw.update(timezone="Asia/Peking-Road"), r"bench\.timezone: expected a name of the tz database"),
    (lambda raw: raw.update(timezone=8), r"bench\.timezone: Expected `str`"),
    (lambda raw: raw.update(timezone="../etc/passwd"), r"bench\.timezone: expected a name of the tz database"),
    (lambda raw: raw["links"][0].update(href="javascript:alert(1)"), r"links\[0\]\.href: Expected `str`"),
    (lambda raw: raw["links"][0].update(label="\x1b[2J"), r"links\[0\]\.label: Expected `str` matching regex"),
]


@pytest.mark.parametrize(("spoil", "message"), MISTAKES)
def test_a_mistake_is_named_by_its_path(spoil: Callable[[dict[str, Any]], object], message: str) -> None:
    raw = copy.deepcopy(GOOD)
    spoil(raw)
    with pytest.raises(BadBench, match=message):
        parse_bench(raw)


def test_the_message_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "bench.json"
    path.write_text('{"devices": [', encoding="utf-8")
    with pytest.raises(BadBench, match=r"bench\.json: is not JSON"):
        read_bench(path)
    with pytest.raises(BadBench, match=r"none\.json: cannot be read: No such file"):
        read_bench(tmp_path / "none.json")
    path.write_text(json.dumps(GOOD), encoding="utf-8")
    assert len(read_bench(path).devices) == 3
