"""F1: kill -9 of a hall under load at every commit point, one after the other, and at random; of its children too. And
every point between two operations on the disk, in process: what a killed hall leaves is what it had written."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from random import Random

from hall_daemon.adapters.storage.data_folder import JOURNAL, VAULT_KEY
from hall_daemon.adapters.storage.keys import load_keys
from hall_daemon.adapters.storage.past import book_of
from hall_daemon.adapters.storage.vault import Vault
from hall_daemon.domain import events as e
from tests.drills.applicants import Applicants, CaseMemory
from tests.drills.case_audit import assert_beside, assert_dossiers, assert_platform
from tests.drills.crowd import Crowd, Memory
from tests.drills.disk_record import environment, missing, shim
from tests.drills.harness import Counted, Drill, Run
from tests.drills.invariants import assert_sound, assert_whole, come_right, truth
from tests.drills.matter import city, laid_out, now_and_then
from tests.drills.power_loss import attack
from tests.drills.stand import PRINTER, Hall, Stand, wait_until
from tests.drills.told import Lived, Told, records_of

POINTS = 10_000
# So many kills on one data folder, then a new one: the first start is a place to die as well.
ON_ONE_FOLDER = 20
WHOLE_EVERY = 5
LOAD_S = 8.0
AT_RANDOM_S = 2.0
RIGHT_S = 60.0
SPEAKER = """
[devices.speaker]
kind = "speaker"
zones = [{ id = "hall", output = "alsa", device = "default" }]
"""
# Stands for aplay.
PLAYER = """#!/bin/sh
exec sleep 0.5
"""


class Victim:
    """A hall on one folder that is killed again and again."""

    def __init__(self, stand: Stand, built: Path, chance: Random) -> None:
        self._stand = stand
        self._shim = built
        self._chance = chance
        self._memory = Memory()
        self._cases = CaseMemory()
        self._starts = 0
        player = stand.folder / "bin" / "aplay"
        player.parent.mkdir()
        player.write_text(PLAYER)
        player.chmod(0o755)
        self._env = {"PATH": f"{player.parent}:{os.environ['PATH']}"}

    def _hall(self, **env: str) -> Hall:
        """A minute later than the last one: it is one day whenever the drill runs."""
        self._starts += 1
        at = f"2026-11-24T{9 + self._starts // 60:02d}:{self._starts % 60:02d}:00"
        return self._stand.hall("--at", at, env={**self._env, **env})

    @contextmanager
    def _people(self, hall: Hall) -> Iterator[Crowd]:
        """Kiosks and clerks, and an applicant with papers."""
        with Crowd(hall, self._memory, self._chance) as crowd, Applicants(hall, self._cases, self._chance):
            yield crowd

    def die_at(self, point: int) -> bool:
        """Whether it came to its commit point `point` under this load, and died there."""
        hall = self._hall(**environment(self._shim, self._stand.data, kill_at=point))
        hall.launch()
        with suppress(RuntimeError):
            hall.wait_ready()
            with self._people(hall), suppress(subprocess.TimeoutExpired):
                hall.process.wait(LOAD_S)
        # Its last words end a moment before it does.
        with suppress(subprocess.TimeoutExpired):
            hall.process.wait(1)
        came = hall.process.poll() is not None
        hall.kill()
        assert hall.code == -signal.SIGKILL, f"exit {hall.code}: {hall.said()}"
        self._assert_kept()
        return came

    def die_at_random(self) -> None:
        hall = self._hall()
        hall.launch()
        if self._chance.random() < 0.5:
            with suppress(subprocess.TimeoutExpired):
                hall.process.wait(self._chance.uniform(0, AT_RANDOM_S))
        else:
            hall.wait_ready()
            with self._people(hall), suppress(subprocess.TimeoutExpired):
                hall.process.wait(self._chance.uniform(0, AT_RANDOM_S))
                hall.kill()
        hall.kill()
        self._assert_kept()

    def come_right(self) -> tuple[int, float]:
        """Start, ask again what had no answer, lose all children under load, and be whole. How many children were
        killed, and how long the start took, in s."""
        began = time.monotonic()
        with self._hall() as hall:
            took = time.monotonic() - began
            self._memory.ask_again(hall)
            with self._people(hall) as crowd:
                wait_until(lambda: crowd.asked > 50, RIGHT_S, "load")
                killed = [child for child in hall.children() if kill(child)]
                self._stand.bench.fault(PRINTER, "unplug")
                wait_until(lambda: crowd.asked > 100, RIGHT_S, "load goes on")
                self._stand.bench.fault(PRINTER, "plug")
            assert not self._memory.unanswered, "the hall lives, and answers"
            come_right(lambda: [f"{k} {v}" for k, v in hall.health().items() if v.startswith("failing")], RIGHT_S)
            wait_until(lambda: hall.children("mosquitto"), RIGHT_S, "the broker is back")
            wait_until(
                lambda: all(slip.state != "pending" for slip in truth(self._stand.data).slips.values()),
                RIGHT_S, "every slip is settled",
            )
            assert_whole(self._stand, hall, list(self._memory.numbers.values()))
        self._assert_kept()
        return len(killed), took

    def _assert_kept(self) -> None:
        """On the disk, nobody running: I1 to I4, I8, I9, and persons as they were named."""
        data = self._stand.data
        if not (data / JOURNAL).exists():
            assert not self._memory.numbers
            return
        rows = assert_sound(data, self._stand.settings)
        given = {row.event.number for row in rows if isinstance(row.event, e.TicketIssued)}
        told = list(self._memory.numbers.values())
        assert len(set(told)) == len(told)
        assert set(told) <= given, f"lost: {sorted(set(told) - given)}"
        persons = self._memory.persons
        last = rows[-1].seq if rows else 0
        heard = Told(seq=last, named=set(persons))
        here, gone = Lived(rows, (), persons).persons(heard, last)
        with closing(Vault(data / "vault.db", load_keys(data / VAULT_KEY))) as vault:
            kept = {subject: (vault.get(subject) or {}).get("name") for subject in here}
            assert kept == here
            assert not gone & vault.subjects(), "wiped, and back"
        docket = book_of(data).docket
        wall = rows[-1].wall if rows else 0
        assert_dossiers(data, self._stand.settings, docket, wall, self._cases, self._cases.told)
        assert_platform(data, records_of(rows, docket), last)
        assert_beside(data, docket, self._stand.credential)


def kill(pid: int) -> bool:
    """kill -9; False for a process that is gone already."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
        return True
    return False


