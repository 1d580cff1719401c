"""What is wrong with a form although every table of it is one: questions that nobody can answer, samples that are no
answers, meanings that clash, papers that no guide has. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from hall_daemon.config.dictionary import Papers, no_room
from hall_daemon.config.form_schema import AskedTable, FormFile
from hall_daemon.config.problem import KeyPath, Problem, did_you_mean, listed, shown
from hall_daemon.matters.checks import Checker
from hall_daemon.matters.days import day_of, of_date
from hall_daemon.matters.fields import LONGEST, MOST_ROWS, Entry, Field, Unreadable, read
from hall_daemon.matters.form import Form

# What gives another verdict on another day.
_OF_THE_DAY = frozenset({"today", "age"})


def check_bound(base: str, bound: float | None, path: KeyPath, problems: list[Problem]) -> None:
    """`bound` as it stands in the file."""
    if bound is None:
        return
    whole = bound == int(bound)
    if base in ("text", "id", "group") and not (whole and 0 <= bound <= (MOST_ROWS if base == "group" else LONGEST)):
        what = f"rows, up to {MOST_ROWS}" if base == "group" else f"characters, up to {LONGEST}"
        problems.append(Problem(path, "is no number of " + what, shown(bound)))
    elif base in ("date", "choice", "choices", "file"):
        problems.append(Problem(path, f"a {base} has no such bound", shown(bound), hint="say it in a rule"))


def check_room(field: Field, path: KeyPath, problems: list[Problem]) -> None:
    """Whether there is an answer that fits."""
    why = no_room(field.kind, field.format, field.least, field.most)
    if why:
        key = "min" if field.least is not None else "max"
        problems.append(Problem((*path, key), "nobody can answer this: " + why, hint="mend min or max"))


def check_sample(field: Field, path: KeyPath, problems: list[Problem]) -> None:
    if field.sample is None:
        return
    value = read(field, field.sample)
    if isinstance(value, Unreadable):
        problems.append(Problem((*path, "sample"), f"is no answer to this field ({value.code})", shown(field.sample)))
    if field.base == "group" and isinstance(value, tuple):
        known = {part.id for part in field.parts}
        for at, row in enumerate(value):
            assert isinstance(row, dict)
            for name in row.keys() - known:
                hint = did_you_mean(name, known)
                problems.append(Problem((*path, "sample", at, name), "there is no such column", hint=hint))


def check_cases(field: Field, path: KeyPath, problems: list[Problem]) -> None:
    values = [option.value for option in field.options]
    for at, case in enumerate(field.cases):
        if case.choose and case.choose not in values:
            place: KeyPath = (*path, "cases", at, "choose")
            hint = did_you_mean(case.choose, values)
            problems.append(Problem(place, "is none of the options", shown(case.choose), listed(values), hint))


def check_meaning(
    table: AskedTable, entry: Entry | None, path: KeyPath, dictionary: Mapping[str, Entry], problems: list[Problem]
) -> None:
    """What the dictionary says of it, and what it says itself."""
    if table.means and entry is None:
        hint = did_you_mean(table.means, dictionary)
        problems.append(Problem((*path, "means"), "is not in the dictionary", shown(table.means), hint=hint))
    if entry is not None and table.kind not in (None, entry.kind):
        message = f"is not what {table.means} is in the dictionary"
        hint = "leave `kind` out, or mean another entry"
        problems.append(Problem((*path, "kind"), message, shown(table.kind), f'"{entry.kind}"', hint))


def check_also(field: Field, path: KeyPath, dictionary: Mapping[str, Entry], problems: list[Problem]) -> None:
    """An answer is also what is of the same kind."""
    for at, name in enumerate(field.also):
        entry, place = dictionary.get(name), (*path, "also", at)
        if entry is None:
            hint = did_you_mean(name, dictionary)
            problems.append(Problem(place, "is not in the dictionary", shown(name), hint=hint))
        elif entry.kind != field.kind:
            problems.append(Problem(place, f"is a {entry.kind}, and this is a {field.kind}", shown(name)))


def form_faults(form: Form) -> Iterator[Problem]:
    """Of a form that has no other fault: two fields that mean the same, and samples that are wrong by its own rules."""
    first: dict[str, str] = {}
    for path, field in _asked(form.fields):
        group = str(path[1]) if len(path) > 2 else ""
        key = f"{group} {field.means}"
        if field.means and first.setdefault(key, field.id) != field.id:
            message = f"means the same as {first[key]}: both would begin with one answer"
            yield Problem((*path, "means"), message, shown(field.means), hint="mean another entry in one of them")
    yield from _sample_faults(form)


def _sample_faults(form: Form) -> Iterator[Problem]:
    """The walk-through shows the samples: none may be wrong. Rules about what has no sample are left out; and where
    the form does not say when they were right, rules that ask for the day, for then no sample is right on every day."""
    samples = form.samples()
    written = day_of(form.sampled)
    today = written if written is not None else of_date(date.today())  # noqa: DTZ011 (the day on the wall)
    lasting = {
        rule.id for rule in form.rules
        if written is not None or not _names_day((rule.when, rule.never, rule.must))
    }
    for broken in Checker(form).verdict(samples, today).broken:
        by_rule = bool(broken.fields)
        if broken.level != "error" or broken.field not in samples:
            continue
        if by_rule and (broken.check not in lasting or not samples.keys() >= set(broken.fields)):
            continue
        path: KeyPath = ("field", broken.field, "sample")
        path = (*path, broken.row - 1, broken.part) if broken.row else path
        what = f"the rule {broken.check}" if by_rule else broken.check
        yield Problem(path, f"is wrong by this form itself ({what})", hint="people see it as an answer to copy")


def _names_day(tree: object) -> bool:
    if not isinstance(tree, tuple) or not tree:
        return False
    return tree[0] in _OF_THE_DAY or any(map(_names_day, tree))


def paper_faults(
    form: Form, file: FormFile, dictionary: Mapping[str, Entry], papers: Papers
) -> Iterator[Problem]:
    """Papers that the form's guide lacks, and what only papers of other guides prove: somebody else's number would go
    by unseen there."""
    if form.matter not in papers:
        hint = did_you_mean(form.matter, papers)
        yield Problem(("form", "matter"), "has no guide", shown(form.matter), hint=hint)
    known = papers.get(form.matter)
    if known is None:
        return
    named: list[tuple[KeyPath, str]] = [
        *(((*path, "paper"), field.paper) for path, field in _asked(form.fields) if field.paper),
        *((("papers", at, "need", n), one) for at, rule in enumerate(form.papers) for n, one in enumerate(rule.need)),
    ]
    for path, paper in named:
        if paper not in known:
            yield Problem(path, "is no paper of the guide", shown(paper), listed(known), did_you_mean(paper, known))
    for path, field in _asked(form.fields):
        table: AskedTable = file.field[str(path[1])]
        table = file.field[str(path[1])].part[field.id] if len(path) > 2 else table
        entry = dictionary.get(field.means)
        proofs = entry.papers if entry is not None and table.paper is None else ()
        if proofs and not set(known).intersection(proofs):
            message = f"is proved by {' or '.join(proofs)}, which this guide has not"
            hint = 'name the paper of this guide in the dictionary, or say paper = "" where none proves it'
            yield Problem((*path, "means"), message, shown(field.means), listed(known), hint)


def _asked(fields: Iterable[Field]) -> Iterator[tuple[KeyPath, Field]]:
    """Fields and columns, where they stand in the file."""
    for field in fields:
        yield ("field", field.id), field
        for part in field.parts:
            yield ("field", field.id, "part", part.id), part
