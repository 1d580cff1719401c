"""The verdict on a whole form: everything that is wrong with it at once, in the order of its pages. Pure.

One pass in reading order: what is hidden is to the rules as if it were not there (it is kept by whoever keeps the
answers), then what each field is held to by itself, then the rules. hall_daemon/pages/matters/checks.js does the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from hall_daemon.matters.days import iso
from hall_daemon.matters.evaluate import NO_ROW, Layout, Run, Values, compiled, layout
from hall_daemon.matters.fields import KINDS, SCALE, Field, Unreadable, read
from hall_daemon.matters.form import Form, Level, Rule, bounds, seen_steps
from hall_daemon.matters.formats import FORMATS, FormatName, born
from hall_daemon.words.tables import tables
from hall_daemon.words.text import Text, filled, same

# Of a group no more are told of at once: nobody mends more, and a short body cannot ask for a long answer.
CELLS_TOLD = 50
# What a rule about a field says better than the field itself.
_SAID_BETTER = ("required", "range", "format")


class Broken(NamedTuple):
    """`check` is a rule's id or one of form.BUILT_IN. `row` counts from 1, 0 where it is about no row; `part` is its
    column. `fields` are all that the rule names."""

    check: str
    field: str
    level: Level = "error"
    row: int = 0
    part: str = ""
    fields: tuple[str, ...] = ()


class Verdict(NamedTuple):
    """`hidden`: fields that do not show; `needed`: those that show and must be answered; `papers`: ids; `steps`: those
    that have something to show."""

    broken: tuple[Broken, ...]
    hidden: tuple[str, ...]
    needed: tuple[str, ...]
    papers: tuple[str, ...]
    steps: tuple[str, ...]

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
    rule: Rule
    when: Run | None
    test: Run
    wanted: bool
    speaks_for: frozenset[str]


class Checker:
    """A form made ready to be checked. Keeps nothing of what it saw; any thread may ask."""

    def __init__(self, form: Form) -> None:
        self.form = form
        places = layout(form.fields)
        self._size = places.size
        self._asked = tuple(_asked(field, places, places) for field in form.fields)
        self._order = {field.id: at for at, field in enumerate(form.fields)}
        self._rules = tuple(_ruled(rule, places) for rule in form.rules)
        self._papers = tuple((_maybe(rule.when, places), rule.need) for rule in form.papers)
        self._fills = tuple((each, compiled(each.fill, places)) for each in form.fields if each.fill is not None)

    def verdict(self, answers: Mapping[str, object], today: int) -> Verdict:
        """`answers` as JSON holds them, by field; those of fields that are none are ignored. `today`: days.day_of."""
        values, broken, hidden, needed = self._read(answers, today)
        ruled: list[Broken] = []
        said: set[str] = set()
        for rule, when, test, wanted, speaks_for in self._rules:
            if (when is None or when(values, NO_ROW)) and bool(test(values, NO_ROW)) != wanted:
                ruled.append(Broken(rule.id, rule.fields[0], rule.level, fields=rule.fields))
                if rule.level == "error":
                    said |= speaks_for
        own = [each for each in broken if each.row or each.check not in _SAID_BETTER or each.field not in said]
        papers = [one for when, need in self._papers if when is None or when(values, NO_ROW) for one in need]
        return Verdict(
            broken=tuple(sorted((*own, *ruled), key=lambda each: self._order[each.field])),
            hidden=tuple(hidden),
            needed=tuple(needed),
            papers=tuple(dict.fromkeys(papers)),
            steps=seen_steps(self.form, hidden),
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
            broken += [Broken(code, name) for code in _take(asked, answers.get(name), values, today, must)]
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
            codes = _take(part, row.get(part.field.id), values, today, part.field.required)
            broken += [Broken(code, group.field.id, "error", at, part.field.id) for code in codes]
        return values


def _written(field: Field, value: Any) -> object:
    """A value as JSON holds it; None for none."""
    if value is None or not isinstance(value, int | float):
        return value
    return iso(int(value)) if field.base == "date" else (int(value // SCALE) if value % SCALE == 0 else value / SCALE)


def _asked(field: Field, places: Layout, form: Layout) -> _Asked:
    kind = KINDS[field.kind]
    row = form.groups.get(field.id)
    return _Asked(
        field=field,
        place=places.places[field.id],
        shown=_maybe(field.shown_when, form),
        needed=_maybe(field.required_when, form),
        format=field.format or kind.format,
        least=float("-inf") if field.least is None else field.least,
        most=float(kind.most if field.base in ("text", "id", "file") else "inf") if field.most is None else field.most,
        step=10.0 ** (4 - kind.decimals),
        parts=tuple(_asked(part, row, form) for part in field.parts) if row is not None else (),
        row=row,
    )


def _ruled(rule: Rule, places: Layout) -> _Ruled:
    tree = rule.never if rule.must is None else rule.must
    speaks_for = set(rule.fields) if len(rule.fields) == 1 else set()
    if rule.must is not None and rule.must[0] == "filled":
        speaks_for |= {named[1] for named in rule.must[1]}
    return _Ruled(
        rule, _maybe(rule.when, places), compiled(tree, places), rule.must is not None, frozenset(speaks_for)
    )


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
    least, most = bounds(meant)
    kind = KINDS[meant.kind]
    if kind.base == "text" and not most:
        most = str(kind.most)
    key, table = f"form.broken.{broken.check}", tables()
    if broken.check == "format":
        key = f"form.format.{meant.format or kind.format}"
    elif broken.check in ("range", "length", "rows") and not (least and most):
        key += "_most" if most else "_least"
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
