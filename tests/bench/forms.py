"""What a rule and a whole form cost: the six forms with their samples and with answers of every sort."""

from __future__ import annotations

import time
from pathlib import Path
from random import Random

from hall_daemon.matters.checks import Checker
from hall_daemon.matters.evaluate import NO_ROW
from hall_daemon.matters.fields import MOST_ROWS
from tests.bench.client import percentile
from tests.bench.table import Figure
from tests.hall_daemon.matters.form_maker import DAY, answers, cabinet

_RULE_US, _FORM_MS = 5.0, 2.0
_ANSWERS = 60
_TURNS, _RUNS = 100, 5


def run(folder: Path) -> list[Figure]:
    del folder
    dice = Random(1)
    checkers = [Checker(form) for form in cabinet().forms.values()]
    given = [(checker, answers(dice, checker.form)) for checker in checkers for _ in range(_ANSWERS)]
    given += [(checker, checker.form.samples()) for checker in checkers]
    given += [(checker, full(checker)) for checker in checkers]
    whole = sorted(_form_ms(checker, each) for checker, each in given)
    rules = sorted(spent for checker in checkers for spent in _rules_us(checker))
    said = f"{len(rules)} rules of {len(checkers)} forms"
    return [
        Figure("forms: the middle rule takes", percentile(rules, 0.5), "us", said, limit=f"<= {_RULE_US:g}"),
        Figure("forms: the slowest rule", rules[-1], "us", said, limit=f"<= {_RULE_US:g}"),
        Figure("forms: a whole form, the middle one", percentile(whole, 0.5), "ms", f"{len(whole)} sets of answers"),
        Figure("forms: p99", percentile(whole, 0.99), "ms", f"{len(whole)} sets of answers", limit=f"<= {_FORM_MS:g}"),
        Figure("forms: the fullest", whole[-1], "ms", f"{MOST_ROWS} rows in each group", limit=f"<= {_FORM_MS:g}"),
    ]


def full(checker: Checker) -> dict[str, object]:
    """The samples, with as many rows in each group as are read."""
    groups = {field.id: field.sample for field in checker.form.fields if field.parts and isinstance(field.sample, list)}
    return {**checker.form.samples(), **{name: (rows * MOST_ROWS)[:MOST_ROWS] for name, rows in groups.items()}}


def _form_ms(checker: Checker, given: dict[str, object]) -> float:
    runs = []
    for _ in range(_RUNS):
        began = time.perf_counter()
        checker.verdict(given, DAY)
        runs.append((time.perf_counter() - began) * 1000)
    return min(runs)


def _rules_us(checker: Checker) -> list[float]:
    """Each rule over the samples, by itself; the quickest run, which nothing else interrupted."""
    values, *_ = checker._read(checker.form.samples(), DAY)
    spent = []
    for rule in checker._rules:
        runs = []
        for _ in range(_RUNS):
            began = time.perf_counter()
            for _ in range(_TURNS):
                if rule.when is None or rule.when(values, NO_ROW):
                    rule.test(values, NO_ROW)
            runs.append((time.perf_counter() - began) / _TURNS * 1_000_000)
        spent.append(min(runs))
    return spent
