"""Causes in words, and the promise ledger as everybody may see it."""

from __future__ import annotations

import pytest

from hall_daemon.app.causes import cause_message
from hall_daemon.app.promises import Span, accuracy_feed, promise_samples
from hall_daemon.prediction.waits import causes
from hall_daemon.prediction.waits.accuracy import Cell, accuracy
from hall_daemon.prediction.waits.causes import GENERAL, Cause
from hall_daemon.wire.waits import WAIT_CAUSES
from tests.hall_daemon.app.small_hall import small_plan

PLAN = small_plan()


@pytest.mark.parametrize(
    ("cause", "zh", "en"),
    [
        (Cause("overtaken", {"n": 2, "class": "priority"}), "新到2位优先办理", "2 came who go first (Priority)"),
        (Cause("window_paused", {"window": "3"}), "3号窗口暂停", "Window 3 paused"),
        (Cause("window_paused", {"window": "gone"}), "gone暂停", "gone paused"),
        (GENERAL, "按最新情况重新估算", "re-estimated"),
        (Cause("of tomorrow", {"n": 1}), "按最新情况重新估算", "re-estimated"),
        (Cause("overtaken"), "按最新情况重新估算", "re-estimated"),
    ],
)
def test_a_cause_reads_as_people_speak(cause: Cause, zh: str, en: str) -> None:
    said = cause_message(PLAN, cause)
    assert (said.text["zh"], said.text["en"], said.code, said.facts) == (zh, en, cause.code, cause.facts)


def test_every_cause_that_can_be_found_has_words_and_every_word_its_cause() -> None:
    found = {
        "returned", "transferred", "call_undone", *causes._OWN.values(), *causes._LOST.values(), GENERAL.code,
        "overtaken", "drew_before", "taking_turns", "preferred", "slow_matter", "more_people", "window_late",
        "few_calls", "no_calls",
    }
    assert found == set(WAIT_CAUSES)
    facts = {"n": 3, "min": 4, "class": "priority", "window": "1"}
    for code in WAIT_CAUSES:
        said = cause_message(PLAN, Cause(code, dict(facts)))
        assert "{" not in said.text["zh"] + said.text["en"]


SPANS = (
    Span(
        7, "2026-11-17", "2026-11-23",
        accuracy([
            Cell("tax", 9, "range", "called", 30, 27, 900_000, 3_000_000, 9000, 5, 2),
            Cell("id-card", 9, "range", "called", 10, 1, 600_000, 600_000, 100),
            Cell("of-old", 9, "no_window_open", "left", 4),
        ]),
    ),
)


def test_few_are_counted_and_not_judged() -> None:
    feed = accuracy_feed(PLAN, SPANS, 1_795_399_200_000)
    (span,) = feed.data.spans
    assert feed.last_updated == "2026-11-23T02:00:00.000Z"
    assert [service.id for service in span.services] == ["id-card", "tax", "of-old"]
    few, many, old = (service.figures for service in span.services)
    assert (few.scored, few.share_held, few.bias_s, few.mean_error_s, few.mean_width_s) == (10, None, None, None, None)
    assert (many.scored, many.share_held, many.bias_s, many.mean_error_s) == (30, 0.9, 30, 100)
    assert (old.unknown, old.outcomes) == ({"no_window_open": 4}, {"left": 4})
    assert span.services[2].name["zh"] == "of-old"
    assert (span.total.scored, span.total.share_held, span.total.later) == (40, 0.7, 2)
    assert span.hours[0].hour == 9


def test_figures_for_prometheus_name_no_ticket_and_no_service() -> None:
    samples = list(promise_samples(SPANS))
    assert ("hall_promises_scored", {"days": "7"}, 40) in samples
    assert ("hall_promises_held_ratio", {"days": "7"}, 0.7) in samples
    assert ("hall_promises_unknown", {"days": "7", "reason": "no_window_open"}, 4) in samples
    assert {name for name, _, _ in samples} >= {"hall_promises_bias_seconds", "hall_promises_error_seconds"}
    assert {key for _, labels, _ in samples for key in labels} == {"days", "reason"}
    assert list(promise_samples(())) == []
