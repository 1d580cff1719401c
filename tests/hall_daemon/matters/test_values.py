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
from tests.hall_daemon.matters.form_maker import DAY

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
    asked = form(("name", "person.name"), ("phone", "person.phone"), ("plan", "shop.plan"), ("agent", "agent.name"),
        ("born", "person.birth"))
    short, _, plan, agent, born = asked.fields
    new = replace(asked, fields=(
        replace(short, most=3), replace(asked.fields[1], shown_when=("filled", (("field", "name"),))),
        replace(plan, kind="file"), agent, replace(born, kind="date", fill=("today",)),
    ))

    def said(at: str, **values: str) -> dict[str, Answer]:
        return {id_: answered(None, value, PERSON, at) for id_, value in values.items()}

    everything = said(NINE, name="甲", phone="1", plan="p", agent="代理", born="2000-01-01")
    reviews = [("case-2", asked, said(LATE, name="测试测试")), ("case-1", asked, everything)]
    found = begun(Checker(new), reviews, DAY)
    assert {id_: (each.value, str(each.origin)) for id_, each in found.items()} == {
        "name": ("甲", "earlier:case-1"), "phone": ("1", "earlier:case-1"),
    }, "no picture, nobody who came for somebody, nothing that is worked out"
    assert begun(Checker(asked), reviews, DAY)["name"].value == "测试测试"


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
