"""`hall evaluate` as programs and people read it."""

from __future__ import annotations

import csv
import gzip
import json
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from hall_daemon.rehearsal.trace import COLUMNS, OPTIONAL
from tests.hall_daemon.cli.words import hall
from tests.hall_daemon.evaluation.days import HALL, rows


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("trace") / "made.csv.gz"
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow((*COLUMNS, *OPTIONAL))
        for day, row in rows(4, every_s=300.0, mean_s=540.0)["made"]:
            midnight = datetime.combine(day, time())
            arrives, starts, ends, left = (
                "" if at is None else (midnight + timedelta(seconds=round(at))).isoformat(" ")
                for at in (row.arrives_s, row.starts_s, row.ends_s, row.left_s)
            )
            gone = int(row.starts_s is None)
            table.writerow(("made", day, arrives, starts, ends, "A", row.server, gone, 0, left or starts))
    return path


def test_json(trace: Path, tmp_path: Path) -> None:
    described = tmp_path / "hall.json"
    described.write_text(json.dumps(HALL), encoding="utf-8")
    found = hall("evaluate", str(trace), "--hall", str(described), "--json", "--seed", "4").json
    assert found["trace"] == "made.csv.gz"
    assert {(row["predictor"], row["scope"]) for row in found["rows"]} >= {
        (name, scope) for name in ("hall", "LES", "HOL", "QLP", "mean of today", "ZMS") for scope in ("all", "queued")
    }
    ours = next(row for row in found["rows"] if row["predictor"] == "hall" and row["scope"] == "queued")
    assert list(ours) == [
        "predictor", "scope", "n", "mae_min", "rmse_min", "p90_min", "crps_min",
        "cover80", "width80_min", "cover90", "width90_min",
    ]
    assert 0.0 < ours["crps_min"] < ours["mae_min"]
    parts = {part["scope"]: part for part in found["parts"]}
    assert {"all", "queued"} < parts.keys()
    assert {part["predictor"] for part in parts.values()} == {"hall"}
    assert parts["queued"]["cover80"] == ours["cover80"]
    assert 0.0 <= parts["queued"]["over80"] <= 1.0 - parts["queued"]["cover80"]


def test_table(trace: Path) -> None:
    said = hall("evaluate", str(trace), "--limit-days", "3", "--last", "0.4")
    assert said.code == 0
    assert said.out.startswith("made.csv.gz: 3 days, tested on the last 1; minutes\npredictor")
    assert "\nhall                      queued" in said.out


def test_only_days_up_to_one(trace: Path) -> None:
    said = hall("evaluate", str(trace), "--until", "2031-01-09", "--limit-days", "3", "--last", "0.4")
    assert said.out.startswith("made.csv.gz: 3 days, tested on the last 1; minutes\npredictor")
    nobody = hall("evaluate", str(trace), "--until", "2031-01-01")
    assert nobody.code == 2
    assert "holds no ticket at all up to 2031-01-01" in nobody.err


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (("none.csv",), 5, "cannot be read"),
        (("{trace}", "--hall", "none.json"), 5, "cannot be read"),
        (("{trace}", "--last", "1.5"), 2, "not a share"),
        (("{trace}", "--until", "yesterday"), 2, "yesterday is not a day as 2026-11-22"),
        (("{trace}", "--limit-days", "1"), 2, "fewer than two days"),
        (("{bad}",), 2, "line 2: service_start_ts is before arrival_ts"),
        (("{empty}",), 2, "holds no ticket"),
    ],
)
def test_bad_input(trace: Path, tmp_path: Path, words: tuple[str, ...], code: int, why: str) -> None:
    bad, empty = tmp_path / "bad.csv", tmp_path / "empty.csv"
    empty.write_text(",".join(COLUMNS) + "\n", encoding="utf-8")
    bad.write_text(
        ",".join(COLUMNS) + "\nx,2031-01-06,2031-01-06 09:00:00,2031-01-06 08:00:00,,A,,0\n", encoding="utf-8"
    )
    said = hall("evaluate", *(word.format(trace=trace, bad=bad, empty=empty) for word in words))
    assert said.code == code
    assert why in said.err
