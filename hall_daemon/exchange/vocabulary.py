"""The words and codes of an approval platform, one table of data: platform_words.toml, or a file of the hall's own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from importlib import resources
from typing import Annotated, get_args

import msgspec
from msgspec import Meta, Struct

from hall_daemon.cases.life import State

Word = Annotated[str, Meta(min_length=1, max_length=64)]
Path = Annotated[str, Meta(max_length=200, pattern=r"^/[A-Za-z0-9._~/-]*$", description="a path as /v1/records")]
Words = dict[str, Word]

ELEMENTS = (
    "key", "operation", "sent_at", "case", "hall", "task", "title", "kind", "channel", "record", "word", "state",
    "state_word", "state_at", "serial", "action", "step", "step_state", "limit_days", "limit_unit", "defects", "reason",
    "promised", "form",
)
GUIDE = (
    "task", "title", "version", "dated", "state", "type", "kind", "legal_days", "legal_unit", "promised_days",
    "promised_unit", "charged", "materials", "stopped_since", "stopped_text", "replaced_by",
)
# Drafts are nobody's business outside.
STATES: tuple[State, ...] = tuple(state for state in get_args(State) if state != "draft")
SAID = (
    "ReviewSent", "ReviewSentAgain", "ReviewTaken", "ReviewPassed", "DefectsTold", "ReviewRefused", "ReviewWithdrawn",
    "ReviewLapsed", "Again",
)


# Tables in which one word may stand twice, or that are none of words.
_MAY_REPEAT = ("paths", "channels", "states", "events")


class _Table(Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the file."""


class Paths(_Table, frozen=True):
    records: Path
    cases: Path
    guides: Path


class Coded(_Table, frozen=True):
    code: Word
    word: Word
    also: tuple[Word, ...] = ()


class Said(_Table, frozen=True):
    """What an event becomes. `state` "": as the review stands."""

    record: Word
    word: Word
    state: Annotated[str, Meta(max_length=16)]
    action: Word
    step_state: Word


class Vocabulary(_Table, frozen=True, kw_only=True, dict=True):
    """Tables from our words, which are keys, to those of the platform. `mistakes` says what does not fit together."""

    paths: Paths
    elements: Words
    form: Words
    kinds: Words
    channels: Words
    units: Words
    states: dict[str, Coded]
    events: dict[str, Said]
    guide: Words
    material: Words
    guide_states: Words
    types: Words
    needs: Words
    sources: Words

    def mistakes(self) -> list[tuple[str, str]]:
        """(table, what is wrong), in the order of the file."""
        wanted = {
            "elements": ELEMENTS, "kinds": ("at_once", "promised"), "channels": ("other",),
            "units": ("working", "natural"), "states": STATES, "events": SAID, "guide": GUIDE,
            "material": ("name", "need", "original", "copies", "source", "issuer"),
            "guide_states": ("active", "suspended", "cancelled"), "needs": ("always", "optional", "when"),
            "sources": ("applicant", "government", "third_party"),
        }
        found = [
            (table, f"has no {name}")
            for table, names in wanted.items()
            for name in names
            if name not in getattr(self, table)
        ]
        for table in (name for name in self.__struct_fields__ if name not in _MAY_REPEAT):
            found += [(table, f"says {word!r} twice") for word in twice(getattr(self, table).values())]
        codes = [word for each in self.states.values() for word in {each.code, each.word, *each.also}]
        found += [("states", f"says {word!r} twice") for word in twice(codes)]
        return found + [
            ("events", f"{name}: there is no state {said.state!r}")
            for name, said in self.events.items()
            if said.state and said.state not in self.states
        ]

    @cached_property
    def state_of(self) -> Mapping[str, str]:
        """Any word or code of the platform's -> our state."""
        return {word: state for state, each in self.states.items() for word in (each.code, each.word, *each.also)}


def twice(words: object) -> list[str]:
    seen: set[str] = set()
    return [word for word in words if word in seen or seen.add(word)]  # type: ignore[attr-defined,func-returns-value]


def ours(table: Mapping[str, str], theirs: object) -> str:
    """Our word for what the platform said, "" for none."""
    return next((name for name, word in table.items() if word == str(theirs)), "")


def delivered() -> str:
    """The file that comes with the program, as TOML."""
    return (resources.files(__package__) / "platform_words.toml").read_text(encoding="utf-8")


def vocabulary(tables: Mapping[str, object]) -> Vocabulary:
    """Raises msgspec.ValidationError for what is no such table, ValueError for tables that do not fit together."""
    found = msgspec.convert(dict(tables), Vocabulary)
    mistakes = found.mistakes()
    if mistakes:
        raise ValueError("; ".join(f"[{table}] {what}" for table, what in mistakes))
    return found
