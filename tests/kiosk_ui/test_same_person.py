"""Whoever stands in a form already is written again with one touch, where one person has several roles."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hall_daemon.wire.forms import form_view
from kiosk_ui.presenters.aloud import aloud
from kiosk_ui.presenters.page import Pad, Typing
from kiosk_ui.sample_matters import DAY, FOOD
from kiosk_ui.state import Assist, drafts, filling, people
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.drafts import Draft, Place
from tests.hall_daemon.matters.form_maker import cabinet
from tests.kiosk_ui.pages import LANGUAGES, names, page
from tests.kiosk_ui.steps import press, pressed
from tests.kiosk_ui.test_filling import at

ONE, TWO = ("测试甲", "110101199003070011"), ("欧阳样例", "11010519491231002X")
HOLDERS, HEAD, HEAD_ID, MANAGER = (
    Place(id_) for id_ in ("shareholders", "legal_rep_name", "legal_rep_id", "manager_id")
)


def setup(*holders: tuple[str, str], walk: bool = False) -> Draft:
    begun = drafts.begun("company-setup", form_view(cabinet().forms["company-setup"]), DAY, walk=walk)
    assert begun is not None
    return drafts.with_answer(begun, HOLDERS, [{"name": name, "id": number} for name, number in holders])


def asked(draft: Draft, place: Place) -> s.Asking:
    return filling.asking(draft, place, FOOD)


def test_a_person_with_several_roles_is_typed_once() -> None:
    here = at(asked(setup(ONE, TWO), HEAD))
    body = page(here).body
    assert isinstance(body, Typing)
    assert [word.title for word in body.candidates] == ["同 测*甲 …0011", "同 欧**例 …002X"]
    written = pressed(here, body.candidates[1].press)
    step = written.session.step
    assert isinstance(step, s.Asking)
    assert (step.typed, step.at) == (TWO[0], HEAD), "it is seen before anybody goes on"
    assert [drafts.answer_at(step.draft, place) for place in (HEAD, HEAD_ID)] == list(TWO)
    assert drafts.answer_at(step.draft, Place("legal_rep_birth")) == "1949-12-31", "what is worked out of it is"
    assert page(written).body.candidates == ()  # type: ignore[union-attr]


def test_a_number_alone_is_offered_beside_its_pad() -> None:
    body = page(at(asked(setup(ONE, TWO), MANAGER))).body
    assert isinstance(body, Pad)
    assert names(body.letters) == ["same-0", "same-1"]
    step = pressed(at(asked(setup(ONE, TWO), MANAGER)), e.SamePerson(0)).session.step
    assert isinstance(step, s.Asking)
    assert step.typed == ONE[1]
    three = setup(ONE, TWO, ("测试丁", "110101199001011251"))
    here = at(asked(three, MANAGER))
    for assist, most in ((Assist(), 3), (Assist(large=True), 2), (Assist(large=True, low=True), 0)):
        shown = page(replace(here, session=replace(here.session, assist=assist))).body
        assert isinstance(shown, Pad)
        assert len(shown.letters) <= most


def test_in_a_row_the_columns_of_that_row_are_written() -> None:
    draft = drafts.with_answer(setup(ONE), HEAD, TWO[0])
    draft = drafts.with_answer(draft, HEAD_ID, TWO[1])
    row = drafts.first_column(draft, "shareholders", 2)
    step = pressed(at(asked(drafts.with_answer(draft, row, None), row)), e.SamePerson(0)).session.step
    assert isinstance(step, s.Asking)
    assert drafts.rows_of(step.draft, "shareholders") == (
        {"name": ONE[0], "id": ONE[1]}, {"name": TWO[0], "id": TWO[1]},
    )


@pytest.mark.parametrize("draft", [setup(), setup(("测试甲", "1101011990030700")), setup(ONE, walk=True)])
def test_nobody_is_offered_who_is_not_there_whole_nor_in_a_walk_through(draft: Draft) -> None:
    draft = drafts.with_answer(draft, MANAGER, None)
    assert people.offered(draft, MANAGER) == ()
    here = at(asked(draft, MANAGER))
    same, effects = press(here, e.SamePerson(0))
    assert (same.session.step, effects) == (here.session.step, ())


def test_what_stands_there_is_not_written_over_and_no_name_is_spoken() -> None:
    draft = drafts.with_answer(setup(ONE), HEAD_ID, TWO[1])
    step = pressed(at(asked(draft, HEAD)), e.SamePerson(0)).session.step
    assert isinstance(step, s.Asking)
    assert drafts.answer_at(step.draft, HEAD_ID) == TWO[1]
    for place in (HEAD, MANAGER):
        shown = page(at(asked(setup(TWO), place)))
        spoken = " ".join(aloud(shown, LANGUAGES["zh"]))
        assert isinstance(shown.body, Typing) == ("第 1 位" in spoken)
        assert not any(part in spoken for part in ("欧", "002X", "*")), spoken
    assert "欧" not in repr(people.offered(setup(TWO), HEAD))
