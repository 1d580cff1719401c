"""What a ticket was told: fixed at the draw, moved by an answer that knew of it, forgotten with the ticket."""

from __future__ import annotations

import pytest

from hall_daemon.app import announced_waits as told_module
from hall_daemon.app.announced_waits import Told
from hall_daemon.prediction.waits.causes import GENERAL
from hall_daemon.prediction.waits.hysteresis import Shown
from hall_daemon.prediction.waits.wait_estimate import Range

FIRST = Shown(Range(60, 120, 240), 1000)
SECOND = Shown(Range(300, 400, 600), 9000, (GENERAL,))


@pytest.fixture
def heard() -> list[tuple[str, Shown]]:
    return []


@pytest.fixture
def told(heard: list[tuple[str, Shown]]) -> Told:
    return Told(lambda ticket, shown: heard.append((ticket, shown)))


def test_the_first_figure_stands_for_whoever_asks_next(told: Told, heard: list[tuple[str, Shown]]) -> None:
    assert told.at_draw("t", FIRST) is FIRST
    assert told.at_draw("t", SECOND) is FIRST
    assert told.of("t") == FIRST
    assert heard == [("t", FIRST)]


def test_an_answer_moves_who_it_knew_of_and_says_so_once(told: Told, heard: list[tuple[str, Shown]]) -> None:
    told.at_draw("t", FIRST)
    assert told.news() == {"t": FIRST}
    told.take({"t": SECOND})
    told.take({"t": SECOND})
    assert told.of("t") == SECOND
    assert heard == [("t", FIRST), ("t", SECOND)]


def test_an_answer_to_a_question_asked_before_the_draw_moves_nobody(told: Told, heard: list[tuple[str, Shown]]) -> None:
    assert told.news() == {}
    told.at_draw("t", FIRST)
    told.take({"t": SECOND})
    assert told.of("t") == FIRST
    assert told.news() == {"t": FIRST}
    assert heard == [("t", FIRST)]


def test_who_drew_a_moment_before_the_event_came_round_is_told_to_the_predictor_twice(
    told: Told, heard: list[tuple[str, Shown]]
) -> None:
    """The question was about a hall in which the ticket was not yet."""
    told.at_draw("t", FIRST)
    assert told.news() == {"t": FIRST}
    told.take({})
    assert told.of("t") == FIRST
    assert told.news() == {"t": FIRST}
    told.take({"t": SECOND})
    assert told.of("t") == SECOND
    assert heard == [("t", FIRST), ("t", SECOND)]


def test_a_predictor_that_begins_hears_everything(told: Told) -> None:
    told.at_draw("a", FIRST)
    told.news()
    told.take({"a": SECOND})
    told.at_draw("b", FIRST)
    assert told.everything() == {"a": SECOND, "b": FIRST}
    assert told.news() == {}


def test_who_waits_no_more_is_forgotten(told: Told) -> None:
    told.at_draw("t", FIRST)
    told.at_draw("u", FIRST)
    told.news()
    told.take({"t": FIRST, "u": FIRST})
    told.news()
    told.take({"t": FIRST})
    assert told.of("u") is None
    # Somebody who was never heard of again is asked after once.
    told.at_draw("v", FIRST)
    for _ in range(2):
        told.news()
        told.take({"t": FIRST})
    assert told.of("v") is None
    assert told.news() == {}


def test_what_was_told_before_a_restart_is_known_and_not_news_to_the_ledger(
    told: Told, heard: list[tuple[str, Shown]]
) -> None:
    told.restore({"t": FIRST})
    assert told.at_draw("t", SECOND) == FIRST
    assert told.everything() == {"t": FIRST}
    told.take({"t": FIRST})
    assert heard == []


def test_more_people_than_a_hall_holds_are_not_remembered(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(told_module, "MOST", 2)
    for ticket in "abc":
        assert told.at_draw(ticket, FIRST) == FIRST
    assert told.of("c") is None
