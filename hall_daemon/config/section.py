"""What every section of a configuration is made of: its base, and types of values with their bounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from msgspec import Meta, Struct

ID_PATTERN = "^[A-Za-z0-9][A-Za-z0-9_-]*$"
Id = Annotated[
    str,
    Meta(min_length=1, max_length=64, pattern=ID_PATTERN, description="1 to 64 letters, digits, '-' and '_'"),
]
Port = Annotated[int, Meta(ge=1, le=65_535)]
Host = Annotated[str, Meta(min_length=1, max_length=253, description="a host name or an IP address")]
Network = Annotated[
    str, Meta(max_length=64, pattern=r"^[0-9A-Fa-f.:/]+$", description="an IP address, or a network as 10.0.0.0/8")
]
Path_ = Annotated[str, Meta(max_length=4096, description="a path")]
Date = Annotated[
    str,
    Meta(pattern=r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$", description="a date as 2026-10-01"),
]


# Names of what stands elsewhere in the file.
References = tuple[str, ...]
NOTHING_GONE: Mapping[str, str] = {}


class Section(Struct, frozen=True, forbid_unknown_fields=True):
    """A table of hall.toml. `GONE`: keys that it once had, and what to do with them."""

    GONE: ClassVar[Mapping[str, str]] = NOTHING_GONE


class NeededWords(Section, frozen=True):
    """What people read, Chinese first, in the languages that have to be there."""

    zh: Annotated[str, Meta(min_length=1, max_length=80)]
    en: Annotated[str, Meta(min_length=1, max_length=80)]


# The same, and in every other language that has a file of words, as `ug = "…"`.
Words = Annotated[
    dict[str, Annotated[str, Meta(min_length=1, max_length=80)]],
    Meta(description="a table with zh, en", extra={"needed": NeededWords}),
]
