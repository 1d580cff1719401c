"""The follower: the same hall as the core's, whatever was not handed over, and views that fail alone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence

import pytest

from hall_daemon.app import follower as follower_module
from hall_daemon.app.follower import Follower
from hall_daemon.app.record import Recorded
from hall_daemon.domain import commands as c
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment
from tests.hall_daemon.app.in_memory import HandClock, MemoryStore
from tests.hall_daemon.domain.halls import DAY, PlayedHall

WaitUntil = Callable[[Callable[[], object]], None]


def journal(tickets: int) -> tuple[MemoryStore, Hall]:
    """A store with a day of some drawn tickets, and the hall they make."""
    played = PlayedHall().open("1")
    for _ in range(tickets):
        played.draw()
    store = MemoryStore()
    store.append([Recorded(n, at.tick, at.wall, DAY, "test", event) for n, (at, event) in enumerate(played.log, 1)])
    return store, played.hall


class Watch:
    """A subscriber that keeps what it saw."""

    def __init__(self) -> None:
        self.seqs: list[int] = []
        self.sizes: list[int] = []

    def __call__(self, hall: Hall, batch: Sequence[Recorded], now: Moment) -> None:
        assert len(hall.tickets) == hall.counts.get("A", 0), "the hall after the batch"
        self.seqs += [row.seq for row in batch]
        self.sizes.append(len(batch))


class Rig:
    def __init__(self, tickets: int = 20) -> None:
        self.store, self.hall = journal(tickets)
        self.follower = Follower(Hall(), 0, self.store, HandClock())
        self.watch = Watch()
        self.follower.subscribe(self.watch)

    def hand_over(self, first: int, last: int) -> None:
        self.follower.hand_over(self.store.read(first, last))


@pytest.fixture
def rig() -> Iterator[Rig]:
    rig = Rig()
    yield rig
    rig.follower.stop()


def test_it_follows_in_order_and_its_hall_is_the_cores(rig: Rig) -> None:
    rig.follower.start()
    for n in range(1, rig.store.seq + 1):
        rig.hand_over(n, n)
    assert rig.follower.wait_for(rig.store.seq, 10)
    assert rig.follower.read(Hall.copy) == rig.hall
    rig.follower.stop()
    assert rig.watch.seqs == list(range(1, rig.store.seq + 1))


def test_a_gap_is_filled_from_the_journal_in_order(rig: Rig) -> None:
    rig.follower.start()
    rig.hand_over(1, 3)
    rig.hand_over(10, 12)
    assert rig.follower.wait_for(12, 10)
    assert rig.follower.read(lambda hall: len(hall.tickets)) == 10
    rig.follower.stop()
    assert rig.watch.seqs == list(range(1, 13))


def test_what_comes_again_is_not_applied_again(rig: Rig) -> None:
    rig.follower.start()
    rig.hand_over(1, 8)
    rig.hand_over(5, 10)
    rig.hand_over(1, 10)
    rig.follower.stop()
    assert rig.watch.seqs == list(range(1, 11))
    assert rig.follower.failures == 0


def test_it_never_steps_over_an_event_it_cannot_find(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    """It stays where it is, says so once, and goes on when the journal has it."""
    hidden, rig.store.rows = rig.store.rows, []
    looked = threading.Semaphore(0)
    after = rig.store.after

    def counted(seq: int, limit: int = 1000) -> list[Recorded]:
        looked.release()
        return after(seq, limit)

    rig.store.after = counted  # type: ignore[method-assign]
    rig.follower.start()
    rig.follower.hand_over(hidden[4:6])
    rig.follower.hand_over(hidden[6:8])
    assert looked.acquire(timeout=10)
    assert looked.acquire(timeout=10)
    assert rig.follower.seq == 0
    assert rig.watch.seqs == []
    rig.store.rows = hidden
    assert rig.follower.wait_for(8, 10), "it looked again by itself"
    rig.follower.stop()
    assert rig.watch.seqs == list(range(1, 9))
    assert [record.message for record in caplog.records] == [
        "follower stays at event 0", "follower goes on at event 8",
    ]


def test_left_out_batches_are_read_when_the_hall_falls_quiet(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody presses anything after the rush, and yet every view equals the journal (I5)."""
    monkeypatch.setattr(follower_module, "BACKLOG", 5)
    for n in range(1, rig.store.seq + 1):
        rig.hand_over(n, n)
    rig.follower.start()
    assert rig.follower.wait_for(rig.store.seq, 10)
    rig.follower.stop()
    assert rig.watch.seqs == list(range(1, rig.store.seq + 1))
    assert rig.follower.read(Hall.copy) == rig.hall


