"""Several writers, one wait for the disk: what each is told is true, whatever becomes of the others."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from hall_daemon.adapters.storage.group_commit import GroupCommit, Pace
from hall_daemon.adapters.storage.sqlite import durable

# Nobody's turn comes by itself while a test runs, so a test says when.
NEVER = Pace(3600.0, 0, lambda: 0.0)
TABLES = """
PRAGMA foreign_keys = ON;
CREATE TABLE said (what TEXT PRIMARY KEY, after TEXT REFERENCES said DEFERRABLE INITIALLY DEFERRED);
CREATE TRIGGER broken BEFORE INSERT ON said WHEN NEW.what = 'broken' BEGIN SELECT RAISE(ROLLBACK, 'broken'); END;
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "group.db"


def opened(file: Path, pace: Pace) -> GroupCommit:
    conn = durable(file, 1.0)
    conn.executescript(TABLES)
    return GroupCommit(conn, pace)


@pytest.fixture
def group(file: Path) -> Iterator[GroupCommit]:
    with closing(opened(file, NEVER)) as made:
        yield made


@pytest.fixture
def crowd() -> Iterator[ThreadPoolExecutor]:
    made = ThreadPoolExecutor(4)
    yield made
    made.shutdown(wait=False)  # whoever still waits is done when the group is closed


def put(group: GroupCommit, what: str, after: str | None = None, *, at_once: bool = False) -> None:
    with group.writing(at_once=at_once) as conn:
        conn.execute("INSERT INTO said VALUES (?, ?)", (what, after))


def kept(file: Path) -> set[str]:
    """What a power cut now would leave."""
    with closing(sqlite3.connect(file)) as conn:
        return {row[0] for row in conn.execute("SELECT what FROM said")}


def written(group: GroupCommit) -> set[str]:
    """What a reader sees, durable or not."""
    with group.reading() as conn:
        return {row[0] for row in conn.execute("SELECT what FROM said")}


def waits(crowd: ThreadPoolExecutor, group: GroupCommit, what: str, after: str | None = None) -> Future[None]:
    """Somebody who has written, and waits until it is durable."""
    future = crowd.submit(put, group, what, after)
    while what not in written(group) and not future.done():
        threading.Event().wait(0.001)
    assert not future.done()
    return future


def test_without_a_pace_each_is_durable_when_its_block_ends(file: Path) -> None:
    with closing(opened(file, Pace())) as group:
        for what in "abc":
            put(group, what)
            assert what in kept(file)


def test_a_few_wait_for_nobody_then_commits_have_their_pace(file: Path, crowd: ThreadPoolExecutor) -> None:
    with closing(opened(file, Pace(3600.0, 3, lambda: 0.0))) as group:
        for what in "abc":
            put(group, what)
        assert kept(file) == set("abc")
        patient = waits(crowd, group, "d")
        assert kept(file) == set("abc")
    patient.result(60)
    assert kept(file) == set("abcd"), "whoever closes it keeps what was written"


def test_whoever_waits_for_nobody_is_durable_with_all_who_wait(
    group: GroupCommit, file: Path, crowd: ThreadPoolExecutor
) -> None:
    patient = [waits(crowd, group, what) for what in "ab"]
    assert kept(file) == set()
    put(group, "c", at_once=True)
    assert kept(file) == set("abc")
    assert [each.result(60) for each in patient] == [None, None]


def test_who_waited_goes_on_one_after_the_other(file: Path, crowd: ThreadPoolExecutor) -> None:
    on: list[float] = []

    def wait(what: str) -> None:
        put(group, what)
        on.append(time.monotonic())

    with closing(opened(file, NEVER._replace(apart_s=0.05))) as group:
        people = [crowd.submit(wait, what) for what in "abc"]
        while len(written(group)) < 3:
            threading.Event().wait(0.001)
        begun = time.monotonic()
        with group._door:  # whoever waits for nobody does not wait for these either
            put(group, "d", at_once=True)
        for each in people:
            each.result(60)
    assert all(at - begun >= 0.05 * place for place, at in enumerate(sorted(on), 1)), (begun, on)
    assert len(on) == 3


def test_the_turn_comes_by_itself_however_many_waited_for_nobody(file: Path, crowd: ThreadPoolExecutor) -> None:
    with closing(opened(file, Pace(0.2, 2, lambda: 0.0))) as group:
        for number in range(200):
            put(group, f"at once {number}", at_once=True)
        for future in [crowd.submit(put, group, what) for what in "abcd"]:
            future.result(20)
        assert kept(file) >= set("abcd")


def test_what_fails_takes_back_its_own_and_nothing_else(
    group: GroupCommit, file: Path, crowd: ThreadPoolExecutor
) -> None:
    patient = waits(crowd, group, "a")
    with pytest.raises(sqlite3.IntegrityError):
        put(group, "a")
    with pytest.raises(KeyError), group.writing():
        put(group, "b")
        raise KeyError("of the caller")
    put(group, "c", at_once=True)
    patient.result(60)
    assert kept(file) == set("ac")


def test_whoever_began_and_failed_leaves_nobody_waiting(group: GroupCommit, file: Path) -> None:
    with pytest.raises(KeyError), group.writing():
        raise KeyError("of the caller")
    with closing(sqlite3.connect(file, timeout=0)) as other:
        other.execute("INSERT INTO said VALUES ('of another process', NULL)")
        other.commit()
    assert kept(file) == {"of another process"}


def test_a_commit_that_fails_is_told_to_all_who_wait(group: GroupCommit, file: Path, crowd: ThreadPoolExecutor) -> None:
    patient = [waits(crowd, group, "a"), waits(crowd, group, "b", "somebody who is not there")]
    with pytest.raises(sqlite3.IntegrityError):
        put(group, "c", at_once=True)
    for each in patient:
        with pytest.raises(sqlite3.IntegrityError):
            each.result(60)
    assert kept(file) == set()
    put(group, "d", at_once=True)
    assert kept(file) == {"d"}


def test_where_sqlite_takes_all_back_all_are_told(group: GroupCommit, file: Path, crowd: ThreadPoolExecutor) -> None:
    patient = waits(crowd, group, "a")
    with pytest.raises(sqlite3.IntegrityError, match="broken"):
        put(group, "broken")
    with pytest.raises(sqlite3.IntegrityError, match="broken"):
        patient.result(60)
    put(group, "b", at_once=True)
    assert kept(file) == {"b"}


def test_what_comes_after_it_is_done_when_it_is_durable_and_never_else(
    group: GroupCommit, file: Path, crowd: ThreadPoolExecutor
) -> None:
    done: list[tuple[str, bool]] = []

    def put_then(what: str) -> None:
        with group.writing() as conn:
            conn.execute("INSERT INTO said VALUES (?, NULL)", (what,))
            group.then(lambda: done.append((what, what in kept(file))))

    with pytest.raises(KeyError), group.writing():
        put_then("taken back by who is around it")
        raise KeyError("of the caller")
    future = crowd.submit(put_then, "a")
    while not future.done():
        with group.settled() as conn:
            seen = {row[0] for row in conn.execute("SELECT what FROM said")}
            assert seen == kept(file), "all that is seen there would stay"
    assert done == [("a", True)]
