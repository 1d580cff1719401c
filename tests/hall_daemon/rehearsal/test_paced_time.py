"""Time that waits: never past its limit, never backwards, the same for every reader."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from hall_daemon.adapters.system.replay_clock import PacedTime, TimeKeeper
from hall_daemon.rehearsal.agenda import SLACK_S, Agenda

BEGINS_S = 1_579_500_000.0


class Monotonic:
    def __init__(self) -> None:
        self.now_s = 50.0

    def __call__(self) -> float:
        return self.now_s


class Both:
    """Keeper and reader of one file, by one clock that a test turns."""

    def __init__(self, folder: Path) -> None:
        self.mono = Monotonic()
        self.keeper = TimeKeeper(folder / "time", BEGINS_S, 600.0, monotonic=self.mono)
        self.reader = PacedTime(folder / "time", monotonic=self.mono)

    def later(self, real_s: float) -> float:
        self.mono.now_s += real_s
        return self.reader.seconds() - BEGINS_S


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Both]:
    time = Both(tmp_path)
    yield time
    time.keeper.close()
    time.reader.close()


def test_it_stands_until_it_is_allowed_to_run(both: Both) -> None:
    assert both.later(10) == 0.0
    both.keeper.allow(BEGINS_S + 100)

    assert both.later(0.1) == pytest.approx(60)
    assert both.later(0.1) == 100
    assert both.later(60) == 100


def test_it_goes_on_from_its_limit_without_a_leap(both: Both) -> None:
    both.keeper.allow(BEGINS_S + 30)
    assert both.later(3600) == 30
    both.keeper.allow(math.inf)

    assert both.later(0) == 30
    assert both.later(1) == pytest.approx(630)


def test_it_never_runs_backwards(both: Both) -> None:
    dice = Random(4)
    before_s = 0.0
    for _ in range(2000):
        both.keeper.allow(BEGINS_S + before_s + dice.uniform(-50, 200))
        now_s = both.later(dice.choice((0.0, 0.001, 0.1)))
        assert now_s >= before_s
        assert both.keeper.seconds() == both.reader.seconds()
        before_s = now_s


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"12345")

    with pytest.raises(ValueError, match="no file of paced time"):
        PacedTime(tmp_path / "other")
    with pytest.raises(FileNotFoundError):
        PacedTime(tmp_path / "none")


def test_the_agenda_lets_time_run_to_what_is_due_and_no_further(both: Both) -> None:
    agenda = Agenda(both.keeper)
    done: list[str] = []
    agenda.at(BEGINS_S + 60, lambda: done.append("second"))
    agenda.at(BEGINS_S + 30, lambda: done.append("first"))

    agenda.work()
    assert both.later(10) == 30 + SLACK_S
    agenda.work()
    assert done == ["first"]
    assert agenda.latest_s == SLACK_S
    assert both.later(10) == 60 + SLACK_S


def test_time_stands_while_the_crowd_decides(both: Both) -> None:
    """An answer is in, something else is planned first, and only then what follows from the answer."""
    agenda = Agenda(both.keeper)
    agenda.owe("an answer")
    answered_s = BEGINS_S + both.later(0.01)
    with agenda.standing():
        agenda.settle("an answer")
        agenda.at(BEGINS_S + 3600, lambda: None)
        assert both.later(10) == pytest.approx(answered_s - BEGINS_S)
        agenda.at(answered_s + 1, lambda: None)

    assert both.later(10) == pytest.approx(answered_s - BEGINS_S + 1 + SLACK_S)
    agenda.work()
    assert agenda.latest_s == pytest.approx(SLACK_S)


def test_what_is_owed_holds_time_until_it_is_settled(both: Both) -> None:
    agenda = Agenda(both.keeper)
    agenda.owe("an answer")
    agenda.work()
    assert both.later(100) == SLACK_S
    agenda.work()
    assert both.later(100) == SLACK_S

    agenda.settle("an answer")
    agenda.work()
    assert both.later(1) > 500
    assert not agenda.owes
    assert agenda.rest_s(0.05) == 0.05
