"""`hall recover`: a journal lost its newest events (a disk that lies, an old copy). Numbers go on after the highest
that is known, and an event says so. The hall must be stopped."""

from __future__ import annotations

import argparse
import json
import re
import sqlite3
from contextlib import closing

from hall_daemon.adapters.storage.data_folder import JOURNAL, SNAPSHOTS
from hall_daemon.adapters.storage.journal import Journal
from hall_daemon.adapters.storage.journal_reader import JournalError
from hall_daemon.adapters.storage.lock import FolderBusy, FolderLock
from hall_daemon.adapters.storage.snapshots import restore
from hall_daemon.adapters.storage.witnesses import forget, numbers_told, witnesses
from hall_daemon.app.record import Recorded
from hall_daemon.cli.errors import Failure
from hall_daemon.cli.places import add_data, data_dir, settings
from hall_daemon.domain.events import EventsLost
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Plan

BY = "tool:recover"
_NUMBER = re.compile(r"(.*?)(\d{1,6})")


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--given", action="append", default=[], metavar="NUMBER",
        help="the highest number that people hold of a queue, as A061, where you know more than the files",
    )
    add_data(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    plan, folder = settings(args).plan, data_dir(args)
    said = [_count(plan, number) for number in args.given]
    for number, found in zip(args.given, said, strict=True):
        if found is None:
            raise Failure(2, f"--given {number}: no queue of this hall gives such numbers")
    try:
        lock = FolderLock(folder)
    except FolderBusy as error:
        raise Failure(3, str(error)) from error
    try:
        with closing(Journal(folder / JOURNAL)) as journal, closing(journal.reader()) as reader:
            known = witnesses(folder, folder / SNAPSHOTS, journal.seq)
            if not known and not said:
                raise Failure(1, f"nothing is lost: the journal ends at event {journal.seq}, and nobody knows of more")
            last = journal.seq
            days = [witness.day for witness in known if witness.counts]
            forget_after = max([witness.seq for witness in known], default=last)
            hall, _ = restore(folder / SNAPSHOTS, reader, upto=last)
            day = max([hall.day, *days])
            counts = _highest(hall, day)
            told = (_count(plan, number) for number in numbers_told(folder, day))
            of_files = (pair for witness in known if witness.day == day for pair in witness.counts.items())
            for queue, count in (pair for pair in (*of_files, *told, *said) if pair is not None):
                counts[queue] = max(count, counts.get(queue, 0))
            event = EventsLost(last, forget_after, day, counts)
            moment = journal.last.moment if journal.last else None
            if moment is None:
                raise Failure(1, "the journal is empty: put its newest copy back")
            forget(folder, folder / SNAPSHOTS, last)
            journal.append([Recorded(last + 1, moment.tick, moment.wall, hall.day, BY, event)])
    except (JournalError, OSError, sqlite3.Error) as error:
        raise Failure(5, str(error)) from error
    finally:
        lock.release()
    highest = {queue: plan.queues[queue].number(count) for queue, count in counts.items() if queue in plan.queues}
    if args.json:
        print(json.dumps({"last": last, "known": forget_after, "day": day, "highest": highest}))
        return 0
    print(f"events {last + 1} to {forget_after} are lost; on {day} numbers go on after", end=" ")
    print(", ".join(highest.values()) or "none")
    print("who holds a number that the hall does not know any more draws a new one: tell them")
    return 0


def _highest(hall: Hall, day: str) -> dict[str, int]:
    return dict(hall.counts if day == hall.day else hall.given.get(day, {}))


def _count(plan: Plan, number: str) -> tuple[str, int] | None:
    """The queue of a number and the how-manieth it is."""
    found = _NUMBER.fullmatch(number)
    if found is None:
        return None
    prefix, count = found.group(1), int(found.group(2))
    queue = next((queue for queue in plan.queues.values() if queue.number(count) == number), None)
    if queue is None:
        queue = next((queue for queue in plan.queues.values() if queue.prefix == prefix), None)
    return (queue.id, count) if queue is not None else None
