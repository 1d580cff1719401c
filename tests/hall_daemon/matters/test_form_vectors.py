"""The six forms: every rule fires on the answers that break it, and the samples alone break none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hall_daemon.matters.checks import Checker, words_of
from hall_daemon.matters.form import Form
from tests.hall_daemon.matters.form_maker import DAY, cabinet

VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "form_vectors.json").read_text())["vectors"]


@pytest.fixture(scope="module")
def checkers() -> dict[str, Checker]:
    return {name: Checker(form) for name, form in cabinet().forms.items()}


def test_every_rule_of_every_form_has_its_vector(checkers: dict[str, Checker]) -> None:
    rules = {(name, rule.id) for name, checker in checkers.items() for rule in checker.form.rules}
    assert {(each["form"], each["rule"]) for each in VECTORS if each["rule"]} == rules
    assert len(rules) == 110
    assert sum(len(checker.form.fields) for checker in checkers.values()) == 199


@pytest.mark.parametrize("vector", VECTORS, ids=lambda each: f"{each['form']}-{each['rule'] or 'samples'}")
def test_what_is_broken_is_told_with_how_to_mend_it(checkers: dict[str, Checker], vector: dict[str, Any]) -> None:
    checker = checkers[vector["form"]]
    verdict = checker.verdict({**checker.form.samples(), **vector["over"]}, DAY)
    assert [[each.check, each.field, each.level] for each in verdict.broken] == vector["broken"]
    assert list(verdict.papers) == vector["papers"]
    if vector["rule"]:
        assert vector["rule"] in {each.check for each in verdict.broken}
    else:
        assert verdict.may_be_sent
    for each in verdict.broken:
        for words in words_of(checker.form, each):
            assert all(words[language] for language in ("zh", "en")), each
            assert "{" not in words["zh"]


def test_the_published_forms_are_met(shared: Path, checkers: dict[str, Checker]) -> None:
    """Ids, levels, options and samples as published; every answer there that breaks a rule breaks it here."""
    for theirs in json.loads((shared / "matters/forms.json").read_text())["forms"]:
        checker = checkers[theirs["id"]]
        ours: Form = checker.form
        assert {field["key"] for field in theirs["fields"]} == {field.id for field in ours.fields}
        assert {rule["id"]: rule["level"] for rule in theirs["rules"]} == {rule.id: rule.level for rule in ours.rules}
        for field in theirs["fields"]:
            assert [option.value for option in ours.field(field["key"]).options] == field.get("choices", [])
        samples = {field["key"]: field["sample"] for field in theirs["fields"]}
        assert checker.verdict(samples, DAY).may_be_sent
        for rule in theirs["rules"]:
            if "bad_example" in rule:
                broken = checker.verdict({**samples, **rule["bad_example"]}, DAY).broken
                assert rule["id"] in {each.check for each in broken}
                assert next(each for each in broken if each.check == rule["id"]).fields[0] in rule["fields"]
