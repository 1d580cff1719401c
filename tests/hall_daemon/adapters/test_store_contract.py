"""One suite over both stores: what the core and the follower may rely on, whatever lies underneath."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hall_daemon.adapters.storage.journal import Journal
from hall_daemon.app.record import KeyUse, Recorded
from hall_daemon.domain import events as e
from tests.hall_daemon.app.in_memory import MemoryStore


@pytest.fixture(params=["memory", "journal"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    if request.param == "memory":
        yield MemoryStore()
        return
    journal = Journal(tmp_path / "journal.db")
    yield journal
    journal.close()


def row(seq: int, staff: str = "ann") -> Recorded:
    return Recorded(seq, 1000 + seq, 2000 + seq, "2026-11-23", "test", e.WindowOpened("1", staff))


def test_a_new_store_is_empty(store: Any) -> None:
    assert (store.seq, store.read(1, 10), store.keys()) == (0, [], {})


def test_what_was_appended_is_read_back(store: Any) -> None:
    rows = [row(n, f"员工{n}") for n in range(1, 6)]
    store.append(rows[:2])
    store.append(rows[2:])
    assert store.seq == 5
    assert store.read(1, 5) == rows
    assert store.read(2, 3) == rows[1:3]
    assert store.read(4, 99) == rows[3:]
    assert store.read(3, 2) == []


def test_keys_come_with_their_events_and_alone(store: Any) -> None:
    store.append([row(1)], [("z", KeyUse("p", 1, 1))])
    store.append([], [("a", KeyUse("q", 2, 1))])
    assert store.seq == 1
    assert store.keys() == {"z": KeyUse("p", 1, 1), "a": KeyUse("q", 2, 1)}
    assert list(store.keys()) == ["z", "a"], "oldest first, not by name"


def test_forgetting_keys_by_age(store: Any) -> None:
    for n in range(1, 6):
        store.append([row(n)], [(f"k{9 - n}", KeyUse("p", n, n))])
    store.forget_keys(4)
    assert list(store.keys()) == ["k5", "k4"]
    assert store.seq == 5


def test_nothing_is_left_out_or_written_twice(store: Any) -> None:
    store.append([row(1), row(2)])
    for rows in ([row(4)], [row(2)]):
        with pytest.raises(Exception):  # noqa: B017 (each store its own; the core dies of any)
            store.append(rows)
    assert store.read(1, 9) == [row(1), row(2)]
