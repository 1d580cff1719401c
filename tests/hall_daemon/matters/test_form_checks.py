"""A verdict: what hides, what is needed, what is told, in which order; and what no answer may do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from hall_daemon.matters.checks import CELLS_TOLD, Broken, Checker, Verdict, words_of
from hall_daemon.matters.fields import MOST_ROWS, Field, KindName, Option, masked, read, tidy
from hall_daemon.matters.form import Form, PaperRule, Rule, Step, plain
from hall_daemon.matters.formats import han_name
from hall_daemon.words.text import text
from tests.hall_daemon.matters.form_maker import DAY, TODAY

SAID = text("说", "say")


def asked(id: str, kind: KindName = "text", **more: Any) -> Field:
    return Field(id=id, kind=kind, label=text(id, id), step=more.pop("step", "one"), **more)


def rule(id: str, *fields: str, **more: Any) -> Rule:
    return Rule(id=id, level=more.pop("level", "error"), fields=fields, say=SAID, mend=SAID, **more)


def form(*fields: Field, rules: tuple[Rule, ...] = (), papers: tuple[PaperRule, ...] = ()) -> Form:
    steps = tuple(Step(step, SAID) for step in ("one", "two", "three"))
    return Form(id="f", matter="m", version=1, title=SAID, steps=steps, fields=fields, rules=rules, papers=papers)


def verdict(of: Form, **answers: Any) -> Verdict:
    return Checker(of).verdict(answers, DAY)


def codes(of: Verdict) -> list[str]:
    return [each.check for each in of.broken]


PICK = asked("pick", "choice", options=(Option("甲", SAID), Option("乙", SAID)))
ON_A = ("is", ("field", "pick"), ("value", "甲"))


def test_a_hidden_field_is_neither_needed_nor_checked_nor_seen_by_rules() -> None:
    more = asked("more", "integer", required=True, least=10_000.0, shown_when=ON_A, step="two")
    checked = form(PICK, more, rules=(rule("some", "more", never=("filled", (("field", "more"),))),))
    shown, hidden = verdict(checked, pick="甲", more=0), verdict(checked, pick="乙", more=0)
    assert (codes(shown), shown.hidden, shown.needed, shown.steps) == (["some"], (), ("more",), ("one", "two"))
    assert (codes(hidden), hidden.hidden, hidden.needed, hidden.steps) == ([], ("more",), (), ("one",))


def test_a_value_that_is_hidden_hides_what_hangs_on_it() -> None:
    chain = form(PICK, asked("b", shown_when=ON_A), asked("c", shown_when=("filled", (("field", "b"),))))
    assert verdict(chain, pick="乙", b="x", c="y").hidden == ("b", "c")


def test_everything_is_told_at_once_in_the_order_of_the_pages() -> None:
    checked = form(
        asked("a", required=True),
        asked("b", "integer"),
        asked("c", "date"),
        rules=(
            rule("late", "c", "a", never=("filled", (("field", "b"),))),
            rule("early", "a", "b", level="warn", must=("filled", (("field", "c"),))),
        ),
    )
    assert verdict(checked, b=1, c="2026-02-30").broken == (
        Broken("required", "a"),
        Broken("early", "a", "warn", fields=("a", "b")),
        Broken("date", "c"),
        Broken("late", "c", fields=("c", "a")),
    )


def test_a_rule_about_one_field_alone_says_it_once_and_better() -> None:
    needs = rule("named", "pick", "a", must=("filled", (("field", "a"),)))
    limit = rule("limit", "n", must=("le", ("field", "n"), ("value", 50_000.0)))
    checked = form(PICK, asked("a", required=True), asked("n", "integer", most=50_000.0), rules=(needs, limit))
    assert codes(verdict(checked, n=9)) == ["named", "limit"]
    warned = form(asked("n", "integer", most=50_000.0), rules=(rule("limit", "n", level="warn", must=limit.must),))
    assert codes(verdict(warned, n=9)) == ["range", "limit"], "a warning keeps nothing from being sent"


def test_only_an_error_keeps_a_form_from_being_sent() -> None:
    assert verdict(form(PICK, rules=(rule("w", "pick", level="warn", must=ON_A),))).may_be_sent
    assert not verdict(form(PICK, rules=(rule("e", "pick", must=ON_A),))).may_be_sent


def test_rows_are_checked_and_named() -> None:
    parts = (asked("name", required=True), asked("id", "id_number", required=True))
    rows = form(asked("people", "group", parts=parts, least=1, most=2))
    answered = verdict(rows, people=[{"name": "甲", "id": "110101199003070011"}, {"id": "1"}, {"name": "x" * 201}])
    assert answered.broken == (
        Broken("rows", "people"),
        Broken("required", "people", row=2, part="name"),
        Broken("format", "people", row=2, part="id", fault="length"),
        Broken("length", "people", row=3, part="name"),
        Broken("required", "people", row=3, part="id"),
    )
    say, mend = words_of(rows, answered.broken[2])
    assert say["zh"] == "people 第 2 行 id要 18 位"
    assert mend["en"].startswith("Count")


def test_of_a_long_group_no_more_is_told_than_anybody_mends() -> None:
    rows = form(asked("people", "group", parts=(asked("a", required=True), asked("b", required=True))))
    assert len(verdict(rows, people=[{}] * MOST_ROWS).broken) == CELLS_TOLD
    assert codes(verdict(rows, people=[{}] * (MOST_ROWS + 1))) == ["rows"]


def test_papers_are_named_once_in_their_order() -> None:
    papers = (PaperRule(("a", "b"), SAID, ON_A), PaperRule(("b", "c"), SAID))
    assert verdict(form(PICK, papers=papers), pick="甲").papers == ("a", "b", "c")
    assert verdict(form(PICK, papers=papers)).papers == ("b", "c")


@pytest.mark.parametrize(
    ("kind", "answer", "code"),
    [
        ("text", "字" * 201, "length"),
        ("text", "字" * 10_000, "length"),
        ("text", "a\x00b", "characters"),
        ("text", "\ud800", "characters"),
        ("text", "\u202e", "characters"),
        ("text", ["a"], "kind"),
        ("text", 5, "kind"),
        ("name", "😀", "characters"),
        ("address", "😀" * 60, "characters"),
        ("address", "测试路1号\u200b", "characters"),
        ("address", "测试路\u200d1号", "characters"),
        ("name", "abc", "format"),
        ("name", "测试·", "format"),
        ("name", "字" * 16, "format"),
        ("number", "abc", "number"),
        ("number", True, "number"),
        ("number", 10**30, "number"),
        ("number", float("nan"), "number"),
        ("number", [], "number"),
        ("integer", 1.5, "decimals"),
        ("money", 0.001, "decimals"),
        ("date", "2026-02-29", "date"),
        ("date", "0026-01-01", "date"),
        ("date", "长期", "date_written"),
        ("date", "2027/11/14", "date_written"),
        ("date", "1" * 2001, "date_written"),
        ("id_number", "1" * 2001, "format"),
        ("phone", "1" * 201, "format"),
        ("uscc", "9" * 2001, "format"),
        ("choice", "甲" * 2001, "option"),
        ("file", "f" * 2001, "kind"),
        ("file", "f" * 201, "length"),
        ("date", 20261201, "kind"),
        ("choice", "丙", "option"),
        ("choices", ["甲", "丙"], "option"),
        ("choices", ["甲", "甲"], "option"),
        ("choices", "甲", "kind"),
        ("group", [1], "kind"),
        ("group", {}, "kind"),
        ("group", [{}] * 201, "rows"),
        ("id_number", "110101199003070012", "format"),
        ("id_number", "110101202612020015", "format"),
    ],
)
def test_an_answer_of_the_wrong_sort_is_told_in_words(kind: KindName, answer: Any, code: str) -> None:
    options = PICK.options if kind in ("choice", "choices") else ()
    checked = form(asked("a", kind, options=options, parts=(asked("x"),) if kind == "group" else ()))
    found = verdict(checked, a=answer)
    assert codes(found) == [code]
    say, mend = words_of(checked, found.broken[0])
    assert len(say["zh"]) > 2
    assert mend["zh"]
    assert "?" not in say["zh"]
    assert "  " not in say["zh"], "a number is missing"


@pytest.mark.parametrize(("number", "says", "fault"), [
    ("11010119900307001", "身份证号要 18 位", "length"),
    ("11010119900307001１１", "身份证号要 18 位", "length"),
    ("11010119900307001A", "身份证号要 18 位", "length"),
    ("110101199002300012", "身份证号里的出生日期没有这一天", "date"),
    ("110101202612020015", "身份证号里的出生日期在今天之后", "future"),
    ("110101180003070012", "身份证号里的出生日期是 125 年以前", "old"),
    ("110101199003070012", "身份证号最后一位对不上", "digit"),
    ("160101199003070010", "身份证号开头两位不是省份", "region"),
])
def test_of_an_id_number_the_first_fault_is_told(number: str, says: str, fault: str) -> None:
    checked = form(Field(id="a", kind="id_number", label=text("身份证号", "ID number"), step="one"))
    (found,) = verdict(checked, a=number).broken
    say, mend = words_of(checked, found)
    assert (found.check, found.fault, say["zh"]) == ("format", fault, says)
    assert "1990" not in mend["zh"], "nobody is told which digit would fit"


@pytest.mark.parametrize(("field", "answer", "says", "how"), [
    (Field(id="a", kind="phone", label=SAID), "1" * 201, "说不是 11 位的手机号", "重新数一遍，不写 +86"),
    (Field(id="a", kind="uscc", label=SAID), "9" * 201, "说核对不上", "对着执照重输，里面没有 I、O、Z、S、V"),
    (Field(id="a", kind="integer", label=SAID), "三", "说要填整数", "只写数，不写单位，不带小数"),
    (Field(id="a", kind="money", label=SAID), "三", "说要填数字", "只写数，不写单位，小数写到分"),
    (Field(id="a", kind="date", label=SAID), "2027/11/14", "说要写成年-月-日", "写成 2026-12-01 这样，月和日都是两位"),
    (Field(id="a", kind="date", label=SAID), "2027-02-29", "说没有这一天", "看看月份和日子，有没有写错一位"),
    (Field(id="a", kind="text", label=SAID), "字" * 2001, "说最多 200 个字", "删短一些"),
    (Field(id="a", kind="group", label=SAID, parts=(Field(id="x", kind="text", label=SAID),)), [{}] * 101,
        "说最多 100 行", "合并一些；实在要更多，请问窗口"),
])
def test_what_is_wrong_is_said_with_its_number_and_the_right_advice(
    field: Field, answer: Any, says: str, how: str
) -> None:
    checked = form(replace(field, step="one"))
    (found,) = verdict(checked, a=answer).broken
    assert [words["zh"] for words in words_of(checked, found)] == [says, how]


def test_a_rule_that_wants_fields_filled_or_of_their_format_speaks_for_them() -> None:
    wants = ("all", (("filled", (("field", "a"), ("field", "b"))), ("format", ("field", "id"), "id_number")))
    fields = (PICK, asked("a", required=True), asked("b", required=True), asked("id", "id_number", required=True))
    checked = form(*fields, rules=(rule("whole", "pick", "a", must=wants),))
    assert codes(verdict(checked)) == ["whole"]
    assert codes(verdict(checked, a="x", b="y", id="1")) == ["whole"]
    assert codes(verdict(checked, a="x" * 201, id="1")) == ["whole", "length"], "what it says nothing of stays"
    other = ("all", (("filled", (("field", "id"),)), ("is", ("field", "a"), ("value", "x"))))
    checked = form(*fields[1:], rules=(rule("same", "a", "id", must=other),))
    assert codes(verdict(checked, a="z", b="y", id="1")) == ["same", "format"], "it wants it filled, and it is"


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("name", "测试𫿱"),
        ("name", "买买提·吐尔逊"),
        ("number", " 45.5 "),
        ("number", "-3"),
        ("number", "１２．５"),
        ("date", "２０２６-１２-０１"),
        ("address", "测试路1号𫿱\U000e0100★"),
        ("expiry", "长期"),
        ("id_number", "１１０１０１１９９００３０７００２x"),
        ("identifier", "110101 19900307 002x "),
        ("phone", "+86 138-0000-0000"),
        ("text", "  "),
        ("choices", []),
        ("group", []),
    ],
)
def test_what_people_write_otherwise_is_taken(kind: KindName, answer: Any) -> None:
    options = PICK.options if kind == "choices" else ()
    parts = (asked("x"),) if kind == "group" else ()
    assert codes(verdict(form(asked("a", kind, options=options, parts=parts)), a=answer)) == []


def test_numbers_count_as_people_count() -> None:
    three = ("is", ("plus", ("field", "a"), ("field", "b")), ("field", "c"))
    checked = form(
        asked("a", "number"), asked("b", "number"), asked("c", "number"), rules=(rule("sum", "c", must=three),)
    )
    assert codes(verdict(checked, a=0.1, b=0.2, c=0.3)) == []
    assert codes(verdict(checked, a=0.1, b=0.2, c=0.3001)) == ["sum"]


def test_what_is_kept_is_tidy_and_what_others_see_is_masked() -> None:
    assert (tidy("phone", "+86 138-0000-0000"), tidy("text", " a b\u3000")) == ("13800000000", "a b")
    assert read(asked("a", "id_number"), "11010119900307002ｘ") == "11010119900307002X"
    assert [masked("name", each) for each in ("张", "张三", "张三丰")] == ["张", "张*", "张*丰"]
    assert masked("digits", "110101199003070011") == "110***********0011"
    assert (masked("tail", "6222020000000000018")[-5:], masked("all", "住址"), masked("", "x")) == ("*0018", "**", "x")


def test_a_field_takes_what_is_an_answer_to_it_alone() -> None:
    people = asked("people", "group", parts=(asked("who", "name", required=True), asked("age", "integer")), most=2.0)
    of = Checker(form(
        asked("hidden", "text", most=3.0, shown_when=ON_A), PICK, asked("day", "date"), asked("id", "id_number"), people
    ))
    taken = [("hidden", "abc"), ("pick", "乙"), ("day", "2020-02-29"), ("id", "110101199003070011"),
        ("people", [{"who": "测试甲", "age": 3}])]
    refused = [("hidden", "abcd"), ("hidden", ""), ("hidden", None), ("hidden", 7), ("pick", "丙"),
        ("day", "2021-02-29"), ("id", "110101199003070012"),
        ("people", [{"age": 3}]), ("people", [{"who": "测试甲", "age": "x"}]),
        ("people", "甲"), ("people", [{"who": "测试甲"}] * 3)]
    assert [each for each in taken + refused if of.takes(*each, DAY)] == taken


def test_counted_marks_come_beside_the_authors() -> None:
    marked = form(asked("a", often_wrong=SAID), asked("b"), asked("c")).with_marks({"a", "b"}, text("常退", "often"))
    assert [field.often_wrong and field.often_wrong["zh"] for field in marked.fields] == ["说", "常退", None]


def test_what_a_client_gets_leaves_out_what_is_not_so() -> None:
    served = plain(form(asked("n", "number", least=0.0, sample=0), PICK))
    assert served["fields"][0] == {
        "id": "n",
        "kind": "number",
        "label": text("n", "n"),
        "step": "one",
        "sample": 0,
        "least": 0.0,
    }
    assert [option["value"] for option in served["fields"][1]["options"]] == ["甲", "乙"]


def test_today_is_a_day_as_any() -> None:
    checked = form(asked("d", "date"), rules=(rule("past", "d", never=("lt", ("field", "d"), ("today",))),))
    assert codes(verdict(checked, d="2026-11-30")) == ["past"]
    assert codes(verdict(checked, d=TODAY)) == []


@pytest.mark.parametrize(("name", "good"), [
    ("张\U0002ebf0", True), ("张\U00031350", True), ("张\U000323b0", True), ("张\ue863", True), ("张·\U0002bff1", True),
    ("张\U0001f600", False), ("张\ufdd0", False), ("张 三", False), ("Zhang", False),
])
def test_a_name_may_have_characters_newer_than_this_python(name: str, good: bool) -> None:
    """What a card's reader hands on, the form takes."""
    assert han_name(name, 0) is good
