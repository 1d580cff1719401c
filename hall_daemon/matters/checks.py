"""The verdict on a whole form: everything that is wrong with it at once, in the order of its pages. Pure.

One pass in reading order: what is hidden is to the rules as if it were not there (it is kept by whoever keeps the
answers), then what each field is held to by itself, then the rules. hall_daemon/pages/matters/checks.js does the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from hall_daemon.matters.asked import Asked, asked
from hall_daemon.matters.days import iso
from hall_daemon.matters.evaluate import NO_ROW, Layout, Run, Values, compiled, layout
from hall_daemon.matters.fields import KINDS, MOST_ROWS, SCALE, Field, tidy
from hall_daemon.matters.form import Form, Level, Rule, bounds, seen_steps
from hall_daemon.matters.formats import id_fault
from hall_daemon.words.tables import tables
from hall_daemon.words.text import Text, filled, same

# Of a group no more are told of at once: nobody mends more, and a short body cannot ask for a long answer.
CELLS_TOLD = 50
# What a rule about a field says better than the field itself.
_SAID_BETTER = ("required", "range", "format")


class Broken(NamedTuple):
    """`check` is a rule's id or one of form.BUILT_IN. `row` counts from 1, 0 where it is about no row; `part` is its
    column. `fields` are all that the rule names, `faulty` those whose own fault it tells too: it is mended there.
    `fault`: what of its format is wrong, where that can be said."""

    check: str
    field: str
    level: Level = "error"
    row: int = 0
    part: str = ""
    fields: tuple[str, ...] = ()
    fault: str = ""
    faulty: tuple[str, ...] = ()


class Verdict(NamedTuple):
    """`hidden`: fields that do not show; `needed`: those that show and must be answered; `papers`: ids; `steps`: those
    that have something to show; `beside`: what is wrong with fields by themselves and a broken rule about several tells
    already: to be said at the question alone."""

    broken: tuple[Broken, ...]
    hidden: tuple[str, ...]
    needed: tuple[str, ...]
    papers: tuple[str, ...]
    steps: tuple[str, ...]
    beside: tuple[Broken, ...] = ()

    @property
    def may_be_sent(self) -> bool:
        return all(each.level != "error" for each in self.broken)


class _Ruled(NamedTuple):
    """`speaks_for`: (field, code) that need not be told beside it."""

    rule: Rule
    when: Run | None
    test: Run
    wanted: bool
    speaks_for: frozenset[tuple[str, str]]


class Checker:
    """A form made ready to be checked. Keeps nothing of what it saw; any thread may ask."""

    def __init__(self, form: Form) -> None:
        self.form = form
        places = layout(form.fields)
        self._size = places.size
        self._asked = tuple(asked(field, places, places) for field in form.fields)
        self._order = {field.id: at for at, field in enumerate(form.fields)}
        formats = {field.id: field.format or KINDS[field.kind].format for field in form.fields}
        self._rules = tuple(_ruled(rule, places, formats) for rule in form.rules)
        self._papers = tuple((_maybe(rule.when, places), rule.need) for rule in form.papers)
        self._fills = tuple((each, compiled(each.fill, places)) for each in form.fields if each.fill is not None)

    def verdict(self, answers: Mapping[str, object], today: int) -> Verdict:
        """`answers` as JSON holds them, by field; those of fields that are none are ignored. `today`: days.day_of."""
        values, broken, hidden, needed = self._read(answers, today)
        ruled: list[Broken] = []
        faults = {(each.field, each.check) for each in broken if not each.row}
        said: set[tuple[str, str]] = set()
        beside: set[tuple[str, str]] = set()
        for rule, when, test, wanted, speaks_for in self._rules:
            if (when is None or when(values, NO_ROW)) and bool(test(values, NO_ROW)) != wanted:
                told = faults & speaks_for if rule.level == "error" else set()
                said |= told
                if len(rule.fields) > 1:
                    beside |= told
                also = {field for field, _ in told if len(rule.fields) > 1}
                faulty = tuple(sorted(also, key=self._order.__getitem__))
                ruled.append(Broken(rule.id, rule.fields[0], rule.level, fields=rule.fields, faulty=faulty))
        own = [each for each in broken if each.row or (each.field, each.check) not in said]
        papers = [one for when, need in self._papers if when is None or when(values, NO_ROW) for one in need]
        return Verdict(
            broken=tuple(sorted((*own, *ruled), key=lambda each: self._order[each.field])),
            hidden=tuple(hidden),
            needed=tuple(needed),
            papers=tuple(dict.fromkeys(papers)),
            steps=seen_steps(self.form, hidden),
            beside=tuple(each for each in broken if not each.row and (each.field, each.check) in beside),
        )

    def computed(self, answers: Mapping[str, object], today: int) -> dict[str, object]:
        """What fields are worked out to be from the others, as answers; of those that do not show, or whose others are
        not known, nothing."""
        if not self._fills:
            return {}
        values, _, hidden, _ = self._read(answers, today)
        found = {field.id: _written(field, run(values, NO_ROW)) for field, run in self._fills if field.id not in hidden}
        return {id_: answer for id_, answer in found.items() if answer is not None}

    def takes(self, field: str, answer: object, today: int) -> bool:
        """Whether that is an answer to the field alone, whatever shows and what the rules say. KeyError for none."""
        one = self._asked[self._order[field]]
        values: Values = [None] * self._size
        return not (
            one.take(({field: answer},), (values,), today, True) or (one.parts and _cells(one, values, today))
        )

    def _read(
        self, answers: Mapping[str, object], today: int
    ) -> tuple[Values, list[Broken], list[str], list[str]]:
        values: Values = [None] * self._size
        values[0] = today
        broken: list[Broken] = []
        hidden: list[str] = []
        needed: list[str] = []
        rows, laid = (answers,), (values,)
        for one in self._asked:
            name = one.field.id
            if one.shown is not None and not one.shown(values, NO_ROW):
                hidden.append(name)
                continue
            must = one.field.required or (one.needed is not None and bool(one.needed(values, NO_ROW)))
            if must:
                needed.append(name)
            for _, code in one.take(rows, laid, today, must):
                fault = _fault(one.field, code, answers.get(name), today)
                broken.append(Broken(code, name, fault=fault))
            if one.parts:
                broken += _cells(one, values, today)[:CELLS_TOLD]
        return values, broken, hidden, needed


def _cells(group: Asked, values: Values, today: int) -> list[Broken]:
    """Put the rows of a group at its place as they are read; what is wrong with their cells."""
    rows = values[group.place] or ()
    laid = [group.blank.copy() for _ in rows]
    broken = [
        Broken(code, group.field.id, "error", at + 1, part.field.id,
               fault=_fault(part.field, code, rows[at].get(part.field.id), today))
        for part in group.parts
        for at, code in part.take(rows, laid, today, part.field.required)
    ]
    values[group.place] = laid or None
    return sorted(broken, key=lambda each: each.row)


def _written(field: Field, value: Any) -> object:
    """A value as JSON holds it; None for none."""
    if value is None or not isinstance(value, int | float):
        return value
    return iso(int(value)) if field.base == "date" else (int(value // SCALE) if value % SCALE == 0 else value / SCALE)


def _fault(field: Field, code: str, answer: object, today: int) -> str:
    """What of an ID number does not check, the first that fails."""
    if code != "format" or field.base != "id" or not isinstance(answer, str):
        return ""
    return id_fault(tidy(field.kind, answer), today)


def _ruled(rule: Rule, places: Layout, formats: Mapping[str, str]) -> _Ruled:
    tree = rule.never if rule.must is None else rule.must
    speaks_for = {(field, code) for field in rule.fields for code in _SAID_BETTER if len(rule.fields) == 1}
    if rule.must is not None:
        speaks_for |= set(_wants(rule.must, formats))
    return _Ruled(
        rule, _maybe(rule.when, places), compiled(tree, places), rule.must is not None, frozenset(speaks_for)
    )


def _wants(must: Any, formats: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What a rule that is broken says of fields, because each of them has to be filled, or of its own format."""
    if must[0] == "all":
        for each in must[1]:
            yield from _wants(each, formats)
    elif must[0] == "filled":
        yield from ((named[1], "required") for named in must[1] if named[0] == "field")
    elif must[0] == "format" and must[1][0] == "field":
        yield must[1][1], "required"
        if formats[must[1][1]] == must[2]:
            yield must[1][1], "format"


