"""A hall file becomes a plan, and facts become what a live hall would have written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hall_daemon.evaluation.known_hall import BadHall, KnownHall, read_hall
from hall_daemon.evaluation.story import DAY_S, story
from hall_daemon.prediction.waits.wait_estimate import Effort
from tests.hall_daemon.evaluation.days import HALL, MONDAY, row

MIDNIGHT = MONDAY.toordinal() * DAY_S
FEW = Effort(100, 4, 4)


def written(folder: Path, told: Any) -> Path:
    path = folder / "hall.json"
    path.write_text(told if isinstance(told, str) else json.dumps(told), encoding="utf-8")
    return path


def test_shifts_lunch_and_serving_out(tmp_path: Path) -> None:
    plan = read_hall(written(tmp_path, HALL))
    assert plan.hours.serve_out
    assert plan.windows["c1"].shifts == ((480, 1440),)
    assert plan.windows["c2"].shifts == ((480, 690), (720, 1440))
    early = {**HALL, "windows": [{"id": "c1", "skills": ["A"], "shift": ["09:30", "14:30"], "lunch": None}]}
    assert read_hall(written(tmp_path, early)).windows["c1"].shifts == ((570, 870), (960, 1440))
    strict = {**early, "after_closing": ""}
    plan = read_hall(written(tmp_path, strict))
    assert (plan.hours.serve_out, plan.windows["c1"].shifts) == (False, ((570, 870),))


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("{", "not JSON"),
        ({}, "'opens' is missing"),
        ([1], "no hall"),
        ({**HALL, "opens": "early"}, "no hall"),
        ({**HALL, "windows": [{"id": "c1", "skills": ["Z"], "shift": ["08:00", "16:00"]}]}, "no service 'Z'"),
    ],
)
def test_bad_files(tmp_path: Path, told: Any, words: str) -> None:
    with pytest.raises(BadHall, match=words):
        read_hall(written(tmp_path, told))


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(BadHall, match="cannot be read"):
        read_hall(tmp_path / "none.json")


def test_windows_pause_at_lunch_when_the_person_is_done_and_come_back(tmp_path: Path) -> None:
    hall = KnownHall(read_hall(written(tmp_path, HALL)), FEW)
    minute = 60.0
    people = [
        row(680 * minute, 680 * minute, 700 * minute, server="c2"),
        row(695 * minute, 695 * minute, 696 * minute, server="c1"),
        row(705 * minute, 705 * minute, 706 * minute, server="c1"),
        row(730 * minute, 730 * minute, 731 * minute, server="c1"),
    ]
    seen = []
    for fact in story((MONDAY, one) for one in people):
        hall.see(fact)
        seen.append(((fact.second - MIDNIGHT) / minute, fact.what, hall.hall.window("c2").status))
    assert [status for _, _, status in seen] == [
        "open", "open",  # came and was called
        "open", "open", "open",  # 11:35: lunch has begun, the person is still there
        "paused",  # 11:40: done
        "paused", "paused", "paused",
        "open", "open", "open",  # 12:10
    ]


def test_who_finds_a_free_window_waits_for_nobody(tmp_path: Path) -> None:
    hall = KnownHall(read_hall(written(tmp_path, HALL)), FEW)
    facts = list(story([(MONDAY, row(9 * 3600, 9 * 3600, 9 * 3600 + 60, server="c1"))]))
    hall.see(facts[0])
    assert hall.sample_min(0) == [0.0] * 4