@pytest.mark.parametrize("size", [1, 2])
def test_a_rush_leaves_no_debt_behind(rig: Rig, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Handing over and working off meet on two threads: the count between them stays true."""
    monkeypatch.setattr(follower_module, "BACKLOG", 4)
    rig.follower.start()
    for n in range(size, rig.store.seq + 1, size):
        rig.hand_over(n - size + 1, n)
        assert rig.follower.wait_for(n, 10)
    assert max(rig.watch.sizes) == size, "each was handed over: none had to be looked up"


def test_a_view_that_fails_leaves_the_others_alone(caplog: pytest.LogCaptureFixture) -> None:
    rig = Rig()
    last = Watch()

    def broken(hall: Hall, batch: Sequence[Recorded], now: Moment) -> None:
        raise ZeroDivisionError

    rig.follower.subscribe(broken)
    rig.follower.subscribe(last)
    rig.follower.start()
    rig.hand_over(1, 4)
    rig.hand_over(5, 8)
    rig.follower.stop()
    assert last.seqs == rig.watch.seqs == list(range(1, 9))
    assert rig.follower.failures == 2
    assert "a view failed on events 1 to 4" in caplog.text


def test_a_slow_view_keeps_nobody_from_reading_or_handing_over(rig: Rig) -> None:
    """The replica is ahead of a view that takes its time."""
    busy, go_on = threading.Event(), threading.Event()

    def slow(hall: Hall, batch: Sequence[Recorded], now: Moment) -> None:
        busy.set()
        assert go_on.wait(10)

    rig.follower.subscribe(slow)
    rig.follower.start()
    rig.hand_over(1, 4)
    assert busy.wait(10)
    assert rig.follower.read(lambda hall: len(hall.tickets)) == 2
    assert [row.seq for row in rig.follower.events_after(2)] == [3, 4]
    rig.hand_over(5, 6)
    go_on.set()
    assert rig.follower.wait_for(6, 10)


def test_waiting_for_an_event_that_does_not_come_ends(rig: Rig) -> None:
    rig.follower.start()
    rig.hand_over(1, 4)
    assert rig.follower.wait_for(4, 10)
    assert not rig.follower.wait_for(5, 0.01)


@pytest.mark.parametrize("ring", [3, 5000])
@pytest.mark.parametrize(("after", "limit", "seqs"), [
    (0, 100, range(1, 16)), (0, 4, range(1, 5)), (13, 100, range(14, 16)), (12, 2, range(13, 15)),
    (15, 100, range(0)), (99, 100, range(0)),
])
def test_events_after_from_memory_or_the_journal(
    monkeypatch: pytest.MonkeyPatch, ring: int, after: int, limit: int, seqs: range
) -> None:
    """Also what it has not seen yet stays unseen: nobody reads ahead of the replica."""
    monkeypatch.setattr(follower_module, "RING", ring)
    rig = Rig()
    rig.follower.start()
    rig.hand_over(1, 15)
    rig.follower.stop()
    assert rig.store.seq == 22
    assert [row.seq for row in rig.follower.events_after(after, limit)] == list(seqs)


def test_after_a_restart_earlier_events_come_from_the_journal() -> None:
    store, hall = journal(20)
    follower = Follower(hall, store.seq, store, HandClock())
    assert [row.seq for row in follower.events_after(store.seq - 2)] == [store.seq - 1, store.seq]


def test_a_replica_that_lags_is_true_as_of_when_it_was_level(rig: Rig) -> None:
    """So that what is shown of it is seen to be old (I6)."""
    early, late, later = Moment(1, 1), Moment(2, 2), Moment(3, 3)
    assert rig.follower.true_at(early) == early
    rig.hand_over(1, 4)
    assert rig.follower.true_at(late) == early, "handed over and not followed yet"
    rig.follower.start()
    assert rig.follower.wait_for(4, 10)
    assert rig.follower.true_at(later) == later


def test_big_batches_reach_views_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """No view and no reader waits for a whole catch-up."""
    monkeypatch.setattr(follower_module, "CHUNK", 5)
    rig = Rig()
    rig.follower.start()
    rig.hand_over(12, rig.store.seq)
    rig.follower.stop()
    assert rig.watch.sizes == [5, 5, 1, 5, 5, 1]


def test_the_replica_is_its_own() -> None:
    """What the core goes on doing to its hall does not show before it was committed."""
    played = PlayedHall().open("1")
    follower = Follower(played.hall.copy(), len(played.log), MemoryStore(), HandClock())
    played.draw()
    played.do(c.CallNext("1"))
    assert follower.read(lambda hall: (len(hall.tickets), hall.window("1").ticket)) == (0, "")
