"""Which matter a question is about: keywords that all have to be there, and aliases. Pure.

A keyword is one word or several with spaces between; it is found when the question has all of them, in any order. The
name of a meaning stands for each of its words. What few subjects are known by counts for more, and so does what is
longer; whoever has more of what the question says comes first. So the longest keyword wins: `公积金 贷款` of what the
hall does not do takes a question from `公积金`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import accumulate
from typing import Literal, NamedTuple

from hall_daemon.ask.language import Language
from hall_daemon.ask.text import is_han, plain
from hall_daemon.ask.vocabulary import EXACT, NEARLY, Hit, Libraries, Vocabulary, stem_of

Kind = Literal["matter", "elsewhere", "fact"]
# Of the words of a subject beside those of its best keyword.
_BESIDE = 0.35
# Of a word that says little, and of a keyword that ends with `?`.
_LIGHT, _MAYBE = 0.5, 0.5
# In a longer story, words of what the hall does not do only belong together in one clause.
_LONG = 20


class Subject(NamedTuple):
    """What a question may be about. `aliases`: names and whole questions; `keywords`: words that all have to occur."""

    id: str
    kind: Kind
    aliases: tuple[str, ...]
    keywords: tuple[str, ...]


class Found(NamedTuple):
    """A subject that has a keyword in the question. `worth`: meaning -> what it counts, of all its keywords there."""

    score: float
    id: str
    worth: Mapping[str, float]


class Scores(NamedTuple):
    """`matters`, `elsewhere`: best first. `facts`: what of the hall is asked. `spans`: meaning -> where it stands.
    `about`: paragraph -> how much asks for it. `heard`: whether any longer word of it is known. `deeds`: meanings that
    are deeds, as in language.toml."""

    matters: tuple[Found, ...]
    elsewhere: tuple[Found, ...]
    facts: tuple[str, ...]
    spans: Mapping[str, list[tuple[int, int]]]
    about: Mapping[str, float]
    heard: bool
    deeds: frozenset[str]


class Index:
    """Made anew when the guides or the aliases change; never changed itself, so any thread may ask it."""

    def __init__(self, subjects: Iterable[Subject], language: Language, libraries: Libraries) -> None:
        self._meanings, self._deeds = _meanings(language), frozenset(language.deeds)
        owned = tuple(subjects)
        mine = {plain(word) for one in owned for word in (*one.aliases, *one.keywords)}
        away = (
            Subject(id_, "elsewhere", (), tuple(word for word in one.keywords if plain(word) not in mine))
            for id_, one in language.elsewhere.items()
        )
        facts = (Subject(id_, "fact", (), one.keywords) for id_, one in language.facts.items())
        self._subjects = (*owned, *away, *facts)
        self._about = {
            f"about {paragraph}": tuple(plain(word) for word in asked) for paragraph, asked in language.about.items()
        }
        for paragraph, asked in self._about.items():
            for word in asked:
                self._meanings.setdefault(word, set()).add(paragraph)
        self._combos: list[tuple[int, frozenset[str], float]] = []
        self._of: dict[str, list[int]] = defaultdict(list)
        known, ours = set(self._meanings), set(self._meanings)
        owners: dict[str, set[int]] = defaultdict(set)
        # What others do with a thing makes the thing no less a sign of its matter: 个体户 税务.
        named = {meaning for one in owned for combo, _ in _combos(one, language) for meaning in combo}
        for at, subject in enumerate(self._subjects):
            for combo, sure in _combos(subject, language):
                for meaning in combo:
                    self._of[meaning].append(len(self._combos))
                    if len(combo) == 1 or subject.kind == "matter" or meaning not in named:
                        owners[meaning].add(at)
                    if meaning not in language.same and not meaning.startswith("@"):
                        known.add(meaning)
                        if subject.kind == "matter":
                            ours.add(meaning)
                self._combos.append((at, combo, sure))
        many = len(self._subjects)
        light = {*language.light, *(word for asked in self._about.values() for word in asked)}
        self._weight = {
            meaning: (1 + math.log(many / len(of))) * (_LIGHT if meaning in light else 1.0)
            for meaning, of in owners.items()
        }
        self._vocabulary = Vocabulary(sorted(known), ours, libraries)

    def scores(self, question: str) -> Scores:
        """Of a plain question."""
        hits = self._vocabulary.hits(question)
        found, about, spans = self._found(hits)
        clauses = _clauses(question) if len(question) > _LONG else None
        per: dict[int, list[tuple[frozenset[str], float]]] = defaultdict(list)
        for number in {number for meaning in found for number in self._of.get(meaning, ())}:
            at, combo, sure = self._combos[number]
            if not all(meaning in found for meaning in combo):
                continue
            if clauses is None or self._subjects[at].kind == "matter" or _in_one(combo, spans, clauses):
                per[at].append((combo, sure))
        of: dict[Kind, list[Found]] = {"matter": [], "elsewhere": [], "fact": []}
        for at, combos in sorted(per.items()):
            subject = self._subjects[at]
            score, worth = self._score(combos, found)
            of[subject.kind].append(Found(score, subject.id, worth))
        for several in of.values():
            several.sort(key=lambda one: -one.score)
        facts = tuple(one.id for one in of["fact"])
        heard = any(hit.end - hit.start > 1 and hit.quality == EXACT for hit in hits)
        return Scores(
            matters=tuple(of["matter"]), elsewhere=tuple(of["elsewhere"]), facts=facts, spans=spans, about=about,
            heard=heard, deeds=self._deeds,
        )

    def _found(
        self, hits: list[Hit]
    ) -> tuple[dict[str, float], dict[str, float], dict[str, list[tuple[int, int]]]]:
        """meaning -> how surely and how long it stands there; paragraph -> the same of what asks for it; where."""
        spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
        found: dict[str, float] = {}
        about: dict[str, float] = {}
        for hit in hits:
            long = _length(hit.word) * hit.quality
            for meaning in {hit.word, *self._meanings.get(hit.word, ())}:
                if meaning.startswith("about "):
                    if hit.quality <= NEARLY:
                        continue
                    about[meaning[6:]] = about.get(meaning[6:], 0.0) + long
                    found[f"@{meaning[6:]}"] = long
                    spans[f"@{meaning[6:]}"].append((hit.start, hit.end))
                else:
                    found[meaning] = max(found.get(meaning, 0.0), long)
                    spans[meaning].append((hit.start, hit.end))
        return found, about, spans

    def _score(
        self, combos: list[tuple[frozenset[str], float]], found: Mapping[str, float]
    ) -> tuple[float, dict[str, float]]:
        worth: dict[str, float] = {}
        best = 0.0
        for combo, sure in combos:
            parts = {meaning: self._weight[meaning] * found[meaning] * sure for meaning in combo}
            best = max(best, sum(parts.values()))
            for meaning, part in parts.items():
                worth[meaning] = max(worth.get(meaning, 0.0), part)
        return best + _BESIDE * (sum(worth.values()) - best), worth


def _clauses(question: str) -> list[int]:
    """Of each character, which clause it is in."""
    return list(accumulate(char in ",。;!?、" for char in question))


def _in_one(combo: Iterable[str], spans: Mapping[str, list[tuple[int, int]]], clauses: list[int]) -> bool:
    """Whether one clause has all of it."""
    return bool(set.intersection(*({clauses[start] for start, _ in spans[meaning]} for meaning in combo)))


def _combos(subject: Subject, language: Language) -> Iterable[tuple[frozenset[str], float]]:
    """Each once, however many forms of its English words are written: job, jobs."""
    found: dict[frozenset[str], tuple[frozenset[str], float]] = {}
    for keyword in (*subject.aliases, *subject.keywords):
        combo, sure = _combo(keyword, language)
        found.setdefault(frozenset(map(stem_of, combo)), (combo, sure))
    return found.values()


def _combo(keyword: str, language: Language) -> tuple[frozenset[str], float]:
    """What has to be there, and how much it counts: a keyword that ends with `?` half."""
    text = plain(keyword)
    sure = _MAYBE if text.endswith("?") else 1.0
    parts = text.rstrip("?").split(" ")
    return frozenset(part for part in parts if part and part not in language.skipped), sure


def _meanings(language: Language) -> dict[str, set[str]]:
    meanings: dict[str, set[str]] = {}
    for name, same in language.same.items():
        for word in same:
            meanings.setdefault(plain(word), set()).add(name)
    return meanings


def _length(word: str) -> float:
    """How much a longer word says more."""
    size = len(word) if any(map(is_han, word)) else 1.5 * (word.count(" ") + 1)
    return min(2.2, 0.6 + 0.2 * size)

