"""dictionary.toml: the one dictionary of fields, every mistake at its line. Opens the file when asked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from hall_daemon.config.problem import BadConfig, ConfigError, Problem, did_you_mean, listed, shown
from hall_daemon.config.prune import DROPPED, prune
from hall_daemon.config.section import Section, Words
from hall_daemon.config.source import read_source
from hall_daemon.matters.fields import KINDS, LONGEST, Entry, KindName, Mask
from hall_daemon.matters.formats import FormatName

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


def read_dictionary(path: Path) -> tuple[Mapping[str, Entry], tuple[ConfigError, ...]]:
    """Entries by id, and what is wrong with the others. A file that is not there has none."""
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


_USUAL: Mapping[str, object] = {"format": "", "min": 0, "max": 0, "personal": False, "mask": "", "papers": ()}
