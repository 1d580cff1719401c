"""F2: what a power cut leaves of the disk, tens of thousands of times, opened by the code that a start runs.

A real daemon is recorded over a night (`recorded_hall`), its record is played onto a disk (`disk_image`), and at any
operation the power fails. Everything that had left the daemon by then must be there.
"""

from __future__ import annotations

import logging
import shutil
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from hall_daemon.adapters.accounts.store import AccountsError
from hall_daemon.adapters.dossiers.values import DossierError
from hall_daemon.adapters.storage.bookmarks import Bookmark
from hall_daemon.adapters.storage.data_folder import JOURNAL, PROMISES, SNAPSHOTS, VAULT_KEY
from hall_daemon.adapters.storage.journal import Journal
from hall_daemon.adapters.storage.journal_reader import JournalError
from hall_daemon.adapters.storage.keys import load_keys, read_keys
from hall_daemon.adapters.storage.lock import FolderLock
from hall_daemon.adapters.storage.outbox import Outbox
from hall_daemon.adapters.storage.snapshots import restore_book
from hall_daemon.adapters.storage.vault import Vault, VaultError
from hall_daemon.adapters.storage.vault_keeper import VaultKeeper
from hall_daemon.adapters.storage.witnesses import BOOKMARK, refuse_a_lost_tail
from hall_daemon.adapters.system.believed_wall import BelievedWall
from hall_daemon.adapters.system.clock import HallClock
from hall_daemon.adapters.waits.ledger import open_ledger
from hall_daemon.app.core import Core
from hall_daemon.app.record import Accepted, Answer, Request
from hall_daemon.config import Settings
from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.hall import Hall
from tests.drills.case_audit import assert_beside, assert_dossiers, assert_platform
from tests.drills.disk_image import Disk, Image, lay
from tests.drills.disk_record import Kind, Op, missing, read
from tests.drills.harness import Counted, Drill, Run
from tests.drills.recorded_hall import record
from tests.drills.told import Lived, Told
from tests.drills.wrong import KINDS, Wrong, insist

PROCESSES = 2
RECORD_FOR_S = 240.0
# Requests of a run of the recorded hall. Short journals open quickly, long ones have checkpoints under load.
REQUESTS = (20, 40, 80, 200)
# Of so many operations the power fails at one, in each pass over a record.
ONE_IN = 6
BLOCK = 64
STRICT_EACH = 2
FINDINGS = 20


