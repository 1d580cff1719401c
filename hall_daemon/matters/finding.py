"""What a linter of guides finds, and what it has to know of the hall. Values only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import NamedTuple

Path = tuple[str | int, ...]


class Finding(NamedTuple):
    """At `path` of the guide's file; `hint`: what to write instead."""

    path: Path
    message: str
    found: str = ""
    hint: str = ""


class Known(NamedTuple):
    """What a guide may name. `forms` None: this hall's forms are not known here, so they are not looked for; `fields`
    of each form that can be read, and the matter that it is `of`."""

    matters: Collection[str]
    groups: Collection[str]
    services: Collection[str]
    forms: Collection[str] | None = None
    fields: Mapping[str, Collection[str]] = MappingProxyType({})
    of: Mapping[str, str] = MappingProxyType({})
