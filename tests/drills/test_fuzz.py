"""Short seeds of the drills that send and keep nonsense: each holds, and has tried something."""

from __future__ import annotations

import time
from pathlib import Path
from random import Random

from device_drivers.registry import PROTOCOLS
from tests.drills import fuzz_files, fuzz_frames, fuzz_requests
from tests.drills.harness import Run


def test_requests(tmp_path: Path) -> None:
    counted = fuzz_requests.attack(
        Run(1, tmp_path, 0.0), examples=1, phases="coverage", besides=fuzz_requests.SLOW, connections=300, slow=0
    )
    assert min(int(counted[f"requests {who}"]) for who in ("staff", "proven")) > 1000
    assert int(counted["requests public"]) > 30
    assert min(int(counted[what]) for what in ("served", "refused")) > 30


def test_frames(tmp_path: Path) -> None:
    counted = fuzz_frames.attack(Run(1, tmp_path, time.monotonic() + 60), full=4000)
    assert min(int(counted[name]) for name in PROTOCOLS) >= 4000


def test_presses_on_a_bad_line_that_nobody_made(tmp_path: Path) -> None:
    damaged, heard = fuzz_frames.false_presses(Random(68), 30_000)
    assert damaged > 20_000
    assert heard == 0


def test_files(tmp_path: Path) -> None:
    counted = fuzz_files.attack(Run(1, tmp_path, 0.0), configurations=100, damaged=24)
    assert int(counted["configurations refused"]) > 50
    assert {"stores harmless", "stores refused"} <= set(counted)
