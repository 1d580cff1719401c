"""The closed language of conditions: what there is, as two tables, and how one is read out of a form's tables. Pure.

A condition is a table of one key, as `{ gt = ["cold_room", { field = "area" }] }`. Reading it checks every name, type
and bound, and gives a tree of tuples that JSON can hold: hall_daemon/matters/evaluate.py runs it here,
hall_daemon/pages/matters/checks.js in a browser. There is no loop, no recursion, no division and no text that is run:
a condition costs what it is long. An answer that is empty or cannot be read satisfies no comparison.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from hall_daemon.matters.days import day_of
from hall_daemon.matters.fields import LARGEST, Field, scaled
from hall_daemon.matters.formats import FORMATS

DEPTH_MAX = 6
NODES_MAX = 64
WORDS_MAX = 100
TODAY = "today"
# A tuple of a word and what it needs; a tree is what JSON can hold.
Tree = tuple[object, ...]
Path = tuple[str | int, ...]


class Fault(NamedTuple):
    """What is wrong with a form, at a key path in its file."""

    path: Path
    message: str
    found: object = ""
    expected: str = ""
    known: tuple[str, ...] = ()


class Operation(NamedTuple):
    """`takes` says what stands in the list of its key, one word each; `gives` the type of a term. `says` and `example`
    are for docs/forms.md."""

    takes: tuple[str, ...]
    says: str
    example: str
    gives: str = "truth"


CONDITIONS: Mapping[str, Operation] = {
    "all": Operation(("conditions",), "every one holds", '{ all = [{ filled = "a" }, { filled = "b" }] }'),
    "any": Operation(("conditions",), "at least one holds", '{ any = [{ filled = "a" }, { filled = "b" }] }'),
    "not": Operation(("condition",), "it does not hold", '{ not = { filled = "a" } }'),
    "filled": Operation(("fields",), "every one of the fields has an answer", '{ filled = ["poa_from", "poa_to"] }'),
    "is": Operation(("term", "same"), "the two are equal", '{ is = ["agent", "委托办理"] }'),
    "in": Operation(("term", "literals"), "it is one of these", '{ in = ["lessee", ["本人", "配偶"]] }'),
    "has": Operation(("choices", "literals"), "one of these is chosen", '{ has = ["items", ["冷食", "生食"]] }'),
    "only": Operation(("choices", "literals"), "something is chosen, and nothing but these",
                      '{ only = ["items", ["预包装食品销售"]] }'),
    "lt": Operation(("ordered", "same"), "the first is smaller, or earlier",
                    '{ lt = ["lease_to", { field = "today" }] }'),
    "le": Operation(("ordered", "same"), "smaller or equal", '{ le = ["area", 0] }'),
    "gt": Operation(("ordered", "same"), "larger, or later", '{ gt = ["cold_room", { field = "area" }] }'),
    "ge": Operation(("ordered", "same"), "larger or equal", '{ ge = [{ age = "operator_id" }, 18] }'),
    "between": Operation(("ordered", "same", "same"), "from the second to the third, both included",
                         '{ between = [{ days = ["referral_date", "today"] }, 0, 90] }'),
    "holds": Operation(("text", "words"), "one of the words stands in the text",
                       '{ holds = ["biz_name", ["公司", "中国"]] }'),
    "format": Operation(("text", "format"), "filled, and of that format", '{ format = ["agent_id", "id_number"] }'),
    "wrong": Operation(("text", "format"), "filled, and not of that format", '{ wrong = ["uscc", "uscc"] }'),
    "every": Operation(("group", "row"), "it holds in every row; with no row it does",
                       '{ every = ["directors", { not = { is = ["directors.id", { field = "supervisor_id" }] } }] }'),
    "some": Operation(("group", "row"), "it holds in at least one row",
                      '{ some = ["shareholders", { is = ["shareholders.kind", "法人"] }] }'),
    "distinct": Operation(("part",), "no two rows have the same there", '{ distinct = "shareholders.id" }'),
}
TERMS: Mapping[str, Operation] = {
    "field": Operation(("name",), "an answer, or `today`", '{ field = "area" }', "same"),
    "days": Operation(("date", "date"), "days from the first to the second",
                      '{ days = ["today", "lease_to"] }', "number"),
    "months": Operation(("date", "date"), "full months from the first to the second",
                        '{ months = ["lease_from", "lease_to"] }', "number"),
    "age": Operation(("born",), "full years today, of an ID number or a date of birth", '{ age = "id_no" }', "number"),
    "birth": Operation(("id",), "the day of birth in an ID number", '{ birth = "id_no" }', "date"),
    "sex": Operation(("id",), "男 or 女, by an ID number", '{ sex = "id_no" }', "text"),
    "sum": Operation(("number_part",), "of a column of a group", '{ sum = "shareholders.amount" }', "number"),
    "count": Operation(("many",), "rows of a group, or choices", '{ count = "shareholders" }', "number"),
    "plus": Operation(("number", "number"), "their sum", '{ plus = ["adults", "children"] }', "number"),
    "minus": Operation(("number", "number"), "the first less the second", '{ minus = ["staff", 1] }', "number"),
    "times": Operation(("number", "number"), "their product", '{ times = ["period_months", 1500] }', "number"),
    "apart": Operation(("number", "number"), "how far they are apart, never negative",
                       '{ apart = [{ sum = "shareholders.amount" }, "capital"] }', "number"),
    "cap": Operation(("cases",), "of a table: the first row whose `when` holds; the last has none",
                     '{ cap = [{ when = { is = ["marital", "已婚"] }, is = 3000 }, { is = 1500 }] }', "number"),
}
_TEXTUAL = ("text", "id", "choice", "file")


class Typed(NamedTuple):
    """A term that was read: its tree, its type, and the field it names (for the options of a choice)."""

    tree: Tree
    base: str
    field: Field | None = None


class Bad(Exception):
    """This part cannot be read; the fault is noted."""


class Reader:
    """Reads conditions against the fields that they may name. `faults` gathers all of them."""

    def __init__(self, fields: Mapping[str, Field], faults: list[Fault], later: Collection[str] = ()) -> None:
        """`later`: fields that stand further below, for a better sentence."""
        self._fields = fields
        self._faults = faults
        self._later = later
        self._nodes = 0
        self._group: Field | None = None

    def condition(self, raw: object, path: Path) -> Tree | None:
        """None when there is a fault in it."""
        self._nodes, self._group = 0, None
        try:
            return self._condition(raw, path, 1)
        except Bad:
            return None

    def term(self, raw: object, path: Path) -> Typed | None:
        self._nodes, self._group = 0, None
        try:
            return self._term(raw, path, 1)
        except Bad:
            return None

    def _bad(
        self, path: Path, message: str, found: object = "", expected: str = "", known: tuple[str, ...] = ()
    ) -> Bad:
        self._faults.append(Fault(path, message, found, expected, known))
        return Bad()

    def _one_key(
        self, raw: object, path: Path, table: Mapping[str, Operation], depth: int
    ) -> tuple[str, list[object], Path]:
        if not isinstance(raw, dict) or len(raw) != 1:
            raise self._bad(path, "is a table of one key", raw, "as " + next(iter(table.values())).example)
        ((word, given),) = raw.items()
        if word not in table:
            raise self._bad((*path, word), "there is no such word", word, "one of " + ", ".join(table), tuple(table))
        self._nodes += 1
        if self._nodes > NODES_MAX:
            raise self._bad(path, f"has more than {NODES_MAX} parts", expected="two rules in place of one")
        if depth > DEPTH_MAX:
            raise self._bad(path, f"stands more than {DEPTH_MAX} deep", expected="two rules in place of one")
        takes = table[word].takes
        parts = [given] if len(takes) == 1 else given
        if not isinstance(parts, list) or len(parts) != len(takes):
            raise self._bad((*path, word), f"takes a list of {len(takes)}", given, "as " + table[word].example)
        return word, parts, (*path, word)

    def _condition(self, raw: object, path: Path, depth: int) -> Tree:
        word, parts, at = self._one_key(raw, path, CONDITIONS, depth)
        takes = CONDITIONS[word].takes
        if takes == ("condition",):
            return word, self._condition(parts[0], at, depth + 1)
        if takes == ("conditions",):
            many = parts[0]
            if not isinstance(many, list) or not many:
                raise self._bad(at, "takes a list of conditions", many, "as " + CONDITIONS[word].example)
            return word, tuple(self._condition(each, (*at, n), depth + 1) for n, each in enumerate(many))
        if takes == ("fields",):
            named = parts[0] if isinstance(parts[0], list) else parts
            if not 0 < len(named) <= WORDS_MAX:
                raise self._bad(at, f"names no field, or more than {WORDS_MAX}", parts[0])
            return word, tuple(self._name(each, at).tree for each in named)
        if takes == ("part",):
            group, part = self._column(parts[0], at)
            return word, group.id, part.id
        if takes == ("group", "row"):
            group = self._named(parts[0], (*at, 0), ("group",))
            outer, self._group = self._group, group
            if outer is not None:
                raise self._bad(at, "rows have no rows in them", expected="one `every` or `some` at a time")
            inner = self._condition(parts[1], (*at, 1), depth + 1)
            self._group = outer
            return word, group.id, inner
        return word, *self._operands(parts, takes, at, depth)

    def _operands(self, parts: list[object], takes: tuple[str, ...], at: Path, depth: int) -> list[object]:
        wanted = {"ordered": ("number", "date"), "choices": ("choices",), "text": _TEXTUAL}.get(
            takes[0], (*_TEXTUAL, "number", "date")
        )
        first = self._term(parts[0], (*at, 0), depth + 1)
        if first.base not in wanted:
            raise self._bad((*at, 0), f"is a {first.base}", parts[0], "a " + " or ".join(wanted))
        trees: list[object] = [first.tree]
        for n, take in enumerate(takes[1:], 1):
            where, raw = (*at, n), parts[n]
            if take == "same":
                trees.append(self._same(raw, first, where, depth))
            elif take == "format":
                if not isinstance(raw, str) or raw not in FORMATS:
                    known = tuple(FORMATS)
                    raise self._bad(where, "there is no such format", raw, "one of " + ", ".join(known), known)
                trees.append(raw)
            else:
                listed = raw if isinstance(raw, list) else [raw]
                if not 0 < len(listed) <= WORDS_MAX:
                    raise self._bad(where, f"takes 1 to {WORDS_MAX} values", raw)
                trees.append(tuple(self._literal(each, first, where, free=take == "words") for each in listed))
        return trees

    def _same(self, raw: object, first: Typed, path: Path, depth: int) -> Tree:
        if not isinstance(raw, dict):
            return "value", self._literal(raw, first, path)
        second = self._term(raw, path, depth + 1)
        alike = second.base == first.base or (second.base in _TEXTUAL and first.base in _TEXTUAL)
        if not alike:
            raise self._bad(path, f"a {first.base} does not compare with a {second.base}", raw)
        return second.tree

    def _literal(self, raw: object, like: Typed, path: Path, *, free: bool = False) -> object:
        """A value of the type of `like`; `free`: any text."""
        if like.base == "number":
            if isinstance(raw, bool) or not isinstance(raw, int | float) or not -LARGEST <= raw <= LARGEST:
                raise self._bad(path, "is no number", raw, f"a number up to {LARGEST}")
            return scaled(raw)
        if not isinstance(raw, str) or not raw:
            raise self._bad(path, "is no text in quotes", raw)
        if like.base == "date":
            day = day_of(raw)
            if day is None:
                raise self._bad(path, "there is no such day", raw, 'a date as "2026-12-01", or { field = "…" }')
            return day
        options = tuple(option.value for option in like.field.options) if like.field is not None else ()
        if options and not free and raw not in options:
            raise self._bad(path, "is none of the options", raw, "one of " + ", ".join(options), options)
        return raw

    def _term(self, raw: object, path: Path, depth: int) -> Typed:
        if isinstance(raw, str):
            return self._name(raw, path)
        word, parts, at = self._one_key(raw, path, TERMS, depth)
        operation = TERMS[word]
        if word == "field":
            return self._name(parts[0], at)
        if word == "cap":
            return Typed((word, *self._cases(parts[0], at, depth)), "number")
        if word == "sum":
            group, part = self._column(parts[0], at)
            if part.base != "number":
                raise self._bad(at, f"{part.id} is a {part.base}", parts[0], "a column of numbers")
            return Typed((word, group.id, part.id), "number")
        if word == "count":
            return Typed((word, self._named(parts[0], at, ("group", "choices")).id), "number")
        trees = [
            self._operand(each, take, (*at, n), depth)
            for n, (each, take) in enumerate(zip(parts, operation.takes, strict=True))
        ]
        return Typed((word, *trees), operation.gives)

    def _operand(self, raw: object, take: str, path: Path, depth: int) -> Tree:
        if take == "number" and not isinstance(raw, str | dict):
            return "value", self._literal(raw, Typed((), "number"), path)
        found = self._term(raw, path, depth + 1)
        wanted = ("id", "date") if take == "born" else (take,)
        if found.base not in wanted:
            raise self._bad(path, f"is a {found.base}", raw, "a " + " or ".join(wanted))
        return found.tree

    def _cases(self, raw: object, path: Path, depth: int) -> tuple[object, ...]:
        rows = raw if isinstance(raw, list) else []
        shapes = [set(row) if isinstance(row, dict) else set() for row in rows]
        if not rows or shapes[-1] != {"is"} or any(shape != {"when", "is"} for shape in shapes[:-1]):
            message = "is a list of tables with `when` and `is`; the last has `is` alone"
            raise self._bad(path, message, raw, "as " + TERMS["cap"].example)
        amounts = [self._operand(row["is"], "number", (*path, n, "is"), depth) for n, row in enumerate(rows)]
        whens = [self._condition(row["when"], (*path, n, "when"), depth + 1) for n, row in enumerate(rows[:-1])]
        return tuple(zip(whens, amounts[:-1], strict=True)), amounts[-1]

    def _name(self, raw: object, path: Path) -> Typed:
        if raw == TODAY:
            return Typed((TODAY,), "date")
        if isinstance(raw, str) and "." in raw:
            group, part = self._column(raw, path)
            if self._group is not group:
                raise self._bad(path, "a row's field is named inside `every` or `some` of its group", raw)
            return Typed(("part", part.id), part.base, part)
        field = self._named(raw, path, ())
        return Typed(("field", field.id), field.base, field)

    def _named(self, raw: object, path: Path, bases: tuple[str, ...]) -> Field:
        field = self._fields.get(raw) if isinstance(raw, str) else None
        if field is None:
            if isinstance(raw, str) and raw in self._later:
                raise self._bad(path, "stands further below: only fields before this one can be named here", raw)
            raise self._bad(path, "there is no such field", raw, known=tuple(self._fields))
        if bases and field.base not in bases:
            raise self._bad(path, f"{field.id} is a {field.base}", raw, "a " + " or ".join(bases))
        return field

    def _column(self, raw: object, path: Path) -> tuple[Field, Field]:
        name, _, column = raw.partition(".") if isinstance(raw, str) else ("", "", "")
        group = self._named(name or raw, path, ("group",))
        for part in group.parts:
            if part.id == column:
                return group, part
        known = tuple(f"{group.id}.{part.id}" for part in group.parts)
        raise self._bad(path, f"{group.id} has no such column", raw, known=known)
