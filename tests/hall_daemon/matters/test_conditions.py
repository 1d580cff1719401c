"""The closed language: every word by its own example, what is refused with its place, and its bounds."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from hall_daemon.matters.conditions import CONDITIONS, DEPTH_MAX, NODES_MAX, TERMS, Fault, Reader
from hall_daemon.matters.days import month_day
from hall_daemon.matters.evaluate import NO_ROW, compiled, layout
from hall_daemon.matters.fields import Field, KindName, Option
from hall_daemon.words.text import text
from tests.hall_daemon.matters.form_maker import DAY

_KINDS: dict[str, KindName] = {
    "a": "text",
    "b": "text",
    "area": "number",
    "cold_room": "number",
    "capital": "money",
    "adults": "integer",
    "staff": "integer",
    "children": "integer",
    "period_months": "integer",
    "poa_from": "date",
    "poa_to": "date",
    "lease_from": "date",
    "lease_to": "date",
    "referral_date": "date",
    "operator_id": "id_number",
    "agent_id": "id_number",
    "id_no": "id_number",
    "supervisor_id": "id_number",
    "uscc": "uscc",
    "biz_name": "text",
}
_CHOICES = {
    "agent": ("本人办理", "委托办理"),
    "lessee": ("本人", "配偶", "其他人"),
    "marital": ("未婚", "已婚"),
    "items": ("冷食", "生食", "预包装食品销售"),
}


def field(id: str, kind: KindName, **more: Any) -> Field:
    return Field(id=id, kind=kind, label=text(id, id), **more)


FIELDS = {name: field(name, kind) for name, kind in _KINDS.items()}
FIELDS |= {
    name: field(
        name,
        "choices" if name == "items" else "choice",
        options=tuple(Option(each, text(each, each)) for each in values),
    )
    for name, values in _CHOICES.items()
}
FIELDS["directors"] = field("directors", "group", parts=(field("id", "id_number"),))
FIELDS["shareholders"] = field(
    "shareholders",
    "group",
    parts=(
        field("id", "text"),
        field("amount", "money"),
        field("kind", "choice", options=tuple(Option(each, text(each, each)) for each in ("自然人", "法人"))),
    ),
)
PLACES = layout(FIELDS.values())


def toml(line: str) -> Any:
    return tomllib.loads(f"x = {line}")["x"]


def faults(raw: Any, fields: dict[str, Field] = FIELDS, later: tuple[str, ...] = ()) -> list[Fault]:
    found: list[Fault] = []
    Reader(fields, found, later).condition(raw, ("when",))
    return found


def holds(line: str, **values: Any) -> bool:
    found: list[Fault] = []
    tree = Reader(FIELDS, found).condition(toml(line), ())
    assert found == []
    laid: list[Any] = [None] * PLACES.size
    laid[0] = DAY
    for name, value in values.items():
        laid[PLACES.places[name]] = value
        if PLACES.beside[name] == "month_day":
            laid[PLACES.places[name] + 1] = month_day(value)
    return bool(compiled(tree, PLACES)(laid, NO_ROW))


@pytest.mark.parametrize("word", CONDITIONS)
def test_every_word_reads_its_own_example_and_is_false_of_nothing(word: str) -> None:
    usual = {"not": True, "every": True, "distinct": True}
    example = CONDITIONS[word].example
    assert next(iter(toml(example))) == word
    assert holds(example) == usual.get(word, False)


@pytest.mark.parametrize("word", TERMS)
def test_every_term_reads_its_own_example_and_an_empty_answer_satisfies_nothing(word: str) -> None:
    found: list[Fault] = []
    term = Reader(FIELDS, found).term(toml(TERMS[word].example), ())
    assert found == []
    assert term is not None
    laid: list[Any] = [None] * PLACES.size
    laid[0] = DAY
    known = {"sum": 0.0, "count": 0.0, "cap": 15_000_000.0}
    assert compiled(term.tree, PLACES)(laid, NO_ROW) == known.get(word)


@pytest.mark.parametrize(
    ("line", "at", "says"),
    [
        ('"x"', ("when",), "one key"),
        ("{}", ("when",), "one key"),
        ('{ filled = "a", not = { filled = "a" } }', ("when",), "one key"),
        ('{ divide = ["area", 0] }', ("when", "divide"), "no such word"),
        ('{ gt = [{ divide = ["area", 0] }, 1] }', ("when", "gt", 0, "divide"), "no such word"),
        ('{ gt = ["area"] }', ("when", "gt"), "a list of 2"),
        ('{ gt = ["agent", 5] }', ("when", "gt", 0), "is a choice"),
        ('{ gt = ["area", "5"] }', ("when", "gt", 1), "is no number"),
        ('{ gt = ["area", nan] }', ("when", "gt", 1), "is no number"),
        ('{ gt = ["area", true] }', ("when", "gt", 1), "is no number"),
        ('{ gt = ["lease_to", "2026-02-30"] }', ("when", "gt", 1), "no such day"),
        ('{ gt = ["area", { field = "lease_to" }] }', ("when", "gt", 1), "does not compare"),
        ('{ is = ["agent", "委托"] }', ("when", "is", 1), "none of the options"),
        ('{ is = ["aera", 5] }', ("when", "is", 0), "no such field"),
        ('{ in = ["agent", []] }', ("when", "in", 1), "takes 1 to"),
        ('{ has = ["agent", "本人办理"] }', ("when", "has", 0), "is a choice"),
        ('{ format = ["a", "passport"] }', ("when", "format", 1), "no such format"),
        ('{ format = ["a", ["id_number"]] }', ("when", "format", 1), "no such format"),
        ('{ format = ["a", {}] }', ("when", "format", 1), "no such format"),
        ('{ gt = [{ sum = ["area"] }, 1] }', ("when", "gt", 0, "sum"), "no such field"),
        ('{ filled = [["area"]] }', ("when", "filled"), "no such field"),
        ("{ filled = [] }", ("when", "filled"), "names no field"),
        ("{ all = [] }", ("when", "all"), "list of conditions"),
        ('{ is = ["shareholders.id", "x"] }', ("when", "is", 0), "inside `every`"),
        (
            '{ every = ["shareholders", { is = ["shareholders.nme", "x"] }] }',
            ("when", "every", 1, "is", 0),
            "no such column",
        ),
        (
            '{ every = ["shareholders", { some = ["directors", { filled = "a" }] }] }',
            ("when", "every", 1, "some"),
            "no rows in them",
        ),
        ('{ every = ["a", { filled = "a" }] }', ("when", "every", 0), "is a text"),
        ('{ gt = [{ sum = "shareholders.id" }, 1] }', ("when", "gt", 0, "sum"), "is a text"),
        ("{ gt = [{ cap = [{ is = 1 }, { is = 2 }] }, 1] }", ("when", "gt", 0, "cap"), "the last has"),
        ('{ gt = [{ age = "area" }, 1] }', ("when", "gt", 0, "age", 0), "is a number"),
    ],
)
def test_what_is_no_condition_is_named_with_its_place(line: str, at: tuple[Any, ...], says: str) -> None:
    (fault,) = faults(toml(line))
    assert fault.path == at
    assert says in fault.message


def test_a_condition_names_earlier_fields_only() -> None:
    (fault,) = faults({"filled": "b"}, {"a": FIELDS["a"]}, ("a", "b"))
    assert "further below" in fault.message


def test_depth_and_size_have_their_bounds() -> None:
    deep: dict[str, Any] = {"filled": "a"}
    for _ in range(DEPTH_MAX - 1):
        deep = {"not": deep}
    assert faults(deep) == []
    assert "deep" in faults({"not": deep})[0].message
    wide = {"all": [{"filled": "a"}] * (NODES_MAX - 1)}
    assert faults(wide) == []
    assert "parts" in faults({"all": [{"filled": "a"}] * NODES_MAX})[0].message
    endless: dict[str, Any] = {}
    endless["not"] = endless
    assert "deep" in faults(endless)[0].message, "a table within itself, which no file can hold"


ROWS = [[None, "1", 400_000.0, "自然人"], [None, "2", 600_000.0, "法人"]]


@pytest.mark.parametrize(
    ("line", "values", "truth"),
    [
        ('{ gt = [{ sum = "shareholders.amount" }, 99.9] }', {"shareholders": ROWS}, True),
        (
            '{ is = [{ apart = [{ sum = "shareholders.amount" }, "capital"] }, 1] }',
            {"shareholders": ROWS, "capital": 990_000.0},
            True,
        ),
        ('{ every = ["shareholders", { gt = ["shareholders.amount", 50] }] }', {"shareholders": ROWS}, False),
        ('{ some = ["shareholders", { gt = ["shareholders.amount", 50] }] }', {"shareholders": ROWS}, True),
        ('{ distinct = "shareholders.id" }', {"shareholders": [*ROWS, ROWS[0]]}, False),
        ('{ is = [{ count = "shareholders" }, 2] }', {"shareholders": ROWS}, True),
        ('{ is = [{ months = ["lease_from", "lease_to"] }, 0] }', {"lease_from": DAY, "lease_to": DAY + 30}, True),
        ('{ is = [{ months = ["lease_from", "lease_to"] }, 1] }', {"lease_from": DAY, "lease_to": DAY + 31}, True),
        ('{ is = [{ days = ["lease_from", "today"] }, 7] }', {"lease_from": DAY - 7}, True),
        ('{ is = [{ age = "lease_from" }, 0] }', {"lease_from": DAY - 364}, True),
        ('{ is = [{ age = "lease_from" }, 1] }', {"lease_from": DAY - 365}, True),
        (
            '{ gt = ["area", { times = [3, { cap = [{ when = { filled = "a" }, is = 3000 }, { is = 1500 }] }] }] }',
            {"area": 46_000_000.0},
            True,
        ),
        ('{ not = { lt = ["area", 5] } }', {}, True),
        ('{ holds = ["biz_name", ["公司"]] }', {"biz_name": "测试公司"}, True),
        ('{ only = ["items", ["冷食", "生食"]] }', {"items": ("冷食",)}, True),
        ('{ only = ["items", ["冷食"]] }', {"items": ("冷食", "生食")}, False),
    ],
)
def test_what_they_mean(line: str, values: dict[str, Any], truth: bool) -> None:
    assert holds(line, **values) is truth
