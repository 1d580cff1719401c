"""How a visit was: who may say so, five equal keys, why for the two lowest, once, and nothing of it is left."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest
from msgspec import structs

from hall_daemon.domain import window_rules
from hall_daemon.wire.problems import problem
from hall_daemon.wire.ratings import RatingReason
from kiosk_ui.presenters.aloud import aloud
from kiosk_ui.presenters.page import Choices, Notice, Number, Page
from kiosk_ui.sample_rating import SAID, served
from kiosk_ui.samples import SENIOR, gallery, ticket
from kiosk_ui.state import State, rating, reduce
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.widgets.touch import Touch
from tests.kiosk_ui.screens import LANGUAGES, LOOKS, Open, page_of, show, visible
from tests.kiosk_ui.steps import AT, after, press, pressed

PAGES = dict(gallery())
HELD, LEVELS = PAGES["25-ticket-served"], PAGES["25-rate"]


def page(here: State, language: str = "zh", look: str = "plain") -> Page:
    return page_of(here, "upright", LANGUAGES, language, LOOKS[look])


def step(here: State) -> s.Step:
    return here.session.step


def rate(here: State) -> s.Rate:
    found = here.session.step
    assert isinstance(found, s.Rate)
    return found


def sent(level: int, *reasons: RatingReason) -> e.RateVisit:
    return e.RateVisit(1, "key-1", SAID, level, reasons)


# -- who may ---------------------------------------------------------------------------------------


def test_whoever_laid_the_slip_on_the_reader_rates_what_is_done() -> None:
    assert [key.name for key in page(HELD).actions] == ["rate"]
    assert isinstance(step(press(HELD, e.Key.RATE).state), s.Rate)


@pytest.mark.parametrize("name", ["25-ticket-served-typed", "25-ticket-rated", "22-ticket-waiting"])
def test_nobody_else_does_and_nobody_twice(name: str) -> None:
    here = PAGES[name]
    assert "rate" not in [key.name for key in page(here).actions]
    assert press(here, e.Key.RATE).state.session.step == here.session.step


def test_whoever_typed_a_number_is_told_what_it_needs() -> None:
    typed = PAGES["25-ticket-served-typed"]
    reads = replace(typed, settings=structs.replace(typed.settings, reads=("code",)))
    for here, way in ((typed, "请用手机扫"), (reads, "放到读码处")):
        body = page(here).body
        assert isinstance(body, Number)
        assert way in body.notes[-1].text


# -- how it was ------------------------------------------------------------------------------------


def levels(here: State, language: str = "zh") -> Choices:
    body = page(here, language).body
    assert isinstance(body, Choices)
    return body


def test_five_levels_and_none_of_them_look_alike_and_nothing_is_chosen() -> None:
    body = levels(LEVELS)
    assert body.title == "这次办得怎么样？"
    assert body.hint == "A016 · 食品经营许可证 · 3号窗口 · 今天 10:05 办完"
    assert body.foot == "不显示姓名，窗口人员看不到是谁评的"
    told = [(choice.title, choice.detail) for choice in body.choices]
    assert told == [
        ("非常满意", ""), ("满意", ""), ("基本满意", ""), ("不满意", "可选说说原因"), ("非常不满意", "可选说说原因"),
        ("不评了", ""),
    ]
    assert {choice.chosen for choice in body.choices} == {None}
    assert {choice.tone for choice in body.choices} == {"plain"}
    assert (page(LEVELS).actions, body.whole) == ((), True)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_level_is_on_the_page_and_as_large_as_the_others(open_window: Open, look: str, language: str) -> None:
    window = open_window("upright")
    show(window, page(LEVELS, language, look))
    keys = [key for key in visible(window, Touch) if key.objectName().startswith(("level-", "not-rated"))]
    assert len(keys) == 6
    assert max(key.height() for key in keys) - min(key.height() for key in keys) <= 1
    assert max(key.width() for key in keys) - min(key.width() for key in keys) <= 1


def test_it_is_read_aloud_whole_and_nameless() -> None:
    spoken = page(LEVELS, look="senior")
    assert spoken.assist == SENIOR
    said = aloud(spoken, LANGUAGES["zh"])
    five = ["非常满意", "满意", "基本满意", "不满意，可选说说原因", "非常不满意，可选说说原因"]
    assert [text for text in said if text in five] == five
    assert "不显示姓名，窗口人员看不到是谁评的" in said


def test_a_kiosk_that_does_not_know_the_time_says_no_time() -> None:
    assert levels(replace(LEVELS, clock=None)).hint == "A016 · 食品经营许可证 · 3号窗口"


@pytest.mark.parametrize("level", [5, 4, 3])
def test_a_level_goes_off_at_once_and_once(level: int) -> None:
    outcome = press(LEVELS, e.ChooseLevel(level))
    assert outcome.effects == (sent(level),)
    assert page(outcome.state).name == "rate-sending"
    for again in (e.ChooseLevel(1), e.ChooseLevel(level), e.Key.SEND, e.Key.BACK, e.Key.TRY_AGAIN):
        assert press(outcome.state, again, "key-2").effects == ()
        assert step(press(outcome.state, again, "key-2").state) == step(outcome.state)
    assert isinstance(step(after(outcome.state, e.VisitRated(1, "key-1"))), s.Rated)


def test_levels_are_those_of_the_hall() -> None:
    assert sorted(rating.LEVELS) == list(window_rules.LEVELS)
    assert sorted(rating.LOW_LEVELS) == list(window_rules.LOW_LEVELS)


@pytest.mark.parametrize("level", [2, 1])
def test_the_two_lowest_ask_why_and_none_is_an_answer(level: int) -> None:
    outcome = press(LEVELS, e.ChooseLevel(level))
    assert outcome.effects == ()
    body = levels(outcome.state)
    assert [choice.press for choice in body.choices] == [e.ChooseReason(reason) for reason in get_args(RatingReason)]
    assert {choice.chosen for choice in body.choices} == {False}
    assert press(outcome.state, e.Key.SEND).effects == (sent(level),)


def test_several_reasons_one_taken_back() -> None:
    here = pressed(LEVELS, e.ChooseLevel(1), *map(e.ChooseReason, ("manner", "unclear", "place", "unclear")))
    assert press(here, e.Key.SEND).effects == (sent(1, "manner", "place"),)
    assert [choice.chosen for choice in levels(here).choices] == [False, False, False, True, True]


def test_back_leads_from_why_to_how_to_the_ticket() -> None:
    why = pressed(LEVELS, e.ChooseLevel(1), e.ChooseReason("manner"))
    how = press(why, e.Key.BACK).state
    assert rate(how) == rate(LEVELS)
    ticket = press(how, e.Key.BACK).state
    assert isinstance(step(ticket), s.Ticket)
    assert reduce(ticket, e.Tick(), AT + 1).effects[0] == e.FetchTicket(1, SAID), "it is followed again"


@pytest.mark.parametrize("nonsense", [e.ChooseLevel(0), e.ChooseLevel(6), e.Key.SEND, e.ChooseReason("manner")])
def test_what_is_no_level_sends_nothing(nonsense: e.Press) -> None:
    outcome = press(LEVELS, nonsense)
    assert (outcome.effects, step(outcome.state)) == ((), step(LEVELS))


# -- what became of it -----------------------------------------------------------------------------


def test_thanks_say_nothing_of_what_was_said() -> None:
    here = after(pressed(LEVELS, e.ChooseLevel(1), e.ChooseReason("manner")), e.Pressed(e.Key.SEND, "key-1"),
        e.VisitRated(1, "key-1"))
    assert step(here) == s.Rated()
    shown = page(here)
    assert isinstance(shown.body, Notice)
    assert (shown.body.title, shown.actions[0].press) == ("谢谢，评价记下了", e.Key.FINISH)
    assert press(here, e.Key.FINISH).state.fresh


@pytest.mark.parametrize("leave", [e.Key.HOME, e.Key.FINISH])
def test_who_leaves_leaves_nothing(leave: e.Key) -> None:
    here = pressed(LEVELS, e.ChooseLevel(1), e.ChooseReason("manner"), leave)
    assert (step(here), here.session_no) == (s.FIRST, LEVELS.session_no + 1)
    assert SAID not in repr(here.session)
    assert "manner" not in repr(here.session)


def test_who_walks_away_is_wiped() -> None:
    asked = pressed(LEVELS, e.ChooseLevel(1), e.ChooseReason("manner"))
    assert after(asked, e.Tick(), at_s=AT + 600).fresh


def test_an_answer_that_does_not_come_is_asked_for_with_the_same_key() -> None:
    lost = after(press(LEVELS, e.ChooseLevel(5)).state, e.Lost(1, "rate", "key-1", "timeout"))
    assert isinstance(page(lost).body, Notice)
    assert [key.name for key in page(lost).actions] == ["retry"]
    assert press(lost, e.Key.TRY_AGAIN, "key-2").effects == (sent(5),)
    assert isinstance(step(press(lost, e.Key.BACK).state), s.Ticket)


def test_a_busy_hall_is_one_that_does_not_answer_yet() -> None:
    busy = after(press(LEVELS, e.ChooseLevel(5)).state, e.Refused(1, "rate", "key-1", problem("busy")))
    assert press(busy, e.Key.TRY_AGAIN, "key-2").effects == (sent(5),)


def test_a_no_is_told_in_the_halls_words_and_not_tried_again() -> None:
    twice = problem("rated_already", {"number": "A016"})
    refused = after(press(LEVELS, e.ChooseLevel(5)).state, e.Refused(1, "rate", "key-1", twice))
    body = page(refused).body
    assert isinstance(body, Notice)
    assert (body.title, page(refused).actions) == ("A016 号已评价", ())
    assert press(refused, e.Key.TRY_AGAIN).effects == ()


@pytest.mark.parametrize("event", [e.VisitRated(1, "other"), e.VisitRated(2, "key-1"), e.Lost(1, "rate", "", "x")])
def test_answers_to_somebody_else_change_nothing(event: e.Event) -> None:
    for here in (press(LEVELS, e.ChooseLevel(5)).state, LEVELS, HELD):
        assert step(after(here, event)) == step(here)


def test_an_answer_finds_who_calls_for_a_person_meanwhile() -> None:
    calling = pressed(press(LEVELS, e.ChooseLevel(5)).state, e.Key.CALL_HELP)
    here = after(calling, e.VisitRated(1, "key-1"), e.Pressed(e.Key.BACK, "key-3"))
    assert step(here) == s.Rated()


def test_the_sample_is_what_the_hall_says_to_its_holder() -> None:
    assert (served(ticket()).rating, served(ticket()).can) == ("open", ())
