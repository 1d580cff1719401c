"""Short seeds of the drills that send and keep nonsense: each holds, and has tried something."""

from __future__ import annotations

from pathlib import Path

from tests.drills import fuzz_requests
from tests.drills.harness import Run


def test_requests(tmp_path: Path) -> None:
    counted = fuzz_requests.attack(Run(1, tmp_path, 0.0), examples=1, phases="coverage", connections=300)
    assert int(counted["requests staff"]) > 1000
    assert int(counted["requests public"]) > 100
    assert min(int(counted[what]) for what in ("served", "refused")) > 30
