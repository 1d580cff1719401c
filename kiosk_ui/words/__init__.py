"""What the kiosk says, by language: flat tables of sentences in zh.json and en.json, the same keys in both.

`{names}` are filled in by presenters. A key that ends in `.one` is for a single one, where a language needs it.
`pseudo` makes a language of longer sentences that shows on a screen what has no room.
"""

from __future__ import annotations

import json
import string
from collections.abc import Collection
from importlib import resources

from kiosk_ui.state.model import Language

LANGUAGES: tuple[Language, ...] = ("zh", "en")


class Words:
    """One language. An unknown key is our bug and raises KeyError."""

    def __init__(self, language: Language, table: dict[str, str]) -> None:
        self.language = language
        self._table = table

    def __call__(self, key: str, /, **facts: object) -> str:
        return self._table[key].format_map(facts) if facts else self._table[key]

    def count(self, key: str, n: int, /, **facts: object) -> str:
        """The sentence for `n` of something."""
        return self(f"{key}.one" if n == 1 and f"{key}.one" in self._table else key, n=n, **facts)

    def has(self, key: str) -> bool:
        return key in self._table

    def can_say(self, key: str, facts: Collection[str]) -> bool:
        """There is such a sentence, and `facts` has every name in it."""
        return key in self._table and names(self._table[key]) <= set(facts)


def names(sentence: str) -> set[str]:
    """The `{names}` in a sentence."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def load() -> dict[Language, Words]:
    """Both languages, from the files beside this module."""
    return {language: Words(language, read(language)) for language in LANGUAGES}


def read(language: Language) -> dict[str, str]:
    text = (resources.files(__name__) / f"{language}.json").read_text(encoding="utf-8")
    table: dict[str, str] = json.loads(text)
    return table


_ACCENTS = str.maketrans("aceinouyACEINOUY", "áçéíñóúýÁÇÉÍÑÓÚÝ")


def pseudo(table: dict[str, str]) -> dict[str, str]:
    """Every sentence with accents, brackets at its ends and a third more letters; `{names}` stay."""
    return {key: _longer(sentence) for key, sentence in table.items()}


def _longer(sentence: str) -> str:
    parts = [
        part if part.startswith("{") else part.translate(_ACCENTS)
        for part in sentence.replace("{", "\0{").replace("}", "}\0").split("\0")
    ]
    more = " ".join(["öñé"] * -(-len(sentence) // 12))
    return f"[{''.join(parts)} {more}]"
