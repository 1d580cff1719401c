"""How people ask, read from language.toml and examples.toml beside this file when first wanted: words that mean the
same, what a question wants to know, what is no matter of a hall."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

import msgspec


class Elsewhere(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What people ask a hall for that is no matter of its guides. `refused`: it is not to be had at all, so nothing
    that sounds like it leads to a matter."""

    name: dict[str, str]
    keywords: tuple[str, ...]
    refused: bool = False


class OfTheHall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What people ask of the hall itself. `person`: they ask for somebody."""

    keywords: tuple[str, ...]
    person: bool = False


class Language(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`same`: name of a meaning -> its words; `light`: those that say little of which matter is meant;
    `deeds`: what is done to something that somebody has; `skipped`: English words that say
    nothing. `about`: paragraph of a guide -> words that ask for it. `examples`: what is no matter of a hall -> whole
    questions for it."""

    same: dict[str, tuple[str, ...]]
    light: tuple[str, ...]
    deeds: tuple[str, ...]
    skipped: tuple[str, ...]
    about: dict[str, tuple[str, ...]]
    elsewhere: dict[str, Elsewhere]
    facts: dict[str, OfTheHall]
    examples: dict[str, tuple[str, ...]]


@cache
def language() -> Language:
    """What comes with the program."""
    folder = resources.files(__package__)
    words, examples = (
        tomllib.loads((folder / name).read_text(encoding="utf-8")) for name in ("language.toml", "examples.toml")
    )
    return msgspec.convert({**words, "examples": examples}, Language)
