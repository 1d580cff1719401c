"""[forecast]: dates that exist, figures in bounds, each mistake at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from hall_daemon.config import check, load
from tests.conftest import ROOT

_TEXT = (ROOT / "config/hall.toml").read_text(encoding="utf-8")


def test_single_dates_have_factors() -> None:
    assert load(ROOT / "config/hall.toml").forecast.days == {"2027-01-04": 1.5}


@pytest.mark.parametrize(("old", "new", "told"), [
    ("2027-01-04 = 1.5", "2027-02-30 = 1.5", "forecast.days.2027-02-30: there is no such day"),
    ("2027-01-04 = 1.5", "2027-01-04 = 50.0", "forecast.days.2027-01-04"),
    ("horizon_days = 7", "horizon_days = 99", "forecast.horizon_days"),
    ("horizon_days = 7", "horizn_days = 7", 'did you mean "horizon_days"?'),
])
def test_a_mistake_is_told_at_its_line(tmp_path: Path, old: str, new: str, told: str) -> None:
    path = tmp_path / "hall.toml"
    path.write_text(_TEXT.replace(old, new, 1), encoding="utf-8")
    (error,) = check(path)
    assert told in str(error)
    assert error.line == path.read_text(encoding="utf-8")[: path.read_text(encoding="utf-8").index(new)].count("\n") + 1
