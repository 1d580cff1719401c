"""Short months of the simulated hall, and those again that once found something; the long ones are the drill's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.drills.kept_months import IN_SUITE_DAYS, kept
from tests.drills.months import Month

SHORT_DAYS, SHORT_PEOPLE = 4, 150


@pytest.mark.parametrize("seed", [1, 2])
def test_some_days(seed: int, tmp_path: Path) -> None:
    lived = Month(seed, tmp_path, SHORT_DAYS, SHORT_PEOPLE).live()
    assert lived["days"] == SHORT_DAYS
    assert int(lived["tickets"]) > 100
    assert int(lived["starts"]) > 0


SHORT = [month for month in kept() if int(month["days"]) <= IN_SUITE_DAYS]


@pytest.mark.parametrize("month", SHORT, ids=lambda month: f"{month['seed']}")
def test_one_that_found_something(month: dict[str, int], tmp_path: Path) -> None:
    lived = Month(month["seed"], tmp_path, month["days"], month["people"]).live()
    assert lived["days"] == month["days"]
