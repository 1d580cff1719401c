"""Questions at the kiosk and what the hall answers, made up: for pictures and for tests. Values only."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import structs

from hall_daemon.wire.ask import AskAnswer, FieldHelp
from hall_daemon.words.text import text
from kiosk_ui.state import steps as s


def answer(*matters: str, person: bool = False, paragraph: str | None = None, elsewhere: str = "") -> AskAnswer:
    return AskAnswer(
        answered=bool(matters), matters=matters, person=person, paragraph=paragraph,
        elsewhere=text(elsewhere, "Marriage registration") if elsewhere else None,
    )


def of_a_field() -> AskAnswer:
    name = FieldHelp(
        form="food", field="name", name=text("店名", "Name of the shop"), sample="示例市测试小吃店（个体工商户）",
        help=text("行政区划、两个字以上的字号、行业、组织形式，连着写。",
            "District, a name of two characters or more, trade and form, in one."),
    )
    return structs.replace(answer("food", paragraph="field.name"), field=name)


def pages() -> Iterator[tuple[str, s.Step]]:
    """One matter's paragraph, what the hall does not do, something about the hall itself, a person."""
    papers = answer("food", paragraph="materials")
    yield "33-search-paragraph", s.Search(typed="办食品证带什么", found=("food",), chosen=7, said=papers, whole=True)
    yield "33-search-field", s.Search(typed="店名怎么写", found=("food",), chosen=5, said=of_a_field(), whole=True)
    elsewhere = answer(person=True, elsewhere="婚姻登记")
    yield "33-search-elsewhere", s.Search(typed="结婚登记", chosen=4, said=elsewhere, whole=True)
    yield "33-search-hours", s.Search(typed="几点下班", chosen=4, said=answer(paragraph="hours"))
    yield "33-search-person", s.Search(typed="转人工", chosen=3, said=answer(person=True), whole=True)
