"""The verdict on a whole form: everything that is wrong with it at once, in the order of its pages. Pure.

One pass in reading order: what is hidden is to the rules as if it were not there (it is kept by whoever keeps the
answers), then what each field is held to by itself, then the rules. hall_daemon/pages/matters/checks.js does the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from hall_daemon.matters.days import iso
from hall_daemon.matters.evaluate import NO_ROW, Layout, Run, Values, compiled, layout
from hall_daemon.matters.fields import KINDS, MOST_ROWS, SCALE, Field, Unreadable, most_characters, read, tidy
from hall_daemon.matters.form import Form, Level, Rule, bounds, seen_steps
from hall_daemon.matters.formats import FORMATS, LENGTHS, FormatName, born, id_fault
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


class _Asked(NamedTuple):
    """A field as it is run through. `least` and `most` are infinite where there are none."""

    field: Field
    place: int
    shown: Run | None
    needed: Run | None
    format: FormatName
    least: float
    most: float
    step: float
    parts: tuple[_Asked, ...]
    row: Layout | None


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
        self._asked = tuple(_asked(field, places, places) for field in form.fields)
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
        asked = self._asked[self._order[field]]
        values: Values = [None] * self._size
        if _take(asked, answer, values, today, must=True):
            return False
        cells: list[Broken] = []
        for row in values[asked.place] if asked.row is not None else ():
            self._row(asked, asked.row, row, 1, cells, today)  # type: ignore[arg-type]  # a group has its rows
        return not cells

    def _read(
        self, answers: Mapping[str, object], today: int
    ) -> tuple[Values, list[Broken], list[str], list[str]]:
        values: Values = [None] * self._size
        values[0] = today
        broken: list[Broken] = []
        hidden: list[str] = []
        needed: list[str] = []
        for asked in self._asked:
            name = asked.field.id
            if asked.shown is not None and not asked.shown(values, NO_ROW):
                hidden.append(name)
                continue
            must = asked.field.required or (asked.needed is not None and bool(asked.needed(values, NO_ROW)))
            if must:
                needed.append(name)
            broken += [
                Broken(code, name, fault=_fault(asked, code, answers.get(name), today))
                for code in _take(asked, answers.get(name), values, today, must)
            ]
            if asked.row is not None and values[asked.place] is not None:
                cells: list[Broken] = []
                values[asked.place] = tuple(
                    self._row(asked, asked.row, row, at, cells, today)
                    for at, row in enumerate(values[asked.place], 1)
                )
                broken += cells[:CELLS_TOLD]
        return values, broken, hidden, needed

    def _row(
        self, group: _Asked, places: Layout, row: Mapping[str, object], at: int, broken: list[Broken], today: int
    ) -> Values:
        values: Values = [None] * places.size
        for part in group.parts:
            field = part.field
            answer = row.get(field.id)
            for code in _take(part, answer, values, today, field.required):
                fault = _fault(part, code, answer, today)
                broken.append(Broken(code, group.field.id, "error", at, field.id, fault=fault))
        return values


def _written(field: Field, value: Any) -> object:
    """A value as JSON holds it; None for none."""
    if value is None or not isinstance(value, int | float):
        return value
    return iso(int(value)) if field.base == "date" else (int(value // SCALE) if value % SCALE == 0 else value / SCALE)


def _fault(asked: _Asked, code: str, answer: object, today: int) -> str:
    """What of an ID number does not check, the first that fails."""
    if code != "format" or asked.field.base != "id" or not isinstance(answer, str):
        return ""
    return id_fault(tidy(asked.field.kind, answer), today)


def _most(field: Field, form: FormatName) -> float:
    """A format that says how long a text is tells so in its own words."""
    return math.inf if form in LENGTHS else most_characters(field.kind)


def _asked(field: Field, places: Layout, whole: Layout) -> _Asked:
    kind = KINDS[field.kind]
    row = whole.groups.get(field.id)
    return _Asked(
        field=field,
        place=places.places[field.id],
        shown=_maybe(field.shown_when, whole),
        needed=_maybe(field.required_when, whole),
        format=(form := field.format or kind.format),
        least=float("-inf") if field.least is None else field.least,
        most=_most(field, form) if field.most is None else field.most,
        step=10.0 ** (4 - kind.decimals),
        parts=tuple(_asked(part, row, whole) for part in field.parts) if row is not None else (),
        row=row,
    )


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


def _take(asked: _Asked, answer: object, values: Values, today: int, must: bool) -> tuple[str, ...]:
    """Put an answer at its place among `values`; the codes of what is wrong with it alone."""
    field, place = asked.field, asked.place
    value = read(field, answer)
    if type(value) is Unreadable:
        return (value.code,)
    values[place] = value
    if value is None:
        return ("required",) if must else ()
    base = field.base
    if base == "number":
        assert isinstance(value, float)
        outside = not asked.least <= value <= asked.most
        return ("range",) * outside + ("decimals",) * (value % asked.step != 0)
    if base == "group":
        assert isinstance(value, tuple)
        return () if asked.least <= len(value) <= asked.most else ("rows",)
    if not isinstance(value, str) or base == "choice":
        return ()
    codes: tuple[str, ...] = () if asked.least <= len(value) <= asked.most else ("length",)
    if base == "id":
        values[place + 1] = born(value, today)
        return codes if values[place + 1] is not None else (*codes, "format")
    return (*codes, "format") if asked.format and not FORMATS[asked.format](value, today) else codes


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
