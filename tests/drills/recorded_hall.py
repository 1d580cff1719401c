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
from hall_daemon.adapters.storage.past import book_of
from tests.drills.applicants import STORIES, Applicants, CaseMemory
from tests.drills.case_audit import assert_sealed
from tests.drills.crowd import Crowd, Memory
from tests.drills.disk_record import environment, shim
from tests.drills.matter import city, laid_out, now_and_then
from tests.drills.stand import ROOT, Stand, wait_until
from tests.drills.told import Lived

# Of the hall's clock. Midnight of the first run is under load.
RUNS = (("--at", "2026-11-24T23:59:{second:02d}"), ("--at", "2026-11-25T08:30:00"), ("--at", "2026-11-25T09:30:00"))
LOAD_S = 240.0
# Beside so many requests of the crowd.
REQUESTS_A_STORY = 20
_PROVIDE = """
import pathlib, sys
from tests.drills.stand import crowd_credential
print(crowd_credential(pathlib.Path(sys.argv[1])))
"""


def record(folder: Path, chance: Random, requests_each: int) -> tuple[Stand, Path, Lived]:
    """Let a hall live in `folder` for about three times `requests_each` requests, and at least a story of an applicant
    each time. Gives its stand (stopped), the record of its data folder and what it lived through."""
    folder.mkdir(parents=True)
    kept = folder / "record"
    memory, cases = Memory(), CaseMemory()
    stand = Stand(folder, tail=laid_out(folder / "matter"))
    text = stand.config.read_text(encoding="utf-8")
    stand.config.write_text(text.replace("[data]", "[data]\nsnapshot_every = 100"), encoding="utf-8")
    (scratch := folder / "tmp").mkdir()
    env = {**environment(shim(folder), stand.data, kept), "TMPDIR": str(scratch)}
    # By a program of its own, so that what it writes is recorded too.
    words = (sys.executable, "-c", _PROVIDE, str(stand.data))
    stand.credential = subprocess.run(words, env={**os.environ, **env}, cwd=ROOT, check=True, stdout=subprocess.PIPE,
        text=True, timeout=60).stdout.strip()
    stories = max(1, requests_each // REQUESTS_A_STORY)
    with stand, city(stand, now_and_then(Random(chance.random()))):
        for words in RUNS:
            second = chance.randint(53, 56)
            at = (word.format(second=second) for word in words)
            with (
                stand.hall(*at, env=env) as hall,
                Applicants(hall, cases, Random(chance.random()), STORIES) as people,
            ):
                with Crowd(hall, memory, chance) as crowd:
                    wait_until(lambda crowd=crowd: crowd.asked >= requests_each, LOAD_S, "enough requests")
                    if words == RUNS[0]:
                        wait_until(lambda hall=hall: hall.said("vault: wiped"), LOAD_S, "midnight")
                    if words == RUNS[1]:
                        hall.kill()
                ends = stories if words == RUNS[0] else stories // 2
                wait_until(lambda p=people, h=hall, n=ends: p.done >= n or h.code, LOAD_S, "enough stories")
    with closing(JournalReader(stand.data / JOURNAL)) as reader:
        rows = list(reader.all())
        hashes = [b"", *(reader.hash_at(row.seq) or b"" for row in rows)]
    assert_sealed(kept, scratch, *(hall.log for hall in stand.halls))
    docket = book_of(stand.data).docket
    return stand, kept, Lived(rows, hashes, memory.persons, cases, docket, stand.credential)
