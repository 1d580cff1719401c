"""F1: a short seed of the kills drill: at commit points under load and once at random, then right again with every
child killed."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.drills.disk_record import missing
from tests.drills.harness import Run
from tests.drills.kills import kills

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())

# Past what a start does, so that people are there.
FIRST = 60
KILLS = 3


def test_some_commit_points(tmp_path: Path) -> None:
    counted = kills(Run(13, tmp_path, time.monotonic() + 600), most=KILLS, first=FIRST)
    assert counted["kills"] == KILLS + 1
    assert counted["at a commit point"] == KILLS
    assert int(counted["children killed"]) >= 2
