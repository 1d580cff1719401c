"""`hall recover`: after the highest number that anybody knows, and never beside a hall that runs."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from hall_daemon.adapters.storage.journal_reader import JournalReader
from hall_daemon.adapters.storage.lock import FolderLock
from hall_daemon.adapters.storage.witnesses import Tip
from hall_daemon.domain.events import EventsLost
from hall_daemon.domain.hall import Hall
from tests.hall_daemon.cli.words import hall

TUESDAY = "2026-11-24"


def recover(data: Path, config: Path, *words: str) -> tuple[str, ...]:
    return ("recover", "--data", str(data), "--config", str(config), *words)


def test_numbers_go_on_after_the_highest_that_anybody_knows(data: Path, config: Path) -> None:
    with closing(JournalReader(data / "journal.db")) as reader:
        last = reader.last_seq()
    Tip(data).save(Hall(day=TUESDAY, counts={"a": 9}), last + 8)
    said = hall(*recover(data, config, "--given", "A007", "--json"))
    assert said.json == {"last": last, "known": last + 8, "day": TUESDAY, "highest": {"a": "A009"}}
    with closing(JournalReader(data / "journal.db")) as reader:
        (lost,) = reader.after(last)
    assert lost.event == EventsLost(last, last + 8, TUESDAY, {"a": 9})
    again = hall(*recover(data, config))
    assert (again.code, "nothing is lost" in again.err) == (1, True)


def test_what_people_hold_counts_where_they_know_more_than_the_files(data: Path, config: Path) -> None:
    assert hall(*recover(data, config, "--given", "A061", "--json")).json["highest"] == {"a": "A061"}


def test_nothing_is_touched_beside_a_hall_that_runs(data: Path, config: Path) -> None:
    lock = FolderLock(data)
    said = hall(*recover(data, config, "--given", "A061"))
    lock.release()
    assert (said.code, "runs on" in said.err) == (3, True)
    assert not (data / "recover").exists()


def test_a_number_of_no_queue_is_refused(data: Path, config: Path) -> None:
    said = hall(*recover(data, config, "--given", "Z001"))
    assert (said.code, "no queue of this hall gives such numbers" in said.err) == (2, True)
