"""The forecast of arrivals on recorded days, where there are some: better than yesterday and than the mean of all."""

from __future__ import annotations

from pathlib import Path

import pytest

from hall_daemon.prediction.learn.day_profile import Habits
from tests.bench.arrivals import LEAST_DAYS, scores, tables_of

# Of a long trace so many days: half of them are forecast. All of them are measured by `make bench`; on the last
# ones the forecast is 28 % off less than yesterday's people and 8 % less than the mean, its days at noon 33 %.
LAST_DAYS = 160


@pytest.mark.drill
@pytest.mark.parametrize("name", ["warsaw_a", "bank_1999_01", "ucd_msc"])
def test_it_beats_the_simple_answers(name: str, shared: Path) -> None:
    path = shared / "waitdata" / f"{name}.csv.gz"
    halls = {hall: tables[-LAST_DAYS:] for hall, tables in tables_of(path).items()}
    found = {score.predictor: score for score in scores(halls, Habits(LEAST_DAYS))}
    ours = found["hall"]
    assert ours.mae < 0.9 * found["same as yesterday"].mae
    assert ours.mae < found["mean of all days"].mae
    assert found["hall, at noon"].day_ape < found["same as a week ago"].day_ape
    assert ours.inside is not None
    assert ours.inside > 0.7
