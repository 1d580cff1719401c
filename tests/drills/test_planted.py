"""Planted bugs: the list does not rot, a bug is seen where it is, and a change that does no harm is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.drills.planted import ROOT, Bug, Copy, bugs

LEAST = 70


def stands_once(bug: Bug) -> bool:
    return (ROOT / bug.file).read_text(encoding="utf-8").count(bug.was) == 1 and bug.becomes != bug.was


def is_there(test: str) -> bool:
    file, _, name = test.partition("::")
    return (ROOT / file).is_file() and (not name or f"def {name}(" in (ROOT / file).read_text(encoding="utf-8"))


def test_every_bug_can_be_planted_and_its_tests_are_there() -> None:
    assert [bug.id for bug in bugs() if not stands_once(bug)] == []
    assert [bug.id for bug in bugs() if not bug.caught_by or not all(map(is_there, bug.caught_by))] == []


def test_there_are_enough_and_each_has_a_name_of_its_own() -> None:
    names = [bug.id for bug in bugs()]
    assert len(set(names)) == len(names) >= LEAST
    (one,) = bugs([names[0]])
    assert one.id == names[0]
    with pytest.raises(LookupError, match="no bug or room nobody"):
        bugs(["nobody"])


def test_a_bug_is_seen_and_a_change_that_does_no_harm_is_not(tmp_path: Path) -> None:
    (bug,) = bugs(["back-off-without-bound"])
    copy = Copy(tmp_path)
    seen = copy.seen(bug)
    assert (seen.outcome, seen.by.partition("::")[0]) == ("caught", *bug.caught_by)
    assert copy.seen(replace(bug, becomes=f"{bug.was}  # the same")).outcome == "not seen"
    assert copy.seen(replace(bug, was="what never stood there")).outcome == "not applicable"
    assert (copy.root / bug.file).read_bytes() == (ROOT / bug.file).read_bytes(), "taken out again"