@contextmanager
def kept_if_wrong(folder: Path, run: Run) -> Iterator[None]:
    try:
        yield
    except Exception:
        shutil.copytree(folder / "data", run.folder.parent / f"found-{run.seed}-{folder.name}", dirs_exist_ok=True)
        raise


@contextmanager
def on_a_stand(folder: Path, built: Path, chance: Random) -> Iterator[Victim]:
    """With a matter of its own, and a platform that often fails."""
    tail = SPEAKER + laid_out(folder / "matter")
    with Stand(folder, tail=tail) as stand, city(stand, now_and_then(Random(chance.random()))):
        yield Victim(stand, built, chance)


def kills(run: Run, most: int = 1 << 60, first: int = 1) -> Counted:
    """Kill until the run is over, or `most` times, at commit points from the `first` on and at random times; every
    WHOLE_EVERY-th start may live, and must be right."""
    lacks = missing()
    assert not lacks, lacks
    counts: Counter[str] = Counter()
    starts: list[float] = []
    built = shim(run.folder)
    point, folders = first - 1, 0
    while folders == 0 or not (run.over or counts["kills"] >= most):
        folder = run.folder / f"hall-{folders}"
        folder.mkdir()
        chance = run.random("kills", folders)
        folders += 1
        with kept_if_wrong(folder, run), on_a_stand(folder, built, chance) as victim:
            last = min(ON_ONE_FOLDER, most)
            for turn in range(1, last + 1):
                point += 1
                came = victim.die_at(point)
                counts["kills"] += 1
                counts["at a commit point"] += came
                if turn % WHOLE_EVERY == 0 or turn == last:
                    victim.die_at_random()
                    counts["kills"] += 1
                    children, took = victim.come_right()
                    counts["children killed"] += children
                    starts.append(took)
                if run.over:
                    break
    worst = f"{max(starts):.2f} s" if starts else "none"
    return {"last commit point": point, **counts, "longest start": worst}


def everything(run: Run) -> Counted:
    """A third of the time for crash points in process, the rest for real kills."""
    crash_points = attack(
        Run(run.seed, run.folder, time.monotonic() + (run.until - time.monotonic()) / 3),
        models=("killed",), one_in=1, most=POINTS,
    )
    return {"crash points": crash_points["killed"], **kills(run)}


DRILL = Drill(
    name="kills",
    does="kill -9 at every commit point and at random, of children too",
    faults=("F1", "F12"),
    share=26,
    attack=everything,
)
