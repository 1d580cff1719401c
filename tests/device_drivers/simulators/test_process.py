"""`python -m device_drivers.simulators` as a process: ready, stopped, orphaned, refused."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

_WITHIN_S = 20
BENCH = {"devices": [{"id": "strips", "kind": "aabb-strip", "screens": [{"id": "s1", "address": 1}]}]}


@pytest.fixture
def bench_file(tmp_path: Path) -> Path:
    path = tmp_path / "bench.json"
    path.write_text(json.dumps(BENCH), encoding="utf-8")
    return path


def command(bench_file: Path, folder: Path, *more: str) -> list[str]:
    program = [sys.executable, "-m", "device_drivers.simulators"]
    return [*program, "--bench", str(bench_file), "--dir", str(folder), *more]


@contextmanager
def running(arguments: list[str]) -> Iterator[tuple[subprocess.Popen[bytes], dict[str, Any]]]:
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        assert process.stdout is not None
        assert select.select([process.stdout], [], [], _WITHIN_S)[0], "not ready in time"
        yield process, json.loads(process.stdout.readline())
    finally:
        process.kill()
        process.wait(_WITHIN_S)
        assert process.stdout is not None
        process.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_when_it_is_ready_and_leaves_nothing(bench_file: Path, tmp_path: Path, number: signal.Signals) -> None:
    folder = tmp_path / "lines"
    with running(command(bench_file, folder, "--fault", "strips:silence@0+99")) as (process, ready):
        assert ready["ready"] is True
        assert ready["lines"] == {"strips": str(folder / "strips")}
        assert (folder / "strips").is_char_device()
        page = requests.get(ready["http"] + "api/devices", timeout=_WITHIN_S).json()
        assert page["devices"][0]["faults"][0]["fault"] == "silence"
        process.send_signal(number)
        assert process.wait(_WITHIN_S) == 0
    assert not folder.exists()


def test_it_stops_when_its_parent_dies(bench_file: Path, tmp_path: Path) -> None:
    """A shell of ours starts it in the background and is killed; the pipe closes when the last one is gone."""
    folder = tmp_path / "lines"
    read_end, write_end = os.pipe()
    words = " ".join(f"'{word}'" for word in command(bench_file, folder))
    parent = subprocess.Popen(["/bin/sh", "-c", f"{words} & wait"], stdout=write_end, stderr=subprocess.DEVNULL)
    os.close(write_end)
    with os.fdopen(read_end) as output:
        assert select.select([output], [], [], _WITHIN_S)[0], "not ready in time"
        assert json.loads(output.readline())["ready"] is True
        parent.kill()
        parent.wait(_WITHIN_S)
        assert select.select([output], [], [], _WITHIN_S)[0], "still there"
        assert output.read() == ""
    assert not folder.exists()


@pytest.mark.parametrize(
    ("bench", "more", "code", "message"),
    [
        ({"devices": [{"id": "x"}]}, [], 2, "devices[0]: Object missing required field `kind`"),
        (BENCH, ["--fault", "strips"], 2, "for example strips:unplug@5+10"),
        (BENCH, ["--fault", "x:unplug"], 2, "no device 'x' on this bench"),
        (BENCH, ["--port", "99999"], 1, "port 99999 on 127.0.0.1 cannot be taken"),
        (BENCH, ["--dir", "/proc/no/such"], 1, "cannot be used as the folder of links"),
    ],
)
def test_what_cannot_start_says_why_on_stderr(
    tmp_path: Path, bench: object, more: list[str], code: int, message: str
) -> None:
    path = tmp_path / "bench.json"
    path.write_text(json.dumps(bench), encoding="utf-8")
    arguments = command(path, tmp_path / "lines", *more)
    ended = subprocess.run(arguments, capture_output=True, text=True, timeout=_WITHIN_S, check=False)
    assert ended.returncode == code
    assert ended.stdout == ""
    assert message in ended.stderr
    assert "Traceback" not in ended.stderr
