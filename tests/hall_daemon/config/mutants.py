"""Wrong copies of a correct hall.toml, each with the line its mistake is on. Text in, text out, no randomness.

Every line gives the mistakes that make sense for it: a key misspelt, a value of another type, a name that nothing
has, a prefix that is there twice, marks left out. Sections where keys are free (reasons, dates) are not misspelt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

_PAIR = re.compile(r"^(?P<key>[A-Za-z0-9_-]+) = (?P<value>.*?)(?P<comment>\s{2,}#.*)?$")
_HEADER = re.compile(r"^\[(?P<name>[A-Za-z0-9_.-]+)\](?P<comment>\s*#.*)?$")
_NAMED = re.compile(r'"([a-z][a-z0-9-]*)"')

_FREE_KEYS = ("priority_reasons", "pick_reasons", "pause_reasons", "hours.days", "policy.classes")
_REFERENCES = ("queue", "first", "yes", "idle", "screens", "pads", "printer", "zone")


class Mutant(NamedTuple):
    """`line` is where a person must look; `kind` names what was done."""

    kind: str
    line: int
    text: str


class _Place(NamedTuple):
    section: str
    key: str
    value: str


def mutants(text: str) -> Iterator[Mutant]:
    lines = text.split("\n")
    section = ""
    for at, line in enumerate(lines):
        header, pair = _HEADER.match(line), _PAIR.match(line)
        if header is not None:
            section = header["name"]
            for kind, change in _HEADER_CHANGES.items():
                changed = change(section)
                if changed is not None:
                    yield _mutant(kind, lines, at, changed)
        elif line.startswith("    { id ="):
            for kind, (old, new) in _ENTRY_CHANGES.items():
                if re.search(old, line):
                    yield _mutant(kind, lines, at, re.sub(old, new, line))
        elif pair is not None:
            place = _Place(section, pair["key"], pair["value"])
            for kind, mutate in _PAIR_CHANGES.items():
                changed = mutate(place)
                if changed is not None:
                    yield _mutant(kind, lines, at, changed)


def _mutant(kind: str, lines: list[str], at: int, changed: str) -> Mutant:
    """`changed` may be several lines; the mistake is on the last of them."""
    text = "\n".join([*lines[:at], changed, *lines[at + 1 :]])
    return Mutant(kind, at + 1 + changed.count("\n"), text)


def _misspelt_section(name: str) -> str | None:
    top, _, rest = name.partition(".")
    # A second table of the name would still be there, and be right.
    return f"[{top}x.{rest}]" if rest and top in ("hours", "policy") else None if rest else f"[{top}x]"


def _header_left_open(name: str) -> str:
    return f"[{name}"


def _header_twice(name: str) -> str:
    return f"[{name}]\n[{name}]"


_HEADER_CHANGES: dict[str, Callable[[str], str | None]] = {
    "misspelt section": _misspelt_section,
    "header left open": _header_left_open,
    "header twice": _header_twice,
}


def _misspelt_key(place: _Place) -> str | None:
    if place.section in _FREE_KEYS:
        return None
    return f"{place.key[:-1]}{place.key[-1]}x = {place.value}"


def _foreign_key(place: _Place) -> str | None:
    if place.section in _FREE_KEYS:
        return None
    return f"{place.key} = {place.value}\nqqq = 1" if not _continues(place) else None


def _wrong_type(place: _Place) -> str | None:
    if _continues(place):
        return None
    return f"{place.key} = {'true' if place.value not in ('true', 'false') else '[1979-05-27]'}"


def _other_type(place: _Place) -> str | None:
    if _continues(place):
        return None
    return f'{place.key} = "qq"' if place.value[0].isdigit() or place.value[0] in "{[" else f"{place.key} = 42"


def _out_of_range(place: _Place) -> str | None:
    return f"{place.key} = -7" if place.value.isdigit() else None


def _dangling(place: _Place) -> str | None:
    if place.key not in _REFERENCES or place.section.startswith("devices") or not _NAMED.search(place.value):
        return None
    return f"{place.key} = {_NAMED.sub(_wrong_name, place.value, count=1)}"


def _wrong_name(found: re.Match[str]) -> str:
    return f'"{found[1]}-q"'


def _twice_prefix(place: _Place) -> str | None:
    return 'prefix = "A"' if place.key == "prefix" and place.value != '"A"' else None


def _twice_key(place: _Place) -> str | None:
    line = f"{place.key} = {place.value}"
    return f"{line}\n{line}" if not _continues(place) else None


def _no_equals(place: _Place) -> str:
    return f"{place.key} {place.value}"


def _left_open(place: _Place) -> str | None:
    """The closing mark of the value is missing."""
    return f"{place.key} = {place.value[:-1]}" if place.value[-1] in '"]}' else None


def _full_width(place: _Place) -> str | None:
    if not place.value.startswith('"'):
        return None
    return f"{place.key} = “{place.value[1:-1]}”"


def _unknown_placeholder(place: _Place) -> str | None:
    if not place.section.startswith("wording.") or "{" not in place.value:
        return None
    return f"{place.key} = {place.value.replace('{', '{q', 1)}"


def _line_without_port(place: _Place) -> str | None:
    return f"{place.key} = {place.value.replace('port =', 'prot =')}" if "port =" in place.value else None


# Entries of a list of tables (screens, pads, zones): pattern and replacement.
_ENTRY_CHANGES = {
    "entry out of range": (r"address = \d+|volume = [0-9.]+", r"\g<0>999"),
    "entry of wrong type": (r"address = \d+|output = \S+(?=,)", "address = [1]"),
    "entry misspelt": (r"address|output", "adress"),
    "entry left open": (r" \},$", ","),
    "entry without comma": (r'",', '"'),
    "entry's id of wrong type": (r'id = "[a-z0-9-]+"', "id = 5"),
}


def _continues(place: _Place) -> bool:
    """Whether the value goes on over the next lines."""
    return place.value.count("[") > place.value.count("]")


_PAIR_CHANGES: dict[str, Callable[[_Place], str | None]] = {
    "misspelt key": _misspelt_key,
    "foreign key": _foreign_key,
    "wrong type": _wrong_type,
    "other type": _other_type,
    "out of range": _out_of_range,
    "dangling reference": _dangling,
    "prefix twice": _twice_prefix,
    "key twice": _twice_key,
    "no equals sign": _no_equals,
    "left open": _left_open,
    "full-width quotes": _full_width,
    "unknown placeholder": _unknown_placeholder,
    "line without port": _line_without_port,
}
