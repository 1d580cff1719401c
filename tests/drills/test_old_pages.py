"""F18: old pages of the journal are damaged below a snapshot that is whole: a start does not see it, the proof does."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tests.drills.stand import Stand, wait_until

SAID_S = 30.0


def test_damage_below_the_snapshot_is_said(tmp_path: Path) -> None:
    with Stand(tmp_path, mqtt="off") as stand:
        with stand.hall() as hall:
            hall.draw()
            hall.draw()
        with sqlite3.connect(stand.data / "journal.db") as journal:
            journal.execute("UPDATE events SET wall = wall + 1 WHERE seq = 2")
        journal.close()
        with stand.hall() as hall:
            wait_until(lambda: hall.health()["journal"] != "ok", SAID_S, "the proof has found it")
            assert hall.health()["journal"].startswith("failing: the journal is damaged at event 2")
            assert len(hall.said("the journal is damaged at event 2")) == 1
