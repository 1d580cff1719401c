"""Events on their way out: none is left out, whatever is lost, and a bookmark goes on after a restart."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall_daemon.adapters.storage.bookmarks import Bookmark
from hall_daemon.adapters.storage.outbox import OLDEST_EVENTS, UNDER_WAY, Outbox
from hall_daemon.app.record import Recorded
from hall_daemon.domain.events import ClockStepped


class Journal:
    def __init__(self, count: int) -> None:
        self.rows = [Recorded(n, n, n, "2026-11-23", "", ClockStepped(n)) for n in range(1, count + 1)]

    def after(self, seq: int, limit: int) -> list[Recorded]:
        return self.rows[seq : seq + limit]


def test_events_wait_in_the_journal_and_not_in_memory() -> None:
    journal, outbox = Journal(UNDER_WAY + 50), Outbox[int](0)
    first = outbox.take(journal.after)
    assert len(first) == UNDER_WAY
    for row in first:
        outbox.sent(row.seq, row.seq)
    assert len(outbox.take(journal.after)) == 0
    assert outbox.acked(1)  # room again, and more waits
    assert [row.seq for row in outbox.take(journal.after)] == [UNDER_WAY + 1]
    assert not outbox.settled


def test_events_go_on_after_the_last_that_surely_arrived() -> None:
    journal, outbox = Journal(5), Outbox[int](1)
    for mid, row in enumerate(outbox.take(journal.after), 100):
        outbox.sent(row.seq, mid)
    outbox.acked(102)  # seq 4, out of order
    outbox.acked(100)  # seq 2
    assert outbox.acked_seq == 2
    outbox.lost()
    assert [row.seq for row in outbox.take(journal.after)] == [3, 4, 5]
    assert not outbox.acked(101)


@given(st.lists(st.sampled_from(["take", "ack", "lose", "record"]), max_size=200), st.integers(0, 2**32))
def test_no_event_is_ever_left_out(steps: list[str], seed: int) -> None:
    random, journal, outbox = Random(seed), Journal(3), Outbox[int](0)
    arrived: list[int] = []
    under_way: list[tuple[int, int]] = []
    mid = 0
    for step in [*steps, "take"]:
        if step == "record":
            journal = Journal(len(journal.rows) + 1)
        elif step == "take":
            for row in outbox.take(journal.after):
                mid += 1
                outbox.sent(row.seq, mid)
                under_way.append((mid, row.seq))
        elif step == "lose":
            outbox.lost()
            under_way.clear()
        elif under_way:
            acked, seq = under_way.pop(random.randrange(len(under_way)))
            arrived.append(seq)
            outbox.acked(acked)
        assert set(range(1, outbox.acked_seq + 1)) <= set(arrived)
    for acked, seq in under_way:
        arrived.append(seq)
        outbox.acked(acked)
    assert outbox.settled
    assert set(arrived) == set(range(1, len(journal.rows) + 1))


@pytest.mark.parametrize(("kept", "last", "begins"), [
    (None, 40, 40), ("12", 40, 12), ("90", 40, 40), ("torn", 40, 0), ("7", 7 + OLDEST_EVENTS + 3, 10),
])
def test_it_goes_on_where_its_bookmark_is(tmp_path: Path, kept: str | None, last: int, begins: int) -> None:
    path = tmp_path / "webhook.seq"
    if kept is not None:
        path.write_text(kept)
    assert Outbox[str](last, Bookmark(path)).acked_seq == begins


def test_a_key_may_be_whatever_an_acknowledgement_names(tmp_path: Path) -> None:
    path, journal = tmp_path / "webhook.seq", Journal(3)
    outbox = Outbox[str](0, Bookmark(path))
    for row in outbox.take(journal.after):
        outbox.sent(row.seq, f"msg_{row.seq}")
    outbox.acked("msg_1")
    outbox.acked("msg_3")
    outbox.save()
    again = Outbox[str](3, Bookmark(path))
    assert [row.seq for row in again.take(journal.after)] == [2, 3], "at least once, in order"
