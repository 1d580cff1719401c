"""Which field of a form a question is about; what is about none is answered as before."""

from __future__ import annotations

from functools import cache

import pytest

from hall_daemon.ask.answer import Answer
from hall_daemon.ask.fields import Fields
from hall_daemon.config import load
from hall_daemon.config.forms import read_cabinet
from hall_daemon.config.guides import read_shelf
from tests.hall_daemon.ask.asked import CONFIG, OURS, asker, read

FOOD = "food-business-licence"


@cache
def fields() -> Fields:
    settings = load(CONFIG)
    return Fields(read_cabinet(settings.matters, read_shelf(settings).papers()).forms.values())


@pytest.mark.parametrize(("question", "within", "field"), [
    ("经营面积怎么填", FOOD, "area"), ("联系电话填谁的", FOOD, "phone"), ("主体业态是什么意思", FOOD, "business"),
    ("主体业态怎么填", "", "business"), ("食品经营许可证的联系电话填谁的", "", "phone"),
    ("What should I put for Floor area?", FOOD, "area"),
])
def test_a_field_is_named(question: str, within: str, field: str) -> None:
    answer, found = fields().told(question, within, asker().answer(question, within))
    assert (answer.matters, answer.paragraph, answer.understood) == ((FOOD,), f"field.{field}", True)
    assert found is not None
    assert found.field == field


@pytest.mark.parametrize(("question", "within"), [
    ("联系电话填谁的", ""), ("主体业态是什么意思", ""), ("经营面积", FOOD), ("怎么填", FOOD),
    ("\U0002bff1怎么填", FOOD), ("", FOOD),
])
def test_what_names_no_field_is_about_none(question: str, within: str) -> None:
    assert fields().told(question, within, Answer()) == (Answer(), None)


def test_questions_for_a_matter_stay_with_it() -> None:
    for each in read(OURS):
        before = asker().answer(each.q)
        after, _ = fields().told(each.q, "", before)
        assert after.matters == before.matters
