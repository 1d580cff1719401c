"""Where answers come from: what was written over stays known, nothing is asked twice, who holds a field."""

from __future__ import annotations

from dataclasses import replace

from hall_daemon.matters.checks import Checker
from hall_daemon.matters.fields import Field
from hall_daemon.matters.form import Form, Step
from hall_daemon.matters.values import (
    Answer,
    Held,
    Origin,
    answered,
    begun,
    known_by_meaning,
    prefilled,
    who_holds,
)
from hall_daemon.words.text import text
from tests.hall_daemon.matters.form_maker import DAY, cabinet

CARD, PERSON, DESK = Origin("card"), Origin("person"), Origin("staff", "desk-3")
NINE, TEN, LATE = "2026-12-01T09:00:00Z", "2026-12-01T10:00:00Z", "2026-12-02T09:00:00Z"


def form(*fields: tuple[str, str]) -> Form:
    asked = tuple(Field(id=name, kind="text", label=text(name, name), step="s", means=means) for name, means in fields)
    return Form(
        id="f", matter="m", version=1, title=text("表", "form"), steps=(Step("s", text("一", "one")),), fields=asked
    )


def test_what_a_person_writes_over_a_card_keeps_both() -> None:
    read = answered(None, "测试甲", CARD, NINE)
    assert answered(read, "测试甲", PERSON, TEN) == read, "the same again changes nothing"
    typed = answered(read, "测试乙", PERSON, TEN)
    assert typed == Answer("测试乙", PERSON, TEN, over=read)
    mended = answered(typed, "测试丙", PERSON, LATE)
    assert mended == Answer("测试丙", PERSON, LATE, over=read), "a typing error leaves no trace"
    assert answered(mended, "测试甲", DESK, LATE).over == mended


def test_what_means_the_same_is_asked_once() -> None:
    first, second = (
        form(("name", "person.name"), ("note", "")),
        form(("owner", "person.name"), ("phone", "person.phone")),
    )
    answers = {"name": answered(None, "测试甲", PERSON, NINE), "note": answered(None, "x", PERSON, NINE)}
    known = known_by_meaning(first, answers)
    assert prefilled(second, known, "case-7") == {"owner": Answer("测试甲", Origin("earlier", "case-7"), NINE)}
    from_card = known_by_meaning(first, {"name": answered(answered(None, "甲", PERSON, NINE), "测试甲", CARD, TEN)})
    assert prefilled(second, from_card, "case-7") == {"owner": Answer("测试甲", CARD, TEN)}


def test_a_form_begins_with_the_newest_that_its_own_fields_take() -> None:
    asked = form(("note", "person.note"), ("phone", "person.phone"), ("plan", "shop.plan"), ("agent", "agent.name"),
        ("born", "person.birth"))
    short, _, plan, agent, born = asked.fields
    new = replace(asked, fields=(
        replace(short, most=3), replace(asked.fields[1], shown_when=("filled", (("field", "note"),))),
        replace(plan, kind="file"), agent, replace(born, kind="date", fill=("today",)),
    ))
    everything = said(NINE, note="甲", phone="1", plan="p", agent="代理", born="2000-01-01")
    reviews = [("case-2", asked, said(LATE, note="测试测试")), ("case-1", asked, everything)]
    found = begun(Checker(new), reviews, DAY)
    assert {id_: (each.value, str(each.origin)) for id_, each in found.items()} == {
        "note": ("甲", "earlier:case-1"), "phone": ("1", "earlier:case-1"),
    }, "no picture, nobody who came for somebody, nothing that is worked out"
    assert begun(Checker(asked), reviews, DAY)["note"].value == "测试测试"


def said(at: str, **values: object) -> dict[str, Answer]:
    return {id_: answered(None, value, PERSON, at) for id_, value in values.items()}


def test_nothing_of_another_person_or_firm_stands_beside_the_newest() -> None:
    asked = form(("id", "head.id_number"), ("phone", "head.phone"), ("shop", "org.name"), ("place", "org.address"),
        ("note", "applicant.note"))
    older = ("case-1", asked, said(NINE, id="2", phone="22", shop="乙店", place="乙路", note="n"))
    found = begun(Checker(asked), [("case-2", asked, said(LATE, id="1", shop="甲店")), older], DAY)
    assert {id_: each.value for id_, each in found.items()} == {"id": "1", "shop": "甲店", "note": "n"}
    same = ("case-1", asked, said(NINE, id="1", phone="11", place="甲路"))
    found = begun(Checker(asked), [("case-2", asked, said(LATE, id="1", shop="甲店")), same], DAY)
    assert [found[each].value for each in ("id", "phone", "shop", "place")] == ["1", "11", "甲店", "甲路"]


