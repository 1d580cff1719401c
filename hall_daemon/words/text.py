"""Words by language, as a value: {"zh": "叫号", "en": "call"}. Pure.

A language that has no words of its own is said in Chinese.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

# language (a BCP 47 code: zh, en, ug, zh-Hant) -> words. Chinese is always there and comes first.
Text = dict[str, str]
CHINESE = "zh"
ENGLISH = "en"
# The languages that every text is in.
ALWAYS = (CHINESE, ENGLISH)

Fact = str | int | Text


def text(zh: str, en: str, **others: str) -> Text:
    return {CHINESE: zh, ENGLISH: en, **others}


def same(words: str) -> Text:
    """What reads alike in every language: a code, an id, a label."""
    return dict.fromkeys(ALWAYS, words)


def said(words: Mapping[str, str], language: str) -> str:
    """In a language, else in Chinese; whatever there is where another program left that out."""
    return words.get(language) or words.get(CHINESE) or next(iter(words.values()), "")


def filled(words: Mapping[str, str], facts: Mapping[str, Fact], unknown: str = "?") -> Text:
    """A sentence in all its languages; each `{name}` is a fact, in that language where it is words itself. One that is
    not among the facts reads as `unknown`."""
    return {language: sentence.format_map(_Facts(facts, language, unknown)) for language, sentence in words.items()}


def joined(parts: list[Text], between: Mapping[str, str]) -> Text:
    """One after the other, in every language that any of them has."""
    languages = dict.fromkeys(language for words in (between, *parts) for language in words)
    return {
        language: said(between, language).join(said(part, language) for part in parts) for language in languages
    }


class _Facts(defaultdict[str, str]):
    def __init__(self, facts: Mapping[str, Fact], language: str, unknown: str) -> None:
        super().__init__(
            lambda: unknown,
            {name: said(fact, language) if isinstance(fact, dict) else str(fact) for name, fact in facts.items()},
        )
