"""Trees of conditions made into functions: (values, row) -> truth, or a term's value, None for unknown. Pure.

Loops are written out where `all` and `any` would make a generator, which costs more than what it runs over.

`Layout` says where in the list of values a field stands; beside an ID number stands what it says of its person, so that
ten rules about it check its digits once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import eq, ge, gt, le, lt
from typing import Any, NamedTuple

from hall_daemon.matters.days import months_between, years_between
from hall_daemon.matters.fields import SCALE, Field
from hall_daemon.matters.formats import FORMATS

# The list of values of a form, and of the row that a quantifier is at.
Values = list[Any]
Run = Callable[[Values, Values], Any]
NO_ROW: Values = []


class Layout(NamedTuple):
    """Field id -> place. The first place of a form's values holds today; behind an ID number stands its Born."""

    places: Mapping[str, int]
    ids: frozenset[str]
    size: int
    groups: Mapping[str, Layout]


def layout(fields: Iterable[Field]) -> Layout:
    places: dict[str, int] = {}
    size = 1
    given = tuple(fields)
    for field in given:
        places[field.id] = size
        size += 2 if field.base == "id" else 1
    return Layout(
        places,
        frozenset(field.id for field in given if field.base == "id"),
        size,
        {field.id: layout(field.parts) for field in given if field.parts},
    )


def compiled(tree: Any, form: Layout, row: Layout | None = None) -> Run:
    """`row`: of the group that the condition stands in."""
    return _MAKERS[tree[0]](tree, form, row)


def _all(tree: Any, form: Layout, row: Layout | None) -> Run:
    parts = tuple(compiled(each, form, row) for each in tree[1])

    def run(values: Values, at: Values) -> bool:
        for part in parts:  # noqa: SIM110
            if not part(values, at):
                return False
        return True

    return run


def _any(tree: Any, form: Layout, row: Layout | None) -> Run:
    parts = tuple(compiled(each, form, row) for each in tree[1])

    def run(values: Values, at: Values) -> bool:
        for part in parts:  # noqa: SIM110
            if part(values, at):
                return True
        return False

    return run


def _not(tree: Any, form: Layout, row: Layout | None) -> Run:
    inner = compiled(tree[1], form, row)
    return lambda values, at: not inner(values, at)


def _filled(tree: Any, form: Layout, row: Layout | None) -> Run:
    parts = tuple(compiled(each, form, row) for each in tree[1])

    def run(values: Values, at: Values) -> bool:
        for part in parts:  # noqa: SIM110
            if part(values, at) is None:
                return False
        return True

    return run


def _comparison(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Layout, Layout | None], Run]:
    def make(tree: Any, form: Layout, row: Layout | None) -> Run:
        first, second = compiled(tree[1], form, row), compiled(tree[2], form, row)

        def run(values: Values, at: Values) -> bool:
            a = first(values, at)
            if a is None:
                return False
            b = second(values, at)
            return b is not None and compare(a, b)

        return run

    return make


def _between(tree: Any, form: Layout, row: Layout | None) -> Run:
    value, low, high = (compiled(each, form, row) for each in tree[1:])

    def run(values: Values, at: Values) -> bool:
        a, least, most = value(values, at), low(values, at), high(values, at)
        return not (a is None or least is None or most is None) and bool(least <= a <= most)

    return run


def _in(tree: Any, form: Layout, row: Layout | None) -> Run:
    value, known = compiled(tree[1], form, row), frozenset(tree[2])

    def run(values: Values, at: Values) -> bool:
        a = value(values, at)
        return a is not None and a in known

    return run


def _has(tree: Any, form: Layout, row: Layout | None) -> Run:
    chosen, known = compiled(tree[1], form, row), frozenset(tree[2])
    return lambda values, at: not known.isdisjoint(chosen(values, at) or ())


def _only(tree: Any, form: Layout, row: Layout | None) -> Run:
    chosen, known = compiled(tree[1], form, row), frozenset(tree[2])

    def run(values: Values, at: Values) -> bool:
        a = chosen(values, at)
        return a is not None and known.issuperset(a)

    return run


def _holds(tree: Any, form: Layout, row: Layout | None) -> Run:
    text, words = compiled(tree[1], form, row), tree[2]

    def run(values: Values, at: Values) -> bool:
        a = text(values, at)
        if a is not None:
            for word in words:
                if word in a:
                    return True
        return False

    return run


def _format(tree: Any, form: Layout, row: Layout | None) -> Run:
    wanted = tree[0] == "format"
    kind, name, given = tree[1][0], tree[1][-1], row if tree[1][0] == "part" else form
    place = given.places[name] if given is not None and name in given.ids and tree[2] == "id_number" else 0
    text, fits = compiled(tree[1], form, row), FORMATS[tree[2]]

    def run(values: Values, at: Values) -> bool:
        a = text(values, at)
        return a is not None and fits(a, values[0]) == wanted

    def known(values: Values, at: Values) -> bool:
        here = at if kind == "part" else values
        return here[place] is not None and (here[place + 1] is not None) == wanted

    return known if place else run