def _maybe(tree: Any, places: Layout) -> Run | None:
    return None if tree is None else compiled(tree, places)


def words_of(form: Form, broken: Broken) -> tuple[Text, Text]:
    """What is wrong and how to mend it."""
    for rule in form.rules:
        if rule.id == broken.check:
            return rule.say, rule.mend
    field = form.field(broken.field)
    part = next((part for part in field.parts if part.id == broken.part), None)
    meant = field if part is None else part
    kind = KINDS[meant.kind]
    least, most = bounds(meant)
    key, table = f"form.broken.{broken.check}", tables()
    if broken.check == "length":
        most = most or f"{kind.most}"
    elif broken.check == "rows":
        most = most or f"{MOST_ROWS}"
    if broken.check == "format":
        name = kind.format if kind.base == "id" else meant.format or kind.format
        key = f"form.format.{name}" + (f"_{broken.fault}" if broken.fault else "")
    elif broken.check in ("range", "length", "rows") and not (least and most):
        key += "_most" if most else "_least"
    elif broken.check == "number" and meant.kind != "number":
        key += f"_{meant.kind}"
    label = meant.label
    if part is not None:
        where = table.text("form.row", {"row": broken.row})
        label = {language: f"{words} {where.get(language, '')} {part.label.get(language, part.label['zh'])}".strip()
                 for language, words in field.label.items()}
    facts: dict[str, Any] = {"label": label, "least": least, "most": most}
    return (
        filled(table.find(f"{key}.say") or same(broken.check), facts),
        filled(table.find(f"{key}.mend") or same(""), facts),
    )


def built_in_words() -> dict[str, dict[str, Text]]:
    """What every field is held to, by code: say and mend, not yet filled in."""
    found: dict[str, dict[str, Text]] = {}
    for table, prefix in (("form.broken", ""), ("form.format", "format.")):
        for key, words in tables().under(table).items():
            code, _, which = key.rpartition(".")
            found.setdefault(prefix + code, {})[which] = words
    return found
