"""A disk that lies: the newest events are gone, people hold their numbers. The hall says so and gives none twice."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from hall_daemon.domain import events as e
from tests.drills.invariants import assert_whole, happened
from tests.drills.stand import ROOT, Stand, wait_until

CANNOT_START = 5
SEEN_S = 10.0


def recover(stand: Stand, *words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "hall_daemon.cli", "recover", "--config", str(stand.config), "--data", str(stand.data),
         "--json", *words],
        cwd=ROOT, capture_output=True, timeout=60, check=False,
    )


def read(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""


def cut(stand: Stand, kept: Path) -> None:
    """The journal as it was when `kept` was copied."""
    for name in ("journal.db", "journal.db-wal", "journal.db-shm"):
        (stand.data / name).unlink(missing_ok=True)
    shutil.copy(kept, stand.data / "journal.db")


@pytest.mark.parametrize("witness", ["tip", "mqtt.seq"])
def test_a_lost_tail_is_seen_and_numbers_go_on_after_it(tmp_path: Path, witness: str) -> None:
    with Stand(tmp_path) as stand:
        kept = tmp_path / "kept.db"
        with stand.hall() as hall:
            hall.open()
            told = [hall.draw() for _ in range(3)]
            with sqlite3.connect(stand.data / "journal.db") as now, sqlite3.connect(kept) as copy:
                now.backup(copy)
            copy.close()
            now.close()
            told += [hall.draw() for _ in range(4)]
            wait_until(lambda: '"counts": {"a": 7}' in read(stand.data / "tip"), SEEN_S, "the tip")
            wait_until(lambda: int(read(stand.data / "mqtt.seq") or 0) >= 9, SEEN_S, "the bookmark")
        cut(stand, kept)
        for other in {"tip", "mqtt.seq", "promises.db", "snapshots/latest"} - {witness}:
            for file in (stand.data / other).parent.glob(f"{Path(other).name}*"):
                file.unlink()
        refused = stand.hall()
        refused.launch()
        assert refused.wait() == CANNOT_START
        (words,) = refused.said("events are lost")
        assert Path(witness).name in words
        assert "hall recover" in words
        given = recover(stand, "--given", "A007") if witness == "mqtt.seq" else recover(stand)
        assert given.returncode == 0, given.stderr
        assert json.loads(given.stdout)["highest"] == {"a": "A007"}
        with stand.hall() as hall:
            assert hall.draw() == "A008"
            assert hall.window("1", "call-next")["number"] == "A001"
        ((row, lost),) = happened(stand.data, e.EventsLost)
        assert (lost.counts, row.seq) == ({"a": 7}, lost.last + 1)
        again = recover(stand)
        assert (again.returncode, b"nothing is lost" in again.stderr) == (1, True)


def test_a_hall_that_lost_nothing_starts(tmp_path: Path) -> None:
    with Stand(tmp_path) as stand:
        with stand.hall() as hall:
            told = [hall.draw() for _ in range(3)]
            busy = recover(stand)
            assert busy.returncode == 3, "not beside a hall that runs"
            hall.kill()
        with stand.hall() as hall:
            told.append(hall.draw())
            assert_whole(stand, hall, told)
