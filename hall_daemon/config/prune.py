"""Every mistake of a decoded file against its schema, not only the first: walk, report, leave the good part.

Pure. msgspec says what a value may be and builds the objects; it stops at the first mistake, so this walks the
tables itself and asks msgspec about single values. What is wrong is reported and left out, so that the
rest can still be checked.
"""

from __future__ import annotations

import functools
import re
import string
import types
import typing
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, Union

import msgspec
from msgspec import Meta

from hall_daemon.config.problem import KeyPath, Problem, did_you_mean, listed, nearest, nearest_number, shown
from hall_daemon.config.section import NOTHING_GONE, Section
from hall_daemon.words.tables import tables

_DIGITS = 18  # a longer number is not a misspelt one

DROPPED: Final = object()
"""In place of a value that was wrong."""

# The type of a key and whether it must be there.
Field = tuple[Any, bool]


def prune(hint: Any, value: object, path: KeyPath, problems: list[Problem]) -> object:
    """`value` without what is wrong in it, or DROPPED; what msgspec.convert then takes as `hint`."""
    bare, metas = _bare(hint)
    if isinstance(bare, type) and issubclass(bare, msgspec.Struct):
        if not isinstance(value, dict):
            return _wrong(hint, value, path, problems)
        gone = bare.GONE if issubclass(bare, Section) else NOTHING_GONE
        return _table(_fields(bare), value, path, problems, gone)
    origin, inner = typing.get_origin(bare), typing.get_args(bare)
    if origin in (Union, types.UnionType):
        return prune(inner[0], value, path, problems)  # `X | None`: TOML has no null
    pruned: dict[str, object] | list[object]
    if origin is dict:
        if not isinstance(value, dict):
            return _wrong(hint, value, path, problems)
        for meta in metas:
            if meta.extra:
                return _table(_languages(meta.extra["needed"], inner[1]), value, path, problems)
        pruned = _entries(inner[0], inner[1], value, path, problems)
    elif origin is tuple:
        fixed = inner[-1] is not Ellipsis
        if not isinstance(value, list) or (fixed and len(value) != len(inner)):
            return _wrong(hint, value, path, problems)
        pruned = _items(inner if fixed else inner[:1] * len(value), value, path, problems)
        if fixed and len(pruned) != len(inner):
            return DROPPED
    else:
        return _leaf(hint, metas, value, path, problems)
    if any(_outside(meta, len(value)) for meta in metas):
        if not isinstance(value, dict):
            return _wrong(hint, value, path, problems)
        expected = describe(hint) + _bounds(metas, "entries")
        problems.append(Problem(path, "wrong value", f"a table of {len(value)}", expected))
        return DROPPED
    return DROPPED if any(_outside(meta, len(pruned)) for meta in metas) else pruned


def _bare(hint: Any) -> tuple[Any, tuple[Meta, ...]]:
    if typing.get_origin(hint) is Annotated:
        return hint.__origin__, tuple(meta for meta in hint.__metadata__ if isinstance(meta, Meta))
    return hint, ()


def _table(
    fields: Mapping[str, Field], value: Mapping[str, object], path: KeyPath, problems: list[Problem],
    gone: Mapping[str, str] = NOTHING_GONE,
) -> object:
    problems += [Problem((*path, name), "is a key that is gone", hint=gone[name]) for name in value if name in gone]
    asked = {name: part for name, part in value.items() if name not in gone}
    meant = _unknown_keys(asked, list(fields), path, problems)
    kept: dict[str, object] = {}
    whole = True
    for name, (hint, required) in fields.items():
        part = prune(hint, value[name], (*path, name), problems) if name in value else DROPPED
        if part is not DROPPED:
            kept[name] = part
            continue
        whole = whole and not required
        if required and name not in value and name not in meant:
            problems.append(Problem((*path, name), "is missing", expected=describe(hint), hint="add it here"))
    return kept if whole else DROPPED


@functools.cache
def _fields(kind: type[msgspec.Struct]) -> dict[str, Field]:
    hints = typing.get_type_hints(kind, include_extras=True)
    return {entry.encode_name: (hints[entry.name], entry.required) for entry in msgspec.structs.fields(kind)}


def _languages(needed: type[msgspec.Struct], words: Any) -> dict[str, Field]:
    """Those that must be there, and whatever else people can read the hall in."""
    return dict.fromkeys(tables().languages, (words, False)) | _fields(needed)


def _unknown_keys(value: Mapping[str, object], known: list[str], path: KeyPath, problems: list[Problem]) -> set[str]:
    """Report unknown keys; the known ones that were probably meant, and so are not missing too."""
    meant: set[str] = set()
    for name in value:
        if name not in known:
            left = [candidate for candidate in known if candidate not in value]
            close = nearest(name, left)
            meant |= {close} if close else set()
            hint = f'did you mean "{close}"?' if close else ""
            problems.append(Problem((*path, name), "unknown key", expected=listed(known), hint=hint))
    return meant


