"""F24: a data folder of e0209bb is opened, and the daemon is killed in the middle of whatever it changes first. The
next start finds everything, and an older folder is never half a newer one."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from hall_daemon.adapters.storage.journal_reader import JournalReader
from hall_daemon.domain import events as e
from tests.drills import disk_record
from tests.drills.invariants import happened
from tests.drills.stand import READY_WITHIN_S, ROOT, Stand

WRITTEN = ROOT / "tests" / "earlier" / "e0209bb"
ELEVEN = ("--at", "2026-11-23T11:00:00")
KILLS = 2
# So many moments before and after a commit point (disk_shim.c) a start has before it is ready, at least.
MOMENTS = 20


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    with Stand(tmp_path, mqtt="off") as stand:
        yield stand


def numbers(data: Path) -> list[str]:
    return [event.number for _, event in happened(data, e.TicketIssued)]


def people(data: Path) -> int:
    with closing(sqlite3.connect(data / "vault.db")) as vault:
        return int(vault.execute("SELECT count(*) FROM subjects").fetchone()[0])


def test_killed_while_it_takes_an_older_folder_over(stand: Stand, dice: Random) -> None:
    if lacks := disk_record.missing():
        pytest.skip(lacks)
    shim = disk_record.shim(stand.folder)
    given = numbers(WRITTEN)
    for at in dice.sample(range(1, MOMENTS + 1), KILLS):
        shutil.rmtree(stand.data, ignore_errors=True)
        shutil.copytree(WRITTEN, stand.data)
        stand.credential = ""  # what an earlier round was let in by went with its folder
        (stand.data / "vault.key").chmod(0o600)
        before = people(stand.data)
        killed = stand.hall(*ELEVEN, env=disk_record.environment(shim, stand.data, kill_at=at))
        killed.launch()
        assert killed.wait(READY_WITHIN_S) == -9, f"at moment {at}: {killed.said()}"
        with closing(JournalReader(stand.data / "journal.db")) as reader:
            assert reader.verify() is None
        with stand.hall(*ELEVEN) as again:
            assert numbers(stand.data)[: len(given)] == given
            assert people(stand.data) == before
            assert again.health()["vault"] == "ok"
            assert again.get("tickets/A007")["number"] == "A007"
        with closing(JournalReader(stand.data / "journal.db")) as reader:
            assert reader.verify() is None
