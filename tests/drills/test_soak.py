"""A short soak: no descriptor is gained, and a slope sees one that is."""

from __future__ import annotations

import time
from pathlib import Path

from tests.drills import soak
from tests.drills.harness import Run


def test_a_short_one(tmp_path: Path) -> None:
    counted = soak.attack(Run(1, tmp_path, time.monotonic() + 60), laps=12, tickets=240, streams=96, kills=2)
    assert (counted["tickets"], counted["streams"], counted["broker kills"]) == (240, 96, 2)


def test_a_leak_is_seen_and_a_warm_up_is_not() -> None:
    def samples(files: float, kb: float) -> list[soak.Sample]:
        warm = [soak.Sample(n, {"daemon": n * 500.0}, {"daemon": n * 3.0}) for n in range(10)]
        return warm + [soak.Sample(n, {"daemon": n * kb}, {"daemon": 30 + n * files}) for n in range(10, 30)]

    assert soak.gained(samples(1.0, 7.0), "files", "daemon") == (19.0, 19.0)
    assert soak.gained(samples(0.0, 7.0), "kb", "daemon")[0] == 7.0 * 19
    assert soak.gained(samples(0.0, 0.0), "files", "daemon")[0] == 0.0
