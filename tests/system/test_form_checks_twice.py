"""The two evaluators, here and in the browser, on random forms and answers: no verdict differs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Page

from hall_daemon.matters.checks import Checker
from hall_daemon.matters.form import Form, plain
from tests.chromium import chromium
from tests.hall_daemon.matters.form_maker import DAY, ROOT, TODAY, answers, cabinet, random_form, told

# A verdict is one on one rule. Kept forms have twenty rules each, random ones up to twelve.
KEPT_EACH, RANDOM_FORMS, RANDOM_EACH = 700, 260, 18
VERDICTS = 100_000
# Everything goes in and out as text: the driver of the browser takes longer over a tree than both evaluators.
_ALL = """([form, many, today]) => { form = JSON.parse(form); return JSON.parse(many).map(answers => {
  const verdict = checkForm(form, answers, today);
  const all = many => many.map(each => [
    each.check, each.field, each.level, each.row, each.part, each.fields, each.fault, each.faulty]);
  return JSON.stringify([
    all(verdict.broken), all(verdict.beside), verdict.hidden, verdict.needed, verdict.papers, verdict.steps]);
}).join('\\n'); }"""


@pytest.fixture(scope="module")
def evaluator() -> Iterator[Page]:
    """A page with the browser's evaluator in it, and no hall."""
    with chromium() as browser:
        page = browser.new_page()
        for name in ("check-values.js", "checks.js"):
            page.add_script_tag(path=ROOT / "hall_daemon/pages/matters" / name)
        yield page


def differences(page: Page, form: Form, many: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """(answers, here, in the browser) of each verdict that differs."""
    checker = Checker(form)
    texts = [json.dumps(each) for each in many]
    here = [
        json.dumps(told(checker.verdict(json.loads(each), DAY)), separators=(",", ":"), ensure_ascii=False)
        for each in texts
    ]
    there = page.evaluate(_ALL, [json.dumps(plain(form)), f"[{','.join(texts)}]", TODAY]).split("\n")
    return [found for found in zip(texts, here, there, strict=True) if found[1] != found[2]]


def test_a_hundred_thousand_verdicts_do_not_differ(evaluator: Page, dice: Random) -> None:
    verdicts = 0
    for form in cabinet().forms.values():
        assert differences(evaluator, form, [answers(dice, form) for _ in range(KEPT_EACH)])[:1] == [], form.id
        verdicts += KEPT_EACH * len(form.rules)
    for at in range(RANDOM_FORMS):
        form = random_form(dice, at)
        found = differences(evaluator, form, [answers(dice, form) for _ in range(RANDOM_EACH)])
        assert found[:1] == [], json.dumps(plain(form), ensure_ascii=False)
        verdicts += RANDOM_EACH * len(form.rules)
    assert verdicts >= VERDICTS
