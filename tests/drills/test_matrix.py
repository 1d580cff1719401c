"""The drill of the matrix, small: a row is run, its seed reaches the test, and a row that fails is named with it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.drills.harness import Run
from tests.drills.matrix import ROOT, ROWS, attack

QUICK = {"F16": ("tests/drills/test_twice.py::test_a_hundred_times_two_want_the_folder_and_one_has_it",)}


def test_every_fault_has_a_row_and_every_test_of_it_is_there() -> None:
    assert list(ROWS) == [f"F{n}" for n in range(1, 27)]
    there: dict[str, set[str]] = {}
    for test in {test for row in ROWS.values() for test in row}:
        path, _, name = test.partition("::")
        if path not in there:
            tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
            there[path] = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert name in there[path], f"{path} has no {name}"


def test_a_row_is_run_at_least_once(tmp_path: Path) -> None:
    counted = attack(Run(seed=1, folder=tmp_path, until=0.0), QUICK)
    assert counted == {"rows": "1 of 1", "runs": 1, "tests": 1}


def test_a_row_that_fails_is_named_with_its_seed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    failing = tmp_path / "test_planted.py"
    failing.write_text("import os\ndef test_seed():\n    assert os.environ['DRILL_SEED'] == 'none'\n")
    with pytest.raises(AssertionError, match="F0 with DRILL_SEED=7 of 1 runs"):
        attack(Run(seed=7, folder=tmp_path, until=0.0), {"F0": (str(failing),)})
    assert "assert '7' == 'none'" in capsys.readouterr().err
