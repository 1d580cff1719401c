"""What a ticket was told: fixed at the draw, moved by an answer that knew of it, forgotten with the ticket."""

from __future__ import annotations

import pytest

from hall_daemon.app import announced_waits as announced_module
from hall_daemon.app.announced_waits import AnnouncedWaits
from hall_daemon.prediction.waits.causes import GENERAL
from hall_daemon.prediction.waits.hysteresis import Shown
from hall_daemon.prediction.waits.wait_estimate import Range

FIRST = Shown(Range(60, 120, 240), 1000)
SECOND = Shown(Range(300, 400, 600), 9000, (GENERAL,))


@pytest.fixture
def heard() -> list[tuple[str, Shown]]:
    return []


@pytest.fixture
def announced(heard: list[tuple[str, Shown]]) -> AnnouncedWaits:
    return AnnouncedWaits(lambda ticket, shown: heard.append((ticket, shown)))


def test_the_first_figure_stands_for_whoever_asks_next(
    announced: AnnouncedWaits, heard: list[tuple[str, Shown]]
) -> None:
    assert announced.at_draw("t", FIRST) is FIRST
    assert announced.at_draw("t", SECOND) is FIRST
    assert announced.of("t") == FIRST
    assert heard == [("t", FIRST)]


def test_an_answer_moves_who_it_knew_of_and_says_so_once(
    announced: AnnouncedWaits, heard: list[tuple[str, Shown]]
) -> None:
    announced.at_draw("t", FIRST)
    assert announced.news() == {"t": FIRST}
    announced.take({"t": SECOND})
    announced.take({"t": SECOND})
    assert announced.of("t") == SECOND
    assert heard == [("t", FIRST), ("t", SECOND)]


def test_an_answer_to_a_question_asked_before_the_draw_moves_nobody(
    announced: AnnouncedWaits, heard: list[tuple[str, Shown]]
) -> None:
    assert announced.news() == {}
    announced.at_draw("t", FIRST)
    announced.take({"t": SECOND})
    assert announced.of("t") == FIRST
    assert announced.news() == {"t": FIRST}
    assert heard == [("t", FIRST)]


def test_who_drew_a_moment_before_the_event_came_round_is_told_to_the_predictor_twice(
    announced: AnnouncedWaits, heard: list[tuple[str, Shown]]
) -> None:
    """The question was about a hall in which the ticket was not yet."""
    announced.at_draw("t", FIRST)
    assert announced.news() == {"t": FIRST}
    announced.take({})
    assert announced.of("t") == FIRST
    assert announced.news() == {"t": FIRST}
    announced.take({"t": SECOND})
    assert announced.of("t") == SECOND
    assert heard == [("t", FIRST), ("t", SECOND)]


def test_a_predictor_that_begins_hears_everything(announced: AnnouncedWaits) -> None:
    announced.at_draw("a", FIRST)
    announced.news()
    announced.take({"a": SECOND})
    announced.at_draw("b", FIRST)
    assert announced.everything() == {"a": SECOND, "b": FIRST}
    assert announced.news() == {}


def test_who_waits_no_more_is_forgotten(announced: AnnouncedWaits) -> None:
    announced.at_draw("t", FIRST)
    announced.at_draw("u", FIRST)
    announced.news()
    announced.take({"t": FIRST, "u": FIRST})
    announced.news()
    announced.take({"t": FIRST})
    assert announced.of("u") is None
    # Somebody who was never heard of again is asked after once.
    announced.at_draw("v", FIRST)
    for _ in range(2):
        announced.news()
        announced.take({"t": FIRST})
    assert announced.of("v") is None
    assert announced.news() == {}


def test_what_was_told_before_a_restart_is_known_and_not_news_to_the_ledger(
    announced: AnnouncedWaits, heard: list[tuple[str, Shown]]
) -> None:
    announced.restore({"t": FIRST})
    assert announced.at_draw("t", SECOND) == FIRST
    assert announced.everything() == {"t": FIRST}
    announced.take({"t": FIRST})
    assert heard == []


def test_more_people_than_a_hall_holds_are_not_remembered(
    announced: AnnouncedWaits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announced_module, "MOST", 2)
    for ticket in "abc":
        assert announced.at_draw(ticket, FIRST) == FIRST
    assert announced.of("c") is None
