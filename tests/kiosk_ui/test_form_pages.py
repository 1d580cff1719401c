"""Pages of the forms that the hall ships: what is masked is not spoken, what is wrong leads to its mend. Pure."""

from __future__ import annotations

from dataclasses import replace

from hall_daemon.wire.forms import form_view
from kiosk_ui.presenters.aloud import aloud
from kiosk_ui.presenters.page import Choices
from kiosk_ui.sample_matters import ANSWERS, DAY, FOOD, ID_NUMBER, asking, draft
from kiosk_ui.samples import gallery
from kiosk_ui.state import drafts, filling
from kiosk_ui.state import steps as s
from kiosk_ui.state.drafts import Draft, Place
from tests.hall_daemon.matters.form_maker import cabinet
from tests.kiosk_ui.pages import LANGUAGES, page
from tests.kiosk_ui.test_filling import at


def shipped(form: str, answers: dict[str, object]) -> Draft:
    begun = drafts.begun(form, form_view(cabinet().forms[form]), DAY, walk=True)
    assert begun is not None
    for name, said in answers.items():
        begun = drafts.with_answer(begun, Place(name), said)
    return begun


def test_an_answer_that_its_form_masks_is_never_spoken() -> None:
    """Nor its mask: of a name and a number that would say enough."""
    rows, last = asking(Place("people"), ANSWERS), s.Check(draft=draft(ANSWERS), before=FOOD)
    for step in (rows, last, replace(rows, draft=shipped("company-setup", {}), at=Place("shareholders"))):
        spoken = " ".join(aloud(page(at(step)), LANGUAGES["zh"]))
        assert not any(part in spoken for part in ("*", "测试甲", "测试乙", "0011", ID_NUMBER)), spoken
    assert "测试街2号1层103" in " ".join(aloud(page(at(last)), LANGUAGES["zh"]))


def test_the_rows_of_a_shipped_form_are_masked() -> None:
    here = replace(asking(Place("people"), ANSWERS), draft=shipped("company-setup", {}), at=Place("shareholders"))
    body = page(at(here)).body
    assert isinstance(body, Choices)
    assert body.choices[0].detail == "测*甲 · 自然人 · 110***********0011 · 60 万元 · 2031年11月30日"


def test_a_day_is_said_as_people_say_it_and_its_pre_review_says_what_it_is() -> None:
    body = page(at(s.Check(draft=draft(ANSWERS), before=FOOD))).body
    assert isinstance(body, Choices)
    assert next(row.detail for row in body.choices if row.name == "answer-opens") == "2026年12月1日"
    told = page(replace(at(s.FIRST), session=dict(gallery())["47-review-mend"].session)).body
    assert isinstance(told, Choices)
    assert told.hint.endswith("预审参考，不代表受理")


def test_a_rule_about_several_questions_leads_to_the_one_to_be_mended() -> None:
    said = {"agent": "委托办理", "agent_name": "测试代理", "agent_id": "110101199003070012",
        "agent_phone": "13800000000", "poa_from": "2026-11-01", "poa_to": "2027-01-31"}
    here = shipped("social-card", said)
    (rule,) = [each for each in here.verdict.broken if each.level == "error"]
    assert (rule.check, drafts.place_of(rule)) == ("agent_complete", Place("agent_id"))
    assert [each.fault for each in filling.wrong(here, Place("agent_id"))] == ["digit"]
    assert filling.wrong(here, Place("agent")) == ()
