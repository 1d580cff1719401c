"""`hall test-device` with simulated devices at the other end of real lines."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from device_drivers.registry import KINDS
from device_drivers.simulators.bench import Bench
from device_drivers.simulators.bench_file import parse_bench
from hall_daemon.cli.test_device import _table, _words
from hall_daemon.cli.trials import TRIALS, Outcome
from hall_daemon.words.tables import tables
from tests.bench_watch import wait_for
from tests.hall_daemon.cli.recorded import HALL
from tests.hall_daemon.cli.words import Said, hall

BENCH = {"seed": 3, "devices": [
    {"id": "strips", "kind": "aabb-strip", "screens": [{"id": "s1", "address": 1}, {"id": "s2", "address": 2}]},
    {"id": "pads", "kind": "ff68-pad", "pads": [{"id": "p1", "address": 1}, {"id": "p2", "address": 2}]},
    {"id": "printer", "kind": "escpos-printer"},
]}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with Bench(parse_bench(BENCH), tmp_path / "lines") as running:
        yield running


@pytest.fixture
def ask(bench: Bench, tmp_path: Path) -> Callable[..., Said]:
    """`hall test-device` on a configuration whose lines are the bench's."""
    line = '{{ kind = "serial", port = "{}" }}'
    config = tmp_path / "hall.toml"
    head = HALL.partition("[devices.strips]")[0].replace('yes = ["one"]', 'yes = ["one"]\nzone = "none"')
    config.write_text(f"""{head}
[devices.strips]
kind = "aabb-strip"
line = {line.format(bench.link("strips"))}
screens = [{{ id = "s1", address = 1 }}, {{ id = "s2", address = 2 }}]

[devices.pads]
kind = "ff68-pad"
line = {line.format(bench.link("pads"))}
pads = [{{ id = "p1", address = 1 }}, {{ id = "p2", address = 2 }}]

[devices.printer]
kind = "escpos-printer"
line = {line.format(bench.link("printer"))}

[devices.away]
kind = "aabb-strip"
line = {line.format(tmp_path / "nothing")}
screens = [{{ id = "s9", address = 1 }}]

[devices.voice]
kind = "speaker"
zones = [{{ id = "none", output = "file", directory = "{tmp_path / 'heard'}" }}]
""", encoding="utf-8")
    (tmp_path / "data").mkdir()

    def run(name: str, *more: str) -> Said:
        return hall("test-device", name, "--config", str(config), "--data", str(tmp_path / "data"), *more)

    return run


def test_a_picture_goes_to_every_screen(bench: Bench, ask: Callable[..., Said]) -> None:
    said = ask("strips", "--json")
    assert said.code == 0, said
    assert [part["part"] for part in said.json["parts"]] == ["s1", "s2"]
    assert wait_for(bench, lambda bench: [each["text"] for each in bench.shown("strips")["screens"]]
        == ["测试1 8888", "测试2 8888"])
    assert "A/B" in said.json["parts"][0]["do"]["zh"]
    assert "s1, s2" in said.err


def test_a_slip_is_printed_and_what_keeps_it_is_said_in_the_words_of_its_kind(
    bench: Bench, ask: Callable[..., Said]
) -> None:
    said = ask("printer")
    assert (said.code, "打印机确认已打印" in said.out) == (0, True), said
    assert wait_for(bench, lambda bench: len(bench.shown("printer")["slips"]) == 1)
    bench.fault("printer", "paper_out")
    said = ask("printer", "--json")
    assert said.code == 1
    assert "缺纸" in said.json["parts"][0]["found"]["zh"]
    assert "new roll" in said.json["parts"][0]["do"]["en"]


def test_a_press_is_waited_for_on_every_pad(bench: Bench, ask: Callable[..., Said]) -> None:
    heard: dict[str, Said] = {}
    trying = threading.Thread(target=lambda: heard.update(said=ask("pads", "--wait", "20", "--json")))
    trying.start()
    assert wait_for(bench, lambda bench: [pad["display"] for pad in bench.shown("pads")["pads"]] == ["088888"] * 2, 10)
    bench.press("pads", "p2", "call")
    bench.press("pads", "p1", "recall")
    trying.join(20)
    said = heard["said"]
    assert said.code == 0, said
    assert {part["part"]: part["found"]["en"] for part in said.json["parts"]} == {
        "p1": "the key recall came", "p2": "the key call came",
    }


def test_a_pad_that_nobody_presses_says_what_to_check(ask: Callable[..., Said]) -> None:
    said = ask("pads", "--wait", "0.3")
    assert said.code == 1
    assert said.out.count("no press came → check address") == 2


def test_a_sentence_is_said_in_every_zone(ask: Callable[..., Said], tmp_path: Path) -> None:
    said = ask("voice", "--json")
    assert said.code == 0, said
    assert len(list((tmp_path / "heard").glob("*.wav"))) == 1


def test_a_line_that_is_not_there_is_said_in_words(
    ask: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hall_daemon.cli.test_device._OPENS_WITHIN_S", 0.2)
    said = ask("away", "--json")
    assert said.code == 1
    assert (said.json["code"], said.json["parts"][0]["do"]["zh"]) == ("port_missing", "请检查电源和连接线")


@contextmanager
def held(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def test_what_the_hall_has_is_left_alone(ask: Callable[..., Said], bench: Bench, tmp_path: Path) -> None:
    with held(tmp_path / "data/lock"):
        said = ask("strips")
    assert said.code == 3
    assert f"process {os.getpid()}" in said.err
    assert [each["text"] for each in bench.shown("strips")["screens"]] == [None, None]
    assert ask("strips").code == 0


def test_another_program_on_the_port_is_named(ask: Callable[..., Said], bench: Bench) -> None:
    code = f"import sys; f = open({str(bench.link('strips'))!r}, 'rb', 0); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline()
        said = ask("strips")
        other.stdin.close()
    assert said.code == 3
    assert f"process {other.pid} (python" in said.err


def test_what_cannot_be_asked_for_is_refused(ask: Callable[..., Said]) -> None:
    assert "there are strips, pads, printer, away, voice" in ask("nobody").err
    assert ask("strips", "--wait", "0").code == 2


def test_every_role_of_every_kind_has_words_and_a_role_that_is_new_is_listened_to() -> None:
    roles = {role for kind in KINDS.values() for role in kind.parts}
    asked: dict[str, Any] = {role: tables().text(f"trial.{_table(role)}.ask") for role in (*roles, "new")}
    assert asked["new"]["en"].startswith("use the device once")
    assert set(TRIALS) <= roles
    assert json.dumps(asked)


def test_only_what_hangs_on_a_pair_of_wires_is_looked_at_for_swapped_ones() -> None:
    for kind, role, code in (("mqtt-button", "pads", "silent"), ("huidu", "screens", "sent")):
        assert "A and B" not in _words(KINDS[kind], role, Outcome("x", False, code, {}))[1]["en"]
    assert "A and B" in _words(KINDS["ff68-pad"], "pads", Outcome("x", False, "silent", {}))[1]["en"]
