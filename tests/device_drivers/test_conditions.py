"""What can be the matter with a device has a code, and every code has words in both languages."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from device_drivers.lines.conditions import LINE_CONDITIONS
from device_drivers.registry import KINDS
from device_drivers.words import ConditionWords

DRIVERS = Path(__file__).resolve().parents[2] / "device_drivers"
TABLES = {"any line": LINE_CONDITIONS} | {name: dict(kind.conditions) for name, kind in KINDS.items()}


def placeholders(words: ConditionWords) -> set[str]:
    texts = (*words.means, *words.do)
    return {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}


def raised() -> Iterator[tuple[str, set[str]]]:
    """(code, facts) of every LinkDown that a line can raise, or a session on it."""
    for path in sorted([*(DRIVERS / "lines").glob("*.py"), *(DRIVERS / "links").glob("*.py")]):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("LinkDown", "PortMissing"):
                code = node.args[1] if len(node.args) > 1 else ast.Constant("line_down")
                assert isinstance(code, ast.Constant)
                yield str(code.value), {str(fact.arg) for fact in node.keywords}


def test_every_code_of_a_line_has_words_and_the_facts_they_need() -> None:
    codes = list(raised())
    assert {code for code, _ in codes} | {"failed", "line_noise"} == set(LINE_CONDITIONS)
    assert [code for code, facts in codes if not placeholders(LINE_CONDITIONS[code]) <= facts] == []


@pytest.mark.parametrize("name", TABLES)
def test_words_are_in_both_languages_and_say_what_to_do(name: str) -> None:
    silent = [code for code, words in TABLES[name].items() if not all((*words.means, *words.do))]
    assert silent == []
    clash = set(TABLES[name]) & set(LINE_CONDITIONS) if name != "any line" else set()
    assert clash == set(), "a code means one thing"


def test_a_condition_is_one_line_of_english_for_the_log() -> None:
    words = KINDS["speaker"].conditions["zone_silent"]
    assert words.english({"zones": "hall, upstairs"}) == "silent in zone hall, upstairs: check amplifier and sound card"
    assert words.english({}).startswith("silent in zone ?: ")
