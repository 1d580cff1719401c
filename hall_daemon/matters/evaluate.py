"""Trees of conditions made into functions: (values, row) -> truth, or a term's value, None for unknown. Pure.

Loops are written out where `all` and `any` would make a generator, which costs more than what it runs over.

`Layout` says where in the list of values a field stands. Beside an ID number stands the birthday that it says, so that
ten rules about it check its digits once (an identifier may be one), and beside a date its `days.month_day`, so that
months are a subtraction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import eq, ge, gt, le, lt
from typing import Any, Literal, NamedTuple

from hall_daemon.matters.days import month_day, years_between
from hall_daemon.matters.fields import SCALE, Field, KindName
from hall_daemon.matters.formats import FORMATS, sex

# The list of values of a form, and of the row that a quantifier is at.
Values = list[Any]
Run = Callable[[Values, Values], Any]
NO_ROW: Values = []
Beside = Literal["", "birthday", "month_day"]
_BESIDE: Mapping[KindName, Beside] = {
    "id_number": "birthday", "identifier": "birthday", "date": "month_day", "expiry": "month_day",
}


class Layout(NamedTuple):
    """Field id -> place, and what stands behind it: a birthday is None where the number is not valid. The first place
    of a form's values holds today."""

    places: Mapping[str, int]
    beside: Mapping[str, Beside]
    size: int
    groups: Mapping[str, Layout]


def layout(fields: Iterable[Field]) -> Layout:
    places: dict[str, int] = {}
    beside: dict[str, Beside] = {}
    size = 1
    given = tuple(fields)
    for field in given:
        places[field.id] = size
        beside[field.id] = _BESIDE.get(field.kind, "")
        size += 2 if beside[field.id] else 1
    return Layout(places, beside, size, {field.id: layout(field.parts) for field in given if field.parts})


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

        known = tree[2][1] if tree[2][0] == "value" else None

        def run_known(values: Values, at: Values) -> bool:
            a = first(values, at)
            return a is not None and compare(a, known)

        return run if known is None else run_known

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
    text, fits = compiled(tree[1], form, row), FORMATS[tree[2]]
    birthday = _beside(tree[1], form, row, "birthday") if tree[2] == "id_number" else None

    def run(values: Values, at: Values) -> bool:
        a = text(values, at)
        return a is not None and fits(a, values[0]) == wanted

    return run if birthday is None else _numbered(text, birthday, wanted)


def _numbered(text: Run, birthday: Run, wanted: bool) -> Run:
    return lambda values, at: text(values, at) is not None and (birthday(values, at) is not None) == wanted


def _beside(tree: Any, form: Layout, row: Layout | None, what: Beside) -> Run | None:
    """That, where it stands behind the field or the column that is named."""
    given = {"field": form, "part": row}.get(tree[0])
    if given is None or given.beside[tree[1]] != what:
        return None
    place = given.places[tree[1]] + 1
    return (lambda values, at: at[place]) if tree[0] == "part" else (lambda values, at: values[place])


def _every(tree: Any, form: Layout, row: Layout | None) -> Run:
    place, inner = form.places[tree[1]], compiled(tree[2], form, form.groups[tree[1]])

    def run(values: Values, at: Values) -> bool:
        for each in values[place] or ():  # noqa: SIM110
            if not inner(values, each):
                return False
        return True

    return run


def _some(tree: Any, form: Layout, row: Layout | None) -> Run:
    place, inner = form.places[tree[1]], compiled(tree[2], form, form.groups[tree[1]])

    def run(values: Values, at: Values) -> bool:
        for each in values[place] or ():  # noqa: SIM110
            if inner(values, each):
                return True
        return False

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


def _months(tree: Any, form: Layout, row: Layout | None) -> Run:
    first, last = _month_day(tree[1], form, row), _month_day(tree[2], form, row)

    def run(values: Values, at: Values) -> float | None:
        a, b = first(values, at), last(values, at)
        return None if a is None or b is None else (b - a >> 5) * SCALE

    return run


def _month_day(tree: Any, form: Layout, row: Layout | None) -> Run:
    day = compiled(tree, form, row)

    def run(values: Values, at: Values) -> int | None:
        a = day(values, at)
        return None if a is None else month_day(a)

    return _beside(tree, form, row, "month_day") or run


def _birth(tree: Any, form: Layout, row: Layout | None) -> Run:
    """Of an ID number; of a date, itself."""
    return _beside(tree[1], form, row, "birthday") or compiled(tree[1], form, row)


def _age(tree: Any, form: Layout, row: Layout | None) -> Run:
    birth = _birth(tree, form, row)

    def run(values: Values, at: Values) -> float | None:
        day = birth(values, at)
        return None if day is None else years_between(day, values[0]) * SCALE

    return run


def _sex(tree: Any, form: Layout, row: Layout | None) -> Run:
    number, birth = compiled(tree[1], form, row), _birth(tree, form, row)
    return lambda values, at: None if birth(values, at) is None else sex(number(values, at))


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
    "between": _between, "format": _format, "wrong": _format, "every": _every, "some": _some, "distinct": _distinct,
    "field": _field, "part": _part, "today": _today, "value": _value,
    "days": _arithmetic(lambda a, b: (b - a) * SCALE), "months": _months,
    "plus": _arithmetic(lambda a, b: a + b),
    "minus": _arithmetic(lambda a, b: a - b),
    "times": _arithmetic(lambda a, b: a * b / SCALE),
    "apart": _arithmetic(lambda a, b: abs(a - b)),
    "age": _age, "birth": _birth, "sex": _sex, "sum": _sum, "count": _count, "cap": _cap,
}