def _entries(
    key_hint: Any, value_hint: Any, value: Mapping[str, object], path: KeyPath, problems: list[Problem]
) -> dict[str, object]:
    kept: dict[str, object] = {}
    for name, entry in value.items():
        if not _fits(key_hint, name):
            problems.append(Problem((*path, name), "is not a name for this", shown(name), describe(key_hint)))
        part = prune(value_hint, entry, (*path, name), problems)
        if part is not DROPPED and _fits(key_hint, name):
            kept[name] = part
    return kept


def _items(hints: tuple[Any, ...], value: list[object], path: KeyPath, problems: list[Problem]) -> list[object]:
    parts = [prune(hint, one, (*path, at), problems) for at, (hint, one) in enumerate(zip(hints, value, strict=True))]
    return [part for part in parts if part is not DROPPED]


def _leaf(hint: Any, metas: tuple[Meta, ...], value: object, path: KeyPath, problems: list[Problem]) -> object:
    if not _fits(hint, value):
        return _wrong(hint, value, path, problems)
    for meta in metas:
        if meta.extra and isinstance(value, str):
            problems += _placeholder_problems(value, meta.extra["holds"], path)
    return value


def _placeholder_problems(text: str, holds: tuple[str, ...], path: KeyPath) -> list[Problem]:
    expected = "only " + ", ".join(f"{{{known}}}" for known in holds)
    return [
        Problem(path, f"{{{name}}} is not filled in here", shown(text), expected, did_you_mean(name, holds))
        if name
        else Problem(path, "has a lonely { or }", shown(text), expected, "write {{ and }} for braces as such")
        for name in _strangers(text, holds)
    ]


def _strangers(text: str, holds: tuple[str, ...]) -> list[str]:
    """Placeholders of `text` that nothing fills; "" stands for braces that do not match."""
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        return [""]
    return [
        name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "") or "…"
        for _, name, spec, conversion in parts
        if name is not None and (name not in holds or spec or conversion)
    ]


def _fits(hint: Any, value: object) -> bool:
    try:
        msgspec.convert(value, hint)
    except msgspec.ValidationError:
        return False
    return True


def _outside(meta: Meta, length: int) -> bool:
    return length < (meta.min_length or 0) or (meta.max_length is not None and length > meta.max_length)


def _wrong(hint: Any, value: object, path: KeyPath, problems: list[Problem]) -> object:
    bare, _ = _bare(hint)
    words = typing.get_args(bare) if typing.get_origin(bare) is Literal else ()
    problems.append(Problem(path, "wrong value", shown(value), describe(hint), hint=_guess(value, words)))
    return DROPPED


def _guess(value: object, words: tuple[Any, ...]) -> str:
    """Which of the words was probably meant; they are texts or whole numbers."""
    if words and isinstance(words[0], int):
        number = str(value)
        known = number.isascii() and number.isdecimal() and len(number) <= _DIGITS
        return f"did you mean {nearest_number(int(number), words)}?" if known else ""
    return did_you_mean(value, words) if isinstance(value, str) else ""


_NAMES: dict[Any, str] = {
    int: "a whole number",
    float: "a number",
    str: "text in quotes",
    bool: "true or false",
    Any: "a value",
}


def describe(hint: Any) -> str:
    """What a value of `hint` looks like, for a person."""
    bare, metas = _bare(hint)
    for meta in metas:
        if meta.description:
            return meta.description
    origin, inner = typing.get_origin(bare), typing.get_args(bare)
    if origin in (Union, types.UnionType):
        return describe(inner[0])
    if origin is Literal:
        return "one of " + ", ".join(f'"{word}"' if isinstance(word, str) else str(word) for word in inner)
    if origin is dict:
        return "a table"
    if origin is tuple and inner[-1] is not Ellipsis:
        return f"a list of {len(inner)}, each {describe(inner[0])}"
    if origin is tuple:
        one = re.sub("^a table", "tables", describe(inner[0]))
        return f"a list of {one}{_bounds(metas, 'entries')}"
    if isinstance(bare, type) and issubclass(bare, msgspec.Struct):
        return "a table with " + ", ".join(entry.encode_name for entry in msgspec.structs.fields(bare))
    return _NAMES.get(bare, str(bare)) + _bounds(metas, "characters")


def _bounds(metas: tuple[Meta, ...], unit: str) -> str:
    for meta in metas:
        if meta.ge is not None and meta.le is not None:
            return f" from {meta.ge} to {meta.le}"
        if meta.max_length is not None:
            return f", {meta.min_length or 0} to {meta.max_length} {unit}"
    return ""
