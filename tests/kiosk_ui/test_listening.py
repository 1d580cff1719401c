"""What who only listens is told: what is wrong, what is new, what is to be compared; and never what a form masks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from msgspec import structs
from PyQt6.QtWidgets import QApplication

from kiosk_ui.presenters.aloud import told
from kiosk_ui.sample_matters import ANSWERS, ID_NUMBER, asking, draft, steps
from kiosk_ui.samples import NOW_S, guides, state
from kiosk_ui.state import Assist
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.drafts import Place
from tests.kiosk_ui.pages import LANGUAGES, page
from tests.kiosk_ui.test_aloud import AGAIN, BACK, CHOOSE, Recorder, heard_on, listener, strike, walk_to
from tests.kiosk_ui.test_app import Person
from tests.kiosk_ui.tiny_hall import TinyHall, tiny_hall

SPOKEN = Assist(spoken=True)
STEPS = dict(steps(NOW_S))


@pytest.fixture
def served() -> Iterator[TinyHall]:
    with tiny_hall() as served:
        yield served


@contextmanager
def at(served: TinyHall, step: s.Step) -> Iterator[tuple[Person, Recorder]]:
    """Somebody who listens at that page; what was said before is forgotten."""
    voice = Recorder()
    with listener(served, voice) as person:
        here = person.kiosk.state
        session = replace(here.session, step=step, assist=SPOKEN)
        person.kiosk.state = replace(here, session=session, library=replace(guides(), ask_at_s=None))
        person.kiosk._show()
        QApplication.processEvents()
        del voice.heard[:]
        yield person, voice


def all_of_it(person: Person, voice: Recorder) -> list[str]:
    """The whole page by the key for the next thing, from the last one to the first again."""
    reader = person.kiosk._reader
    assert reader is not None
    for _ in reader._items:
        strike(person, BACK)
    return [text for _, text in voice.heard]


@pytest.mark.parametrize("name", ["42-check", "41-rows"])
def test_what_a_form_masks_is_never_said(qt: object, served: TinyHall, name: str) -> None:
    with at(served, STEPS[name]) as (person, voice):
        said = " ".join(all_of_it(person, voice))
    assert "*" not in said
    assert ID_NUMBER[:3] not in said
    assert "经营者身份证号" in said or "第 1 行" in said


def test_what_is_wrong_with_an_answer_is_said(qt: object, served: TinyHall) -> None:
    with at(served, replace(asking(Place("area"), ANSWERS), typed="5")) as (person, voice):
        strike(person, AGAIN)
        walk_to(person, voice, "下一题")
        strike(person, CHOOSE)
        assert "面积太小" in voice.last
        assert "已输入" not in voice.last
        strike(person, CHOOSE)  # it is left as it is
        assert voice.last.startswith("开业日期")


def test_a_whole_number_is_said_to_fit_or_not_and_no_birthday(qt: object, served: TinyHall) -> None:
    with at(served, replace(asking(Place("id_no")), typed=ID_NUMBER[:17])) as (person, voice):
        person.touch(f"key-{ID_NUMBER[17]}")
        assert voice.last == "已输入 18 位\n格式对"
        person.touch("erase")
        assert voice.last == "已输入 17 位"
        person.touch(f"key-{(int(ID_NUMBER[17]) + 1) % 10}")
        assert voice.last == "已输入 18 位\n最后一位对不上，请对着证件再看一遍"
        assert "1990" not in " ".join(text for _, text in voice.heard)


def test_what_the_keys_are_now_and_other_words_are_said(qt: object, served: TinyHall) -> None:
    with at(served, STEPS["40-question-pinyin"]) as (person, voice):
        person.touch("more")
        assert not voice.last.startswith("已输入")
        person.touch("clear")
        assert voice.last == "已输入 0 位"
        walk_to(person, voice, "数字")
        strike(person, CHOOSE)
        assert voice.last == "字母"


def test_a_page_that_is_another_under_its_name_is_read(qt: object, served: TinyHall) -> None:
    with at(served, s.Guides()) as (person, voice):
        person.touch("group-business")
        assert voice.heard[0] == ("zh", "企业开办")
    with at(served, s.FindReview("2026112800001")) as (person, voice):
        person.touch("key-2")
        assert "身份证" in voice.heard[0][1]


def test_the_next_ones_of_a_list_are_read(qt: object, served: TinyHall) -> None:
    with at(served, s.Check(draft=draft(ANSWERS), before=asking(Place("area")).before)) as (person, voice):
        before = set(all_of_it(person, voice))
        person.touch("more")
        assert voice.last not in before
        reader = person.kiosk._reader
        assert reader is not None
        assert reader.at is not None
        assert reader.at.control == person.kiosk.window.keys()[0].name
        assert reader.busy


def test_what_a_reader_read_and_whether_staff_know_is_said(qt: object, served: TinyHall) -> None:
    with at(served, asking(Place("area"))) as (person, voice):
        here = person.kiosk.state
        person.kiosk.state = replace(here, session=replace(here.session, heard="unreadable"))
        person.kiosk._show()
        assert voice.last == "没读出来，请再放一次"
    with at(served, s.Help(before=s.FIRST, key="k")) as (person, voice):
        person.kiosk.happen(e.HelpCalled(person.kiosk.state.session_no, "k", "help-1"))
        assert voice.heard == [("zh", LANGUAGES["zh"]("help.told"))]


@pytest.mark.parametrize("name", ["44-papers-compare", "49-moving-number", "49-arriving"])
def test_the_number_that_a_phone_shows_too_is_said(name: str) -> None:
    said = told(page(state(step=STEPS[name])), LANGUAGES["zh"])
    assert "四 七" in said
    assert any("手机" in line for line in said)


def test_a_list_says_what_it_is_for(qt: object) -> None:
    said = told(page(state(step=asking(Place("items")))), LANGUAGES["zh"])
    assert any("可以选几样" in line for line in said)


def test_the_countdown_is_said_again_when_half_of_it_is_over(qt: object, served: TinyHall) -> None:
    with at(served, s.LookUp("A01")) as (person, voice):
        voice.speaking, voice.quick = False, True
        person.wait_for(lambda: not heard_on(person.kiosk))
        for seconds in (91, 11):
            del voice.heard[:]
            person.later(seconds)
            assert ("zh", "您还在吗？") in voice.heard
            person.wait_for(lambda: not heard_on(person.kiosk))


def test_figures_that_change_interrupt_nobody(qt: object, served: TinyHall) -> None:
    with at(served, s.FIRST) as (person, voice):
        hall = person.kiosk.state.link.hall
        assert hall is not None
        queues = tuple(structs.replace(queue, waiting=queue.waiting + 1) for queue in hall.queues)
        person.kiosk.happen(e.HallCame(structs.replace(hall, queues=queues), "x"))
        assert voice.heard == []


