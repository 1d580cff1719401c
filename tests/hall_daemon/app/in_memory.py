"""What the tests of the core and the follower stand on: a store in memory that remembers, and a clock set by hand."""

from __future__ import annotations

from collections.abc import Sequence

from hall_daemon.app.record import Accepted, Answer, KeyUse, Recorded
from hall_daemon.domain.plan import Moment
from tests.hall_daemon.domain.halls import MIDNIGHT

DAY_MS = 86_400_000
NINE = MIDNIGHT + 9 * 3_600_000


class MemoryStore:
    """A journal without a disk. `happened` is shared with whoever wants to know in which order things went."""

    def __init__(self) -> None:
        self.seq = 0
        self.rows: list[Recorded] = []
        self.used: dict[str, KeyUse] = {}
        self.commits: list[int] = []
        self.happened: list[str] = []
        self.fails_with: Exception | None = None

    def append(self, rows: Sequence[Recorded], keys: Sequence[tuple[str, KeyUse]] = ()) -> None:
        if self.fails_with is not None:
            raise self.fails_with
        assert [row.seq for row in rows] == list(range(self.seq + 1, self.seq + 1 + len(rows)))
        self.rows += rows
        self.seq += len(rows)
        self.used.update(keys)
        self.commits.append(len(rows))
        self.happened.append("committed")

    def read(self, first_seq: int, last_seq: int) -> list[Recorded]:
        return self.rows[max(0, first_seq - 1) : last_seq]

    def after(self, seq: int, limit: int = 1000) -> list[Recorded]:
        return self.rows[seq : seq + limit]

    def keys(self) -> dict[str, KeyUse]:
        return dict(self.used)

    def can_write(self) -> bool:
        return self.fails_with is None

    def forget_keys(self, before_seq: int) -> None:
        if self.fails_with is not None:
            raise self.fails_with
        self.used = {key: use for key, use in self.used.items() if use.first_seq >= before_seq}


class HandClock:
    """Stands at nine o'clock of the domain tests' Monday until somebody moves it."""

    def __init__(self, wall: int = NINE) -> None:
        self.moment = Moment(1_000_000, wall)
        self.steps: list[int] = []

    def now(self) -> Moment:
        return self.moment

    def step(self) -> int:
        return self.steps.pop(0) if self.steps else 0

    def forward(self, seconds: float) -> None:
        ms = int(seconds * 1000)
        self.moment = Moment(self.moment.tick + ms, self.moment.wall + ms)

    def set_wall(self, wall: int) -> None:
        self.moment = Moment(self.moment.tick, wall)


def events_of(answer: Answer) -> list[object]:
    """The events of an answer that must be Accepted."""
    assert isinstance(answer, Accepted), answer
    return [row.event for row in answer.events]
