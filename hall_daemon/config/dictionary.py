"""dictionary.toml: the one dictionary of fields, every mistake at its line. Opens the file when asked."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from hall_daemon.config.problem import BadConfig, ConfigError, Problem, did_you_mean, listed, shown
from hall_daemon.config.prune import DROPPED, prune
from hall_daemon.config.section import Section, Words
from hall_daemon.config.source import read_source
from hall_daemon.matters.fields import KINDS, LONGEST, MOST_ROWS, SCALE, Entry, KindName, Mask, most_characters
from hall_daemon.matters.formats import LENGTHS, FormatName

# A person or body, and what of it: applicant.name. Quoted in the file, because it has a dot.
Means = Annotated[
    str,
    Meta(
        max_length=64, pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$", description='whose and what, as "applicant.name"'
    ),
]
Length = Annotated[int, Meta(ge=0, le=LONGEST)]
Key = Annotated[
    str, Meta(max_length=64, pattern="^[a-z][a-z0-9_]*$", description="small letters, digits and _, a letter first")
]
Keys = Annotated[tuple[Key, ...], Meta(max_length=16)]
# Matter -> ids of its papers, as its guide has them; None where its guide cannot be read.
Papers = Mapping[str, Collection[str] | None]


class EntryTable(Section, frozen=True, kw_only=True):
    """One field, wherever it is asked for. `like`: another entry that it is like, but for what stands here. `papers`
    prove it."""

    label: Words
    like: str = ""
    kind: KindName | None = None
    format: FormatName | None = None
    min: Length | None = None
    max: Length | None = None
    personal: bool | None = None
    mask: Mask | None = None
    papers: Keys | None = None


class DictionaryFile(Section, frozen=True):
    field: Annotated[dict[Means, EntryTable], Meta(max_length=2000)]


def read_dictionary(
    path: Path, papers: Papers | None = None
) -> tuple[Mapping[str, Entry], tuple[ConfigError, ...]]:
    """Entries by id, and what is wrong with them or others. A file that is not there has none."""
    if not path.is_file():
        return {}, ()
    try:
        source = read_source(path)
    except BadConfig as error:
        return {}, error.errors
    problems: list[Problem] = []
    good = prune(DictionaryFile, source.tables, (), problems)
    tables = {} if good is DROPPED else msgspec.convert(good, DictionaryFile).field
    entries: dict[str, Entry] = {}
    for name, table in tables.items():
        entry = _entry(name, table, tables, problems)
        if entry is not None:
            entries[name] = entry
            problems += _faults(entry, table, papers or {})
    return entries, tuple(source.errors(problems))


def _entry(
    name: str, table: EntryTable, tables: Mapping[str, EntryTable], problems: list[Problem]
) -> Entry | None:
    like = tables.get(table.like) if table.like else table
    if like is None or like.like:
        message = "is like another itself: name that one" if like else "there is no such field"
        hint = "" if like else did_you_mean(table.like, tables)
        problems.append(Problem(("field", name, "like"), message, shown(table.like), hint=hint))
        return None
    kind = table.kind or like.kind
    if kind is None:
        problems.append(Problem(("field", name, "kind"), "is missing", expected=listed(KINDS)))
        return None

    def own(key: str, usual: object) -> Any:
        said = getattr(table, key)
        inherited = getattr(like, key)
        return said if said is not None else inherited if inherited is not None else usual

    given = {key: own(key, usual) for key, usual in _USUAL.items()}
    least, most = given.pop("min"), given.pop("max")
    return Entry(id=name, label=table.label, kind=kind, least=least, most=most, **given)


def _faults(entry: Entry, table: EntryTable, papers: Papers) -> Iterator[Problem]:
    """Of an entry that stays: what nobody can answer, a person's fact that everybody sees, papers that no guide has.
    What it took from another is told there."""
    path = ("field", entry.id)
    if why := no_room(entry.kind, entry.format, entry.least or None, entry.most or None):
        key = "min" if entry.least else "max"
        yield Problem((*path, key), "nobody can answer this: " + why, hint="mend min or max")
    if entry.personal and not entry.mask and KINDS[entry.kind].base not in ("group", "file"):
        yield Problem((*path, "personal"), "has no mask: whoever passes by reads it", hint='add mask = "all"')
    known = {paper for each in papers.values() for paper in each or ()}
    is_whole = bool(papers) and None not in papers.values()
    for at, paper in enumerate(table.papers or () if is_whole else ()):
        if paper not in known:
            hint = did_you_mean(paper, known)
            yield Problem((*path, "papers", at), "is no paper of any guide", shown(paper), hint=hint)


def no_room(kind: KindName, form: FormatName, low: float | None, high: float | None) -> str:
    """Why no answer fits between the bounds of a field; "" where one does."""
    least, most = -math.inf if low is None else low, math.inf if high is None else high
    base = KINDS[kind].base
    if base == "number":
        step = 10.0 ** (4 - KINDS[kind].decimals)
        if math.isfinite(least) and math.ceil(least / step) * step > most:
            return f"no {kind} lies from {least / SCALE:g} to {most / SCALE:g}"
        return ""
    most = min(most, MOST_ROWS if base == "group" else most_characters(kind) if high is None else math.inf)
    if least > most:
        return f"min is {least:g} and max is {most:g}"
    form = form or KINDS[kind].format
    short, long = LENGTHS.get(form, (0, LONGEST))
    return f"{form} has {short} to {long} characters" if short > most or long < least else ""


_USUAL: Mapping[str, object] = {"format": "", "min": 0, "max": 0, "personal": False, "mask": "", "papers": ()}
