"""What the kiosk says, by language: flat tables of sentences in zh.json, en.json and whatever other stands beside them.

`{names}` are filled in by presenters, `{n|day|days}` is for one and for several, as in hall_daemon/words.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from importlib import resources

from hall_daemon.words.tables import names as names
from hall_daemon.words.tables import tables
from hall_daemon.words.text import CHINESE, Fact, filled_in
from kiosk_ui.state.model import Language


class Words:
    """One language, which calls itself `name`. An unknown key is our bug and raises KeyError."""

    def __init__(self, language: Language, table: dict[str, str], name: str = "") -> None:
        self.language = language
        self.name = name or language
        self._table = table

    def __call__(self, key: str, /, **facts: Fact) -> str:
        return filled_in(self._table[key], facts, self.language) if facts else self._table[key]

    def date(self, day: datetime) -> str:
        """A day with its weekday, in the words of the language."""
        return self("date", month=self(f"month.{day.month}"), day=day.day, weekday=self(f"weekday.{day.weekday()}"))

    def short_date(self, day: datetime) -> str:
        """The same for where there is little room."""
        month = self(f"month.{day.month}")
        return self("date.short", month=month, day=day.day, weekday=self(f"weekday.short.{day.weekday()}"))

    def has(self, key: str) -> bool:
        return key in self._table

    def can_say(self, key: str, facts: Collection[str]) -> bool:
        """There is such a sentence, and `facts` has every name in it."""
        return key in self._table and names(self._table[key]) <= set(facts)


def load() -> dict[Language, Words]:
    """Every language that the hall has words for. What the kiosk says itself is in a file beside this module; where a
    language lacks it, it is said in Chinese."""
    called = tables().text("language.name")
    return {language: Words(language, read(CHINESE) | read(language), name) for language, name in called.items()}


def missing(language: Language) -> tuple[str, ...]:
    """Keys that the kiosk says in Chinese for want of words."""
    have = read(language)
    return tuple(key for key in read(CHINESE) if key not in have)


def read(language: Language) -> dict[str, str]:
    """The file of one language, empty where there is none."""
    path = resources.files(__name__) / f"{language}.json"
    table: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return table
