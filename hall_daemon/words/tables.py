"""The files of words, one a language: zh.toml, en.toml, and whatever other stands beside them.

A key is the path of tables and name, as `problem.day_full.advice`. Adding a language is adding a file: nothing else
names the languages. docs/how-to/add-a-language.md.
"""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from hall_daemon.words.text import ALWAYS, CHINESE, FORMS, Fact, Text, filled, same

# A file that is larger is no file of words.
_MAX_BYTES = 1024 * 1024
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class BadWords(ValueError):
    """A file of words that cannot be used. The message says where and what to do."""


class Tables:
    """All languages, Chinese first, then English, then the others by their code."""

    def __init__(self, files: Mapping[str, Mapping[str, str]]) -> None:
        """`files`: language -> key -> words. Raises BadWords."""
        if missing := [language for language in ALWAYS if language not in files]:
            raise BadWords(f"words: {missing[0]}.toml is missing; it is needed beside the others")
        self.languages = (*ALWAYS, *sorted(files.keys() - set(ALWAYS)))
        self._texts: dict[str, Text] = {}
        for language in self.languages:
            for key, words in files[language].items():
                self._texts.setdefault(key, {})[language] = words
        self._keys_under: dict[str, list[str]] = {}
        for key, text in self._texts.items():
            _check(key, text)
            parts = key.split(".")
            for depth in range(1, len(parts)):
                self._keys_under.setdefault(".".join(parts[:depth]), []).append(key)

    def text(self, key: str, facts: Mapping[str, Fact] | None = None, unknown: str = "?") -> Text:
        """The words of `key` in every language that has them, filled in with `facts`. An unknown key is our bug and
        raises KeyError."""
        text = self._texts[key]
        return dict(text) if facts is None else filled(text, facts, unknown)

    def find(self, key: str, facts: Mapping[str, Fact] | None = None) -> Text | None:
        return self.text(key, facts) if key in self._texts else None

    def coded(self, table: str, code: str) -> Text:
        """The words of a code in a table; a code that is not there reads as itself."""
        return self.find(f"{table}.{code}") or same(code)

    def under(self, table: str) -> dict[str, Text]:
        """code -> words, of a table and of the tables in it: their codes are paths then."""
        start = len(table) + 1
        return {key[start:]: dict(self._texts[key]) for key in self._keys_under.get(table, ())}

    def keys(self) -> tuple[str, ...]:
        """Those that have words in Chinese, in the order of its file."""
        return tuple(key for key, text in self._texts.items() if CHINESE in text)

    def missing(self, language: str, more: Collection[str] = ()) -> tuple[str, ...]:
        """Keys that `language` has no words for; `more`: keys whose Chinese and English stand elsewhere."""
        wanted = (key for key in (*self.keys(), *more) if not key.startswith("language."))
        return tuple(key for key in wanted if language not in self._texts.get(key, {}))

    def strange(self, language: str, more: Collection[str] = ()) -> tuple[str, ...]:
        """Keys of its file that nothing asks for."""
        known = {*self.keys(), *more}
        return tuple(key for key, text in self._texts.items() if language in text and key not in known)


@cache
def tables() -> Tables:
    """The languages that come with the program, read when the first words are wanted. Raises BadWords."""
    return Tables(read(resources.files(__package__)))


def read(folder: Traversable) -> dict[str, dict[str, str]]:
    """language -> key -> words, of every `LANGUAGE.toml` of a folder. Raises BadWords."""
    return {
        path.name.removesuffix(".toml"): _file(path)
        for path in sorted(folder.iterdir(), key=lambda path: path.name)
        if path.name.endswith(".toml")
    }


def _file(path: Traversable) -> dict[str, str]:
    if not _LANGUAGE.fullmatch(path.name.removesuffix(".toml")):
        raise BadWords(f"{path.name}: name the file by its language, as ug.toml or zh-Hant.toml")
    data = path.read_bytes()
    if len(data) > _MAX_BYTES:
        raise BadWords(f"{path.name}: larger than {_MAX_BYTES} bytes")
    try:
        words = dict(_flat(tomllib.loads(data.decode()), ""))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadWords(f"{path.name}: {error}") from error
    except BadWords as error:
        raise BadWords(f"{path.name}: {error}") from error
    if "language.name" not in words:
        raise BadWords(f'{path.name}: say what the language calls itself: [language] name = "…"')
    return words


def _flat(table: Mapping[str, Any], under: str) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, str):
            yield under + name, value
        elif isinstance(value, dict):
            yield from _flat(value, f"{under}{name}.")
        else:
            raise BadWords(f"{under}{name}: write words in quotes")


def names(sentence: str) -> set[str]:
    """The `{names}` in a sentence, also those that decide between one and several. Raises ValueError for a lonely brace
    or what is no plain name."""
    found = set()
    for _, whole, spec, conversion in string.Formatter().parse(sentence):
        if whole is None:
            continue
        name, *forms = whole.split("|")
        if spec or conversion or not name.isidentifier() or len(forms) not in (0, FORMS) or set(whole) & set(".["):
            raise ValueError(f"{{{whole}}} is neither a plain name nor {{name|for one|for several}}")
        found.add(name)
    return found


def _check(key: str, text: Text) -> None:
    """A sentence uses no facts that neither Chinese nor English has: nobody would fill them in."""
    known: set[str] | None = None
    for language, sentence in text.items():
        try:
            used = names(sentence)
        except ValueError as error:
            raise BadWords(f"{language}.toml: {key}: {error}") from error
        if language in ALWAYS:
            known = used if known is None else known | used
        elif known is not None and (odd := used - known):
            raise BadWords(f"{language}.toml: {key}: nothing fills in {{{min(odd)}}}; it may use {sorted(known)}")
