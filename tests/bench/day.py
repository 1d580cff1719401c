"""A generated day through the live hall at full speed: simulated seconds per second."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.bench.table import Figure

SPEED = 3000


def run(folder: Path) -> list[Figure]:
    words = [sys.executable, "-m", "hall_daemon.cli", "replay", "--speed", str(SPEED), "--data", str(folder / "day")]
    done = subprocess.run([*words, "--json"], stdout=subprocess.PIPE, text=True, timeout=900, check=False)
    result = json.loads(done.stdout)
    wrong = result["lost"] + result["duplicates"] + result["screens_wrong"]
    return [
        Figure("a generated day, live", result["speed_reached"], "simulated s/s", f"{SPEED} asked", None, "",
               f"{result['tickets']} tickets in {result['wall_s']:.0f} s"),
        Figure("lost, twice or shown wrong after that day", wrong, "", "", None, "<= 0"),
    ]
