"""Words by language, as a value: {"zh": "叫号", "en": "call"}. Pure.

A language that has no words of its own is said in Chinese. In a sentence `{n}` is a fact, and `{n|day|days}` what
stands there for one and for any other figure; a # in it is the figure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

# language (a BCP 47 code: zh, en, ug, zh-Hant) -> words. Chinese is always there and comes first.
Text = dict[str, str]
CHINESE = "zh"
ENGLISH = "en"
# The languages that every text is in.
ALWAYS = (CHINESE, ENGLISH)

Fact = str | int | Text
# For one and for any other figure.
FORMS = 2


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
    return {language: filled_in(sentence, facts, language, unknown) for language, sentence in words.items()}


def filled_in(sentence: str, facts: Mapping[str, Fact], language: str, unknown: str | None = None) -> str:
    """The same for one language. Raises KeyError for a fact that is missing, where there is nothing to say instead."""
    return sentence.format_map(_Facts(facts, language, unknown))


def joined(parts: list[Text], between: Mapping[str, str]) -> Text:
    """One after the other, in every language that any of them has."""
    languages = dict.fromkeys(language for words in (between, *parts) for language in words)
    return {
        language: said(between, language).join(said(part, language) for part in parts) for language in languages
    }


def with_several(words: Mapping[str, str]) -> Text:
    """A sentence that is not filled in, as it is read: the forms for several."""
    return {language: _CHOSEN.sub(_several, sentence) for language, sentence in words.items()}


_CHOSEN = re.compile(r"\{(\w+)\|[^|}]*\|([^|}]*)\}")


def _several(found: re.Match[str]) -> str:
    return found[2].replace("#", f"{{{found[1]}}}")


class _Facts(dict[str, str]):
    def __init__(self, facts: Mapping[str, Fact], language: str, unknown: str | None) -> None:
        super().__init__(
            (name, said(fact, language) if isinstance(fact, dict) else str(fact)) for name, fact in facts.items()
        )
        self._unknown = unknown

    def __missing__(self, name: str) -> str:
        """A fact that decides between one and several, or one that nobody knows."""
        fact, *forms = name.split("|")
        if fact not in self and self._unknown is None:
            raise KeyError(fact)
        figure = self.get(fact, self._unknown or "")
        return forms[figure != "1"].replace("#", figure) if len(forms) == FORMS else figure
