"""Random forms, and random answers to any form: what two evaluators have to agree on. Seeded by whoever asks."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

from hall_daemon.config.forms import Cabinet, read_cabinet
from hall_daemon.config.settings import Matters
from hall_daemon.matters.checks import Verdict
from hall_daemon.matters.conditions import Fault, Reader
from hall_daemon.matters.days import day_of, iso
from hall_daemon.matters.fields import KINDS, SCALE, Field, KindName, Option
from hall_daemon.matters.form import Form, PaperRule, Rule, Step
from hall_daemon.matters.formats import FORMATS
from hall_daemon.words.text import text

ROOT = Path(__file__).resolve().parents[3]
TODAY = "2026-12-01"
DAY = day_of(TODAY) or 0

IDS = (
    "110101199003070011",
    "11010119900307002X",
    "11010119900307002x",
    "１１０１０１１９９００３０７００１１",
    "110101199003070012",
    "110101201501010011",
    "911840199003070014",
    "81000019900307001５",
    "990101199003070011",
    "160101199003070010",
    "110101202702300011",
    "110101202712010012",
    "110101180003070011",
    "11010119900307001",
    "1" * 2001,
)
TEXTS = (
    "",
    " ",
    "\u3000 ",
    "测试甲",
    "测·试",
    "·",
    "测试𫿱",
    "𫿱" * 20,
    "😀",
    "a\x00b",
    "\u202eabc",
    "测试路1号\u200b",
    "测\u200d试",
    "测试路1号\ufe0f",
    "辻\U000e0100测试",
    "☕",
    "★",
    "公司中国",
    "x" * 199,
    "字" * 201,
    "文" * 2001,
    "92110101MAKKKKKK67",
    "92110101MAKKKKKK68",
    "91110101makkkkkk6a",
    "13800000000",
    "+86 138-0000-0000",
    "0571-87654321",
    "6222020000000000018",
    "6222 0200 0000 0000 019",
    "310000",
    "990000",
    "12345678",
    "示例(区)",
    "ﬀ",
    "ß",
    "İ",
)
DAYS = (
    "2026-12-01",
    "2026-11-30",
    "2026-02-29",
    "2024-02-29",
    "2026-2-1",
    "2026-13-01",
    "0999-01-01",
    "1000-01-01",
    "9999-12-31",
    "长期",
    "1990-03-07",
    "2031-11-30",
    "２０２６-12-01",
    "2026-12-01 ",
    "-026-12-01",
    "2026/12/01",
    "２０２６－１２－０１",
    "2" * 2001,
)
NUMBERS: tuple[Any, ...] = (
    0,
    -0.0,
    1,
    -1,
    2,
    5,
    12,
    0.1,
    0.2,
    0.3,
    0.00004,
    0.00005,
    1.005,
    45.5,
    99.99,
    1e9,
    1e9 + 1,
    -1e9,
    1e300,
    10**30,
    True,
    False,
    "3",
    "3.14",
    "3.14159",
    " 7 ",
    "-2",
    "１",
    "－１２．５",
    "1e3",
    "0x10",
    "",
    "abc",
    "9" * 11,
    2.675,
    33.33,
    66.67,
)
JUNK: tuple[Any, ...] = (
    None,
    [],
    {},
    "",
    0,
    True,
    ["x"],
    [1],
    {"a": 1},
    [{}],
    [[]],
    "x",
    1.5,
    [None],
    "__proto__",
    "constructor",
)


def cabinet() -> Cabinet:
    """What this project ships."""
    found = read_cabinet(Matters(forms=str(ROOT / "config/forms"), dictionary=str(ROOT / "config/dictionary.toml")))
    assert found.errors == ()
    return found


# A hall's forms when any will do.
SMALL = Cabinet(
    {
        "small": Form(
            id="small",
            matter="m",
            version=1,
            title=text("小表", "Small form"),
            steps=(Step("only", text("一页", "One page")),),
            fields=(Field(id="a", kind="text", label=text("甲", "A"), step="only", required=True),),
        )
    },
    {},
)


def answer(dice: Random, field: Field) -> Any:
    """To a field: often good, sometimes of the wrong sort."""
    if dice.random() < 0.12:
        return dice.choice(JUNK)
    base = field.base
    if base == "number":
        bounds = [each / SCALE for each in (field.least, field.most) if each is not None]
        return dice.choice(
            (*NUMBERS, *bounds, dice.randrange(-20, 200), round(dice.uniform(-5, 5000), dice.randrange(6)))
        )
    if base == "date":
        return dice.choice((*DAYS, *(iso(DAY + dice.randrange(-2500, 2500)) for _ in range(8))))
    if base == "choice":
        return dice.choice([option.value for option in field.options] * 4 + ["别的", " " + field.options[0].value])
    if base == "choices":
        values = [option.value for option in field.options]
        chosen = dice.sample(values, dice.randint(0, min(4, len(values))))
        return [*chosen, *dice.choice(([], [], [], ["别的"], chosen[:1]))]
    if base == "group":
        rows = [
            {part.id: answer(dice, part) for part in field.parts if dice.random() < 0.9}
            for _ in range(dice.choice((0, 1, 2, 2, 3)))
        ]
        return rows * dice.choice((20, 60)) if dice.random() < 0.02 else rows
    return dice.choice(IDS if base == "id" and dice.random() < 0.8 else (*TEXTS, *IDS, field.sample or "x"))


def answers(dice: Random, form: Form) -> dict[str, Any]:
    """The samples with some, or all, answered anew."""
    found: dict[str, Any] = dict(form.samples())
    for field in dice.sample(form.fields, min(len(form.fields), dice.choice((1, 2, 3, 5, 8, 30)))):
        found[field.id] = answer(dice, field)
    return found


def random_form(dice: Random, at: int) -> Form:
    """Fields of every kind, rules of every word; what cannot be read is left out."""
    kinds: list[KindName] = [dice.choice(list(KINDS)) for _ in range(dice.randint(4, 10))]
    fields: list[Field] = []
    for n, kind in enumerate(["id_number", "group", *kinds]):
        fields.append(_field(dice, f"f{n}", kind, fields))  # type: ignore[arg-type]
    known = {field.id: field for field in fields}
    rules = []
    for n in range(12):
        said = {
            "when" if dice.random() < 0.4 else "": _read(dice, known),
            dice.choice(("never", "must")): _read(dice, known),
        }
        trees = {key: tree for key, tree in said.items() if key and tree is not None}
        if {"never", "must"} & trees.keys():
            named = tuple(dice.sample(list(known), dice.choice((1, 1, 2))))
            level = dice.choice(("error", "error", "warn", "info"))
            rules.append(
                Rule(id=f"r{n}", level=level, fields=named, say=text("说", "say"), mend=text("改", "mend"), **trees)
            )  # type: ignore[arg-type]
    papers = (
        PaperRule(("p1", "p2"), text("因", "why"), _read(dice, known)),
        PaperRule(("p2", "p3"), text("因", "why")),
    )
    steps = (Step("s0", text("一", "one")), Step("s1", text("二", "two")))
    return Form(
        id=f"random-{at}",
        matter="m",
        version=1,
        title=text("表", "form"),
        steps=steps,
        fields=tuple(fields),
        rules=tuple(rules),
        papers=papers,
    )


def _field(dice: Random, id: str, kind: KindName, before: list[Field]) -> Field:
    base = KINDS[kind].base
    known = {field.id: field for field in before}
    least = most = None
    if dice.random() < 0.4 and base in ("text", "id", "number", "group"):
        scale = SCALE if base == "number" else 1
        least, most = dice.randint(0, 3) * scale, dice.randint(2, 300) * scale
    return Field(
        id=id,
        kind=kind,
        label=text("项", "field"),
        step=dice.choice(("s0", "s1")),
        least=least,
        most=most,
        format=dice.choice(("", "", *FORMATS)) if kind == "text" else "",
        options=tuple(Option(value, text(value, value)) for value in "甲乙丙") if base in ("choice", "choices") else (),
        required=dice.random() < 0.5,
        required_when=_read(dice, known) if dice.random() < 0.3 else None,
        shown_when=_read(dice, known) if dice.random() < 0.3 else None,
        parts=tuple(
            _field(dice, part, sort, [])
            for part, sort in zip("abcd", ("text", "id_number", "number", "date"), strict=True)
        )  # type: ignore[arg-type]
        if base == "group"
        else (),
    )


def _read(dice: Random, known: dict[str, Field]) -> Any:
    """A tree, or None for what the reader refuses."""
    if not known:
        return None
    for _ in range(4):
        faults: list[Fault] = []
        tree = Reader(known, faults).condition(_condition(dice, known, 3, ""), ())
        if not faults and tree is not None:
            return tree
    return None


def _condition(dice: Random, known: dict[str, Field], depth: int, group: str) -> Any:
    word = dice.choice(
        ("all", "any", "not", "every", "some")
        if depth > 0 and dice.random() < 0.5
        else (
            "filled",
            "is",
            "in",
            "has",
            "only",
            "lt",
            "le",
            "gt",
            "ge",
            "between",
            "holds",
            "format",
            "wrong",
            "distinct",
        )
    )
    groups = [field.id for field in known.values() if field.base == "group"] or ["none"]
    if word in ("all", "any"):
        return {word: [_condition(dice, known, depth - 1, group) for _ in range(dice.randint(1, 3))]}
    if word == "not":
        return {word: _condition(dice, known, depth - 1, group)}
    if word in ("every", "some"):
        chosen = dice.choice(groups)
        return {word: [chosen, _condition(dice, known, depth - 1, chosen)]}
    if word == "distinct":
        return {word: f"{dice.choice(groups)}.{dice.choice('abcd')}"}
    first, sort = _term(dice, known, group, 2)
    if word == "filled":
        return {word: dice.sample(list(known), min(len(known), dice.choice((1, 2))))}
    if word in ("has", "only"):
        return {word: [_named(dice, known, "choices"), dice.sample(["甲", "乙", "丙"], dice.randint(1, 3))]}
    if word in ("format", "wrong"):
        return {word: [first, dice.choice(list(FORMATS))]}
    if word == "holds":
        return {word: [first, dice.sample(["公司", "测", "1", "𫿱", "0", "-"], 2)]}
    if word == "in":
        return {word: [first, [_literal(dice, sort) for _ in range(dice.randint(1, 3))]]}
    rest = [
        _term(dice, known, group, 1)[0] if dice.random() < 0.4 else _literal(dice, sort)
        for _ in range(2 if word == "between" else 1)
    ]
    return {word: [first, *({"field": each} if isinstance(each, str) and each in known else each for each in rest)]}


def _named(dice: Random, known: dict[str, Field], base: str) -> str:
    return dice.choice([field.id for field in known.values() if field.base == base] or [*known, "today"])


def _term(dice: Random, known: dict[str, Field], group: str, depth: int) -> tuple[Any, str]:
    """A term and the sort of literal it compares with."""
    if not known:
        return "today", "date"
    pick = dice.random()
    if group and pick < 0.5:
        part = dice.choice("abcd")
        return f"{group}.{part}", {"a": "text", "b": "id", "c": "number", "d": "date"}[part]
    if depth > 0 and pick < 0.75:
        word = dice.choice(
            ("days", "months", "age", "birth", "sex", "sum", "count", "plus", "minus", "times", "apart", "cap")
        )
        number: Any = [
            _term(dice, known, group, depth - 1)[0] if dice.random() < 0.5 else dice.choice((1, 2, 0.5, 1500))
            for _ in range(2)
        ]
        groups = [field.id for field in known.values() if field.base == "group"] or ["none"]
        made: dict[str, tuple[Any, str]] = {
            "days": ([_named(dice, known, "date"), "today"], "number"),
            "months": (["today", _named(dice, known, "date")], "number"),
            "age": (_named(dice, known, dice.choice(("id", "date"))), "number"),
            "birth": (_named(dice, known, "id"), "date"),
            "sex": (_named(dice, known, "id"), "text"),
            "sum": (f"{dice.choice(groups)}.c", "number"),
            "count": (dice.choice(groups), "number"),
            "cap": (
                [
                    {"when": {"filled": dice.choice(list(known))}, "is": 3000},
                    {"is": dice.choice((1500, _named(dice, known, "number")))},
                ],
                "number",
            ),
        }
        given, sort = made.get(word, (number, "number"))
        return {word: given}, sort
    name = dice.choice([*known, "today"])
    return name, known[name].base if name in known else "date"


def _literal(dice: Random, sort: str) -> Any:
    if sort == "number":
        return dice.choice((0, 1, 2, 0.3, 45.5, 18, 100))
    if sort == "date":
        return dice.choice(("2026-12-01", "1990-03-07", "2024-02-29"))
    return dice.choice(("甲", "乙", "男", "测试甲", "110101199003070011"))


def told(verdict: Verdict) -> list[Any]:
    """A verdict as JSON holds it, the same from both evaluators."""
    broken, beside = (
        [[each.check, each.field, each.level, each.row, each.part, list(each.fields), each.fault, list(each.faulty)]
            for each in many]
        for many in (verdict.broken, verdict.beside)
    )
    return [broken, beside, list(verdict.hidden), list(verdict.needed), list(verdict.papers), list(verdict.steps)]
