"""Halls of which only queues are known: odd traces get answers, and the same ones twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hall_daemon.evaluation import boosted
from hall_daemon.evaluation.boosted import NAME
from hall_daemon.evaluation.trial import OURS, Outcome, Rows, Trial
from tests.hall_daemon.evaluation.days import MONDAY, row, rows, without_servers


@pytest.fixture(autouse=True)
def few_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the rival answers, and the same twice, is asked here; not how well."""
    monkeypatch.setattr(boosted, "TREES", 10)


def tried(given: Rows) -> Outcome:
    return Trial(given, None, 0.3).run()


def test_same_days_same_answers_and_the_rival_stands_in_the_table() -> None:
    given = without_servers(rows(4))
    first = tried(given)
    assert first == tried(given)
    said = {figures.predictor: figures for figures in first.rows if figures.scope == "all"}
    assert said[NAME].n == said[OURS].n
    assert said[NAME].cover80 is not None


@pytest.mark.parametrize(
    "given",
    [
        {"made": [(MONDAY + timedelta(n), row(30_000, 30_100)) for n in range(2)]},
        {"made": [(MONDAY + timedelta(n), row(30_000, None)) for n in range(2)]},
        without_servers(rows(2)),
        {
            **without_servers(rows(3)),
            "other": [(MONDAY + timedelta(2), row(30_000, 30_100, service="never seen before"))],
        },
    ],
    ids=["a ticket a day", "nobody is ever called", "two days", "a hall and a service that begin in the test"],
)
def test_odd_traces(given: Rows) -> None:
    outcome = tried(given)
    called = sum(
        one.starts_s is not None and day > MONDAY + timedelta(outcome.days - outcome.test_days - 1)
        for people in given.values()
        for day, one in people
    )
    assert sum(figures.n for figures in outcome.rows if (figures.predictor, figures.scope) == (OURS, "all")) == called
    assert outcome.unasked == 0
