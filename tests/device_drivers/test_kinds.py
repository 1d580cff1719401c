"""What holds for every kind of device: it is registered, described, built, simulated, and says its bytes."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from device_drivers.lines.options import LINE_KINDS
from device_drivers.options import DeviceSpec, Environment, LineSpec, read_options
from device_drivers.ports import Role
from device_drivers.registry import KINDS, build_device
from device_drivers.simulators.bench import Bench
from device_drivers.simulators.bench_file import parse_bench
from device_drivers.simulators.server import page_html

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = sorted(path.parent.name for path in (ROOT / "device_drivers" / "kinds").glob("*/kind.py"))
# What the hall asks of a part, by its role.
ASKED: dict[Role, tuple[str, ...]] = {
    "screens": ("show", "screens"),
    "pads": ("display", "beep"),
    "printers": ("print", "status"),
    "zones": ("say", "withdraw"),
    "readers": ("want", "scan"),
    "machines": ("answer",),
}


def test_every_folder_is_a_kind_and_every_kind_a_folder() -> None:
    assert [name.replace("-", "_") for name in sorted(KINDS)] == FOLDERS


def test_whoever_writes_what_a_key_does_not_take_reads_what_it_does() -> None:
    """A pattern is for no person, so it has words."""

    def silent(schema: object) -> Iterator[object]:
        if isinstance(schema, dict) and "pattern" in schema and "description" not in schema:
            yield schema["pattern"]
        inside = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
        for each in inside:
            yield from silent(each)

    kinds = [*KINDS.values(), *LINE_KINDS.values()]
    assert [pattern for kind in kinds for pattern in silent(msgspec.json.schema(kind.options))] == []


def spec_of(kind: str) -> DeviceSpec:
    """The first device of the kind's page."""
    page = (ROOT / "docs" / "devices" / f"{kind}.md").read_text(encoding="utf-8")
    block = re.search(r"^```toml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert block is not None, "the page shows how it is configured"
    ((id_, table),) = tomllib.loads(block[1])["devices"].items()
    assert table.pop("kind") == kind
    line = table.pop("line", None)
    return DeviceSpec(id_, kind, line and LineSpec(line.pop("kind"), line), table)


@pytest.fixture(params=KINDS)
def spec(request: pytest.FixtureRequest) -> DeviceSpec:
    return spec_of(request.param)


def test_what_its_page_shows_is_built_and_can_be_asked_what_its_role_says(spec: DeviceSpec) -> None:
    kind = KINDS[spec.kind]
    driver = build_device(spec, Environment(lambda: 0.0, random.Random(1)))
    assert (driver.id, driver.health().kind, driver.health().state) == (spec.id, kind.name, "init")
    assert [call for role in kind.parts for call in ASKED[role] if not callable(getattr(driver, call))] == []
    parts = kind.part_ids(spec.id, read_options(kind.options, spec.options, spec.id))
    assert all(parts.values())
    assert kind.words.zh
    assert kind.words.en


def test_its_simulator_takes_what_stands_at_the_other_end(spec: DeviceSpec, tmp_path: Path) -> None:
    kind = KINDS[spec.kind]
    if kind.simulate is None:
        assert spec.line is None, "whoever has a wire has something at its other end"
        return
    options = read_options(kind.options, spec.options, spec.id)
    entry = {"id": spec.id, "kind": kind.name, **kind.simulate.stand_in(options, lambda part: f"at {part}")}
    bench = Bench(parse_bench({"devices": [entry]}), tmp_path / "lines")
    shown = bench.shown(spec.id)
    assert shown["words"] == kind.words._asdict()
    for role, ids in kind.part_ids(spec.id, options).items():
        if kind.parts[role]:
            assert [part["id"] for part in shown[role]] == list(ids)
    assert f"{shown['view']}: " in re.findall(r"var VIEWS = \{(.*)\};", page_html())[0], "the page can draw it"


def test_its_page_says_what_it_was_checked_against(spec: DeviceSpec) -> None:
    page = (ROOT / "docs" / "devices" / f"{spec.kind}.md").read_text(encoding="utf-8")
    card = re.search(r"^## Quality\n\n\|.*\|\n\|[-|]+\|\n((?:\|.+\|\n)+)", page, re.MULTILINE)
    assert card is not None, "a table of what was checked, against what"
    assert re.search("not yet|nothing yet|nobody|not tried", card[1]), "also what was not"


def test_formats_are_named_once() -> None:
    names = [codec.name for kind in KINDS.values() for codec in kind.codecs]
    assert len(names) == len(set(names))
