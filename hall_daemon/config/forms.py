"""Forms from their TOML files, every mistake at its file and line. Opens the files when asked.

A form with a mistake is left out and the others stay: a hall calls numbers whatever its forms say. `hall check` and
`hall form check` list what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from hall_daemon.config.dictionary import Papers, read_dictionary
from hall_daemon.config.form_faults import (
    check_also,
    check_bound,
    check_cases,
    check_meaning,
    check_room,
    check_sample,
    form_faults,
    paper_faults,
)
from hall_daemon.config.form_schema import AskedTable, FieldTable, FormFile, RuleTable
from hall_daemon.config.problem import (
    BadConfig,
    ConfigError,
    KeyPath,
    Problem,
    did_you_mean,
    listed,
    read_date,
    shown,
)
from hall_daemon.config.prune import DROPPED, prune
from hall_daemon.config.settings import Matters
from hall_daemon.config.source import Source, read_source
from hall_daemon.matters.conditions import TODAY, Fault, Reader, Tree
from hall_daemon.matters.fields import KINDS, Case, Entry, Field, Option, scaled
from hall_daemon.matters.form import BUILT_IN, Form, PaperRule, Rule, Step

MOST_FORMS = 500
_NOT_THERE = ("there is no such field", "there is no such step")
_ID = re.compile("[a-z0-9][a-z0-9_-]{0,63}")


class Cabinet(NamedTuple):
    """A hall's forms by id, its dictionary, and what is wrong with the others. `earlier`: editions by form and version
    that a review may have begun with."""

    forms: Mapping[str, Form]
    dictionary: Mapping[str, Entry]
    errors: tuple[ConfigError, ...] = ()
    earlier: Mapping[tuple[str, int], Form] = {}


def read_cabinet(matters: Matters, papers: Papers | None = None) -> Cabinet:
    """Every form without a mistake. A folder that is not there is empty."""
    dictionary, found = read_dictionary(Path(matters.dictionary), papers)
    forms: dict[str, Form] = {}
    errors = list(found)
    for path in sorted(Path(matters.forms).glob("*.toml"))[:MOST_FORMS]:
        try:
            form = read_form(path, dictionary, papers)
        except BadConfig as error:
            errors += error.errors
        else:
            forms[form.id] = form
    return Cabinet(forms, dictionary, tuple(errors))


def read_form(path: Path, dictionary: Mapping[str, Entry], papers: Papers | None = None) -> Form:
    """One form. Raises BadConfig with every mistake in it."""
    source = read_source(path)
    problems: list[Problem] = []
    if not _ID.fullmatch(path.stem):
        message = "the name of the file is the form's id: small letters, digits, - and _"
        problems.append(Problem((), message, shown(path.stem)))
    form = _form(path.stem, source, dictionary, papers, problems)
    if form is not None and not problems:
        problems += form_faults(form)
    if problems or form is None:
        raise BadConfig(path, source.errors(problems))
    return form


def _form(
    id: str, source: Source, dictionary: Mapping[str, Entry], papers: Papers | None, problems: list[Problem]
) -> Form | None:
    good = prune(FormFile, source.tables, (), problems)
    if good is DROPPED:
        return None
    file = msgspec.convert(good, FormFile)
    if file.form.id not in ("", id):
        problems.append(Problem(("form", "id"), "is not the name of the file", shown(file.form.id), f'"{id}"'))
    _check_steps(file, problems)
    order = {step: at for at, step in enumerate(file.step)}
    named = sorted(file.field, key=lambda name: order.get(file.field[name].step, 0))
    known: dict[str, Field] = {}
    for name in named:
        if name == TODAY:
            message = "is what rules call the day of the check"
            problems.append(Problem(("field", name), message, hint="name it otherwise"))
        known[name] = _field(name, file.field[name], known, named, dictionary, problems)
    if file.form.sampled is not None:
        read_date(file.form.sampled, ("form", "sampled"), problems)
    form = Form(
        id=id,
        matter=file.form.matter,
        version=file.form.version,
        title=file.form.title,
        steps=tuple(Step(name, step.title) for name, step in file.step.items()),
        fields=tuple(known.values()),
        rules=_rules(file.rule, known, problems),
        papers=tuple(
            PaperRule(
                table.need, table.reason, _condition(table.when, ("papers", at, "when"), Reading(known, problems))
            )
            for at, table in enumerate(file.papers)
        ),
        sources=file.form.sources,
        sampled=file.form.sampled or "",
    )
    if papers is not None:
        problems += paper_faults(form, file, dictionary, papers)
    lost = _lost(source, file)
    problems[:] = [one for one in problems if one.message not in _NOT_THERE or one.found.strip('"') not in lost]
    return form


def _lost(source: Source, file: FormFile) -> set[str]:
    """Fields and steps that stand in the file and have a mistake of their own: that one is told, and nobody hears at
    each place where they are named that they are not there."""
    kept: dict[str, Collection[str]] = {"field": file.field, "step": file.step}
    return {
        name for key, good in kept.items() if isinstance(there := source.tables.get(key), dict)
        for name in there if name not in good
    }


class Reading(NamedTuple):
    """What conditions may name, and where their faults go."""

    fields: Mapping[str, Field]
    problems: list[Problem]
    later: Iterable[str] = ()


def _condition(raw: object, path: KeyPath, reading: Reading) -> Tree | None:
    if raw is None:
        return None
    faults: list[Fault] = []
    tree = Reader(reading.fields, faults, frozenset(reading.later)).condition(raw, path)
    reading.problems.extend(map(_problem, faults))
    return tree


def _problem(fault: Fault) -> Problem:
    found = "" if fault.found == "" else shown(fault.found)
    expected = fault.expected or (listed(fault.known) if fault.known else "")
    hint = did_you_mean(fault.found, fault.known) if isinstance(fault.found, str) and fault.known else ""
    return Problem(fault.path, fault.message, found, expected, hint)


def _check_steps(file: FormFile, problems: list[Problem]) -> None:
    for name, table in file.field.items():
        if table.step not in file.step:
            hint = did_you_mean(table.step, file.step)
            place: KeyPath = ("field", name, "step")
            problems.append(Problem(place, "there is no such step", shown(table.step), listed(file.step), hint))
    used = {table.step for table in file.field.values()}
    problems += [
        Problem(("step", name), "has no field", hint="leave it out, or give it one")
        for name in file.step
        if name not in used
    ]


def _field(
    name: str,
    table: FieldTable,
    earlier: Mapping[str, Field],
    every: Iterable[str],
    dictionary: Mapping[str, Entry],
    problems: list[Problem],
) -> Field:
    path: KeyPath = ("field", name)
    parts = tuple(
        Field(id=column, required=part.required, **_asked(part, (*path, "part", column), dictionary, problems))
        for column, part in table.part.items()
    )
    problems += [
        Problem((*path, "part", part.id, "kind"), "rows have no rows in them", '"group"')
        for part in parts
        if part.base == "group"
    ]
    reading = Reading(earlier, problems, every)
    field = Field(
        id=name,
        step=table.step,
        ask=table.ask,
        sample=table.sample,
        cases=tuple(Case(case.when, case.write, case.choose) for case in table.cases),
        often_wrong=table.often_wrong,
        required=table.required,
        required_when=_condition(table.required_when, (*path, "required_when"), reading),
        shown_when=_condition(table.shown_when, (*path, "shown_when"), reading),
        fill=None,
        also=table.also,
        parts=parts,
        **_asked(table, path, dictionary, problems),
    )
    if bool(parts) != (field.base == "group"):
        message = "has columns, so it is a group" if parts else "is a group and has no columns"
        problems.append(Problem(path, message, expected=f'kind = "group" and [field.{name}.part.NAME]'))
        field = replace(field, kind="group" if parts else "text")
    check_sample(field, path, problems)
    check_cases(field, path, problems)
    check_also(field, path, dictionary, problems)
    for place, one in ((path, field), *(((*path, "part", part.id), part) for part in parts)):
        check_room(one, place, problems)
    return field if table.fill is None else replace(field, fill=_fill(field, table.fill, (*path, "fill"), reading))


def _asked(
    table: AskedTable, path: KeyPath, dictionary: Mapping[str, Entry], problems: list[Problem]
) -> dict[str, Any]:
    """What a field and a column have in common, with what the dictionary says of it."""
    entry = dictionary.get(table.means)
    check_meaning(table, entry, path, dictionary, problems)
    kind, label = table.kind or (entry and entry.kind), table.label or (entry and entry.label)
    if kind is None and not (table.means and entry is None):
        message = "is missing, and no `means` says it"
        problems.append(Problem((*path, "kind"), message, expected=listed(KINDS)))
    if label is None and not (table.means and entry is None):
        problems.append(Problem((*path, "label"), "is missing, and no `means` says it", expected="a table with zh, en"))
    kind = kind or "text"
    base = KINDS[kind].base
    if bool(table.options) != (base in ("choice", "choices")):
        message = "has options, so it is a choice" if table.options else f"a {kind} needs options"
        problems.append(Problem((*path, "options"), message))
    for key in ("min", "max"):
        check_bound(base, getattr(table, key), (*path, key), problems)
    values = [option.value for option in table.options]
    for at, value in enumerate(values):
        if value in values[:at]:
            problems.append(Problem((*path, "options", at), "is there twice", shown(value), hint="keep one"))
    least, most = (
        scaled(value) if value is not None and base == "number" else value for value in (table.min, table.max)
    )
    return {
        "kind": kind,
        "label": label or {"zh": "", "en": ""},
        "means": table.means,
        "help": table.help,
        "format": (entry.format if entry and table.format is None else table.format) or "",
        "least": (entry.least or None) if entry and least is None else least,
        "most": (entry.most or None) if entry and most is None else most,
        "unit": table.unit,
        "options": tuple(
            Option(option.value, {"zh": option.zh or option.value, "en": option.en}) for option in table.options
        ),
        "paper": table.paper or "",
        "personal": entry is not None and entry.personal,
        "mask": entry.mask if entry else "",
    }





def _fill(field: Field, raw: object, path: KeyPath, reading: Reading) -> Tree | None:
    faults: list[Fault] = []
    found = Reader(reading.fields, faults, frozenset(reading.later)).term(raw, path)
    reading.problems.extend(map(_problem, faults))
    if found is not None and found.base != {"choice": "text", "id": "text"}.get(field.base, field.base):
        reading.problems.append(Problem(path, f"gives a {found.base}, and this is a {field.base}"))
    return found.tree if found is not None else None


def _rules(tables: Iterable[RuleTable], fields: Mapping[str, Field], problems: list[Problem]) -> tuple[Rule, ...]:
    rules: list[Rule] = []
    for at, table in enumerate(tables):
        path: KeyPath = ("rule", at)
        reading = Reading(fields, problems)
        if table.id in BUILT_IN or any(rule.id == table.id for rule in rules):
            message = "is what every field is held to" if table.id in BUILT_IN else "is there twice"
            problems.append(Problem((*path, "id"), message, shown(table.id), hint="choose another id"))
        for n, name in enumerate(table.fields):
            if name not in fields:
                hint = did_you_mean(name, fields)
                problems.append(Problem((*path, "fields", n), "there is no such field", shown(name), hint=hint))
        if (table.never is None) == (table.must is None):
            problems.append(Problem(path, "says either `never` or `must`", shown(table.id), "one of the two"))
        rules.append(
            Rule(
                id=table.id,
                level=table.level,
                fields=table.fields,
                say=table.say,
                mend=table.mend,
                when=_condition(table.when, (*path, "when"), reading),
                never=_condition(table.never, (*path, "never"), reading),
                must=_condition(table.must, (*path, "must"), reading),
                source=table.source,
            )
        )
    return tuple(rules)
