"""A real daemon under load, recorded: over midnight, stopped, started, killed, started again."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from random import Random

from hall_daemon.adapters.storage.data_folder import JOURNAL
from hall_daemon.adapters.storage.journal_reader import JournalReader
from tests.drills.crowd import Crowd, Memory
from tests.drills.disk_record import environment, shim
from tests.drills.stand import ROOT, Stand, wait_until
from tests.drills.told import Lived

# Of the hall's clock. Midnight of the first run is under load.
RUNS = (("--at", "2026-11-24T23:59:{second:02d}"), ("--at", "2026-11-25T08:30:00"), ("--at", "2026-11-25T09:30:00"))
LOAD_S = 120.0
_PROVIDE = """
import pathlib, sys
from hall_daemon.rehearsal.credentials import crowd_credential
print(crowd_credential(pathlib.Path(sys.argv[1])))
"""


def record(folder: Path, chance: Random, requests_each: int) -> tuple[Stand, Path, Lived]:
    """Let a hall live in `folder` for about three times `requests_each` requests. Gives its stand (stopped), the record
    of its data folder and what it lived through."""
    folder.mkdir(parents=True)
    kept = folder / "record"
    memory = Memory()
    stand = Stand(folder)
    text = stand.config.read_text(encoding="utf-8")
    stand.config.write_text(text.replace("[data]", "[data]\nsnapshot_every = 100"), encoding="utf-8")
    env = environment(shim(folder), stand.data, kept)
    # By a program of its own, so that what it writes is recorded too.
    words = (sys.executable, "-c", _PROVIDE, str(stand.data))
    stand.credential = subprocess.run(words, env={**os.environ, **env}, cwd=ROOT, check=True, stdout=subprocess.PIPE,
        text=True, timeout=60).stdout.strip()
    with stand:
        for words in RUNS:
            second = chance.randint(53, 56)
            at = (word.format(second=second) for word in words)
            with stand.hall(*at, env=env) as hall, Crowd(hall, memory, chance) as crowd:
                wait_until(lambda crowd=crowd: crowd.asked >= requests_each, LOAD_S, "enough requests")
                if words == RUNS[0]:
                    wait_until(lambda hall=hall: hall.said("vault: wiped"), LOAD_S, "midnight")
                if words == RUNS[1]:
                    hall.kill()
    with closing(JournalReader(stand.data / JOURNAL)) as reader:
        rows = list(reader.all())
        hashes = [b"", *(reader.hash_at(row.seq) or b"" for row in rows)]
    return stand, kept, Lived(rows, hashes, memory.persons)
