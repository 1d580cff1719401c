"""What a machine read of papers, beside the form: numbers that can be right, and what they say of the answers."""

from __future__ import annotations

import pytest

from hall_daemon.matters.facts import MOST_FACTS, Fact, compared, is_sound, numbers_in
from hall_daemon.matters.fields import Field
from hall_daemon.matters.form import Form, Step
from hall_daemon.words.text import text
from tests.hall_daemon.matters.form_maker import cabinet

TODAY = 20_785  # 2026-11-28
ANN, BO = "110101199003070011", "11010519491231002X"
SHOP, OTHER = "92110101MAKKKKKK67", "91350100M000100Y43"
LABEL = text("项", "field")


def form() -> Form:
    part = Field(id="no", kind="id_number", label=LABEL)
    holder = Field(id="no", kind="identifier", label=LABEL)
    fields = (
        Field(id="id", kind="id_number", label=LABEL, step="s", paper="id_card"),
        Field(id="uscc", kind="uscc", label=LABEL, step="s", paper="licence"),
        Field(id="crew", kind="group", label=LABEL, step="s", parts=(part,)),
        Field(id="holders", kind="group", label=LABEL, step="s", parts=(holder,)),
    )
    return Form(id="f", matter="m", version=1, title=LABEL, steps=(Step("s", LABEL),), fields=fields)


def said(answers: dict[str, object], paper: str, *facts: Fact) -> list[tuple[str, bool]]:
    found = compared(form(), answers, facts, lambda field: field.paper == paper, TODAY)
    return [(each.field, each.agrees) for each in found]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (f"https://licence.example/show?uniscid={SHOP}&x=1", [("uscc", SHOP)]),
        (f"名称:小吃店;统一社会信用代码:{SHOP.lower()};", [("uscc", SHOP)]),
        (f"公民身份号码 {BO.lower()} {ANN}", [("id_number", BO), ("id_number", ANN)]),
        ("公民身份号码 １１０１０１１９９００３０７００１１", [("id_number", ANN)]),
        (f"{ANN}0 x{ANN} {ANN[:-1]}2 {SHOP[:-1]}8", []),
        (f"{ANN} " * 3, [("id_number", ANN)]),
        ("", []),
    ],
)
def test_numbers_are_those_whose_check_digit_fits(words: str, found: list[tuple[str, str]]) -> None:
    assert list(numbers_in(words, TODAY)) == found


def test_a_text_of_any_length_has_few_facts() -> None:
    many = " ".join(f"1101011990030{day:02}{serial:03}" for day in range(100, 900) for serial in range(9))
    assert len(numbers_in(many, TODAY)) <= MOST_FACTS


@pytest.mark.parametrize(
    ("fact", "sound"),
    [
        (Fact("id_number", ANN), True), (Fact("id_number", ANN[:-1] + "2"), False), (Fact("id_number", "x"), False),
        (Fact("uscc", SHOP), True), (Fact("uscc", "9" * 18), False), (Fact("expires", "2030-02-30"), False),
        (Fact("expires", "2030-02-28"), True), (Fact("document", "E12345678"), True), (Fact("document", "<b>"), False),
    ],
)
def test_what_the_child_says_is_looked_at(fact: Fact, sound: bool) -> None:
    assert is_sound(fact) is sound


def test_what_stands_in_the_form_agrees_wherever_it_stands() -> None:
    answers: dict[str, object] = {"id": ANN, "uscc": SHOP.lower(), "crew": [{"no": BO}, {"no": "torn"}]}
    assert said(answers, "licence", Fact("uscc", SHOP)) == [("uscc", True)]
    assert said(answers, "any", Fact("id_number", BO)) == [("crew", True)]
    held: dict[str, object] = {"holders": [{"no": ANN}, {"no": OTHER.lower()}]}
    assert said(held, "any", Fact("uscc", OTHER), Fact("id_number", ANN)) == [("holders", True), ("holders", True)]
    assert said(answers, "id_card", Fact("id_number", ANN), Fact("id_number", BO)) == [("id", True), ("crew", True)]


def test_only_the_paper_that_proves_a_field_contradicts_it() -> None:
    answers: dict[str, object] = {"id": ANN, "uscc": SHOP}
    assert said(answers, "licence", Fact("uscc", OTHER)) == [("uscc", False)]
    assert said(answers, "lease", Fact("uscc", OTHER)) == [], "a landlord has a number of his own"
    assert said(answers, "licence", Fact("uscc", OTHER), Fact("uscc", SHOP)) == [("uscc", True)]
    assert said({}, "licence", Fact("uscc", OTHER)) == [], "nothing was said yet"


def test_a_document_that_has_ended_is_said() -> None:
    assert said({}, "id_card", Fact("expires", "2026-11-27")) == [("", False)]
    assert said({}, "id_card", Fact("expires", "2026-11-28")) == [("", True)]


@pytest.mark.parametrize(("form", "paper", "answers", "field"), [
    ("medical-nonlocal-filing", "id_any", {"id_no": ANN}, "id_no"),
    ("individual-business-setup", "family_ids", {"family_members": [{"id": ANN}]}, "family_members"),
    ("individual-business-setup", "id_card", {"operator_id": ANN}, "operator_id"),
    ("company-setup", "shareholder_docs", {"shareholders": [{"id": ANN}]}, "shareholders"),
    ("company-setup", "officers", {"directors": [{"id": ANN}]}, "directors"),
    ("company-setup", "officers", {"legal_rep_id": ANN}, "legal_rep_id"),
    ("food-business-licence", "biz_licence", {"uscc": SHOP}, "uscc"),
    ("social-card", "guardian_id", {"guardian_id": ANN}, "guardian_id"),
    ("housing-fund-rent", "marriage", {"spouse_id": ANN}, "spouse_id"),
])
def test_somebody_elses_number_on_a_paper_contradicts_the_form(
    form: str, paper: str, answers: dict[str, object], field: str
) -> None:
    """With the forms and guides that the hall ships."""
    kept, fact = cabinet(), Fact("uscc", OTHER) if "uscc" in answers else Fact("id_number", BO)

    def proved(asked: Field) -> bool:
        entry = kept.dictionary.get(asked.means)
        return paper in (asked.paper, *(entry.papers if entry else ()))

    found = compared(kept.forms[form], answers, (fact,), proved, TODAY)
    assert [(each.field, each.agrees) for each in found] == [(field, False)]