def _rows(tree: Any, form: Layout, row: Layout | None) -> Run:
    place = form.places[tree[1]]
    wanted: bool = tree[0] == "some"
    inner = compiled(tree[2], form, form.groups[tree[1]])

    def run(values: Values, at: Values) -> bool:
        for each in values[place] or ():
            if bool(inner(values, each)) == wanted:
                return wanted
        return not wanted

    return run


def _distinct(tree: Any, form: Layout, row: Layout | None) -> Run:
    place, column = form.places[tree[1]], form.groups[tree[1]].places[tree[2]]

    def run(values: Values, at: Values) -> bool:
        seen = [each[column] for each in values[place] or () if each[column] is not None]
        return len(set(seen)) == len(seen)

    return run


def _field(tree: Any, form: Layout, row: Layout | None) -> Run:
    place = form.places[tree[1]]
    return lambda values, at: values[place]


def _part(tree: Any, form: Layout, row: Layout | None) -> Run:
    assert row is not None
    place = row.places[tree[1]]
    return lambda values, at: at[place]


def _today(tree: Any, form: Layout, row: Layout | None) -> Run:
    return lambda values, at: values[0]


def _value(tree: Any, form: Layout, row: Layout | None) -> Run:
    value = tree[1]
    return lambda values, at: value


def _arithmetic(count: Callable[[Any, Any], float]) -> Callable[[Any, Layout, Layout | None], Run]:
    def make(tree: Any, form: Layout, row: Layout | None) -> Run:
        first, second = compiled(tree[1], form, row), compiled(tree[2], form, row)

        def run(values: Values, at: Values) -> float | None:
            a, b = first(values, at), second(values, at)
            return None if a is None or b is None else count(a, b)

        return run

    return make


def _person(tree: Any, form: Layout, row: Layout | None) -> Run:
    """`birth` and `sex` of an ID number, `age` of that or of a date."""
    word, (kind, name) = tree[0], tree[1] if len(tree[1]) == 2 else (tree[1][0], "")
    given = row if kind == "part" else form
    place = given.places[name] + 1 if given is not None and name in given.ids else None
    date = compiled(tree[1], form, row)

    def run(values: Values, at: Values) -> Any:
        said = date(values, at) if place is None else (at if kind == "part" else values)[place]
        if said is None:
            return None
        if word == "sex":
            return said.sex
        day = said if place is None else said.day
        return day if word == "birth" else years_between(day, values[0]) * SCALE

    return run


def _sum(tree: Any, form: Layout, row: Layout | None) -> Run:
    place, column = form.places[tree[1]], form.groups[tree[1]].places[tree[2]]

    def run(values: Values, at: Values) -> float:
        total = 0.0
        for each in values[place] or ():
            total += each[column] or 0.0
        return total

    return run


def _count(tree: Any, form: Layout, row: Layout | None) -> Run:
    place = form.places[tree[1]]
    return lambda values, at: len(values[place] or ()) * SCALE


def _cap(tree: Any, form: Layout, row: Layout | None) -> Run:
    cases: Sequence[tuple[Run, Run]] = [
        (compiled(when, form, row), compiled(amount, form, row)) for when, amount in tree[1]
    ]
    otherwise = compiled(tree[2], form, row)

    def run(values: Values, at: Values) -> Any:
        for when, amount in cases:
            if when(values, at):
                return amount(values, at)
        return otherwise(values, at)

    return run


_MAKERS: Mapping[str, Callable[[Any, Layout, Layout | None], Run]] = {
    "all": _all, "any": _any, "not": _not, "filled": _filled, "in": _in, "has": _has, "only": _only, "holds": _holds,
    "is": _comparison(eq), "lt": _comparison(lt), "le": _comparison(le), "gt": _comparison(gt), "ge": _comparison(ge),
    "between": _between, "format": _format, "wrong": _format, "every": _rows, "some": _rows, "distinct": _distinct,
    "field": _field, "part": _part, "today": _today, "value": _value,
    "days": _arithmetic(lambda a, b: (b - a) * SCALE),
    "months": _arithmetic(lambda a, b: months_between(a, b) * SCALE),
    "plus": _arithmetic(lambda a, b: a + b),
    "minus": _arithmetic(lambda a, b: a - b),
    "times": _arithmetic(lambda a, b: a * b / SCALE),
    "apart": _arithmetic(lambda a, b: abs(a - b)),
    "age": _person, "birth": _person, "sex": _person, "sum": _sum, "count": _count, "cap": _cap,
}
