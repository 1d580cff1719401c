"""A short day with every kind of device while faults come and go."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from hall_daemon.domain import commands as c
from tests.drills import device_days
from tests.drills.harness import Run


def test_a_short_one(tmp_path: Path) -> None:
    counted = device_days.attack(Run(3, tmp_path, 0.0), acts=100)
    assert int(counted["kinds"]) >= 23
    assert int(counted["views"]) >= 27
    assert min(int(counted[what]) for what in ("faults", "done", "calls")) >= 5


class NeverMended(device_days.Day):
    """One board hears nothing from the first minute on, and every window calls a new number each minute."""

    def _act(self, side: device_days.Side) -> None:
        for window in self.plan.windows:
            token = f"token-of-a-day-{self.chance.getrandbits(64):016x}"
            self.hall.do(c.IssueTicket(services=("id-card",), token=token))
            self.hall.try_(c.Finish(window))
            self.hall.do(c.CallNext(window))

    def _break(self, side: device_days.Side) -> None:
        side.bench.fault("number-board", "silence")

    def _heal(self, side: device_days.Side, id_: str) -> None:
        raise AssertionError("nothing is to be mended")


def test_a_view_that_stays_wrong_is_seen(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"not right again.*number-board"):
        NeverMended(Random(1), tmp_path, right_within_s=1.0).live(20)