def test_an_answer_is_also_what_its_form_says_and_is_taken_for_nothing_else() -> None:
    """Who opens an individual business is its head; the head of a firm is not who sets up an individual business."""
    one, two = form(("operator", "applicant.name")), form(("head", "head.name"))
    one = replace(one, fields=(replace(one.fields[0], also=("head.name",)),))
    answers = {"operator": answered(None, "测试甲", PERSON, NINE)}
    assert begun(Checker(two), [("case-1", one, answers)], DAY)["head"].value == "测试甲"
    assert begun(Checker(one), [("case-1", two, {"head": answers["operator"]})], DAY) == {}
    assert [held.field for held in who_holds("head.name", [("case-1", one, answers)])] == ["operator"]


def test_rows_come_along_by_what_their_columns_mean() -> None:
    def group(column: str, other: str) -> Form:
        parts = (
            Field(id=column, kind="text", label=text("名", "name"), means="holder.name"),
            Field(id=other, kind="text", label=text("注", "note")),
        )
        people = Field(id="p", kind="group", label=text("人", "people"), step="s", means="org.holders", parts=parts)
        return replace(form(), fields=(people,))

    rows = answered(None, [{"who": "测试甲", "note": "x"}], PERSON, NINE)
    earlier = [("case-1", group("who", "note"), {"p": rows})]
    (found,) = begun(Checker(group("name", "other")), earlier, DAY).values()
    assert found == Answer([{"name": "测试甲"}], Origin("earlier", "case-1"), NINE)
    (found,) = begun(Checker(group("name", "note")), earlier, DAY).values()
    assert found.value == [{"name": "测试甲", "note": "x"}]
    assert list(who_holds("holder.name", earlier)) == [
        Held("case-1", "p.who", PERSON, NINE, current=True)
    ]
    assert list(who_holds("holder.name", [("case-1", group("who", "note"), {"p": rows._replace(value=[])})])) == []


def test_from_a_business_to_its_food_licence_nothing_is_asked_twice() -> None:
    forms = cabinet().forms
    business, food = forms["individual-business-setup"], forms["food-business-licence"]
    kept = said(NINE, **{id_: value for id_, value in business.samples().items() if business.field(id_).kind != "file"})
    checker = Checker(food)
    found = begun(checker, [("case-1", business, kept)], DAY)
    assert set(found) == {
        "operator", "rep_name", "rep_id", "phone", "premises_addr", "licence_addr", "area", "dwelling", "staff",
    }
    answers = {id_: each.value for id_, each in found.items()}
    assert checker.computed(answers, DAY)["rep_birth"] == business.samples()["operator_birth"]
    labels = {field.label["zh"] for field in business.fields if field.id in kept}
    asked = (field for field in food.fields if field.id not in found and field.fill is None)
    left = {field.id for field in asked if field.label["zh"] in labels}
    assert left == {"agent"}, "who comes is asked each time"
    assert checker.verdict({**food.samples(), **answers}, DAY).may_be_sent


def test_every_number_and_name_of_a_person_is_masked_wherever_it_is_shown() -> None:
    asked = [each for form in cabinet().forms.values() for field in form.fields for each in (field, *field.parts)]
    open_ = {
        each.id for each in asked if not each.mask and not (each.means and each.means.startswith("org."))
        and each.kind in ("name", "id_number", "identifier", "phone", "contact", "card", "address")
    }
    assert open_ == set()


def test_who_holds_a_field_and_from_where() -> None:
    name = answered(answered(None, "测试甲", CARD, NINE), "测试乙", PERSON, TEN)
    one, two = form(("name", "person.name")), form(("owner", "person.name"))
    holders = [("case-1", one, {"name": name}), ("case-2", two, {"owner": answered(None, "甲", DESK, LATE)})]
    assert list(who_holds("person.name", holders)) == [
        Held("case-1", "name", PERSON, TEN, current=True),
        Held("case-1", "name", CARD, NINE, current=False),
        Held("case-2", "owner", DESK, LATE, current=True),
    ]
    assert list(who_holds("person.phone", holders)) == []
    assert [str(each) for each in (CARD, DESK)] == ["card", "staff:desk-3"]
