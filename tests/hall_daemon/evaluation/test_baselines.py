"""What the simple formulas say, by hand: two are in line, one is being served."""

from __future__ import annotations

import pytest

from hall_daemon.evaluation.baselines import BASELINES, Service
from hall_daemon.evaluation.story import DAY_S, story
from tests.hall_daemon.evaluation.days import MONDAY, row

MIDNIGHT = MONDAY.toordinal() * DAY_S
# Minutes: called after 0, 5 and 11; the next two are still in line when somebody comes at the 20th.
PEOPLE = [
    row(0, 0, 300, server="c1"),
    row(0, 300, 660, server="c1"),
    row(120, 660, 1800, server="c1"),
    row(600, 1800, 1900, server="c1"),
    row(960, 1900, 2000, server="c1"),
]


@pytest.mark.parametrize(
    ("name", "minutes"),
    [
        ("constant", 6.0),
        ("mean of today", (0 + 5 + 9) / 3),
        ("LES", 9.0),
        ("HOL", 10.0),
        ("QLP", 3 * 5.5),
        ("people x recent / windows", 2 * 5.5),
        ("ZMS", 3 * 5.5),
    ],
)
def test_formulas(name: str, minutes: float) -> None:
    service = Service()
    for fact in story((MONDAY, one) for one in PEOPLE):
        if fact.second < MIDNIGHT + 1200:
            service.see(fact)
    assert BASELINES[name](service, (MIDNIGHT + 1200) / 60) == pytest.approx(minutes)


@pytest.mark.parametrize("name", BASELINES)
def test_nothing_seen_yet(name: str) -> None:
    assert BASELINES[name](Service(), 1.0) == 0.0