@dataclass
class Found:
    """What a worker counted, and what it found wrong, in words."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Found) -> None:
        self.counts.update(other.counts)
        self.wrong.extend(other.wrong)


def start_again(folder: Path, settings: Settings, lived: Lived, told: Told) -> None:
    """Do what a start does with the data folder, then draw a number. Raises Wrong."""
    with ExitStack() as stack:
        try:
            stack.callback(FolderLock(folder).release)
            vault = stack.enter_context(closing(Vault(folder / "vault.db", load_keys(folder / VAULT_KEY))))
            journal = stack.enter_context(closing(Journal(folder / JOURNAL)))
            refuse_a_lost_tail(folder, folder / SNAPSHOTS, journal.seq)
            journal.begin_epoch()
            reader = stack.enter_context(closing(journal.reader()))
            broken = reader.verify()
            insist(broken is None, "corrupt", f"the chain: {broken}")
            last = journal.seq
            insist(last >= told.seq, "lost", f"the journal ends at event {last}, somebody heard of {told.seq}")
            insist(last == 0 or journal.tip == lived.hashes[last], "corrupt", f"event {last} is another one")
            gone = told.tickets - lived.drawn(last)
            insist(not gone, "lost", f"tickets {sorted(gone)}")
            book, seq = restore_book(folder / SNAPSHOTS, reader)
            hall = book.hall
            insist(seq == last, "corrupt", f"the hall is restored to event {seq} of {last}")
            _promises(folder, settings, last)
            _notes(folder, settings, journal)
            _persons(vault, partial(read_keys, folder / VAULT_KEY), lived, told, hall, last)
            wall = lived.rows[last - 1].wall if last else 0
            heard = told.cases(lived.cases, lived.put_away(last))
            assert_dossiers(folder, settings, book.docket, wall, lived.cases, heard)
            assert_platform(folder, lived.records, last)
            assert_beside(folder, book.docket, lived.credential if told.seq else "")
            _next_number(settings, journal, hall, lived)
        except (JournalError, VaultError, DossierError, AccountsError, sqlite3.Error, OSError, ValueError) as error:
            raise Wrong("corrupt", f"{type(error).__name__}: {error}") from error


def _promises(folder: Path, settings: Settings, last: int) -> None:
    with closing(open_ledger(folder / PROMISES, ZoneInfo(settings.plan.timezone))) as ledger:
        insist((ledger.seq or 0) <= last, "lost", f"promises know event {ledger.seq}, the journal {last}")
        ledger.begin(last)
        ledger.still_open()
    damaged = sorted(path.name for path in folder.glob(f"{PROMISES}*") if "damaged" in path.name)
    insist(not damaged, "corrupt", f"promises are set aside: {damaged}")


def _notes(folder: Path, settings: Settings, journal: Journal) -> None:
    """Bookmark and clock say something that was, or nothing."""
    acked = Outbox[int](journal.seq, Bookmark(folder / BOOKMARK)).acked_seq
    insist(0 <= acked <= journal.seq, "corrupt", f"the bookmark is at {acked}")
    BelievedWall(settings.plan.timezone, folder / "clock", journal.last.wall if journal.last else None)


def _persons(vault: Vault, key: Callable[[], bytes], lived: Lived, told: Told, hall: Hall, last: int) -> None:
    here, gone = lived.persons(told, last)
    for each in gone & vault.subjects():
        raise Wrong("wiped back", each)
    # The keeper's first look must not take anybody whose time is not over.
    named = frozenset(ticket.subject for ticket in hall.tickets.values() if ticket.subject)
    keeper = VaultKeeper(vault, lambda: named, key, time.monotonic)
    keeper.look(hall.day, lived.rows[last - 1].wall if last else 0)
    insist(vault.fits and not keeper.trouble, "corrupt", keeper.trouble)
    for subject, name in here.items():
        fields = vault.get(subject)
        insist(fields is not None and fields["name"] == name, "lost", f"person {subject} is {fields}")


def _next_number(settings: Settings, journal: Journal, hall: Hall, lived: Lived) -> None:
    """The next one follows the last that was given."""
    day, before = lived.day(journal.seq), lived.given(journal.seq)
    last = journal.last
    clock = HallClock(after=last.moment if last else None, begins_wall=last.wall if last else None)
    answers: list[Answer] = []
    core = Core(settings.plan, hall, journal, clock, keys=journal.keys())
    core.submit(Request(c.IssueTicket(services=("one",), token="x" * 24)), answers.append)
    core.step()
    (answer,) = answers
    insist(isinstance(answer, Accepted), "corrupt", f"no number: {answer}")
    assert isinstance(answer, Accepted)
    (drawn,) = [row.event for row in answer.events if isinstance(row.event, e.TicketIssued)]
    if drawn.day != day:  # this start is the one that turns it
        before = []
    insist(drawn.number == f"A{len(before) + 1:03d}", "twice", f"{drawn.number} after {before[-1:]}")


def images(disk: Disk, chance: Random, model: str) -> Iterator[Image]:
    """What `model` leaves: one image of *killed* and *ordered* each, some of *strict*."""
    if model == "killed":
        yield disk.ordered()
    elif model == "ordered":
        yield disk.ordered(chance)
    else:
        yield from (disk.strict(chance) for _ in range(STRICT_EACH))


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """Power cuts on one record. `models` in turn at each operation chosen; `most` images, and none begun after `until`
    (time.monotonic())."""

    settings: Settings
    kept: Path
    below: Path
    lived: Lived
    seed: str
    models: tuple[str, ...]
    one_in: int
    most: int
    until: float

    def passes(self, part: int) -> Found:
        """The share of process `part` of PROCESSES: passes over the record, each with other operations."""
        logging.disable(logging.CRITICAL)
        ops = list(read(self.kept))
        found = Found()
        number = 0
        with tempfile.TemporaryDirectory(prefix="images-", dir=memory()) as folder:
            while not self._over(found) and not (number and self.one_in == 1):
                self._pass(part, number, ops, Path(folder), found)
                number += 1
        return found

    def _over(self, found: Found) -> bool:
        wrong = len(found.wrong) >= FINDINGS
        return wrong or found.counts["images"] >= self.most or (time.monotonic() >= self.until and bool(found.counts))

    def _pass(self, part: int, number: int, ops: list[Op], folder: Path, found: Found) -> None:
        chance = Random(f"{self.seed}:{part}:{number}")
        disk, told = Disk(), Told()
        for at, op in enumerate(ops):
            news = told.hear(op)
            if op.kind == Kind.SAID and not news:
                continue
            if op.kind != Kind.SAID:
                disk.apply(op)
            # Whoever has the other parts of this pass has it in the next one.
            if (at // BLOCK + number) % PROCESSES != part or chance.random() * self.one_in >= 1:
                continue
            for model in self.models:
                for image in images(disk, chance, model):
                    if self._over(found):
                        return
                    self._try(image, folder / "disk", told, found, f"{model}, pass {part}:{number}, operation {at}")
                    found.counts[model] += 1

    def _try(self, image: Image, folder: Path, told: Told, found: Found, where: str) -> None:
        found.counts["images"] += 1
        folder.mkdir()
        try:
            lay(image, str(self.below.parent), folder)
            start_again(folder / self.below.name, self.settings, self.lived, told)
        except Wrong as wrong:
            found.counts[wrong.kind] += 1
            found.wrong.append(f"{where}: {wrong}")
        except Exception as error:  # noqa: BLE001  whatever it is, a start on this disk meets it
            found.counts["corrupt"] += 1
            found.wrong.append(f"{where}: {type(error).__name__}: {error}")
        finally:
            shutil.rmtree(folder)


def memory() -> Path | None:
    """Where files cost no disk."""
    shm = Path("/dev/shm")
    return shm if shm.is_dir() else None


def cut_power(attack: Attack) -> Found:
    """In PROCESSES of them, each with its part."""
    found = Found()
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        for part in pool.map(attack.passes, range(PROCESSES)):
            found.add(part)
    return found


def attack(run: Run, models: tuple[str, ...], one_in: int = ONE_IN, most: int = 1 << 60) -> Counted:
    """Record and attack until the run is over or there are `most` images. Raises AssertionError with what was found;
    the record stays beside the run's folder then."""
    lacks = missing()
    assert not lacks, lacks
    found = Found()
    records = 0
    while not found.wrong and found.counts["images"] < most and (not records or not run.over):
        folder = run.folder / f"record-{records}"
        stand, kept, lived = record(folder, run.random("record", records), REQUESTS[records % len(REQUESTS)])
        records += 1
        found.add(cut_power(Attack(
            settings=stand.settings, kept=kept, below=stand.data, lived=lived, seed=f"{run.seed}:{records}",
            models=models, one_in=one_in, most=-(-(most - found.counts["images"]) // PROCESSES),
            until=min(run.until, time.monotonic() + RECORD_FOR_S),
        )))
        if found.wrong:
            shutil.copytree(folder, run.folder.parent / f"found-{run.seed}-{records}", dirs_exist_ok=True)
        shutil.rmtree(folder)
    said = "; ".join(found.wrong[:FINDINGS])
    assert not found.wrong, f"{len(found.wrong)} of {found.counts['images']} images: {said}"
    return {"records": records, **{name: found.counts[name] for name in ("images", *models, *KINDS)}}


DRILL = Drill(
    name="power-loss",
    does="every image of the disk that a power cut could leave, opened by the code of a start",
    faults=("F2",),
    share=9,
    attack=partial(attack, models=("ordered", "strict")),
)
