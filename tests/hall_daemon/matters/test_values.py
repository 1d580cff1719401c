"""Where answers come from: what was written over stays known, nothing is asked twice, who holds a field."""

from __future__ import annotations

from hall_daemon.matters.fields import Field
from hall_daemon.matters.form import Form, Step
from hall_daemon.matters.values import (
    Answer,
    Held,
    Origin,
    answered,
    known_by_meaning,
    prefilled,
    values_of,
    who_holds,
)
from hall_daemon.words.text import text

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
    assert prefilled(second, known, TEN, "case-7") == {"owner": Answer("测试甲", Origin("earlier", "case-7"), TEN)}
    from_card = known_by_meaning(first, {"name": answered(None, "测试甲", CARD, NINE)})
    assert prefilled(second, from_card, TEN, "case-7") == {"owner": Answer("测试甲", CARD, NINE)}
    assert values_of(answers) == {"name": "测试甲", "note": "x"}


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
